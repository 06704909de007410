"""Moments, written in any time zone, in the order in which they came."""

from __future__ import annotations

import re
from datetime import UTC, datetime

SHORT = re.compile(r"\d{4}(-\d\d)?")
NEVER = datetime.min.replace(tzinfo=UTC)


def instant(told: str) -> datetime:
    """Return the moment that ISO 8601 tells, in UTC; a day, month or year is its first moment, an unsaid zone is UTC.

    What tells no moment comes before all that do.
    """
    whole = f"{told}-01-01"[:10] if SHORT.fullmatch(told) else told
    try:
        found = datetime.fromisoformat(whole)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return NEVER


def in_order(told: str) -> tuple[datetime, str]:
    """Return what sorts moments: their time, then how they are written, so that any two have one order."""
    return instant(told), told
