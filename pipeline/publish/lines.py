"""`deals.jsonl`, `companies.jsonl`, `documents.jsonl`: one record a line, sorted by id, keys in schema order."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pipeline.models import to_json
from pipeline.publish.edition import Edition


def write(folder: Path, edition: Edition, what: Literal["deals", "companies", "documents"]) -> None:
    """Write one of the files; of companies and documents, those that a deal names."""
    with (folder / f"{what}.jsonl").open("wb") as lines:
        for record in getattr(edition, what):
            lines.write(to_json(record) + b"\n")
