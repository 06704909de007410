"""What annotate marked in a document, by place."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pipeline import marks
from pipeline.deals.candidates import Values
from pipeline.marks import CueMark, Marks
from pipeline.models import Block
from pipeline.rules.frames import Cue, Frame, Org

Frames = Mapping[str, Mapping[str, Frame]]
"""The frames of each language, by id."""


class Annotated:
    """The marks of one document and its blocks, found by offset."""

    def __init__(self, marked: Marks, known: Frames) -> None:
        self.normalized = marked.normalized
        self.text = marked.text
        self.sentences = marked.sentences
        self._marks = marked
        self._cues = [_cue(cue, known) for cue in marked.cues]
        self._blocks = self.normalized.document.blocks
        self._block_starts = [block.start for block in self._blocks]
        self._headings = [number for number, block in enumerate(self._blocks) if block.kind == "heading"]

    def inside(self, group: str, start: int, end: int) -> list[Any]:
        """Return the marks of a group that begin in a range of the normalized text, in reading order."""
        return list(marks.inside(self._cues if group == "cues" else getattr(self._marks, group), start, end))

    def values(self, start: int, end: int) -> Values:
        """Return the values told in a range of the normalized text."""
        amounts = self.inside("amounts", start, end) + self.inside("bare", start, end)
        others = (self.inside(group, start, end) for group in ("stakes", "quantities", "rounds", "dates"))
        return Values(sorted(amounts, key=lambda each: each.start), *others)

    def block(self, at: int) -> Block | None:
        """Return the block that holds a place of the original text."""
        index = bisect_right(self._block_starts, at) - 1
        return self._blocks[index] if index >= 0 and at < self._blocks[index].end else None

    def heading_above(self, at: int) -> int | None:
        """Return the number of the last heading above a place of the normalized text; None where none is."""
        original = self.normalized.offsets.original(at, at + 1)[0]
        block = bisect_right(self._block_starts, original) - 1
        last = bisect_left(self._headings, block) - 1
        return self._headings[last] if last >= 0 else None

    @cached_property
    def named_headings(self) -> dict[int, Org]:
        """The firms of the headings that name one and say nothing else, by the number of the heading."""
        named: dict[int, Org] = {}
        for org in self._marks.orgs if self._headings else ():
            start, end = self.normalized.offsets.original(org.start, org.end)
            number = bisect_right(self._block_starts, start) - 1
            block = self._blocks[number] if number >= 0 else None
            if block and block.kind == "heading" and _fills(self.normalized.document.text, block, start, end):
                named[number] = org
        return named


def _fills(text: str, block: Block, start: int, end: int) -> bool:
    """Return whether nothing but marks stands around a name in a block."""
    return not any(sign.isalnum() for sign in text[block.start : start] + text[end : block.end])


def _cue(cue: CueMark, known: Frames) -> Cue:
    """Return a cue with the frames themselves."""
    frames = known[cue.language]
    return Cue(cue.start, cue.end, cue.text, cue.language, tuple(frames[name] for name in cue.frames))
