"""Reads what follows a figure and its mark and belongs to the sum: 8亿元人民币, 50元6角, 15 dollars and 50 cents."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from pipeline.annotate.money.money_lexicon import MoneyLexicon
from pipeline.annotate.money.money_marks import MarkHit, MoneyMark, agree
from pipeline.annotate.numbers.folding import is_letter
from pipeline.annotate.numbers.number_phrases import ends_phrase
from pipeline.annotate.numbers.numerals import number_after, number_before
from pipeline.annotate.numbers.tally import Number

ZERO, ONE = Decimal(0), Decimal(1)
HUNDREDTH = Decimal("0.01")
TENTH = Decimal("0.1")
MOST_FRACTIONS = 3  # 50元6角三分 has two
LONGEST_FRACTION = 40  # characters from a unit to its smaller one: thirteen dollars and forty-five cents

CLOSE = re.compile(r"[ -]{0,2}")
CENTS = re.compile(r"\d\d(?![\d.,%])")
JOIN = re.compile(r"[ ,]{0,2}([a-zß-ɏ]{1,4}|\S)")
BRACKET = re.compile(r" ?\(")
NO_CENTS = ("%", "-", "/", ":")
MINUS = ("-", " -", "(-", "\n-")


class ReadSum(NamedTuple):
    """A sum as read; `currency` is null where its mark is shared by a family of currencies, or tells none."""

    start: int
    end: int
    number: Number
    size: Decimal = ONE
    extra: Decimal = ZERO
    """What its smaller units add."""
    currency: str | None = None
    family: str | None = None
    sign_first: bool = False
    """Its mark stands before the figure."""

    def worth(self, figure: Decimal | None) -> Decimal | None:
        """Return a figure of it in whole units."""
        if figure is None or (self.size is ONE and self.extra is ZERO):
            return figure
        return figure * self.size + self.extra


class MoneyTails:
    """Makes sums of figures and marks, with what follows them."""

    def __init__(self, lexicon: MoneyLexicon, folded: str, hits: Sequence[MarkHit]) -> None:
        self.around, self.told, self.folded, self.hits = lexicon.around, lexicon.numbers, folded, hits
        self.table = lexicon.table
        self.starts = {hit.start: hit for hit in hits}

    def hit_after(self, at: int) -> MarkHit | None:
        """Return the mark that begins at `at`, a space or hyphen aside."""
        match = CLOSE.match(self.folded, at)
        return self.starts.get(match.end()) if match else None

    def led(self, hit: MarkHit, number: Number) -> ReadSum:
        """Return the sum of a mark and the figure after it: US$5, HK$5亿港元, $3 and 50 cents."""
        if hit.mark.kind == "fraction":
            return ReadSum(hit.start, number.end, number)
        mark, start = hit.mark, hit.start
        if mark.kind == "sign" and self.folded[max(0, start - 2) : start] in MINUS:
            start, number = start - 1, number.negated()
        money = ReadSum(start, number.end, number, mark.size, ZERO, mark.currency, mark.family, sign_first=True)
        return self._with_fractions(self._with_second(money, mark))

    def behind(self, hit: MarkHit, number: Number) -> ReadSum:
        """Return the sum of a figure and the mark behind it: 8亿元人民币, 50元6角, 75 USD million, 15 dollars 50."""
        mark = hit.mark
        if mark.kind == "fraction":
            return ReadSum(number.start, hit.end, number)
        money = ReadSum(number.start, hit.end, number, mark.size, ZERO, mark.currency, mark.family)
        if mark.kind != "word" and not number.scale:
            money = self._with_scale(money)
        whole = self._with_fractions(self._with_second(money, mark))
        if number.scale or whole.end != money.end:
            return whole
        return self._with_cents(money) if mark.kind == "sign" else self._with_bare(money, mark)

    def _with_scale(self, money: ReadSum) -> ReadSum:
        """Return the sum with the scale behind its code: 75 USD millones."""
        scale = number_after(self.folded, money.end, self.told)
        if scale is None or scale.scale is None or not scale.leads or self.hit_after(scale.end):
            return money
        size = money.size * (scale.value or scale.low or scale.scale)
        return money._replace(end=scale.end, size=size, number=money.number._replace(scale=scale.scale))

    def _with_second(self, money: ReadSum, mark: MoneyMark) -> ReadSum:
        """Return the sum with a second mark of the same money taken in: 8亿元人民币, 港币5亿元, 5亿元(人民币)."""
        bracket = BRACKET.match(self.folded, money.end)
        second = self.starts.get(bracket.end()) if bracket else self.hit_after(money.end)
        if second is None or not agree(mark, second.mark, self.table):
            return money
        if bracket and not self.folded.startswith((")", ","), second.end):
            return money
        if second.mark.leads and number_after(self.folded, second.end, self.told):
            return money
        currency = money.currency or second.mark.currency
        family = None if currency else money.family
        return money._replace(end=money.end if bracket else second.end, currency=currency, family=family)

    def _with_fractions(self, money: ReadSum) -> ReadSum:
        """Return the sum with its smaller units: 50元6角三分, 15 dollars and 20 cents."""
        at = bisect_left(self.hits, money.end, key=lambda hit: hit.start)
        for hit in self.hits[at : at + MOST_FRACTIONS]:
            if hit.mark.kind != "fraction" or hit.start - money.end > LONGEST_FRACTION:
                break
            start = after_spaces(self.folded, self._after_join(money.end))
            start += 2 if self.folded.startswith(", ", start) else 0
            number = number_before(self.folded, hit.start, start, self.told)
            if number is None or number.start != start or number.value is None:
                break
            money = money._replace(end=hit.end, extra=money.extra + number.value * hit.mark.size)
        return money

    def _with_cents(self, money: ReadSum) -> ReadSum:
        """Return the sum with the smaller unit written behind its sign: 5€50."""
        cents = CENTS.match(self.folded, money.end)
        return money._replace(end=cents.end(), extra=int(cents.group()) * HUNDREDTH) if cents else money

    def _with_bare(self, money: ReadSum, mark: MoneyMark) -> ReadSum:
        """Return the sum with a bare figure behind it as its smaller unit: 15 dollars 50, 15 dollars and 50, 3块5."""
        start = self._after_join(money.end)
        number = number_after(self.folded, start, self.told)
        if number is None or number.value is None or number.scale or money.number.value is None:
            return money
        if mark.careful and number.start == money.end and number.end == number.start + 1:
            return money._replace(end=number.end, extra=number.value * TENTH)
        joined = start != money.end
        if money.number.value % 1 or not self._is_hundredths(money.end, number, joined=joined):
            return money
        return money._replace(end=number.end, extra=number.value * HUNDREDTH)

    def _is_hundredths(self, end: int, number: Number, *, joined: bool) -> bool:
        """Return whether a bare figure behind a word for money can only be its smaller unit."""
        if number.value is None or number.value not in range(1, 100) or not is_letter(self.folded[end - 1]):
            return False
        if self.folded[number.start - 1] != " " or self.hit_after(number.end):
            return False
        if self.around.units.after(self.folded, number.end):
            return False
        if number.digits and not joined:
            return number.end - number.start == 2 and self.folded[number.end : number.end + 1] not in NO_CENTS
        ends = ends_phrase(self.folded, number.end) or self._after_join(number.end) != number.end
        return ends and (joined or number.value >= 10)

    def _after_join(self, at: int) -> int:
        """Return where the word after `and` begins, or the same place where no such word follows."""
        match = JOIN.match(self.folded, at)
        meaning = self.told.words.get(match.group(1)) if match else None
        return match.end() if match and meaning and meaning.kind == "join" else at


def after_spaces(folded: str, at: int) -> int:
    """Return where the spaces at `at` end."""
    while folded.startswith(" ", at):
        at += 1
    return at
