"""When a deal came to be known: one date to plot it by, and what that date rests on."""

from __future__ import annotations

from pipeline.models import Announced, MergedDeal
from pipeline.times.days import days


def first_published(deal: MergedDeal) -> str | None:
    """Return when the first document that tells a deal was published, None where none says so."""
    told = sorted(mention.published for mention in deal.mentions if mention.published)
    return told[0][:10] if told else None


def announced(deal: MergedDeal) -> Announced | None:
    """Return when a deal was announced, None where nothing tells.

    A date in the text counts where all of it lay behind on the day of the first document: a month that was under way
    is less exact than that day, and a date to come is when the deal is to close.
    """
    published = first_published(deal)
    seen = published or deal.first_seen
    told, known = days(deal.date.value) if deal.date else None, days(seen)
    if deal.date and deal.date.value and told and (known is None or told[1] <= known[1]):
        return Announced(value=deal.date.value, basis="text")
    if published:
        return Announced(value=published, basis="document")
    return Announced(value=deal.first_seen, basis="fetched") if deal.first_seen else None


def year_month(told: str | None) -> str | None:
    """Return the month of a date, or its year where it names no single month: `2025-10`, `2025`, None for a span."""
    found = days(told)
    if found is None:
        return None
    first, last = found[0].isoformat(), found[1].isoformat()
    return next((first[:length] for length in (7, 4) if first[:length] == last[:length]), None)
