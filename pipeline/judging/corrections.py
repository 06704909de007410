"""A person's edits applied to a deal, merged or not: each value where its words stand, else where the old one did."""

from __future__ import annotations

from typing import Any, TypeVar

from msgspec import UNSET
from msgspec.structs import replace

from pipeline.judging.edits import Fields, SeenAmount, SeenParty, SeenQuantity, SeenStake, same_company, seen_party
from pipeline.models import Amount, Asset, Date, Deal, MergedDeal, Party, Quantity, Round, Span, Stake

Told = TypeVar("Told", Deal, MergedDeal)


def edited(deal: Told, changes: Fields) -> Told:
    """Return the deal with a person's changes; values without words of their own point at the whole evidence."""
    values: dict[str, Any] = {}
    for name in ("kind", "status", "speaker"):
        if (value := getattr(changes, name)) is not UNSET:
            values[name] = value
    if changes.parties is not UNSET:
        values["parties"] = tuple(_party(deal, party) for party in changes.parties)
    if changes.amount is not UNSET:
        values["amount"] = changes.amount and _amount(deal, deal.amount, changes.amount)
    if changes.valuation is not UNSET:
        values["valuation"] = changes.valuation and _amount(deal, deal.valuation, changes.valuation)
    if changes.stake is not UNSET:
        values["stake"] = changes.stake and _stake(deal, changes.stake)
    if changes.asset is not UNSET:
        values["asset"] = changes.asset and Asset(kind=changes.asset.kind, text=changes.asset.text)
    if changes.quantity is not UNSET:
        values["quantity"] = changes.quantity and _quantity(deal, changes.quantity)
    if changes.round is not UNSET:
        values["round"] = changes.round and Round(**_place(deal, deal.round), value=changes.round)
    if changes.date is not UNSET:
        values["date"] = changes.date and Date(**_place(deal, deal.date), value=changes.date)
    return replace(deal, **values)


def _party(deal: Deal | MergedDeal, party: SeenParty) -> Party:
    known = [old for old in deal.parties if same_company(party, seen_party(old), roles=False)]
    place = _place(deal, known[0]) if known else _place(deal, None, party.text, party.name)
    return Party(**place, role=party.role, name=party.name, company_id=party.company_id)


def _amount(deal: Deal | MergedDeal, old: Amount | None, amount: SeenAmount) -> Amount:
    return Amount(
        **_place(deal, old, amount.text), value=amount.value, low=amount.low, high=amount.high,
        currency=amount.currency, qualifier=amount.qualifier, per=amount.per,
    )  # fmt: skip


def _stake(deal: Deal | MergedDeal, stake: SeenStake) -> Stake:
    return Stake(
        **_place(deal, deal.stake, stake.text), percent=stake.percent, low=stake.low, high=stake.high,
        qualifier=stake.qualifier,
    )  # fmt: skip


def _quantity(deal: Deal | MergedDeal, many: SeenQuantity) -> Quantity:
    return Quantity(
        **_place(deal, deal.quantity, many.text), value=many.value, low=many.low, high=many.high, unit=many.unit,
        qualifier=many.qualifier,
    )  # fmt: skip


def _place(deal: Deal | MergedDeal, old: Span | None, *words: str | None) -> dict[str, Any]:
    """Return where one of the words stands in the evidence, else the old value's place, else the whole evidence."""
    evidence = deal.evidence
    for word in words:
        at = evidence.text.find(word) if word else -1
        if word and at >= 0:
            return {"start": evidence.start + at, "end": evidence.start + at + len(word), "text": word}
    span = old or evidence
    return {"start": span.start, "end": span.end, "text": span.text}
