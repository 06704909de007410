"""Reads two numbers as a range: 3 to 5 million, between 5 and 6 million, 5到8千万, 7、8千万."""

from __future__ import annotations

import re

from pipeline.annotate.numbers.number_phrases import NumberAround
from pipeline.annotate.numbers.numerals import NumberWords, number_before
from pipeline.annotate.numbers.tally import Number

YEAR = re.compile(r"(?:19|20)\d\d")
UNSCALED = 10_000  # a figure below this may share the scale of the next: 3 to 5 million, 5000-10000万
LONGEST_BETWEEN = 12  # characters between the first figure of `between` and the second
NEW_LINE = "\n。;；:："  # behind these a digit and a comma number the parts of a text: 1、2亿元


class Ranges:
    """Knows what makes a range of two numbers in one language."""

    def __init__(self, words: NumberWords, around: NumberAround) -> None:
        self.words, self.around = words, around

    def with_low(self, folded: str, number: Number, end: int, floor: int) -> Number | None:
        """Return the range that a figure before the number begins; `end` is where all told of the number ends."""
        if number.value is None:
            return None
        opener = self.around.to.before(folded, number.start, floor)
        low = number_before(folded, opener[0], floor, self.words) if opener else None
        low = low or self._between(folded, number.start, floor) or self._neighbour(folded, number, floor)
        if low is None or low.implied or self.is_change(folded, low.start, end):
            return None
        if self.around.ordinals.before(folded, low.start, floor):
            return None
        shared = with_shared_scale(low, number)
        if shared is low and low.unit is None and YEAR.fullmatch(folded, low.start, low.end) and not _is_small(number):
            return None  # from 12,000 in 2024 to 91,177 shares
        return spanning(shared, number)

    def is_change(self, folded: str, start: int, end: int) -> bool:
        """Return whether two figures are where it was and where it is: from $5 billion to $6 billion."""
        return self.around.changes.before(folded, start) is not None and self.around.kept.after(folded, end) is None

    def is_between(self, folded: str, start: int, end: int, second: int) -> bool:
        """Return whether `between` stands before `start`, and its second word from `end` to the second figure."""
        opener = self.around.between.before(folded, start)
        return opener is not None and folded[end:second].strip(" ") == opener[1]

    def _between(self, folded: str, start: int, floor: int) -> Number | None:
        """Return the first figure of `between 5 and 6 million euros`."""
        base = max(floor, start - LONGEST_BETWEEN)
        for second in set(self.around.between.meanings.values()):
            head = folded[base:start].rstrip(" ")
            if not head.endswith(second):
                continue
            low = number_before(folded, base + len(head) - len(second), floor, self.words)
            if low and self.is_between(folded, low.start, low.end, start):
                return low
        return None

    def _neighbour(self, folded: str, number: Number, floor: int) -> Number | None:
        """Return the digit before one that follows it, where only a comma parts the two: 7、8千万."""
        comma = self.around.neighbours.before(folded, number.start, floor)
        if comma is None or number.value is None or number.unit is None:
            return None
        low = number_before(folded, comma[0], floor, self.words)
        if low is None or low.value is None or low.end != comma[0] or low.end - low.start != 1:
            return None
        lone = low.start == 0 or folded[low.start - 1] in NEW_LINE
        return low if not lone and low.value + 1 == number.value / number.unit <= 9 else None


def _is_small(number: Number) -> bool:
    return number.value is not None and number.value < UNSCALED


def spanning(low: Number, high: Number) -> Number | None:
    """Return two figures as a range that stands where both stand, or None where they make none."""
    if low.value is None or high.value is None or not low.value < high.value:
        return None
    return high._replace(start=low.start, value=None, low=low.value, high=high.value, several=False, more=False)


def with_shared_scale(low: Number, high: Number) -> Number:
    """Return the lower figure with the scale of the higher, where it has none of its own: 3 to 5 million, 5到8千万."""
    if low.scale or low.value is None or high.value is None or low.value >= UNSCALED:
        return low
    scales = (high.unit if low.unit is None else None, high.scale)
    fitting = (scale for scale in scales if scale and low.value * scale < high.value)
    scale = next(fitting, high.scale)
    return low._replace(value=low.value * scale, scale=high.scale) if scale else low
