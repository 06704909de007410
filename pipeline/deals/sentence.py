"""A sentence with what every reading of it needs: its pieces, its grammar, and who it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.deals.brackets import verbs_second
from pipeline.deals.grammar import Grammar, Piece
from pipeline.deals.phrases import Phrase
from pipeline.deals.phrasing import phrases, with_words
from pipeline.rules.frames import Cue, Org, Thing
from pipeline.text.words import HAN, words

BRACKET = re.compile(r"\([^()]{0,60}\)")
CLOSED = ",。;:!?】]、—"  # what a clause may begin behind
VALUES = ("date", "amount", "stake", "quantity")
QUOTES = '"“”„«»'
TITLES = (("《", "》"), ("“", "”"), ("「", "」"), ("『", "』"))
CLAUSE_END = re.compile(r"[,、。;]|[.!?]\s")
Group = list[Piece]


@dataclass
class Arguments:
    """The slots around one cue, as its reading fills them."""

    window: tuple[int, int]
    """The clause of the cue, in the text."""
    slots: dict[str, Group] = field(default_factory=dict)
    thing: Thing = "none"
    paper: str = ""
    """What is signed, planned or closed, in the text's words: a memorandum of understanding, 采购合同."""
    second_thing: Thing | None = None
    """What is handed over, where the firm it goes to stands first: supplied A with chips."""
    elided: bool = False
    """The subject comes from an earlier clause."""
    stands_in: bool = False
    """The subject only owns the one who acts: 甲的子公司收购乙."""
    pronouns: dict[str, Piece] = field(default_factory=dict)
    """Slots that a word for a firm named before fills: 向其, 从对方."""
    object_marker: int | None = None
    """Where 将 or 把 opens the object."""
    after_object: int = 0
    reach: tuple[int, int] = (-1, -1)
    """From the subject to where the verb's own phrases end: its own figures stand here."""
    definite: bool = False
    """Whether a definite article stands before the act: the deal."""
    known: bool = False
    """Whether what is behind it says which one it is: the acquisition of A."""
    unnamed: bool = False
    """Whether the other side is a firm without a name: a start-up, 一家企业."""
    unit: bool = False
    """Whether a part of the one who acts changes hands: sells its chemicals business."""
    beside: bool = False
    """Whether someone without a name is dealt with: an alliance with the largest banks."""
    turned: bool = False
    """Whether the verb is turned round, so that who acts may be left out: was sold."""

    def names(self, *slots: str) -> set[str]:
        """Return the names of the firms in some slots."""
        return {each.value.name for slot in slots for each in self.slots.get(slot, ())}


@dataclass(frozen=True)
class Clause:
    """The clause of one cue: `pieces[first:last]` of the pieces on the cue's own level of brackets."""

    pieces: list[Piece]
    first: int
    at: int
    last: int

    @property
    def cue(self) -> Piece:
        """Return the cue itself."""
        return self.pieces[self.at]


@dataclass(frozen=True)
class Sentence:
    """One sentence in pieces, and whom the sentences before it make it about."""

    text: str
    start: int
    end: int
    pieces: list[Piece]
    grammar: Grammar
    issuer: Org | None
    topic: Org | None
    pair: tuple[Org, Org] | None = None
    """The two firms that the sentences before name together, where a word can take both up."""
    speaker: Org | None = None
    """The firm for which someone speaks in quotation marks: it is who acts where the quote names nobody."""
    read: dict[tuple[int, ...], list[Phrase]] = field(default_factory=dict, compare=False)

    def quoted(self, at: int) -> bool:
        """Return whether a place is inside quotation marks."""
        return sum(self.text.count(mark, self.start, at) for mark in QUOTES) % 2 == 1

    def title_around(self, name: Piece) -> tuple[int, int] | None:
        """Return the range inside the marks of a title or a quote of which a name is a part: 《甲、乙工程》."""
        for opening, closing in TITLES:
            start = self.text.rfind(opening, self.start, name.start)
            end = self.text.find(closing, name.end, self.end)
            if start >= 0 and end >= 0 and self.text.find(closing, start + 1, name.start) < 0:
                return (start + 1, end) if self.text[start + 1 : end].strip() != name.text else None
        return None

    def bracketed(self, at: int) -> bool:
        """Return whether a place is inside round brackets."""
        return self.text.count("(", self.start, at) > self.text.count(")", self.start, at)

    @property
    def reach(self) -> int:
        """Return how many characters a marker reaches over."""
        return self.grammar.syntax.marker_reach

    def phrases_around(self, cue: Piece) -> list[Phrase]:
        """Return the phrases of the sentence on the cue's own level of brackets."""
        pieces = _outside_brackets(self.pieces, cue)
        key = tuple(piece.start for piece in pieces)
        if key not in self.read:
            found = phrases(
                self.text, list(with_words(self.text, pieces, self.start, self.end, self.grammar)), self.grammar
            )
            self.read[key] = verbs_second(found, self.grammar)
        return self.read[key]

    def phrases_of(self, cue: Cue) -> list[Phrase]:
        """Return the phrases around one of the cues that stand in the sentence."""
        piece = next(each for each in self.pieces if each.kind == "cue" and each.start == cue.start)
        return self.phrases_around(piece)

    def clause(self, cue: Piece) -> Clause:
        """Return the clause that a cue stands in."""
        pieces = _outside_brackets(self.pieces, cue)
        at = next(i for i, piece in enumerate(pieces) if piece.kind == "cue" and piece.start == cue.start)
        first, last = at, at + 1
        while first > 0 and not self.breaks(pieces[first - 1]):
            first -= 1
        while last < len(pieces) and not self.breaks(pieces[last]):
            last += 1
        return Clause(pieces, first, at, last)

    def window(self, clause: Clause) -> tuple[int, int]:
        """Return the range of a clause in the text, from mark to mark."""
        pieces, cue = clause.pieces, clause.cue
        start = pieces[clause.first - 1].end if clause.first else self.pieces[0].start
        end = pieces[clause.last].start if clause.last < len(pieces) else self.end
        return min(start, cue.start), max(end, cue.end)

    def breaks(self, piece: Piece) -> bool:
        """Return whether a piece ends a clause; brackets that are still there hold the cue or all around it."""
        if piece.kind in ("stop", "relative", "open", "close"):
            return True
        return piece.kind == "break" and (self.grammar.syntax.comma_ends_clause or piece.text != ",")

    def opens(self, marker: Piece, first: Piece) -> bool:
        """Return whether a marker reaches a name: near enough, and no verb between them."""
        if first.start - marker.end > self.reach:
            return False
        between = words(self.text, marker.end, first.start) if HAN.search(self.text, marker.end, first.start) else ()
        return not any(word.tag == "v" and len(word.text) > 1 for word in between)

    def gap(self, left: Piece, right: Piece) -> int:
        """Return how many characters stand between two pieces, brackets and unnamed others left out."""
        if right.start <= left.end:
            return 0
        between = BRACKET.sub("", self.text[left.end : right.start])
        return len(self.grammar.others.sub("", between).strip())

    def acts(self, group: Group, following: Piece | None) -> bool:
        """Return whether a group can be the one who acts: not X董事长, X股价, X控股股东 (unnamed)."""
        syntax, end = self.grammar.syntax, group[-1].end
        word = self.grammar.function_word.match(self.text, end)
        if word and self.grammar.meanings.get(word.group(), ("word", None))[0] == "through":
            return True  # 甲董事会决议
        if self.text[end : end + 8].lstrip(f" {syntax.attribute}").startswith(self.grammar.not_actor):
            return False
        linked = following is not None and following.kind == "link" and following.start - end <= 2
        return not (following and linked and following.text.endswith(syntax.unnamed))

    def opens_clause(self, piece: Piece) -> bool:
        """Return whether a name begins a clause."""
        before = self.text[max(0, piece.start - 2) : piece.start].strip(' “"')
        return not before or before[-1] in CLOSED

    def resolved(self, group: Group) -> Group:
        """Return the group with 公司 and the like replaced by the firm of the report, left out where there is none."""
        return [each for piece in group for each in (self._report(piece) if piece.kind == "issuer" else [piece])]

    def _report(self, piece: Piece) -> Group:
        """Return the firm that a word takes up: the last one the sentence names before, else the report's."""
        before = [each for each in self.pieces if each.kind == "org" and each.end <= piece.start]
        if before and not self.grammar.syntax.markers_lead:
            return before[-1:]
        if self.grammar.marks_cases and self.topic:
            return [named(self.topic)]
        return [named(self.issuer)] if self.issuer and self.issuer.start < piece.start else []


def named(org: Org) -> Piece:
    """Return a firm as a piece, wherever it stands."""
    return Piece(org.start, org.end, "org", org.text, org)


def unit(start: int, said: str) -> Piece:
    """Return a part of a firm as a piece, under its own words: 家電事業, 반도체 사업부."""
    return Piece(start, start + len(said), "org", said, Org(start, start + len(said), said, said, None, "form"))


def slot_before(marker: Piece) -> str:
    """Return the slot that a marker before the verb opens."""
    return str(marker.value[0] if marker.kind == "both" else marker.value)


def slot_after(marker: Piece) -> str:
    """Return the slot that a marker behind the verb opens; one that only stands before a verb tells who holds."""
    if marker.kind == "both":
        return str(marker.value[1])
    return "holder" if marker.kind == "before" else str(marker.value)


def uses_up(piece: Piece) -> bool:
    """Return whether a piece is what a marker before it opened: in April 2012, for $5 million, or a comma after it."""
    return piece.kind in VALUES or (piece.kind == "and" and piece.text.strip() == ",")


def _outside_brackets(pieces: list[Piece], cue: Piece) -> list[Piece]:
    """Return the pieces without the brackets that do not hold the cue."""
    kept: list[Piece] = []
    opened: list[int] = []
    for piece in pieces:
        if piece.kind == "open":
            opened.append(len(kept))
        elif piece.kind == "close" and opened:
            start = opened.pop()
            if not any(each.kind == "cue" and each.start == cue.start for each in kept[start:]):
                del kept[start:]
                continue
        kept.append(piece)
    return kept
