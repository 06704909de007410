"""`deals.graphml`: companies as nodes, deals as directed edges from who pays to who gets the money.

Nodes and edges carry the `label` that Gephi shows, and edges the `weight` by which it draws and ranks: the sum in
millions of dollars, 1 where no sum or no rate is known.

A deal of several payers is an edge for each; `flow` is false where no one pays (partners), and a side that no text
names is a node of its own for that deal, so that no way leads through "unknown".
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.models import Party, PublishedDeal
from pipeline.publish.edge_list import in_dollars, usd_rate
from pipeline.publish.edition import Edition
from pipeline.rules.rates import Rates
from pipeline.text.xml_characters import xml_text
from pipeline.wording.edges import company_key, receivers, side, ways

if TYPE_CHECKING:
    import networkx

FIGURES = {"amount": "value", "low": "low", "high": "high"}


def write(folder: Path, edition: Edition) -> None:
    """Write `deals.graphml`."""
    import networkx

    networkx.write_graphml(graph(edition), folder / "deals.graphml", encoding="utf-8")


def graph(edition: Edition) -> networkx.MultiDiGraph:
    """Return the network of an edition."""
    import networkx

    network = networkx.MultiDiGraph()
    ends = [(deal, payer, receiver, flow) for deal in edition.deals for payer, receiver, flow in _ends(deal)]
    known = {company.id: company for company in edition.companies}
    names: dict[str, str] = {}
    for _, payer, receiver, _ in ends:
        names.update({payer[0]: payer[1], receiver[0]: receiver[1]})
    for node in sorted(names):
        company = known.get(node)
        network.add_node(
            node, label=names[node], name=names[node], country=(company and company.country) or "", known=bool(company)
        )
    for deal, payer, receiver, flow in ends:
        key = f"{deal.id}:{payer[0]}:{receiver[0]}"
        network.add_edge(payer[0], receiver[0], key=key, **_told(deal), **_drawn(deal, edition.rates), flow=flow)
    return network


def _ends(deal: PublishedDeal) -> Iterator[tuple[tuple[str, str], tuple[str, str], bool]]:
    """Yield both ends of each edge of a deal, as (node, name), and whether money flows along it."""
    payers, partners = side(deal, "payer"), side(deal, "partner")
    for payer, receiver in ways(deal):
        yield _node(payer), _node(receiver), True
    for left, right in pairwise(partners):
        yield _node(left), _node(right), False
    nobody = f"unknown:{deal.id}", "unknown"
    if not ways(deal):
        for payer in payers:
            yield _node(payer), nobody, True
        for receiver in receivers(deal):
            yield nobody, _node(receiver), True
        if len(partners) == 1:
            yield _node(partners[0]), nobody, False


def _node(party: Party) -> tuple[str, str]:
    return xml_text(company_key(party)), xml_text(party.name)


def _drawn(deal: PublishedDeal, rates: Rates) -> dict[str, Any]:
    """Return the label of an edge and its weight, with the dollars behind that."""
    rate, told = usd_rate(deal, rates), deal.amount
    sums = [] if rate is None or told is None else [told.value, told.high, told.low]
    dollars = next((float(in_dollars(value, rate)) for value in sums if value is not None and rate), None)
    shown = {"label": deal.kind, "weight": max(dollars / 1e6, 0.001) if dollars else 1.0}
    return shown if dollars is None else {**shown, "usd": dollars}


def _told(deal: PublishedDeal) -> dict[str, Any]:
    """Return what an edge says of its deal; GraphML knows no null, so what is not told is left out."""
    amount = deal.amount
    figures = {name: getattr(amount, field) for name, field in FIGURES.items()} if amount else {}
    told = {
        "deal": deal.id,
        "kind": deal.kind,
        "status": deal.status,
        "currency": amount and amount.currency,
        "qualifier": amount and amount.qualifier,
        "date": deal.date and deal.date.value,
        "first_seen": deal.first_seen,
        "documents": len(deal.documents),
        "confidence": deal.confidence,
        "evidence": deal.evidence.text,
    }
    texts = {name: xml_text(value) if isinstance(value, str) else value for name, value in told.items()}
    numbers = {name: float(value) for name, value in figures.items() if value is not None}
    return {**{name: value for name, value in texts.items() if value is not None}, **numbers}
