"""Which flows of money a person wants to see, and when the money of a deal and of a circle was told of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal
from urllib.parse import urlencode

import msgspec

from pipeline.circles.rings import FLOWING, Circle, find_circles
from pipeline.models import Company, Kind, MergedDeal, Noun, Status
from pipeline.review.order import FilterError
from pipeline.rules.sizes import in_dollars
from pipeline.times.announced import announced, year_month

Zoom = Literal[1, 2, 3, 4]


class FlowFilter(Noun, frozen=True, kw_only=True):
    """What a person wants to see of the flows."""

    company: str | None = None
    """An id or a name: what it pays and gets, and the circles it is in."""
    kind: Kind | None = None
    status: Status | None = None
    since: str | None = None
    """A month, `2025-03`, or a year."""
    until: str | None = None
    least: int | None = None
    """Dollars."""
    zoom: Zoom = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> FlowFilter:
        """Return the filter of an address; what is not a filter's is passed over."""
        asked = {name: query[name].strip()[:100] for name in cls.__struct_fields__ if query.get(name, "").strip()}
        try:
            return msgspec.convert(asked, cls, strict=False)
        except msgspec.ValidationError as error:
            raise FilterError(str(error)) from error

    def query(self, **other: object) -> str:
        """Return the filter as it stands in an address, with some of it otherwise."""
        told = {name: getattr(self, name) for name in self.__struct_fields__} | other
        shown = {name: value for name, value in told.items() if value not in (None, "")}
        return urlencode({name: value for name, value in shown.items() if (name, value) != ("zoom", 1)})

    def flowing(self, deals: Iterable[MergedDeal], companies: Sequence[Company]) -> list[MergedDeal]:
        """Return the deals that pass and whose money flows, or is meant to."""
        found = [deal for deal in deals if self._takes(deal)]
        if self.company is None:
            return found
        names = _names(self.company, companies)
        own = {deal.id for deal in found if _is_party(deal, names)}
        around = (circle for circle in find_circles(found, companies) if own & set(_ids(circle)))
        shown = own | {each for circle in around for each in _ids(circle)}
        return [deal for deal in found if deal.id in shown]

    def _takes(self, deal: MergedDeal) -> bool:
        when = month(deal)
        return (
            (deal.status == self.status if self.status else deal.status in FLOWING)
            and (self.kind is None or self.kind == deal.kind)
            and (self.least is None or in_dollars(deal) >= self.least)
            and (self.since is None or (when or "") >= self.since)
            and (self.until is None or (when is not None and when[: len(self.until)] <= self.until))
        )


def month(deal: MergedDeal) -> str | None:
    """Return the month, or the year, in which a deal was announced."""
    known = announced(deal)
    return year_month(known.value) if known else None


def closed(circle: Circle) -> str | None:
    """Return the month in which the last step of a circle was first told of: from then on the money comes back."""
    steps = [min(filter(None, map(month, edge.deals)), default=None) for edge in circle.edges]
    known = [step for step in steps if step]
    return max(known) if len(known) == len(steps) else None


def _names(company: str, companies: Iterable[Company]) -> set[str]:
    """Return what a company goes by in deals: its id and its names, where a table knows it."""
    told = company.casefold()
    known = next((each for each in companies if told in (each.id, each.name.casefold())), None) or next(
        (each for each in companies if told in map(str.casefold, each.names)), None
    )
    return {known.id, known.name} if known else {company}


def _is_party(deal: MergedDeal, names: set[str]) -> bool:
    return any(names & {party.company_id, party.name} for party in deal.parties)


def _ids(circle: Circle) -> Iterator[str]:
    return (deal.id for edge in circle.edges for deal in edge.deals)
