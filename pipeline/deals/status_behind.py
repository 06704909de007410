"""How sure a deal is where the verb stands last: what governs it stands behind it, 買収する|方針を|固めた."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.deals.sentence import Sentence
from pipeline.models import Status
from pipeline.rules.frames import Cue, Frame

TELLING = 14  # characters behind a cue in which its own verb stands: の契約を|締結した
COMMAS = "、,，､"
Match = re.Match[str] | None
Readings = Iterator[tuple[Status, Match]]


def _until(sentence: Sentence, cue: Cue, others: Sequence[int]) -> int:
    """Return where the words that govern a cue end: at another act behind a comma, else with the sentence."""
    text = sentence.text
    for other in sorted(other for other in others if other > cue.end):
        if any(mark in text[cue.end : other] for mark in COMMAS):
            return max(text.rfind(mark, cue.end, other) for mark in COMMAS)
    return sentence.end


def readings_behind(sentence: Sentence, cue: Cue, frame: Frame, others: Sequence[int]) -> Readings:
    """Yield each status with the word that says so, the one that goes before the others first."""
    text, grammar, until = sentence.text, sentence.grammar, _until(sentence, cue, others)
    clause = next((at for at in range(cue.end, until) if text[at] in COMMAS), until)
    near = {name: patterns[0] for name, patterns in grammar.status.items()}
    far = {name: patterns[1] for name, patterns in grammar.status.items()}
    told_past = grammar.chain["done_mark"].match(text, cue.end)
    yield "hypothetical", far["hypothetical"].search(text, sentence.start, sentence.end)
    yield "denied", near["denied"].search(text, cue.end, clause) or grammar.negation.match(text, cue.end)
    yield "withdrawn", near["withdrawn"].search(text, cue.end, until)
    if frame.past_is_done:
        yield "completed", told_past
    yield "rumored", far["rumored"].search(text, sentence.start, sentence.end)
    yield "rumored", near["rumored"].search(text, cue.end, until)
    yield "intended", near["intended"].search(text, cue.end, clause)
    yield "completed", near["completed"].search(text, cue.end, min(clause, cue.end + TELLING))
    before = max(sentence.start, cue.start - TELLING)
    yield "completed", grammar.chain["done_before"].search(text, before, cue.start)
    yield "announced", near["announced"].search(text, cue.end, until)
