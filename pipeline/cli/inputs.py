"""Opens what a person names on the command line: files, `-` for standard input, JSON Lines a document a line."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

from msgspec.structs import replace

from pipeline.fence import attempt, guarded
from pipeline.models import Capture, Document, Issue
from pipeline.read import holds_lines, lines, read
from pipeline.rules.knowledge import Knowledge
from pipeline.text.paths import is_utf8, readable

HEAD = 8192  # bytes that tell whether a stream is JSON Lines


def documents(
    paths: Iterable[str], *, form: str, told: dict[str, Any], knowledge: Knowledge
) -> Iterator[Document | Issue]:
    """Yield the documents of these paths in order, or an issue for each that cannot be read (see `opened`)."""
    for item in opened(paths, form=form, told=told, knowledge=knowledge):
        yield attempt(partial(read, knowledge=knowledge), item) if isinstance(item, Capture) else item


def opened(
    paths: Iterable[str], *, form: str, told: dict[str, Any], knowledge: Knowledge
) -> Iterator[Document | Capture | Issue]:
    """Yield what these paths hold, in order: documents of JSON Lines, other files still to be read, and issues.

    `told` is what the person says of them: it stands above what a file says of itself, and below what a line says.
    """
    for path in paths:
        name = readable(path)
        if not is_utf8(path):
            yield Issue(message="its name is not in UTF-8; rename it", document=name, place=name)
            continue
        try:
            if path == "-":
                yield from guarded(_opened(sys.stdin.buffer, "-", form, told, knowledge), document=path, place=path)
            else:
                with Path(path).open("rb") as stream:
                    yield from guarded(_opened(stream, path, form, told, knowledge), document=path, place=path)
        except OSError as error:
            yield Issue(message=f"cannot be read: {error.strerror or error}", document=path, place=path)


def _opened(
    stream: BinaryIO, path: str, form: str, told: dict[str, Any], knowledge: Knowledge
) -> Iterator[Document | Capture | Issue]:
    ahead = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, stream))
    head = Capture(id=path, source="", data=ahead.peek(HEAD)[:HEAD], place=path, kind=form, hints=told)
    if holds_lines(head):
        for found in lines(ahead, path, knowledge):
            yield found if isinstance(found, Issue) else _completed(found, told)
        return
    yield replace(head, data=ahead.read())


def _completed(document: Document, told: dict[str, Any]) -> Document:
    missing = {field: value for field, value in told.items() if getattr(document, field) is None}
    return replace(document, **missing)
