"""Markdown notes: front matter in YAML or TOML, then headings, quotes and paragraphs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.models import Block, Capture, Document
from pipeline.read.comments import first_comment
from pipeline.read.errors import ReadError
from pipeline.read.fields import described
from pipeline.read.layout import Line, lines
from pipeline.read.speech import speeches
from pipeline.read.text import comments, said

FENCE = re.compile(r"\s*(---|\+\+\+)[ \t]*(?:\r\n|\r|\n)")
HEADING = re.compile(r"#{1,6}[ \t]+")


def read(text: str, capture: Capture) -> Document:
    """Return the document a note holds: its text is the body as written, the front matter tells about it."""
    matter, body = _split(text, capture.place)
    if not body.strip():
        raise ReadError("has front matter but no text", capture.place)
    known = [str(speaker)] if (speaker := matter.get("speaker")) else []
    return described(Document(id=capture.id, text=body, blocks=tuple(_blocks(body, known))), matter, capture.place)


def _split(text: str, place: str) -> tuple[dict[str, Any], str]:
    """Return the front matter's fields and the body."""
    opening = FENCE.match(text)
    if opening is None:
        return {}, text
    closing = re.compile(rf"^{re.escape(opening[1])}[ \t]*(?:\r\n|\r|\n|\Z)", re.MULTILINE).search(text, opening.end())
    if closing is None:
        if opening[1] == "---" and "\n" in text[opening.end() :]:
            first = text[opening.end() :].split("\n", 1)[0]
            if not re.match(r"[\w-]+\s*:", first):
                return {}, text  # a thematic break, not front matter
        raise ReadError(f"front matter opens with {opening[1]} and never closes", f"{place}:1")
    parse = _toml if opening[1] == "+++" else _yaml
    lead = text[: opening.end()].count("\n")
    return parse(text[opening.end() : closing.start()], place, lead), text[closing.end() :]


def _toml(matter: str, place: str, lead: int) -> dict[str, Any]:
    try:
        return tomllib.loads(matter.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        raise ReadError(
            f"broken TOML front matter: {error}", f"{place}:{lead + int(line[1] if line else 1)}"
        ) from error


def _yaml(matter: str, place: str, lead: int) -> dict[str, Any]:
    """Return YAML fields, every scalar as the text it is written as: `no` stays no and a date stays a date."""
    import yaml

    try:
        fields = yaml.load(matter, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or str(error) or type(error).__name__
        line = lead + (mark.line if mark else 0) + 1
        raise ReadError(f"broken YAML front matter: {said}", f"{place}:{line}") from error
    if fields is None or fields == "":
        return {}
    if not isinstance(fields, dict):
        raise ReadError("front matter holds no fields; write `title: …`", f"{place}:{lead + 1}")
    return fields


def _blocks(text: str, known: Sequence[str]) -> Iterator[Block]:
    found = list(lines(text))
    spoken = speeches(text, found, known)
    split = first_comment(text, found, spoken, forum=False)
    part: list[Line] = []
    base = 0
    for at, line in enumerate(found[:split]):
        mark = HEADING.match(text, line.start, line.end)
        if mark is None:
            part.append(line)
            continue
        yield from said(text, part, {i - base: one for i, one in spoken.items() if base <= i < at})
        yield Block(kind="heading", start=mark.end(), end=line.end)
        part, base = [], at + 1
    yield from said(text, part, {i - base: one for i, one in spoken.items() if base <= i < split})
    yield from comments(text, found[split:])
