"""What a person sees of a deal and may change in it: the snapshot kept with a judgement, and the edits.

Snapshot and edits have one shape (`Fields`): what was judged plus what was edited is what the person holds true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from pipeline.errors import DealsError
from pipeline.models import (
    Amount,
    AssetKind,
    Deal,
    Kind,
    MergedDeal,
    Noun,
    Party,
    Per,
    Qualifier,
    Quantity,
    Role,
    Stake,
    Status,
)

ROUND = re.compile(r"[a-z0-9]+\+*(?:-[a-z0-9]+\+*)*")


class EditError(DealsError):
    """An edit that no deal can take; the message names the field."""


class SeenParty(Noun, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A party as a person sees or enters it."""

    role: Role
    name: str
    company_id: str | None = None
    text: str | None = None


class SeenAmount(Noun, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An amount as a person sees or enters it."""

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    currency: str | None = None
    qualifier: Qualifier = "exact"
    per: Per | None = None
    text: str | None = None


class SeenStake(Noun, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stake as a person sees or enters it."""

    percent: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    qualifier: Qualifier = "exact"
    text: str | None = None


class SeenAsset(Noun, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the payer gets, as a person sees or enters it."""

    kind: AssetKind
    text: str


class SeenQuantity(Noun, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number of things as a person sees or enters it."""

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str
    qualifier: Qualifier = "exact"
    text: str | None = None


class Fields(Noun, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of a deal that a person judges; what is unset was not touched, null says that there is none."""

    kind: Kind | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    parties: tuple[SeenParty, ...] | UnsetType = UNSET
    amount: SeenAmount | UnsetType | None = UNSET
    stake: SeenStake | UnsetType | None = UNSET
    date: str | UnsetType | None = UNSET
    valuation: SeenAmount | UnsetType | None = UNSET
    asset: SeenAsset | UnsetType | None = UNSET
    quantity: SeenQuantity | UnsetType | None = UNSET
    round: str | UnsetType | None = UNSET
    """`seed`, `series-a`, …"""
    speaker: str | UnsetType | None = UNSET


def fields(raw: dict[str, Any]) -> Fields:
    """Return checked fields; raise `EditError` where a field is unknown or no deal can take its value."""
    try:
        checked = msgspec.convert(raw, Fields)
    except msgspec.ValidationError as error:
        raise EditError(str(error)) from error
    if checked.parties is not UNSET and not checked.parties:
        raise EditError("parties: a deal has at least one party")
    for name, figures in (
        ("amount", checked.amount), ("valuation", checked.valuation), ("quantity", checked.quantity),
    ):  # fmt: skip
        if figures:
            _check_figures(name, figures)
    if isinstance(checked.stake, SeenStake) and not 0 < checked.stake.percent <= 100:
        raise EditError(f"stake: {checked.stake.percent} is no percentage above 0 and up to 100")
    if checked.round and not ROUND.fullmatch(checked.round):
        raise EditError(f"round: '{checked.round}' is no round such as seed or series-a")
    texts = {
        "speaker": checked.speaker,
        "asset": checked.asset.text if checked.asset else None,
        "quantity": checked.quantity.unit if checked.quantity else None,
    }
    for name, text in texts.items():
        if isinstance(text, str) and not (text.strip() and text.isprintable()):
            raise EditError(f"{name}: {text!r} is no text that can be shown")
    return checked


def _check_figures(name: str, told: SeenAmount | SeenQuantity) -> None:
    figures = [figure for figure in (told.low, told.value, told.high) if figure is not None]
    if not figures:
        raise EditError(f"{name}: needs a value, or low and high")
    if not all(figure.is_finite() and figure >= 0 for figure in figures):
        raise EditError(f"{name}: figures are finite and not below zero")
    if figures != sorted(figures):
        raise EditError(f"{name}: low, value and high must rise in this order")
    code = told.currency if isinstance(told, SeenAmount) else None
    if code is not None and not (len(code) == 3 and code.isascii() and code.isupper() and code.isalpha()):
        raise EditError(f"{name}: '{code}' is not an ISO 4217 code such as USD")


def seen(deal: Deal | MergedDeal) -> Fields:
    """Return what a person sees of a deal."""
    return Fields(
        kind=deal.kind,
        status=deal.status,
        parties=tuple(seen_party(party) for party in deal.parties),
        amount=_seen_amount(deal.amount),
        stake=_seen_stake(deal.stake),
        date=None if deal.date is None else deal.date.value,
        valuation=_seen_amount(deal.valuation),
        asset=None if deal.asset is None else SeenAsset(kind=deal.asset.kind, text=deal.asset.text),
        quantity=_seen_quantity(deal.quantity),
        round=None if deal.round is None else deal.round.value,
        speaker=deal.speaker,
    )


def _seen_stake(stake: Stake | None) -> SeenStake | None:
    return (
        None
        if stake is None
        else SeenStake(
            percent=stake.percent, low=stake.low, high=stake.high, qualifier=stake.qualifier, text=stake.text
        )
    )


def _seen_quantity(many: Quantity | None) -> SeenQuantity | None:
    return (
        None
        if many is None
        else SeenQuantity(
            value=many.value, low=many.low, high=many.high, unit=many.unit, qualifier=many.qualifier, text=many.text
        )
    )


def seen_party(party: Party) -> SeenParty:
    """Return what a person sees of a party."""
    return SeenParty(role=party.role, name=party.name, company_id=party.company_id, text=party.text)


def _seen_amount(amount: Amount | None) -> SeenAmount | None:
    return None if amount is None else SeenAmount(
        value=amount.value, low=amount.low, high=amount.high, currency=amount.currency,
        qualifier=amount.qualifier, per=amount.per, text=amount.text,
    )  # fmt: skip


def overlaid(below: Fields, above: Fields) -> Fields:
    """Return the fields of `below` with those that `above` sets."""
    changes = {name: value for name in Fields.__struct_fields__ if (value := getattr(above, name)) is not UNSET}
    return replace(below, **changes)


def agree(left: Fields, right: Fields) -> bool:
    """Return whether both say the same deal: kind, status, how much and who; a known company equals its name."""
    return all(same_field(name, left, right) for name in ("kind", "status", "amount", "stake", "parties"))


def same_field(name: str, left: Fields, right: Fields) -> bool:
    """Return whether both say the same in one field."""
    if name == "parties":
        return same_parties(left.parties or (), right.parties or (), roles=True)
    return _said(getattr(left, name)) == _said(getattr(right, name))


def same_parties(left: Iterable[SeenParty], right: Iterable[SeenParty], *, roles: bool) -> bool:
    """Return whether both name the same companies, in the same roles if `roles`."""
    left, right = tuple(left), tuple(right)
    return len(left) == len(right) and shared(left, right, roles=roles) == len(left)


def shared(left: Iterable[SeenParty], right: Iterable[SeenParty], *, roles: bool = False) -> int:
    """Return how many parties of `left` are parties of `right` too, each counted once."""
    rest = list(right)
    count = 0
    for party in left:
        twin = next((other for other in rest if same_company(party, other, roles=roles)), None)
        if twin is not None:
            rest.remove(twin)
            count += 1
    return count


def same_company(left: SeenParty, right: SeenParty, *, roles: bool) -> bool:
    """Return whether two parties are one company, in the same role if `roles`; a known company equals its name."""
    if roles and left.role != right.role:
        return False
    if left.company_id and right.company_id:
        return left.company_id == right.company_id
    return bool({left.name, left.text} & {right.name, right.text} - {None})


def _said(value: Any) -> object:
    """Return what a value says of a deal, without how exactly it is meant and which words tell it."""
    if isinstance(value, SeenAmount):
        return value.value, value.low, value.high, value.currency
    if isinstance(value, SeenQuantity):
        return value.value, value.low, value.high, value.unit
    return value.percent if isinstance(value, SeenStake) else value
