"""Finds the marks of money in a text: signs, codes and words, all languages' in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

import ahocorasick_rs as ac

from pipeline.annotate.money.amount_rules import AmountRules
from pipeline.annotate.numbers.folding import fold, is_letter
from pipeline.annotate.numbers.spelling import spell_all
from pipeline.annotate.numbers.tally import ONE
from pipeline.rules.common_tables import CurrencyTable

OWN = 2  # the text's language and English: what looks like money in a third one may be money here
LONGEST_CODE = 6  # characters behind a match that its rest may need: MioUSD
BEFORE_SIGN = re.compile(r"(?<=[^\W\d_]{2})(?=[$¥£])")


class MoneyMark(NamedTuple):
    """A sign, code or word of money, and what it means."""

    kind: Literal["sign", "code", "word", "fraction", "none"]
    currency: str | None = None
    family: str | None = None
    size: Decimal = ONE
    """What one of it is worth: 0.01 for cents, a million for MUSD."""
    written: str | None = None
    """It counts only where its end is written exactly so: Rs, and not rs."""
    leads: bool = False
    """It may stand before the figure."""
    careful: bool = False
    """It has other meanings too: `word_like` and `weak` in the data."""
    counted: bool = False
    """It counts only after digits or a scale: `counted` in the data."""


class MarkHit(NamedTuple):
    """A mark in a text."""

    start: int
    end: int
    mark: MoneyMark


class MoneyMarks:
    """Knows every mark; where languages disagree about one, the first language's meaning stands."""

    def __init__(self, rules: Sequence[AmountRules], table: CurrencyTable) -> None:
        self.table = table
        self.patterns: dict[str, MoneyMark] = {}
        for place, each in enumerate(rules):
            for word, mark in word_marks(each):
                if mark.kind != "none" or place < OWN or not is_letter(word[0]):
                    self.patterns.setdefault(word, mark)
        for word, mark in (*sign_marks(table), *code_marks(table)):
            self.patterns.setdefault(fold(word), mark)
        self.marks = list(self.patterns.values())
        self.parted = [not word.isalpha() for word in self.patterns]
        self.finder = ac.AhoCorasick(list(self.patterns), matchkind=ac.MatchKind.LeftmostLongest)

    def find(self, text: str, folded: str) -> list[MarkHit]:
        """Return the marks in a text, in order: whole words only, longer words that are no money passed over."""
        hits: list[MarkHit] = []
        for index, start, end in self.finder.find_matches_as_indexes(folded):
            mark: MoneyMark | None = self.marks[index]
            stop = end
            if start and is_letter(folded[start]) and is_letter(folded[start - 1]):
                if not self.parted[index]:
                    continue
                start, mark = self._later(folded, start, end)
            if mark and end < len(folded) and is_letter(folded[end - 1]) and is_letter(folded[end]):
                end, mark = self._shorter(folded, start, end)
            if mark and mark.kind != "none" and is_as_written(mark, text, start, end):
                hits.append(MarkHit(start, end, mark))
            if end < stop:
                hits += self._rest(text, folded, end, stop)
        return hits

    def _rest(self, text: str, folded: str, start: int, stop: int) -> list[MarkHit]:
        """Return the marks that begin in the part of a match that did not count: USD in `dollars us|d`."""
        found = self.find(text[start : stop + LONGEST_CODE], folded[start : stop + LONGEST_CODE])
        return [MarkHit(hit.start + start, hit.end + start, hit.mark) for hit in found if hit.start + start < stop]

    def _later(self, folded: str, start: int, end: int) -> tuple[int, MoneyMark | None]:
        """Return the longest mark that begins with a word inside one that does not: $ in `in|c $`."""
        for at in range(start + 1, end):
            if not (is_letter(folded[at - 1]) and is_letter(folded[at])) and folded[at:end] in self.patterns:
                return at, self.patterns[folded[at:end]]
        return start, None

    def _shorter(self, folded: str, start: int, end: int) -> tuple[int, MoneyMark | None]:
        """Return the longest mark that ends with a word inside one that does not: dollars in `dollars us|ed`."""
        for stop in range(end - 1, start, -1):
            if not is_letter(folded[stop]) and folded[start:stop] in self.patterns:
                return stop, self.patterns[folded[start:stop]]
        return end, None


def is_as_written(mark: MoneyMark, text: str, start: int, end: int) -> bool:
    """Return whether a mark stands in its own letters; a text all in small letters writes codes small."""
    if mark.written is None or text.endswith(mark.written, start, end):
        return True
    return mark.kind == "code" and mark.size == 1 and not mark.careful and text[start:end].islower() and text.islower()


def word_marks(rules: AmountRules) -> Iterator[tuple[str, MoneyMark]]:
    """Yield a language's words for money, and the words that only look so."""
    money = rules.money
    before = {fold(word) for word in spell_all(money.before)}
    weak = {fold(word) for word in spell_all(money.weak)}
    counted = {fold(word) for word in spell_all(money.counted)}
    yield from ((fold(word), MoneyMark("none")) for word in money.not_money)
    groups: list[tuple[MoneyMark, Iterable[str]]] = [
        *((MoneyMark("fraction", size=Decimal(size)), spell_all(words)) for size, words in money.fractions.items()),
        *((MoneyMark("word", currency=code), spell_all(words)) for code, words in money.currencies.items()),
        *((MoneyMark("word", family=family), spell_all(words)) for family, words in money.families.items()),
    ]
    for mark, words in groups:
        for word in map(fold, words):
            yield word, mark._replace(leads=word in before, careful=word in weak, counted=word in counted)


def sign_marks(table: CurrencyTable) -> Iterator[tuple[str, MoneyMark]]:
    """Yield the signs: $, HK$, CAD$, Rs."""
    for code, currency in table.currency.items():
        for sign in currency.symbols:
            yield from spell_sign(sign, MoneyMark("sign", code, leads=True))
    for name, family in table.family.items():
        for sign in family.signs:
            yield from spell_sign(sign, MoneyMark("sign", family=name, leads=True))
            codes = [(code, name) for code in family.members for name in (code, *table.currency[code].also)]
            for code, written in codes if not sign[0].isalpha() else ():
                yield from spell_sign(written + sign, MoneyMark("sign", code, leads=True))
                yield from spell_sign(sign + written, MoneyMark("sign", code, leads=True))
    yield "¢", MoneyMark("fraction", size=Decimal("0.01"))


def spell_sign(sign: str, mark: MoneyMark) -> Iterator[tuple[str, MoneyMark]]:
    """Yield a sign's spellings: letters alone count as written, beside $ they may be small, and two stand apart."""
    if sign.replace(".", "").replace("/", "").isalpha():
        yield sign, mark._replace(written=sign)
        return
    for spelling in dict.fromkeys((sign, BEFORE_SIGN.sub(" ", sign))):
        yield spelling, mark


def code_marks(table: CurrencyTable) -> Iterator[tuple[str, MoneyMark]]:
    """Yield the codes, those written small too, and those with a letter that multiplies: MUSD."""
    for code, currency in table.currency.items():
        for name in (code, *currency.also):
            written = None if name in table.small else name
            yield name, MoneyMark("code", code, written=written, leads=True, careful=name in table.word_like)
            for letter, size in table.scales.items() if name in table.scaled else ():
                yield letter + name, MoneyMark("code", code, size=Decimal(size), written=name)


def agree(one: MoneyMark, two: MoneyMark, table: CurrencyTable) -> bool:
    """Return whether two marks can be of the same money: $ and AUD, 港币 and 元, never $ and cents."""
    if "fraction" in (one.kind, two.kind):
        return False
    if one.currency and two.currency:
        return one.currency == two.currency
    families = table.family
    for code, family in ((one.currency, two.family), (two.currency, one.family)):
        if code and family:
            return code in families[family].members or families[family].unit
    return one.family == two.family or any(families[name].unit for name in (one.family, two.family) if name)
