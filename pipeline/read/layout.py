"""The lines of a text and the paragraphs that they make."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.read.margin import HAN, Pair, Row, goes_on, margin, rows

LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
BREAK = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
FOOT = re.compile(r"(?:[-–—·•]\s?)?\d{1,4}(?:\s?[-–—·•])?|<PAGE>(?:\s*\d{1,4})?")
"""What stands between two pages of a paragraph: a page's number, the mark of filings."""
SPACED = 0.7  # share of lines with an empty one above from which they may be no paragraphs but double spacing


class Line(NamedTuple):
    """A line without the space around it; `gap` tells whether an empty line stands before it."""

    start: int
    end: int
    gap: bool


Groups = list[list[Line]]


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


def paragraphs(text: str, found: Sequence[Line]) -> Groups:
    """Return lines grouped into paragraphs: one each, but together where a paragraph was cut at a margin."""
    if len(found) < 2:
        return [[line] for line in found]
    ranges = [(line.start, line.end) for line in found]
    gaps = [line.gap for line in found[1:]]
    spaced = len(found) > 2 and sum(gaps) >= SPACED * len(gaps)
    passages = _passages(found, rows(text, ranges), gaps)
    width = _margin(text, passages)
    alike = not width and HAN.search(text, found[0].start, found[-1].end) is not None
    for laid_out in (rows(text, ranges, alike=one) for one in ((False, True) if alike else (False,))):
        if spaced and (groups := _double_spaced(text, found, laid_out)):
            return groups
        if laid_out[0].alike and (other := _margin(text, same := _passages(found, laid_out, gaps))):
            passages, width = same, other
    return _over_pages(text, [group for passage in passages for group in _cut(text, passage, width)])


def alone(text: str, found: Sequence[Line]) -> Groups:
    """Return lines as paragraphs of their own, where the form of a text says that they are."""
    return [[line] for line in found]


Passage = list[tuple[Line, Row]]


def _passages(found: Sequence[Line], laid_out: Sequence[Row], gaps: Sequence[bool]) -> list[Passage]:
    """Return the lines parted where an empty one stands between them or a quote begins or ends."""
    passages: list[Passage] = [[(found[0], laid_out[0])]]
    for at, gap in enumerate(gaps, 1):
        here, above = laid_out[at], laid_out[at - 1]
        if gap or here.depth != above.depth or here.start >= here.end or above.start >= above.end:
            passages.append([])
        passages[-1].append((found[at], laid_out[at]))
    return passages


def _margin(text: str, passages: Sequence[Passage]) -> int | None:
    return margin([pair for passage in passages for pair in _pairs(text, passage)])


def _pairs(text: str, passage: Passage) -> list[Pair]:
    return [Pair.of(text, before, after) for (_, before), (_, after) in pairwise(passage)]


def _cut(text: str, passage: Passage, whole: int | None) -> Groups:
    """Return the paragraphs of lines that follow each other, by the margin of the whole text or else their own."""
    pairs = _pairs(text, passage)
    width = whole or margin(pairs)
    groups = [[passage[0][0]]]
    if width is None:
        return groups + [[line] for line, _ in passage[1:]]
    for (line, _), on in zip(passage[1:], goes_on(pairs, width) if pairs else (), strict=True):
        if on:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _double_spaced(text: str, found: Sequence[Line], laid_out: Sequence[Row]) -> Groups:
    """Return the paragraphs of a text with an empty line below every line; none where it is no such text."""
    wider = [_empty_lines(text, before, after) > 1 for before, after in pairwise(found)]
    passages = _passages(found, laid_out, wider)
    width = margin([pair for passage in passages for pair in _pairs(text, passage)], doubtful=True)
    return [group for passage in passages for group in _cut(text, passage, width)] if width else []


def _empty_lines(text: str, before: Line, after: Line) -> int:
    return len(BREAK.findall(text, before.end, after.start)) - 1


def _over_pages(text: str, groups: Groups) -> Groups:
    """Return the paragraphs, one that the end of a page cut in two whole again."""
    whole: Groups = []
    for group in groups:
        foot = len(whole) > 1 and len(whole[-1]) == 1 and FOOT.fullmatch(text, whole[-1][0].start, whole[-1][0].end)
        above = whole[-2 if foot else -1] if whole else None
        apart = foot and (whole[-1][0].gap or group[0].gap)
        if above and (apart or "\f" in text[above[-1].end : group[0].start]) and _is_cut(text, above, group[0]):
            above.extend((*(whole.pop() if foot else ()), *group))
        else:
            whole.append(group)
    return whole


def _is_cut(text: str, above: Sequence[Line], after: Line) -> bool:
    """Return whether a paragraph breaks off in mid-sentence and the line behind the page's end begins no other."""
    first, last = rows(text, [(above[-1].start, above[-1].end), (after.start, after.end)])
    pair = Pair.of(text, first, last)
    begins = text[last.start : last.start + 1].isupper() or bool(last.bullet)
    return pair.is_open and first.depth == last.depth and (pair.is_low or (len(above) > 1 and not begins))
