"""Markdown notes: front matter in YAML or TOML, then headings, quotes, lists and paragraphs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from pipeline.models import Block, Capture, Document
from pipeline.read.comments import first_comment
from pipeline.read.document_fields import described
from pipeline.read.layout import Line, lines
from pipeline.read.plain_text import comments, said, talk
from pipeline.read.release import dated
from pipeline.read.speech import speeches
from pipeline.read.unreadable import ReadError
from pipeline.rules.knowledge import Knowledge

FENCE = re.compile(r"\s*(---|\+\+\+)[ \t]*\r?\n")
KEY = re.compile(r"^[\w\"'-]+[ \t]*[:=]", re.MULTILINE)
HEADING = re.compile(r"#{1,6}[ \t]+")
BULLET = re.compile(r"(?:[-*+]|\d{1,3}[.)])[ \t]+")
QUOTED = re.compile(r"[ \t]*((?:>[ \t]?)*)")
OWN = re.compile(r"\||(?:[-*_=][ \t]*){3,}$|`{3}|~{3}|<[/!a-zA-Z]")
"""A line that is no part of a paragraph: of a table or a page's code, across the page, a fence."""
HARD_BREAK = re.compile(r" {2,}\r?\n")
LONGEST_MATTER = 200_000  # characters; YAML is read at some 100,000 a second


def read(text: str, capture: Capture, knowledge: Knowledge) -> Document:
    """Return the document a note holds: its text is the body as written, the front matter tells about it."""
    matter, body = _split(text, capture.place)
    if not body.strip():
        raise ReadError("has front matter but no text", capture.place)
    speaker = matter.get("speaker")
    blocks = tuple(_blocks(body, knowledge, [speaker] if isinstance(speaker, str) else []))
    document = described(Document(id=capture.id, text=body, blocks=blocks), matter, capture.place, knowledge)
    if document.title is None and blocks[0].kind == "heading":
        document = msgspec.structs.replace(document, title=body[blocks[0].start : blocks[0].end])
    return dated(document, knowledge, capture.hints.get("language", ""))


def _split(text: str, place: str) -> tuple[dict[str, Any], str]:
    """Return the front matter's fields, if any, and the body."""
    opening = FENCE.match(text)
    if opening is None:
        return {}, text
    mark, first = opening[1], opening.end()
    closing = re.compile(rf"^{re.escape(mark)}[ \t]*(?:\r?\n|\Z)", re.MULTILINE).search(text, first)
    matter = text[first : closing.start()] if closing else text[first:].partition("\n")[0]
    if matter.strip() and not KEY.search(matter):
        return {}, text  # a line across the page
    if closing is None:
        raise ReadError(f"front matter opens with {mark} and never closes", f"{place}:1")
    if len(matter) > LONGEST_MATTER:
        raise ReadError(f"front matter of {len(matter):,} characters; keep the text below it", f"{place}:1")
    return PARSERS[mark](matter, place, text.count("\n", 0, first) + 1), text[closing.end() :]


def _toml(matter: str, place: str, line: int) -> dict[str, Any]:
    try:
        return tomllib.loads(matter.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = re.search(r"at line (\d+)", str(error))
        raise ReadError(
            f"broken TOML front matter: {error}", f"{place}:{line + int(at[1]) - 1 if at else line}"
        ) from error


def _yaml(matter: str, place: str, line: int) -> dict[str, Any]:
    """Return YAML fields, every scalar as the text it is written as: `no` stays no and a date stays a date."""
    import yaml

    try:
        fields = yaml.load(matter, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or type(error).__name__
        raise ReadError(
            f"broken YAML front matter: {problem}", f"{place}:{line + mark.line if mark else line}"
        ) from error
    if not isinstance(fields, dict | None):
        raise ReadError("front matter holds no fields; write `title: …`", f"{place}:{line}")
    return fields or {}


PARSERS: dict[str, Callable[[str, str, int], dict[str, Any]]] = {"---": _yaml, "+++": _toml}


def _blocks(text: str, knowledge: Knowledge, known: Sequence[str]) -> Iterator[Block]:
    """Yield the blocks; the marks of headings, quotes and lists stand outside them."""
    found = [_unmarked(text, line) for line in lines(text)]
    spoken = speeches(text, found, knowledge, known)
    split = first_comment(text, found, knowledge, spoken, forum=False)
    speech = talk(found, spoken)
    first = 0
    for at, line in enumerate(found[:split]):
        mark = HEADING.match(text, line.start, line.end)
        if mark:
            yield from said(text, found[first:at], speech, soft)
            yield Block(kind="heading", start=mark.end(), end=line.end)
            first = at + 1
    yield from said(text, found[first:split], speech, soft)
    yield from comments(text, found[split:], knowledge)


def _unmarked(text: str, line: Line) -> Line:
    """Return a line of a list without its bullet, as a paragraph of its own."""
    mark = BULLET.match(text, line.start, line.end)
    return Line(mark.end(), line.end, True) if mark and mark.end() < line.end else line


def soft(text: str, found: Sequence[Line]) -> list[list[Line]]:
    """Return lines grouped into paragraphs as Markdown has them: a line end is a space unless it is written as more."""
    groups: list[list[Line]] = []
    for line in found:
        if groups and _is_soft(text, groups[-1][-1], line):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _is_soft(text: str, before: Line, after: Line) -> bool:
    if after.gap or HARD_BREAK.match(text, before.end) or text[before.end - 1] == "\\":
        return False
    return _depth(text, before) == _depth(text, after) and not any(
        OWN.match(text, line.start, line.end) or _is_bare(text, line) for line in (before, after)
    )


def _depth(text: str, line: Line) -> int:
    return text.count(">", line.start, _words_at(text, line))


def _is_bare(text: str, line: Line) -> bool:
    return _words_at(text, line) >= line.end


def _words_at(text: str, line: Line) -> int:
    mark = QUOTED.match(text, line.start, line.end)
    return mark.end() if mark else line.start
