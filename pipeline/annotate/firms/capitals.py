"""Names of firms that no table knows, by their shape in Latin letters: capitals, legal forms, trades, definitions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from pipeline.annotate.firms.capital_aliases import Aliases
from pipeline.annotate.firms.capital_context import NONE, Context
from pipeline.annotate.firms.capital_rules import Candidate, CapitalRules
from pipeline.annotate.firms.capital_words import Line, Word, read_line
from pipeline.annotate.firms.datelines import Datelines
from pipeline.rules import loading
from pipeline.rules.loading import RuleError, load

LATIN = "en"  # the language whose lists serve names in Latin letters everywhere
MAX_WORDS = 14  # of a name; the longest of the examples has nine
GLUED = re.compile(r"\d[\d.,]*$")
"""The number that a broken page leaves hanging on a word: December31."""
CODE = re.compile(r"[A-Z]|[A-Z]{1,4}-?\d{3,}[\d.,]*|[A-Z]{2,3}\d[\d.,]*\.\d+|[A-Z]-\d{1,2}|F\d{4}")
"""A form, a figure with its currency, the code of a product: S-4, RMB310.4, TZP-102."""
MODEL = re.compile(r"[A-Z]{1,3}-?\d{2,4}[A-Z]?|\d{3}")
"""What a maker calls a product: H100, GB200, 737."""
NUMERAL = re.compile(r"[IVX]{1,4}|\d{1,2}")
OPENS = re.compile(r"(?:^|[.!?:•\n]|[.!?]?[\"”“’)])\s*$")
CONTRACTED = re.compile(r"[’'](?:ve|ll|re|d|m|t)$")
NUMBER = re.compile(r"\d{1,3}")
ORDINAL = re.compile(r"\d{1,3}(?:st|nd|rd|th)|\d[A-Z]")
"""22nd Century Group, 4E Exchange."""
IN_BRACKETS = re.compile(r"[A-Z][A-Za-z]?[A-Z][A-Za-z0-9]{0,6}")
PAIR = re.compile(r"([A-ZÀ-Þ][\w.&]+)[-–]([A-ZÀ-Þ][\w.&]+)")


def describes(said: str) -> bool:
    """Return whether the words before a name only say whence or what the firm is: The, British, Retailer."""
    finder = _finder(loading.folders())
    return all(word == "The" or word in finder.nationalities or word in finder.roles for word in said.split())


def is_legal(said: str) -> bool:
    """Return whether what follows a name is only its legal form: , Inc."""
    finder = _finder(loading.folders())
    return all(
        word in finder.legal or word in (".", "&") or word.lower().rstrip(".") in finder.forms
        for word in said.replace(",", " ").split()
    )


def with_form(text: str, start: int, end: int) -> int:
    """Return where the legal form ends that stands behind a known firm's name, the name's own end where none does."""
    finder = _finder(loading.folders())
    if text.startswith(".", end) and text[start:end].rpartition(" ")[2] + "." in finder.legal:
        return end + 1
    found = finder.form_behind.match(text, end)
    return found.end() if found else end


def find_capitalized(text: str, start: int, end: int, language: str) -> list[Candidate]:
    """Return the possible firms in a sentence, by the shape of their names, in reading order."""
    return _finder(loading.folders()).find(text, start, end, language)


@cache
def _finder(folders: tuple[Path, ...]) -> CapitalFinder:
    paths = [path for folder in folders if folder.name == LATIN and (path := folder / "companies.toml").is_file()]
    return CapitalFinder(load(paths[-1], CapitalRules), paths[-1])


class CapitalFinder:
    """Finds names by the lists of one `companies.toml`."""

    def __init__(self, data: CapitalRules, path: Path) -> None:
        for word in sorted(set(data.trades) & set(data.generic)):
            raise RuleError(f"{path}: '{word}' is both a trade and generic; keep it in one list")
        self.data = data
        self.legal = frozenset(data.legal)
        self.forms = frozenset(word.lower() for word in data.forms)
        self.places = frozenset(data.places)
        self.nationalities = frozenset(data.nationalities)
        self.titles = frozenset(data.titles)
        self.roles = frozenset(data.roles)
        self.generic = frozenset(data.generic)
        self.heads_of = frozenset(data.heads_of)
        self.pairs = frozenset(data.pairs)
        self.particles = frozenset(data.particles)
        self.first_names = frozenset(data.first_names)
        self.trades = frozenset(data.trades)
        self.enders = frozenset(data.joints) | frozenset(data.titles)
        self.verbs = frozenset(data.verbs)
        self.inflected = frozenset(verb for verb in data.verbs if verb.endswith(("s", "ed", "ing")))
        self.refused = frozenset([*data.not_a_company, *data.places, *data.nationalities])
        self.fillers = frozenset([*data.common, *data.generic, *data.roles])
        self.leading, self.telling = self.fillers - self.trades, self.fillers | self.trades
        self.trimmed = self.fillers - self.trades - self.legal
        self.empty = self.fillers | self.enders | frozenset([*data.nationalities, *data.places])
        self.hollow = self.empty | self.refused
        self.formal = self.trades | self.legal
        self.nameless = (self.empty | self.trades) - frozenset(data.places)
        self.dotted = frozenset(word for word in [*data.legal, *data.titles, *data.places] if word.endswith("."))
        self.possessive = frozenset([*data.possessive, *(name.replace("'", "’") for name in data.possessive)])
        self.describing = re.compile(rf"-(?:{_alternatives(data.describing)}|[a-z]+(?:ed|ing))$")
        self.more_legal = re.compile(rf",?\s(?:{_alternatives(data.more_legal)})(?!\w)")
        self.form_behind = re.compile(rf"(?:,?\s(?:{_alternatives(data.legal)})(?!\w)){{1,2}}")
        self.makers = re.compile(rf"\s(?:{_alternatives(data.makers)})\b")
        self.aliases = Aliases(data.defines, data.exchanges)
        self.datelines = Datelines(data.months, data.agencies, data.places)
        self.context = Context(data)
        self.pair_nouns = tuple(f" {noun}" for noun in data.pair_nouns)

    def find(self, text: str, start: int, end: int, language: str) -> list[Candidate]:
        """Return the candidates of `text[start:end]`."""
        begin = self.datelines.end(text, start, end)
        line = read_line(text, begin, end, self.dotted, self.possessive)
        if tickers := self.aliases.tickers(text, begin, end):
            kept = [w for w in line.words if not any(first <= w.start < last for first, last in tickers)]
            line = line._replace(words=kept)
        weak = language.partition("-")[0] in self.data.capital_tells and not line.shouted
        found: list[Candidate] = []
        for first, last in self._runs(text, line):
            if found and line.words[first].start < found[-1].until:
                continue
            found += [c for c in self._candidates(text, first, last, line) if weak or c.strength == "strong"]
        return found

    def _candidates(self, text: str, first: int, last: int, line: Line) -> list[Candidate]:
        """Return the candidates of a run: two where a hyphen ties two firms, the Boeing-Spirit merger."""
        word = line.words[first]
        pair = PAIR.fullmatch(word.text) if first == last and text.startswith(self.pair_nouns, word.end) else None
        if pair:
            spans = [(word.start + pair.start(side), word.start + pair.end(side)) for side in (1, 2)]
            return [Candidate(start, end, text[start:end], "weak", (), end) for start, end in spans]
        candidate = self._candidate(text, first, last, line)
        return [candidate] if candidate else []

    def _runs(self, text: str, line: Line) -> Iterator[tuple[int, int]]:
        """Yield the first and last word of each run that may be a name."""
        at = 0
        while at < len(line.words):
            if self._numbered(text, line, at):
                last = self._last(text, line, at + 1)
                yield at, last
                at = last + 1
                continue
            if not self._opens(line, at):
                at += 1
                continue
            last = self._last(text, line, at)
            yield at, last
            at = last + 1

    def _numbered(self, text: str, line: Line, at: int) -> bool:
        """Return whether a number begins a name whose form tells it: 365 Data Centers, 22nd Century Group."""
        word = line.words[at]
        opens = self._opens_sentence(text, word, line)
        if not ((opens and NUMBER.fullmatch(word.text)) or ORDINAL.fullmatch(word.text)) or at + 1 == len(line.words):
            return False
        if text[word.end : line.words[at + 1].start] != " " or not self._opens(line, at + 1):
            return False
        last = self._last(text, line, at + 1)
        return self._formed(line.words[at : last + 1]) or (opens and last > at + 1 and not line.headline)

    def _opens(self, line: Line, at: int) -> bool:
        word = line.words[at]
        return word.capital and not self._ends_names(line, word) and word.text not in self.roles

    def _ends_names(self, line: Line, word: Word) -> bool:
        said = word.text.capitalize() if line.shouted else word.text
        if said in self.enders or GLUED.sub("", said) in self.enders or self.describing.search(said):
            return True
        if CONTRACTED.search(said):
            return True
        return line.headline and said in self.verbs

    def _last(self, text: str, line: Line, first: int) -> int:
        words, last = line.words, first
        while last + 1 < len(words) and last - first < MAX_WORDS and not words[last].owner:
            step = self._step(text, line, last)
            if not step or (words[last].text in self.legal and words[last + step].text not in self.legal):
                break
            last += step
        return last

    def _step(self, text: str, line: Line, last: int) -> int:
        """Return how many words on the name goes from its word `last`, 0 where that is its end."""
        words = line.words
        here, after = words[last], words[last + 1]
        gap = text[here.end : after.start]
        if after.text in self.legal and gap in (" ", ", ", ",", " ,"):
            return 1
        if gap == " (" and self._place_inside(text, line, last):
            return 2
        if gap not in (" ", "\u00a0", "\n"):
            return 0
        if after.capital and not self._ends_names(line, after):
            return 1
        beyond = self._beyond(text, line, last)
        return beyond if beyond and self._ties(here, after, words[last + beyond]) else 0

    def _beyond(self, text: str, line: Line, last: int) -> int:
        """Return how far the next capital stands behind a small word or two, 0 where none does."""
        words = line.words
        for step in (2, 3):
            if last + step < len(words) and text[words[last + step - 1].end : words[last + step].start] == " ":
                word = words[last + step]
                if word.capital and not self._ends_names(line, word):
                    return step
                if word.text != "the":
                    return 0
        return 0

    def _ties(self, here: Word, small: Word, beyond: Word) -> bool:
        if small.text == "&":
            return True
        if small.text == "of":
            return here.text in self.heads_of
        if small.text == "and":
            return here.text in self.pairs and beyond.text in self.pairs
        return small.text in self.particles

    def _place_inside(self, text: str, line: Line, last: int) -> bool:
        """Return whether a place in brackets stands inside the name: Pixaya (UK) Limited."""
        words = line.words
        if last + 2 >= len(words) or text[words[last + 1].end : words[last + 2].start] != ") ":
            return False
        return words[last + 1].text in self.places and words[last + 2].text in self.formal

    def _candidate(self, text: str, first: int, last: int, line: Line) -> Candidate | None:
        if " ".join(word.text for word in line.words[first : last + 1]) in self.refused:
            return None
        if self._describes(text, line, last):
            return None
        first, last = self._trimmed(text, first, last, line)
        words = line.words[first : last + 1]
        if not words:
            return None
        start, end, formed = words[0].start, words[-1].end, self._formed(words)
        more = self.more_legal.match(text, end) if formed else None
        end = more.end() if more else end
        behind = self.aliases.behind(text, text[start:end], end + _genitive(text, words[-1]))
        strong = formed or bool(behind and (behind.listed or (behind.quoted and self._says_more(words))))
        if not strong and self._refused(text, line, first, last):
            return None
        start = self._with_article(text, first, line, start) if formed or not line.headline else start
        aliases, until = (behind.aliases, behind.end) if behind else ((), end)
        return Candidate(start, end, text[start:end], "strong" if strong else "weak", aliases, until)

    def _says_more(self, words: Iterable[Word]) -> bool:
        """Return whether a run holds a word that is no common one."""
        return any(word.text not in self.hollow for word in words)

    def _describes(self, text: str, line: Line, last: int) -> bool:
        """Return whether a run only begins what a hyphen hangs on: Buenos | Aires-based X, Waltham, | Mass.-based X."""
        end = line.words[last].end
        if text.startswith(("- and ", "- or "), end):
            return True
        after = line.words[last + 1] if last + 1 < len(line.words) else None
        hung = self.describing.search(after.text) if after else None
        if after is None or hung is None:
            return False
        gap = text[end : after.start]
        return gap == " " or (gap == ", " and after.text[: hung.start()] in self.places)

    def _trimmed(self, text: str, first: int, last: int, line: Line) -> tuple[int, int]:
        """Return the run without the words that only fill a title or describe."""
        words = line.words
        while first < last and self._only_describes(text, line, first, last):
            first += 1
        while last > first and MODEL.fullmatch(words[last].text):
            last -= 1
        if not line.headline and words[last].text in self.generic:
            return first, first - 1
        while line.headline and last >= first and words[last].text in self.trimmed:
            last -= 1
        opens = last > first and words[first].text in self.leading and self._opens_sentence(text, words[first], line)
        if opens and (words[first].text.endswith("ing") or words[first].text.lower() in line.nearby.small):
            return first + 1, last
        if last > first and words[first].text in self.inflected and self._opens_sentence(text, words[first], line):
            return first + 1, last
        return first, last

    def _only_describes(self, text: str, line: Line, first: int, last: int) -> bool:
        """Return whether the first word of a run only says whence the firm comes: British | IAG SA, UKs | Abbey."""
        word, after = line.words[first], line.words[first + 1]
        if word.text not in self.places and word.text.endswith("s") and word.text[:-1] in self.places:
            return True
        if word.text not in self.nationalities:
            return False
        if (after.text in self.first_names and after.text not in self.places) or (
            after.text.isupper() and 1 < len(after.text) < 6
        ):
            return True
        rest = text[after.start : line.words[last].end]
        at = text.find(rest)
        while at >= 0 and text[word.start : after.start] == text[max(0, at - (after.start - word.start)) : at]:
            at = text.find(rest, at + 1)
        return at >= 0 and len(rest) > 3 and after.text not in self.telling

    def _formed(self, words: Iterable[Word]) -> bool:
        """Return whether the run ends as firms' names do."""
        said = [word.text for word in words]
        while len(said) > 1 and NUMERAL.fullmatch(said[-1]):
            said.pop()
        if said[-1] in self.legal:
            return len(said) > 1
        return len(said) > 1 and said[-1] in self.trades and any(word not in self.nameless for word in said[:-1])

    def _refused(self, text: str, line: Line, first: int, last: int) -> bool:
        words = line.words[first : last + 1]
        said = " ".join(word.text for word in words)
        if all(part in self.nationalities for part in said.split("-")):
            return True
        if said in self.refused or CODE.fullmatch(said) or said in self.legal:
            return True
        if self._hollow(text, words, line) or self._town(text, line, first, last):
            return True
        if len(words) == 1 and text[words[0].start - 1 : words[0].start] == "(" and IN_BRACKETS.fullmatch(said):
            return text[words[0].end : words[0].end + 1] == ")"
        opens = self._opens_sentence(text, words[0], line)
        if opens and len(words) == 1 and self.makers.match(text, words[0].end):
            return True
        alone = len(words) == 1 and (line.headline or opens)
        if alone and words[0].text.lower() in line.nearby.small:
            return True
        return self.context.weigh(text, line, first, last, opens=opens) < NONE

    def _hollow(self, text: str, words: Sequence[Word], line: Line) -> bool:
        """Return whether words that name nothing make up the run; two of them inside a sentence may: Lend Lease."""
        said = [word.text for word in words]
        if len(said) > 1 and all(word.isupper() for word in said) and any(len(word) > 5 for word in said):
            return True
        if any(word not in self.hollow and not NUMERAL.fullmatch(word) for word in said):
            return False
        if len(said) == 1 or any(word not in self.fillers for word in said):
            return True
        return line.headline or (self._opens_sentence(text, words[0], line) and said[-1] not in self.trades)

    def _town(self, text: str, line: Line, first: int, last: int) -> bool:
        """Return whether a state or country follows behind a comma: Omaha, Nebraska."""
        town, *after = line.words[last : last + 2]
        if any(word.text in self.heads_of for word in line.words[first : last + 1]):
            return False
        if not after or after[0].text not in self.places or after[0].owner:
            return False
        return text[town.end : after[0].start] in (", ", " , ")

    def _opens_sentence(self, text: str, word: Word, line: Line) -> bool:
        return word.start <= line.start or bool(OPENS.search(text, max(0, word.start - 6), word.start))

    def _with_article(self, text: str, first: int, line: Line, start: int) -> int:
        before = line.words[first - 1] if first else None
        if before is None or before.text != "The" or text[before.end : start] != " ":
            return start
        return start if self._opens_sentence(text, before, line) else before.start


def _genitive(text: str, last: Word) -> int:
    return (2 if text[last.end + 1 : last.end + 2] == "s" else 1) if last.owner else 0


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
