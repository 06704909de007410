"""Reads sums of money around their marks: 1000亿美元, $ 48.2 million, 港币5亿元, 15 dollars and 50 cents."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from pipeline.annotate.folding import is_letter
from pipeline.annotate.lexicon import Lexicon
from pipeline.annotate.marks import Hit, Mark
from pipeline.annotate.numbers import number_after, number_before
from pipeline.annotate.phrases import ends_phrase
from pipeline.annotate.tally import Number
from pipeline.tables import currencies

HUNDREDTH = Decimal("0.01")
TENTH = Decimal("0.1")
SIGNIFICANT = 1000  # from here on a figure after a code that is a word too is money: COP 5000, and not COP 28
LONGEST_FRACTION = 40  # characters from a unit to its smaller one: thirteen dollars and forty-five cents
LARGEST_LONE = 10_000  # 만 원 is a price, 억 원 a heading
TOLD = 100  # the same for words: dollari 996, and not dollar 30

NEGATIVE = re.compile(r" ?-(?=\d)")
YEAR = re.compile(r"(?:19|20)\d\d")
CLOSE = re.compile(r"[ -]{0,2}")
CENTS = re.compile(r"\d\d(?![\d.,%])")
PERCENT = re.compile(r" ?%")
JOIN = re.compile(r"[ ,]{0,2}([a-zß-ɏ]{1,4}|\S)")
BRACKET = re.compile(r" ?[(]")


class Money(NamedTuple):
    """A sum as read; `currency` is null where its mark is shared by a family of currencies, or tells none."""

    start: int
    end: int
    number: Number
    size: Decimal = Decimal(1)
    extra: Decimal = Decimal(0)
    """What its smaller units add."""
    currency: str | None = None
    family: str | None = None
    sign_first: bool = False
    """Its mark stands before the figure."""

    def worth(self, figure: Decimal | None) -> Decimal | None:
        """Return a figure of it in whole units."""
        return None if figure is None else figure * self.size + self.extra


class MoneyReader:
    """Reads the sums of one text."""

    def __init__(self, lexicon: Lexicon, text: str, folded: str, hits: Sequence[Hit]) -> None:
        self.lexicon, self.text, self.folded, self.hits = lexicon, text, folded, hits
        self.starts = {hit.start: hit for hit in hits}

    def read(self) -> list[Money]:
        """Return the sums in order; no two share a character."""
        found: list[Money] = []
        floor = 0
        for hit in self.hits:
            if hit.start >= floor and (money := self._at(hit, floor)):
                found.append(money)
                floor = money.end
        return found

    def _at(self, hit: Hit, floor: int) -> Money | None:
        before = self._before(hit, floor)
        after = self._after(hit) if hit.mark.leads else None
        if before and (after is None or not self._prefers_after(hit, before, after)):
            return self._with_more(hit, before)
        return self._led(hit, after) if after else None

    def _prefers_after(self, hit: Hit, before: Number, after: Number) -> bool:
        """Return which of the figures on both sides a mark belongs to."""
        if hit.mark.kind not in ("sign", "code"):
            return False
        if after.scale and not before.scale:
            return True
        glued = before.end == hit.start and after.start > hit.end
        return hit.mark.kind == "sign" and self.lexicon.rules.sign_first and not glued

    def _before(self, hit: Hit, floor: int) -> Number | None:
        folded, mark = self.folded, hit.mark
        number = number_before(folded, hit.start, floor, self.lexicon.numbers)
        if number is None or (mark.kind != "word" and "-" in folded[number.end : hit.start]):
            return None
        if number.implied and not (self._is_one(number) or self._is_qualified(number, floor)):
            return None
        if self.lexicon.around.ordinals.before(folded, number.start, floor):
            return None
        if mark.kind == "fraction" and (mark.careful or self._is_numeral(hit)):
            return None
        if mark.careful and mark.kind == "word" and not self._stands_alone(hit):
            return None
        if mark.counted and not (number.digits or number.scale):
            return None
        if number.end - number.start == hit.end - hit.start == 1 and self._is_name(number.start, hit.end):
            return None
        return None if mark.kind == "word" and self._is_unit(number) else number

    def _is_unit(self, number: Number) -> bool:
        """Return whether the figure only says what is counted in: in 2019 dollars, in millions of euros."""
        counts = is_year(self.folded, number) or (number.several and number.leads)
        return counts and self.lexicon.around.before_year.before(self.folded, number.start) is not None

    def _is_name(self, start: int, end: int) -> bool:
        """Return whether one numeral and one character of money are rather part of a word: 사원, 三元控股."""
        numeral, after = self.folded[start], self.folded[end : end + 1]
        return is_hangul(numeral) or (is_han(numeral) and is_han(after) and not after.isnumeric())

    def _is_one(self, number: Number) -> bool:
        """Return whether a scale with no figure is one of it: 千円, but not the heading (千円)."""
        small = number.value is not None and number.value <= LARGEST_LONE
        return self.lexicon.rules.lone_scales and small and self.folded[max(0, number.start - 1)] not in "(:["

    def _is_qualified(self, number: Number, floor: int) -> bool:
        """Return whether a scale with no figure is told as a sum all the same: 近亿元."""
        around = self.lexicon.around
        return bool(
            around.qualifiers.before(self.folded, number.start, floor)
            or around.before_scale.before(self.folded, number.start, floor)
        )

    def _is_numeral(self, hit: Hit) -> bool:
        """Return whether a word for a small unit is a number here: deux cents dollars, deux cent vingt euros."""
        if self.folded[hit.start : hit.end] not in self.lexicon.numbers.words:
            return False
        other = next((other for other in self.hits if other.start >= hit.end), None)
        number = number_before(self.folded, other.start, hit.start, self.lexicon.numbers) if other else None
        return number is not None and number.start == hit.start

    def _stands_alone(self, hit: Hit) -> bool:
        """Return whether a word of other meanings can be money: 3块5, 五块。"""
        return ends_phrase(self.folded, hit.end) or self.folded[hit.end].isnumeric()

    def _after(self, hit: Hit) -> Number | None:
        folded, mark = self.folded, hit.mark
        negative = NEGATIVE.match(folded, hit.end) if mark.kind == "sign" else None
        number = number_after(folded, negative.end() if negative else hit.end, self.lexicon.numbers)
        if number is None or number.implied or (number.several and number.scale and not number.digits and number.leads):
            return None
        if self._is_other(hit, number):
            return None
        between = folded[negative.end() if negative else hit.end : number.start]
        if "\n" in between or "-" in between or PERCENT.match(folded, number.end):
            return None
        if mark.kind == "sign":
            return number if negative is None else negated(number)
        second = self._hit_after(number.end)
        if second and second.mark.kind != "fraction":
            return number
        if not (number.digits or is_han(folded[number.start])) or is_year(folded, number):
            return None
        if self.lexicon.around.units.after(folded, number.end):
            return None
        least = SIGNIFICANT if mark.careful else TOLD if mark.kind in ("word", "fraction") else 0
        told = number.scale or (number.value or 0) >= least or "." in f"{number.value}"
        return number if told or (mark.kind == "word" and ends_phrase(folded, number.end)) else None

    def _is_other(self, hit: Hit, number: Number) -> bool:
        """Return whether the figure after a mark belongs to the mark behind it: AMD 10亿美元."""
        other = self._hit_after(number.end)
        if other is None or agree(hit.mark, other.mark):
            return False
        return not (other.mark.leads and number_after(self.folded, other.end, self.lexicon.numbers))

    def _hit_after(self, at: int) -> Hit | None:
        """Return the mark that begins at `at`, a space or hyphen aside."""
        match = CLOSE.match(self.folded, at)
        return self.starts.get(match.end()) if match else None

    def _led(self, hit: Hit, number: Number) -> Money:
        """Return the sum of a mark and the figure after it, with what follows: US$5, HK$5亿港元, $3.50."""
        start = hit.start
        if hit.mark.kind == "fraction":
            return Money(start, number.end, number)
        money = Money(start, number.end, number, hit.mark.size, Decimal(0), hit.mark.currency, hit.mark.family, True)
        before = self.folded[max(0, start - 2) : start]
        if before in ("-", " -", "(-", "\n-") and hit.mark.kind == "sign":
            money = money._replace(start=start - 1, number=negated(number))
        return self._with_fractions(self._with_second(money, hit.mark))

    def _with_more(self, hit: Hit, number: Number) -> Money:
        """Return the sum of a figure and the mark after it, with what follows: 8亿元人民币, 50元6角, 75 USD million."""
        mark = hit.mark
        if mark.kind == "fraction":
            return Money(number.start, hit.end, number)
        money = Money(number.start, hit.end, number, mark.size, Decimal(0), mark.currency, mark.family)
        if mark.kind in ("sign", "code") and not number.scale:
            money = self._with_scale(money)
        second = self._with_second(money, mark)
        if number.scale or second.end != money.end:
            return self._with_fractions(second)
        counted = self._with_fractions(money)
        if counted.end != money.end:
            return counted
        return self._with_cents(money) if mark.kind == "sign" else self._with_hundredths(money, mark)

    def _with_cents(self, money: Money) -> Money:
        """Return the sum with the smaller unit written behind its sign: 5€50."""
        cents = CENTS.match(self.folded, money.end)
        return money._replace(end=cents.end(), extra=int(cents.group()) * HUNDREDTH) if cents else money

    def _with_scale(self, money: Money) -> Money:
        """Return the sum with the scale behind its code: 75 USD millones."""
        scale = number_after(self.folded, money.end, self.lexicon.numbers)
        if scale is None or scale.scale is None or not scale.leads or self._hit_after(scale.end):
            return money
        size = money.size * (scale.value or scale.low or scale.scale)
        return money._replace(end=scale.end, size=size, number=money.number._replace(scale=scale.scale))

    def _with_second(self, money: Money, mark: Mark) -> Money:
        """Return the sum with a second mark of the same money taken in: 8亿元人民币, 港币5亿元, 5亿元(人民币)."""
        bracket = BRACKET.match(self.folded, money.end)
        second = self.starts.get(bracket.end()) if bracket else self._hit_after(money.end)
        if second is None or not agree(mark, second.mark):
            return money
        if bracket and not self.folded.startswith((")", ","), second.end):
            return money
        if second.mark.leads and number_after(self.folded, second.end, self.lexicon.numbers):
            return money
        currency = money.currency or second.mark.currency
        family = None if currency else money.family
        return money._replace(end=money.end if bracket else second.end, currency=currency, family=family)

    def _with_fractions(self, money: Money) -> Money:
        """Return the sum with its smaller units: 50元6角三分, 15 dollars and 20 cents."""
        at = bisect_left(self.hits, money.end, key=lambda hit: hit.start)
        for hit in self.hits[at : at + 3]:
            if hit.mark.kind != "fraction" or hit.start - money.end > LONGEST_FRACTION:
                break
            start = after_spaces(self.folded, self._after_join(money.end))
            start += self.folded.startswith(", ", start) * 2
            number = number_before(self.folded, hit.start, start, self.lexicon.numbers)
            if number is None or number.start != start or number.value is None:
                break
            money = money._replace(end=hit.end, extra=money.extra + number.value * hit.mark.size)
        return money

    def _after_join(self, at: int) -> int:
        """Return where the word after `and` begins, or the same place where no such word follows."""
        match = JOIN.match(self.folded, at)
        meaning = self.lexicon.numbers.words.get(match.group(1)) if match else None
        return match.end() if match and meaning and meaning.kind == "join" else at

    def _with_hundredths(self, money: Money, mark: Mark) -> Money:
        """Return the sum with a bare figure read as its smaller unit: 15 dollars 50, 15 dollars and 50, 3块5."""
        if mark.careful and self.folded[money.end : money.end + 1].isnumeric():
            return self._with_tenth(money)
        start = self._after_join(money.end)
        joined = start != money.end
        number = number_after(self.folded, start, self.lexicon.numbers)
        if number is None or number.value is None or number.scale or not is_hundredths(number.value):
            return money
        if not is_letter(self.folded[money.end - 1]):
            return money
        if money.number.value is None or money.number.value % 1 or self.folded[number.start - 1] != " ":
            return money
        if self._hit_after(number.end) or self.lexicon.around.units.after(self.folded, number.end):
            return money
        written = self.folded[number.start : number.end]
        if joined or not number.digits:
            fits = self._ends_here(number.end) and (joined or number.value >= 10)
        else:
            fits = len(written) == 2 and self.folded[number.end : number.end + 1] not in ("%", "-", "/", ":")
        return money._replace(end=number.end, extra=number.value * HUNDREDTH) if fits else money

    def _with_tenth(self, money: Money) -> Money:
        number = number_after(self.folded, money.end, self.lexicon.numbers)
        if number is None or number.value is None or number.end - number.start != 1 or number.scale:
            return money
        return money._replace(end=number.end, extra=number.value * TENTH)

    def _ends_here(self, at: int) -> bool:
        """Return whether a thought ends at `at`, or goes on with `and`."""
        return ends_phrase(self.folded, at) or self._after_join(at) != at


def agree(one: Mark, two: Mark) -> bool:
    """Return whether two marks can be of the same money: $ and AUD, 港币 and 元, never $ and cents."""
    if "fraction" in (one.kind, two.kind):
        return False
    if one.currency and two.currency:
        return one.currency == two.currency
    families = currencies().family
    for code, family in ((one.currency, two.family), (two.currency, one.family)):
        if code and family:
            return code in families[family].members or families[family].unit
    return one.family == two.family or any(families[name].unit for name in (one.family, two.family) if name)


def negated(number: Number) -> Number:
    """Return the figure below zero."""
    return number._replace(value=None if number.value is None else -number.value)


def after_spaces(folded: str, at: int) -> int:
    """Return where the spaces at `at` end."""
    while folded.startswith(" ", at):
        at += 1
    return at


def is_year(folded: str, number: Number) -> bool:
    """Return whether a figure is written as a year is: four digits and nothing else."""
    return YEAR.fullmatch(folded, number.start, number.end) is not None


def is_hundredths(value: Decimal) -> bool:
    """Return whether a figure can count a smaller unit."""
    return 0 < value < 100 and value == value.to_integral_value()


def is_hangul(char: str) -> bool:
    """Return whether a character is a Korean syllable."""
    return "가" <= char <= "힣"


def is_han(char: str) -> bool:
    """Return whether a character is Chinese."""
    return "㐀" <= char <= "鿿"
