"""Plain text: its paragraphs, speeches, quotes and the readers' comments below it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.models import Block, Capture, Document, Issue
from pipeline.read.comments import first_comment
from pipeline.read.layout import Line, lines, paragraphs
from pipeline.read.margin import QUOTED, TERMINAL
from pipeline.read.release import dated
from pipeline.read.side_by_side import columns
from pipeline.read.speech import Speech, speeches
from pipeline.rules.knowledge import Knowledge, shipped

LONGEST_TITLE = 120
HEADING_ENDS = frozenset("?!？！")


def read(text: str, capture: Capture, knowledge: Knowledge) -> Document:
    """Return the document a plain text holds; a first line that reads like a heading is its title."""
    known = [speaker] if (speaker := capture.hints.get("speaker")) else []
    if parts := columns(text, list(lines(text))):
        message = "the text stands in two columns side by side: each line of a column is read by itself"
        issue = Issue(message=message, severity="warning", document=capture.id, place=capture.place)
        return Document(id=capture.id, text=text, blocks=parts, issues=(issue,))
    found = blocks(text, knowledge, known=known)
    title = text[found[0].start : found[0].end] if found and found[0].kind == "heading" else None
    return dated(
        Document(id=capture.id, text=text, title=title, blocks=found), knowledge, capture.hints.get("language", "")
    )


def blocks(text: str, knowledge: Knowledge | None = None, *, known: Collection[str] = ()) -> tuple[Block, ...]:
    """Return the blocks of a plain text, in order; speaker labels and quote marks stand outside them."""
    knowledge = knowledge or shipped()
    found = list(lines(text))
    spoken = speeches(text, found, knowledge, known)
    split = first_comment(text, found, knowledge, spoken)
    body = found[:split]
    groups = paragraphs(text, body)
    titled = 0 not in spoken and _is_heading(text, groups)
    heading = [Block(kind="heading", start=body[0].start, end=body[0].end)] if titled else []
    below = said(text, body, talk(found, spoken), lambda *_: groups[titled:])
    return (*heading, *below, *comments(text, found[split:], knowledge))


def _is_heading(text: str, groups: Sequence[Sequence[Line]]) -> bool:
    """Return whether the first of several paragraphs is a short line and no sentence."""
    if len(groups) < 2 or len(groups[0]) > 1:
        return False
    first = text[groups[0][0].start : groups[0][0].end]
    return (
        len(first) <= LONGEST_TITLE
        and (first[-1] not in TERMINAL or first[-1] in HEADING_ENDS)
        and not QUOTED.match(first)
    )


class Talk(NamedTuple):
    """The speeches of a text: by the offset of their line, the last of these, and whether empty lines part them."""

    starts: Mapping[int, Speech]
    last: int
    spaced: bool


def talk(found: Sequence[Line], spoken: Mapping[int, Speech]) -> Talk:
    """Return the speeches that begin in lines, given by their index."""
    starts = {found[at].start: speech for at, speech in spoken.items()}
    return Talk(starts, max(starts, default=-1), all(found[at].gap for at in spoken if at))


Layout = Callable[[str, Sequence[Line]], Iterable[Sequence[Line]]]
"""What groups the lines of a text into paragraphs."""


def said(text: str, found: Sequence[Line], talk: Talk, layout: Layout = paragraphs) -> Iterator[Block]:
    """Yield the blocks of lines, which `layout` groups.

    A line below a bare label, and one without a label amid a talk, belong to the speech before.
    """
    current: Speech | None = None
    is_bare = False
    for group in _parted(layout(text, found), talk.starts):
        start, end = group[0].start, group[-1].end
        if label := talk.starts.get(start):
            current, start = label, label.start
        elif current and not (is_bare or _goes_on(group[0], talk)):
            current = None
        is_bare = label is not None and start >= end
        mark = QUOTED.match(text, start, end)
        if current:
            if start < end:
                yield Block(kind="speech", start=start, end=end, speaker=current.speaker, second=current.second)
        elif mark is None:
            yield Block(kind="paragraph", start=start, end=end)
        elif mark.end() < end:
            yield Block(kind="quote", start=mark.end(), end=end)


def _goes_on(line: Line, talk: Talk) -> bool:
    """Return whether a line without a label still belongs to the speech before."""
    return line.start < talk.last and (talk.spaced or not line.gap)


def _parted(groups: Iterable[Sequence[Line]], starts: Mapping[int, Speech]) -> Iterator[Sequence[Line]]:
    """Yield the paragraphs, a new one wherever a speech begins and below a label of its own line."""
    for group in groups:
        first = 0
        for at in range(1, len(group)):
            above = starts.get(group[at - 1].start)
            if group[at].start in starts or (above and above.start >= group[at - 1].end):
                yield group[first:at]
                first = at
        yield group[first:]


def comments(text: str, found: Sequence[Line], knowledge: Knowledge) -> Iterator[Block]:
    """Yield the comments, a block each paragraph; one who speaks within a quote is its speaker."""
    bare = [_unquoted(text, line) for line in found]
    starts = {bare[at].start: speech for at, speech in speeches(text, bare, knowledge).items()}
    for group in _parted(paragraphs(text, bare), starts):
        label = starts.get(group[0].start)
        start = label.start if label else group[0].start
        if start < group[-1].end:
            yield Block(kind="comment", start=start, end=group[-1].end, speaker=label.speaker if label else None)


def _unquoted(text: str, line: Line) -> Line:
    mark = QUOTED.match(text, line.start, line.end)
    return line._replace(start=mark.end()) if mark else line
