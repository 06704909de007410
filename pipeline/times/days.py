"""Which days a date of our nouns can mean: ISO 8601 days and times, EDTF months, years, seasons and intervals."""

from __future__ import annotations

import calendar
import re
from datetime import date
from functools import lru_cache

Days = tuple[date, date]
"""The first and the last."""

WRITTEN = re.compile(r"(\d{4}|\d{3}X|\d\dXX)(?:-(\d\d))?(?:-(\d\d))?(?:T.*)?[?~%]?", re.DOTALL)
PARTS = {
    21: (3, 3), 22: (6, 3), 23: (9, 3), 24: (1, 12),
    33: (1, 3), 34: (4, 3), 35: (7, 3), 36: (10, 3),
    37: (1, 4), 38: (5, 4), 39: (9, 4),
    40: (1, 6), 41: (7, 6),
}  # fmt: skip
"""EDTF's numbers for seasons, quarters, thirds and halves of a year: first month, and how many; a winter may be
either end of its year."""


@lru_cache(65_536)
def days(text: str | None) -> Days | None:
    """Return the days a date can mean, None where it is no date we can place."""
    if not text:
        return None
    if "/" in text:
        return _interval(*text.split("/", 1))
    match = WRITTEN.fullmatch(text)
    if not match:
        return None
    year, month, day = match.groups()
    try:
        return _range(year, int(month or 0), int(day or 0))
    except ValueError:
        return None


def _interval(first: str, last: str) -> Days | None:
    begin, end = days(first), days(last)
    if begin and end and begin[0] <= end[1]:
        return begin[0], end[1]
    return begin or end  # an open interval is known by the end it has


def _range(year: str, month: int, day: int) -> Days:
    if "X" in year:
        return date(int(year.replace("X", "0")), 1, 1), date(int(year.replace("X", "9")), 12, 31)
    number = int(year)
    if day:
        return date(number, month, day), date(number, month, day)
    first, months = PARTS.get(month, (month or 1, 1 if month else 12))
    last = first + months - 1
    return date(number, first, 1), date(number, last, calendar.monthrange(number, last)[1])


def gap(left: Days | None, right: Days | None) -> int:
    """Return how many days lie between two dates: none where they overlap, or where one is not known."""
    if left is None or right is None:
        return 0
    return max((right[0] - left[1]).days, (left[0] - right[1]).days, 0)
