"""Remembers: documents and their versions, mentions, merged deals, companies, runs, issues, judgements, pages.

One database, SQLite or PostgreSQL; many readers and one writer at a time, so several processes may work on it.
What a run changes in the merged deals is a new *edition*; older editions stay, so that two runs can be compared.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.settings import Settings
from pipeline.store.connect import NothingStored, StoreError, engine, is_writable
from pipeline.store.copies import Copies
from pipeline.store.deals import Merge
from pipeline.store.documents import Outcome
from pipeline.store.migrate import migrate
from pipeline.store.registers import Registers
from pipeline.store.standing import Filed, Standing, StandingMention

__all__ = ["Filed", "Merge", "NothingStored", "Outcome", "StandingMention", "Store", "StoreError"]


class Store(Standing, Copies, Registers):
    """An open database. `Store.open` makes one; use it as a context manager or call `close`."""

    @classmethod
    def open(cls, url: str | None = None, *, writes: bool = True) -> Store:
        """Return the store at a URL (or where `Settings.database` says), its tables brought up to date.

        Without `writes` it may be one that cannot be written. Raises `StoreError` where it cannot be used.
        """
        made = engine(url or Settings.from_environment().database, writes=writes)
        migrate(made, writes=writes or made.dialect.name != "sqlite" or is_writable(Path(str(made.url.database))))
        return cls(made)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
