"""Reads sums of money around their marks: 1000亿美元, $ 48.2 million, 港币5亿元, 15 dollars and 50 cents."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.annotate.money.money_lexicon import MoneyLexicon
from pipeline.annotate.money.money_marks import MarkHit, agree
from pipeline.annotate.money.tails import MoneyTails, ReadSum
from pipeline.annotate.numbers.evaluation import LARGEST
from pipeline.annotate.numbers.number_phrases import ends_phrase
from pipeline.annotate.numbers.numerals import number_after, number_before
from pipeline.annotate.numbers.tally import Number
from pipeline.text.scripts import is_han, is_hangul

SIGNIFICANT = 1000  # from here on a figure after a code that is a word too is money: COP 5000, and not COP 28
TOLD = 100  # the same for words: dollari 996, and not dollar 30
LARGEST_LONE = 10_000  # 만 원 is a price, 억 원 a heading

NEGATIVE = re.compile(r" ?-(?=\d)")
YEAR = re.compile(r"(?:19|20)\d\d")
PERCENT = re.compile(r" ?%")
LISTED = re.compile(r"\.[a-z]{1,4}\b")
"""What stands behind a listed firm's code, which may begin like a currency's: BSD2.FSE."""
CUT_OFF = re.compile(r"[ \t]?[^\W\d_]{1,8}-[ \t]*(?:\n|$)|[ \t]*\n\s*[a-zà-ÿ]|[\s\d·•–—-]{0,60}?\f")
"""What stands behind a figure whose scale a page's end took away: $9.3 bil-, $9.3 and below it a small letter."""


def read_money(lexicon: MoneyLexicon, text: str, folded: str) -> list[ReadSum]:
    """Return the sums of a text in order; no two share a character."""
    hits = lexicon.marks.find(text, folded)
    return MoneyReader(lexicon, text, folded, hits).read() if hits else []


class MoneyReader:
    """Reads the sums of one text: finds the figure that each mark belongs to."""

    def __init__(self, lexicon: MoneyLexicon, text: str, folded: str, hits: Sequence[MarkHit]) -> None:
        self.lexicon, self.around, self.beside = lexicon, lexicon.around, lexicon.beside
        self.text, self.folded, self.hits = text, folded, hits
        self.tails = MoneyTails(lexicon, folded, hits)

    def read(self) -> list[ReadSum]:
        """Return the sums in order; no two share a character."""
        found: list[ReadSum] = []
        floor = 0
        for hit in self.hits:
            money = self._at(hit, floor) if hit.start >= floor else None
            if money and (money.worth(money.number.value or money.number.high) or 0) <= LARGEST:
                found.append(money)
                floor = money.end
        return found

    def _at(self, hit: MarkHit, floor: int) -> ReadSum | None:
        before = self._before(hit, floor)
        after = self._after(hit) if hit.mark.leads else None
        if before and (after is None or not self._prefers_after(hit, before, after)):
            return self.tails.behind(hit, before)
        return self.tails.led(hit, after) if after else None

    def _prefers_after(self, hit: MarkHit, before: Number, after: Number) -> bool:
        """Return which of the figures on both sides a mark belongs to."""
        if hit.mark.kind not in ("sign", "code"):
            return False
        if after.scale and not before.scale:
            return True
        return hit.mark.kind == "sign" and self.lexicon.rules.sign_first and before.end < hit.start

    def _before(self, hit: MarkHit, floor: int) -> Number | None:
        """Return the figure before a mark, if the two tell a sum."""
        number = number_before(self.folded, hit.start, floor, self.lexicon.numbers)
        if number is None or (hit.mark.kind != "word" and "-" in self.folded[number.end : hit.start]):
            return None
        if self.beside.ordinals.before(self.folded, number.start, floor) or self._is_heading(number, floor):
            return None
        if number.end - number.start == hit.end - hit.start == 1 and self._is_name(number.start, hit.end):
            return None
        refused = {"word": self._is_no_word, "fraction": self._is_no_fraction}.get(hit.mark.kind)
        return None if refused and refused(hit, number) else number

    def _is_heading(self, number: Number, floor: int) -> bool:
        """Return whether a scale with no figure only says what is counted in: (亿元), and not 近亿元 or 千円."""
        if not number.implied:
            return False
        start = number.start
        if self.beside.qualifiers.before(self.folded, start, floor):
            return False
        if self.beside.before_scale.before(self.folded, start, floor):
            return False
        small = number.value is not None and number.value <= LARGEST_LONE
        return not (self.lexicon.reader.rules.lone_scales and small and self.folded[max(0, start - 1)] not in "(:[")

    def _is_name(self, start: int, end: int) -> bool:
        """Return whether one numeral and one character of money are rather part of a word: 사원, 三元控股."""
        numeral, after = self.folded[start], self.folded[end : end + 1]
        return is_hangul(numeral) or (is_han(numeral) and is_han(after) and not after.isnumeric())

    def _is_no_word(self, hit: MarkHit, number: Number) -> bool:
        """Return whether a word for money means something else here: un peso, 3块芯片, in 2019 dollars."""
        year = is_year(self.folded, number)
        if hit.mark.counted and (year or not (number.digits or number.scale)):
            return True
        alone = ends_phrase(self.folded, hit.end) or self.folded[hit.end].isnumeric()
        if hit.mark.careful and not alone:
            return True
        counts = year or (number.several and number.leads)
        return counts and self.around.before_year.before(self.folded, number.start) is not None

    def _is_no_fraction(self, hit: MarkHit, number: Number) -> bool:
        """Return whether a word for a small unit means something else: 95分, or is a number: deux cents dollars."""
        if hit.mark.careful:
            return True
        if self.folded[hit.start : hit.end] not in self.lexicon.numbers.words:
            return False
        other = next((other for other in self.hits if other.start >= hit.end), None)
        numeral = number_before(self.folded, other.start, hit.start, self.lexicon.numbers) if other else None
        return numeral is not None and numeral.start == hit.start

    def _after(self, hit: MarkHit) -> Number | None:
        """Return the figure after a mark, if the two tell a sum."""
        negative = NEGATIVE.match(self.folded, hit.end) if hit.mark.kind == "sign" else None
        start = negative.end() if negative else hit.end
        sign = hit.mark.kind == "sign"
        coded = sign or hit.mark.kind == "code"
        number = number_after(self.folded, start, self.lexicon.numbers, led=coded, foreign=sign)
        if number is None or number.implied or (number.several and number.leads and not number.digits):
            return None
        between = self.folded[start : number.start]
        if "\n" in between or "-" in between or PERCENT.match(self.folded, number.end) or self._is_other(hit, number):
            return None
        if number.scale is None and CUT_OFF.match(self.text, number.end):
            return None
        if hit.mark.kind == "code" and number.start == hit.end and LISTED.match(self.folded, number.end):
            return None
        if hit.mark.kind == "sign":
            return number.negated() if negative else number
        return number if self._is_told(hit, number) else None

    def _is_other(self, hit: MarkHit, number: Number) -> bool:
        """Return whether the figure after a mark belongs to the mark behind it: AMD 10亿美元."""
        other = self.tails.hit_after(number.end)
        if other is None or agree(hit.mark, other.mark, self.lexicon.table):
            return False
        return not (other.mark.leads and number_after(self.folded, other.end, self.lexicon.numbers))

    def _is_told(self, hit: MarkHit, number: Number) -> bool:
        """Return whether a code or word and the figure after it tell a sum: 人民币500万, COP 5000, and not COP 28."""
        second = self.tails.hit_after(number.end)
        if second and second.mark.kind != "fraction":
            return True
        if number.unsure:
            return True
        if not (number.digits or is_han(self.folded[number.start])) or is_year(self.folded, number):
            return False
        if self.around.units.after(self.folded, number.end):
            return False
        least = SIGNIFICANT if hit.mark.careful else TOLD if hit.mark.kind in ("word", "fraction") else 0
        if number.scale or (number.value or 0) >= least or "." in f"{number.value}":
            return True
        return hit.mark.kind == "word" and ends_phrase(self.folded, number.end)


def is_year(folded: str, number: Number) -> bool:
    """Return whether a figure is written as a year is: four digits and nothing else."""
    return YEAR.fullmatch(folded, number.start, number.end) is not None
