"""What stands left of the verb: its subject, and the parties that markers open there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.deals.grammar import Piece
from pipeline.deals.groups import read_group
from pipeline.deals.sentence import Arguments, Clause, Group, Sentence, is_proper, slot_before, uses_up

ADJACENT = 6  # characters between a name that no table knows and its verb: adverbs and auxiliaries, no second noun
BEGUN = 3  # times a marker's reach, where the name is followed by what begins what it does: 甲乙就以4亿元收购
HOLDING = 4  # characters between a name and 持有
OWNS = re.compile(r"['’]s?\s+(?:\w+\s+){0,2}")


@dataclass
class _Left:
    """The reading of a clause up to its verb, piece by piece."""

    sentence: Sentence
    clause: Clause
    found: Arguments
    marker: Piece | None = None
    """The marker that waits for its name."""
    subjects: list[Group] = field(default_factory=list)
    other_verb: bool = False
    """Another verb stands behind the subject."""

    def take(self, index: int) -> int:
        """Take in the piece at `index` and return the index to go on from."""
        piece, marker = self.clause.pieces[index], self.marker
        if piece.kind in ("org", "issuer"):
            return self._take_name(index)
        if piece.kind in ("before", "both"):
            if not (marker and slot_before(piece) == "list" and piece.start == marker.end):  # 向包括甲、乙
                self.marker = piece
        elif piece.kind == "maybe" and marker and is_proper(piece) and self.sentence.opens(marker, piece):
            self.found.slots.setdefault(slot_before(marker), [piece])
            self.marker = None
        elif piece.kind == "pronoun" and marker and piece.start - marker.end <= 1:
            self.found.pronouns[slot_before(marker)] = piece
            self.marker = None
        elif piece.kind == "cue":
            self.other_verb = self.other_verb or bool(self.subjects)
            self.marker = None
        elif uses_up(piece):
            self.marker = None
        return index + 1

    def _take_name(self, index: int) -> int:
        sentence, pieces, at, slots = self.sentence, self.clause.pieces, self.clause.at, self.found.slots
        group, index = read_group(sentence, pieces, index, at)
        marker = self.marker if self.marker and sentence.opens(self.marker, group[0]) else None
        if marker and index == at and OWNS.fullmatch(sentence.text, group[-1].end, pieces[at].start):
            self.subjects.append(group)  # as a result of X's acquisition
        elif index < at and pieces[index].kind == "holder" and sentence.gap(group[-1], pieces[index]) <= HOLDING:
            slots.setdefault("holder", group)
            return index + 1
        elif marker:
            self._fill(marker, group)
        elif self.other_verb and index == at and self._opens_clause(group[0]):
            self.subjects = [group]
        elif self.other_verb:
            slots.setdefault("before", group)
        elif sentence.acts(group, pieces[index]):
            self.subjects.append(group)
        return index

    def _opens_clause(self, name: Piece) -> bool:
        """Return whether a comma stands before a name that has a verb of its own: A bought B, and C bought D."""
        before = [p for p in self.clause.pieces[: self.clause.at] if p.end <= name.start]
        return bool(before) and before[-1].kind == "and" and before[-1].text.lstrip().startswith(",")

    def _fill(self, marker: Piece, group: Group) -> None:
        slot = slot_before(marker)
        if slot == "ba":
            self.found.object_marker = marker.start
        self.found.slots.setdefault(slot if self.sentence.grammar.syntax.markers_lead else f"left {slot}", group)
        self.marker = None


def read_left(sentence: Sentence, clause: Clause, found: Arguments) -> None:
    """Fill the slots that stand before the verb."""
    left = _Left(sentence, clause, found)
    index = clause.first
    while index < clause.at:
        index = left.take(index)
    if not left.subjects:
        _fill_unknown_subject(sentence, clause, found)
        return
    group = sentence.resolved(_main(sentence, left.subjects, clause.cue))
    if group:
        found.slots["subject"] = group


def _main(sentence: Sentence, subjects: list[Group], cue: Piece) -> Group:
    """Return the group nearest the verb, but not one set off by commas: X, with whom Y deals, bought."""
    last = subjects[-1]
    if sentence.grammar.syntax.comma_ends_clause or len(subjects) < 2:
        return last
    before = sentence.text[subjects[-2][-1].end : last[0].start]
    behind = sentence.text[last[-1].end : cue.start]
    return subjects[-2] if before.lstrip().startswith(",") and "," in behind else last


def _fill_unknown_subject(sentence: Sentence, clause: Clause, found: Arguments) -> None:
    """Take a name that no table knows as subject where it stands right before its verb or the verb's markers."""
    border = clause.cue.start
    marked = {each.start for group in found.slots.values() for each in group}
    for piece in reversed(clause.pieces[clause.first : clause.at]):
        if piece.kind in ("before", "both"):
            border = piece.start
        elif piece.start in marked:
            continue
        elif piece.kind == "maybe":
            if _may_act(sentence, piece, sentence.text[piece.end : border]):
                found.slots.setdefault("subject", _listed_before(clause.pieces, piece))
            return
        elif piece.kind == "cue":
            border = piece.start  # X签署收购Y: both verbs are X's
        elif piece.kind in ("org", "issuer"):
            return


def _may_act(sentence: Sentence, piece: Piece, between: str) -> bool:
    """Return whether a name that no table knows can be the subject, by what stands between it and the verb."""
    if between.strip():
        syntax = sentence.grammar.syntax
        begun = between.lstrip()[0] in syntax.begins
        described = syntax.attribute and syntax.attribute in between
        if len(between) > (sentence.reach * BEGUN if begun else ADJACENT) or (described and not begun):
            return False
    return is_proper(piece) or sentence.opens_clause(piece)


def _listed_before(pieces: list[Piece], last: Piece) -> Group:
    """Return a name with those listed before it: 甲、乙和丙."""
    group = [last]
    index = pieces.index(last)
    while index > 1 and pieces[index - 1].kind == "and" and pieces[index - 2].kind in ("org", "maybe"):
        if pieces[index - 2].end != pieces[index - 1].start or pieces[index - 1].end != group[0].start:
            break
        group.insert(0, pieces[index - 2])
        index -= 2
    return group
