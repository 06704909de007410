"""Names of firms that no table knows, by their shape in Latin letters: capitals, legal forms, trades, definitions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from pipeline.annotate.firms.capital_aliases import CapitalAliases
from pipeline.annotate.firms.capital_context import NONE, Context
from pipeline.annotate.firms.capital_lists import NUMERAL, Lists
from pipeline.annotate.firms.capital_rules import CapitalCandidate, CapitalRules, laid_over
from pipeline.annotate.firms.capital_runs import CapitalRuns, opens_sentence
from pipeline.annotate.firms.capital_words import CapitalLine, CapitalWord, read_line
from pipeline.annotate.firms.datelines import Datelines
from pipeline.annotate.firms.noun_names import NounNames, listed, noun_names, widened
from pipeline.rules.frames import Org
from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.rules.loading import RuleError

CODE = re.compile(r"[A-Z]|[A-Z]{1,4}-?\d{3,}[\d.,]*|[A-Z]{2,3}\d[\d.,]*\.\d+|[A-Z]-\d{1,2}|F\d{4}")
"""A form, a figure with its currency, the code of a product: S-4, RMB310.4, TZP-102."""
MODEL = re.compile(r"[A-Z]{1,3}-?\d{2,4}[A-Z]?|\d{3}")
"""What a maker calls a product: H100, GB200, 737."""
LONGEST_WORD = 20
BEHIND_SMALL = re.compile(r"(?<![^\W\d_])[^\W\d_]*[a-zà-ÿ]['’ ]$")
"""A small word right before: what is in capitals behind it is a name, and no heading."""
IN_BRACKETS = re.compile(r"[A-Z][A-Za-z]?[A-Z][A-Za-z0-9]{0,6}")
PAIR = re.compile(r"([A-ZÀ-Þ][\w.&]+)[-–]([A-ZÀ-Þ][\w.&]+)")


def find_capitalized(
    text: str, start: int, end: int, language: str, knowledge: Knowledge | None = None
) -> list[CapitalCandidate]:
    """Return the possible firms in a sentence, by the shape of their names, in reading order."""
    return (knowledge or shipped()).once(capital_finder).find(text, start, end, language)


def capital_finder(knowledge: Knowledge) -> CapitalFinder:
    """Return what finds names in Latin letters by the lists in use."""
    every = knowledge.rules("companies.toml", CapitalRules)
    paths = {code: knowledge.path(f"languages/{code}/companies.toml") for code in every}
    shared = [code for code, rules in every.items() if rules.serves_all]
    if len(shared) != 1:
        raise RuleError(
            f"{next(iter(paths.values()))}: one companies.toml serves all, not {len(shared)}; see serves_all"
        )
    code = shared[0]
    found = CapitalFinder(every[code], paths[code], noun_names(knowledge))
    others = {other: laid_over(every[code], rules) for other, rules in every.items() if other != code}
    found.own = {other: CapitalFinder(rules, paths[other], found.nouns) for other, rules in others.items()}
    return found


class CapitalFinder:
    """Finds names by the lists of one `companies.toml`."""

    def __init__(self, data: CapitalRules, path: Path, nouns: Mapping[str, NounNames] = MappingProxyType({})) -> None:
        self.own: dict[str, CapitalFinder] = {}
        """The finders of languages that have lists of their own."""
        self.lists = Lists(data, path)
        self.nouns = nouns
        self.aliases = CapitalAliases(data.defines, data.exchanges, data.pronouns)
        self.datelines = Datelines(data.months, data.agencies, data.places)
        self.context = Context(data)
        self.runs = CapitalRuns(self.lists, self.context)
        self.pair_nouns = tuple(f" {noun}" for noun in data.pair_nouns)

    def find(self, text: str, start: int, end: int, language: str) -> list[CapitalCandidate]:
        """Return the candidates of `text[start:end]`."""
        if own := self.own.get(language.partition("-")[0]):
            return own.find(text, start, end, language)
        begin = self.datelines.end(text, start, end)
        line = read_line(text, begin, end, self.lists.dotted, self.lists.possessive, self.lists.elided)
        if tickers := self.aliases.tickers(text, begin, end):
            kept = [w for w in line.words if not any(first <= w.start < last for first, last in tickers)]
            line = line._replace(words=kept)
        weak = language.partition("-")[0] in self.lists.capital_tells and not line.shouted
        found: list[CapitalCandidate] = []
        for first, last in self.runs.find(text, line):
            if found and line.words[first].start < found[-1].until:
                continue
            found += [c for c in self._candidates(text, first, last, line) if weak or c.strength == "strong"]
        nouns = self.nouns.get(language.partition("-")[0])
        return self._among_nouns(text, line, found, nouns) if nouns else found

    def is_longer(self, text: str, name: CapitalCandidate, known: Org, language: str) -> bool:
        """Return whether a name that holds a known one is another firm's, where nouns are told from names."""
        nouns = self.nouns.get(language.partition("-")[0])
        return nouns is not None and nouns.is_longer(text, name, known.start, known.end)

    def genitive(self, language: str) -> str:
        """Return the end of a name in the genitive, where a language has one without a mark, else nothing."""
        nouns = self.nouns.get(language.partition("-")[0])
        return nouns.data.genitive if nouns else ""

    def _among_nouns(
        self, text: str, line: CapitalLine, found: list[CapitalCandidate], nouns: NounNames
    ) -> list[CapitalCandidate]:
        """Return the names of a line in which every noun has a capital."""
        strong = [trimmed for each in found if (trimmed := nouns.trimmed(text, each, self.lists.legal))]
        weak = nouns.find(text, line, self.lists.first_names)
        return listed([*widened(text, strong, weak), *weak])

    def _candidates(self, text: str, first: int, last: int, line: CapitalLine) -> list[CapitalCandidate]:
        """Return the candidates of a run: two where a hyphen ties two firms, the Boeing-Spirit merger."""
        word = line.words[first]
        pair = PAIR.fullmatch(word.text) if first == last and text.startswith(self.pair_nouns, word.end) else None
        if pair:
            spans = [(word.start + pair.start(side), word.start + pair.end(side)) for side in (1, 2)]
            return [CapitalCandidate(start, end, text[start:end], "weak", (), end) for start, end in spans]
        candidate = self._candidate(text, first, last, line)
        return [candidate] if candidate else []

    def _candidate(self, text: str, first: int, last: int, line: CapitalLine) -> CapitalCandidate | None:
        if " ".join(word.text for word in line.words[first : last + 1]) in self.lists.refused:
            return None
        if self._describes(text, line, last):
            return None
        first, last = self._trimmed(text, first, last, line)
        words = line.words[first : last + 1]
        if not words:
            return None
        start, end, formed = words[0].start, words[-1].end, self.lists.formed(words)
        more = self.lists.more_legal.match(text, end) if formed else None
        end = more.end() if more else end
        owning = end + _genitive(text, words[-1])
        if owning == end + len("'s") and self.context.keeps_genitive(text, text[start:end], owning):
            return CapitalCandidate(start, owning, text[start:owning], "weak", (), owning)
        behind = self.aliases.behind(text, text[start:end], owning)
        strong = formed or bool(behind and (behind.listed or (behind.quoted and self._says_more(words))))
        if not strong and self._refused(text, line, first, last):
            return None
        start = self._with_article(text, first, line, start) if formed or not line.headline else start
        aliases, until = (behind.aliases, behind.end) if behind else ((), end)
        return CapitalCandidate(start, end, text[start:end], "strong" if strong else "weak", aliases, until)

    def _says_more(self, words: Iterable[CapitalWord]) -> bool:
        """Return whether a run holds a word that is no common one."""
        return any(word.text not in self.lists.hollow for word in words)

    def _describes(self, text: str, line: CapitalLine, last: int) -> bool:
        """Return whether a run only begins what a hyphen hangs on: Buenos | Aires-based X, Waltham, | Mass.-based X."""
        end = line.words[last].end
        if text.startswith(("- and ", "- or "), end):
            return True
        after = line.words[last + 1] if last + 1 < len(line.words) else None
        hung = self.lists.describing.search(after.text) if after else None
        if after is None or hung is None:
            return False
        gap = text[end : after.start]
        return gap == " " or (gap == ", " and after.text[: hung.start()] in self.lists.places)

    def _trimmed(self, text: str, first: int, last: int, line: CapitalLine) -> tuple[int, int]:
        """Return the run without the words that only fill a title or describe."""
        words = line.words
        while first < last and self._only_describes(text, line, first, last):
            first += 1
        while last > first and MODEL.fullmatch(words[last].text):
            last -= 1
        if (
            not line.headline
            and words[last].text in self.lists.generic
            and not self._is_public(text, first, last, line)
        ):
            return first, first - 1
        while line.headline and last >= first and words[last].text in self.lists.trimmed:
            last -= 1
        opens = last > first and words[first].text in self.lists.leading and opens_sentence(text, words[first], line)
        if opens and (words[first].text.endswith("ing") or words[first].text.lower() in line.nearby.small):
            return first + 1, last
        if last > first and words[first].text in self.lists.inflected and opens_sentence(text, words[first], line):
            return first + 1, last
        return first, last

    def _is_public(self, text: str, first: int, last: int, line: CapitalLine) -> bool:
        """Return whether a county or a city is told to act, or who a contract is with."""
        if first == last or line.words[last].text not in self.lists.publics:
            return False
        acts = self.context.acts_alone(text, line.words[last].end)
        return acts or self.context.introduces(text, line, line.words[first].start)

    def _only_describes(self, text: str, line: CapitalLine, first: int, last: int) -> bool:
        """Return whether the first word of a run only says whence the firm comes: British | IAG SA, UKs | Abbey."""
        word, after = line.words[first], line.words[first + 1]
        if word.text not in self.lists.places and word.text.endswith("s") and word.text[:-1] in self.lists.places:
            return True
        if word.text not in self.lists.nationalities:
            return False
        if (after.text in self.lists.first_names and after.text not in self.lists.places) or (
            after.text.isupper() and 1 < len(after.text) < 6
        ):
            return True
        rest = text[after.start : line.words[last].end]
        at = text.find(rest)
        while at >= 0 and text[word.start : after.start] == text[max(0, at - (after.start - word.start)) : at]:
            at = text.find(rest, at + 1)
        return at >= 0 and len(rest) > 3 and after.text not in self.lists.telling

    def _refused(self, text: str, line: CapitalLine, first: int, last: int) -> bool:
        words = line.words[first : last + 1]
        said = " ".join(word.text for word in words)
        if all(part in self.lists.nationalities for part in said.split("-")):
            return True
        opens = opens_sentence(text, words[0], line)
        acts = opens and self.context.acts_alone(text, words[-1].end)
        if said in self.lists.refused or said in self.lists.legal or (CODE.fullmatch(said) and not acts):
            return True
        introduced = len(words) > 1 and self.context.introduces(text, line, words[0].start)
        ordinary = all(word.text in self.lists.ordinary for word in words)
        named = introduced or (ordinary and (acts or self._stands_out(line, first, last, opens=opens)))
        if (not named and self._hollow(text, words, line)) or self._town(text, line, first, last):
            return True
        if len(words) == 1 and text[words[0].start - 1 : words[0].start] == "(" and IN_BRACKETS.fullmatch(said):
            return text[words[0].end : words[0].end + 1] == ")"
        if opens and len(words) == 1 and self.lists.makers.match(text, words[0].end):
            return True
        alone = len(words) == 1 and words[0].capital and (line.headline or opens)
        if alone and words[0].text.lower() in line.nearby.small:
            return True
        return self.context.weigh(text, line, first, last, opens=opens) < NONE

    def _stands_out(self, line: CapitalLine, first: int, last: int, *, opens: bool) -> bool:
        """Return whether only a name gives a common word its capital: in a sentence, no article or number before it."""
        if opens or line.headline or first != last or not first:
            return False
        before = line.words[first - 1].text.lower()
        return before not in self.lists.articles | self.lists.of and not before.isdecimal()

    def _hollow(self, text: str, words: Sequence[CapitalWord], line: CapitalLine) -> bool:
        """Return whether words that name nothing make up the run; two of them inside a sentence may: Lend Lease."""
        said = [word.text for word in words]
        if len(said) > 1 and all(word.isupper() for word in said) and any(len(word) > 5 for word in said):
            return not BEHIND_SMALL.search(text, max(line.start, words[0].start - LONGEST_WORD), words[0].start)
        if any(word not in self.lists.hollow and not NUMERAL.fullmatch(word) for word in said):
            return False
        if len(said) == 1:
            return True
        opens = opens_sentence(text, words[0], line)
        if said[-1] in self.lists.trades and all(word in self.lists.qualifying for word in said[:-1]):
            return line.headline or opens
        if said[0] in self.lists.before_places and " ".join(said[1:]) in self.lists.places:
            return False
        if any(word not in self.lists.fillers for word in said):
            return True
        return line.headline or opens

    def _town(self, text: str, line: CapitalLine, first: int, last: int) -> bool:
        """Return whether a state or country follows behind a comma: Omaha, Nebraska."""
        town, *after = line.words[last : last + 2]
        if any(word.text in self.lists.heads_of for word in line.words[first : last + 1]):
            return False
        if not after or after[0].text not in self.lists.places or after[0].owner:
            return False
        return text[town.end : after[0].start] in (", ", " , ")

    def _with_article(self, text: str, first: int, line: CapitalLine, start: int) -> int:
        before = line.words[first - 1] if first else None
        if before is None or before.text != "The" or text[before.end : start] != " ":
            return start
        return start if opens_sentence(text, before, line) else before.start


def _genitive(text: str, last: CapitalWord) -> int:
    return (2 if text[last.end + 1 : last.end + 2] == "s" else 1) if last.owner else 0
