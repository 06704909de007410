"""Who stands in a slot of a frame, also in those that only some frames ask for: who asks for tenders, who reports."""

from __future__ import annotations

from pipeline.deals.grammar import Piece
from pipeline.deals.groups import read_group
from pipeline.deals.sentence import Arguments, Group, Sentence, named, slot_before
from pipeline.deals.tenders import announced_owner, project_owner

NEAR_SIDE = 16  # characters between 受让方为 and the name, its description between them; from the zh examples
OBJECTS = ("name", "firm", "goods", "unit", "noun")
"""Heads of what a verb can act on."""


def in_slot(sentence: Sentence, cue: Piece, slot: str, arguments: Arguments) -> Group:
    """Return who stands in a slot, also in those that only some frames ask for."""
    if slot == "owner":
        if arguments.turned and sentence.grammar.plain_order:
            return arguments.slots.get("object owner", [])  # KBR was awarded | an Army | contract
        named_owner = arguments.slots.get("object") or arguments.slots.get("object owner") or []
        if any(each.kind == "org" for each in named_owner):
            return named_owner
        behind = project_owner(sentence, cue.end, arguments.window[1])
        return behind or announced_owner(sentence, cue, arguments) or named_owner
    if slot in ("issuer", "topic") and "object" not in arguments.slots and _names_another(sentence, cue):
        return []
    if slot == "issuer":
        return [named(sentence.issuer)] if sentence.issuer and not _owns_actor(sentence, cue) else []
    if slot == "source" and slot not in arguments.slots:
        return _sender(sentence, cue)
    if slot in ("buyer", "seller"):
        return _side(sentence, cue, slot)
    if slot == "object" and "object" not in arguments.slots and "pronoun" in arguments.slots:
        return _antecedent(sentence, cue, arguments)
    return arguments.slots.get(slot, [])


def _names_another(sentence: Sentence, cue: Piece) -> bool:
    """Return whether an object that no firm is found in stands right behind a verb: 增资|美国厂, 增资|对岸分行."""
    if not sentence.grammar.syntax.markers_lead:
        return False
    following = next((each for each in sentence.phrases_around(cue) if each.start >= cue.end), None)
    beside = following is not None and following.kind == "np" and following.start - cue.end <= 1
    return beside and following is not None and following.head in OBJECTS and not following.values


def _owns_actor(sentence: Sentence, cue: Piece) -> bool:
    """Return whether the firm of the report only owns, in this clause, the one who acts: 甲的乙认购."""
    issuer, syntax = sentence.issuer, sentence.grammar.syntax
    here = issuer is not None and sentence.start <= issuer.start < cue.start
    return here and issuer is not None and sentence.text.startswith(syntax.of, issuer.end)


def _side(sentence: Sentence, cue: Piece, slot: str) -> Group:
    """Return the firm that a noun names as a side of the deal, behind the verb: 受让方为X."""
    noun = sentence.grammar.sides[slot].search(sentence.text, cue.end, sentence.pieces[-1].end)
    if not noun:
        return []
    behind = (i for i, piece in enumerate(sentence.pieces) if piece.start >= noun.end())
    first = next((i for i in behind if _is_named(sentence, sentence.pieces[i])), None)
    if first is None or sentence.pieces[first].start - noun.end() > NEAR_SIDE:
        return []
    if any(
        noun.end() <= p.start < sentence.pieces[first].start and p.kind in ("break", "stop", "cue")
        for p in sentence.pieces
    ):
        return []
    return read_group(sentence, sentence.pieces, first, len(sentence.pieces))[0]


def _is_named(sentence: Sentence, piece: Piece) -> bool:
    """Return whether a piece names a firm; before a trade a name may be a mere word: 受让方为|物流公司甲."""
    described = sentence.text.startswith(sentence.grammar.classes.firm_nouns, piece.end)
    return piece.kind == "org" or (piece.kind == "maybe" and not described)


def _sender(sentence: Sentence, cue: Piece) -> Group:
    """Return the firm whose letter an earlier clause tells of: 收到甲的通知,确定公司为项目的|中标单位."""
    pieces = sentence.pieces
    for index, piece in enumerate(pieces):
        following = pieces[index + 1] if index + 1 < len(pieces) else None
        if piece.end > cue.start or following is None or piece.kind not in ("before", "both"):
            continue
        if slot_before(piece) == "source" and following.kind == "org" and sentence.opens(piece, following):
            return read_group(sentence, pieces, index + 1, len(pieces))[0]
    return []


def _antecedent(sentence: Sentence, cue: Piece, arguments: Arguments) -> Group:
    """Return the firm that 其 behind the verb takes up: the last one named before that is not the subject."""
    subject = arguments.names("subject")
    before = [piece for piece in sentence.pieces if piece.kind == "org" and piece.end <= cue.start]
    return [piece for piece in before if piece.value.name not in subject][-1:]
