"""How sure a deal is: rumored, intended, announced, completed, withdrawn, denied or hypothetical."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.deals.sentence import Arguments, Sentence
from pipeline.frames import Cue
from pipeline.models import Span, Status

# What counts first where several cues stand around a verb: an example that tells of a plan is an example.
ORDER: tuple[Status, ...] = ("hypothetical", "denied", "withdrawn", "rumored", "completed", "announced", "intended")
GOVERNING = ("rumored", "hypothetical", "withdrawn", "denied")  # they may stand in the clause before
QUESTION = re.compile(r"\?\s*[”\"』」]?\s*$")


def status(
    sentence: Sentence, cue: Cue, arguments: Arguments, others: Sequence[int] = ()
) -> tuple[Status, Span | None]:
    """Return the status of the deal a cue tells, and the word that says so.

    A clause before it counts where it governs it (据报道, …), not where one of the `others`, the other cues, stands in
    it.
    """
    text, clause_start = sentence.text, arguments.window[0]
    question = QUESTION.search(text, cue.end, sentence.end)
    if question:
        return "hypothetical", _span(question)
    before = _clause_before(sentence, clause_start)
    if any(before <= other < clause_start for other in others):
        before = clause_start
    for name in ORDER:
        near, far = sentence.grammar.status[name]
        match = far.search(text, sentence.start, sentence.end)
        match = match or _near(near, text, before if name in GOVERNING else clause_start, cue, arguments)
        if match:
            return name, _span(match)
    return "announced", None


def _span(match: re.Match[str]) -> Span:
    return Span(start=match.start(), end=match.end(), text=match.group())


def _clause_before(sentence: Sentence, clause_start: int) -> int:
    until = max(sentence.start, clause_start - 1)
    comma = max(sentence.text.rfind(mark, sentence.start, until) for mark in ",:")
    return comma + 1 if comma >= 0 else sentence.start


def _near(pattern: re.Pattern[str], text: str, start: int, cue: Cue, arguments: Arguments) -> re.Match[str] | None:
    """Return the last status word up to the cue, else the first behind it; 将 before an object is none."""
    found = None
    for match in pattern.finditer(text, start, arguments.window[1]):
        overlaps = match.start() < cue.end and cue.start < match.end()
        if match.start() == arguments.object_marker or (overlaps and match.group().lower() == cue.text.lower()):
            continue
        found = match
        if match.start() >= cue.start:
            break
    return found
