"""Givers with a sum each, in a row behind the first: $20 million from A and $10 million from B."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.deals.candidates import Candidate
from pipeline.deals.phrases import Phrase
from pipeline.deals.sentence import Sentence, slot_after
from pipeline.models import Amount

GIVEN = "from"
JOINTS = ("and", "comma")
PARTS = ("and", "along", "with", "list")
"""What opens the parts of a total told before: $30 million, with $20 million from A and $10 million from B."""


def with_own_sums(candidate: Candidate, sentence: Sentence, amounts: Sequence[Amount]) -> list[Candidate]:
    """Return a candidate and one more for each giver in a row behind its own; a total told before has no givers."""
    givers = [org.start for role, org in candidate.parties if role == "payer"]
    if not candidate.amount or not givers or not sentence.grammar.plain_order:
        return [candidate]
    phrases = sentence.phrases_of(candidate.cue)
    last = next((i for i, phrase in enumerate(phrases) if any(n.start == givers[-1] for n in phrase.names)), None)
    if last is None:
        return [candidate]
    row = [_of(candidate, amount, phrase) for amount, phrase in _row(phrases, last, amounts)]
    first = _own_sum(phrases, last, amounts)
    if first is None or first == candidate.amount:
        return [candidate, *row]
    if not row or not _is_part(phrases, last):
        return [candidate]
    total = replace(candidate, parties=tuple((role, org) for role, org in candidate.parties if role != "payer"))
    return [total, replace(candidate, amount=first), *row]


def _of(candidate: Candidate, amount: Amount, giver: Phrase) -> Candidate:
    """Return a candidate with another giver and its own sum."""
    others = tuple((role, org) for role, org in candidate.parties if role != "payer")
    return replace(candidate, parties=(*(("payer", name.value) for name in giver.names), *others), amount=amount)


def _row(phrases: Sequence[Phrase], at: int, amounts: Sequence[Amount]) -> Iterator[tuple[Amount, Phrase]]:
    """Yield the sums behind a giver and the giver of each, as long as only joints part one from the next."""
    while True:
        behind = next((i for i in range(at + 1, len(phrases)) if phrases[i].kind not in JOINTS), None)
        if behind is None or behind == at + 1 or behind + 2 >= len(phrases):
            return
        at = behind + 2
        amount = _own_sum(phrases, at, amounts)
        if amount is None or phrases[at].head != "name" or phrases[at].possessive:
            return
        yield amount, phrases[at]


def _own_sum(phrases: Sequence[Phrase], at: int, amounts: Sequence[Amount]) -> Amount | None:
    """Return the sum that stands with its marker right before a giver: $10 million | from | B."""
    marker = phrases[at].marker
    if at < 2 or marker is None or slot_after(marker) != GIVEN:
        return None
    return next((amount for amount in amounts if amount.start == phrases[at - 2].start), None)


def _is_part(phrases: Sequence[Phrase], at: int) -> bool:
    """Return whether the sum before a giver opens the parts of a total that is told before it."""
    opened = phrases[at - 3] if at >= 3 else None
    if opened is None or opened.kind in JOINTS:
        return opened is not None
    return opened.kind == "marker" and opened.piece is not None and slot_after(opened.piece) in PARTS
