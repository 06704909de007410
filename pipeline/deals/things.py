"""What is bought: shares, a whole firm, or goods."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.deals.grammar import Piece
from pipeline.deals.sentence import BRACKET, Arguments, Clause, Sentence
from pipeline.rules.frames import Thing

# Characters, tuned against the zh and en examples.
THING_REACH = 16  # behind an object that still say what of it is bought
STAKE_REACH = 6  # between an object and its percentage
VALUE_REACH = 30  # a value so far behind still stands between an object and what of it is bought
LOOK_AHEAD = 40
MARK = re.compile("[,。;:]")


def thing_bought(sentence: Sentence, clause: Clause, found: Arguments) -> Thing:
    """Return what the words behind the object, or behind the verb without one, say is bought."""
    cue, behind = clause.cue, clause.pieces[clause.at : clause.last]
    start = _where_told(found, cue)
    stop = min(found.window[1], start + THING_REACH)
    if start < cue.start:
        stop = min(stop, cue.start)
    values = [p for p in behind if p.kind in ("amount", "date", "org") and p.start < stop + VALUE_REACH]
    ahead = MARK.split(_ahead(sentence, start, stop, values), maxsplit=1)[0]
    shares = sentence.grammar.equity.search(ahead)
    goods = sentence.grammar.any_goods.search(ahead)
    if goods and sentence.grammar.business.match(ahead, goods.end()):
        goods = None  # a chip plant or a cloud business is bought as a firm is
    if shares and (not goods or shares.start() <= goods.start()):
        return "equity"
    if goods:
        return "goods"
    if any(p.kind == "stake" and start <= p.start <= start + STAKE_REACH for p in behind):
        return "equity"
    return "firm" if {"object", "ba", "toward"} & found.slots.keys() else "none"


def _where_told(found: Arguments, cue: Piece) -> int:
    """Return the place behind which the text says what is bought."""
    slots = found.slots
    if "pronoun" in slots and "object" not in slots:
        return slots["pronoun"][0].end
    if "object" in slots and found.after_object > cue.start:
        return found.after_object
    for slot in ("ba", "toward"):
        if slot in slots:
            return slots[slot][-1].end
    return cue.end


def _ahead(sentence: Sentence, start: int, stop: int, values: Sequence[Piece]) -> str:
    """Return the text behind an object, values and brackets left out, so that what is bought stands near."""
    parts: list[str] = []
    at = start
    for value in values:
        if at <= value.start < stop + sum(map(len, parts)):
            parts.append(sentence.text[at : value.start])
            at = value.end
            stop += value.end - value.start
    parts.append(sentence.text[at : max(at, min(stop + LOOK_AHEAD, sentence.end))])
    return BRACKET.sub("", "".join(parts))[:THING_REACH]
