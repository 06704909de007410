"""The part of the store that remembers merged deals, edition by edition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import sqlalchemy as sa

from pipeline.models import DealMention, MergedDeal, from_json
from pipeline.store import rows, tables
from pipeline.store.documents import Documents
from pipeline.store.runs import Runs
from pipeline.store.session import chunks

Merge = Callable[[list[DealMention], list[MergedDeal]], Sequence[MergedDeal]]
"""Takes the mentions and the merged deals that stand; gives the merged deals that shall stand."""


class Deals(Runs, Documents):
    """Merged deals, as they stand and as each run left them."""

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
        connection.execute(tables.states.delete())  # what is filed of the deals is not of these
        last = connection.execute(sa.select(sa.func.max(tables.runs.c.edition))).scalar_one() or 0
        edition = last + 1
        d = tables.deals.c
        standing = connection.execute(sa.select(d.id, d.record).where(d.until_edition.is_(None)))
        before = {row.id: row.record for row in standing}
        after = {deal.id: rows.merged(edition, deal) for deal in merged}
        ended = [name for name, record in before.items() if name not in after or after[name]["record"] != record]
        begun = [deal for deal in merged if before.get(deal.id) != after[deal.id]["record"]]
        for some in chunks(ended):
            closed = sa.and_(d.id.in_(some), d.until_edition.is_(None))
            connection.execute(tables.deals.update().where(closed).values(until_edition=edition))
        if begun:
            connection.execute(tables.deals.insert(), [after[deal.id] for deal in begun])
            if parties := [row for deal in begun for row in rows.parties(edition, deal)]:
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

    def last_change(self) -> tuple[int, int] | None:
        """Return the last finished run that changed a merged deal, after the finished run before it; None if none."""
        d, r = tables.deals.c, tables.runs.c
        changed = sa.select(d.since_edition).union(sa.select(d.until_edition).where(d.until_edition.is_not(None)))
        with self._reading() as connection:
            last = connection.execute(sa.select(sa.func.max(r.id)).where(r.edition.in_(changed))).scalar_one()
        finished = [run.id for run in self.runs() if run.finished_at]
        before = [run for run in finished if last is not None and run < last]
        return (before[-1], last) if before and last in finished else None

    def versions(self, deal: str) -> list[tuple[int, MergedDeal]]:
        """Return each reading of a merged deal with the run that left it, oldest first."""
        d, r = tables.deals.c, tables.runs.c
        asked = sa.select(r.id, d.record).join(tables.runs, r.edition == d.since_edition).where(d.id == deal)
        with self._reading() as connection:
            found = connection.execute(asked.order_by(d.since_edition)).all()
        return [(run, from_json(record, MergedDeal)) for run, record in found]
