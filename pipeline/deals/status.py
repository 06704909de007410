"""How sure a deal is: rumored, intended, announced, completed, withdrawn, denied or hypothetical."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.deals.pieces import Grammar
from pipeline.models import Span, Status

# What counts first where several cues stand around a verb: an example that tells of a plan is an example.
ORDER: tuple[Status, ...] = ("hypothetical", "denied", "withdrawn", "rumored", "completed", "announced", "intended")
GOVERNING = ("rumored", "hypothetical", "withdrawn", "denied")  # they may stand in the clause before
QUESTION = re.compile(r"[?？]\s*[”\"』」]?\s*$")


def status(
    text: str,
    grammar: Grammar,
    sentence: tuple[int, int],
    clause: tuple[int, int],
    cue: tuple[int, int],
    others: Sequence[int] = (),
    skip: int | None = None,
) -> tuple[Status, Span | None]:
    """Return the status of the deal a cue tells, and the word that says so.

    `skip` is where a word stands that only looks like a status: 将 before an object. A clause before it counts where it
    governs it (据报道, …); not where one of the `others`, the other cues, stands in it.
    """
    question = QUESTION.search(text, cue[1], sentence[1])
    if question:
        return "hypothetical", Span(start=question.start(), end=question.end(), text=question.group())
    before = _clause_before(text, sentence[0], clause[0])
    if any(before <= other < clause[0] for other in others):
        before = clause[0]
    for name in ORDER:
        near, far = grammar.status[name]
        match = far.search(text, sentence[0], sentence[1])
        if not match:
            match = _near(near, skip, text, clause, cue, before if name in GOVERNING else clause[0])
        if match:
            return name, Span(start=match.start(), end=match.end(), text=match.group())
    return "announced", None


def _clause_before(text: str, sentence_start: int, clause_start: int) -> int:
    comma = max(text.rfind(mark, sentence_start, max(sentence_start, clause_start - 1)) for mark in ",:")
    return comma + 1 if comma >= 0 else sentence_start


def _near(
    pattern: re.Pattern[str], skip: int | None, text: str, clause: tuple[int, int], cue: tuple[int, int], start: int
) -> re.Match[str] | None:
    found = None
    for match in pattern.finditer(text, start, clause[1]):
        if match.start() == skip:
            continue
        overlaps = match.start() < cue[1] and cue[0] < match.end()
        if overlaps and match.group().lower() == text[cue[0] : cue[1]].lower():
            continue
        found = match
        if match.start() >= cue[0]:
            break
    return found
