"""Finds money that comes back: rings of companies in which each pays the next and the last pays the first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal

from pipeline.models import Company, MergedDeal, Noun, Party, Status
from pipeline.wording.edges import company_key, ways

FLOWING: tuple[Status, ...] = ("rumored", "intended", "announced", "completed")
"""Statuses of money that flows or is meant to."""
LONGEST = 5  # companies in a ring; longer ones join everybody with everybody and tell nothing
LOOKED_AT = 200_000  # steps of the search: a network so dense that this is too few has no ring worth naming


class Edge(Noun, frozen=True, kw_only=True):
    """All money that one company pays another, the largest deal first."""

    payer: str
    receiver: str
    deals: tuple[MergedDeal, ...]


class Circle(Noun, frozen=True, kw_only=True):
    """A ring of payments, each edge beginning where the one before it ended."""

    edges: tuple[Edge, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the companies in order, the first one again at the end."""
        return (*(edge.payer for edge in self.edges), self.edges[0].payer)


def find_circles(
    deals: Iterable[MergedDeal],
    companies: Iterable[Company] = (),
    *,
    longest: int = LONGEST,
    statuses: Collection[Status] = FLOWING,
) -> tuple[Circle, ...]:
    """Return the circles, those told with most amounts first; a unit counts as the company that it belongs to."""
    edges = _edges((deal for deal in deals if deal.status in statuses), {company.id: company for company in companies})
    network: dict[str, list[str]] = defaultdict(list)
    for payer, receiver in sorted(edges):
        network[payer].append(receiver)
    rings = [Circle(edges=tuple(edges[pair] for pair in ring)) for ring in _rings(network, longest)]
    return tuple(sorted(rings, key=_rank))


def _edges(deals: Iterable[MergedDeal], companies: Mapping[str, Company]) -> dict[tuple[str, str], Edge]:
    told: dict[tuple[str, str], dict[str, MergedDeal]] = defaultdict(dict)
    for deal in deals:
        for payer, receiver in ways(deal):
            pair = _name(payer, companies), _name(receiver, companies)
            if pair[0] != pair[1]:
                told[pair][deal.id] = deal
    return {
        (payer, receiver): Edge(payer=payer, receiver=receiver, deals=tuple(sorted(some.values(), key=_size)))
        for (payer, receiver), some in told.items()
    }


def _name(party: Party, companies: Mapping[str, Company]) -> str:
    """Return the name of the company that a party belongs to in the end, its own where we know nothing above it."""
    name, above, seen = party.name, party.company_id, set[str]()
    while above and above not in seen and above in companies:
        seen.add(above)
        name, above = companies[above].name, companies[above].parent
    return name if seen else party.name or company_key(party)


def figure(deal: MergedDeal) -> Decimal | None:
    """Return the figure a deal is compared by: its value, else the least it can be."""
    return None if deal.amount is None else (deal.amount.low if deal.amount.value is None else deal.amount.value)


def _size(deal: MergedDeal) -> tuple[Decimal, str]:
    return -(figure(deal) or Decimal(0)), deal.id


def _rank(circle: Circle) -> tuple[int, int, Decimal, tuple[str, ...]]:
    """Return what circles are sorted by: edges without an amount, length, then the money that can go all around."""
    least = [figure(edge.deals[0]) or Decimal(0) for edge in circle.edges]
    return sum(not each for each in least), len(circle.edges), -min(least), circle.names


def _rings(network: Mapping[str, list[str]], longest: int) -> Iterator[list[tuple[str, str]]]:
    """Yield each ring once, from its alphabetically first company; all in one order on every machine."""
    order = {name: rank for rank, name in enumerate(sorted(network, key=lambda name: (name.casefold(), name)))}
    steps = 0
    for first in order:
        ways = [[first]]
        while ways and steps < LOOKED_AT:
            way = ways.pop()
            steps += 1
            for following in reversed(network[way[-1]]):
                if following == first:
                    yield list(zip(way, [*way[1:], first], strict=True))
                elif order.get(following, -1) > order[first] and following not in way and len(way) < longest:
                    ways.append([*way, following])
