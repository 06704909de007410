"""How sure a deal is where the verb stands last: what governs it stands behind it, 買収する|方針を|固めた."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.deals.sentence import Sentence
from pipeline.models import Status
from pipeline.rules.frames import Cue, Frame

TELLING = 14  # characters behind a cue in which its own verb stands: の契約を|締結した
OWN = 24  # characters behind a noun in which its verb stands: 増資により10億円を|調達した
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


def _clause_end(sentence: Sentence, cue: Cue, until: int) -> int:
    """Return where the clause of a cue ends: at a comma behind its verb, or right behind the cue."""
    text, cases = sentence.text, sentence.grammar.cases
    for at in range(cue.end, until):
        if text[at] in COMMAS and (at == cue.end or cases is None or cases.verb.search(text, cue.end, at + 1)):
            return at
    return until


def _past(sentence: Sentence, cue: Cue, clause: int) -> Match:
    """Return what puts the act into the past: its own ending, or that of the verb it is the noun of.

    One that only links takes the tense of the verb behind it: 出資し、|取得する.
    """
    text, grammar, cases = sentence.text, sentence.grammar, sentence.grammar.cases
    done = grammar.chain["done_mark"]
    own = done.match(text, cue.end)
    if cases is None or (own and not own.group().endswith(tuple(COMMAS))):
        return own
    if own:
        for closing in cases.verb.finditer(text, own.end(), sentence.end):
            if not text[closing.end() - 1 : closing.end() + 1].endswith(tuple(COMMAS)):
                return own if done.search(closing.group()) else None
        return own
    governing = cases.verb.search(text, cue.end, min(clause, cue.end + OWN))
    if governing is None or not done.search(governing.group()):
        return None
    others = (near.search(text, cue.end, governing.end()) for near, _ in grammar.status.values())
    return None if any(others) else governing


def readings_behind(sentence: Sentence, cue: Cue, frame: Frame, others: Sequence[int]) -> Readings:
    """Yield each status with the word that says so, the one that goes before the others first."""
    text, grammar, until = sentence.text, sentence.grammar, _until(sentence, cue, others)
    clause = _clause_end(sentence, cue, until)
    told_past = _past(sentence, cue, clause)
    near = {name: patterns[0] for name, patterns in grammar.status.items()}
    far = {name: patterns[1] for name, patterns in grammar.status.items()}
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
