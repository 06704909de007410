"""Days written in figures, in any language: 2025-10-07, 2025年10月7日, 10/7/2025."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal, NamedTuple

from pipeline.rules.knowledge import Knowledge
from pipeline.times.date_rules import DateRules

SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)(?![\d/])")
Order = Literal["day", "month"]
"""What stands first in 10/7/2025."""


class NumericDates(NamedTuple):
    """The patterns of days in figures."""

    leading: re.Pattern[str]
    """A year at the start, then perhaps its month and day, as groups."""
    anywhere: re.Pattern[str]
    """Three numbers that may be a day."""


def numeric_dates(knowledge: Knowledge) -> NumericDates:
    """Return the patterns, by the marks that stand behind a year and a month in some language."""
    table = knowledge.table("dates.toml", DateRules)
    year, month = (f"[-/.{re.escape(marks)}]" for marks in (table.year_marks, table.month_marks))
    return NumericDates(
        re.compile(rf"(\d{{4}})(?:\s*{year}\s*(\d{{1,2}}))?(?:\s*{month}\s*(\d{{1,2}}))?(?!\d)"),
        re.compile(rf"(?<!\d)\d{{1,4}}\s?{year}\s?\d{{1,2}}\s?{month}\s?\d{{1,4}}(?!\d)"),
    )


def order_of(text: str) -> Order | None:
    """Return what stands first in the slashed dates of a text, by those in which only one number can be a day.

    None where no date tells, or some tell this and some that.
    """
    orders: set[Order] = set()
    for first, second, _ in SLASHED.findall(text):
        if int(first) > 12 >= int(second):
            orders.add("day")
        elif int(second) > 12 >= int(first):
            orders.add("month")
    return orders.pop() if len(orders) == 1 else None


def written_out(text: str, order: Order) -> str:
    """Return a text with its slashed dates in ISO 8601, by what stands first in them."""
    return SLASHED.sub(lambda found: _days(found)[order] or found[0], text)


def open_days(text: str) -> dict[str, str]:
    """Return the days that a slashed date may mean, each with the date as written, where it may mean two."""
    both = {found[0]: set(filter(None, _days(found).values())) for found in SLASHED.finditer(text)}
    return {day: said for said, days in both.items() if len(days) > 1 for day in days}


def _days(found: re.Match[str]) -> dict[Order, str | None]:
    first, second, year = map(int, found.groups())
    return {"day": _iso(year, second, first), "month": _iso(year, first, second)}


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
