"""`documents.jsonl`: one document that tells of a deal, without its text a line, sorted by id, keys in schema order."""

from __future__ import annotations

from pathlib import Path

from pipeline.models import to_json
from pipeline.publish.edition import Edition


def write(folder: Path, edition: Edition) -> None:
    """Write `documents.jsonl`."""
    with (folder / "documents.jsonl").open("wb") as lines:
        for document in edition.documents:
            lines.write(to_json(document) + b"\n")
