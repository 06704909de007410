"""`schema/deal.schema.json`: the contract of a line of `deals.jsonl`, made from the nouns themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from pipeline.models import PublishedDeal
from pipeline.publish.edition import Edition

VERSION = "2.2.0"
"""Raise the last number for words, the middle one for a new key, the first for what can break a reader."""
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def write(folder: Path, edition: Edition) -> None:
    """Write `schema/deal.schema.json`."""
    (folder / "schema").mkdir()
    text = json.dumps(deal_schema(), ensure_ascii=False, indent=2)
    (folder / "schema" / "deal.schema.json").write_text(f"{text}\n", "utf-8")


def deal_schema() -> dict[str, Any]:
    """Return the JSON Schema of a merged deal; what it names is defined inside it."""
    deal = noun_schema(PublishedDeal)
    head = {"$schema": DIALECT, "$id": f"urn:deal-pipeline:schema:deal:{VERSION}", "version": VERSION}
    return {**head, **deal}


def noun_schema(noun: type) -> dict[str, Any]:
    """Return the JSON Schema of a noun as `to_json` writes it, with those it is made of."""
    _, parts = msgspec.json.schema_components([noun], ref_template="#/$defs/{name}")
    written = {name: _as_written(part) for name, part in sorted(parts.items())}
    return {**written.pop(noun.__name__), "$defs": written}


def _as_written(part: Any) -> Any:
    """Return a piece of schema as `to_json` writes it: Decimals as numbers, and every key always there."""
    if isinstance(part, list):
        return [_as_written(each) for each in part]
    if not isinstance(part, dict):
        return part
    if part.get("format") == "decimal":
        return {**{key: value for key, value in part.items() if key not in ("type", "format")}, "type": "number"}
    changed = {key: _as_written(value) for key, value in part.items()}
    if part.get("type") == "object" and "properties" in part:
        changed["required"] = list(part["properties"])
    return changed
