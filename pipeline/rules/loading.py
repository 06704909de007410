"""Reads the hand-written data (languages/, tables/) and checks it: an error names file, entry and mend.

A language is a folder; its presence registers it. `DEALS_LANGUAGES` may name one more folder of languages
(a user's own), whose files are read after ours.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from pipeline import settings

DATA = Path(os.environ.get("DEALS_DATA") or Path(__file__).parents[1])  # set where other rules are tried, see trial.py
LANGUAGES = DATA / "languages"
TABLES = DATA / "tables"

T = TypeVar("T")


class RuleError(ValueError):
    """Hand-written data that cannot be used; the message names file, entry and mend."""


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every rule file's shape: an unknown key is an error, not a rule that never fires."""


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of a TOML file."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(f"{path}: {error}") from error


def load(path: Path, shape: type[T]) -> T:
    """Return a rule file as the shape it must have."""
    try:
        return msgspec.convert(read_toml(path), shape, strict=True)
    except msgspec.ValidationError as error:
        raise RuleError(f"{path}: {error}") from error


def folders() -> tuple[Path, ...]:
    """Return every language's folder, ours first, then the user's own."""
    extra = os.environ.get("DEALS_LANGUAGES")
    return _folders(extra)


@cache
def _folders(extra: str | None) -> tuple[Path, ...]:
    roots = [LANGUAGES, *([Path(extra)] if extra else [])]
    for root in roots:
        if not root.is_dir():
            raise RuleError(f"{root}: no such folder of languages")
    return tuple(folder for root in roots for folder in sorted(root.iterdir()) if folder.is_dir())


def rule_files(name: str) -> Iterator[tuple[str, Path]]:
    """Yield (language code, file) for each language folder that holds a file of this name, e.g. `amounts.toml`."""
    for folder in folders():
        path = folder / name
        if path.is_file():
            yield folder.name, path


def fingerprint() -> str:
    """Return 16 hex digits that name all data in use, ours and a project's own: one changed letter, other digits."""
    roots = [LANGUAGES, TABLES, *(Path(extra) for extra in [os.environ.get("DEALS_LANGUAGES")] if extra)]
    digest = hashlib.sha256(settings.companies().read_bytes() if settings.companies().exists() else b"")
    for register in sorted(settings.registry().glob("*.db")):
        written = register.stat()
        digest.update(f"{register.name}\0{written.st_size}\0{written.st_mtime_ns}\0".encode())
    for root in roots:
        for path in sorted(root.rglob("*.toml")):
            digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
