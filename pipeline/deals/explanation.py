"""Lays out why a document reads as it does: sentence by sentence, what was marked in it and which rules were tried."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipeline.marks import Group, Marks
from pipeline.models import Noun

if TYPE_CHECKING:
    from pipeline.deals.traces import Trace

MARKED: tuple[Group, ...] = ("dates", "quantities", "rounds", "stakes", "amounts", "companies", "cues")
"""What is shown in a sentence; of two that overlap, the later one stands on top."""


class Try(Noun, frozen=True, kw_only=True):
    """A rule that a cue called up: what filled its slots, and whether it won or why not."""

    cue: str
    rule: str
    slots: dict[str, str]
    verdict: str
    won: bool


class ExplainedMark(Noun, frozen=True, kw_only=True):
    """Something found in a sentence; `start` and `end` count from the sentence's beginning."""

    group: str
    start: int
    end: int


class Explained(Noun, frozen=True, kw_only=True):
    """A sentence with a cue, as the document writes it."""

    text: str
    marks: tuple[ExplainedMark, ...]
    tries: tuple[Try, ...]


def explained(marked: Marks, traces: Iterable[Trace]) -> tuple[Explained, ...]:
    """Return the sentences of an annotated document that hold a cue, each with its marks and the rules tried."""
    traced = list(traces)
    return tuple(
        Explained(
            text=_original(marked, start, end),
            marks=tuple(_marks(marked, start, end)),
            tries=tuple(_try(trace) for trace in traced if start <= trace.start < end),
        )
        for start, end, _ in marked.sentences
    )


def _original(marked: Marks, start: int, end: int) -> str:
    normalized = marked.normalized
    first, last = normalized.offsets.original(start, end)
    return normalized.document.text[first:last]


def _marks(marked: Marks, start: int, end: int) -> Iterable[ExplainedMark]:
    normalized = marked.normalized
    base = normalized.offsets.original(start, end)[0]
    for group in MARKED:
        for noun in getattr(marked, group):
            if start <= noun.start < end:
                first, last = normalized.offsets.original(noun.start, noun.end)
                yield ExplainedMark(group=group, start=first - base, end=last - base)


def _try(trace: Trace) -> Try:
    slots = {name: text for name, text in trace.slots.items() if text}
    return Try(cue=trace.cue, rule=trace.frame, slots=slots, verdict=trace.verdict, won=trace.won)
