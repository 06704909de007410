"""Opens what a person names on the command line: files, `-` for standard input, JSON Lines a document a line."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from msgspec.structs import replace

from pipeline.models import Capture, Document, Issue
from pipeline.read import ReadError, lines, read

LINES = (".jsonl", ".ndjson")


def documents(paths: Iterable[str], *, form: str, told: dict[str, Any]) -> Iterator[Document | Issue]:
    """Yield the documents of these paths in order, or an issue for each that cannot be read.

    `told` is what the person says of them: it stands above what a file says of itself, and below what a line says.
    """
    for path in paths:
        try:
            if path == "-":
                yield from _opened(sys.stdin.buffer, "-", form, told)
            else:
                with Path(path).open("rb") as stream:
                    yield from _opened(stream, path, form, told)
        except OSError as error:
            yield Issue(message=f"cannot be read: {error.strerror or error}", document=path, place=path)


def _opened(stream: BinaryIO, path: str, form: str, told: dict[str, Any]) -> Iterator[Document | Issue]:
    if form == "jsonl" or (form == "auto" and path.removesuffix(".gz").endswith(LINES)):
        for found in lines(stream, path):
            yield found if isinstance(found, Issue) else _completed(found, told)
        return
    capture = Capture(id=path, source="", data=stream.read(), place=path, kind=form, hints=told)
    try:
        yield read(capture)
    except ReadError as error:
        yield Issue(message=error.message, document=path, place=error.place)


def _completed(document: Document, told: dict[str, Any]) -> Document:
    missing = {field: value for field, value in told.items() if getattr(document, field) is None}
    return replace(document, **missing)
