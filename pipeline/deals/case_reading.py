"""A cue in a language that marks a party behind its name and tells the verb last, and what is read around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.deals.case_marks import ROUND, CaseMarks
from pipeline.deals.grammar import Piece
from pipeline.deals.sentence import Arguments, Sentence, named
from pipeline.text.scripts import HIRAGANA

COMMAS = "、,，､。"
COMMAS_OF_HEADINGS = ("、", ",", "，", "､")
BEHIND_HEADINGS = ("、", ",", "，", "､", "。", " ", "　", ":", "：")
ASIDE = re.compile(ROUND)
RUN_AT = re.compile(rf"[^\W\d_{HIRAGANA}]+")
LABEL = (":", "：")
SUBJECTS = ("subject",)


@dataclass(frozen=True)
class MarkedName:
    """Names with the slot that the marker behind them opens."""

    names: tuple[Piece, ...]
    slot: str
    end: int
    """Where the marker ends."""
    head: str = ""
    """The class of the noun they own, where there is one: 甲の|株式, 甲の|子会社."""
    firm: bool = True
    """Whether the names themselves stand there, not what they own."""
    marker: str = ""


@dataclass
class CaseReading:
    """The reading of one cue by the case markers of its sentence."""

    sentence: Sentence
    cue: Piece
    cases: CaseMarks
    found: Arguments
    phrases: list[MarkedName] = field(default_factory=list)

    def put(self, slot: str, names: Sequence[Piece], *, over: bool = False) -> None:
        """Put names into a slot that is still empty."""
        group = self.sentence.resolved([self.taken_up(name, slot) for name in names])
        if group and (over or slot not in self.found.slots):
            self.found.slots[slot] = group
        elif not group and slot in SUBJECTS:
            self.found.unnamed = True  # 当社は, where the text names no firm that reports

    def taken_up(self, name: Piece, slot: str) -> Piece:
        """Return the firm that a word for one named before means, where another acts: 甲のために、|乙は同社に出資."""
        if name.kind != "issuer" or slot in SUBJECTS:
            return name
        acting = {each.start for p in self.phrases if p.slot in (*SUBJECTS, "heading") and p.firm for each in p.names}
        before = [each for each in self.sentence.pieces if each.kind == "org" and each.end <= name.start]
        if not before or before[-1].start not in acting:
            return name
        others = [each for each in before if each.start not in acting and each.value.name != before[-1].value.name]
        about = self.sentence.topic
        if not others and about and about.name != before[-1].value.name:
            return named(about)
        return others[-1] if others else name

    def crossed(self, start: int) -> bool:
        """Return whether a verb stands between a place and the cue, or an act that a colon ends: 甲を買収:|乙に統合."""
        before = (p for p in self.sentence.pieces if p.kind == "cue" and start <= p.start and p.end < self.cue.start)
        acts = any(self.sentence.text.startswith(LABEL, each.end) for each in before)
        return acts or bool(self.verbs(start, self.cue.start))

    def describes(self, start: int) -> bool:
        """Return whether the verbs between a place and the cue only describe nouns, with an object of their own."""
        text = self.sentence.text
        ends = [start + verb.end() for verb in self.verbs(start, self.cue.start)]
        objects = [m.end() for m in self.cases.marker.finditer(text, start) if self.cases.slots[m.group()] == "object"]
        linking = (*self.sentence.grammar.syntax.linking_ends, *COMMAS)
        at_nouns = all(RUN_AT.match(text, end) and not text[:end].endswith(linking) for end in ends)
        return bool(ends) and at_nouns and any(end < ends[0] for end in objects)

    def turns(self, start: int) -> bool:
        """Return whether a topic or a subject is marked between a place and the cue: what is before is about that."""
        markers = self.cases.marker.finditer(self.sentence.text, start, self.cue.start)
        topics = self.sentence.grammar.syntax.topics
        return any(self.cases.slots[m.group()] in SUBJECTS or m.group().endswith(topics) for m in markers)

    def ended(self, start: int) -> bool:
        """Return whether a clause ends between a place and the cue."""
        text = self.sentence.text
        ends = [start + verb.end() for verb in self.verbs(start, self.cue.start)]
        return any(mark in text[end - 1 : end + 1] for end in ends for mark in COMMAS)

    def verbs(self, start: int, end: int) -> list[re.Match[str]]:
        """Return the verbs of a stretch, without those in brackets or inside a marker: に対する."""
        said = ASIDE.sub(_blank, self.sentence.text[start:end])
        return list(self.cases.verb.finditer(self.cases.compound.sub(_blank, said)))


def _blank(found: re.Match[str]) -> str:
    return "\0" * len(found.group())
