"""Says a deal's values in words for people: tables, reports and pages. Machines read the nouns themselves."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from pipeline.models import Amount, Conflict, Deal, MergedDeal, Noun, Party, Qualifier, Quantity, Stake, plain

SCALES = (
    (Decimal(10) ** 12, "trillion"),
    (Decimal(10) ** 9, "billion"),
    (Decimal(10) ** 6, "million"),
)
UNSAID = ", currency unsaid"
QUALIFIERS: dict[Qualifier, str] = {
    "exact": "",
    "about": "about ",
    "up-to": "up to ",
    "at-least": "at least ",
    "over": "over ",
    "under": "under ",
    "range": "",
    "order-of-magnitude": "some ",
}


class Sides(Noun, frozen=True, kw_only=True):
    """Who stands left and right of a deal's arrow, and whether there is one."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    directed: bool
    target: tuple[str, ...] = ()
    """The targets, where they do not stand on the right themselves."""

    def __str__(self) -> str:
        about = f" ({', '.join(self.target)})" if self.target else ""
        arrow = " → " if self.directed else " + "
        sides = [", ".join(names) or "?" for names in (self.left, self.right) if names or self.directed]
        return arrow.join(sides) + about


def sides(parties: Iterable[Party]) -> Sides:
    """Return who pays whom; a target without a payee stands on the right; partners stand side by side."""
    by_role: dict[str, list[str]] = {"payer": [], "payee": [], "target": [], "partner": []}
    for party in parties:
        by_role[party.role].append(party.name)
    payers, payees, targets, partners = (tuple(by_role[role]) for role in ("payer", "payee", "target", "partner"))
    if partners and not payers:
        return Sides(left=partners[:1], right=partners[1:] + payees, directed=False, target=targets)
    if not payees:
        return Sides(left=payers, right=targets or partners, directed=True)
    return Sides(left=payers, right=payees, directed=True, target=targets)


def title(deal: MergedDeal) -> str:
    """Return who pays whom, in one line."""
    return str(sides(deal.parties))


def figure(value: Decimal) -> str:
    """Return a sum as it is spoken: 1.25 billion, 94,000; never rounded."""
    for size, name in SCALES:
        scaled = plain(value / size)
        if abs(value) >= size and len(scaled.as_tuple().digits) <= 5:
            return f"{scaled:,f} {name}"
    return f"{plain(value):,f}"


def figures(told: Amount | Quantity) -> str:
    """Return how much an amount or a quantity is without its qualifier: 3 million to 5 million, `?` where unsure."""
    span = told.qualifier in ("range", "order-of-magnitude") or told.value is None
    if span and told.low is not None and told.high is not None:
        return f"{figure(told.low)} to {figure(told.high)}"
    value = next((value for value in (told.value, told.high, told.low) if value is not None), None)
    return "?" if value is None else figure(value)


def amount(told: Amount) -> str:
    """Return an amount in words, its currency first: up to USD 100 billion."""
    sum_told = figures(told)
    per = f" a {told.per}" if told.per else ""
    if told.currency is None:
        return f"{QUALIFIERS[told.qualifier]}{sum_told}{per}{UNSAID}"
    return f"{QUALIFIERS[told.qualifier]}{told.currency} {sum_told}{per}"


def stake(told: Stake) -> str:
    """Return a stake in words: up to 10%."""
    if told.low is not None and told.high is not None and told.low != told.high:
        return f"{plain(told.low):f} to {plain(told.high):f}%"
    return f"{QUALIFIERS[told.qualifier]}{plain(told.percent):f}%"


def quantity(told: Quantity) -> str:
    """Return a number of things in words: 160 million shares, 6 GW."""
    return f"{QUALIFIERS[told.qualifier]}{figures(told)} {told.unit}"


def worth(deal: Deal | MergedDeal) -> str:
    """Return how much a deal is about: its amount, else its stake, else its quantity, else nothing."""
    if deal.amount:
        return amount(deal.amount)
    if deal.stake:
        return stake(deal.stake)
    return quantity(deal.quantity) if deal.quantity else ""


def parties(told: Iterable[Party]) -> str:
    """Return the parties, each with its role."""
    return "; ".join(f"{party.role}: {party.name}" for party in told)


def conflict(told: Conflict) -> str:
    """Return what a conflict is about and what each side says."""
    return f"{told.field}: " + " or ".join(value.value for value in told.values)
