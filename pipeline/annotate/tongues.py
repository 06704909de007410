"""Tells the language of every sentence, so that a quoted one is read by its own language's rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Protocol

from pipeline.marks import CuedSentence, CueMark
from pipeline.models import Document, Normalized
from pipeline.rules.knowledge import Knowledge

FIGURE = re.compile(r"\d")


class Normalizer(Protocol):
    """What the stage before knows and this one asks it: `pipeline.normalize`, passed in by name."""

    def normalize(self, document: Document, knowledge: Knowledge | None = None) -> Normalized: ...
    def fold(self, text: str) -> str: ...
    def language_in(
        self, text: str, start: int, end: int, at_home: str, knowledge: Knowledge, hints: Collection[str] = ()
    ) -> str: ...


Asked = Callable[[int, int, str, Collection[str]], str]
"""Tells the language of a range, by where it stands and what hints at one."""


def spoken(normalized: Normalized, borders: Sequence[int], cues: Sequence[CueMark], ask: Asked) -> list[CuedSentence]:
    """Return every sentence with its language: that of its block, unless its own script or words say otherwise."""
    text = normalized.text
    found = []
    homes, ahead = _homes(normalized), iter(cues)
    home, until = next(homes)
    cue = next(ahead, None)
    for start, end in pairwise([*borders, len(text)]):
        while start >= until:
            home, until = next(homes)
        hints = set()
        while cue and cue.start < end:
            hints.add(cue.language)
            cue = next(ahead, None)
        # where nothing counts or acts, no language has anything to read
        told = hints or FIGURE.search(text, start, end)
        found.append(CuedSentence(start, end, ask(start, end, home, hints) if told else home))
    return found


def _homes(normalized: Normalized) -> Iterator[tuple[str, int]]:
    """Yield the languages of the blocks with where each ends, and of what stands between them the document's own."""
    for block, language in zip(normalized.blocks(), normalized.languages, strict=True):
        yield normalized.language, block.start
        yield language, block.end
    yield normalized.language, len(normalized.text) + 1


def by_language(text: str, sentences: Iterable[CuedSentence]) -> list[tuple[str, str]]:
    """Return each language with the text in which every sentence of another one is blank: all offsets stay."""
    runs = [(language, list(run)) for language, run in groupby(sentences, key=lambda sentence: sentence.language)]
    if len(runs) <= 1:
        return [(language, text) for language, _ in runs]
    ranges = [(language, run[0].start, run[-1].end) for language, run in runs]
    return [
        (language, "".join(text[s:e] if own == language else "\n" * (e - s) for own, s, e in ranges))
        for language in dict.fromkeys(own for own, _, _ in ranges)
    ]
