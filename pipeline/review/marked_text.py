"""A document's text for the page: the paragraphs around the evidence, with every span marked and named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from msgspec.structs import replace

from pipeline.models import Block, Deal, Document, Normalized, Noun, Span

AROUND = 1  # paragraphs shown before and after the evidence at least
SHORT = 1_500  # characters: a screenful; what fits is shown without being asked for
LONGEST = 60_000  # characters of a text shown at once; a page of more is slow to lay out
ACTING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Control, direction, invisible and half characters; joiners stay, for scripts and emoji need them."""


Placed = TypeVar("Placed", Block, "Marked")


class MarkedPiece(Noun, frozen=True, kw_only=True):
    """A run of text, or a marked span with what lies in it; a `sign` is a character shown by its number."""

    text: str = ""
    mark: str | None = None
    sign: str | None = None
    pieces: tuple[MarkedPiece, ...] = ()


class Paragraph(Noun, frozen=True, kw_only=True):
    """One block of a document as shown."""

    kind: str
    speaker: str | None
    pieces: tuple[MarkedPiece, ...]
    told: bool = False
    """Whether it is the first that holds evidence."""


class Excerpt(Noun, frozen=True, kw_only=True):
    """Part of a document, and how many paragraphs are left out before and after."""

    paragraphs: tuple[Paragraph, ...]
    before: int
    after: int


class Marked(Span, frozen=True, kw_only=True):
    """A span with its name."""

    mark: str


def marks(deal: Deal) -> list[Marked]:
    """Return the spans of a deal, by name."""
    found: list[tuple[str, Span | None]] = [("evidence", deal.evidence)]
    found += [(party.role, party) for party in deal.parties]
    found += [(name, getattr(deal, name)) for name in ("amount", "stake", "valuation", "quantity", "round", "date")]
    found.append(("cue", deal.status_cue))
    return [Marked(start=span.start, end=span.end, text=span.text, mark=mark) for mark, span in found if span]


def excerpt(document: Document, spans: Sequence[Marked], *, whole: bool = False) -> Excerpt:
    """Return the paragraphs that hold spans and their neighbours, or all of a text that is not too long."""
    blocks = document.blocks or tuple(_blocks(document.text))
    held = [
        n for n, block in enumerate(blocks) if any(span.start < block.end and block.start < span.end for span in spans)
    ]
    begin, end = (held[0], held[-1]) if held else (0, 0)
    first, last = max(begin - AROUND, 0), min(end + AROUND, len(blocks) - 1)
    room = LONGEST if whole else SHORT
    while last - first + 1 < len(blocks) and blocks[last].end - blocks[first].start < room:
        if not whole and last == len(blocks) - 1:
            break  # what comes before would only push the evidence down the screen
        first, last = max(first - whole, 0), min(last + 1, len(blocks) - 1)
    shown = [_paragraph(document.text, block, spans) for block in blocks[first : last + 1]]
    if held:
        shown[begin - first] = replace(shown[begin - first], told=True)
    return Excerpt(paragraphs=tuple(shown), before=first, after=len(blocks) - 1 - last)


def _blocks(text: str) -> Iterator[Block]:
    """Yield the lines of a text that has no blocks."""
    start = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield Block(kind="paragraph", start=start, end=start + len(line))
        start += len(line)


def _paragraph(text: str, block: Block, spans: Sequence[Marked]) -> Paragraph:
    inside = [span for span in spans if span.start < block.end and block.start < span.end]
    start = block.start
    if inside and block.end - start > LONGEST:
        start = max(start, inside[0].start - LONGEST // 2)
    end = min(block.end, start + LONGEST)
    cut = [replace(span, start=max(span.start, start), end=min(span.end, end)) for span in inside]
    return Paragraph(kind=block.kind, speaker=block.speaker, pieces=tuple(pieces(text, start, end, cut)))


def pieces(text: str, start: int, end: int, spans: Iterable[Marked]) -> Iterator[MarkedPiece]:
    """Yield a range of a text as runs and marked spans; of two spans that cross, the longer is marked."""
    at = start
    for span, inner in _nested(spans):
        yield from runs(text[at : span.start])
        yield MarkedPiece(mark=span.mark, pieces=tuple(pieces(text, span.start, span.end, inner)))
        at = span.end
    yield from runs(text[at:end])


def _nested(spans: Iterable[Marked]) -> Iterator[tuple[Marked, list[Marked]]]:
    """Yield the outer spans in reading order, each with those inside it."""
    outer: list[tuple[Marked, list[Marked]]] = []
    for span in sorted(dict.fromkeys(spans), key=lambda span: (span.start, -span.end, span.mark != "evidence")):
        if outer and span.start < outer[-1][0].end:
            if span.end <= outer[-1][0].end:
                outer[-1][1].append(span)
        elif span.start < span.end:
            outer.append((span, []))
    yield from outer


def runs(text: str) -> Iterator[MarkedPiece]:
    """Yield a text in which characters that act on the page, such as a change of direction, stand by their number."""
    at = 0
    for sign in ACTING.finditer(text):
        if at < sign.start():
            yield MarkedPiece(text=text[at : sign.start()])
        yield MarkedPiece(sign=f"U+{ord(sign[0]):04X}")
        at = sign.end()
    if at < len(text):
        yield MarkedPiece(text=text[at:])


def as_normalized(normalized: Normalized, spans: Iterable[Marked]) -> tuple[Document, list[Marked]]:
    """Return the text that the rules read, as a document, and the spans where they lie in it."""
    moved = [_moved(normalized, span) for span in spans]
    blocks = tuple(_moved(normalized, block) for block in normalized.document.blocks)
    return replace(normalized.document, text=normalized.text, blocks=blocks), moved


def _moved(normalized: Normalized, placed: Placed) -> Placed:
    start, end = normalized.offsets.normalized(placed.start, placed.end)
    return replace(placed, start=start, end=end)
