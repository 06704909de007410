"""Opens databases: SQLite in WAL mode or PostgreSQL, with one writer at a time on either."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

PATIENCE = 120  # seconds a writer waits for another: a merge of 100,000 mentions holds the lock for half a minute
DRIVERS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
"""The URL schemes we take, and the driver of each."""
LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtext('deal-pipeline ' || current_schema()))")


class StoreError(ValueError):
    """A database that cannot be used; the message names it and says what to do."""


def engine(url: str) -> sa.Engine:
    """Return an engine for a database URL; make the folder of a SQLite file."""
    scheme = url.partition(":")[0]
    if scheme not in DRIVERS:
        raise StoreError(f"{scheme}: no such kind of database; known: {', '.join(sorted(DRIVERS))}")
    try:
        parsed = make_url(url).set(drivername=DRIVERS[scheme])
    except sa.exc.ArgumentError as error:
        raise StoreError("the database URL cannot be read; write sqlite:///FILE or postgresql://HOST/NAME") from error
    if scheme != "sqlite":
        return sa.create_engine(parsed)
    if not parsed.database or parsed.database == ":memory:":
        raise StoreError("the store needs a file: sqlite:///FILE")
    return _sqlite(parsed)


def _sqlite(url: sa.URL) -> sa.Engine:
    folder = Path(str(url.database)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror}") from error
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
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Give a transaction that is the only one to write."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(LOCK)
        yield connection
