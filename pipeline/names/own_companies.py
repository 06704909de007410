"""Adds companies to the project's own table, `sources/companies.toml`, which people may also write by hand."""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from pipeline.models import Company
from pipeline.names.countries import countries
from pipeline.rules.common_tables import check_companies
from pipeline.rules.loading import RuleError

HEADER = "# Companies that our tables do not have. One table each: `deals companies add --help`.\n"
READABLE = 0o644  # the rights of a new table: a temporary file is its owner's alone
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def add(path: Path, company: Company, known: Callable[[], Iterable[tuple[str, Company]]]) -> None:
    """Write a company at the end of a table, after checking that it agrees with those known, each with its place.

    `known` is asked while no one else adds; raises `RuleError` where the company cannot be added.
    """
    if not ID.fullmatch(company.id):
        raise RuleError(f"id '{company.id}': give one with --id, in small letters, digits and hyphens")
    if broken := [name for name in (company.name, *company.names) if not name.isprintable()]:
        raise RuleError(f"name {broken[0]!r}: holds a character that cannot be printed")
    if company.country and company.country not in countries():
        raise RuleError(f"country '{company.country}': is no code of ISO 3166, such as CN, TW or US")
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path.parent):
        check_companies([*known(), (f"{path}: company.{company.id}", company)])
        text = path.read_text("utf-8-sig") if path.exists() else HEADER
        _replace(path, f"{text.rstrip()}\n\n{entry(company)}")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other adders waiting: what one adds, the next must read. A table's folder, for the table is replaced."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all, with the rights it had."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp", delete=False) as file:
        file.write(text.encode())
    made = Path(file.name)
    try:
        made.chmod(path.stat().st_mode if path.exists() else READABLE)
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
