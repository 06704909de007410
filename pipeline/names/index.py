"""Finds the names of known companies in a text: one pass for all names, then cheap checks around each hit.

A name counts where it stands as a word of its own (`OpenAI与` yes, `OpenAIs` no; 海信 yes, 上海信托 no), in the case it
is written in, and, where it is an ordinary word too (Target, 苹果), only beside evidence that a firm is meant.
"""

from __future__ import annotations

import re
import string
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property, partial
from typing import Any, Literal, NamedTuple

import ahocorasick_rs as ac
import msgspec

from pipeline.kept import code, kept
from pipeline.models import Company, to_json
from pipeline.names import evidence
from pipeline.names.evidence import Fold, NameRules, Words, name_rules, sides
from pipeline.rules.knowledge import shipped
from pipeline.text import letters, scripts
from pipeline.text.letters import fold_letters

Case = Literal["any", "capital", "exact"]
Proof = Literal["none", "against", "for"]  # what its neighbours have to say: nothing, no veto, a yes

CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
JOINTS_IN_NAME = re.compile(r"[ ·-]")
HAN = re.compile(f"[{scripts.HAN}]+")
ADDRESS = re.compile(r"(?:https?://|www\.)\S*$|[\w.-]+@[\w.-]*$")
DOMAIN = re.compile(r"\.(?:com|cn|org|net|io|ai|co|hk|tw)\b", re.IGNORECASE)
AFTER_SMALL = re.compile(r"(?<![\w.])[a-z][a-z'’]* $")
DOTS = frozenset("·•・‧")
ADDRESS_SIGNS = frozenset("/.@_-#=?&")
SHORT = 3  # Latin names up to this length count only as written (HP, not hp); Han ones may be cut out of longer words
LONGEST_ADDRESS = 200  # characters looked back for the start of an address
LONGEST_WORD = 20  # characters looked back for a small word
NEIGHBOURS = 4  # characters either side that the segmenter sees: its longest usual words
SMALL_LETTERS = string.ascii_lowercase.encode()
LARGE_LETTERS = string.ascii_uppercase.encode()
LEAST_SMALL = 20  # letters that tell how a text is written
MOST_LARGE = 0.005  # share of its small letters that may be capitals: I, [Music]
MANY = 500  # companies whose index is kept for the next program
KNOWN_WORD = 2000  # frequency of a name for the segmenter; at 500 it cuts 对华|为, at 5000 上|海康|德莱


class FoundName(msgspec.Struct, frozen=True):
    """A name found: `text[start:end]` names one of `companies`, several where firms share the name."""

    start: int
    end: int
    companies: tuple[Company, ...]

    @property
    def company(self) -> Company | None:
        """The company, or None where the name alone does not tell which."""
        return self.companies[0] if len(self.companies) == 1 else None


class NameReading(msgspec.Struct, frozen=True):
    """A way to read a pattern: whose name it is (nobody's for a trap), and how it must stand there."""

    company: Company | None
    spelling: str
    case: Case = "any"
    proof: Proof = "none"


class Pattern(msgspec.Struct, frozen=True):
    """A name in lower case and all ways to read it."""

    name: str
    readings: tuple[NameReading, ...]
    latin: tuple[bool, bool]
    """Whether its first and its last character belong to a script that writes words apart."""
    short: bool
    """Two or three Han characters, which longer words may hold: 海信 in 上海信托."""
    as_lowered: bool
    """Its case says nothing: every reading fits every hit."""
    sure: bool
    """Its neighbours have nothing to say."""
    runs_on: tuple[str, ...]


class PackedReading(NamedTuple):
    """A reading with the number of its company among all, -1 for none."""

    company: int
    spelling: str
    case: Case
    proof: Proof


class PackedPatterns(msgspec.Struct, frozen=True):
    """The names of an index, and all ways to read each of them, as they are kept: most are never met in a text."""

    names: list[str]
    readings: list[list[PackedReading]]
    runs_on: list[tuple[str, ...]]


class NamePatterns:
    """The patterns of an index, each made when a text first has its name."""

    def __init__(self, companies: Sequence[Company], packed: PackedPatterns) -> None:
        self.names = packed.names
        self._companies = companies
        self._packed = packed
        self._made: dict[int, Pattern] = {}

    def __getitem__(self, number: int) -> Pattern:
        found = self._made.get(number)
        if found is None:
            found = self._made[number] = self._pattern(number)
        return found

    def _pattern(self, number: int) -> Pattern:
        name = self.names[number]
        readings = tuple(
            NameReading(None if each.company < 0 else self._companies[each.company], *each[1:])
            for each in self._packed.readings[number]
        )
        return Pattern(
            name=name,
            readings=readings,
            latin=(is_latin(name[0]), is_latin(name[-1])),
            short=is_short(name),
            as_lowered=all(reading.case == "any" for reading in readings),
            sure=all(reading.proof == "none" for reading in readings),
            runs_on=self._packed.runs_on[number],
        )


Standing = tuple[int, int, Pattern, tuple[NameReading, ...]]  # where a name stands, and what it can be there


class NameIndex:
    """All names of some companies, ready to be found in normalized text."""

    def __init__(
        self, companies: Iterable[Company], fold: Fold, patterns: PackedPatterns, rules: Iterable[NameRules]
    ) -> None:
        self.companies = tuple(companies)
        self.fold = fold
        self.rules = tuple(rules)
        self._words = Words(self.rules, fold)
        self._patterns = NamePatterns(self.companies, patterns)
        self._automaton = ac.AhoCorasick(patterns.names, store_patterns=False)

    @classmethod
    def build(cls, companies: Iterable[Company], fold: Fold, rules: Collection[NameRules] | None = None) -> NameIndex:
        """Return the index of these companies; `fold` turns a name into what normalized text says.

        Without rules, those that we ship tell names from words.
        """
        rules = name_rules(shipped()) if rules is None else rules
        companies = tuple(companies)
        folded = "\n".join(fold(name) for company in companies for name in (company.name, *company.names))

        def make() -> PackedPatterns:
            return packed(companies, fold, rules)

        if len(companies) < MANY:
            return cls(companies, fold, make(), rules)
        made_of = (to_json(companies), to_json(rules), folded.encode("utf-8", "surrogatepass"))
        made_by = code(sys.modules[__name__], evidence, letters, scripts)
        return cls(companies, fold, kept().made((*made_of, *made_by), PackedPatterns, make), rules)

    def find(self, text: str) -> list[FoundName]:
        """Return the names in a text in reading order: the longest from the left, none overlapping."""
        lowered = fold_letters(text)
        hits = self._automaton.find_matches_as_indexes(lowered, overlapping=True)
        if not hits:
            return []
        hits.sort(key=lambda hit: (hit[1], -hit[2]))
        in_small = is_in_small(text)
        standing: list[Standing] = []
        for number, start, end in hits:
            pattern = self._patterns[number]
            if readings := well_formed(pattern, text, lowered, start, end):
                standing.append((start, end, pattern, readings))
            elif in_small and (readings := well_formed(pattern, text, lowered, start, end, in_small=True)):
                standing.append((start, end, msgspec.structs.replace(pattern, sure=False), readings))
        return list(self._choose(text, lowered, standing, in_small=in_small))

    def _choose(self, text: str, lowered: str, standing: list[Standing], *, in_small: bool) -> Iterator[FoundName]:
        known = KnownCompanies()
        tell = partial(self._tell, text=text, lowered=lowered, known=known, in_small=in_small)
        if not all(pattern.sure for _, _, pattern, _ in standing):
            known.note_sure(standing)
        last = 0
        for start, end, pattern, readings in standing:
            if start < last or (pattern.short and self._cut_out(lowered, start, end)):
                continue
            if pattern.sure:
                last = end
                companies = meant(readings)
            else:
                companies = meant([each for each in readings if tell(each, start=start, end=end)])
                last = end if companies else last
                known.note(start, end, companies)
            if companies:
                yield FoundName(start, end, companies)

    def _tell(
        self,
        reading: NameReading,
        *,
        text: str,
        lowered: str,
        start: int,
        end: int,
        known: KnownCompanies,
        in_small: bool,
    ) -> bool:
        """Return whether the words around a name let it be the firm."""
        if reading.proof == "none":
            return True
        left, right = sides(lowered, start, end, self._words.reach)
        own = self._words.own.get(lowered[start:end], [])
        if any(clues.deny(left, right) for clues in own):
            return False
        if reading.proof == "against" or (reading.company is not None and reading.company.id in known.ids):
            return True
        after_small = (
            not in_small  # where nothing has a capital, no name's tells anything
            and text[start + 1 : end].islower()
            and AFTER_SMALL.search(text, max(0, start - LONGEST_WORD), start)
        )
        if any(clues.confirm for clues in own):
            return any(clues.tell(left, right, bool(after_small)) for clues in own)
        return any(
            clues.tell(left, right, bool(after_small)) or known.beside(left, right, start, end, joints)
            for clues, joints in self._words.general
        )

    def _cut_out(self, lowered: str, start: int, end: int) -> bool:
        """Return whether the segmenter sees a word that crosses the border of a name, or goes on after it."""
        at = max(0, start - NEIGHBOURS)
        for word in self._segmenter.cut(lowered[at : end + NEIGHBOURS], False):
            stop = at + len(word)
            if at < start < stop < end or (
                at < end < stop and not (at == start and self._words.goes_on(word[end - at :]))
            ):
                return True
            if stop >= end:
                return False
            at = stop
        return False

    @cached_property
    def _segmenter(self) -> Any:
        from rjieba import Jieba

        segmenter = Jieba()
        for name in self._patterns.names:
            if is_short(name):
                segmenter.add_word(name, KNOWN_WORD, "nt")
        return segmenter


class KnownCompanies:
    """The companies that a text names beyond doubt, and where: what stands beside them is told by them."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.starts: set[int] = set()
        self.ends: set[int] = set()

    def note_sure(self, standing: list[Standing]) -> None:
        """Remember the names that need no evidence."""
        last = 0
        for start, end, _, readings in standing:
            if start >= last and (sure := [reading for reading in readings if reading.proof == "none"]):
                last = end
                self.note(start, end, meant(sure))

    def note(self, start: int, end: int, companies: Iterable[Company]) -> None:
        """Remember that companies are named here."""
        for company in companies:
            self.ids.add(company.id)
            self.starts.add(start)
            self.ends.add(end)

    def beside(self, left: str, right: str, start: int, end: int, joints: Iterable[str]) -> bool:
        """Return whether a name stands in one list with a known company."""
        return any(
            (left.endswith(joint) and start - len(joint) in self.ends)
            or (right.startswith(joint) and end + len(joint) in self.starts)
            for joint in joints
        )


def meant(readings: Sequence[NameReading]) -> tuple[Company, ...]:
    """Return the companies of these readings, each once; none where one of them is a trap."""
    if len(readings) == 1:
        return (readings[0].company,) if readings[0].company else ()
    companies = tuple(dict.fromkeys(reading.company for reading in readings if reading.company))
    return companies if all(reading.company for reading in readings) else ()


def is_in_small(text: str) -> bool:
    """Return whether a text is written in small letters, as captions made by a machine are."""
    letters = text.encode("ascii", "ignore")
    small, large = (len(letters) - len(letters.translate(None, some)) for some in (SMALL_LETTERS, LARGE_LETTERS))
    return small >= LEAST_SMALL and large <= MOST_LARGE * small


def well_formed(
    pattern: Pattern, text: str, lowered: str, start: int, end: int, *, in_small: bool = False
) -> tuple[NameReading, ...]:
    """Return the readings of a hit that its edges and its letters allow.

    In a text in small letters a name may lack its capital; then it needs evidence.
    """
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    latin_start, latin_end = pattern.latin
    if (latin_start and before and is_latin(before)) or (latin_end and after and is_latin(after)):
        return ()
    if before and before in ".," and text[start].isdigit() and text[start - 2 : start - 1].isdigit():
        return ()  # the end of a figure: $88.3M
    if before and scripts.is_hangul(before) and scripts.is_hangul(text[start]):
        return ()  # words of Hangul stand apart
    if (before in DOTS and _one_person(text[start - 2 : start - 1], text[start])) or (
        after in DOTS and _one_person(text[end - 1], text[end + 1 : end + 2])
    ):
        return ()  # 迈克尔·戴尔
    if pattern.runs_on and lowered.startswith(pattern.runs_on, end):
        return ()
    if (before in ADDRESS_SIGNS or after in ADDRESS_SIGNS) and in_address(text, start, end):
        return ()
    if pattern.as_lowered:
        return pattern.readings
    said = text[start:end]
    if in_small:
        return tuple(
            reading if reading.proof == "for" else msgspec.structs.replace(reading, proof="for")
            for reading in pattern.readings
            if reading.case == "capital"
        )
    return tuple(reading for reading in pattern.readings if fits(reading, said))


def _one_person(left: str, right: str) -> bool:
    """Return whether a dot between two characters is one in a person's name; between Latin letters it joins two."""
    return left.isalnum() and right.isalnum() and not (left.isascii() or right.isascii())


def fits(reading: NameReading, said: str) -> bool:
    """Return whether a name is written as this reading asks."""
    if reading.case == "exact":
        return said == reading.spelling
    return reading.case == "any" or said[:1].isupper()


def in_address(text: str, start: int, end: int) -> bool:
    """Return whether a hit is part of a web or mail address, which names a place and not a party."""
    return bool(DOMAIN.match(text, end) or ADDRESS.search(text, max(0, start - LONGEST_ADDRESS), start))


LATIN = re.compile(r"[^\W_\u2e80-\U0010ffff]")


def is_latin(character: str) -> bool:
    """Return whether a character belongs to a script that writes words apart (Latin, Cyrillic, digits)."""
    return character < "\u2e80" and character.isalnum()


def is_short(name: str) -> bool:
    """Return whether a name may be cut out of longer words."""
    return len(name) <= SHORT and HAN.fullmatch(name) is not None


def packed(companies: Sequence[Company], fold: Fold, rules: Collection[NameRules]) -> PackedPatterns:
    """Return all names of companies in small letters, each with the ways to read it in their order, none twice."""
    words = Words(rules, fold)
    readings: dict[str, dict[PackedReading, None]] = {}
    for trap in words.traps:
        readings.setdefault(fold_letters(trap), {})[PackedReading(-1, trap, "any", "none")] = None
    for number, company in enumerate(companies):
        for spelling, case, proof in spell(company, fold, words):
            several = readings.setdefault(fold_letters(spelling), {})
            several[PackedReading(number, spelling, case, proof)] = None
    return PackedPatterns(
        names=list(readings),
        readings=[list(several) for several in readings.values()],
        runs_on=[
            tuple(word for end, several in words.runs_on.items() if name.endswith(end) for word in several)
            if name.endswith(words.ends)
            else ()
            for name in readings
        ],
    )


def spell(company: Company, fold: Fold, words: Words) -> Iterator[tuple[str, Case, Proof]]:
    """Yield every way a company's names may be written."""
    for name in (company.name, *company.names):
        if not (written := fold(name).strip()):
            continue  # of marks alone that folding drops
        word = name in company.context
        proof: Proof = "for" if word else "against" if fold_letters(written) in words.own else "none"
        case = case_of(written, word, words)
        yield written, case, proof
        if not word:
            yield from ((variant, kind, proof) for variant, kind in variants(written, case))


def case_of(name: str, word: bool, words: Words) -> Case:
    """Return how strictly the case of a name counts."""
    if not LATIN.search(name):
        return "any"
    if word or fold_letters(name) in words.capital:
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
