"""Repairs a text and remembers where each of its characters stood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.models import Block, Offsets
from pipeline.normalize.forms import in_usual_forms
from pipeline.normalize.noise import Edit, edits

LINE_END = re.compile(r"(?:\r\n|[\n\r\u2028])[ \t\u3000]*")


def repair(text: str, blocks: Sequence[Block] = ()) -> tuple[str, Offsets]:
    """Return the text without noise, half-width, and where its characters stood.

    Within a block a line end is no end of a sentence, for the paragraph was only cut at a margin.
    """
    letters = frozenset(text)
    mends = sorted([*edits(text, letters), *_joints(text, blocks)], key=_outer_first)
    repaired, offsets = apply(text, mends) if mends else (text, Offsets())
    return in_usual_forms(repaired, letters), offsets


def _outer_first(edit: Edit) -> tuple[int, int]:
    return edit.start, -edit.end


def _joints(text: str, blocks: Sequence[Block]) -> Iterator[Edit]:
    """Yield the line ends to mend within blocks: nothing between Han, a space between other words."""
    for block in blocks:
        for match in LINE_END.finditer(text, block.start + 1, block.end):
            sides = text[match.start() - 1] + text[match.end() : match.end() + 1]
            joint = "" if all("\u3000" <= side <= "\u9fff" or side >= "\uff00" for side in sides) else " "
            yield Edit(match.start(), match.end(), joint)


def apply(text: str, mends: Sequence[Edit]) -> tuple[str, Offsets]:
    """Return the text with the edits made (the first of two that overlap), and where its characters stood."""
    pieces: list[str] = []
    runs: dict[int, tuple[int, int]] = {}
    at = length = 0
    for start, end, instead in mends:
        if start < at:
            continue
        pieces += (text[at:start], instead)
        length += start - at
        for n in range(length, length + len(instead)):  # each of them stands for the whole range
            runs[n] = (start - n, end - start)
        length += len(instead)
        runs[length] = (end - length, 1)
        at = end
    pieces.append(text[at:])
    return "".join(pieces), Offsets(
        starts=tuple(runs),
        shifts=tuple(shift for shift, _ in runs.values()),
        widths=tuple(width for _, width in runs.values()),
    )
