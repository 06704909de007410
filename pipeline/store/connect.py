"""Opens databases: SQLite in WAL mode or PostgreSQL, with one writer at a time on either."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from pipeline.errors import DealsError

PATIENCE = 120  # seconds a writer waits for another: a merge of 100,000 mentions holds the lock for half a minute
DRIVERS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
"""The URL schemes we take, and the driver of each."""
LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtext('deal-pipeline ' || current_schema()))")


MENDS = {
    r"\bfull\b|no space left": "make room and run it again: what was saved is kept",
    r"read-?only": "it can only be read here; DEALS_DATABASE_URL names another",
    r"unable to open|permission denied": "give this account the right to it and its folder, or name another with "
    "DEALS_DATABASE_URL",
    r"no such (table|column)|does not exist": "its tables are not those that this program made: put back a copy, or "
    "delete it and run again",
    r"malformed|not a database": "put back a copy, or delete it and run again: nothing but the past runs is lost",
    r"locked": "another program holds it: end that, or wait for it",
    r"i/o error": "its disk cannot be read or written any more",
    r"connection": "is the server running, and does DEALS_DATABASE_URL name it?",
}
"""What to do about what a database says, by a pattern of its words; the first that fits."""
NO_TABLE = ("42P01", "42703", "42501", "3F000")
"""What PostgreSQL calls a table, a column, a right or a schema that is not there."""


class StoreError(DealsError):
    """A database that cannot be used; the message names it and says what to do."""

    common = True


class NothingStored(StoreError):
    """A database that no run has made yet."""


def engine(url: str, *, writes: bool = True) -> sa.Engine:
    """Return an engine for a database URL; make the folder of a SQLite file that is to be written.

    Raises `NothingStored` where there is only to read, and no file.
    """
    scheme = url.partition(":")[0]
    if scheme not in DRIVERS:
        raise StoreError(f"no such kind of database; known: {', '.join(sorted(DRIVERS))}", scheme)
    try:
        parsed = make_url(url).set(drivername=DRIVERS[scheme])
    except sa.exc.ArgumentError as error:
        raise StoreError("the database URL cannot be read; write sqlite:///FILE or postgresql://HOST/NAME") from error
    if scheme != "sqlite":
        return sa.create_engine(parsed)
    if not parsed.database or parsed.database == ":memory:":
        raise StoreError("the store needs a file: sqlite:///FILE")
    path = Path(parsed.database)
    if not writes and not path.exists():
        raise NothingStored("no run is stored here yet; `deals run` makes one", path)
    if not writes and not is_writable(path):
        return _only_read(parsed, path)
    return _sqlite(parsed, path.parent)


def is_writable(path: Path) -> bool:
    """Return whether a SQLite file can be written: so must be its folder, where its journal lies."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _only_read(url: sa.URL, path: Path) -> sa.Engine:
    """Return an engine for a file that cannot be written, nor anything laid beside it as WAL mode wants."""
    journal = path.with_name(f"{path.name}-wal")
    still = not journal.exists() or not journal.stat().st_size  # no one writes it: then it needs no shared memory
    address = f"{path.resolve().as_uri()}?mode=ro{'&immutable=1' if still else ''}"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False)

    made = sa.create_engine(url, creator=connect)
    sa.event.listen(made, "begin", _begin)
    return made


def _sqlite(url: sa.URL, folder: Path) -> sa.Engine:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(error.strerror or str(error), folder) from error
    made = sa.create_engine(url, connect_args={"timeout": PATIENCE})
    sa.event.listen(made, "connect", _prepare)
    sa.event.listen(made, "begin", _begin)
    return made


def _prepare(connection: Any, _: object) -> None:
    """Take transactions from the driver into our hands, and let readers read while one writes."""
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _begin(connection: sa.Connection) -> None:
    """Begin as a writer at once where one is meant: a reader that turns writer can find the lock taken for good."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def usable(engine: sa.Engine) -> Iterator[None]:
    """Turn what a database as a whole cannot do into a `StoreError` that names it and the mend."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        if not _is_its_own(error):
            raise
        words = " ".join(str(error.orig).split())
        mend = next((f"; {mend}" for pattern, mend in MENDS.items() if re.search(pattern, words, re.I)), "")
        raise StoreError(words + mend, place(engine)) from error


def _is_its_own(error: sa.exc.DBAPIError) -> bool:
    """Return whether an error is the database's and not that of a value it was given."""
    if isinstance(error, (sa.exc.OperationalError, sa.exc.InternalError)) or type(error) is sa.exc.DatabaseError:
        return True
    return getattr(error.orig, "sqlstate", None) in NO_TABLE


def place(engine: sa.Engine) -> str:
    """Return a database's file or address without its password, for messages."""
    return engine.url.database or "" if engine.dialect.name == "sqlite" else engine.url.render_as_string()


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Give a transaction that is the only one to write."""
    with usable(engine), engine.connect().execution_options(writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(LOCK)
        yield connection
