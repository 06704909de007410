"""Days written in figures, in any language: 2025-10-07, 2025年10月7日, 10/7/2025."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.rules.knowledge import Knowledge
from pipeline.times.date_rules import DateRules


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
