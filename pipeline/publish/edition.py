"""What one publish is made of: the deals chosen, and the companies and documents they name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import get_args

import msgspec

from pipeline.errors import DealsError
from pipeline.models import Company, DocumentRecord, Kind, MergedDeal, PublishedDeal, Status
from pipeline.rules.knowledge import shipped
from pipeline.rules.rates import Rates
from pipeline.rules.rates import rates as known_rates
from pipeline.times.announced import announced, first_published
from pipeline.times.days import days


class PublishError(DealsError):
    """A selection of deals that nobody can mean; the message names what there is."""


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """The deals, companies and documents of one publish, each sorted by id."""

    deals: tuple[PublishedDeal, ...]
    companies: tuple[Company, ...]
    documents: tuple[DocumentRecord, ...]
    rates: Rates
    """What sums were worth in US dollars."""
    by_month: bool = False

    @classmethod
    def of(
        cls,
        deals: Iterable[MergedDeal],
        companies: Iterable[Company],
        documents: Iterable[DocumentRecord],
        *,
        rates: Rates | None = None,
        by_month: bool = False,
    ) -> Edition:
        """Return the edition of these deals: companies that take part (and their parents), documents that tell."""
        chosen = tuple(_told(deal) for deal in sorted(deals, key=lambda deal: deal.id))
        told = {document for deal in chosen for document in deal.documents}
        return cls(
            deals=chosen,
            companies=_named(chosen, companies),
            documents=tuple(sorted((each for each in documents if each.id in told), key=lambda each: each.id)),
            rates=rates or shipped().once(known_rates),
            by_month=by_month,
        )


def _told(deal: MergedDeal) -> PublishedDeal:
    """Return a deal as readers get it: what every format tells of it is worked out here, once."""
    fields = {name: getattr(deal, name) for name in MergedDeal.__struct_fields__}
    return PublishedDeal(**fields, announced=announced(deal), first_published=first_published(deal))


def choose(
    deals: Iterable[MergedDeal],
    *,
    since: str | None = None,
    statuses: Collection[str] = (),
    kinds: Collection[str] = (),
    accepted_only: bool = False,
) -> list[MergedDeal]:
    """Return the deals to publish: never a rejected one, and of the others those asked for."""
    for asked, known in ((statuses, get_args(Status)), (kinds, get_args(Kind))):
        for name in asked:
            if name not in known:
                raise PublishError(f"'{name}' is not one of {', '.join(known)}")
    first = days(since)
    if since is not None and first is None:
        raise PublishError(f"'{since}' is no date; write 2025-10-08, 2025-10 or 2025")
    return [
        deal
        for deal in deals
        if deal.judgement != "rejected"
        and (deal.judgement is not None or not accepted_only)
        and (first is None or _told_since(deal, first[0]))
        and (not statuses or deal.status in statuses)
        and (not kinds or deal.kind in kinds)
    ]


def _told_since(deal: MergedDeal, day: date) -> bool:
    seen = days(deal.last_seen)
    return seen is not None and seen[1] >= day


def _named(deals: Iterable[MergedDeal], companies: Iterable[Company]) -> tuple[Company, ...]:
    known = {company.id: company for company in companies}
    named: dict[str, Company] = {}
    waiting = [party.company_id for deal in deals for party in deal.parties]
    while waiting:
        company = known.get(waiting.pop() or "")
        if company and company.id not in named:
            named[company.id] = company
            waiting.append(company.parent)
    return tuple(sorted(named.values(), key=lambda company: company.id))
