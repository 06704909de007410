"""What the fields of a date mean: the day, month or longer time in EDTF, counted from the day of publication."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import Literal, NamedTuple

Field = Literal[
    "year", "half", "quarter", "season", "month", "day", "weekday", "decade", "end_year", "end_month", "end_day",
    "years", "quarters", "months", "weeks", "days", "same_year", "toward", "elapsed",
]  # fmt: skip
"""What a word of a date can tell. The plural ones count from the day of publication (去年: years -1); `toward` says
on which side of it to look (-1 last March, 1 next March); `same_year` takes the year told before (同年).
`elapsed` is set where a time counts on from now, or from what was told just before (三个月后)."""

Fields = dict[Field, int]

PARTS_OF_A_YEAR: dict[Field, int] = {"quarter": 32, "half": 39, "season": 20}
"""What EDTF adds to their number to write them in place of a month."""

YEARLY = {"year", "years", "same_year", "days", "weeks", "weekday", "months"}
"""The fields beside which no year is missing."""

FAR_AHEAD = 183  # days: a month without a year further ahead than this is last year's (12月, told in March)
FAR_BEHIND = 305  # days: and one further behind is next year's (1月, told in December)
QUARTER_AHEAD = 120  # days: quarters get told when they are over, so one starting later than this is last year's


def resolve(told: Fields, published: str | None, year: int | None = None) -> str | None:
    """Return the EDTF of a date, None where it hangs on a day not known; `year` is the year told before it.

    Raises ValueError where the words name no day, as 2月30日.
    """
    origin = _origin(published)
    if "decade" in told:
        return f"{told['decade'] // 10}X"
    if "days" in told:
        return (origin.day + timedelta(told["days"])).isoformat() if origin.day else None
    if "weekday" in told or "weeks" in told:
        return _in_week(told, origin.day) if origin.day else None
    if "same_year" in told and year:
        told = {**told, "year": year}
    placed = _placed(told, origin)
    return _edtf(placed) if placed else None


def time_span(first: Fields, last: Fields, published: str | None) -> str | None:
    """Return the EDTF interval from one date to another, None where they are not its two ends; what one leaves
    unsaid the other tells (2019年10月28日至11月22日, May 6 to December 6, 2019)."""
    if "year" in last and not YEARLY & first.keys():
        later = (first.get("month", 0), first.get("day", 0)) > (last.get("month", 0), last.get("day", 0))
        first = {**first, "year": last["year"] - later}
    if not YEARLY & last.keys():
        last = {**{field: first[field] for field in _coarser(last) if field in first}, **last}
    start, end = resolve(first, published), resolve(last, published)
    if start is None or end is None or len(start) != len(end) or not start < end or "/" in start + end:
        return None
    return f"{start}/{end}"


def _coarser(told: Fields) -> tuple[Field, ...]:
    """Return the fields that the other end of a span of time may tell for this one."""
    if "month" not in told and "day" in told:
        return ("year", "years", "months", "month")
    return ("year", "years") if "month" in told or "quarter" in told else ()


class _Origin(NamedTuple):
    """The day of publication, as far as it is known."""

    year: int | None
    month: int | None
    day: date | None


def _origin(published: str | None) -> _Origin:
    numbers = re.match(r"((?:1[89]|20)\d\d)(?:-(0[1-9]|1[0-2])(?:-(\d\d)(?!\d))?)?(?!\d)", published or "")
    if not numbers:
        return _Origin(None, None, None)
    year, month = int(numbers[1]), int(numbers[2]) if numbers[2] else None
    if not (month and numbers[3] and 1 <= int(numbers[3]) <= calendar.monthrange(year, month)[1]):
        return _Origin(year, month, None)
    return _Origin(year, month, date(year, month, int(numbers[3])))


def _in_week(told: Fields, origin: date) -> str:
    monday = origin - timedelta(origin.weekday()) + timedelta(weeks=told.get("weeks", 0))
    if "weekday" not in told:
        return f"{monday}/{monday + timedelta(6)}"
    day = monday + timedelta(told["weekday"] - 1)
    if "weeks" not in told and day > origin:
        day -= timedelta(weeks=1)  # 周五, told on a Wednesday, is the Friday past
    return day.isoformat()


def _placed(told: Fields, origin: _Origin) -> Fields | None:
    """Return the same date with its year, and its month where it has one; None where nothing tells the year."""
    if "year" in told:
        return told
    if origin.year is None or "same_year" in told:
        return None
    if "years" in told:
        return {**told, "year": origin.year + told["years"]}
    if "quarters" in told or "months" in told:
        return _steps_away(told, origin.year * 12 + origin.month - 1) if origin.month else None
    if "half" in told:
        return {**told, "year": origin.year}
    if told.keys() <= {"day", "end_day"} and not origin.month:
        return None
    return _nearest(told, origin.day or date(origin.year, origin.month or 12, 15))


def _steps_away(told: Fields, month: int) -> Fields:
    month += told.get("months", 0) + 3 * told.get("quarters", 0)
    unit: Fields = {"quarter": month % 12 // 3 + 1} if "quarters" in told else {"month": month % 12 + 1}
    return {**told, "year": month // 12, **unit}


def _nearest(told: Fields, origin: date) -> Fields:
    """Return the date in the year, or for a bare day in the month, that news of that day would mean by it."""
    if "month" not in told and "quarter" not in told and "season" not in told:
        months = (origin.year * 12 + origin.month - 1 + step for step in (0, -1, 1))
        dates = [{**told, "year": month // 12, "month": month % 12 + 1} for month in months]
        return min(filter(_exists, dates), key=lambda found: abs((_first_day(found) - origin).days), default=told)
    dates = [{**told, "year": origin.year + step} for step in (0, -1, 1)]
    ahead = [(_first_day(found) - origin).days for found in dates if _exists(found)]
    if len(ahead) < 3:  # 29 February: the one there is
        return next(filter(_exists, dates), dates[0])
    if told.get("toward"):
        return dates[min((days * told["toward"] < 0, abs(days), n) for n, days in enumerate(ahead))[2]]
    limit = QUARTER_AHEAD if "quarter" in told else FAR_AHEAD
    return dates[1 if ahead[0] > limit else 2 if ahead[0] < -FAR_BEHIND and "quarter" not in told else 0]


def _first_day(told: Fields) -> date:
    month = told.get("month") or told.get("quarter", told.get("season", 1)) * 3 - 2
    return date(told["year"], month, told.get("day", 1))


def _exists(told: Fields) -> bool:
    return told.get("day", 1) <= calendar.monthrange(told["year"], told.get("month", 1))[1]


def _edtf(told: Fields) -> str:
    year = f"{told['year']:04}"
    if "end_year" in told:
        return f"{year}/{told['end_year']:04}"
    for unit, before in PARTS_OF_A_YEAR.items():
        if unit in told:
            return f"{year}-{before + told[unit]}"
    if "month" not in told:
        return year
    if "day" not in told:
        end = f"/{year}-{told['end_month']:02}" if "end_month" in told else ""
        return f"{year}-{told['month']:02}{end}"
    first = date(told["year"], told["month"], told["day"])
    if "end_day" not in told:
        return first.isoformat()
    return f"{first}/{first.replace(day=told['end_day'])}"
