"""The part of the store that keeps companies, judgements and what is known of addresses."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from pipeline.models import Company, Judgement, PageState, from_json
from pipeline.store import rows, tables
from pipeline.store.session import INSERT, Session
from pipeline.times.instants import in_order


class Registers(Session):
    """Companies, judgements and pages, each under its own key."""

    def save_companies(self, companies: Iterable[Company]) -> None:
        """Save companies, each under its id."""
        self._put(tables.companies, [rows.company(company) for company in companies])

    def companies(self) -> list[Company]:
        """Return the companies saved, sorted by id."""
        with self._reading() as connection:
            found = connection.execute(sa.select(tables.companies.c.record)).scalars()
            return sorted((from_json(record, Company) for record in found), key=lambda company: company.id)

    def add_judgements(self, judgements: Iterable[Judgement]) -> None:
        """Save people's answers, all or none; the same one twice is kept once."""
        told = [rows.judgement(judgement) for judgement in judgements]
        if not told:
            return
        with self._writing() as connection:
            insert = INSERT[connection.dialect.name](tables.judgements).on_conflict_do_nothing()
            connection.execute(insert, told)

    def judgements(self) -> list[Judgement]:
        """Return people's answers, oldest first."""
        j = tables.judgements.c
        with self._reading() as connection:
            found = connection.execute(sa.select(j.record).order_by(j.at, j.id)).scalars()
            told = [from_json(record, Judgement) for record in found]
        return sorted(told, key=lambda judgement: in_order(judgement.at))

    def save_page(self, page: PageState) -> None:
        """Save what is known of an address."""
        self._put(tables.pages, [rows.page(page)])

    def pages_of(self, source: str) -> list[PageState]:
        """Return what is known of all addresses of a source."""
        with self._reading() as connection:
            asked = sa.select(tables.pages.c.record).where(tables.pages.c.source == source)
            return [from_json(record, PageState) for record in connection.execute(asked).scalars()]

    def page(self, url: str) -> PageState | None:
        """Return what is known of an address, None where it was never fetched."""
        with self._reading() as connection:
            asked = sa.select(tables.pages.c.record).where(tables.pages.c.url == url)
            record = connection.execute(asked).scalar_one_or_none()
        return from_json(record, PageState) if record else None
