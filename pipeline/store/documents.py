"""The part of the store that remembers documents, their versions, and the deals each tells."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal

import sqlalchemy as sa

from pipeline.models import Capture, DealMention, Document, DocumentRecord, Extraction, fingerprint, from_json, to_json
from pipeline.store import rows, tables
from pipeline.store.session import INSERT, Session, chunks

FEW = 2_000  # documents asked for by name; of more, all are counted
Outcome = Literal["new", "changed", "same"]

# Built once: to put a statement together takes SQLAlchemy longer than SQLite takes to carry it out.
_D = tables.documents.c
KNOWN = sa.select(_D.content, _D.reading, _D.version, _D.gone_run).where(_D.id == sa.bindparam("document"))
UPDATE = tables.documents.update().where(_D.id == sa.bindparam("known"))
FORGET_MENTIONS = tables.mentions.delete().where(tables.mentions.c.document == sa.bindparam("known"))
TOUCHED = {name: insert(tables.touched).on_conflict_do_nothing() for name, insert in INSERT.items()}
CAPTURED = {name: insert(tables.captures).on_conflict_do_nothing() for name, insert in INSERT.items()}


class Documents(Session):
    """Documents and what was read out of them."""

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
        with self._writing() as connection:
            known = connection.execute(KNOWN, {"document": document.id}).one_or_none()
            if known and (known.content, known.reading, known.gone_run) == (content, reading, None):
                seen = {"seen_run": run, "signature": signature, "untold": rows.untold(extraction)}
                connection.execute(UPDATE, {"known": document.id, **seen})
                return "same"
            _touch(connection, [document.id])
            row = rows.document(run, document, extraction) | {"signature": signature}
            if known is None:
                row |= {"version": 1, "first_run": run}
                connection.execute(tables.documents.insert(), row)
            else:
                row["version"] = known.version + (known.content != content)
                connection.execute(UPDATE, row | {"known": document.id})
            if known is None or known.content != content:
                _write_version(connection, run, document, row["version"], capture)
            if known and known.reading != reading:
                connection.execute(FORGET_MENTIONS, {"known": document.id})
            told = rows.mentions(run, document, extraction) if known is None or known.reading != reading else []
            if told:
                connection.execute(tables.mentions.insert(), told)
        return "changed" if known and known.gone_run is None else "new"

    def signatures(self, documents: Iterable[str]) -> dict[str, str | None]:
        """Return what each of these documents that is stored and not gone was last read from and with."""
        d = tables.documents.c
        found: dict[str, str | None] = {}
        with self._reading() as connection:
            for some in chunks(documents):
                asked = sa.select(d.id, d.signature).where(d.id.in_(some), d.gone_run.is_(None))
                found.update(connection.execute(asked).tuples().all())
        return found

    def signatures_of(self, source: str) -> dict[str, str | None]:
        """Return the same for all documents of a source."""
        asked = sa.select(_D.id, _D.signature).where(_D.source == source, _D.gone_run.is_(None))
        with self._reading() as connection:
            return dict(connection.execute(asked).tuples().all())

    def forget(self, run: int, documents: Iterable[str]) -> int:
        """Return how many of these documents were still there and are now gone, and their mentions with them."""
        d = tables.documents.c
        gone = 0
        with self._writing() as connection:
            for some in chunks(documents):
                there = sa.and_(d.id.in_(some), d.gone_run.is_(None))
                _touch(connection, connection.execute(sa.select(d.id).where(there)).scalars())
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

    def documents(self, names: Iterable[str] | None = None) -> list[DocumentRecord]:
        """Return the documents, or those of these, that are not gone, without their text, sorted by id."""
        asked = sa.select(_D.record).where(_D.gone_run.is_(None))
        each = [asked] if names is None else [asked.where(_D.id.in_(some)) for some in chunks(names)]
        with self._reading() as connection:
            found = [from_json(record, DocumentRecord) for one in each for record in connection.execute(one).scalars()]
        return sorted(found, key=lambda record: record.id)  # a server's collation need not be ours

    def untold(self) -> dict[str, int]:
        """Return how many sentences of each document name a firm and a sum and tell no deal, where there are any."""
        d = tables.documents.c
        asked = sa.select(d.id, d.untold).where(d.gone_run.is_(None), d.untold > 0)
        with self._reading() as connection:
            return dict(connection.execute(asked).tuples().all())

    def sources(self) -> list[tuple[str, str | None]]:
        """Return the documents that are not gone, each with its source."""
        asked = sa.select(_D.id, _D.source).where(_D.gone_run.is_(None))
        with self._reading() as connection:
            return [(document, source) for document, source in connection.execute(asked)]

    def number_of_documents(self) -> int:
        """Return how many documents are not gone."""
        asked = sa.select(sa.func.count()).select_from(tables.documents).where(tables.documents.c.gone_run.is_(None))
        with self._reading() as connection:
            return int(connection.execute(asked).scalar_one())

    def numbers_told(self, documents: Collection[str]) -> dict[str, int]:
        """Return how many deals the rules find in each of these documents, where they find any."""
        m = tables.mentions.c
        asked = sa.select(m.document, sa.func.count()).group_by(m.document)
        each = [asked.where(m.document.in_(some)) for some in chunks(documents)] if len(documents) < FEW else [asked]
        with self._reading() as connection:
            return {name: number for one in each for name, number in connection.execute(one)}

    def holding(self, words: Sequence[str]) -> set[str]:
        """Return the documents whose title or text holds all these words, in any case."""
        v, d = tables.versions.c, tables.documents.c
        current = sa.and_(d.id == v.document, d.version == v.number, d.gone_run.is_(None))
        asked = sa.select(v.record).join(tables.documents, current)
        for word in words:
            asked = asked.where(v.record.icontains(to_json(word)[1:-1].decode(), autoescape=True))
        with self._reading() as connection:
            found = [from_json(record, Document) for record in connection.execute(asked).scalars()]
        return {each.id for each in found if _holds(f"{each.title or ''}\n{each.text}".casefold(), words)}

    def document(self, document: str, version: int | None = None) -> Document | None:
        """Return a document with its text, as it is now or as an earlier version had it."""
        v = tables.versions.c
        asked = sa.select(v.record).where(v.document == document).order_by(v.number.desc()).limit(1)
        if version is not None:
            asked = asked.where(v.number == version)
        with self._reading() as connection:
            record = connection.execute(asked).scalar_one_or_none()
        return from_json(record, Document) if record else None

    def contents(self, run: int, documents: Iterable[str] | None = None) -> dict[str, str]:
        """Return what names each document, or each of these, as it was read, title and all, after a run."""
        if documents is None:
            return dict(self._after(run, tables.versions.c.content))
        return {
            name: content
            for some in chunks(documents)
            for name, content in self._after(run, tables.versions.c.content, some)
        }

    def texts(self, run: int) -> dict[str, str]:
        """Return the fingerprint of each document's text after a run: the one that `documents.jsonl` gives."""
        found = self._after(run, tables.versions.c.record)
        return {name: fingerprint(from_json(record, Document).text) for name, record in found}

    def _after(self, run: int, column: sa.Column[str], documents: Sequence[str] | None = None) -> list[tuple[str, str]]:
        """Return a column of the version of each document, or each of these, that stood after a run."""
        v, d = tables.versions.c, tables.documents.c
        last = sa.select(v.document, sa.func.max(v.number).label("number")).where(v.run <= run)
        if documents is not None:
            last = last.where(v.document.in_(documents))
        newest = last.group_by(v.document).subquery()
        same = sa.and_(newest.c.document == v.document, newest.c.number == v.number)
        there = sa.or_(d.gone_run.is_(None), d.gone_run > run)
        asked = sa.select(v.document, column).join(newest, same).join(tables.documents, d.id == v.document).where(there)
        with self._reading() as connection:
            return [(document, value) for document, value in connection.execute(asked)]


def _touch(connection: sa.Connection, documents: Iterable[str]) -> None:
    """Note that what these documents tell is to be merged again."""
    if noted := [{"document": name} for name in documents]:
        connection.execute(TOUCHED[connection.dialect.name], noted)


def _holds(text: str, words: Iterable[str]) -> bool:
    return all(word.casefold() in text for word in words)


def _write_version(
    connection: sa.Connection, run: int, document: Document, number: int, capture: Capture | None
) -> None:
    if capture:
        connection.execute(CAPTURED[connection.dialect.name], rows.capture(run, document, capture))
    connection.execute(tables.versions.insert(), rows.version(run, document, number, capture))
