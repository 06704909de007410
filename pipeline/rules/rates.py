"""What sums are worth in US dollars: the rates of `tables/rates.toml`, by month or year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

import msgspec

from pipeline.rules.knowledge import Knowledge
from pipeline.rules.loading import RuleError, Rules

DOLLAR = "USD"
PLACE = "tables/rates.toml"
YEAR = re.compile(r"(?:19|20)\d\d")
MONTH = re.compile(r"0[1-9]|1[0-2]")
DIGITS = 8  # significant ones of a rate that is turned round: more than anyone publishes

ByYear = dict[str, float | dict[str, float]]
"""A year's average, or the averages of its months: `{"2015": {"01": 6.2181}, "2016": 6.64}`."""


class RateTable(Rules, frozen=True, kw_only=True):
    """The shape of `rates.toml`: what currencies were worth in US dollars."""

    source: str
    """Whose rates they are, in words for whoever uses the figures."""
    until: str
    """The last month it was brought up to."""
    dollars_for_one: dict[str, ByYear] = msgspec.field(default_factory=dict)
    """By currency, how many US dollars one is."""
    for_one_dollar: dict[str, ByYear] = msgspec.field(default_factory=dict)
    """By currency, how many of it one US dollar is."""


class Rate(NamedTuple):
    """How many dollars one of a currency was, and of which month or year (ISO 8601) that is the average.

    The dollar itself is one at any time, known or not.
    """

    dollars: Decimal
    of: str | None


class Rates:
    """The rates in use."""

    def __init__(self, table: RateTable, path: object = PLACE) -> None:
        self.source = table.source
        self._known: dict[tuple[str, str], Rate] = {}
        for code, years in table.dollars_for_one.items():
            self._add(code, years, path, turned=False)
        for code, years in table.for_one_dollar.items():
            if code in table.dollars_for_one:
                raise RuleError(f"{code} stands in dollars_for_one and in for_one_dollar; keep one of them", path)
            self._add(code, years, path, turned=True)

    def _add(self, code: str, years: Mapping[str, float | dict[str, float]], path: object, *, turned: bool) -> None:
        for year, told in years.items():
            figures = {year: told} if isinstance(told, float) else {f"{year}-{month}": x for month, x in told.items()}
            for of, figure in figures.items():
                first, _, month = of.partition("-")
                if not YEAR.fullmatch(first) or (month and not MONTH.fullmatch(month)) or not figure > 0:
                    raise RuleError(f"{code}: '{of}' = {figure} is no rate of a month or year; write 2015 = 6.3", path)
                value = Decimal(str(figure))
                self._known[code, of] = Rate(_turned(value) if turned else value, of)

    def rate(self, currency: str | None, day: str | None) -> Rate | None:
        """Return the rate for a currency on a day, month or year (ISO 8601): None where none is known."""
        if currency == DOLLAR:
            return Rate(Decimal(1), day and day[:7])
        if not currency or not day:
            return None
        return self._known.get((currency, day[:7])) or self._known.get((currency, day[:4]))


def _turned(value: Decimal) -> Decimal:
    """Return 1 / value with some eight significant digits."""
    whole = 1 / value
    return whole.quantize(Decimal(1).scaleb(whole.adjusted() - DIGITS + 1))


def rates(knowledge: Knowledge) -> Rates:
    """Return the rates of some knowledge, made once."""
    return Rates(knowledge.table("rates.toml", RateTable), knowledge.path(PLACE))
