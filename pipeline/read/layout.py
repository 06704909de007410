"""The lines of a text and the paragraphs that they make."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.read.margin import HAN, LinePlace, Pair, goes_on, margin, rows
from pipeline.text.page_furniture import NUMBER, running_head

LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
BREAK = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
FOOT = re.compile(NUMBER)
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
    """Return lines grouped into paragraphs: one each, but together where a paragraph was cut at a margin.

    The head that runs on from page to page is none.
    """
    spaced = len(found) > 2 and sum(line.gap for line in found[1:]) >= SPACED * (len(found) - 1)
    if head := running_head(text):
        found = _without_heads(text, found, re.compile(head))
    if len(found) < 2:
        return alone(text, found)
    gaps = [line.gap for line in found[1:]]
    best: tuple[list[Passage], int | None] | None = None
    for laid_out in _measured(text, found):
        if spaced and (groups := _double_spaced(text, found, laid_out)):
            return groups
        passages = _passages(text, found, laid_out, gaps)
        width = _margin(passages)
        if width or best is None:
            best = passages, width
        if width:
            break
    passages, width = best or ([], None)
    return _over_pages(text, [group for passage in passages for group in _cut(passage, width)])


def _without_heads(text: str, found: Sequence[Line], head: re.Pattern[str]) -> list[Line]:
    """Return the lines without those of a running head below the end of a page; what follows one has a gap above it."""
    kept: list[Line] = []
    last, below = 0, False
    for line in found:
        ended = "\f" in text[last : line.start] or text.startswith("<PAGE>", last)
        last = line.start
        if ended and head.fullmatch(text, line.start, line.end):
            below = True
        else:
            kept.append(line._replace(gap=True) if below else line)
            below = False
    return kept


def alone(text: str, found: Sequence[Line]) -> Groups:
    """Return lines as paragraphs of their own, where the form of a text says that they are."""
    return [[line] for line in found]


def _measured(text: str, found: Sequence[Line]) -> Iterator[list[LinePlace]]:
    """Yield where the lines stand, in columns, and where there are Han in characters too."""
    ranges = [(line.start, line.end) for line in found]
    yield rows(text, ranges)
    if HAN.search(text, found[0].start, found[-1].end):
        yield rows(text, ranges, alike=True)


class Passage(NamedTuple):
    """Lines that follow each other, and what each pair of neighbours tells."""

    lines: list[Line]
    pairs: list[Pair]


def _passages(text: str, found: Sequence[Line], laid_out: Sequence[LinePlace], gaps: Sequence[bool]) -> list[Passage]:
    """Return the lines parted where an empty one stands between them or a quote begins or ends."""
    passages = [Passage([found[0]], [])]
    for at, gap in enumerate(gaps, 1):
        here, above = laid_out[at], laid_out[at - 1]
        if gap or here.depth != above.depth or here.start >= here.end or above.start >= above.end:
            passages.append(Passage([found[at]], []))
        else:
            passages[-1].lines.append(found[at])
            passages[-1].pairs.append(Pair.of(text, above, here))
    return passages


def _margin(passages: Sequence[Passage], *, doubtful: bool = False) -> int | None:
    return margin([pair for passage in passages for pair in passage.pairs], doubtful=doubtful)


def _cut(passage: Passage, whole: int | None) -> Groups:
    """Return the paragraphs of lines that follow each other, by the margin of the whole text or else their own."""
    width = whole or (margin(passage.pairs) if passage.pairs else None)
    groups = [passage.lines[:1]]
    if width is None or not passage.pairs:
        return groups + [[line] for line in passage.lines[1:]]
    for line, on in zip(passage.lines[1:], goes_on(passage.pairs, width), strict=True):
        if on:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _double_spaced(text: str, found: Sequence[Line], laid_out: Sequence[LinePlace]) -> Groups:
    """Return the paragraphs of a text with an empty line below every line; none where it is no such text."""
    wider = [_empty_lines(text, before, after) > 1 for before, after in pairwise(found)]
    passages = _passages(text, found, laid_out, wider)
    width = _margin(passages, doubtful=True)
    return [group for passage in passages for group in _cut(passage, width)] if width else []


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
