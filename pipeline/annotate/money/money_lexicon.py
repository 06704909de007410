"""Puts together what reading one language's sums needs: the languages' words, its own first, then English, then all.

A text in one language quotes sums in another (US$1.2bn in Chinese, bilhões in Spanish copy), and a short one may be
taken for its neighbour: so every language's money words are known everywhere, and only which is asked first differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from pipeline.annotate.money.amount_rules import AmountRules
from pipeline.annotate.money.money_marks import MoneyMarks
from pipeline.annotate.numbers.folding import fold
from pipeline.annotate.numbers.number_phrases import NumberAround, Phrases
from pipeline.annotate.numbers.numerals import NumberWords
from pipeline.annotate.numbers.reader import NumberReader, region
from pipeline.annotate.numbers.spelling import spell_all
from pipeline.models import Per
from pipeline.rules.common_tables import CurrencyTable

Fold = Callable[[str], str]


class MoneyAround(NamedTuple):
    """What may stand around a sum beside what may stand around any number."""

    per: Phrases[Per]
    per_before: Phrases[Per]
    units: Phrases[None]
    goes_on: Phrases[None]
    before_year: Phrases[None]
    conversions: frozenset[str]


class MoneyLexicon(NamedTuple):
    """What reading one language's sums needs."""

    tag: str
    rules: AmountRules
    table: CurrencyTable
    marks: MoneyMarks
    reader: NumberReader
    numbers: NumberWords
    beside: NumberAround
    around: MoneyAround

    @property
    def home(self) -> str | None:
        """The currency of the tag's region."""
        return self.table.region.get(region(self.tag) or "")

    def default(self, family: str) -> str | None:
        """Return what a word shared by several currencies means in this language where nothing else tells."""
        tags = [each for each in self.rules.tags if each.family == family and f"{self.tag}-".startswith(f"{each.tag}-")]
        return max(tags, key=lambda each: len(each.tag)).currency if tags else self.table.family[family].default


def lexicon(tag: str, rules: Mapping[str, AmountRules], reader: NumberReader, marks: MoneyMarks) -> MoneyLexicon:
    """Return the lexicon for a BCP 47 tag."""
    own = [rules[name] for name in reader.own if name in rules]
    return MoneyLexicon(tag, own[0], marks.table, marks, reader, reader.words, reader.around, money_around(own))


def money_around(rules: Sequence[AmountRules]) -> MoneyAround:
    """Return the phrases of these languages; where they differ, the first one's meanings stand."""
    return MoneyAround(
        per=Phrases((each.per for each in rules), fold),
        per_before=Phrases((each.per_before for each in rules), fold),
        units=Phrases(({None: each.bare.units} for each in rules), fold),
        goes_on=Phrases(({None: each.bare.goes_on} for each in rules), fold),
        before_year=Phrases(({None: each.money.before_year} for each in rules), fold),
        conversions=frozenset(fold(word) for each in rules for word in spell_all(each.money.conversions)),
    )
