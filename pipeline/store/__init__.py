"""Remembers: documents and their versions, mentions, merged deals, companies, runs, issues, judgements, pages.

One database, SQLite or PostgreSQL; many readers and one writer at a time, so several processes may work on it.
What a run changes in the merged deals is a new *edition*; older editions stay, so that two runs can be compared.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pipeline import places
from pipeline.duplicates import Sketch
from pipeline.models import (
    Capture,
    Company,
    DealMention,
    Document,
    DocumentRecord,
    Extraction,
    Issue,
    Judgement,
    MergedDeal,
    PageState,
    RunRecord,
    from_json,
)
from pipeline.store import rows, tables
from pipeline.store.connect import StoreError, engine, writing
from pipeline.store.migrate import migrate

__all__ = ["Merge", "Outcome", "Store", "StoreError"]

Outcome = Literal["new", "changed", "same"]
Merge = Callable[[list[DealMention], list[MergedDeal]], Sequence[MergedDeal]]
"""Takes the mentions and the merged deals that stand; gives the merged deals that shall stand."""
INSERT: dict[str, Callable[[sa.Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
MANY = 500  # values of one IN list; SQLite takes 32,766 at most, older builds 999


class Store:
    """An open database. `Store.open` makes one; use it as a context manager or call `close`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._own = threading.local()

    @classmethod
    def open(cls, url: str | None = None) -> Store:
        """Return the store at a URL (or where `places.database` says), its tables brought up to date."""
        made = engine(url or places.database())
        migrate(made)
        return cls(made)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make all saves inside one transaction: faster, and all or none. Other writers wait, so keep it short."""
        with writing(self._engine) as connection:
            self._own.connection = connection
            try:
                yield
            finally:
                del self._own.connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        mine: sa.Connection | None = getattr(self._own, "connection", None)
        if mine is not None:
            yield mine
        else:
            with writing(self._engine) as connection:
                yield connection

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        mine: sa.Connection | None = getattr(self._own, "connection", None)
        if mine is not None:
            yield mine
        else:
            with self._engine.connect() as connection:
                yield connection

    # Runs

    def start_run(self, sources: Sequence[str], fingerprint: str) -> int:
        """Return the id of a new run over these sources, with the rules and tables of this fingerprint."""
        record = RunRecord(id=0, sources=tuple(sources), fingerprint=fingerprint, started_at=now())
        with self._writing() as connection:
            inserted = connection.execute(tables.runs.insert().values(rows.run(record))).inserted_primary_key
        assert inserted is not None
        return int(inserted[0])

    def finish_run(
        self, run: int, counts: dict[str, int], seconds: dict[str, float], issues: Iterable[Issue] = ()
    ) -> RunRecord:
        """Return the finished run as history keeps it: its counts, durations and issues."""
        noted = list(issues)
        with self._writing() as connection:
            begun = self._run(connection, run)
            record = rows.finished(begun, now(), counts, seconds, noted)
            connection.execute(tables.runs.update().where(tables.runs.c.id == run).values(rows.run(record)))
            if noted:
                connection.execute(tables.issues.insert(), [rows.issue(run, issue) for issue in noted])
        return record

    def runs(self) -> list[RunRecord]:
        """Return all runs, oldest first."""
        with self._reading() as connection:
            found = connection.execute(sa.select(tables.runs.c.id, tables.runs.c.record).order_by(tables.runs.c.id))
            return [rows.run_record(number, record) for number, record in found]

    def issues(self, run: int) -> list[Issue]:
        """Return the issues of a run, in the order they were noted."""
        asked = sa.select(tables.issues).where(tables.issues.c.run == run).order_by(tables.issues.c.id)
        with self._reading() as connection:
            return [rows.issue_noun(row) for row in connection.execute(asked)]

    def _run(self, connection: sa.Connection, run: int) -> RunRecord:
        record = connection.execute(sa.select(tables.runs.c.record).where(tables.runs.c.id == run)).scalar_one_or_none()
        if record is None:
            raise StoreError(f"no run {run} in this store")
        return rows.run_record(run, record)

    # Documents and what was read out of them

    def save_extraction(
        self,
        run: int,
        document: Document,
        extraction: Extraction,
        capture: Capture | None = None,
        *,
        signature: str | None = None,
    ) -> Outcome:
        """Return whether a document is new, changed (its text, or what our rules read in it) or the same as before.

        `signature` names what it was read from and with: `signatures` gives it back to a run that could skip it.
        """
        content, reading = rows.content(document), rows.reading(extraction)
        d = tables.documents.c
        with self._writing() as connection:
            known = connection.execute(
                sa.select(d.content, d.reading, d.version, d.gone_run).where(d.id == document.id)
            ).one_or_none()
            if known and (known.content, known.reading, known.gone_run) == (content, reading, None):
                seen = {"seen_run": run, "signature": signature}
                connection.execute(tables.documents.update().where(d.id == document.id).values(seen))
                return "same"
            row = rows.document(run, document, extraction) | {"signature": signature}
            if known is None:
                row |= {"version": 1, "first_run": run}
                connection.execute(tables.documents.insert().values(row))
            else:
                row["version"] = known.version + (known.content != content)
                connection.execute(tables.documents.update().where(d.id == document.id).values(row))
            if known is None or known.content != content:
                self._write_version(connection, run, document, row["version"], capture)
            if known is None or known.reading != reading:
                self._write_mentions(connection, run, document, extraction)
        return "changed" if known else "new"

    def _write_version(
        self, connection: sa.Connection, run: int, document: Document, number: int, capture: Capture | None
    ) -> None:
        if capture:
            insert = INSERT[connection.dialect.name](tables.captures).values(rows.capture(run, document, capture))
            connection.execute(insert.on_conflict_do_nothing())
        connection.execute(tables.versions.insert().values(rows.version(run, document, number, capture)))

    def _write_mentions(self, connection: sa.Connection, run: int, document: Document, extraction: Extraction) -> None:
        connection.execute(tables.mentions.delete().where(tables.mentions.c.document == document.id))
        told = rows.mentions(run, document, extraction)
        if told:
            connection.execute(tables.mentions.insert(), told)

    def signatures(self, documents: Iterable[str]) -> dict[str, str | None]:
        """Return what each of these documents that is stored and not gone was last read from and with."""
        d = tables.documents.c
        found: dict[str, str | None] = {}
        with self._reading() as connection:
            for some in _chunks(documents):
                asked = sa.select(d.id, d.signature).where(d.id.in_(some), d.gone_run.is_(None))
                found.update(connection.execute(asked).tuples().all())
        return found

    def forget(self, run: int, documents: Iterable[str]) -> int:
        """Return how many of these documents were still there and are now gone, and their mentions with them."""
        d = tables.documents.c
        gone = 0
        with self._writing() as connection:
            for some in _chunks(documents):
                there = sa.and_(d.id.in_(some), d.gone_run.is_(None))
                gone += connection.execute(tables.documents.update().where(there).values(gone_run=run)).rowcount
        return gone

    def mentions(self) -> list[DealMention]:
        """Return every telling of a deal in the current version of every document that is not gone."""
        with self._reading() as connection:
            return self._mentions(connection)

    def _mentions(self, connection: sa.Connection) -> list[DealMention]:
        m, d = tables.mentions.c, tables.documents.c
        asked = sa.select(m.record).join(tables.documents, d.id == m.document).where(d.gone_run.is_(None))
        return [from_json(record, DealMention) for record in connection.execute(asked.order_by(m.id)).scalars()]

    def documents(self) -> list[DocumentRecord]:
        """Return the documents that are not gone, without their text, sorted by id."""
        d = tables.documents.c
        asked = sa.select(d.record).where(d.gone_run.is_(None)).order_by(d.id)
        with self._reading() as connection:
            found = [from_json(record, DocumentRecord) for record in connection.execute(asked).scalars()]
        return sorted(found, key=lambda record: record.id)  # a server's collation need not be ours

    def sketches(self) -> list[Sketch]:
        """Return what is compared of each document that is not gone, to find copies."""
        d = tables.documents.c
        asked = sa.select(d.id, d.published, d.sketch).where(d.gone_run.is_(None), d.sketch.is_not(None))
        with self._reading() as connection:
            return [Sketch(id=row.id, published=row.published, rows=row.sketch) for row in connection.execute(asked)]

    def document(self, document: str, version: int | None = None) -> Document | None:
        """Return a document with its text, as it is now or as an earlier version had it."""
        v = tables.versions.c
        asked = sa.select(v.record).where(v.document == document).order_by(v.number.desc()).limit(1)
        if version is not None:
            asked = asked.where(v.number == version)
        with self._reading() as connection:
            record = connection.execute(asked).scalar_one_or_none()
        return from_json(record, Document) if record else None

    def contents(self, run: int) -> dict[str, str]:
        """Return the fingerprint of each document as it was after a run, by document id."""
        v, d = tables.versions.c, tables.documents.c
        there = sa.and_(v.run <= run, sa.or_(d.gone_run.is_(None), d.gone_run > run))
        asked = sa.select(v.document, v.content).join(tables.documents, d.id == v.document).where(there)
        with self._reading() as connection:
            return {row.document: row.content for row in connection.execute(asked.order_by(v.number))}

    # Merged deals

    def consolidate(self, run: int, merge: Merge) -> list[MergedDeal]:
        """Return the merged deals after a run: mentions are read, merged and saved while no one else writes."""
        with self.together(), self._writing() as connection:
            merged = list(merge(self._mentions(connection), self._merged(connection, None)))
            self._save_merged(connection, run, merged)
        return merged

    def save_merged(self, run: int, merged: Iterable[MergedDeal]) -> None:
        """Save these as all the merged deals there are after a run (`consolidate` is safe beside other processes)."""
        with self._writing() as connection:
            self._save_merged(connection, run, list(merged))

    def _save_merged(self, connection: sa.Connection, run: int, merged: list[MergedDeal]) -> None:
        self._run(connection, run)
        last = connection.execute(sa.select(sa.func.max(tables.runs.c.edition))).scalar_one() or 0
        edition = last + 1
        d = tables.deals.c
        standing = connection.execute(sa.select(d.id, d.record).where(d.until_edition.is_(None)))
        before = {row.id: row.record for row in standing}
        after = {deal.id: rows.merged(edition, deal) for deal in merged}
        ended = [name for name, record in before.items() if name not in after or after[name]["record"] != record]
        begun = [deal for deal in merged if before.get(deal.id) != after[deal.id]["record"]]
        for some in _chunks(ended):
            closed = sa.and_(d.id.in_(some), d.until_edition.is_(None))
            connection.execute(tables.deals.update().where(closed).values(until_edition=edition))
        if begun:
            connection.execute(tables.deals.insert(), [after[deal.id] for deal in begun])
            parties = [row for deal in begun for row in rows.parties(edition, deal)]
            connection.execute(tables.parties.insert(), parties)
        connection.execute(tables.runs.update().where(tables.runs.c.id == run).values(edition=edition))

    def merged(self, run: int | None = None) -> list[MergedDeal]:
        """Return the merged deals as they stand, or as a run left them, sorted by id."""
        with self._reading() as connection:
            return self._merged(connection, run)

    def _merged(self, connection: sa.Connection, run: int | None) -> list[MergedDeal]:
        d = tables.deals.c
        if run is None:
            asked = sa.select(d.record).where(d.until_edition.is_(None))
        else:
            edition = self._edition(connection, run)
            stood = sa.or_(d.until_edition.is_(None), d.until_edition > edition)
            asked = sa.select(d.record).where(d.since_edition <= edition, stood)
        found = [from_json(record, MergedDeal) for record in connection.execute(asked).scalars()]
        return sorted(found, key=lambda deal: deal.id)

    def _edition(self, connection: sa.Connection, run: int) -> int:
        """Return the edition that a run left, or the one it found where it merged nothing."""
        self._run(connection, run)
        r = tables.runs.c
        return connection.execute(sa.select(sa.func.max(r.edition)).where(r.id <= run)).scalar_one() or 0

    def appeared(self, run: int) -> set[str]:
        """Return the ids of the merged deals that stood for the first time after this run."""
        d, r = tables.deals.c, tables.runs.c
        edition = sa.select(r.edition).where(r.id == run).scalar_subquery()
        asked = sa.select(d.id).group_by(d.id).having(sa.func.min(d.since_edition) == edition)
        with self._reading() as connection:
            return set(connection.execute(asked).scalars())

    def versions(self, deal: str) -> list[tuple[int, MergedDeal]]:
        """Return each reading of a merged deal with the run that left it, oldest first."""
        d, r = tables.deals.c, tables.runs.c
        asked = sa.select(r.id, d.record).join(tables.runs, r.edition == d.since_edition).where(d.id == deal)
        with self._reading() as connection:
            found = connection.execute(asked.order_by(d.since_edition)).all()
        return [(run, from_json(record, MergedDeal)) for run, record in found]

    # Companies, judgements and pages

    def save_companies(self, companies: Iterable[Company]) -> None:
        """Save companies, each under its id."""
        self._put(tables.companies, [rows.company(company) for company in companies])

    def companies(self) -> list[Company]:
        """Return the companies saved, sorted by id."""
        with self._reading() as connection:
            found = connection.execute(sa.select(tables.companies.c.record)).scalars()
            return sorted((from_json(record, Company) for record in found), key=lambda company: company.id)

    def add_judgement(self, judgement: Judgement) -> None:
        """Save a person's answer; the same one twice is kept once."""
        with self._writing() as connection:
            insert = INSERT[connection.dialect.name](tables.judgements).values(rows.judgement(judgement))
            connection.execute(insert.on_conflict_do_nothing())

    def judgements(self) -> list[Judgement]:
        """Return people's answers, oldest first."""
        j = tables.judgements.c
        with self._reading() as connection:
            found = connection.execute(sa.select(j.record).order_by(j.at, j.id)).scalars()
            return [from_json(record, Judgement) for record in found]

    def save_page(self, page: PageState) -> None:
        """Save what is known of an address."""
        self._put(tables.pages, [rows.page(page)])

    def page(self, url: str) -> PageState | None:
        """Return what is known of an address, None where it was never fetched."""
        with self._reading() as connection:
            asked = sa.select(tables.pages.c.record).where(tables.pages.c.url == url)
            record = connection.execute(asked).scalar_one_or_none()
        return from_json(record, PageState) if record else None

    def _put(self, table: sa.Table, new: list[dict[str, object]]) -> None:
        """Insert rows, or replace those of the same key."""
        if not new:
            return
        with self._writing() as connection:
            insert = INSERT[connection.dialect.name](table)
            keys = [column.name for column in table.primary_key]
            changed = {column.name: insert.excluded[column.name] for column in table.c if column.name not in keys}
            connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed), new)


def _chunks(names: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(names)
    while some := list(islice(rest, MANY)):
        yield some


def now() -> str:
    """Return the time, in UTC and to the second, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")
