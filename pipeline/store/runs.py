"""The part of the store that remembers runs and their issues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from pipeline.models import Issue, RunRecord, SourceYield, fingerprint
from pipeline.store import rows, tables
from pipeline.store.connect import StoreError
from pipeline.store.session import Session, now


class Runs(Session):
    """Runs: what each was over, with which rules, and how it ended."""

    def start_run(self, sources: Sequence[str], rules: str) -> int:
        """Return the id of a new run over these sources, with the rules and tables of this fingerprint."""
        record = RunRecord(id=0, sources=tuple(sources), fingerprint=rules, started_at=now())
        with self._writing() as connection:
            inserted = connection.execute(tables.runs.insert().values(rows.run(record))).inserted_primary_key
        assert inserted is not None
        return int(inserted[0])

    def finish_run(
        self,
        run: int,
        counts: dict[str, int],
        seconds: dict[str, float],
        issues: Iterable[Issue] = (),
        gave: Mapping[str, SourceYield] | None = None,
    ) -> RunRecord:
        """Return the finished run as history keeps it: its counts, durations and issues, and what each source gave."""
        noted = list(issues)
        with self._writing() as connection:
            begun = self._run(connection, run)
            record = rows.finished(begun, now(), counts, seconds, noted, gave or {})
            connection.execute(tables.runs.update().where(tables.runs.c.id == run).values(rows.run(record)))
            if noted:
                connection.execute(tables.issues.insert(), [rows.issue(run, issue) for issue in noted])
        return record

    def runs(self) -> list[RunRecord]:
        """Return all runs, oldest first."""
        with self._reading() as connection:
            found = connection.execute(sa.select(tables.runs.c.id, tables.runs.c.record).order_by(tables.runs.c.id))
            return [rows.run_record(number, record) for number, record in found]

    def token(self, run: int) -> str | None:
        """Return what names a run of this store and of no other, None where it holds no such run."""
        asked = sa.select(tables.runs.c.record).where(tables.runs.c.id == run)
        with self._reading() as connection:
            record = connection.execute(asked).scalar_one_or_none()
        if record is None:
            return None
        begun = rows.run_record(run, record)
        return fingerprint(run, begun.started_at, begun.fingerprint, *begun.sources)

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
