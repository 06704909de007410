"""Makes mentions for tests: one line says who pays whom, how much, where and when."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Any, get_args

from pipeline.models import (
    Amount,
    Asset,
    Date,
    Deal,
    DealMention,
    Document,
    Extraction,
    Party,
    Quantity,
    Role,
    Round,
    Span,
    Stake,
    deal_id,
)

_places = count(0, 1000)
BILLION = 10**9


def tell(
    document: str,
    kind: Any,
    *,
    amount: int | str | Amount | None = None,
    currency: str | None = "USD",
    inferred: bool = False,
    qualifier: Any = "exact",
    published: str | None = "2025-10-08",
    status: Any = "announced",
    at: int | None = None,
    stake: str | None = None,
    date: str | None = None,
    round: str | None = None,
    asset: Any = None,
    quantity: tuple[int, str] | None = None,
    block: Any = "paragraph",
    confidence: float = 0.9,
    rule: str = "test.rule",
    evidence: str | None = None,
    **parties: str | tuple[str, ...],
) -> DealMention:
    """Return a mention; parties by role, as `payer="nvidia"` or `payer=("a", "b")`, a name with `?` being unknown."""
    start = next(_places) if at is None else at
    named = tuple(
        Party(
            role=role, start=start, end=start + 1, text=name, name=name.strip("?"),
            company_id=None if "?" in name else name.lower(),
        )
        for role in get_args(Role)
        for name in ((parties[role],) if isinstance(parties.get(role), str) else parties.get(role, ()))
    )  # fmt: skip
    text = evidence or f"{kind} {' '.join(party.name for party in named)} {amount} {start}"
    words = {"start": start, "end": start + len(text)}
    deal = Deal(
        id=deal_id(document, f"{text}{amount}", named),
        kind=kind,
        status=status,
        parties=named,
        amount=amount if isinstance(amount, Amount) else money(amount, currency, qualifier, inferred=inferred),
        stake=Stake(**words, text="stake", percent=Decimal(stake)) if stake else None,
        round=Round(**words, text="round", value=round) if round else None,
        date=Date(**words, text="date", value=date) if date else None,
        asset=Asset(kind=asset, text=asset) if asset else None,
        quantity=Quantity(**words, text="many", value=Decimal(quantity[0]), unit=quantity[1]) if quantity else None,
        evidence=Span(**words, text=text),
        block=block,
        rule=rule,
        confidence=confidence,
    )
    return DealMention(document=document, published=published, deal=deal)


def money(value: int | str | None, currency: str | None, qualifier: Any, *, inferred: bool = False) -> Amount | None:
    """Return an amount; `10..99` is an order of magnitude."""
    if value is None:
        return None
    low, _, high = str(value).partition("..")
    figures = {"low": Decimal(low), "high": Decimal(high)} if high else {"value": Decimal(low)}
    return Amount(
        start=0, end=1, text=str(value), currency=currency, currency_inferred=inferred,
        qualifier="order-of-magnitude" if high else qualifier, **figures,
    )  # fmt: skip


def document_of(*mentions: DealMention) -> tuple[Document, Extraction]:
    """Return the document that tells these, and what was read out of it."""
    first = mentions[0]
    document = Document(id=first.document, text=f"Text of {first.document}.", published=first.published, source="made")
    deals = tuple(mention.deal for mention in mentions)
    return document, Extraction(
        id=document.id, text=document.text, language="en", published=first.published, deals=deals
    )
