"""`datapackage.json`: what the files beside it are and what their columns mean, for Frictionless and its kin."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from pipeline.models import Company, DocumentRecord, PublishedDeal, from_json
from pipeline.publish import csv, edge_list, schema
from pipeline.publish.edition import Edition
from pipeline.rules.rates import Rates

NAME = "datapackage.json"
JSON_TYPES = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean", "array": "array"}
CSV_TYPES = {
    "amount": "number", "amount_low": "number", "amount_high": "number", "amount_currency_inferred": "boolean",
    "valuation": "number", "valuation_low": "number", "valuation_high": "number",
    "valuation_currency_inferred": "boolean", "stake_percent": "number", "quantity": "number",
    "quantity_low": "number", "quantity_high": "number",
    "confidence": "number", "mentions": "integer",
}  # fmt: skip
"""The columns of `deals.csv` that are no text."""
TITLES = {
    "deals.jsonl": "Merged deals, one a line, with every mention",
    "deals.csv": "Merged deals, flattened; a quote stands before cells that a spreadsheet would run",
    "companies.jsonl": "Companies that take part in the deals",
    "documents.jsonl": "Documents that tell of the deals, without their text",
    "edges.csv": "Who pays whom: a row a pair, with the sum in US dollars, the date and the source",
    "edges.parquet": "The same, with typed columns",
    "deals.parquet": "Merged deals with typed and nested columns",
    "deals.graphml": "Companies as nodes, deals as directed edges from who pays to who gets the money",
    "deals.ftm.json": "FollowTheMoney entities",
    "schema/deal.schema.json": "JSON Schema of a line of deals.jsonl",
}
MEDIA = {
    ".jsonl": "application/jsonl",
    ".csv": "text/csv",
    ".json": "application/json",
    ".graphml": "application/graphml+xml",
    ".parquet": "application/vnd.apache.parquet",
}


def write(folder: Path, edition: Edition) -> None:
    """Write `datapackage.json`, describing the files that are in the folder by now."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    _write(folder, [resource(folder, path, edition.rates) for path in files])


def write_again(folder: Path, draft: Path, rates: Rates) -> None:
    """Write `datapackage.json` into a draft as a folder has it, with the files described anew that are in the draft."""
    told = json.loads((folder / NAME).read_bytes())["resources"]
    anew = [each if not (path := draft / each["path"]).exists() else resource(draft, path, rates) for each in told]
    _write(draft, anew)


def _write(folder: Path, resources: list[dict[str, Any]]) -> None:
    package = {
        "$schema": "https://datapackage.org/profiles/1.0/datapackage.json",
        "profile": "data-package",
        "name": "deals",
        "title": "Deals between companies, with their evidence",
        "version": schema.VERSION,
        "resources": resources,
    }
    text = json.dumps(package, ensure_ascii=False, indent=2)
    (folder / NAME).write_text(f"{text}\n", "utf-8")


def resource(folder: Path, path: Path, rates: Rates) -> dict[str, Any]:
    """Return the description of one file."""
    place = path.relative_to(folder).as_posix()
    table = TABLES.get(place) if path.stat().st_size else None  # an empty file is no table to Frictionless
    described: dict[str, Any] = {
        "name": place.lower().replace("/", "-").replace(".", "-").replace("=", "-"),
        "path": place,
        "title": TITLES[place if place in TITLES else "deals.parquet"],
        "type": "table" if table else "file",
        "profile": "tabular-data-resource" if table else "data-resource",
        "format": path.suffix[1:],
        "mediatype": MEDIA[path.suffix],
        "bytes": path.stat().st_size,
        "hash": digest(path),
    }
    if place.startswith("edges."):
        described["sources"] = [{"title": f"Rates of exchange: {rates.source}"}]
    if path.suffix != ".parquet":
        described["encoding"] = "utf-8"
    return {**described, "schema": table()} if table else described


def digest(path: Path) -> str:
    """Return what names a file's bytes."""
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


class FileFacts(msgspec.Struct, frozen=True):
    """What a package says of one file: as much as a check of it needs."""

    path: str
    hash: str


class Package(msgspec.Struct, frozen=True):
    """A `datapackage.json` that is read back."""

    resources: tuple[FileFacts, ...]


def strangers(folder: Path) -> list[str]:
    """Return the files that are not those a folder's `datapackage.json` describes: a publish was killed between them,
    or wrote only some formats."""
    if not (folder / NAME).exists():
        return []
    try:
        package = from_json((folder / NAME).read_bytes(), Package)
    except msgspec.DecodeError:
        return [NAME]
    return [told.path for told in package.resources if not _is(folder / told.path, told.hash)]


def _is(path: Path, hash: str) -> bool:
    return path.is_file() and digest(path) == hash


def _columns() -> dict[str, Any]:
    fields = [{"name": name, "type": CSV_TYPES.get(name, "string")} for name in csv.HEADER]
    return {"fields": fields, "primaryKey": "id"}


def _edges() -> dict[str, Any]:
    return {"fields": [{"name": name, "type": edge_list.TYPES.get(name, "string")} for name in edge_list.COLUMNS]}


def _lines(noun: type) -> Callable[[], dict[str, Any]]:
    """Return what makes the Table Schema of a file of nouns, from the nouns themselves."""

    def fields() -> dict[str, Any]:
        found = schema.noun_schema(noun)["properties"]
        return {"fields": [_field(name, part) for name, part in found.items()], "primaryKey": "id"}

    return fields


def _field(name: str, part: dict[str, Any]) -> dict[str, Any]:
    """Return the Table Schema of one key; what may be null is still of its one type."""
    options = [each for each in part.get("anyOf", [part]) if each.get("type") != "null"]
    only = options[0]
    kind = "object" if "$ref" in only else JSON_TYPES[only.get("type", "string")]
    field: dict[str, Any] = {"name": name, "type": kind}
    if "enum" in only:
        field["constraints"] = {"enum": only["enum"]}
    return field


TABLES: dict[str, Callable[[], dict[str, Any]]] = {
    "deals.csv": _columns,
    "edges.csv": _edges,
    "deals.jsonl": _lines(PublishedDeal),
    "companies.jsonl": _lines(Company),
    "documents.jsonl": _lines(DocumentRecord),
}
"""The files that are tables, and what makes their Table Schema."""
