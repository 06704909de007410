"""Adds companies to the project's own table, `sources/companies.toml`, which people may also write by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from pipeline.models import Company
from pipeline.rules.loading import RuleError
from pipeline.rules.tables import check

HEADER = "# Companies that our tables do not have. One table each: `deals companies add --help`.\n"
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def add(path: Path, company: Company, known: Iterable[tuple[str, Company]]) -> None:
    """Write a company at the end of a table, after checking that it agrees with those known, each with its place."""
    if not ID.fullmatch(company.id):
        raise RuleError(f"id '{company.id}': give one with --id, in small letters, digits and hyphens")
    if broken := [name for name in (company.name, *company.names) if not name.isprintable()]:
        raise RuleError(f"name {broken[0]!r}: holds a character that cannot be printed")
    check([*known, (f"{path}: company.{company.id}", company)])
    text = path.read_text("utf-8") if path.exists() else HEADER
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f".{path.name}.tmp")
    try:
        made.write_text(f"{text.rstrip()}\n\n{entry(company)}", "utf-8")
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def entry(company: Company) -> str:
    """Return a company as a TOML table."""
    told = {
        "name": company.name,
        "en": [name for name in company.names if name.isascii()],
        "other": [name for name in company.names if not name.isascii()],
        "country": company.country,
        "tickers": list(company.tickers),
        "parent": company.parent,
        "kind": None if company.kind == "company" else company.kind,
        "context": list(company.context),
    }
    # a JSON string or list of strings is a TOML one too
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in told.items() if value]
    return "\n".join([f"[company.{company.id}]", *lines, ""])
