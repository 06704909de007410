"""Reads sums that belong together: ranges ($3 to 5 billion), lists with one mark, a sum told again in another money."""

from __future__ import annotations

import re

from pipeline.annotate.money.money_lexicon import MoneyLexicon
from pipeline.annotate.money.tails import ONE, ZERO, ReadSum
from pipeline.annotate.numbers.number_phrases import ends_phrase
from pipeline.annotate.numbers.numerals import number_after, number_before
from pipeline.annotate.numbers.ranges import spanning, with_shared_scale

LONGEST_BRACKET = 24  # characters around a sum told again in brackets

OPEN = re.compile(r" ?\(([^()\d]{0,24})$")
CLOSE = re.compile(r"[^()\d]{0,12}\)")
TRIM = " ,;:、—–-"


def with_ranges(lexicon: MoneyLexicon, folded: str, sums: list[ReadSum]) -> list[ReadSum]:
    """Return the sums with each range as one, those of lists added, and those told again left out."""
    found: list[ReadSum] = []
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


def is_told_again(lexicon: MoneyLexicon, folded: str, first: ReadSum, second: ReadSum) -> bool:
    """Return whether the second sum is the first in another currency: 39亿欧元(约300亿元), 5亿美元,约合36亿元."""
    if second.start - first.end > LONGEST_BRACKET:
        return False
    between = folded[first.end : second.start]
    if (first.currency, first.family) == (second.currency, second.family) and not is_same(first, second):
        return False
    if OPEN.match(between):
        return CLOSE.match(folded, second.end) is not None
    if is_same(first, second):
        return False
    words = between.strip(TRIM)
    apart = between.strip(" ") != words
    return words in lexicon.around.conversions or (apart and words in lexicon.beside.qualifiers.meanings)


def is_same(first: ReadSum, second: ReadSum) -> bool:
    """Return whether two sums are of the same money and worth: three million dollars ($3,000,000)."""
    figures = [[money.worth(figure) for figure in money.number[2:5]] for money in (first, second)]
    alike = first.currency == second.currency and first.family == second.family
    return alike and figures[0] == figures[1] != [None, None, None]


def joined(lexicon: MoneyLexicon, folded: str, first: ReadSum, second: ReadSum) -> ReadSum | None:
    """Return two sums as a range: 3.8亿元-40亿元, between $5 and $6 billion."""
    if not alike(first, second) or second.start - first.end > LONGEST_BRACKET:
        return None
    if not (
        is_to(lexicon, folded, first, second)
        or lexicon.reader.ranges.is_between(folded, first.start, first.end, second.start)
    ):
        return None
    if lexicon.reader.ranges.is_change(folded, first.start, second.end):
        return None
    low = first.worth(with_shared_scale(first.number, second.number).value)
    high = second.worth(second.number.value)
    both = spanning(first.number._replace(value=low), second.number._replace(value=high))
    return first._replace(end=second.end, number=both, size=ONE, extra=ZERO) if both else None


def is_to(lexicon: MoneyLexicon, folded: str, first: ReadSum, second: ReadSum) -> bool:
    """Return whether only `to` stands between two sums, and perhaps per what the first is paid: 4元/股至5元/股."""
    to = lexicon.beside.to.before(folded, second.start, first.end)
    per = lexicon.around.per.after(folded, first.end)
    return to is not None and (first.end == to[0] or not folded[per[0] if per else first.end : to[0]].strip(" "))


def with_low(lexicon: MoneyLexicon, folded: str, money: ReadSum, floor: int) -> ReadSum | None:
    """Return the range that a figure before the sum begins: 20-30亿元, between 5 and 6 million euros."""
    if money.sign_first:
        return None
    number = lexicon.reader.ranges.with_low(folded, money.number, money.end, floor)
    return money._replace(start=number.start, number=number) if number else None


def with_high(lexicon: MoneyLexicon, folded: str, money: ReadSum, limit: int) -> ReadSum | None:
    """Return the range that a figure after the sum ends: $3 to 5 billion, US$20-30亿."""
    if not money.sign_first or money.number.value is None:
        return None
    opener = lexicon.beside.to.after(folded, money.end)
    if opener is None:
        return None
    high = number_after(folded, opener[0], lexicon.numbers)
    if high is None or high.value is None or high.implied or high.end > limit:
        return None
    if lexicon.around.units.after(folded, high.end) or not (high.scale or ends_phrase(folded, high.end)):
        return None
    both = spanning(with_shared_scale(money.number, high), high)
    return money._replace(end=high.end, number=both) if both else None


def alike(first: ReadSum, second: ReadSum) -> bool:
    """Return whether two sums are single figures in the same currency."""
    single = first.number.value is not None and second.number.value is not None
    return single and (first.currency, first.family) == (second.currency, second.family)


def listed(lexicon: MoneyLexicon, folded: str, money: ReadSum, floor: int) -> list[ReadSum]:
    """Return the sums before this one that share its mark: 2000万、1500万和1000万元."""
    found: list[ReadSum] = []
    start = money.start
    while not money.sign_first and (money.currency or money.family):
        opener = lexicon.beside.lists.before(folded, start, floor)
        number = number_before(folded, opener[0], floor, lexicon.numbers) if opener else None
        if not (opener and number and number.scale) or number.implied or folded[number.end : opener[0]].strip(" "):
            break
        found.insert(0, money._replace(start=number.start, end=number.end, number=number, extra=ZERO))
        start = number.start
    return found
