"""Deals with one named side, held back where a firm without a part in any deal stands beside them.

The other side is then mostly that firm, in words that no rule knows: on news that no rule was written for, one such
deal in four was right, and of those whose sentence names nobody else a good half.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.deals.candidates import Candidate
from pipeline.deals.sentence import Sentence
from pipeline.rules.frames import Org


def held_back(candidates: Sequence[Candidate], sentence: Sentence) -> list[Candidate]:
    """Return the candidates of a sentence without those of one named side whose clause names a firm without a part."""
    told = [org for candidate in candidates for _, org in candidate.parties]
    return [
        candidate
        for candidate in candidates
        if candidate.complete or not any(_without_part(org, told) for org in _beside(candidate, sentence))
    ]


def _beside(candidate: Candidate, sentence: Sentence) -> Iterator[Org]:
    """Yield the firms named in a candidate's clause, but for what stands in brackets: mostly another name of one."""
    first, last = candidate.arguments.window
    for piece in sentence.pieces:
        if piece.kind == "org" and first <= piece.start < last and not _bracketed(sentence, piece.start):
            yield piece.value


def _bracketed(sentence: Sentence, at: int) -> bool:
    opened, closed = (sentence.text.count(mark, sentence.start, at) for mark in "()")
    return opened > closed


def _without_part(org: Org, told: Sequence[Org]) -> bool:
    return not any(org.name == other.name or org.text in other.text or other.text in org.text for other in told)
