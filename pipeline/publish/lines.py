"""`deals.jsonl`, `companies.jsonl`, `documents.jsonl`: one record a line, sorted by id, keys in schema order."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal

from pipeline.models import to_json
from pipeline.publish.edition import Edition

BLOCK = 1 << 20


def write(folder: Path, edition: Edition, what: Literal["deals", "companies", "documents"]) -> None:
    """Write one of the files; of companies and documents, those that a deal names."""
    with (folder / f"{what}.jsonl").open("wb") as lines:
        for record in getattr(edition, what):
            lines.write(to_json(record) + b"\n")


def backwards(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file, the last one first."""
    left = file.seek(0, 2)
    begun = b""  # of which line the beginning is not read yet
    while left:
        start = max(0, left - BLOCK)
        file.seek(start)
        first, *lines = io.BytesIO(file.read(left - start) + begun)
        yield from reversed(lines)
        begun, left = first, start
    if begun:
        yield begun
