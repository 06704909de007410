"""What stands right of the verb: its object, and the parties that markers open there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.deals.grammar import Piece
from pipeline.deals.groups import read_group
from pipeline.deals.sentence import BRACKET, Arguments, Clause, Group, Sentence, is_proper, slot_after, uses_up

# Characters, tuned against the zh and en examples.
NEAR_OBJECT = 4  # between the verb and a name that no table knows
HOLDING = 6  # between a name and 持有的
HOLDING_UNKNOWN = 2
PRONOUN = 3  # between the verb and 其
BEHIND_OBJECT = 12  # behind a name that no table knows: what of it is bought
PARTED = re.compile("[,、。]")


@dataclass
class _Right:
    """The reading of a clause behind its verb, piece by piece."""

    sentence: Sentence
    clause: Clause
    found: Arguments
    previous_end: int
    """Where the verb, or the value or holder behind it, ends: the object stands near it."""
    marker: Piece | None = None
    """The marker that waits for its name."""

    def take(self, index: int) -> int:
        """Take in the piece at `index` and return the index to go on from; the clause's last one ends the reading."""
        piece, slots = self.clause.pieces[index], self.found.slots
        if piece.kind in ("org", "issuer"):
            return self._take_name(index)
        if piece.kind == "maybe":
            return self._take_unknown(index)
        if piece.kind == "before":
            return self._take_marker(index)
        if piece.kind in ("after", "both"):
            self.marker = piece
        elif self._ends(index):
            return self.clause.last
        elif piece.kind == "pronoun" and "object" not in slots and piece.start - self.previous_end <= PRONOUN:
            slots.setdefault("pronoun", [piece])
        elif piece.kind in ("stake", "quantity", "amount", "date", "holder"):
            self.previous_end = piece.end
        if uses_up(piece):
            self.marker = None
        return index + 1

    def _ends(self, index: int) -> bool:
        """Return whether what follows is no longer the verb's own: another verb, but not 收购整合X, or 的."""
        piece = self.clause.pieces[index]
        if piece.kind == "cue":
            return index > self.clause.at + 1 or piece.start - self.previous_end > 1
        return piece.kind == "of" and "object" in self.found.slots

    def _take_marker(self, index: int) -> int:
        piece = self.clause.pieces[index]
        if self.marker and piece.start - self.marker.end <= 1:  # 出售给由甲和乙组成的联合体
            return index + 1
        self.marker = piece if piece.value in ("by", "from") else None
        if piece.value not in ("by", "from", "in") and "object" in self.found.slots:
            return self.clause.last
        return index + 1

    def _take_name(self, index: int) -> int:
        group, index = read_group(self.sentence, self.clause.pieces, index, self.clause.last)
        slot = slot_after(self.marker) if self.marker and self.sentence.opens(self.marker, group[0]) else None
        self.marker = None
        return self._place(group, slot, index)

    def _take_unknown(self, index: int) -> int:
        """Take in a name that no table knows, where only a party can stand."""
        piece, slots = self.clause.pieces[index], self.found.slots
        if self.marker and piece.start - self.marker.end <= 1 and self._can_receive(piece):
            slots.setdefault(slot_after(self.marker), [piece])
            self.marker = None
        elif is_proper(piece) and self._is_held_by([piece], index + 1, HOLDING_UNKNOWN):
            slots.setdefault("holder", [piece])
        elif "object" not in slots and self._can_be_object(piece):
            group, index = read_group(self.sentence, self.clause.pieces, index, self.clause.last)
            return self._place(group, None, index)
        return index + 1

    def _can_receive(self, piece: Piece) -> bool:
        """Return whether a name can stand behind 给: a proper one, or any that ends its clause."""
        return is_proper(piece) or self.sentence.grammar.object_end.match(self.sentence.text, piece.end) is not None

    def _is_held_by(self, group: Group, index: int, near: int) -> bool:
        """Return whether 持有的 and the like follow a group of names."""
        following = self.clause.pieces[index] if index < self.clause.last else None
        return bool(following and following.kind == "holder" and self.sentence.gap(group[-1], following) <= near)

    def _place(self, group: Group, slot: str | None, index: int) -> int:
        """Put a group behind the verb into its slot; return the index to go on from."""
        slots, resolved = self.found.slots, self.sentence.resolved(group)
        if self._is_held_by(group, index, HOLDING):
            slots.setdefault("holder", resolved)
            return index + 1
        if not resolved:
            slots.setdefault("unresolved", group)
        elif slot:
            slots.setdefault(slot, resolved)
        elif "object" not in slots and "unresolved" not in slots:
            slots["object"] = resolved
            self.found.after_object = group[-1].end
        return index

    def _can_be_object(self, piece: Piece) -> bool:
        """Return whether a name stands where only the thing bought can stand."""
        text, grammar = self.sentence.text, self.sentence.grammar
        between = text[self.previous_end : piece.start]
        rest = BRACKET.sub("", text[piece.end : piece.end + 40])[:BEHIND_OBJECT]
        shares, part = grammar.equity.search(rest), grammar.part.match(rest)
        ends = grammar.object_end.match(rest)
        introduced = part or (ends and between.endswith(grammar.syntax.before_name))
        described = is_proper(piece) and len(between) <= self.sentence.reach and introduced
        if (len(between) > NEAR_OBJECT and not described) or PARTED.search(between):
            return False
        if is_proper(piece):
            return bool(shares or part or ends)
        return shares is not None and (part is not None or (shares.start() <= 1 and len(piece.text) >= 4))


def read_right(sentence: Sentence, clause: Clause, found: Arguments) -> None:
    """Fill the slots that stand behind the verb."""
    cue, index = clause.cue, clause.at + 1
    following = clause.pieces[index] if index < clause.last else None
    if following and following.kind == "and" and following.start == cue.end:
        return  # 领投、跟投: the object is the next verb's
    right = _Right(sentence, clause, found, cue.end)
    while index < clause.last:
        index = right.take(index)
