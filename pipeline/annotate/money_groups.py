"""Reads sums that belong together: ranges ($3 to 5 billion), lists with one mark, a sum told again in another money."""

from __future__ import annotations

import re
from decimal import Decimal

from pipeline.annotate.lexicon import Lexicon
from pipeline.annotate.money_tails import Money
from pipeline.annotate.numbers import number_after, number_before
from pipeline.annotate.phrases import ends_phrase
from pipeline.annotate.tally import Number

UNSCALED = 10_000  # a figure below this may share the scale of the next: 3 to 5 million, 5000-10000万
LONGEST_BRACKET = 24  # characters around a sum told again in brackets

OPEN = re.compile(r" ?\(([^()\d]{0,24})$")
CLOSE = re.compile(r"[^()\d]{0,12}\)")
TRIM = " ,;:、—–-"


def with_ranges(lexicon: Lexicon, folded: str, sums: list[Money]) -> list[Money]:
    """Return the sums with each range as one, those of lists added, and those told again left out."""
    found: list[Money] = []
    for place, money in enumerate(sums):
        floor = found[-1].end if found else 0
        if found and is_told_again(lexicon, folded, found[-1], money):
            continue
        if found and (both := joined(lexicon, folded, found[-1], money)):
            found[-1] = both
            continue
        limit = sums[place + 1].start if place + 1 < len(sums) else len(folded)
        money = with_low(lexicon, folded, money, floor) or with_high(lexicon, folded, money, limit) or money
        found += [*listed(lexicon, folded, money, floor), money]
    return found


def is_told_again(lexicon: Lexicon, folded: str, first: Money, second: Money) -> bool:
    """Return whether the second sum is the first in another currency: 39亿欧元(约300亿元), 5亿美元,约合36亿元."""
    if (first.currency, first.family) == (second.currency, second.family) or second.start - first.end > LONGEST_BRACKET:
        return False
    between = folded[first.end : second.start]
    if OPEN.match(between):
        return CLOSE.match(folded, second.end) is not None
    words = between.strip(TRIM)
    apart = between.strip(" ") != words
    return words in lexicon.around.conversions or (apart and words in lexicon.around.qualifiers.meanings)


def joined(lexicon: Lexicon, folded: str, first: Money, second: Money) -> Money | None:
    """Return two sums as a range: 3.8亿元-40亿元, between $5 and $6 billion."""
    if not alike(first, second) or second.start - first.end > LONGEST_BRACKET:
        return None
    around = lexicon.around
    opener = around.to.before(folded, second.start, first.end)
    each = around.per.after(folded, first.end)
    end = each[0] if each and opener and each[0] <= opener[0] else first.end
    if not (opener and not folded[end : opener[0]].strip(" ")) and not is_between(
        lexicon, folded, first.start, first.end, second.start
    ):
        return None
    if around.changes.before(folded, first.start) and not around.kept.after(folded, second.end):
        return None
    shared = with_shared_scale(first.number, second.number)
    low, high = first._replace(number=shared).worth(shared.value), second.worth(second.number.value)
    if low is None or high is None or not low < high:
        return None
    return spanning(first, second.end, second, low, high)


def with_low(lexicon: Lexicon, folded: str, money: Money, floor: int) -> Money | None:
    """Return the range that a figure before the sum begins: 20-30亿元, between 5 and 6 million euros."""
    if money.sign_first or money.number.value is None:
        return None
    around, start = lexicon.around, money.start
    opener = around.to.before(folded, start, floor)
    word = opener[0] if opener else None
    low = number_before(folded, word, floor, lexicon.numbers) if word else None
    if low is None:
        low = between_figure(lexicon, folded, start, floor)
    if low is None or low.value is None or low.implied:
        return None
    changed = around.changes.before(folded, low.start, floor) and not around.kept.after(folded, money.end)
    if changed or around.ordinals.before(folded, low.start, floor):
        return None
    return ranged(money._replace(start=low.start), with_shared_scale(low, money.number), money.number, money.end)


def between_figure(lexicon: Lexicon, folded: str, start: int, floor: int) -> Number | None:
    """Return the first figure of `between 5 and 6 million euros`."""
    for second in set(lexicon.around.between.meanings.values()):
        head = folded[max(floor, start - 12) : start].rstrip(" ")
        if not head.endswith(second):
            continue
        end = max(floor, start - 12) + len(head) - len(second)
        low = number_before(folded, end, floor, lexicon.numbers)
        if low and is_between(lexicon, folded, low.start, low.end, start):
            return low
    return None


def with_high(lexicon: Lexicon, folded: str, money: Money, limit: int) -> Money | None:
    """Return the range that a figure after the sum ends: $3 to 5 billion, US$20-30亿."""
    if not money.sign_first or money.number.value is None:
        return None
    opener = lexicon.around.to.after(folded, money.end)
    if opener is None:
        return None
    high = number_after(folded, opener[0], lexicon.numbers)
    if high is None or high.value is None or high.implied or high.end > limit:
        return None
    if lexicon.around.units.after(folded, high.end) or not (high.scale or ends_phrase(folded, high.end)):
        return None
    return ranged(money, with_shared_scale(money.number, high), high, high.end)


def ranged(money: Money, low: Number, high: Number, end: int) -> Money | None:
    least, most = money.worth(low.value), money.worth(high.value)
    if least is None or most is None or not least < most:
        return None
    return spanning(money, end, money, least, most)


def spanning(first: Money, end: int, second: Money, low: Decimal, high: Decimal) -> Money:
    """Return one sum from the start of the first to `end`, in the currency that either names."""
    number = first.number._replace(value=None, low=low, high=high, several=False, more=False)
    currency = first.currency or second.currency
    family = None if currency else first.family or second.family
    return first._replace(end=end, number=number, size=Decimal(1), extra=Decimal(0), currency=currency, family=family)


def with_shared_scale(low: Number, high: Number) -> Number:
    """Return the lower figure with the scale of the higher, where it has none of its own: 3 to 5 million."""
    if low.scale or high.scale is None or low.value is None or high.value is None or low.value >= UNSCALED:
        return low
    return low._replace(value=low.value * high.scale, scale=high.scale)


def is_between(lexicon: Lexicon, folded: str, start: int, end: int, second: int) -> bool:
    """Return whether `between` stands before `start`, and its second word from `end` to the second figure."""
    opener = lexicon.around.between.before(folded, start)
    return opener is not None and folded[end:second].strip(" ") == opener[1]


def alike(first: Money, second: Money) -> bool:
    """Return whether two sums are single figures in the same currency."""
    single = first.number.value is not None and second.number.value is not None
    return single and (first.currency, first.family) == (second.currency, second.family)


def listed(lexicon: Lexicon, folded: str, money: Money, floor: int) -> list[Money]:
    """Return the sums before this one that share its mark: 2000万、1500万和1000万元."""
    found: list[Money] = []
    start = money.start
    while not money.sign_first and (money.currency or money.family):
        opener = lexicon.around.lists.before(folded, start, floor)
        number = number_before(folded, opener[0], floor, lexicon.numbers) if opener else None
        if not (opener and number and number.scale) or number.implied or folded[number.end : opener[0]].strip(" "):
            break
        found.insert(0, money._replace(start=number.start, end=number.end, number=number, extra=Decimal(0)))
        start = number.start
    return found
