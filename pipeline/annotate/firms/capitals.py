"""Names of firms that no table knows, by their shape in Latin letters: capitals, legal forms, trades, definitions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from pipeline.annotate.firms.capital_aliases import Aliases
from pipeline.annotate.firms.capital_words import Line, Word, read_line
from pipeline.rules import loading
from pipeline.rules.loading import RuleError, Rules, load

Strength = Literal["strong", "weak"]

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
AFTER_PERSON = re.compile(
    r",\s(?:an?\s|the\s|its\s|our\s)?(?:[a-z-]{2,15}\s){0,3}(?:analyst|strategist|economist|lawyer|attorney|spokes\w{1,8}"
    r"|chief|chair\w{0,8}|president|director|founder|co-founder|partner\sat|manager\sat|head\sof|who|age\s\d)\b"
    r"|\s(?:is|was|has\sbeen|serves\sas|served\sas|became)\s(?:an?\s|the\s|its\s|our\s|named\s|appointed\s|elected\s)?"
    r"(?:CEO|CFO|[Cc]hief|[Cc]hair\w{0,8}|[Pp]resident|[Dd]irector|[Ff]ounder|[Ee]xecutive|[Mm]anaging)\b"
)


class CapitalRules(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The shape of a `companies.toml` in Latin letters: see the comments there."""

    capital_tells: tuple[str, ...]
    legal: tuple[str, ...]
    more_legal: tuple[str, ...]
    trades: tuple[str, ...]
    heads_of: tuple[str, ...]
    pairs: tuple[str, ...]
    particles: tuple[str, ...]
    possessive: tuple[str, ...]
    describing: tuple[str, ...]
    titles: tuple[str, ...]
    first_names: tuple[str, ...]
    places: tuple[str, ...]
    nationalities: tuple[str, ...]
    roles: tuple[str, ...]
    makers: tuple[str, ...]
    not_a_company: tuple[str, ...]
    generic: tuple[str, ...]
    verbs: tuple[str, ...]
    joints: tuple[str, ...]
    common: tuple[str, ...]
    defines: tuple[str, ...]
    exchanges: tuple[str, ...]


class Candidate(NamedTuple):
    """A possible firm: `strong` where its shape says so, `weak` where only its place in the sentence can tell."""

    start: int
    end: int
    text: str
    strength: Strength
    alias: str | None
    """The short name that the text defines right behind it."""


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
        self.places = frozenset(data.places)
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
        self.refused = frozenset([*data.not_a_company, *data.places, *data.nationalities])
        self.fillers = frozenset([*data.common, *data.generic, *data.roles])
        self.trimmed = self.fillers - self.trades - self.legal
        self.empty = self.fillers | self.enders | frozenset([*data.nationalities, *data.places])
        self.hollow = self.empty | self.refused
        self.formal = self.trades | self.legal
        self.nameless = (self.empty | self.trades) - frozenset(data.places)
        self.dotted = frozenset(word for word in [*data.legal, *data.titles, *data.places] if word.endswith("."))
        self.possessive = frozenset([*data.possessive, *(name.replace("'", "’") for name in data.possessive)])
        self.describing = re.compile(rf"-(?:{_alternatives(data.describing)})$")
        self.more_legal = re.compile(rf",?\s(?:{_alternatives(data.more_legal)})(?!\w)")
        self.makers = re.compile(rf"\s(?:{_alternatives(data.makers)})\b")
        self.aliases = Aliases(data.defines, data.exchanges)

    def find(self, text: str, start: int, end: int, language: str) -> list[Candidate]:
        """Return the candidates of `text[start:end]`."""
        line = read_line(text, start, end, self.dotted, self.possessive)
        weak = language.partition("-")[0] in self.data.capital_tells and not line.shouted
        found: list[Candidate] = []
        for first, last in self._runs(text, line):
            inside = found and line.words[first].start < found[-1].end
            candidate = None if inside else self._candidate(text, first, last, line)
            if candidate and (weak or candidate.strength == "strong"):
                found.append(candidate)
        return found

    def _runs(self, text: str, line: Line) -> Iterator[tuple[int, int]]:
        """Yield the first and last word of each run that may be a name."""
        at = 0
        while at < len(line.words):
            if not self._opens(line, at):
                at += 1
                continue
            last = self._last(text, line, at)
            yield at, last
            at = last + 1

    def _opens(self, line: Line, at: int) -> bool:
        word = line.words[at]
        return word.capital and not self._ends_names(line, word) and word.text not in self.roles

    def _ends_names(self, line: Line, word: Word) -> bool:
        said = word.text.capitalize() if line.shouted else word.text
        if said in self.enders or GLUED.sub("", said) in self.enders or self.describing.search(said):
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
        first, last = self._trimmed(text, first, last, line)
        words = line.words[first : last + 1]
        if not words:
            return None
        start, end = words[0].start, words[-1].end
        more = self.more_legal.match(text, end) if self._formed(words) else None
        end = more.end() if more else end
        behind = self.aliases.behind(text, text[start:end], end + _genitive(text, words[-1]))
        strong = bool(behind) or self._formed(words)
        if not strong and self._refused(text, line, first, last):
            return None
        end = behind.end if behind else end
        start = self._with_article(text, first, line, start) if self._formed(words) else start
        return Candidate(start, end, text[start:end], "strong" if strong else "weak", behind.alias if behind else None)

    def _trimmed(self, text: str, first: int, last: int, line: Line) -> tuple[int, int]:
        """Return the run without the words that only fill a title or describe."""
        words = line.words
        while last > first and MODEL.fullmatch(words[last].text):
            last -= 1
        if not line.headline and words[last].text in self.generic:
            return first, first - 1
        while line.headline and last >= first and words[last].text in self.trimmed:
            last -= 1
        opens = (
            last > first
            and words[first].text in self.fillers - self.trades
            and self._opens_sentence(text, words[first])
        )
        if opens and words[first].text.lower() in line.nearby.small:
            first += 1
        return first, last

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
        if said in self.refused or CODE.fullmatch(said) or said in self.legal:
            return True
        if self._hollow(text, words, line) or self._person(text, words, line, first):
            return True
        if self._town(text, line, last):
            return True
        opens = self._opens_sentence(text, words[0])
        if opens and len(words) == 1 and self.makers.match(text, words[0].end):
            return True
        alone = len(words) == 1 and (line.headline or opens)
        return alone and words[0].text.lower() in line.nearby.small

    def _hollow(self, text: str, words: Sequence[Word], line: Line) -> bool:
        """Return whether words that name nothing make up the run; two of them inside a sentence may: Lend Lease."""
        said = [word.text for word in words]
        if len(said) > 1 and all(word.isupper() for word in said) and any(len(word) > 5 for word in said):
            return True
        if any(word not in self.hollow and not NUMERAL.fullmatch(word) for word in said):
            return False
        if len(said) == 1 or any(word not in self.fillers for word in said):
            return True
        return line.headline or (self._opens_sentence(text, words[0]) and said[-1] not in self.trades)

    def _person(self, text: str, words: Sequence[Word], line: Line, first: int) -> bool:
        if len(words) > 3:
            return False
        before = line.words[first - 1] if first else None
        if before and before.text in self.titles and text[before.end : words[0].start] == " ":
            return True
        if len(words) > 1 and (
            words[0].text in self.first_names or (re.fullmatch(r"[A-Z]\.?", words[1].text) and len(words[0].text) > 1)
        ):
            return True
        return len(words) > 1 and bool(AFTER_PERSON.match(text, words[-1].end))

    def _town(self, text: str, line: Line, last: int) -> bool:
        """Return whether a state or country follows behind a comma: Omaha, Nebraska."""
        town, *after = line.words[last : last + 2]
        return bool(after) and after[0].text in self.places and text[town.end : after[0].start] in (", ", " , ")

    def _opens_sentence(self, text: str, word: Word) -> bool:
        return bool(OPENS.search(text, max(0, word.start - 6), word.start))

    def _with_article(self, text: str, first: int, line: Line, start: int) -> int:
        before = line.words[first - 1] if first else None
        if before is None or before.text != "The" or text[before.end : start] != " ":
            return start
        return start if self._opens_sentence(text, before) else before.start


def _genitive(text: str, last: Word) -> int:
    return (2 if text[last.end + 1 : last.end + 2] == "s" else 1) if last.owner else 0


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
