"""Text printed in two columns, as programs that take it out of a PDF may leave it: side by side on each line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from pipeline.models import Block
from pipeline.read.layout import Line

GAP = re.compile(r"(?<=\S)(?: {3,}|\t+)(?=\S)")
WORD = re.compile(r"[^\W\d_]{2,}")
LEAST_LINES = 5
SHARE = 0.6  # of the lines, which must have a gap at one place, give or take a column
LEAST_WORDS = 2  # on either side: the cells of a table hold figures and names


def columns(text: str, found: Sequence[Line]) -> tuple[Block, ...]:
    """Return what stands on either side of the gap, a paragraph each; none where a text is not in two columns."""
    gaps = [(line, gap) for line in found if (gap := _gap(text, line))]
    if len(gaps) < max(LEAST_LINES, SHARE * len(found)):
        return ()
    places = Counter(gap[1] - _begin(text, line) for line, gap in gaps)
    place, _ = places.most_common(1)[0]
    if sum(places[place + off] for off in (-1, 0, 1)) < SHARE * len(found):
        return ()
    parts: list[tuple[int, int]] = []
    for line in found:
        gap = _gap(text, line)
        parts += [(line.start, gap[0]), (gap[1], line.end)] if gap else [(line.start, line.end)]
    return tuple(Block(kind="paragraph", start=start, end=end) for start, end in parts)


def _gap(text: str, line: Line) -> tuple[int, int] | None:
    """Return the range of the only gap of a line between words, or None."""
    gaps = list(GAP.finditer(text, line.start, line.end))
    if len(gaps) != 1:
        return None
    start, end = gaps[0].span()
    sides = (WORD.findall(text, line.start, start), WORD.findall(text, end, line.end))
    return (start, end) if all(len(words) >= LEAST_WORDS for words in sides) else None


def _begin(text: str, line: Line) -> int:
    return text.rfind("\n", 0, line.start) + 1
