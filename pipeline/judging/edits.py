"""What a person sees of a deal and may change in it: the snapshot kept with a judgement, and edits applied to a deal.

Snapshot and edits have one shape (`Fields`): what was judged plus what was edited is what the person holds true.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from pipeline.errors import DealsError
from pipeline.models import Amount, Date, Deal, Kind, MergedDeal, Noun, Party, Per, Qualifier, Role, Span, Stake, Status


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
    text: str | None = None


class Fields(Noun, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of a deal that a person judges; what is unset was not touched, null says that there is none."""

    kind: Kind | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    parties: tuple[SeenParty, ...] | UnsetType = UNSET
    amount: SeenAmount | UnsetType | None = UNSET
    stake: SeenStake | UnsetType | None = UNSET
    date: str | UnsetType | None = UNSET


def fields(raw: dict[str, Any]) -> Fields:
    """Return checked fields; raise `EditError` where a field is unknown or no deal can take its value."""
    try:
        checked = msgspec.convert(raw, Fields)
    except msgspec.ValidationError as error:
        raise EditError(str(error)) from error
    if checked.parties is not UNSET and not checked.parties:
        raise EditError("parties: a deal has at least one party")
    if isinstance(checked.amount, SeenAmount):
        _check_amount(checked.amount)
    if isinstance(checked.stake, SeenStake) and not 0 < checked.stake.percent <= 100:
        raise EditError(f"stake: {checked.stake.percent} is no percentage above 0 and up to 100")
    return checked


def _check_amount(amount: SeenAmount) -> None:
    figures = [figure for figure in (amount.low, amount.value, amount.high) if figure is not None]
    if not figures:
        raise EditError("amount: needs a value, or low and high")
    if not all(figure.is_finite() and figure >= 0 for figure in figures):
        raise EditError("amount: figures are finite and not below zero")
    if figures != sorted(figures):
        raise EditError("amount: low, value and high must rise in this order")
    code = amount.currency
    if code is not None and not (len(code) == 3 and code.isascii() and code.isupper() and code.isalpha()):
        raise EditError(f"amount: '{code}' is not an ISO 4217 code such as USD")


def seen(deal: Deal | MergedDeal) -> Fields:
    """Return what a person sees of a deal."""
    amount, stake = deal.amount, deal.stake
    return Fields(
        kind=deal.kind,
        status=deal.status,
        parties=tuple(_seen_party(party) for party in deal.parties),
        amount=None if amount is None else _seen_amount(amount),
        stake=None if stake is None else SeenStake(percent=stake.percent, text=stake.text),
        date=None if deal.date is None else deal.date.value,
    )


def _seen_amount(amount: Amount) -> SeenAmount:
    return SeenAmount(
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
    if name == "amount":
        return _money(left) == _money(right)
    if name == "stake":
        return _percent(left) == _percent(right)
    return bool(getattr(left, name) == getattr(right, name))


def same_parties(left: Iterable[SeenParty], right: Iterable[SeenParty], *, roles: bool) -> bool:
    """Return whether both name the same companies, in the same roles if `roles`."""
    left, right = tuple(left), tuple(right)
    return len(left) == len(right) and shared(left, right, roles=roles) == len(left)


def shared(left: Iterable[SeenParty], right: Iterable[SeenParty], *, roles: bool = False) -> int:
    """Return how many parties of `left` are parties of `right` too, each counted once."""
    rest = list(right)
    count = 0
    for party in left:
        twin = next((other for other in rest if _same_company(party, other, roles=roles)), None)
        if twin is not None:
            rest.remove(twin)
            count += 1
    return count


def _same_company(left: SeenParty, right: SeenParty, *, roles: bool) -> bool:
    if roles and left.role != right.role:
        return False
    if left.company_id and right.company_id:
        return left.company_id == right.company_id
    return bool({left.name, left.text} & {right.name, right.text} - {None})


def _money(seen: Fields) -> object:
    amount = seen.amount
    return (amount.value, amount.low, amount.high, amount.currency) if isinstance(amount, SeenAmount) else None


def _percent(seen: Fields) -> Decimal | None:
    return seen.stake.percent if isinstance(seen.stake, SeenStake) else None


def edited(deal: MergedDeal, changes: Fields) -> MergedDeal:
    """Return the deal with a person's changes; values without words of their own point at the whole evidence."""
    values: dict[str, Any] = {}
    if changes.kind is not UNSET:
        values["kind"] = changes.kind
    if changes.status is not UNSET:
        values["status"] = changes.status
    if changes.parties is not UNSET:
        values["parties"] = tuple(_party(deal, party) for party in changes.parties)
    if changes.amount is not UNSET:
        values["amount"] = changes.amount and _amount(deal, changes.amount)
    if changes.stake is not UNSET:
        values["stake"] = changes.stake and _stake(deal, changes.stake)
    if changes.date is not UNSET:
        values["date"] = changes.date and _date(deal, changes.date)
    return replace(deal, **values)


def _party(deal: MergedDeal, party: SeenParty) -> Party:
    known = [old for old in deal.parties if _same_company(party, _seen_party(old), roles=False)]
    span = known[0] if known else _span(deal, None, party.text, party.name)
    return Party(
        start=span.start, end=span.end, text=span.text, role=party.role, name=party.name, company_id=party.company_id
    )


def _seen_party(party: Party) -> SeenParty:
    return SeenParty(role=party.role, name=party.name, company_id=party.company_id, text=party.text)


def _amount(deal: MergedDeal, amount: SeenAmount) -> Amount:
    span = _span(deal, deal.amount, amount.text)
    return Amount(
        start=span.start, end=span.end, text=span.text, value=amount.value, low=amount.low, high=amount.high,
        currency=amount.currency, qualifier=amount.qualifier, per=amount.per,
    )  # fmt: skip


def _stake(deal: MergedDeal, stake: SeenStake) -> Stake:
    span = _span(deal, deal.stake, stake.text)
    return Stake(start=span.start, end=span.end, text=span.text, percent=stake.percent)


def _date(deal: MergedDeal, value: str) -> Date:
    span = _span(deal, deal.date)
    return Date(start=span.start, end=span.end, text=span.text, value=value)


def _span(deal: MergedDeal, old: Span | None, *words: str | None) -> Span:
    """Return where one of the words stands in the evidence, else the old value's place, else the whole evidence."""
    evidence = deal.evidence
    for word in words:
        at = evidence.text.find(word) if word else -1
        if word and at >= 0:
            return Span(start=evidence.start + at, end=evidence.start + at + len(word), text=word)
    return old or evidence
