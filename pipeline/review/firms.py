"""The companies of the page: found by any of their names, and what each one pays and gets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal

from pipeline import wording
from pipeline.models import Company, MergedDeal, Noun
from pipeline.review.order import QueueItem

MOST = 8  # suggestions: what a phone shows above its keyboard
Side = Literal["pays", "gets", "is taken over", "joins"]
SIDES: dict[str, Side] = {"payer": "pays", "payee": "gets", "target": "is taken over", "partner": "joins"}


class Firm(Noun, frozen=True, kw_only=True):
    """A suggestion for a name typed."""

    id: str
    name: str
    also: str
    """The name that was found, where it is another one."""


class Firms:
    """Companies by name."""

    def __init__(self, by_id: Mapping[str, Company]) -> None:
        self.by_id = by_id
        self._names = [(name.casefold(), name, company) for company in by_id.values() for name in _names(company)]
        self._names += [(company.id, company.id, company) for company in by_id.values()]
        self._exact = {folded: company.id for folded, _, company in self._names}

    def known(self, name: str) -> str | None:
        """Return the id of the company called just this."""
        return self._exact.get(name.casefold())

    def search(self, typed: str, most: int = MOST) -> list[Firm]:
        """Return companies with such a name, those that begin so first."""
        wanted = typed.casefold().strip()
        found: dict[str, tuple[tuple[bool, int], Firm]] = {}
        for folded, name, company in self._names if wanted else ():
            if wanted in folded:
                rank = (not folded.startswith(wanted), len(folded))
                firm = Firm(id=company.id, name=company.name, also="" if name == company.name else name)
                if company.id not in found or rank < found[company.id][0]:
                    found[company.id] = (rank, firm)
        return [firm for _, firm in sorted(found.values(), key=lambda pair: (pair[0], pair[1].name))][:most]


def _names(company: Company) -> tuple[str, ...]:
    return (company.name, *company.names)


class Total(Noun, frozen=True, kw_only=True):
    """A sum over the deals of a company, per side and currency."""

    side: Side
    figure: str
    deals: int


def deals_of(key: str, items: Iterable[QueueItem]) -> list[QueueItem]:
    """Return the deals in which a company, by id or by name, is a party."""
    return [item for item in items if any(key in (p.company_id, p.name) for p in item.verdict.deal.parties)]


def side(key: str, deal: MergedDeal) -> Side:
    """Return on which side of a deal a company stands."""
    return SIDES[next(party.role for party in deal.parties if key in (party.company_id, party.name))]


def totals(key: str, items: Iterable[QueueItem]) -> list[Total]:
    """Return what a company pays and gets in deals that are meant seriously, each currency apart."""
    sums: dict[tuple[Side, str], tuple[Decimal, int]] = {}
    for item in items:
        deal = item.verdict.deal
        amount = deal.amount
        void = deal.status in ("denied", "withdrawn", "hypothetical") or deal.judgement == "rejected"
        if void or amount is None or amount.value is None or amount.currency is None or amount.per is not None:
            continue
        place = side(key, deal), amount.currency
        total, count = sums.get(place, (Decimal(0), 0))
        sums[place] = total + amount.value, count + 1
    return [
        Total(side=where, figure=f"{currency} {wording.figure(total)}", deals=count)
        for (where, currency), (total, count) in sorted(sums.items(), key=lambda entry: (-entry[1][0], entry[0]))
    ]
