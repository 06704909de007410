"""Gives a party that no table named its company, where the evidence suffices; a person may look at the rest.

Evidence, strongest first: the same name but for case, spaces and marks; the same without its legal form; the same in
an imported register; the short form of a full name in the same document; another spelling of one foreign sound; a slip
of the pen. A name that leads to two companies, or to one by less than ENOUGH, stays on its own and has `candidates`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import TypeVar

import msgspec
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from pipeline.models import Company, Deal, Mention, Noun
from pipeline.names.index import NameIndex
from pipeline.names.keys import NameKeys
from pipeline.names.registry import Registry
from pipeline.text.words import words

ENOUGH = 0.9
SAME, BARE, SOUND, SLIP = 0.99, 0.97, 0.92, 0.91
LEAST_SHORT, SHORT_LATIN = 2, 4  # characters of a short form, Han and Latin
LEAST_SOUND = 3  # characters: of two, too many foreign names sound alike
LEAST_SLIP = 8  # letters: in a shorter name one letter makes another firm (Alcon, Alcoa)
LEAST_NEAR = 3  # characters: shorter names are like everything
NEAR = 75  # of 100: what is less like the name is not worth a look
Named = TypeVar("Named", bound=Mention)
NAME_TAGS = frozenset({"nr", "nrt", "nt", "nz", "x", "eng"})  # of the segmenter: persons, bodies, other names, unknown
CHINESE = frozenset({"CN", "HK", "TW"})


class CompanyCandidate(Noun, frozen=True, kw_only=True):
    """A company that a name may mean, how likely from 0 to 1, and why."""

    company: Company
    score: float
    why: str


def resolve(deals: Iterable[Deal], index: NameIndex, registry: Registry | None = None) -> tuple[Deal, ...]:
    """Return the deals of one document with the companies of all parties that can be told."""
    told = tuple(deals)
    full = known_by_text(party for deal in told for party in deal.parties)
    return tuple(
        msgspec.structs.replace(deal, parties=tuple(identify(party, full, index, registry) for party in deal.parties))
        for deal in told
    )


def resolve_mentions(
    mentions: Iterable[Mention], index: NameIndex, registry: Registry | None = None
) -> tuple[Mention, ...]:
    """Return the mentions of one document with the companies of all that can be told."""
    named = tuple(mentions)
    full = known_by_text(named)
    return tuple(identify(mention, full, index, registry) for mention in named)


def known_by_text(mentions: Iterable[Mention]) -> dict[str, Mention]:
    """Return the mentions whose company is known, by what the text calls them."""
    return {mention.text: mention for mention in mentions if mention.company_id}


def identify(mention: Named, full: dict[str, Mention], index: NameIndex, registry: Registry | None = None) -> Named:
    """Return the mention with its company, if it can be told; `full` holds the known ones of the same document."""
    if mention.company_id:
        return mention
    company = company_of(mention.text, index, BARE) or _registered(mention.text, registry)
    if company is None:
        meant = {
            known.company_id: known.name for text, known in full.items() if is_short_for(mention.text, text, index)
        }
        if len(meant) == 1:
            ((company_id, name),) = meant.items()
            return msgspec.structs.replace(mention, company_id=company_id, name=name)
        company = company_of(mention.text, index)
    return msgspec.structs.replace(mention, company_id=company.id, name=company.name) if company else mention


def _registered(name: str, registry: Registry | None) -> Company | None:
    """Return a register's company of this name; a million names hold most words, so an ordinary word is none."""
    if registry is None or not registry.registers or name.islower() or is_common_word(name):
        return None
    return registry.lookup(name)


@lru_cache(maxsize=65_536)
def company_of(name: str, index: NameIndex, least: float = ENOUGH) -> Company | None:
    """Return the one company that a name means by enough evidence, or None."""
    likely = sorted(directory(index).certain(name), key=lambda one: -one.score)
    best = {one.company.id: one.company for one in likely if one.score == likely[0].score >= least}
    return next(iter(best.values())) if len(best) == 1 else None


def candidates(name: str, index: NameIndex, *, limit: int = 5) -> list[CompanyCandidate]:
    """Return the companies that a name may mean, the likeliest first, each once."""
    found: dict[str, CompanyCandidate] = {}
    likely = [*directory(index).certain(name), *directory(index).near(name, limit)]
    for candidate in sorted(likely, key=lambda one: (-one.score, one.company.id)):
        found.setdefault(candidate.company.id, candidate)
    return list(found.values())[:limit]


def is_short_for(short: str, long: str, index: NameIndex) -> bool:
    """Return whether one name can be the short form of another: its first words, or Han that it holds in a row."""
    keys = directory(index).keys
    part, whole = keys.bare(short), keys.bare(long)
    if not part or part == whole:
        return False
    if part.isascii():
        words = [keys.key(word) for word in long.split()]
        return len(part) >= SHORT_LATIN and part in {"".join(words[:count]) for count in range(1, len(words))}
    return len(part) >= LEAST_SHORT and part in whole and not is_common_word(part)


def is_common_word(text: str) -> bool:
    """Return whether the segmenter knows the text as one ordinary word or place: 中国, 银行."""
    found = words(text, 0, len(text))
    return len(found) == 1 and found[0].tag not in NAME_TAGS


class Directory:
    """The companies of an index by every key of their names."""

    def __init__(self, index: NameIndex) -> None:
        self.keys = NameKeys(index.fold, index.rules)
        self._companies = {company.id: company for company in index.companies}
        self._same: dict[str, set[str]] = defaultdict(set)
        self._bare: dict[str, set[str]] = defaultdict(set)
        self._sound: dict[str, set[str]] = defaultdict(set)
        self._long: dict[tuple[str, str, int], set[str]] = defaultdict(set)
        for company in index.companies:
            for name in (company.name, *company.names):
                self._add(company, name)

    def _add(self, company: Company, name: str) -> None:
        key, bare = self.keys.key(name), self.keys.bare(name)
        self._same[key].add(company.id)
        self._bare[bare].add(company.id)
        if not key.isascii() and len(key) >= LEAST_SOUND and company.country not in CHINESE:
            self._sound[self.keys.sound(key)].add(company.id)
        if key.isascii() and len(key) >= LEAST_SLIP:
            self._long[key[0], key[-1], len(key)].add(key)

    def certain(self, name: str) -> Iterator[CompanyCandidate]:
        """Yield the companies that a name means by enough evidence."""
        key, (*longer, bare) = self.keys.key(name), self.keys.shorter(name)
        yield from self._all(self._same.get(key), SAME, "the same name")
        known = next((self._same[each] for each in longer if each in self._same), None)
        known = known or self._same.get(bare, set()) | self._bare.get(bare, set())
        yield from self._all(known, BARE, "the same without its legal form")
        yield from self._all(self._sound.get(self.keys.sound(bare)), SOUND, "another spelling of a foreign name")
        if bare.isascii() and len(bare) >= LEAST_SLIP:
            for spelling in self._slips(bare):
                yield from self._all(self._same[spelling], SLIP, "one letter from it")

    def near(self, name: str, limit: int) -> Iterator[CompanyCandidate]:
        """Yield the companies whose names are like this one, which proves nothing."""
        key = self.keys.bare(name)
        if len(key) < LEAST_NEAR:
            return
        for spelling, likeness, _ in process.extract(
            key, self._same.keys(), scorer=fuzz.ratio, score_cutoff=NEAR, limit=limit
        ):
            score = min(likeness / 100, ENOUGH - 0.01)
            yield from self._all(self._same[spelling], score, f"{likeness:.0f} of 100 like it")

    def _slips(self, key: str) -> Iterator[str]:
        for length in (len(key) - 1, len(key), len(key) + 1):
            for spelling in self._long.get((key[0], key[-1], length), ()):
                if OSA.distance(key, spelling, score_cutoff=1) == 1:
                    yield spelling

    def _all(self, ids: set[str] | None, score: float, why: str) -> Iterator[CompanyCandidate]:
        for one in sorted(ids or ()):
            yield CompanyCandidate(company=self._companies[one], score=score, why=why)


@cache
def directory(index: NameIndex) -> Directory:
    """Return the directory of an index, made once."""
    return Directory(index)
