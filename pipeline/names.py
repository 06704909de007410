"""Finds the names of known companies in a text: one pass for all names, then cheap checks around each hit.

A name counts where it stands as a word of its own (`OpenAI与` yes, `OpenAIs` no), in the case it is written in, and,
where it is an ordinary word too (Target, 苹果), only beside evidence that a firm is meant: `languages/*/names.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from typing import Literal

import ahocorasick_rs as ac
import msgspec

from pipeline.models import Company
from pipeline.rules import Rules, load, rule_files

Fold = Callable[[str], str]
Case = Literal["any", "capital", "exact"]

CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
JOINTS_IN_NAME = re.compile(r"[ ·-]")
SENTENCE_END = re.compile(r"[。!?！？;；\n]|\.\s")
ADDRESS = re.compile(r"(?:https?://|www\.)\S*$|[\w.-]+@[\w.-]*$")
DOMAIN = re.compile(r"\.(?:com|cn|org|net|io|ai|co|hk|tw)\b", re.IGNORECASE)
DOTS = frozenset("·•・‧")
ADDRESS_SIGNS = frozenset("/.@_-#=?&")
SHORT = 3  # Latin names up to this length count only as written: AMD and not amd, HP and not hp
LONGEST_ADDRESS = 200  # characters looked back for the start of an address


class Evidence(Rules, frozen=True, kw_only=True):
    """Words that tell the firm from the word, in lower case: right before, right after, within reach."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    around: tuple[str, ...] = ()


class NameRules(Rules, frozen=True, kw_only=True):
    """One language's `names.toml`."""

    reach: int = 12
    """How many characters away a word of `around` may stand, in the same sentence."""
    firm: Evidence = Evidence()
    """Evidence for any name that is a word too."""
    word: dict[str, Evidence] = msgspec.field(default_factory=dict)
    """Words so common that only this evidence counts."""
    joints: tuple[str, ...] = ()
    """What joins the names of a list: beside a firm stands a firm."""
    capital: tuple[str, ...] = ()
    """Names that are words where they are written small."""
    not_a_company: dict[str, str] = msgspec.field(default_factory=dict)
    """Longer words that hold a name, each with what it means."""


class Found(msgspec.Struct, frozen=True):
    """A name found: `text[start:end]` names one of `companies`, several where firms share the name."""

    start: int
    end: int
    companies: tuple[Company, ...]

    @property
    def company(self) -> Company | None:
        """The company, or None where the name alone does not tell which."""
        return self.companies[0] if len(self.companies) == 1 else None


class Reading(msgspec.Struct, frozen=True):
    """A way to read a pattern: whose name it is (nobody's for a trap), and how it must stand there."""

    company: Company | None
    spelling: str
    case: Case = "any"
    word: bool = False


class Pattern(msgspec.Struct, frozen=True):
    """A name in lower case and all ways to read it."""

    name: str
    readings: tuple[Reading, ...]
    latin_start: bool
    latin_end: bool
    as_lowered: bool
    """Its case says nothing: every reading fits every hit."""


Standing = tuple[int, int, tuple[Reading, ...]]  # start, end and what the name there can be


@cache
def name_rules() -> tuple[NameRules, ...]:
    """Return the name rules of every language that has some."""
    return tuple(load(path, NameRules) for _, path in rule_files("names.toml"))


class NameIndex:
    """All names of some companies, ready to be found in normalized text."""

    def __init__(self, patterns: Iterable[Pattern], words: Words) -> None:
        self._patterns = tuple(patterns)
        self._words = words
        self._automaton = ac.AhoCorasick([pattern.name for pattern in self._patterns], store_patterns=False)

    @classmethod
    def build(cls, companies: Iterable[Company], fold: Fold, rules: Collection[NameRules] | None = None) -> NameIndex:
        """Return the index of these companies; `fold` turns a name into what normalized text says."""
        rules = name_rules() if rules is None else rules
        capital = {lower(word) for each in rules for word in each.capital}
        readings: dict[str, dict[Reading, None]] = {}  # a dict keeps the order and drops equal ones
        for reading in [
            *traps(rules, fold),
            *(each for company in companies for each in spell(company, fold, capital)),
        ]:
            readings.setdefault(lower(reading.spelling), {})[reading] = None
        return cls((pattern(name, tuple(several)) for name, several in readings.items()), Words(rules, fold))

    def find(self, text: str) -> list[Found]:
        """Return the names in a text in reading order: the longest from the left, none overlapping."""
        lowered = lower(text)
        hits = self._automaton.find_matches_as_indexes(lowered, overlapping=True)
        hits.sort(key=lambda hit: (hit[1], -hit[2]))
        standing = [
            (start, end, readings)
            for number, start, end in hits
            if (readings := well_formed(self._patterns[number], text, start, end))
        ]
        return list(self._choose(lowered, standing)) if standing else []

    def _choose(self, lowered: str, standing: list[Standing]) -> Iterator[Found]:
        known = Known(standing)
        last = 0
        for start, end, readings in standing:
            if start < last:
                continue
            meant = [each for each in readings if not each.word or self._words.tell(each, lowered, start, end, known)]
            if meant:
                last = end
            companies = tuple(dict.fromkeys(each.company for each in meant if each.company is not None))
            if companies and all(each.company for each in meant):
                known.note(start, end, companies)
                yield Found(start, end, companies)


class Known:
    """The companies that a text names beyond doubt, and where: what stands beside them is told by them."""

    def __init__(self, standing: list[Standing]) -> None:
        self.ids: set[str] = set()
        self.starts: set[int] = set()
        self.ends: set[int] = set()
        last = 0
        if any(reading.word for _, _, readings in standing for reading in readings):
            for start, end, readings in standing:
                sure = [reading.company for reading in readings if not reading.word]
                if sure and start >= last:
                    last = end
                    self.note(start, end, [company for company in sure if company is not None])

    def note(self, start: int, end: int, companies: Collection[Company]) -> None:
        """Remember that a company is named here."""
        if companies:
            self.ids.update(company.id for company in companies)
            self.starts.add(start)
            self.ends.add(end)


class Words:
    """The rules of all languages together: their words do not meet."""

    def __init__(self, rules: Collection[NameRules], fold: Fold) -> None:
        self.reach = max((each.reach for each in rules), default=0)
        self.firm = join(each.firm for each in rules)
        self.own = {lower(fold(name)): own for each in rules for name, own in each.word.items()}
        self.joints = tuple(sorted({joint for each in rules for joint in each.joints}, key=len, reverse=True))

    def tell(self, reading: Reading, lowered: str, start: int, end: int, known: Known) -> bool:
        """Return whether the words around a name say that the firm is meant."""
        name = lowered[start:end]
        own = self.own.get(name)
        if own is None and reading.company is not None and reading.company.id in known.ids:
            return True
        left = lowered[max(0, start - self.reach) : start]
        right = lowered[end : end + self.reach]
        if told(own or self.firm, left, right):
            return True
        return own is None and self._listed(left, right, start, end, known)

    def _listed(self, left: str, right: str, start: int, end: int, known: Known) -> bool:
        """Return whether the name stands in one list with a known company."""
        return any(
            (left.endswith(joint) and start - len(joint) in known.ends)
            or (right.startswith(joint) and end + len(joint) in known.starts)
            for joint in self.joints
        )


def told(evidence: Evidence, left: str, right: str) -> bool:
    """Return whether the text left or right of a name holds one of the words."""
    if left.rstrip(" ").endswith(evidence.before) or right.lstrip(" ").startswith(evidence.after):
        return True
    left = left[ends[-1].end() :] if (ends := list(SENTENCE_END.finditer(left))) else left
    right = right[: stop.start()] if (stop := SENTENCE_END.search(right)) else right
    return any(word in left or word in right for word in evidence.around)


def join(several: Iterable[Evidence]) -> Evidence:
    """Return the words of several languages as one."""
    every = list(several)
    return Evidence(
        before=tuple(word for each in every for word in each.before),
        after=tuple(word for each in every for word in each.after),
        around=tuple(word for each in every for word in each.around),
    )


def lower(text: str) -> str:
    """Return the text in lower case with every character where it stood."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := one.lower()) == 1 else one for one in text)  # İ would become two


def well_formed(pattern: Pattern, text: str, start: int, end: int) -> tuple[Reading, ...]:
    """Return the readings of a hit that its edges and its letters allow."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    if (pattern.latin_start and before and is_latin(before)) or (pattern.latin_end and after and is_latin(after)):
        return ()
    if before in DOTS or after in DOTS:  # a person: 迈克尔·戴尔
        return ()
    if (before in ADDRESS_SIGNS or after in ADDRESS_SIGNS) and in_address(text, start, end):
        return ()
    if pattern.as_lowered:
        return pattern.readings
    said = text[start:end]
    return tuple(reading for reading in pattern.readings if fits(reading, said))


def fits(reading: Reading, said: str) -> bool:
    """Return whether a name is written as this reading asks."""
    if reading.case == "exact":
        return said == reading.spelling
    return reading.case == "any" or said[:1].isupper()


def in_address(text: str, start: int, end: int) -> bool:
    """Return whether a hit is part of a web or mail address, which names a place and not a party."""
    return bool(DOMAIN.match(text, end) or ADDRESS.search(text, max(0, start - LONGEST_ADDRESS), start))


def is_latin(character: str) -> bool:
    """Return whether a character belongs to a script that writes words apart (Latin, Cyrillic, digits)."""
    return character < "\u2e80" and character.isalnum()


def pattern(name: str, readings: tuple[Reading, ...]) -> Pattern:
    """Return the pattern of a lower-case name."""
    return Pattern(
        name=name,
        readings=readings,
        latin_start=is_latin(name[0]),
        latin_end=is_latin(name[-1]),
        as_lowered=all(reading.case == "any" for reading in readings),
    )


def traps(rules: Collection[NameRules], fold: Fold) -> Iterator[Reading]:
    """Yield the longer words that hold a company's name and are none."""
    for trap in (trap for each in rules for trap in each.not_a_company):
        yield Reading(None, fold(trap))


def spell(company: Company, fold: Fold, capital: Collection[str]) -> Iterator[Reading]:
    """Yield every way a company's names may be written."""
    for name in (company.name, *company.names):
        folded = fold(name)
        word = name in company.context
        case = case_of(folded, word, capital)
        yield Reading(company, folded, case, word)
        if not word:
            yield from (Reading(company, variant, kind) for variant, kind in variants(folded, case))


def case_of(name: str, word: bool, capital: Collection[str]) -> Case:
    """Return how strictly the case of a name counts."""
    if not any(is_latin(character) for character in name):
        return "any"
    if word or lower(name) in capital:
        return "capital"
    return "exact" if len(name) <= SHORT else "any"


def variants(name: str, case: Case) -> Iterator[tuple[str, Case]]:
    """Yield the same name with its parts joined or apart: CoreWeave, Core Weave; 伯克希尔·哈撒韦, 伯克希尔哈撒韦."""
    if JOINTS_IN_NAME.search(name) and len(joined := JOINTS_IN_NAME.sub("", name)) > SHORT:
        yield joined, case
    if CAMEL.search(name):
        yield CAMEL.sub(" ", name), "exact"  # Black Rock is a firm, black rock is a stone
    if "-" in name:
        yield name.replace("-", " "), case
