"""Finds the companies of a text: those of the tables everywhere, those by shape in sentences that may tell a deal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.annotate.firms.aliases import Aliases, define, proofs
from pipeline.annotate.firms.capital_rules import CapitalCandidate
from pipeline.annotate.firms.capitals import CapitalFinder
from pipeline.annotate.firms.cased_names import CasedNames
from pipeline.annotate.firms.han_names import HanNames
from pipeline.annotate.firms.known_names import KnownNames
from pipeline.annotate.firms.script_names import ScriptNames
from pipeline.marks import CuedSentence, CueMark
from pipeline.names.index import FoundName, NameIndex
from pipeline.rules.frames import SURE, Org
from pipeline.text.words import HAN, words

SHORT = 4  # characters of a name that may be half of one
OPENING = 200  # characters before a sentence with a cue in which whom the text is about is named
FIRST = 400  # characters before the first one, where a capital tells a name: two sentences of a release
LISTED = frozenset("、/")


class CompanyFinder:
    """Finds the firms of one text; aliases that the text defines hold for the rest of it."""

    def __init__(
        self,
        index: NameIndex,
        han: HanNames,
        capitals: CapitalFinder,
        scripts: Mapping[str, ScriptNames] | None = None,
        cased: Mapping[str, CasedNames] | None = None,
    ) -> None:
        self.index = index
        self.cased = cased or {}
        self.han = han
        self.capitals = capitals
        self.scripts = scripts or {}
        """The languages whose scripts tell their names."""
        self.vocabulary = han.vocabulary
        self.lists = capitals.lists
        self.known = KnownNames(han, self._look_up, self.lists.are_legal)

    def find(self, text: str, sentences: Sequence[CuedSentence]) -> list[Org]:
        """Return the firms in reading order, none overlapping; what one sentence proves of a name holds in all."""
        tables = [self._org(text, hit) for hit in self.index.find(text)]
        aliases = Aliases()
        sentences = [*self._opening(sentences), *sentences]
        ranges = [(each.start, each.end) for each in sentences]
        languages = {each.start: each.language for each in sentences}
        proven = list(proofs(text, ranges, self.vocabulary)) if sentences else []
        read: list[tuple[int, int, list[Org], frozenset[int]]] = []
        found: list[Org] = []
        at = 0
        for start, end in sorted([*ranges, *proven]):
            known = []
            while at < len(tables) and tables[at].start < end:
                if tables[at].start >= start:
                    known.append(tables[at])
                else:
                    found.append(tables[at])
                at += 1
            language = languages.get(start, self.vocabulary.language)
            orgs, borders = self._in_sentence(text, start, end, known, aliases, language)
            read.append((start, end, orgs, borders))
        for start, end, orgs, borders in read:
            found += aliases.among(text, start, end, orgs, borders) if borders else orgs
        return self._told_in_full(sorted(found + tables[at:]))

    def _opening(self, sentences: Sequence[CuedSentence]) -> list[CuedSentence]:
        """Return what stands right before sentences with a cue, where whom the text is about is named.

        Where a capital tells a name, that is what opens the text; in Han text nothing tells it there.
        """
        found = []
        at = 0
        for each in sentences:
            code = each.language.partition("-")[0]
            marked = code in self.scripts or code in self.cased
            start = max(at, each.start - (OPENING if marked else FIRST))
            if start < each.start and (marked or (not at and code != self.vocabulary.language)):
                found.append(CuedSentence(start, each.start, each.language))
            at = each.end
        return found

    def _told_in_full(self, orgs: list[Org]) -> list[Org]:
        """Return the firms, those sure whose full name with its form stands elsewhere: Granvik, of Granvik AB."""
        full: dict[str, Org | None] = {}
        for org in orgs:
            if org.strength == "form" and org.text.isascii():
                for short in self.lists.short_names(org.text):
                    known = full.setdefault(short, org)
                    full[short] = known if known and known.name == org.name else None
        return [
            org._replace(name=owner.name, company_id=owner.company_id, strength="alias")
            if org.strength == "proper" and (owner := full.get(org.text))
            else org
            for org in orgs
        ]

    def outside_names(self, text: str, cues: Sequence[CueMark], orgs: Sequence[Org]) -> list[CueMark]:
        """Return the cues but for capitalised ones that a longer name holds and no headline would: Source Photonics."""
        names = [org for org in orgs if org.strength == "proper" and " " in org.text]
        return [
            cue
            for cue in cues
            if not cue.text[:1].isupper()
            or cue.text in self.lists.verbs
            or not any(name.start <= cue.start and cue.end <= name.end for name in names)
        ]

    def _look_up(self, name: str) -> Org | None:
        hits = self.index.find(name)
        whole = next((hit for hit in hits if hit.start == 0 and hit.end == len(name)), None)
        return self._org(name, whole) if whole else None

    def _org(self, text: str, hit: FoundName) -> Org:
        company = hit.company
        name, known = (company.name, company.id) if company else (text[hit.start : hit.end], None)
        end = self.lists.with_form(text, hit.start, hit.end)
        return Org(hit.start, end, text[hit.start : end], name, known, "table")

    def _in_sentence(
        self, text: str, start: int, end: int, known: list[Org], aliases: Aliases, language: str
    ) -> tuple[list[Org], frozenset[int]]:
        """Return the firms of a sentence, and where its words begin and end; note what it proves of names."""
        by_script = self.scripts.get(language)
        if by_script:
            return by_script.find(text, start, end, known, aliases.scripts), frozenset()
        if cased := self.cased.get(language.partition("-")[0]):
            known = cased.whole(text, known)
            orgs = sorted([*known, *cased.find(text, start, end, known)])
            aliases.note(orgs)
            return orgs, frozenset()
        if not HAN.search(text, start, end):
            return self._in_latin(text, start, end, known, aliases.firms, language), frozenset()
        sentence = words(text, start, end)
        known = self.known.read(text, sentence, known)
        names = self.han.find(text, sentence, [(org.start, org.end) for org in known])
        orgs = known + [
            Org(n.start, n.end, text[n.start : n.end], text[n.start : n.end], None, n.strength) for n in names
        ]
        orgs = self._joined(text, sorted(orgs))
        orgs = [self._flagged(text, org) for org in self._listed(text, orgs)]
        define(text, orgs, aliases, self.vocabulary)
        aliases.note(orgs)
        return orgs, frozenset([start, *(word.end for word in sentence)])

    def _in_latin(
        self,
        text: str,
        start: int,
        end: int,
        known: list[Org],
        aliases: dict[str, tuple[str, str | None]],
        language: str,
    ) -> list[Org]:
        """Return the firms of a sentence in Latin letters; a name that only begins with a known one is another."""
        capitals = self.capitals.find(text, start, end, language)
        known = sorted([*known, *self._owners(text, start, end, known, language)])
        found = [each for each in capitals if each.text.lower() not in self.vocabulary.breaks]
        longer = [c for c in found if c.strength == "strong"]
        kept = [
            self._whole(text, org, found, known, language)
            for org in known
            if not self._part_of_another(text, org, longer)
        ]
        fresh = [c for c in found if not any(c.start < org.end and org.start < c.end for org in kept)]
        orgs = kept + [
            Org(c.start, c.end, c.text, c.text, None, "form" if c.strength == "strong" else "proper", c.until)
            for c in fresh
        ]
        orgs.sort()
        for candidate in found:
            owner = next((org for org in orgs if org.start <= candidate.start < org.end), None)
            if owner:
                aliases.update((alias, (owner.name, owner.company_id)) for alias in candidate.aliases)
        orgs = _with_aliases(text, start, end, orgs, aliases)
        brackets = [(org.end, org.until) for org in orgs if org.until > org.end]
        return [org for org in orgs if not any(first <= org.start < last for first, last in brackets)]

    def _owners(self, text: str, start: int, end: int, known: Sequence[Org], language: str) -> list[Org]:
        """Return the known firms in a genitive that no mark parts from the name, where nouns take one: X|s plant."""
        ending = self.capitals.genitive(language)
        if not ending:
            return []
        owned = re.compile(rf"(?<!\w)([A-ZÄÖÜ][\w&-]+){ending}(?!\w)")
        spans = [m.span(1) for m in owned.finditer(text, start, end)]
        free = [(s, e) for s, e in spans if not any(s < org.end and org.start < e for org in known)]
        hits = ((s, e, self._look_up(text[s:e])) for s, e in free)
        return [org._replace(start=s, end=e, text=text[s:e]) for s, e, org in hits if org and e - s >= SHORT]

    def _part_of_another(self, text: str, org: Org, longer: Sequence[CapitalCandidate]) -> bool:
        around = (c for c in longer if c.start <= org.start and org.end <= c.end)
        return any(self._another(text, org, c) for c in around)

    def _whole(
        self, text: str, org: Org, found: Sequence[CapitalCandidate], known: Sequence[Org], language: str
    ) -> Org:
        """Return a known firm with its legal form and the brackets that belong to its name, or a longer name's firm."""
        around = next((c for c in found if c.start <= org.start and org.end <= c.end), None)
        if around is None:
            return org
        another = any(around.start <= other.start < around.end for other in known if other != org)  # A | B übernahm
        if not another and self.capitals.is_longer(text, around, org, language):
            said = text[around.start : around.end]
            return Org(around.start, around.end, said, said, None, "proper", around.until)
        if around.end == org.end or self.lists.are_legal(text[org.end : around.end]):
            return org._replace(end=around.end, text=text[org.start : around.end], until=around.until)
        return org

    def _another(self, text: str, org: Org, candidate: CapitalCandidate) -> bool:
        """Return whether a longer name is not the known firm with its legal form: Apple Federal Credit Union."""
        before, behind = text[candidate.start : org.start], text[org.end : candidate.end].strip(" .")
        return not (self.lists.describe(before) and self.lists.are_legal(behind))

    def _joined(self, text: str, orgs: list[Org]) -> list[Org]:
        """Return the firms with a known name and the unknown one beside it made one: 平煤 + 隆基 is another firm."""
        found: list[Org] = []
        for org in orgs:
            last = found[-1] if found and text[found[-1].end : org.start] in ("", " ") else None
            if (last and last.end == org.start and self._are_one(text, last, org)) or self._ends_registered(
                text, found[-1] if found else None, org
            ):
                start = found[-1].start
                said = text[start : org.end]
                found[-1] = Org(start, org.end, said, said, None, "form")
            elif last and self._says_kind(last):
                found[-1] = org  # 云安全公司 + Wiz: what it is, then its name
            else:
                found.append(org)
        return found

    def _flagged(self, text: str, org: Org) -> Org:
        """Return a firm with what its exchange puts before the name: *ST甲乙."""
        flag = next((each for each in self.vocabulary.data.flags if text.endswith(each, 0, org.start)), "")
        if not flag or not HAN.match(org.text):
            return org
        start = org.start - len(flag)
        said = text[start : org.end]
        return org._replace(start=start, text=said, name=org.name if org.company_id else said, strength="form")

    def _are_one(self, text: str, first: Org, second: Org) -> bool:
        """Return whether two names with nothing between them are one: 平煤 + 隆基, 鼎晖 + 嘉合."""
        if not HAN.match(first.text):
            return False
        if second.strength == "table":
            return HAN.match(second.text) is not None and first.strength == "proper" and len(first.text) <= SHORT
        if second.strength != "proper" or len(second.text) > SHORT or first.strength != "table":
            return False
        if self.vocabulary.held.match(text, second.end):  # 甲 + 优培20%股权: its own firm
            return len(first.text) <= SHORT and not self.han.scores.may_be_person(text, second.start, second.end)
        return len(first.text) == 2 and text[second.end : second.end + 1] in self.vocabulary.data.after_joined

    def _ends_registered(self, text: str, first: Org | None, second: Org) -> bool:
        """Return whether a registered name, of which words between may be taken for verbs, ends what a name begins.

        妙可 + 食品股份有限公司, 南京甲乙 投资 管理中心(有限合伙).
        """
        if first is None or not HAN.match(first.text) or self._says_kind(first):
            return False
        between = text[first.end : second.start]
        if between and between not in self.vocabulary.inside and between not in self.vocabulary.data.kinds_inside:
            return False
        legal = self.vocabulary.legal_end.search(second.text)
        return legal is not None and len(legal.group()) > len(self.vocabulary.data.firm) and legal.start() > 0

    def _listed(self, text: str, orgs: list[Org]) -> list[Org]:
        """Return the firms with what stands in one list with a sure one made sure too: 甲、乙和丙."""
        last: Org | None = None
        for steps in (range(len(orgs)), range(len(orgs) - 1, -1, -1)):
            last = None
            for index in steps:
                org = orgs[index]
                if org.strength == "proper" and last and last.strength in SURE and self._stands_beside(text, org, last):
                    org = orgs[index] = org._replace(strength="form")
                last = org
        return orgs

    def _stands_beside(self, text: str, org: Org, sure: Org) -> bool:
        """Return whether only the joint of a list stands between a name, no person's, and a firm."""
        between = text[min(sure.end, org.end) : max(sure.start, org.start)].strip()
        if between not in LISTED and not (between in self.vocabulary.listing and len(org.text) > SHORT - 2):
            return False
        return not self.han.scores.may_be_person(text, org.start, org.end)

    def _says_kind(self, org: Org) -> bool:
        """Return whether a name only says what kind of firm the next one is."""
        data = self.vocabulary.data
        if org.strength == "table" or not org.text.endswith(data.kinds):
            return False
        return not any(word in org.text for word in data.limited)


def _with_aliases(
    text: str, start: int, end: int, orgs: list[Org], aliases: dict[str, tuple[str, str | None]]
) -> list[Org]:
    """Return the firms with every alias in the sentence, in place of the weaker names it overlaps."""
    if not aliases:
        return orgs
    pattern = re.compile("|".join(_whole_word(alias) for alias in sorted(aliases, key=len, reverse=True)))
    found = [
        Org(m.start(), m.end(), m.group(), *aliases[m.group()], "alias")
        for m in pattern.finditer(text, start, end)
        if not any(o.start <= m.start() and o.end >= m.end() and o.strength in SURE for o in orgs)
    ]
    if not found:
        return orgs
    kept = [o for o in orgs if not any(o.start < a.end and a.start < o.end for a in found)]
    return sorted(kept + found)


def _whole_word(alias: str) -> str:
    """Return a pattern for an alias; one in Latin letters does not stand inside a word."""
    before = "(?<![A-Za-z0-9])" if alias[0].isascii() and alias[0].isalnum() else ""
    after = "(?![A-Za-z0-9])" if alias[-1].isascii() and alias[-1].isalnum() else ""
    return before + re.escape(alias) + after
