"""`edges.csv` and `edges.parquet`: who pays whom, a row a pair, with the sum in US dollars, the date and the source.

A deal of several payers or receivers is several rows, each with the whole sum: `pairs` says how many, so that
`usd / pairs` adds up. A side that no text names is empty.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.models import Company, DocumentRecord, MergedDeal, Party, PublishedDeal
from pipeline.publish.csv import JOINT, Cell, written
from pipeline.publish.edition import Edition
from pipeline.publish.origin import origin
from pipeline.publish.parquet import SCALE, fitting
from pipeline.rules.rates import Rate, Rates
from pipeline.times.announced import year_month
from pipeline.times.days import days
from pipeline.wording.edges import receivers, side, ways

if TYPE_CHECKING:
    import pyarrow

Row = dict[str, Cell]
Pair = tuple[Party | None, Party | None]
TYPES = {
    "announced_first": "date", "announced_last": "date", "first_published": "date", "first_seen": "date",
    "directed": "boolean", "pairs": "integer",
    "amount": "number", "amount_low": "number", "amount_high": "number",
    "usd": "number", "usd_low": "number", "usd_high": "number", "usd_rate": "number",
    "stake_percent": "number", "confidence": "number",
}  # fmt: skip
"""The columns that are no text, in the words of Table Schema."""
COLUMNS = (
    "deal", "announced", "announced_basis", "announced_first", "announced_last", "first_published", "first_seen",
    "payer", "payer_id", "payer_country", "payee", "payee_id", "payee_country", "payee_role", "directed",
    "target", "target_id", "pairs", "kind", "status",
    "amount", "amount_low", "amount_high", "currency", "qualifier", "per",
    "usd", "usd_low", "usd_high", "usd_rate", "usd_rate_of",
    "stake_percent", "round", "confidence", "judgement", "url", "title", "publisher", "quote",
)  # fmt: skip
NO_SUM = ("share", "unit")
"""Prices, not sums: what the whole deal is worth in dollars they do not say."""


def write(folder: Path, edition: Edition) -> None:
    """Write `edges.csv`."""
    with (folder / "edges.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows([written(row[name]) for name in COLUMNS] for row in edges(edition))


def write_parquet(folder: Path, edition: Edition) -> None:
    """Write `edges.parquet`, with typed columns."""
    import pyarrow
    import pyarrow.parquet

    typed = [{name: _typed(name, row[name]) for name in COLUMNS} for row in edges(edition)]
    table = pyarrow.Table.from_pylist(typed, schema=_schema())
    pyarrow.parquet.write_table(table, folder / "edges.parquet", compression="zstd")


def _schema() -> pyarrow.Schema:
    from pyarrow import bool_, date32, decimal128, float64, int32, schema, string

    kinds = {"date": date32(), "boolean": bool_(), "integer": int32(), "number": decimal128(38, SCALE)}
    types = {name: kinds[TYPES[name]] if name in TYPES else string() for name in COLUMNS}
    return schema({**types, "confidence": float64(), "usd_rate": float64()})


def _typed(name: str, cell: Cell) -> object:
    if isinstance(cell, Decimal):
        return float(cell) if name == "usd_rate" else fitting(cell)
    if TYPES.get(name) == "date":
        known = days(str(cell)) if cell else None
        return known and known[0]
    return cell


def edges(edition: Edition) -> Iterator[Row]:
    """Yield the rows of an edition, in the order of its deals."""
    companies = {company.id: company for company in edition.companies}
    documents = {document.id: document for document in edition.documents}
    for deal in edition.deals:
        yield from rows(deal, companies, documents, edition.rates)


def rows(
    deal: PublishedDeal, companies: Mapping[str, Company], documents: Mapping[str, DocumentRecord], rates: Rates
) -> list[Row]:
    """Return the rows of one deal: nothing but the deal itself, its companies and documents, and the rates is asked."""
    pairs = _pairs(deal)
    shared = {**_when(deal), **_sums(deal, rates), **_about(deal), **_where(deal, documents)}
    targets = side(deal, "target") if side(deal, "payee") else ()
    sought: Row = {
        "target": JOINT.join(party.name for party in targets),
        "target_id": JOINT.join(party.company_id or "" for party in targets),
        "directed": not side(deal, "partner") or bool(side(deal, "payer")),
        "pairs": len(pairs),
    }
    return [
        {**_end("payer", payer, companies), **_end("payee", payee, companies),
         "payee_role": _of(payee, "role"), **shared, **sought}
        for payer, payee in pairs
    ]  # fmt: skip


def _pairs(deal: MergedDeal) -> list[Pair]:
    """Return who stands on either side of each row; partners one beside the next, and an empty side as None."""
    if found := ways(deal):
        return list(found)
    partners = side(deal, "partner")
    told: list[Pair] = [*pairwise(partners)]
    told += [(payer, None) for payer in side(deal, "payer")]
    told += [(None, receiver) for receiver in receivers(deal)]
    return told or [(party, None) for party in partners]


def _end(name: str, party: Party | None, companies: Mapping[str, Company]) -> Row:
    company = companies.get(party.company_id or "") if party else None
    return {
        name: _of(party, "name"),
        f"{name}_id": _of(party, "company_id"),
        f"{name}_country": _of(company, "country"),
    }


def _of(part: object, field: str) -> Any:
    return None if part is None else getattr(part, field)


def _when(deal: PublishedDeal) -> Row:
    told = deal.announced
    span = days(told.value) if told else None
    return {
        "announced": told.value if told else None,
        "announced_basis": told.basis if told else None,
        "announced_first": span and span[0].isoformat(),
        "announced_last": span and span[1].isoformat(),
        "first_published": _day(deal.first_published),
        "first_seen": _day(deal.first_seen),
    }


def _day(told: str | None) -> str | None:
    """Return the first day of a date, so that a column of dates holds days only."""
    span = days(told)
    return span and span[0].isoformat()


def _sums(deal: PublishedDeal, rates: Rates) -> Row:
    amount = deal.amount
    figures: dict[str, Decimal | None] = {
        "amount": _of(amount, "value"), "amount_low": _of(amount, "low"), "amount_high": _of(amount, "high"),
    }  # fmt: skip
    rate = usd_rate(deal, rates)
    dollars: Row = {
        name.replace("amount", "usd"): None if rate is None or value is None else in_dollars(value, rate)
        for name, value in figures.items()
    }
    return {
        **figures,
        "currency": _of(amount, "currency"),
        "qualifier": _of(amount, "qualifier"),
        "per": _of(amount, "per"),
        **dollars,
        "usd_rate": rate and rate.dollars,
        "usd_rate_of": rate and rate.of,
    }


def usd_rate(deal: PublishedDeal, rates: Rates) -> Rate | None:
    """Return the rate at which a deal's sum is converted: that of when it was announced, none for a price a piece."""
    amount = deal.amount
    if amount is None or amount.per in NO_SUM:
        return None
    return rates.rate(amount.currency, year_month(deal.announced.value) if deal.announced else None)


def in_dollars(value: Decimal, rate: Rate) -> Decimal:
    """Return a sum in whole dollars, or in cents where it is small."""
    worth = value * rate.dollars
    return worth if rate.dollars == 1 else round(worth, 0 if worth >= 1000 else 2)


def _about(deal: MergedDeal) -> Row:
    return {
        "deal": deal.id,
        "kind": deal.kind,
        "status": deal.status,
        "stake_percent": _of(deal.stake, "percent"),
        "round": _of(deal.round, "value"),
        "confidence": deal.confidence,
        "judgement": deal.judgement,
        "quote": deal.evidence.text,
    }


def _where(deal: MergedDeal, documents: Mapping[str, DocumentRecord]) -> Row:
    return dict(zip(("url", "title", "publisher"), origin(deal, documents), strict=True))
