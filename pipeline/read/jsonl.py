"""JSON Lines, a document a line: `{"id", "text"}` and optionally title, url, published, language."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from pipeline.models import Capture, Document, Issue
from pipeline.read.errors import ReadError
from pipeline.read.fields import described
from pipeline.read.packed import DAMAGED, unpacked
from pipeline.read.text import blocks

LONGEST_LINE = 32 * 2**20
FIELDS = ("title", "url", "published", "language", "publisher", "speaker", "tags")


def read(text: str, capture: Capture) -> Document:
    """Return the one document of a JSON object or of a JSON Lines file with one line."""
    found = list(lines(io.BytesIO(text.encode("utf-8", "replace")), capture.place))
    if len(found) != 1:
        raise ReadError(f"holds {len(found)} documents; read it as JSON Lines", capture.place)
    if isinstance(found[0], Issue):
        raise ReadError(found[0].message, found[0].place or capture.place)
    return found[0]


def lines(stream: BinaryIO, place: str) -> Iterator[Document | Issue]:
    """Yield the document of each line, or the issue with it; the issue's `document` is the id as far as it is known."""
    number = 0
    try:
        packed = unpacked(stream)
        while line := packed.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                line = _skip_to_end(packed, line)
                yield _issue(f"line is longer than {LONGEST_LINE:,} bytes", f"{place}:{number}")
            elif line.strip():
                yield _document(line, f"{place}:{number}")
    except DAMAGED as error:
        yield _issue(f"is damaged gzip: {error}", f"{place}:{number + 1}")


def _skip_to_end(stream: BinaryIO, line: bytes) -> bytes:
    while line and not line.endswith(b"\n"):
        line = stream.readline(2**20)
    return line


def _document(line: bytes, place: str) -> Document | Issue:
    try:
        said: Any = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _issue(f"is no JSON: {error}", place)
    if not isinstance(said, dict):
        return _issue("is no JSON object", place)
    name = said.get("id")
    key = str(name) if isinstance(name, (str, int)) and name != "" else None
    if key is None:
        return _issue("has no 'id'", place)
    text = said.get("text")
    if not isinstance(text, str) or not text.strip():
        return _issue("has no 'text'" if text is None else "'text' must be text and not empty", place, key)
    speaker = said.get("speaker")
    document = Document(id=key, text=text, blocks=blocks(text, known=[speaker] if isinstance(speaker, str) else []))
    return described(document, {field: said[field] for field in FIELDS if field in said}, place)


def _issue(message: str, place: str, document: str | None = None) -> Issue:
    return Issue(message=message, document=document or place, place=place)
