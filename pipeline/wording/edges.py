"""Where the money of a deal goes: from each payer to each payee, or to the target where no payee is told."""

from __future__ import annotations

from pipeline.models import MergedDeal, Party, Role


def company_key(party: Party) -> str:
    """Return what a company goes by in a network: its id, else its name."""
    return party.company_id or party.name


def side(deal: MergedDeal, role: Role) -> tuple[Party, ...]:
    """Return the parties in a role, each company once."""
    return tuple({company_key(party): party for party in reversed(deal.parties) if party.role == role}.values())[::-1]


def receivers(deal: MergedDeal) -> tuple[Party, ...]:
    """Return who gets the money: the payees, else the targets."""
    return side(deal, "payee") or side(deal, "target")


def ways(deal: MergedDeal) -> list[tuple[Party, Party]]:
    """Return each pair of payer and receiver; none where a side is not told or no one pays."""
    return [(payer, receiver) for payer in side(deal, "payer") for receiver in receivers(deal)]
