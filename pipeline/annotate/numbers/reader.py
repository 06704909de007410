"""Reads the numbers of one language's texts: one reader for sums of money, shares and quantities alike."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cached_property, lru_cache

import ahocorasick_rs as ac

from pipeline.annotate.numbers.folding import fold, is_letter
from pipeline.annotate.numbers.number_phrases import number_around
from pipeline.annotate.numbers.number_rules import NumberData, NumberRules, number_data
from pipeline.annotate.numbers.number_words import number_words
from pipeline.annotate.numbers.numerals import is_cut, number_after, number_before
from pipeline.annotate.numbers.ranges import Ranges
from pipeline.annotate.numbers.tally import SCALES, Number
from pipeline.models import Qualifier, plain
from pipeline.rules.knowledge import Knowledge, shipped

Bounds = tuple[Decimal | None, Decimal | None, Decimal | None]

LOWEST = ("at-least", "over")
HIGHEST = ("up-to", "under")
DIGITS = "0123456789"


def number_reader(tag: str, knowledge: Knowledge | None = None) -> NumberReader:
    """Return the reader for a BCP 47 tag; a language without rules is read as English and all others at once."""
    return (knowledge or shipped()).once(number_readers)(tag)


def number_readers(knowledge: Knowledge) -> Callable[[str], NumberReader]:
    """Return the function that gives the reader for a tag, made once a tag."""
    data = number_data(knowledge)
    return lru_cache(maxsize=64)(lambda tag: NumberReader(tag, data))


class NumberReader:
    """Knows how numbers are told in one language, its own words first, then English, then all others."""

    def __init__(self, tag: str, data: NumberData) -> None:
        code = tag.split("-")[0].lower()
        known = code in data.languages
        shared = [name for name, rules in data.languages.items() if rules.shared]
        self.own = [name for name in dict.fromkeys((code, *shared)) if name in data.languages]
        self.order = list(dict.fromkeys((*self.own, *data.languages)))
        texts = [data.languages[name] for name in self.order]
        own = texts[: len(self.own)]
        decimal = decimal_sign(texts[0], tag) if known else ""
        self.rules = texts[0]
        self.words = number_words(texts, fold, decimal, data.unknown, known=known)
        self.around = number_around(own, fold)
        self.ranges = Ranges(self.words, self.around)

    @cached_property
    def scales(self) -> ac.AhoCorasick:
        """Finds the words that a figure without a currency needs to be taken for money."""
        scales = [word for word, meaning in self.words.words.items() if meaning.kind in SCALES]
        return ac.AhoCorasick(scales, matchkind=ac.MatchKind.LeftmostLongest)

    @cached_property
    def _starts(self) -> ac.AhoCorasick:
        words = [word for word, meaning in self.words.words.items() if meaning.kind not in ("join", "of", "more")]
        return ac.AhoCorasick([*words, *DIGITS], matchkind=ac.MatchKind.LeftmostLongest)

    @cached_property
    def last_letters(self) -> frozenset[str]:
        """The characters that a number can end with."""
        tables = (self.words.words, self.words.letters)
        return frozenset(word[-1] for table in tables for word in table) | frozenset(DIGITS)

    def find(self, text: str) -> list[Number]:
        """Return the numbers of a text in reading order, with their ranges and qualifiers; times, names and all."""
        folded = fold(text)
        found: list[Number] = []
        floor = 0
        for _, start, _ in self._starts.find_matches_as_indexes(folded):
            if start < floor or is_inside(folded, start):
                continue
            number = number_after(folded, start, self.words)
            if number is None or number.start != start or number.implied:
                continue
            if self.around.ordinals.before(folded, start):
                continue
            number = self.whole(folded, number, found[-1].start if found else 0)
            while found and number.start <= found[-1].start:
                found.pop()
            found.append(number)
            floor = number.end
        return found

    def before(self, folded: str, end: int, floor: int = 0) -> Number | None:
        """Return the number, or the range, that ends where the text before `end` does, with its qualifier before it."""
        number = number_before(folded, end, floor, self.words)
        if number is None or number.implied or self.around.ordinals.before(folded, number.start, floor):
            return None
        return self.whole(folded, number, floor)

    def after(self, folded: str, start: int, floor: int) -> Number | None:
        """Return the number that begins where the text after `start` does."""
        number = number_after(folded, start, self.words)
        return self.whole(folded, number, floor) if number and not number.implied else None

    def whole(self, folded: str, number: Number, floor: int) -> Number:
        """Return a number with the range that it ends and the qualifier beside it."""
        number = self.ranges.with_low(folded, number, number.end, floor) or number
        start, end, qualifier = self.qualified(folded, number, number.start, number.end, floor)
        value, low, high = bounds(number.value, number.low, number.high, qualifier)
        return number._replace(start=start, end=end, value=value, low=low, high=high, qualifier=qualifier)

    def qualified(self, folded: str, number: Number, start: int, end: int, floor: int) -> tuple[int, int, Qualifier]:
        """Return where what is told of a number begins and ends with its qualifier, and which it is."""
        around = self.around
        told: Qualifier = "over" if number.more else "exact"
        found = around.qualifiers.before(folded, start, floor)
        if found is None and number.leads:
            found = around.before_scale.before(folded, start, floor)
        if found:
            told = found[1]
            start = start if told == "exact" else found[0]
        if told == "exact" and (after := around.qualifiers_after.after(folded, end)):
            end, told = after if after[1] != "exact" else (end, told)
        if number.several:
            return start, end, "order-of-magnitude"
        return start, end, "range" if number.low is not None else told


def bounds(value: Decimal | None, low: Decimal | None, high: Decimal | None, qualifier: Qualifier) -> Bounds:
    """Return the single figure of a number, the least and the most it can be, as its qualifier says."""
    if value is None:
        return None, None if low is None else plain(low), None if high is None else plain(high)
    value = plain(value)
    return value, value if qualifier in LOWEST else None, value if qualifier in HIGHEST else None


def is_inside(folded: str, start: int) -> bool:
    """Return whether a number that begins at a place is rather a part of a word or of a longer number: A380."""
    before = folded[start - 1] if start else " "
    return is_cut(folded, start) if folded[start].isdigit() else is_letter(before) and is_letter(folded[start])


def region(tag: str) -> str | None:
    """Return the region of a BCP 47 tag, if it names one."""
    return next((part for part in tag.split("-")[1:] if len(part) == 2 and part.isupper()), None)


def decimal_sign(rules: NumberRules, tag: str) -> str:
    """Return the decimal sign that a language writes in this region."""
    if region(tag) in rules.point_regions:
        return "." if rules.decimal == "," else ","
    return rules.decimal
