"""`deals.parquet`: the merged deals with typed columns, nested where a deal is; by month of first sight on request."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import msgspec

from pipeline.models import Amount, PublishedDeal, Quantity, Role
from pipeline.publish.edition import Edition
from pipeline.times.days import days

if TYPE_CHECKING:
    import pyarrow

SCALE = 6
LARGEST = Decimal(10) ** (38 - SCALE)
"""Figures from here on do not fit a Parquet decimal and are left out of the column; the words stay."""
UNDATED = "unknown"


def write(folder: Path, edition: Edition) -> None:
    """Write `deals.parquet`, or `deals-by-month/month=YYYY-MM/deals.parquet`."""
    if not edition.by_month:
        _write(folder / "deals.parquet", edition.deals)
        return
    months: dict[str, list[PublishedDeal]] = defaultdict(list)
    for deal in edition.deals:
        seen = days(deal.first_seen)
        months[seen[0].isoformat()[:7] if seen else UNDATED].append(deal)
    for month, deals in sorted(months.items()):
        part = folder / "deals-by-month" / f"month={month}"
        part.mkdir(parents=True)
        _write(part / "deals.parquet", deals)


def _write(path: Path, deals: Any) -> None:
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.Table.from_pylist([row(deal) for deal in deals], schema=columns())
    pyarrow.parquet.write_table(table, path, compression="zstd")


def columns() -> pyarrow.Schema:
    """Return the columns and their types."""
    from pyarrow import bool_, date32, decimal128, float64, int32, list_, schema, string, struct

    money = decimal128(38, SCALE)
    figures = {"value": money, "low": money, "high": money, "currency": string(), "currency_inferred": bool_()}
    amount = {**figures, "qualifier": string(), "per": string(), "text": string()}
    quantity = {"value": money, "low": money, "high": money, "unit": string(), "text": string()}
    party = struct({"role": string(), "company_id": string(), "name": string(), "text": string()})
    mention = struct({"id": string(), "document": string(), "url": string(), "published": string(),
                      "kind": string(), "status": string(), "evidence": string(), "start": int32(), "end": int32(),
                      "speaker": string(), "rule": string(), "confidence": float64()})  # fmt: skip
    said = struct({"value": string(), "mentions": list_(string())})
    step = struct({"status": string(), "since": string(), "mention": string()})
    return schema({
        "id": string(), "kind": string(), "status": string(),
        "payer": list_(string()), "payee": list_(string()), "target": list_(string()), "partner": list_(string()),
        "parties": list_(party), "amount": struct(amount), "valuation": struct(amount),
        "stake_percent": decimal128(38, SCALE), "asset": struct({"kind": string(), "text": string()}),
        "quantity": struct(quantity), "round": string(),
        "date": string(), "date_first": date32(), "date_last": date32(),
        "announced": string(), "announced_basis": string(), "first_published": date32(),
        "first_seen": date32(), "last_seen": date32(), "judgement": string(), "confidence": float64(),
        "rule": string(), "added_by": string(), "speaker": string(), "evidence": string(), "documents": list_(string()),
        "mentions": list_(mention), "conflicts": list_(struct({"field": string(), "values": list_(said)})),
        "history": list_(step), "former_ids": list_(string()),
    })  # fmt: skip


def row(deal: PublishedDeal) -> dict[str, Any]:
    """Return a deal as a row of these columns."""
    told = days(deal.date.value) if deal.date else None
    return {
        **{
            name: getattr(deal, name)
            for name in ("id", "kind", "status", "judgement", "confidence", "rule", "added_by", "speaker")
        },
        **{role: [party.name for party in deal.parties if party.role == role] for role in get_args(Role)},
        "parties": [_told(party) for party in deal.parties],
        "amount": _fitted(deal.amount),
        "valuation": _fitted(deal.valuation),
        "stake_percent": deal.stake and fitting(deal.stake.percent),
        "asset": deal.asset and _told(deal.asset),
        "quantity": _fitted(deal.quantity),
        "round": deal.round and deal.round.value,
        "date": deal.date and deal.date.value,
        "date_first": told and told[0],
        "date_last": told and told[1],
        "announced": deal.announced and deal.announced.value,
        "announced_basis": deal.announced and deal.announced.basis,
        "first_published": _day(deal.first_published),
        "first_seen": _day(deal.first_seen),
        "last_seen": _day(deal.last_seen),
        "evidence": deal.evidence.text,
        "documents": deal.documents,
        "mentions": [_mention(mention) for mention in deal.mentions],
        "conflicts": [_conflict(conflict) for conflict in deal.conflicts],
        "history": [_told(step) for step in deal.history],
        "former_ids": deal.former_ids,
    }


def _told(noun: msgspec.Struct) -> dict[str, Any]:
    return msgspec.structs.asdict(noun)


def _fitted(told: Amount | Quantity | None) -> dict[str, Any] | None:
    if told is None:
        return None
    return {**_told(told), **{name: fitting(getattr(told, name)) for name in ("value", "low", "high")}}


def fitting(value: Decimal | None) -> Decimal | None:
    """Return a figure as the column holds it, None where it is too large for that."""
    return None if value is None or abs(value) >= LARGEST else round(value, SCALE)


def _day(text: str | None) -> date | None:
    known = days(text)
    return known and known[0]


def _mention(mention: Any) -> dict[str, Any]:
    deal = mention.deal
    told = {name: getattr(deal, name) for name in ("id", "kind", "status", "speaker", "rule", "confidence")}
    place = {"document": mention.document, "url": mention.url, "published": mention.published}
    return {**told, **place, "evidence": deal.evidence.text, "start": deal.evidence.start, "end": deal.evidence.end}


def _conflict(conflict: Any) -> dict[str, Any]:
    return {"field": conflict.field, "values": [_told(value) for value in conflict.values]}
