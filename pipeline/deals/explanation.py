"""Lays out why a document reads as it does: sentence by sentence, what was marked in it and which rules were tried."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipeline.marks import Group, Marks
from pipeline.models import Noun

if TYPE_CHECKING:
    from pipeline.deals.traces import SentenceTrace, Trace

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


class ExplainedPhrase(Noun, frozen=True, kw_only=True):
    """A phrase of a sentence: its text, and its head where it is a noun phrase, else its kind."""

    text: str
    role: str


class Explained(Noun, frozen=True, kw_only=True):
    """A sentence with a cue, as the document writes it; `about` are the firms that it may leave out, and why."""

    text: str
    marks: tuple[ExplainedMark, ...]
    phrases: tuple[ExplainedPhrase, ...]
    about: dict[str, str]
    hidden: tuple[str, ...]
    """Cues that tell nothing here: inside a name, of another language, or only marking who does what the next tells."""
    tries: tuple[Try, ...]


def explained(marked: Marks, traces: Iterable[SentenceTrace]) -> tuple[Explained, ...]:
    """Return the sentences of an annotated document that hold a cue, each with its marks and the rules tried."""
    read = {trace.start: trace for trace in traces}
    return tuple(_explained(marked, start, end, read.get(start)) for start, end, _ in marked.sentences)


def _explained(marked: Marks, start: int, end: int, trace: SentenceTrace | None) -> Explained:
    phrases = [] if trace is None else [(phrase, phrase.head or phrase.kind) for phrase in trace.phrases]
    texts = [(_original(marked, phrase.start, phrase.end).strip(), role) for phrase, role in phrases]
    tries = () if trace is None else trace.tries
    tried = {each.start for each in tries}
    return Explained(
        text=_original(marked, start, end),
        marks=tuple(_marks(marked, start, end)),
        phrases=tuple(ExplainedPhrase(text=text, role=role) for text, role in texts if text),
        about={} if trace is None else trace.about,
        hidden=tuple(cue.text for cue in marked.cues if start <= cue.start < end and cue.start not in tried),
        tries=tuple(map(_try, tries)),
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
