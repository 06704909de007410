"""Finds the numbers of things that deals are told in: gigawatts, chips, shares, aircraft, tonnes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

import ahocorasick_rs as ac
import msgspec

from pipeline.annotate.numbers.folding import fold, is_letter
from pipeline.annotate.numbers.reader import NumberReader, bounds, number_readers
from pipeline.annotate.numbers.tally import Number
from pipeline.models import Quantity
from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.rules.loading import RuleError, Rules

REACH = 56  # characters between a figure and the thing it counts: twice the longest of the examples
LONGEST_BETWEEN = 8  # characters between the two quantities of a range
REFUSED = 12  # characters before a figure that can refuse it


class QuantityRules(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A language's `quantities.toml`."""

    units: dict[str, list[str]]
    """Name of a unit, the same in every language, and how it is written right behind the figure."""
    things: dict[str, list[str]] = msgspec.field(default_factory=dict)
    """What is counted, and how it is written behind the figure, its counter and a few describing words."""
    counter: str = ""
    """What may or must stand between a figure and a thing: a pattern."""
    unit_ends: str = ""
    """What must follow a unit: a pattern that takes no characters."""
    thing_ends: str = ""
    not_before: str = ""
    """What in front of a figure makes it no quantity: 每10股."""
    not_figure: str = ""
    """What looks like a figure and is none: 300mm."""


def find_quantities(text: str, language: str, knowledge: Knowledge | None = None) -> list[Quantity]:
    """Return the quantities that a text tells, in reading order."""
    finder = quantity_finder(language, knowledge)
    return finder.find(text) if finder else []


def quantity_finder(language: str, knowledge: Knowledge | None = None) -> QuantityFinder | None:
    """Return the finder for a BCP 47 tag, None where no rule tells its quantities."""
    return (knowledge or shipped()).once(quantity_finders)(language)


def quantity_finders(knowledge: Knowledge) -> Callable[[str], QuantityFinder | None]:
    """Return the function that gives the finder for a tag, made once a tag."""

    reader_for = knowledge.once(number_readers)

    @lru_cache(maxsize=64)
    def finder(tag: str) -> QuantityFinder | None:
        code = tag.partition("-")[0]
        rules = knowledge.rule(code, "quantities.toml", QuantityRules)
        path = knowledge.path(f"languages/{code}/quantities.toml")
        try:
            return QuantityFinder(rules, reader_for(tag)) if rules else None
        except re.error as error:
            raise RuleError(f"{path}: {error}; mend the pattern {str(error.pattern)[-80:]!r}") from error

    return finder


class QuantityFinder:
    """Finds the quantities in texts of one language."""

    def __init__(self, rules: QuantityRules, reader: NumberReader) -> None:
        self.reader = reader
        self.units = {word: name for name, words in rules.units.items() for word in words}
        self.things = {word: name for name, words in rules.things.items() for word in words}
        self.words = list(self.units | self.things)
        self.finder = ac.AhoCorasick(self.words, matchkind=ac.MatchKind.LeftmostLongest)
        self.counter = re.compile(rf"\s?(?:{rules.counter})")
        self.unit_ends, self.thing_ends = re.compile(rules.unit_ends), re.compile(rules.thing_ends)
        self.not_before = re.compile(f"(?:{rules.not_before or '(?!)'})$")
        self.not_figure = re.compile(rules.not_figure or "(?!)")

    def find(self, text: str) -> list[Quantity]:
        """Return the quantities of a text, in reading order."""
        folded = fold(text)
        found: list[Quantity] = []
        for index, start, end in self.finder.find_matches_as_indexes(text):
            if start and is_letter(folded[start]) and is_letter(folded[start - 1]):
                continue
            quantity = self._ending(text, folded, self.words[index], start, end, found[-1].end if found else 0)
            if quantity is None:
                continue
            both = self._joined(text, folded, found[-1], quantity) if found else None
            found[-1:] = [both] if both else [*found[-1:], quantity]
        return found

    def _ending(self, text: str, folded: str, word: str, start: int, end: int, floor: int) -> Quantity | None:
        """Return the quantity whose unit is the word at a place, if a figure counts it."""
        number = None
        unit = self.units.get(word)
        if unit and self.unit_ends.match(text, end):
            number = self._number(folded, start - 1 if folded[start - 1] == "\n" else start, floor)
        if number is None and word in self.things and self.thing_ends.match(text, end):
            unit = self.things[word]
            number = self._first(text, folded, start, floor)
        return self._quantity(text, folded, number, unit, end) if number and unit else None

    def _first(self, text: str, folded: str, start: int, floor: int) -> Number | None:
        """Return the first number before a thing, whole: a scale may look like a word that describes (Millionen)."""
        first: Number | None = None
        for place in self._places(text, folded, start, floor):
            number = self._number(folded, place, floor)
            if number and (first is None or number.start <= first.start) and not _is_article(number):
                first = number
        return first

    def _places(self, text: str, folded: str, start: int, floor: int) -> Iterator[int]:
        """Yield where the figure of a thing may end: only its counter and describing words stand behind."""
        for place in range(max(floor + 1, start - REACH), start + 1):
            inside = folded[place : place + 1].isalnum() and is_letter(folded[place - 1]) and is_letter(folded[place])
            if (
                folded[place - 1] in self.reader.last_letters
                and not inside
                and self.counter.fullmatch(text, place, start)
            ):
                yield place

    def _number(self, folded: str, end: int, floor: int) -> Number | None:
        """Return the number that ends at a place, where it can count things."""
        number = self.reader.before(folded, end, floor)
        if number is None or not (number.digits or number.unit or number.scale or (number.value or 0) >= 1):
            return None
        refused = self.not_before.search(folded, max(0, number.start - REFUSED), number.start)
        return None if refused or self.not_figure.fullmatch(folded, number.start, number.end) else number

    def _quantity(self, text: str, folded: str, number: Number, unit: str, end: int) -> Quantity:
        start, qualifier = number.start, number.qualifier
        value, low, high = number.value, number.low, number.high
        if qualifier == "exact":
            _, end, qualifier = self.reader.qualified(folded, number, end, end, end)
            value, low, high = bounds(number.value, number.low, number.high, qualifier)
        return Quantity(
            start=start, end=end, text=text[start:end], value=value, low=low, high=high, unit=unit, qualifier=qualifier
        )

    def _joined(self, text: str, folded: str, one: Quantity, two: Quantity) -> Quantity | None:
        """Return two quantities as a range: 3 GW to 5 GW."""
        if one.unit != two.unit or two.start - one.end > LONGEST_BETWEEN or one.value is None or two.value is None:
            return None
        to = self.reader.around.to.before(folded, two.start, one.end)
        if to is None or folded[one.end : to[0]].strip(" ") or not one.value < two.value or two.qualifier != "exact":
            return None
        if self.reader.ranges.is_change(folded, one.start, two.end):
            return None
        return Quantity(
            start=one.start, end=two.end, text=text[one.start : two.end], value=None, low=one.value, high=two.value,
            unit=one.unit, qualifier="range",
        )  # fmt: skip


def _is_article(number: Number) -> bool:
    """Return whether a number is rather the article before a thing: eines eigenen Smartphones."""
    return number.value == 1 and number.unit is None and not number.digits
