"""Who stands where around a cue: subject, object and the parties that function words mark.

The reading follows dependency-like slots without a parser: a clause is cut at breaks, markers open slots, coordinated
names form groups, and what a clause leaves out is taken from the clauses before.
"""

from __future__ import annotations

from pipeline.deals import left_out
from pipeline.deals.grammar import Piece
from pipeline.deals.left import read_left
from pipeline.deals.right import read_right
from pipeline.deals.sentence import Arguments, Sentence
from pipeline.deals.things import thing_bought


def read_arguments(sentence: Sentence, cue: Piece) -> Arguments:
    """Return what stands around a cue."""
    clause = sentence.clause(cue)
    found = Arguments(sentence.window(clause))
    read_left(sentence, clause, found)
    read_right(sentence, clause, found)
    resolved = {slot: g if slot == "pronoun" else sentence.resolved(g) for slot, g in found.slots.items()}
    found.slots = {slot: group for slot, group in resolved.items() if group}
    left_out.turn_passive(sentence, clause, found)
    left_out.act_together(sentence, clause, found)
    if "subject" not in found.slots and "by" not in found.slots:
        left_out.take_framed_subject(sentence, clause, found)
    if "subject" not in found.slots:
        left_out.take_elided_subject(sentence, clause, found)
    left_out.turn_passive(sentence, clause, found)  # again: the elided subject may be a passive's
    if not sentence.grammar.syntax.markers_lead:
        left_out.take_owner(sentence, clause, found)
    left_out.fill_pronouns(clause, found)
    left_out.note_topic(sentence, clause, found)
    left_out.take_object_before(sentence, clause, found)
    found.thing = thing_bought(sentence, clause, found)
    return found
