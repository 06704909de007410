"""Plain text: its paragraphs, speeches, quotes and the readers' comments below it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from pipeline.models import Block, Capture, Document
from pipeline.read.comments import first_comment
from pipeline.read.layout import TERMINAL, Line, lines, paragraphs
from pipeline.read.speech import Speech, speeches

QUOTED = re.compile(r"(?:[>＞]\s?)+")
LONGEST_TITLE = 120
HEADING_ENDS = frozenset("?!？！")


def read(text: str, capture: Capture) -> Document:
    """Return the document a plain text holds; a first line that reads like a heading is its title."""
    known = [speaker] if (speaker := capture.hints.get("speaker")) else []
    found = blocks(text, known=known)
    heading = found[0] if found and found[0].kind == "heading" else None
    title = text[heading.start : heading.end] if heading else None
    return Document(id=capture.id, text=text, title=title, blocks=found)


def blocks(text: str, *, known: Collection[str] = ()) -> tuple[Block, ...]:
    """Return the blocks of a plain text, in order; speaker labels and quote marks stand outside them."""
    found = list(lines(text))
    spoken = speeches(text, found, known)
    split = first_comment(text, found, spoken)
    body = found[:split]
    return (*_body(text, body, {at: one for at, one in spoken.items() if at < split}), *comments(text, found[split:]))


def _body(text: str, body: Sequence[Line], spoken: dict[int, Speech]) -> Iterator[Block]:
    rest = list(body)
    if rest and 0 not in spoken and _is_heading(text, rest):
        yield Block(kind="heading", start=rest[0].start, end=rest[0].end)
        yield from said(text, rest[1:], {at - 1: one for at, one in spoken.items()})
    else:
        yield from said(text, rest, spoken)


def _is_heading(text: str, body: Sequence[Line]) -> bool:
    """Return whether the first of several lines is short and no sentence."""
    first = text[body[0].start : body[0].end]
    return (
        len(body) > 1
        and len(first) <= LONGEST_TITLE
        and (first[-1] not in TERMINAL or first[-1] in HEADING_ENDS)
        and not QUOTED.match(first)
        and len(paragraphs(text, body[:2])) == 2
    )


def said(text: str, found: Sequence[Line], spoken: dict[int, Speech]) -> Iterator[Block]:
    """Yield the blocks of lines of which some begin a speech; what follows a speech unlabelled belongs to it."""
    starts = {found[at].start: one for at, one in spoken.items()}
    last = max(starts, default=-1)
    spaced = all(found[at].gap for at in spoken if at)
    current: Speech | None = None
    for group in _groups(text, found, starts):
        label = starts.get(group[0].start)
        start, end = group[0].start, group[-1].end
        if label:
            current = label
            if label.start < end:
                yield Block(kind="speech", start=label.start, end=end, speaker=label.speaker, second=label.second)
        elif current and (current.start >= group[0].start - 2 or (start < last and (spaced or not group[0].gap))):
            yield Block(kind="speech", start=start, end=end, speaker=current.speaker, second=current.second)
        elif mark := QUOTED.match(text, start, end):
            yield from [Block(kind="quote", start=mark.end(), end=end)] if mark.end() < end else []
        else:
            current = None
            yield Block(kind="paragraph", start=start, end=end)


def _groups(text: str, found: Sequence[Line], starts: Collection[int]) -> Iterator[list[Line]]:
    """Yield the paragraphs, a new one wherever a speech or a quote begins."""
    for group in paragraphs(text, found):
        first = 0
        for at, line in enumerate(group):
            if at > first and (line.start in starts or QUOTED.match(text, line.start)):
                yield group[first:at]
                first = at
        yield group[first:]


def comments(text: str, found: Sequence[Line]) -> Iterator[Block]:
    bare = [_unquoted(text, line) for line in found]
    spoken = speeches(text, bare)
    for at, line in enumerate(bare):
        label = spoken.get(at)
        start = label.start if label else line.start
        if start < line.end:
            yield Block(kind="comment", start=start, end=line.end, speaker=label.speaker if label else None)


def _unquoted(text: str, line: Line) -> Line:
    mark = QUOTED.match(text, line.start, line.end)
    return line._replace(start=mark.end()) if mark else line
