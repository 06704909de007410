"""Reads the files of public registers: GLEIF's CSV, the SEC's JSON, any CSV whose columns are told.

What is wrong with a row is an issue with file and line, and the other rows go on; a file that cannot be read at all
raises RegistryError. Where a public register's columns stand is data: `tables/registers.toml`.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal

import msgspec

from pipeline.models import Company, Issue
from pipeline.names.countries import countries
from pipeline.names.registry import RegistryError
from pipeline.rules.knowledge import Knowledge
from pipeline.rules.loading import Rules

LONGEST_NAME = 300  # characters; a longer one is a broken row
LONGEST_FIELD = 1_000_000  # characters of a CSV field
LARGEST_JSON = 200_000_000  # bytes; a register this large comes as CSV
SEVERAL = re.compile(r"[;|]")

Row = dict[str, str]
Rows = Iterator[tuple[str, Row | Issue]]  # each with its place


class Columns(Rules, frozen=True, kw_only=True):
    """Where a register's file has what: the names of its columns, `a|b` for either, `*` for any number."""

    name: str
    prefix: str
    """What the ids of its companies begin with: `lei:`."""
    format: Literal["csv", "json"] = "csv"
    title: str = ""
    id: str = ""
    names: tuple[str, ...] = ()
    country: str = ""
    tickers: str = ""
    keep: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Only rows that have one of these values."""


def known_registers(knowledge: Knowledge) -> dict[str, Columns]:
    """Return the public registers whose columns are known, by name."""
    return knowledge.table("registers.toml", dict[str, Columns])


def read(path: Path, columns: Columns) -> Iterator[Company | Issue]:
    """Yield the companies of a register's file in its order, and an issue for each row that gives none."""
    read_rows, finish = FORMATS[columns.format]
    return finish(_companies(path, columns, read_rows(path)))


def _companies(path: Path, columns: Columns, rows: Rows) -> Iterator[Company | Issue]:
    picked: Picked | None = None
    for place, row in rows:
        if isinstance(row, Issue):
            yield row
            continue
        picked = picked or Picked(path, columns, list(row))
        if picked.kept(row):
            yield picked.company(place, row)


def one_each(found: Iterable[Company | Issue]) -> Iterator[Company | Issue]:
    """Yield each company once with all its tickers: a register of listings has a row a share."""
    companies: dict[str, Company] = {}
    for item in found:
        if isinstance(item, Issue):
            yield item
            continue
        first = companies.setdefault(item.id, item)
        tickers = tuple(dict.fromkeys((*first.tickers, *item.tickers)))
        companies[item.id] = msgspec.structs.replace(first, tickers=tickers)
    yield from companies.values()


class Picked:
    """The columns of a register as its file really has them."""

    def __init__(self, path: Path, columns: Columns, header: Sequence[str]) -> None:
        def one(wanted: str) -> str | None:
            """Return the column that must be there, None where none is asked for."""
            if not wanted:
                return None
            if not (found := matching(wanted, header)):
                raise RegistryError(f"{path}: has no column '{wanted}'; it has {', '.join(header)[:500]}")
            return found[0]

        self._prefix = columns.prefix
        self._id, self._name = one(columns.id), one(columns.name)
        self._country, self._tickers = one(columns.country), one(columns.tickers)
        self._names = [column for wanted in columns.names for column in matching(wanted, header)]
        self._keep = {one(column): frozenset(values) for column, values in columns.keep.items()}

    def kept(self, row: Row) -> bool:
        """Return whether the register's own marks say that the company counts."""
        return all(row[column] in values for column, values in self._keep.items() if column)

    def company(self, place: str, row: Row) -> Company | Issue:
        """Return the company of a row, or what is wrong with it."""
        name = self._text(row, self._name)
        number = self._text(row, self._id) if self._id else name
        if not name or not number:
            return Issue(message=f"no {'name' if not name else 'id'}; the row is left out", place=place)
        if len(name) > LONGEST_NAME:
            return Issue(message=f"a name of {len(name):,} characters; the row is left out", place=place)
        country = self._text(row, self._country).upper()
        others = (part.strip() for column in self._names for part in SEVERAL.split(self._text(row, column)))
        return Company(
            id=f"{self._prefix}:{number}",
            name=name,
            names=tuple(other for other in dict.fromkeys(others) if other and other != name),
            country=country if country in countries() else None,
            tickers=tuple(part.strip() for part in SEVERAL.split(self._text(row, self._tickers)) if part.strip()),
        )

    def _text(self, row: Row, column: str | None) -> str:
        return " ".join(row[column].split()) if column else ""


def matching(wanted: str, header: Sequence[str]) -> list[str]:
    """Return the columns that a name means, in the file's order."""
    patterns = [re.escape(name).replace(r"\*", r"\d+") for name in wanted.split("|")]
    return [column for pattern in patterns for column in header if re.fullmatch(pattern, column)]


def _csv(path: Path) -> Rows:
    csv.field_size_limit(LONGEST_FIELD)
    with opened(path) as text:
        rows = csv.reader(text)
        header = next(rows, None)
        if not header:
            raise RegistryError(f"{path}: is empty; a register begins with the names of its columns")
        while True:
            try:
                fields = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield (place := f"{path}:{rows.line_num}"), Issue(message=f"{error}; the row is left out", place=place)
                continue
            place = f"{path}:{rows.line_num}"
            if fields and len(fields) != len(header):
                told = f"{len(fields)} fields where the header has {len(header)}; the row is left out"
                yield place, Issue(message=told, place=place)
            elif fields:
                yield place, dict(zip(header, fields, strict=True))


def _json(path: Path) -> Rows:
    if path.stat().st_size > LARGEST_JSON:
        raise RegistryError(f"{path}: is larger than {LARGEST_JSON // 1_000_000} MB; import it as CSV")
    with opened(path) as text:
        try:
            data = json.load(text)
        except (json.JSONDecodeError, RecursionError) as error:
            raise RegistryError(f"{path}: is not JSON: {error}") from error
    for number, entry in enumerate(entries(data, path), 1):
        place = f"{path}: entry {number}"
        if isinstance(entry, dict):
            yield place, {str(key): "" if value is None else str(value) for key, value in entry.items()}
        else:
            yield place, Issue(message="is not an object; the entry is left out", place=place)


def entries(data: Any, path: Path) -> list[Any]:
    """Return the entries of a JSON register: a list, an object of objects, or rows under `fields` and `data`."""
    if isinstance(data, dict) and isinstance(data.get("fields"), list) and isinstance(data.get("data"), list):
        fields = [str(field) for field in data["fields"]]
        return [dict(zip(fields, row, strict=False)) if isinstance(row, list) else row for row in data["data"]]
    if isinstance(data, dict):
        return list(data.values())
    if isinstance(data, list):
        return data
    raise RegistryError(f"{path}: holds no list of companies")


@contextmanager
def opened(path: Path) -> Iterator[IO[str]]:
    """Open a register's file as text, unpacked if it is .gz or .zip."""
    try:
        with OPENERS.get(path.suffix.lower(), _plain)(path) as data:
            yield io.TextIOWrapper(data, "utf-8-sig", newline="")
    except UnicodeDecodeError as error:
        raise RegistryError(f"{path}: is not UTF-8 ({error.reason} at byte {error.start}); convert it first") from error
    except (OSError, EOFError, zipfile.BadZipFile) as error:
        raise RegistryError(f"{path}: cannot be read: {error}") from error


def _plain(path: Path) -> IO[bytes]:
    return path.open("rb")


def _gzipped(path: Path) -> IO[bytes]:
    return gzip.open(path)  # type: ignore[return-value]


@contextmanager
def _zipped(path: Path) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(path) as packed:
        members = [name for name in packed.namelist() if name.lower().endswith((".csv", ".json"))]
        if len(members) != 1:
            raise RegistryError(f"{path}: holds {len(members)} CSV or JSON files where one is needed")
        with packed.open(members[0]) as data:
            yield data


OPENERS: dict[str, Callable[[Path], Any]] = {".gz": _gzipped, ".zip": _zipped}
FORMATS: dict[str, tuple[Callable[[Path], Rows], Callable[[Iterable[Company | Issue]], Iterator[Company | Issue]]]] = {
    "csv": (_csv, iter),
    "json": (_json, one_each),
}
