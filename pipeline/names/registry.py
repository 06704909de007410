"""Public registers of companies, imported once and kept on disk: a name leads to its entry without loading them all.

Each register is one SQLite file in `extracted/registry/`, written whole or not at all. A register gives a company to a
name that the text shows to be one; it never makes a word a company, for a million names hold most words.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec
from rapidfuzz import fuzz, process

from pipeline.models import Company, MergedDeal, Noun
from pipeline.names.keys import NameKeys
from pipeline.rules.loading import RuleError

VERSION = 1
FULL, BARE, BOTH = 0, 1, 2  # what a key of the file is: of the whole name, without its legal form, or the same in both
BATCH = 20_000
LEAST_KEY = 2  # characters: a shorter key is everybody's
COMPARED = 5_000  # names beginning alike that a search compares
ALIKE = 3  # characters that such names begin with
NEAR = 70  # of 100
encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Company).decode
TABLES = f"""
    PRAGMA user_version = {VERSION};
    CREATE TABLE about (name TEXT, source TEXT, companies INTEGER, imported_at TEXT);
    CREATE TABLE company (number INTEGER PRIMARY KEY, id TEXT, name TEXT, noun BLOB);
    CREATE TABLE spelling (key TEXT, form INTEGER, company INTEGER);
"""
INDEXES = """
    DELETE FROM company WHERE number NOT IN (SELECT min(number) FROM company GROUP BY id);
    DELETE FROM spelling WHERE company NOT IN (SELECT number FROM company);
    CREATE INDEX by_key ON spelling (key, form, company);
    CREATE INDEX by_id ON company (id);
"""
OF_KEY = "SELECT DISTINCT company FROM spelling WHERE key = ? AND form IN (?, 2) LIMIT ?"


class RegistryError(RuleError):
    """A register that cannot be used; the message names file and mend."""


class About(Noun, frozen=True, kw_only=True):
    """An imported register: how many companies, from which file, when."""

    name: str
    source: str
    companies: int
    imported_at: str


class RegisterHit(Noun, frozen=True, kw_only=True):
    """An entry that a search found, how likely it is meant from 0 to 1, and why."""

    company: Company
    register: str
    score: float
    why: str


class Register:
    """One register's file, open for reading by any thread."""

    def __init__(self, path: Path, keys: NameKeys) -> None:
        self.path = path
        self._keys = keys
        self._lock = Lock()
        self.about = self._about()

    @cached_property
    def _file(self) -> sqlite3.Connection:
        uri = f"{self.path.resolve().as_uri()}?mode=ro&immutable=1"
        return sqlite3.connect(uri, uri=True, check_same_thread=False)

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._file.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise RegistryError(f"{self.path}: {error}; import the register again") from error

    def _about(self) -> About:
        ((version,),) = self._rows("PRAGMA user_version")
        if version != VERSION:
            raise RegistryError(f"{self.path}: made by another version of this program; import the register again")
        ((name, source, companies, imported_at),) = self._rows("SELECT * FROM about")
        return About(name=name, source=source, companies=companies, imported_at=imported_at)

    def lookup(self, name: str) -> Company | None:
        """Return the one company of this name, with or without its legal form; None where none or several have it."""
        for key, form in ((self._keys.key(name), FULL), (self._keys.bare(name), BARE)):
            found = self._rows(OF_KEY, key, form, 2) if len(key) >= LEAST_KEY else []
            if found:
                return self._company(found[0][0]) if len(found) == 1 else None
        return None

    def search(self, name: str, limit: int) -> Iterator[RegisterHit]:
        """Yield entries of this name, then those that are like it."""
        key, bare = self._keys.key(name), self._keys.bare(name)
        for (number,) in self._rows(OF_KEY, key, FULL, limit):
            yield self._hit(number, 0.99, "the same name")
        for (number,) in self._rows(OF_KEY, bare, BARE, limit):
            yield self._hit(number, 0.97, "the same without its legal form")
        start = bare[:ALIKE]
        rows = self._rows(
            "SELECT key, company FROM spelling WHERE key >= ? AND key < ? LIMIT ?",
            start,
            f"{start}\U0010ffff",
            COMPARED,
        )
        near = process.extract(bare, [row[0] for row in rows], scorer=fuzz.ratio, score_cutoff=NEAR, limit=limit)
        for _, likeness, at in near:
            yield self._hit(rows[at][1], min(likeness / 100, 0.89), f"{likeness:.0f} of 100 like it")

    def of_ids(self, ids: Iterable[str]) -> list[Company]:
        """Return the companies of these ids that this register has."""
        rows = (self._rows("SELECT number FROM company WHERE id = ?", one) for one in ids)
        return [self._company(row[0][0]) for row in rows if row]

    def _company(self, number: object) -> Company:
        ((noun,),) = self._rows("SELECT noun FROM company WHERE number = ?", number)
        return decode(noun)

    def _hit(self, number: object, score: float, why: str) -> RegisterHit:
        return RegisterHit(company=self._company(number), register=self.about.name, score=score, why=why)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Registry:
    """All imported registers, asked in the order of their names."""

    def __init__(self, registers: Sequence[Register]) -> None:
        self.registers = tuple(registers)
        self.lookup = lru_cache(maxsize=65_536)(self._lookup)

    @classmethod
    def open(cls, folder: Path, keys: NameKeys) -> Registry:
        """Return the registers of a folder; there may be none."""
        return cls([Register(path, keys) for path in sorted(folder.glob("*.db"))])

    def _lookup(self, name: str) -> Company | None:
        """Return the company of this name in the first register that has exactly one."""
        return next((found for register in self.registers if (found := register.lookup(name))), None)

    def search(self, name: str, *, limit: int = 5) -> list[RegisterHit]:
        """Return the entries of this name and those like it, the likeliest first, each once."""
        hits = (hit for register in self.registers for hit in register.search(name, limit))
        best: dict[str, RegisterHit] = {}
        for hit in sorted(hits, key=lambda hit: (-hit.score, hit.company.id)):
            best.setdefault(hit.company.id, hit)
        return list(best.values())[:limit]

    def of_ids(self, ids: Iterable[str]) -> tuple[Company, ...]:
        """Return the companies of these ids that a register has, sorted by id."""
        wanted = sorted(set(ids))
        found = {company.id: company for register in self.registers for company in register.of_ids(wanted)}
        return tuple(found[one] for one in sorted(found))

    def complete(self, companies: Iterable[Company], deals: Iterable[MergedDeal]) -> tuple[Company, ...]:
        """Return these companies, and those of the registers that the deals name."""
        known = {company.id: company for company in companies}
        named = {party.company_id for deal in deals for party in deal.parties if party.company_id}
        return (*known.values(), *self.of_ids(named - known.keys()))

    def close(self) -> None:
        """Close all files."""
        for register in self.registers:
            register.close()


def write(folder: Path, name: str, companies: Iterable[Company], keys: NameKeys, *, source: str, at: str) -> About:
    """Return what was written as the register of this name, in the place of an earlier one of that name."""
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f".{name}.{os.getpid()}.tmp"
    made.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(made, isolation_level=None)) as file:
            about = _fill(file, companies, keys, About(name=name, source=source, companies=0, imported_at=at))
        if not about.companies:
            raise RegistryError(f"{source}: holds no company; nothing was imported")
        made.replace(folder / f"{name}.db")
    finally:
        made.unlink(missing_ok=True)
    return about


def _fill(file: sqlite3.Connection, companies: Iterable[Company], keys: NameKeys, about: About) -> About:
    file.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -64000;" + TABLES)
    file.execute("BEGIN")
    numbered = enumerate(companies, 1)
    while batch := list(islice(numbered, BATCH)):
        file.executemany(
            "INSERT INTO company VALUES (?, ?, ?, ?)",
            [(number, one.id, one.name, encode(one)) for number, one in batch],
        )
        file.executemany(
            "INSERT INTO spelling VALUES (?, ?, ?)",
            [(key, form, number) for number, one in batch for key, form in _spellings(one, keys)],
        )
    file.execute("COMMIT")
    file.executescript(INDEXES)
    ((count,),) = file.execute("SELECT count(*) FROM company").fetchall()
    file.execute("INSERT INTO about VALUES (?, ?, ?, ?)", (about.name, about.source, count, about.imported_at))
    return msgspec.structs.replace(about, companies=count)


def _spellings(company: Company, keys: NameKeys) -> set[tuple[str, int]]:
    found = set()
    for name in (company.name, *company.names):
        key, bare = keys.key(name), keys.bare(name)
        found |= {(key, BOTH)} if key == bare else {(key, FULL), (bare, BARE)}
    return found
