"""What one place of a text proves of a name holds in all of it: forms, codes, definitions, glosses."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from pipeline.annotate.firms.definitions import definition
from pipeline.annotate.firms.han_rules import HanVocabulary
from pipeline.annotate.firms.scores import CODE, GLOSS
from pipeline.rules.frames import SURE, Org
from pipeline.text.words import HAN

LEAST = 3  # characters of a name that its form alone makes known elsewhere
CUT_OUT = 3  # Han characters of a name that longer words may hold
LONGEST_WINDOW = 80  # characters before and behind a proof that are looked at for its name
LONGEST_LATIN = 10  # letters that begin a name which goes on in another script
LATIN_BEFORE = re.compile(r"(?<![A-Za-z\d])[A-Z][A-Za-z\d]*$")
MARK = re.compile("[。!?;\n]")


class Aliases:
    """The names that one text proves, and the firm of each."""

    def __init__(self) -> None:
        self.firms: dict[str, tuple[str, str | None]] = {}
        self.scripts: dict[str, str] = {}
        """Short names in brackets behind a name that its script tells."""
        self._pattern = re.compile("")
        self._compiled = 0

    def add(self, name: str, org: Org) -> None:
        """Remember whose name this is."""
        self.firms[name] = (org.name, org.company_id)

    def note(self, orgs: Sequence[Org]) -> None:
        """Remember the firms that their form, or a sum of evidence, makes sure of."""
        for org in orgs:
            if org.strength == "form" and len(org.text) >= LEAST and org.text not in self.firms:
                self.add(org.text, org)

    def among(self, text: str, start: int, end: int, orgs: list[Org], borders: Collection[int] = ()) -> list[Org]:
        """Return the firms with every alias in the sentence, in place of the weaker names it overlaps."""
        found = [
            org
            for org in self._find(text, start, end, borders)
            if not any(o.start <= org.start and o.end >= org.end and _is_stronger(o, org) for o in orgs)
        ]
        if not found:
            return orgs
        kept = [o for o in orgs if not any(o.start < a.end and a.start < o.end for a in found)]
        return sorted(kept + found)

    def _find(self, text: str, start: int, end: int, borders: Collection[int]) -> Iterator[Org]:
        if not self.firms:
            return
        if self._compiled != len(self.firms):
            self._pattern = re.compile("|".join(map(_whole, sorted(self.firms, key=len, reverse=True))))
            self._compiled = len(self.firms)
        for match in self._pattern.finditer(text, start, end):
            short = len(match.group()) <= CUT_OUT and HAN.match(match.group())
            if short and borders and (match.start() not in borders or match.end() not in borders):
                continue
            yield Org(match.start(), match.end(), match.group(), *self.firms[match.group()], "alias")


def _is_stronger(org: Org, alias: Org) -> bool:
    """Return whether a firm around an alias stays: those that stand on their own, but not the alias by its form."""
    return org.strength in SURE and not (org.strength == "form" and org.text == alias.text != alias.name)


def _whole(name: str) -> str:
    """Return the source of a pattern for a name, which in Latin letters is no part of a longer word."""
    before = r"(?<![A-Za-z\d])" if name[0].isascii() else ""
    return before + re.escape(name) + (r"(?![A-Za-z\d])" if name[-1].isascii() else "")


def define(text: str, orgs: list[Org], aliases: Aliases, vocabulary: HanVocabulary) -> None:
    """Note what brackets behind the firms call them, and make sure of each firm that has such a bracket."""
    for index, org in enumerate(orgs):
        defined = definition(text, org.end, vocabulary.defines, vocabulary.before_alias)
        if not defined:
            orgs[index] = _glossed(text, org, orgs, aliases)
            continue
        alias = text[defined[0] : defined[1]].strip()
        if alias in vocabulary.issuer or not alias or len(alias) > len(org.text) + 12:
            continue
        at = text.rfind(alias, max(0, org.start - len(alias)), org.end)
        if 0 <= at < org.start < at + len(alias):  # 和然节能有限公司(下称和然节能): the alias shows where it begins
            org = org._replace(start=at, text=text[at : org.end], name=text[at : org.end])
        aliases.add(alias, org)
        orgs[index] = org if org.strength in SURE else org._replace(strength="form")
    kept: list[Org] = []
    for org in orgs:  # 三星 has become part of 三星显示器, and a bracket behind a name is that name's
        if kept and org.start <= kept[-1].start:
            kept.pop()
        if not kept or org.start >= kept[-1].end:
            kept.append(org)
    orgs[:] = kept


def _glossed(text: str, org: Org, orgs: Sequence[Org], aliases: Aliases) -> Org:
    """Return a firm with what the Latin name in brackets behind it tells: 甲乙(Acme) is the Acme of the tables."""
    gloss = None if CODE.match(text, org.end) else GLOSS.match(text, org.end)
    if gloss is None or not HAN.search(org.text):
        return org
    known = next((each for each in orgs if each.start == gloss.start(1) and each.strength == "table"), None)
    latin = LATIN_BEFORE.search(text, max(0, org.start - LONGEST_LATIN), org.start)
    start = next((each.start for each in orgs if each.end == org.start), latin.start() if latin else org.start)
    if known and (org.company_id is None or (start < org.start and known.company_id != org.company_id)):
        if start < org.start:  # 三星 + 显示器(Samsung Display), L3 + 哈里斯(L3Harris)
            org = org._replace(start=start, text=text[start : org.end])
        org = org._replace(name=known.name, company_id=known.company_id, strength="alias")
        aliases.add(org.text, org)
    elif org.strength in SURE and known is None and len(gloss.group(1)) >= LEAST:
        aliases.add(gloss.group(1).strip(), org)
    return org


def proofs(text: str, sentences: Sequence[tuple[int, int]], vocabulary: HanVocabulary) -> Iterator[tuple[int, int]]:
    """Yield the stretches outside the sentences that are looked at anyway in which a name may be proven a firm's."""
    last = 0
    for match in vocabulary.proof.finditer(text):
        if match.start() < last or any(start <= match.start() < end for start, end in sentences):
            continue
        marks = [mark.end() for mark in MARK.finditer(text, max(0, match.start() - LONGEST_WINDOW), match.start())]
        start = max([last, max(0, match.start() - LONGEST_WINDOW), *marks])
        stop = MARK.search(text, match.end(), match.end() + LONGEST_WINDOW)
        last = stop.start() if stop else min(len(text), match.end() + LONGEST_WINDOW)
        yield start, last
