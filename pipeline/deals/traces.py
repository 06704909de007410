"""Why a cue told a deal or not: what `deals explain` shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.deals.candidates import Candidate
from pipeline.deals.competition import CONFIDENT
from pipeline.deals.discourse import SentenceDeals
from pipeline.deals.filling import FITS
from pipeline.deals.phrases import Phrase

LIST = "、"


@dataclass(frozen=True)
class Trace:
    """What became of one frame of one cue."""

    start: int
    end: int
    cue: str
    frame: str
    slots: dict[str, str]
    verdict: str
    won: bool = False


@dataclass(frozen=True)
class SentenceTrace:
    """How one sentence was read: its phrases, whom the text before makes it about, and the frames tried."""

    start: int
    phrases: tuple[Phrase, ...]
    about: dict[str, str]
    """The firms that the sentence may leave out, by what makes it about them: `issuer`, `topic`, `pair`, `speaker`."""
    tries: tuple[Trace, ...]


def sentence_trace(told: SentenceDeals) -> SentenceTrace:
    """Return how a sentence was read."""
    sentence = told.sentence
    cue = next((piece for piece in sentence.pieces if piece.kind == "cue"), None)
    firms = {"issuer": sentence.issuer, "topic": sentence.topic, "speaker": sentence.speaker}
    about = {name: org.text for name, org in firms.items() if org is not None}
    if sentence.pair is not None:
        about["pair"] = LIST.join(org.text for org in sentence.pair)
    phrases = tuple(sentence.phrases_around(cue)) if cue else ()
    return SentenceTrace(sentence.start, phrases, about, tuple(_traces(told)))


def _traces(told: SentenceDeals) -> Iterator[Trace]:
    """Yield what became of each attempt of a sentence, given the candidates that are reported."""
    kept, held = ({(each.cue.start, each.frame.id) for each in group} for group in (told.kept, told.held))
    for cue, frame, arguments, verdict, candidate in told.attempts:
        slots = {slot: LIST.join(each.text for each in group) for slot, group in arguments.slots.items()}
        slots["thing"] = arguments.thing
        won = candidate is not None and (cue.start, frame.id) in kept
        if candidate and (cue.start, frame.id) in held:
            verdict = "one side, beside a firm without a part"
        elif candidate and verdict == FITS and not won:
            verdict = _why_not(candidate, told.kept)
        rule = f"{cue.value.language}.{frame.id}"
        yield Trace(cue.start, cue.end, cue.text, rule, slots, verdict, won)


def _why_not(candidate: Candidate, kept: Sequence[Candidate]) -> str:
    better = next((c for c in kept if c.pairs & candidate.pairs or c.cue.start == candidate.cue.start), None)
    if better:
        return f"another rule tells it better: {better.cue.language}.{better.frame.id}"
    if candidate.confidence < CONFIDENT:
        return f"not sure enough: {candidate.confidence:.2f}"
    return "a reader's comment without a figure"
