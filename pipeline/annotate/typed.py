"""Reads what a person types into one field: 108.4bn, up to US$3 billion a year, 3亿, 6 GW, 12.5%, as texts are read.

A field may be in any language: of all readings the one that takes in most of what was typed stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from pipeline.annotate.money.amounts import find_amounts
from pipeline.annotate.numbers.reader import number_reader
from pipeline.annotate.values.dates import find_dates
from pipeline.annotate.values.quantities import find_quantities
from pipeline.annotate.values.rounds import find_rounds
from pipeline.models import Amount, Date, Quantity, Round, Span, Stake
from pipeline.rules.knowledge import Knowledge

ANY = "und"  # BCP 47: a language that nobody named
LONGEST = 100  # characters of a field

Value = TypeVar("Value", bound=Span)


class TypedValues:
    """Reads fields by one knowledge; `normalize` gives a field as texts are read: simplified, half-width."""

    def __init__(self, knowledge: Knowledge, normalize: Callable[[str], str]) -> None:
        self.knowledge = knowledge
        self.normalize = normalize
        self.tags = (ANY, *knowledge.codes)

    def amount(self, typed: str) -> Amount | None:
        """Return a sum of money, its currency null where it names none; None where this is no sum."""
        text = self._text(typed)
        money = _longest(text, (find_amounts(text, tag, self.knowledge) for tag in self.tags))
        bare = _longest(text, ([*self._numbers(text, tag)] for tag in self.tags))
        if money:
            return money if _digits(text) == _digits(money.text) else None
        return bare if bare and len(bare.text) == len(text) else None

    def _numbers(self, text: str, tag: str) -> Iterator[Amount]:
        for number in number_reader(tag, self.knowledge).find(text):
            if number.start == 0 or not text[number.start - 1].isalnum():
                yield Amount(
                    start=number.start, end=number.end, text=text[number.start : number.end], value=number.value,
                    low=number.low, high=number.high, qualifier=number.qualifier,
                )  # fmt: skip

    def stake(self, typed: str) -> Stake | None:
        """Return a share in percent, with or without its sign."""
        text = self._text(typed).removesuffix("%").rstrip()
        told = self.amount(text) if "%" not in text else None
        if told is None or told.currency:
            return None
        percent = told.high if told.value is None else told.value
        return None if percent is None else Stake(
            start=0, end=0, text=typed, percent=percent, low=told.low, high=told.high, qualifier=told.qualifier
        )  # fmt: skip

    def quantity(self, typed: str) -> Quantity | None:
        """Return a number of things; of a thing that no rule knows, the word typed is its unit."""
        text = self._text(typed)
        known = _longest(text, (find_quantities(text, tag, self.knowledge) for tag in self.tags))
        if known and len(known.text) == len(text):
            return known
        bare = _longest(text, ([*self._numbers(text, tag)] for tag in self.tags))
        unit = text[bare.end :].strip() if bare and not text[: bare.start].strip() else ""
        if bare is None or not unit or any(sign.isdecimal() for sign in unit):
            return None
        return Quantity(
            start=0, end=len(text), text=text, value=bare.value, low=bare.low, high=bare.high, unit=unit,
            qualifier=bare.qualifier,
        )  # fmt: skip

    def round(self, typed: str) -> Round | None:
        """Return a funding round by the name that texts give it: B轮, Series B."""
        text = self._text(typed)
        found = _longest(text, (find_rounds(text, tag, self.knowledge) for tag in self.tags))
        return found if found and len(found.text) == len(text) else None

    def date(self, typed: str) -> Date | None:
        """Return a date told in words: 22 September 2025, 2025年9月."""
        text = self._text(typed)
        found = _longest(text, (find_dates(text, tag, None, self.knowledge) for tag in self.tags))
        return found if found and found.value and len(found.text) == len(text) else None

    def _text(self, typed: str) -> str:
        return self.normalize(typed[:LONGEST]).strip()


def _longest(text: str, readings: Iterable[list[Value]]) -> Value | None:
    """Return the value that takes in most of a field, of the first language where several take in as much."""
    alone = [found[0] for found in readings if len(found) == 1]
    return max(alone, key=lambda value: value.end - value.start, default=None)


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdecimal())
