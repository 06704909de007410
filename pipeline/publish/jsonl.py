"""`deals.jsonl`: one merged deal a line, sorted by id, keys in schema order."""

from __future__ import annotations

from pathlib import Path

from pipeline.models import to_json
from pipeline.publish.edition import Edition


def write(folder: Path, edition: Edition) -> None:
    """Write `deals.jsonl`."""
    with (folder / "deals.jsonl").open("wb") as lines:
        for deal in edition.deals:
            lines.write(to_json(deal) + b"\n")
