"""Reads sums that belong together: ranges ($3 to 5 billion), lists with one mark, a sum told again in another money."""

from __future__ import annotations

import re
from decimal import Decimal

from pipeline.annotate.money.lexicon import Lexicon
from pipeline.annotate.money.tails import ONE, ZERO, Money
from pipeline.annotate.numbers.phrases import ends_phrase
from pipeline.annotate.numbers.reading import number_after, number_before
from pipeline.annotate.numbers.tally import Number

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
    if not (is_to(lexicon, folded, first, second) or is_between(lexicon, folded, first.start, first.end, second.start)):
        return None
    if is_change(lexicon, folded, first.start, second.end):
        return None
    low = first.worth(with_shared_scale(first.number, second.number).value)
    return spanning(first, second.end, low, second.worth(second.number.value))


def is_to(lexicon: Lexicon, folded: str, first: Money, second: Money) -> bool:
    """Return whether only `to` stands between two sums, and perhaps per what the first is paid: 4元/股至5元/股."""
    to = lexicon.around.to.before(folded, second.start, first.end)
    per = lexicon.around.per.after(folded, first.end)
    return to is not None and (first.end == to[0] or not folded[per[0] if per else first.end : to[0]].strip(" "))


def is_change(lexicon: Lexicon, folded: str, start: int, end: int) -> bool:
    """Return whether two sums are where it was and where it is: from $5 billion to $6 billion."""
    around = lexicon.around
    return around.changes.before(folded, start) is not None and around.kept.after(folded, end) is None


def with_low(lexicon: Lexicon, folded: str, money: Money, floor: int) -> Money | None:
    """Return the range that a figure before the sum begins: 20-30亿元, between 5 and 6 million euros."""
    if money.sign_first or money.number.value is None:
        return None
    to = lexicon.around.to.before(folded, money.start, floor)
    low = number_before(folded, to[0], floor, lexicon.numbers) if to else None
    low = low or between_figure(lexicon, folded, money.start, floor)
    if low is None or low.implied or is_change(lexicon, folded, low.start, money.end):
        return None
    if lexicon.around.ordinals.before(folded, low.start, floor):
        return None
    least = money.worth(with_shared_scale(low, money.number).value)
    return spanning(money._replace(start=low.start), money.end, least, money.worth(money.number.value))


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
    least = money.worth(with_shared_scale(money.number, high).value)
    return spanning(money, high.end, least, money.worth(high.value))


def spanning(money: Money, end: int, low: Decimal | None, high: Decimal | None) -> Money | None:
    """Return the sum as a range to `end`, or None where the two figures make none."""
    if low is None or high is None or not low < high:
        return None
    number = money.number._replace(value=None, low=low, high=high, several=False, more=False)
    return money._replace(end=end, number=number, size=ONE, extra=ZERO)


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
        found.insert(0, money._replace(start=number.start, end=number.end, number=number, extra=ZERO))
        start = number.start
    return found
