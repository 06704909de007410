"""`companies.jsonl`: one company that takes part in a deal a line, sorted by id, keys in schema order."""

from __future__ import annotations

from pathlib import Path

from pipeline.models import to_json
from pipeline.publish.edition import Edition


def write(folder: Path, edition: Edition) -> None:
    """Write `companies.jsonl`."""
    with (folder / "companies.jsonl").open("wb") as lines:
        for company in edition.companies:
            lines.write(to_json(company) + b"\n")
