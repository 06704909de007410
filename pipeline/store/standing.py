"""The part of the store that finds the merged deals a change can touch, and writes only what became of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from pipeline.models import DealMention, MergedDeal, from_json
from pipeline.store import rows, tables
from pipeline.store.deals import Deals
from pipeline.store.session import chunks

_D, _T, _K, _F = tables.deals.c, tables.tellings.c, tables.deal_keys.c, tables.former_ids.c
STANDS = _D.until_edition.is_(None)


class StandingMention(NamedTuple):
    """A mention as it is merged."""

    mention: str
    deal: str
    """The merged deal that holds it."""
    document: str
    digest: str
    """Names what it says."""
    quote: int
    """Names its evidence without white space."""
    person: bool
    """Whether a person added it."""


class Filed(NamedTuple):
    """A merged deal as it is filed: the mentions it holds, and where others can see it."""

    told: Sequence[StandingMention]
    keys: Collection[int]


class Standing(Deals):
    """Merged deals as they stand, found by what is known of them."""

    def state(self, name: str) -> str | None:
        """Return what was noted under a name."""
        asked = sa.select(tables.states.c.value).where(tables.states.c.name == name)
        with self._reading() as connection:
            return connection.execute(asked).scalar_one_or_none()

    def note(self, name: str, value: str) -> None:
        """Note a value under a name, in the place of an earlier one."""
        self._put(tables.states, [{"name": name, "value": value}])

    def last_changes(self) -> tuple[str, ...]:
        """Return what tells this state of the deals and the documents from every other one of this store."""
        columns = _D.since_edition, _D.until_edition
        asked = [sa.select(sa.func.max(column)).where(column.is_not(None)) for column in columns]
        with self._reading() as connection:
            editions = [connection.execute(one).scalar_one() for one in asked]
        return *map(str, editions), self.state("documents") or ""

    def is_named(self, company: str) -> bool:
        """Return whether a deal that stands names a company."""
        p = tables.parties.c
        same = sa.and_(_D.id == p.deal, _D.since_edition == p.since_edition)
        asked = sa.select(p.deal).join(tables.deals, same).where(p.company_id == company, STANDS).limit(1)
        with self._reading() as connection:
            return connection.execute(asked).one_or_none() is not None

    def told_besides(self, documents: Iterable[str], deals: Collection[str]) -> set[str]:
        """Return those of these documents that other deals than these are told by."""
        return {told.document for told in self.told_in(documents) if told.deal not in deals}

    def touched(self) -> set[str]:
        """Return the documents that came, changed or went since `untouch` was last called."""
        with self._reading() as connection:
            return set(connection.execute(sa.select(tables.touched.c.document)).scalars())

    def untouch(self) -> None:
        """Note that all documents are merged as they are."""
        with self._writing() as connection:
            connection.execute(tables.touched.delete())

    def told_in(self, documents: Iterable[str]) -> list[StandingMention]:
        """Return the mentions of documents as they are merged."""
        return self._told(_T.document, documents)

    def told_as(self, mentions: Iterable[str]) -> list[StandingMention]:
        """Return those of these mentions that are merged."""
        return self._told(_T.mention, mentions)

    def told_saying(self, quotes: Iterable[int]) -> list[StandingMention]:
        """Return the mentions whose evidence has one of these names."""
        return self._told(_T.quote, quotes)

    def told_by_people(self) -> list[StandingMention]:
        """Return the mentions that people added."""
        with self._reading() as connection:
            asked = sa.select(tables.tellings).where(_T.person)
            return [StandingMention(*row) for row in connection.execute(asked)]

    def _told(self, column: sa.Column[Any], values: Iterable[Any]) -> list[StandingMention]:
        with self._reading() as connection:
            return [
                StandingMention(*row)
                for some in chunks(values)
                for row in connection.execute(sa.select(tables.tellings).where(column.in_(some)))
            ]

    def mentions_in(self, documents: Iterable[str]) -> list[DealMention]:
        """Return what documents tell that are not gone."""
        return self._as_read(tables.mentions.c.document, documents)

    def mentions_as(self, ids: Iterable[str]) -> list[DealMention]:
        """Return those of these mentions whose document is not gone."""
        return self._as_read(tables.mentions.c.id, ids)

    def _as_read(self, column: sa.Column[Any], values: Iterable[str]) -> list[DealMention]:
        m, d = tables.mentions.c, tables.documents.c
        asked = sa.select(m.record).join(tables.documents, d.id == m.document).where(d.gone_run.is_(None))
        with self._reading() as connection:
            found = [
                record
                for some in chunks(values)
                for record in connection.execute(asked.where(column.in_(some)).order_by(m.id)).scalars()
            ]
        return [from_json(record, DealMention) for record in found]

    def under(self, keys: Iterable[int]) -> set[str]:
        """Return the ids of the deals filed under one of these keys."""
        return self._ids(_K.deal, _K.key, keys)

    def once_named(self, ids: Iterable[str]) -> set[str]:
        """Return the ids of the deals that had one of these ids."""
        return self._ids(_F.deal, _F.former, ids)

    def _ids(self, wanted: sa.Column[str], column: sa.Column[Any], values: Iterable[Any]) -> set[str]:
        with self._reading() as connection:
            return {
                found
                for some in chunks(values)
                for found in connection.execute(sa.select(wanted).where(column.in_(some)).distinct()).scalars()
            }

    def named(self, ids: Iterable[str]) -> list[MergedDeal]:
        """Return those of these deals that stand."""
        with self._reading() as connection:
            found = [
                record
                for some in chunks(ids)
                for record in connection.execute(sa.select(_D.record).where(_D.id.in_(some), STANDS)).scalars()
            ]
        return [from_json(record, MergedDeal) for record in found]

    def move(
        self,
        run: int,
        before: Iterable[MergedDeal],
        after: Sequence[MergedDeal],
        filed_before: Mapping[str, Filed],
        filed: Mapping[str, Filed],
    ) -> int:
        """Return the edition in which some deals end and others stand, filed so that they are found."""
        with self._writing() as connection:
            edition = self._next(connection, run)
            ended = [deal.id for deal in before]
            self._end(connection, edition, ended)
            self._begin(connection, edition, after)
            self._unfile(connection, ended, filed_before, filed)
            self._file(connection, after, filed, filed_before)
        return edition

    def file_anew(self, deals: Sequence[MergedDeal], filed: Mapping[str, Filed]) -> None:
        """File all the deals that stand, whatever was filed."""
        with self._writing() as connection:
            for table in (tables.tellings, tables.deal_keys, tables.former_ids):
                connection.execute(table.delete())
            self._file(connection, deals, filed, {})

    def _unfile(
        self, connection: sa.Connection, ended: list[str], before: Mapping[str, Filed], after: Mapping[str, Filed]
    ) -> None:
        held = {one.mention for filed in before.values() for one in filed.told}
        for some in chunks(sorted(held)):
            connection.execute(tables.tellings.delete().where(_T.mention.in_(some)))
        for some in chunks(ended):
            connection.execute(tables.former_ids.delete().where(_F.deal.in_(some)))
        gone = [
            {"old_key": key, "old_deal": name}
            for name, filed in before.items()
            for key in set(filed.keys) - set(after[name].keys if name in after else ())
        ]
        if gone:
            one = sa.and_(_K.key == sa.bindparam("old_key"), _K.deal == sa.bindparam("old_deal"))
            connection.execute(tables.deal_keys.delete().where(one), gone)

    def _file(
        self,
        connection: sa.Connection,
        deals: Iterable[MergedDeal],
        filed: Mapping[str, Filed],
        before: Mapping[str, Filed],
    ) -> None:
        told = [one._asdict() for each in filed.values() for one in each.told]
        keys = [
            {"key": key, "deal": name}
            for name, each in filed.items()
            for key in set(each.keys) - set(before[name].keys if name in before else ())
        ]
        former = [{"former": name, "deal": deal.id} for deal in deals for name in deal.former_ids]
        for table, new in ((tables.tellings, told), (tables.deal_keys, keys), (tables.former_ids, former)):
            if new:
                connection.execute(table.insert(), new)

    def _next(self, connection: sa.Connection, run: int) -> int:
        """Return the number of a new edition, which is this run's."""
        self._run(connection, run)
        edition = (connection.execute(sa.select(sa.func.max(tables.runs.c.edition))).scalar_one() or 0) + 1
        connection.execute(tables.runs.update().where(tables.runs.c.id == run).values(edition=edition))
        return edition

    def _end(self, connection: sa.Connection, edition: int, ended: Iterable[str]) -> None:
        for some in chunks(ended):
            closed = sa.and_(_D.id.in_(some), STANDS)
            connection.execute(tables.deals.update().where(closed).values(until_edition=edition))

    def _begin(self, connection: sa.Connection, edition: int, begun: Sequence[MergedDeal]) -> None:
        if begun:
            connection.execute(tables.deals.insert(), [rows.merged(edition, deal) for deal in begun])
            if parties := [row for deal in begun for row in rows.parties(edition, deal)]:
                connection.execute(tables.parties.insert(), parties)
