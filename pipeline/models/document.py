"""One article, transcript or note, as written and as the rules read it."""

from __future__ import annotations

import bisect
from typing import Literal

import msgspec

from pipeline.models.nouns import Issue, Noun, Spanned

BlockKind = Literal["paragraph", "heading", "quote", "speech", "comment"]
Boilerplate = Literal["boilerplate"]
"""What a firm says of itself below every release: it tells no new deals."""


class Block(Noun, frozen=True, kw_only=True):
    """One paragraph, heading, quote, speech or comment of a document: a range of its original text."""

    kind: BlockKind | Boilerplate
    start: int
    end: int
    speaker: str | None = None
    second: float | None = None
    """Seconds into the recording at which it is said."""

    @property
    def told_as(self) -> BlockKind:
        """The kind under which a deal told in the block is published; by rule none is told in boilerplate."""
        return "paragraph" if self.kind == "boilerplate" else self.kind


class Document(Noun, frozen=True, kw_only=True):
    """One article, transcript or note: its original text and what is known about it."""

    id: str
    text: str
    title: str | None = None
    url: str | None = None
    published: str | None = None
    """ISO 8601 or EDTF."""
    language: str | None = None
    """BCP 47: `zh-Hans`, `zh-Hant`, `en`, …"""
    publisher: str | None = None
    speaker: str | None = None
    tags: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    source: str | None = None
    urls: tuple[str, ...] = ()
    """Other addresses of the same article (syndicated copies)."""
    issues: tuple[Issue, ...] = ()


class Offsets(Noun, frozen=True, kw_only=True):
    """Where each normalized character stood in the original: runs of equal shift, or the identity when empty.

    Run i begins at normalized offset `starts[i]`; its characters stand `shifts[i]` further right in the original and
    each was written with `widths[i]` characters there (one, but for composed accents and entities such as `&amp;`).
    """

    starts: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()
    widths: tuple[int, ...] = ()

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the original range of a normalized range; an empty range stays empty."""
        if not self.starts:
            return start, end
        first, _ = self._place(start)
        if end <= start:
            return first, first
        last, width = self._place(end - 1)
        return first, last + width

    def normalized(self, start: int, end: int) -> tuple[int, int]:
        """Return the normalized range of an original range: that of its characters that were kept."""
        return (self._kept(start), self._kept(end)) if self.starts else (start, end)

    def _place(self, at: int) -> tuple[int, int]:
        run = bisect.bisect_right(self.starts, at) - 1
        return (at + self.shifts[run], self.widths[run]) if run >= 0 else (at, 1)

    def _kept(self, place: int) -> int:
        """Return how many normalized characters begin before a place of the original."""
        begins = range(len(self.starts))
        run = bisect.bisect_left(begins, place, key=lambda i: self.starts[i] + self.shifts[i]) - 1
        if run < 0:
            return min(place, self.starts[0])
        kept = place - self.shifts[run]
        return min(kept, self.starts[run + 1]) if run + 1 < len(self.starts) else kept


class Normalized(Noun, frozen=True, kw_only=True):
    """A document with the text the rules read: Simplified, half-width, repaired."""

    document: Document
    text: str
    offsets: Offsets = Offsets()
    language: str
    """BCP 47, declared or detected; never empty (`und` where nothing tells)."""
    languages: tuple[str, ...] = ()
    """The language of each of the document's blocks."""

    def blocks(self) -> tuple[Block, ...]:
        """Return the document's blocks as ranges of the normalized text, in the same order."""
        if not self.offsets.starts:
            return self.document.blocks
        ranges = (self.offsets.normalized(block.start, block.end) for block in self.document.blocks)
        return tuple(
            msgspec.structs.replace(block, start=start, end=end)
            for block, (start, end) in zip(self.document.blocks, ranges, strict=True)
        )

    def original(self, found: Spanned) -> Spanned:
        """Return the same noun with its range and text taken back to the original document."""
        start, end = self.offsets.original(found.start, found.end)
        return msgspec.structs.replace(found, start=start, end=end, text=self.document.text[start:end])
