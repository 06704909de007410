"""Reads hand-written data and checks it: an error names file, entry and mend."""

from __future__ import annotations

import re
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from pipeline.errors import DealsError
from pipeline.kept import kept

T = TypeVar("T")

STEP = re.compile(r"\.(\w+)|\[(\d+|\.\.\.)\]")
MENDS = {
    "missing required field": "add it",
    "unknown field": "drop it, or mend its name",
    "Invalid enum value": "mend its name, or see the reference for those that are known",
}
"""What to do, by what msgspec says is wrong."""


class RuleError(DealsError):
    """Hand-written data that cannot be used; the message names file, entry and mend."""

    common = True


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every rule file's shape: an unknown key is an error, not a rule that never fires."""


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of a TOML file."""
    data = path.read_bytes()
    name = sha256(data).digest()
    found = kept().find(name, dict[str, Any])
    if found is not None:
        return found
    try:
        tables = tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(str(error), path) from error
    kept().keep(name, tables, dict[str, Any])
    return tables


def load(path: Path, shape: type[T]) -> T:
    """Return a rule file as the shape it must have."""
    return shaped(read_toml(path), shape, path)


def shaped(data: object, shape: type[T], path: Path) -> T:
    """Return the tables of a rule file as the shape they must have."""
    try:
        return msgspec.convert(data, shape, strict=True)
    except msgspec.ValidationError as error:
        raise RuleError(f"{path}: {_explained(str(error), data)}") from error


def _explained(message: str, data: object) -> str:
    """Return what is wrong with the entry's name and the mend, where they are known."""
    mend = next((f"; {mend}" for wrong, mend in MENDS.items() if wrong in message), "")
    entry = _entry(message, data)
    return f"{entry}{message}{mend}"


def _entry(message: str, data: object) -> str:
    """Return the innermost entry with an id on the way to what is wrong: `frame 'acquire': `."""
    named, table = "", ""
    _, _, way = message.partition("at `$")
    for key, number in STEP.findall(way):
        if number == "...":
            break
        if key:
            table, data = key, data.get(key) if isinstance(data, dict) else None
        elif isinstance(data, list):
            data = data[int(number)]
            named = f"{table} '{data['id']}': " if isinstance(data, dict) and "id" in data else named
    return named
