"""Roughly how big deals are beside each other: to put them in order, never to be shown."""

from __future__ import annotations

from decimal import Decimal

from pipeline.models import Deal, MergedDeal
from pipeline.rules.knowledge import shipped

UNSAID = "CNY"
"""What a sum counts as that names no currency, or a rare one."""


def in_dollars(deal: Deal | MergedDeal) -> float:
    """Return roughly how many dollars a deal is about; 0 where it tells no sum."""
    if deal.amount is None:
        return 0.0
    told = (deal.amount.value, deal.amount.high, deal.amount.low)
    value = next((figure for figure in told if figure is not None), Decimal(0))
    dollars = shipped().currencies.dollars
    return float(value) * dollars.get(deal.amount.currency or UNSAID, dollars[UNSAID])
