"""JSON Lines, a document a line: `{"id", "text"}` and optionally title, url, published, language."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from functools import partial
from typing import Any, BinaryIO

import msgspec

from pipeline.fence import attempt
from pipeline.models import Capture, Document, Issue
from pipeline.read.document_fields import described
from pipeline.read.packed import DAMAGED, unpacked
from pipeline.read.plain_text import blocks
from pipeline.read.unreadable import ReadError
from pipeline.rules.knowledge import Knowledge, shipped

LONGEST_LINE = 32 * 2**20
TEXTS = ("text", "articleBody", "body", "content", "content_text")
"""What a JSON object may call the text of its document, in files of others' programs."""
FIELDS = ("title", "url", "published", "language", "publisher", "speaker", "tags")


def read(text: str, capture: Capture, knowledge: Knowledge) -> Document:
    """Return the one document of a JSON Lines file with one line."""
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    found = list(itertools.islice(lines(stream, capture.place, knowledge), 2))
    if len(found) != 1:
        raise ReadError("holds several documents; read it line by line", capture.place)
    return _or_raise(found[0], capture.place)


def read_one(said: dict[str, Any], capture: Capture, knowledge: Knowledge) -> Document:
    """Return the document of a JSON object, whatever it calls its text."""
    named = next((name for name in TEXTS if isinstance(said.get(name), str)), "text")
    told = {**said, "id": said.get("id", capture.id), "text": said.get(named)}
    return _or_raise(_told(told, capture.place, knowledge, told), capture.place)


def _or_raise(found: Document | Issue, place: str) -> Document:
    if isinstance(found, Issue):
        raise ReadError(found.message, found.place or place)
    return found


def lines(stream: BinaryIO, place: str, knowledge: Knowledge | None = None) -> Iterator[Document | Issue]:
    """Yield the document of each line, or the issue with it; the issue's `document` is the id as far as it is known."""
    knowledge = knowledge or shipped()
    number = 0
    try:
        packed = unpacked(stream)
        while line := packed.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                line = _skip_to_end(packed, line)
                yield _issue(f"line is longer than {LONGEST_LINE:,} bytes", f"{place}:{number}")
            elif line.strip():
                at = f"{place}:{number}"
                yield attempt(partial(_document, place=at, knowledge=knowledge), line, document=at, place=at)
    except DAMAGED as error:
        yield _issue(f"is damaged gzip: {error}", f"{place}:{number + 1}")


def _skip_to_end(stream: BinaryIO, line: bytes) -> bytes:
    while line and not line.endswith(b"\n"):
        line = stream.readline(2**20)
    return line


def _document(line: bytes, place: str, knowledge: Knowledge) -> Document | Issue:
    try:
        said: Any = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _issue(f"is no JSON: {error}", place)
    if not isinstance(said, dict):
        return _issue("is no JSON object", place)
    return _told(said, place, knowledge, {field: said[field] for field in FIELDS if field in said})


def _told(said: dict[str, Any], place: str, knowledge: Knowledge, fields: dict[str, Any]) -> Document | Issue:
    """Return the document of an object; `fields` are those that tell about it."""
    name = said.get("id")
    key = str(name) if isinstance(name, (str, int)) and name != "" else None
    if key is None:
        return _issue("has no 'id'", place)
    text = said.get("text")
    if not isinstance(text, str) or not text.strip():
        return _issue("has no 'text'" if text is None else "'text' must be text and not empty", place, key)
    speaker = said.get("speaker")
    found = blocks(text, knowledge, known=[speaker] if isinstance(speaker, str) else [])
    return described(Document(id=key, text=text, blocks=found), fields, place, knowledge)


def _issue(message: str, place: str, document: str | None = None) -> Issue:
    return Issue(message=message, document=document or place, place=place)
