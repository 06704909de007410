"""The lines of a text and the paragraphs that they make."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
BREAK = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
TERMINAL = frozenset('.!?。！？…;；:："”」』)）]】')
LEAST_WIDTH = 25  # characters: what is narrower is a list or a verse, not a paragraph cut at a margin
RAGGED = 2  # characters a line of Han may fall short of the margin: punctuation that must not begin the next


class Line(NamedTuple):
    """A line without the space around it; `gap` tells whether an empty line stands before it."""

    start: int
    end: int
    gap: bool


def lines(text: str, start: int = 0) -> Iterator[Line]:
    """Yield the lines of a text that hold more than space, in order."""
    last = start
    for match in LINE.finditer(text, start):
        said = match[0].strip()
        if not said:
            continue
        first = match.start() + len(match[0]) - len(match[0].lstrip())
        gap = len(BREAK.findall(text, last, first)) > 1
        last = first + len(said)
        yield Line(first, last, gap)


def paragraphs(text: str, found: Sequence[Line]) -> list[list[Line]]:
    """Return lines grouped into paragraphs: one each, but together where a paragraph was cut at a margin."""
    groups: list[list[Line]] = []
    for line in found:
        if groups and not line.gap:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [part for group in groups for part in ([group] if _is_cut_at_margin(text, group) else [[x] for x in group])]


def _is_cut_at_margin(text: str, group: Sequence[Line]) -> bool:
    """Return whether no line but the last had room for the first word of the next, and most break off mid-sentence."""
    if len(group) < 2:
        return False
    width = max(line.end - line.start for line in group)
    if width < LEAST_WIDTH:
        return False
    filled = all(_needs(text, line, after) > width for line, after in pairwise(group))
    open_ended = sum(text[line.end - 1] not in TERMINAL for line in group[:-1])
    return filled and open_ended * 2 >= len(group) - 1


def _needs(text: str, line: Line, after: Line) -> int:
    """Return the width a line would have had with the next line's first word on it."""
    word = re.match(r"[^\W\u2e80-\U0003ffff]\S*?(?=[\s\u2e80-\U0003ffff]|$)", text[after.start : after.end])
    room = 1 + len(word[0]) if word else 1 + RAGGED
    return line.end - line.start + room
