"""One open database: who reads, who writes, and what is written together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.store.connect import usable, writing

INSERT: dict[str, Callable[[sa.Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
T = TypeVar("T")
MANY = 500  # values of one IN list; SQLite takes 32,766 at most, older builds 999


class Session:
    """Transactions on one database; a thread's own one is used by all it calls."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._own = threading.local()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make all saves inside one transaction: faster, and all or none. Other writers wait, so keep it short."""
        if self._mine is not None:
            yield
            return
        with writing(self._engine) as connection:
            self._own.connection = connection
            try:
                yield
            finally:
                del self._own.connection

    @property
    def _mine(self) -> sa.Connection | None:
        found: sa.Connection | None = getattr(self._own, "connection", None)
        return found

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        if self._mine is not None:
            yield self._mine
        else:
            with writing(self._engine) as connection:
                yield connection

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        if self._mine is not None:
            yield self._mine
        else:
            with usable(self._engine), self._engine.connect() as connection:
                yield connection

    def _put(self, table: sa.Table, new: list[dict[str, object]]) -> None:
        """Insert rows, or replace those of the same key."""
        if not new:
            return
        with self._writing() as connection:
            connection.execute(_upsert(table, connection.dialect.name), new)


@cache
def _upsert(table: sa.Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    """Return the statement that inserts a row, or replaces the one of the same key."""
    insert = INSERT[dialect](table)
    keys = [column.name for column in table.primary_key]
    changed = {column.name: insert.excluded[column.name] for column in table.c if column.name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=changed)


def chunks(names: Iterable[T]) -> Iterator[list[T]]:
    """Yield names in lists short enough for one statement."""
    rest = iter(names)
    while some := list(islice(rest, MANY)):
        yield some


def now() -> str:
    """Return the time, in UTC and to the second, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")
