"""How sure a deal is: rumored, intended, announced, completed, withdrawn, denied or hypothetical."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.deals.sentence import Arguments, Sentence
from pipeline.models import Span, Status
from pipeline.rules.frames import Cue

# What counts first where several cues stand around a verb: an example that tells of a plan is an example.
ORDER: tuple[Status, ...] = ("hypothetical", "denied", "withdrawn", "rumored", "completed", "announced", "intended")
GOVERNING = ("rumored", "hypothetical", "withdrawn", "denied")  # they may stand in the clause before
QUESTION = re.compile(r"\?\s*[”\"』」]?\s*$")


OUTCOMES = ("withdrawn", "completed")  # they may stand in a clause behind: 但交易告吹


def status(
    sentence: Sentence, cue: Cue, arguments: Arguments, others: Sequence[int] = ()
) -> tuple[Status, Span | None]:
    """Return the status of the deal a cue tells, and the word that says so.

    A clause before it counts where it governs it (据报道, …), not where one of the `others`, the other cues, stands in
    it.
    """
    text, clause_start = sentence.text, arguments.window[0]
    if not sentence.grammar.syntax.comma_ends_clause:  # what is said of an earlier act is not said of this one
        clause_start = max([clause_start, *(other for other in others if other < cue.start)])
    question = QUESTION.search(text, cue.end, sentence.end)
    if question:
        return "hypothetical", _span(question)
    before = _clause_before(sentence, clause_start)
    if any(before <= other < clause_start for other in others):
        before = clause_start
    behind = _behind(sentence, cue, arguments, others)
    for name in ORDER:
        near, far = sentence.grammar.status[name]
        match = far.search(text, sentence.start, sentence.end)
        match = match or _near(near, text, before if name in GOVERNING else clause_start, cue, arguments)
        if not match and name in OUTCOMES:
            match = near.search(text, behind[0], behind[2] if name == "withdrawn" else behind[1])
        if match and not (name == "completed" and _is_planned(sentence, match, clause_start, cue, arguments)):
            return name, _span(match)
    return "announced", None


def _behind(sentence: Sentence, cue: Cue, arguments: Arguments, others: Sequence[int]) -> tuple[int, int, int]:
    """Return where the text behind a cue's clause begins, names the next firm, and comes to the next cue."""
    start = arguments.window[1]
    if not sentence.grammar.syntax.comma_ends_clause:
        return start, start, start
    names = [piece.start for piece in sentence.pieces if piece.kind in ("org", "issuer") and piece.start >= start]
    until = min((other for other in others if other >= start), default=sentence.end)
    return start, min([*names, until]), until


def _is_planned(sentence: Sentence, done: re.Match[str], clause_start: int, cue: Cue, arguments: Arguments) -> bool:
    """Return whether a plan stands before the word that says it is done: 计划完成, expects to close."""
    plan = _near(sentence.grammar.status["intended"][0], sentence.text, clause_start, cue, arguments)
    return plan is not None and plan.start() < done.start()


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
