"""What annotate marked in a document, by place."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any

from spacy.tokens import Doc

from pipeline.deals.candidates import Values
from pipeline.models import Block, Normalized


class Annotated:
    """The marks of one document and its blocks, found by offset."""

    def __init__(self, doc: Doc) -> None:
        self.normalized: Normalized = doc.user_data["normalized"]
        self.text = self.normalized.text
        self.sentences: list[tuple[int, int]] = doc.user_data["sentences"]
        self._marks = doc.user_data
        self._blocks = self.normalized.document.blocks
        self._block_starts = [block.start for block in self._blocks]

    def inside(self, group: str, start: int, end: int) -> list[Any]:
        """Return the marks of a group that begin in a range of the normalized text, in reading order."""
        marks = self._marks.get(group, ())
        first = bisect_left(marks, start, key=lambda mark: mark.start)
        last = bisect_left(marks, end, lo=first, key=lambda mark: mark.start)
        return list(marks[first:last])

    def values(self, start: int, end: int) -> Values:
        """Return the values told in a range of the normalized text."""
        amounts = self.inside("amounts", start, end) + self.inside("bare", start, end)
        others = (self.inside(group, start, end) for group in ("stakes", "quantities", "rounds", "dates"))
        return Values(sorted(amounts, key=lambda each: each.start), *others)

    def block(self, at: int) -> Block | None:
        """Return the block that holds a place of the original text."""
        index = bisect_right(self._block_starts, at) - 1
        return self._blocks[index] if index >= 0 and at < self._blocks[index].end else None
