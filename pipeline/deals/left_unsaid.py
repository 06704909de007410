"""What a clause leaves unsaid where nouns are marked behind them: who acts, who acts beside, whom `both` means."""

from __future__ import annotations

from pipeline.deals.grammar import Piece
from pipeline.deals.sentence import Arguments, Sentence, named
from pipeline.rules.frames import Org

ACTED_ON = frozenset(("object", "to", "with", "from", "of"))


def act_beside(found: Arguments) -> None:
    """Make those who act beside the subject part of it: 甲は乙と組み."""
    slots = found.slots
    told = found.names("subject")
    more = [each for each in slots.get("along", ()) if each.value.name not in told]
    if more and "subject" in slots:
        slots["subject"] = [*slots["subject"], *more]


def take_both(sentence: Sentence, cue: Piece, found: Arguments) -> None:
    """Take the two firms that a word for both means, where partners are asked for and fewer are told: 両社."""
    slots, grammar = found.slots, sentence.grammar
    partners = {name for frame in cue.value.frames for name in found.names(*frame.partner)}
    asked = any(frame.partner for frame in cue.value.frames)
    word = grammar.pair.search(sentence.text, sentence.start, cue.start) if asked and len(partners) < 2 else None
    if word is None:
        return
    pair = _named_together(sentence, word.start()) or sentence.pair
    if pair:
        slots["subject"], slots["with"] = [named(pair[0])], [named(pair[1])]
        found.elided = False


def _named_together(sentence: Sentence, before: int) -> tuple[Org, Org] | None:
    """Return the last two firms named before a place of the sentence, if there are two."""
    names = [piece.value for piece in sentence.pieces if piece.kind in ("org", "maybe") and piece.end <= before]
    return (names[-2], names[-1]) if len(names) > 1 else None


def take_other_of_pair(sentence: Sentence, cue: Piece, found: Arguments) -> None:
    """Take whom one of two firms told together before gives a sum to, where its own sentence names nobody else."""
    slots, given = found.slots, any("to" in frame.payee and "subject" in frame.payer for frame in cue.value.frames)
    acting = {each.value.company_id or each.value.name for each in slots.get("subject", ())}
    if not given or not sentence.pair or len(acting) != 1 or (ACTED_ON | {"toward", "by"}) & slots.keys():
        return
    named_here = {piece.value.company_id or piece.value.name for piece in sentence.pieces if piece.kind == "org"}
    sums = any(piece.kind == "amount" for piece in sentence.pieces)
    others = [org for org in sentence.pair if (org.company_id or org.name) not in acting]
    if sums and len(others) == 1 and not found.unnamed and named_here <= acting:
        slots["to"] = [named(others[0])]
        found.elided = True


def take_left_out(sentence: Sentence, cue: Piece, found: Arguments) -> None:
    """Take who acts from the sentences before, where the clause names nobody and has no other subject."""
    slots = found.slots
    acts_on = ACTED_ON & slots.keys()
    issuer = None if sentence.grammar.syntax.markers_lead else sentence.issuer
    about = sentence.topic or (issuer if {"object", "to", "with"} & acts_on else None)
    if about is None or about.start >= cue.start or {"subject", "by"} & slots.keys():
        return
    if about.name not in found.names(*slots):
        slots["subject"] = [named(about)]
        found.elided = True
