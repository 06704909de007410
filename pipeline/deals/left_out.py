"""What a clause leaves out or turns round: passives, subjects of earlier clauses, pronouns, its."""

from __future__ import annotations

from pipeline.deals.grammar import Piece
from pipeline.deals.groups import read_group
from pipeline.deals.sentence import Arguments, Clause, Group, Sentence, is_proper, named, slot_before, uses_up

# Characters, tuned against the zh and en examples.
FRAMED = 6  # between a name inside a frame and its verb
PASSIVE_REACH = 14  # between was and acquired: room for an adverb
OBJECT_BEFORE = 40  # between a clause and the one before that names its object
SHARES_REACH = 16  # between a name and its shares
BEGINS_CLAUSE = 3  # between a clause's mark and a verb that begins it
FRAMES = ("in", "media", "list", "like")


def turn_passive(sentence: Sentence, clause: Clause, found: Arguments) -> None:
    """Make the subject of a passive the object."""
    slots = found.slots
    if "object" in slots or "subject" not in slots or not _is_passive(sentence, clause, found):
        return
    slots["object"] = slots.pop("subject")
    found.after_object = slots["object"][-1].end


def _is_passive(sentence: Sentence, clause: Clause, found: Arguments) -> bool:
    """Return whether the clause turns its verb round: 甲被乙收购, A was acquired (by B), A, bought by B."""
    syntax, pieces, cue = sentence.grammar.syntax, clause.pieces, clause.cue
    left = pieces[clause.first : clause.at]
    if syntax.markers_lead:
        return "by" in found.slots and any(map(_opens_agent, left))
    if cue.text.endswith(syntax.active_endings) or cue.text.lower() in cue.value.nouns:
        return False
    passives = [piece for piece in left if piece.kind == "passive"]
    if passives and cue.start - passives[-1].end <= PASSIVE_REACH:
        return True
    following = pieces[clause.at + 1] if clause.at + 1 < len(pieces) else None
    return bool(following and _opens_agent(following) and following.start - cue.end <= 2)


def _opens_agent(piece: Piece) -> bool:
    return piece.kind in ("before", "both") and slot_before(piece) == "by"


def act_together(sentence: Sentence, clause: Clause, found: Arguments) -> None:
    """Make those who act beside the subject part of it: 甲联合乙收购, 甲与乙共同收购."""
    slots = found.slots
    beside = slots.pop("along", [])
    if "with" in slots and sentence.grammar.together.search(sentence.text, slots["with"][-1].end, clause.cue.end):
        beside += slots.pop("with")
    if beside:
        slots["subject"] = slots.get("subject", []) + beside


def take_framed_subject(sentence: Sentence, clause: Clause, found: Arguments) -> None:
    """Take the name right before its verb inside a frame of time, source or list: 在甲收购乙时."""
    attribute = sentence.grammar.syntax.attribute
    for slot in FRAMES:
        group = found.slots.get(slot)
        if not group or not 0 <= clause.cue.start - group[-1].end <= FRAMED:
            continue
        if not attribute or attribute not in sentence.text[group[-1].end : clause.cue.start]:
            found.slots["subject"] = found.slots.pop(slot)
            return


def take_elided_subject(sentence: Sentence, clause: Clause, found: Arguments) -> None:
    """Take the subject from the nearest clause before that has one, else from what the report goes on about."""
    pieces, end = clause.pieces, clause.first
    while end > 0:
        start = end - 1
        while start > 0 and not sentence.breaks(pieces[start - 1]):
            start -= 1
        group = _earlier_subject(sentence, pieces, start, end, taken_up=end == clause.first)
        if group:
            found.slots["subject"] = group
            found.elided = True
            _take_partner(sentence, pieces, start, clause.first, found)
            return
        end = start
    if sentence.topic and "by" not in found.slots:
        found.slots["subject"] = [named(sentence.topic)]
        found.elided = True


def _earlier_subject(sentence: Sentence, pieces: list[Piece], start: int, end: int, *, taken_up: bool) -> Group:
    """Return who acts in an earlier clause; where the next one takes a firm up, that firm: X, which bought Y."""
    if taken_up and pieces[end - 1].kind in ("relative", "open"):
        firms = [piece for piece in pieces[start:end] if piece.kind in ("org", "issuer")]
        group = sentence.resolved(firms[-1:])
        if group:
            return group
    if sentence.grammar.says.search(sentence.text, pieces[start].start, pieces[end - 1].end):
        return []
    return _clause_subject(sentence, pieces, start, end)


def _clause_subject(sentence: Sentence, pieces: list[Piece], start: int, end: int) -> Group:
    """Return who acts in a clause: a known firm, else a name that begins it."""
    marker: Piece | None = None
    possible: Group = []
    index = start
    while index < end:
        piece = pieces[index]
        if piece.kind in ("before", "both"):
            marker = piece
        elif piece.kind == "cue":
            return possible
        elif piece.kind in ("org", "issuer"):
            group, index = read_group(sentence, pieces, index, end)
            marked = marker and sentence.opens(marker, group[0])
            marker = None
            if not marked and sentence.acts(group, pieces[index] if index < len(pieces) else None):
                return sentence.resolved(group)
            continue
        elif not marker and not possible and _begins(sentence, pieces, index):
            possible = [piece]
        elif uses_up(piece):
            marker = None
        index += 1
    return possible


def _begins(sentence: Sentence, pieces: list[Piece], index: int) -> bool:
    """Return whether a name that no table knows is the subject of an earlier clause."""
    piece = pieces[index]
    if piece.kind != "maybe" or not is_proper(piece):
        return False
    if sentence.opens_clause(piece) or sentence.text[piece.end : piece.end + 1] in sentence.grammar.syntax.begins:
        return True
    following = pieces[index + 1] if index + 1 < len(pieces) else None
    return bool(following and following.kind == "cue" and following.start == piece.end)


def _take_partner(sentence: Sentence, pieces: list[Piece], start: int, end: int, found: Arguments) -> None:
    """Take whom the subject dealt with since its own clause: 甲与乙签约, 将支付5亿元."""
    for index in range(start, end - 1):
        piece, following = pieces[index], pieces[index + 1]
        opened = piece.kind == "before" and piece.value == "with" and following.kind == "org"
        if opened and sentence.opens(piece, following):
            found.slots.setdefault("with", read_group(sentence, pieces, index + 1, end)[0])
            return


def take_owner(sentence: Sentence, clause: Clause, found: Arguments) -> None:
    """Take whom its before an act means: the firm before it, else behind the comma: with its purchase of Y, X."""
    pieces, at = clause.pieces, clause.at
    before = pieces[at - 1] if at else None
    if before is None or before.kind != "pronoun" or pieces[at].start - before.end > sentence.reach // 2:
        return
    earlier = [piece for piece in pieces[: at - 1] if piece.kind == "org"]
    comma = next((index for index in range(at, clause.last) if pieces[index].text.strip() == ","), clause.last)
    later = [piece for piece in pieces[comma : clause.last] if piece.kind == "org"]
    owner = earlier[-1:] or later[:1]
    if owner:
        found.slots["its"] = owner
        if found.slots.get("object") == owner:
            del found.slots["object"]


def fill_pronouns(clause: Clause, found: Arguments) -> None:
    """Give each slot that a pronoun fills the last firm named before that is not the subject."""
    subject = found.names("subject")
    for slot, pronoun in found.pronouns.items():
        before = [piece for piece in clause.pieces[: clause.at] if piece.kind == "org" and piece.end <= pronoun.start]
        others = [piece for piece in before if piece.value.name not in subject]
        if others:
            found.slots.setdefault(slot, others[-1:])


def note_topic(sentence: Sentence, clause: Clause, found: Arguments) -> None:
    """Note the subject of the sentence's first clause where it is not this verb's own: who raises the round."""
    end = next((index for index in range(clause.first) if sentence.breaks(clause.pieces[index])), 0)
    topic = _clause_subject(sentence, clause.pieces, 0, end)
    if topic and not found.names("subject", "by") & {each.value.name for each in topic}:
        found.slots["topic"] = topic


def take_object_before(sentence: Sentence, clause: Clause, found: Arguments) -> None:
    """Take the object from the clause before a verb that begins its own: 将甲公司51%股权, 转让给乙."""
    start = found.window[0]
    if {"object", "ba", "toward"} & found.slots.keys() or clause.cue.start - start > BEGINS_CLAUSE:
        return
    for piece in reversed(clause.pieces[: clause.first]):
        if piece.start < start - OBJECT_BEFORE or piece.kind == "stop":
            return
        if piece.kind not in ("org", "issuer", "maybe"):
            continue
        shares = sentence.grammar.equity.search(sentence.text, piece.end, min(piece.end + SHARES_REACH, start))
        if shares and "," not in sentence.text[piece.end : shares.start()]:
            group = sentence.resolved([piece])
            if group:
                found.slots["ba"] = group
            return
