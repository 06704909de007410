"""Puts together what reading one language's sums needs: the languages' words, its own first, then English, then all.

A text in one language quotes sums in another (US$1.2bn in Chinese, bilhões in Spanish copy), and a short one may be
taken for its neighbour: so every language's money words are known everywhere, and only which is asked first differs.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import ahocorasick_rs as ac

from pipeline.annotate.money.amount_rules import AmountRules, read_amount_rules
from pipeline.annotate.money.marks import Marks
from pipeline.annotate.numbers.folding import Folding
from pipeline.annotate.numbers.number_words import number_words
from pipeline.annotate.numbers.phrases import Around, read_around
from pipeline.annotate.numbers.reading import NumberWords
from pipeline.rules.tables import currencies
from pipeline.settings import Settings

SHARED = "en"  # read in every language, right after the language itself


class Lexicon(NamedTuple):
    """What reading one language's sums needs."""

    tag: str
    rules: AmountRules
    fold: Folding
    marks: Marks
    numbers: NumberWords
    around: Around
    scales: ac.AhoCorasick
    """Finds the words a figure without a currency needs to be taken for money."""

    @property
    def home(self) -> str | None:
        """The currency of the tag's region."""
        return currencies().region.get(region(self.tag) or "")

    def default(self, family: str) -> str | None:
        """Return what a word shared by several currencies means in this language where nothing else tells."""
        tags = [each for each in self.rules.tags if each.family == family and f"{self.tag}-".startswith(f"{each.tag}-")]
        return max(tags, key=lambda each: len(each.tag)).currency if tags else currencies().family[family].default


def lexicon(tag: str) -> Lexicon:
    """Return the lexicon for a BCP 47 tag; a language without rules is read as English and all others at once."""
    return _lexicon(tag, _extra())


def _extra() -> str | None:
    """Return the user's own folder of languages, by which what is made of the rules is remembered."""
    folder = Settings.from_environment().languages
    return str(folder) if folder else None


@lru_cache(maxsize=64)
def _lexicon(tag: str, extra: str | None) -> Lexicon:
    rules = read_amount_rules(extra)
    code = tag.split("-")[0].lower()
    order = [name for name in dict.fromkeys((code, SHARED, *rules)) if name in rules]
    texts = [rules[name] for name in order]
    fold = _folding(extra)
    words = number_words(texts, fold, decimal_sign(texts[0], tag) if code in rules else "", known=code in rules)
    scales = [word for word, meaning in words.words.items() if meaning.kind in ("scale", "plural")]
    return Lexicon(
        tag=tag,
        rules=texts[0],
        fold=fold,
        marks=_marks(tuple(order), extra),
        numbers=words,
        around=read_around([rules[name] for name in order if name in (code, SHARED)], fold),
        scales=ac.AhoCorasick(scales, matchkind=ac.MatchKind.LeftmostLongest),
    )


@lru_cache(maxsize=8)
def _folding(extra: str | None) -> Folding:
    return Folding(pair for each in read_amount_rules(extra).values() for pair in each.variants.split())


@lru_cache(maxsize=32)
def _marks(order: tuple[str, ...], extra: str | None) -> Marks:
    return Marks([read_amount_rules(extra)[name] for name in order], _folding(extra))


def region(tag: str) -> str | None:
    """Return the region of a BCP 47 tag, if it names one."""
    return next((part for part in tag.split("-")[1:] if len(part) == 2 and part.isupper()), None)


def decimal_sign(rules: AmountRules, tag: str) -> str:
    """Return the decimal sign that a language writes in this region."""
    if region(tag) in rules.point_regions:
        return "." if rules.decimal == "," else ","
    return rules.decimal
