"""What each `languages/*/amounts.toml` must hold, and how the files are checked and spelled out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Literal

import msgspec

from pipeline.models import Per, Qualifier
from pipeline.rules.loading import RuleError, Rules, load, rule_files
from pipeline.rules.tables import currencies

Words = tuple[str, ...]

ALTERNATIVES = re.compile(r"\(([^()]*)\)")
LATIN = re.compile(r"^[\x00-\u024f’]+$")


class Default(Rules, frozen=True, kw_only=True):
    """What a word shared by several currencies means under a language tag."""

    tag: str
    family: str
    currency: str


class RangeWords(Rules, frozen=True, kw_only=True):
    """What stands between two sums."""

    to: Words
    """3 to 5 million"""
    between: dict[str, str] = msgspec.field(default_factory=dict)
    """Before the first, and between the two: between 3 and 5 million."""
    changes: Words = ()
    """Before the first: from 3 to 5 million, where it was and where it is."""
    kept: Words = ()
    """After the second: a range in spite of a word of `changes`."""
    lists: Words = ()
    conversions: Words = ()
    """Before the second: it is the first in another currency."""


class MoneyWords(Rules, frozen=True, kw_only=True):
    """The words for currencies."""

    before: Words = ()
    weak: Words = ()
    """Words of other meanings too: a smaller unit only after the larger one, a unit only where the phrase ends."""
    counted: Words = ()
    """Words of other meanings too that are money only after digits or a scale: 5 pesos, never un peso."""
    before_year: Words = ()
    """Before a year that only looks like a sum: in 2019 dollars."""
    fractions: dict[str, Words] = msgspec.field(default_factory=dict)
    families: dict[str, Words] = msgspec.field(default_factory=dict)
    currencies: dict[str, Words] = msgspec.field(default_factory=dict)
    not_money: dict[str, str] = msgspec.field(default_factory=dict)


class BareWords(Rules, frozen=True, kw_only=True):
    """What shows whether a figure with a scale and no currency is a sum of money."""

    units: Words = ()
    """What is counted: 500万用户."""
    ordinals: Words = ()
    """Before the figure: 第100万."""
    goes_on: Words = ()
    """Words in Latin letters that may follow a sum; any other word is taken for what is counted."""


class AmountRules(Rules, frozen=True, kw_only=True):
    """One language's `amounts.toml`; the English file says what each entry is for."""

    decimal: Literal[".", ","]
    point_regions: Words = ()
    """Regions that write the decimal sign the other way."""
    space_groups: bool = False
    """Spaces part thousands: 12 500."""
    sign_first: bool = False
    """A sign between two figures belongs to the second: $ 5."""
    joined: bool = False
    """Numbers are one word: fünfundvierzig."""
    lone_scales: bool = False
    """A small scale alone is one of it: 千円, 만 원."""
    of: Words = ()
    """Between a scale and the currency: millones de dólares."""
    joins: Words = ()
    """Between the parts of a number: forty and five."""
    point: Words = ()
    """The decimal sign as a word: one point five."""
    articles: Words = ()
    """One of the scale behind it: a million."""
    several: Words = ()
    """They give an order of magnitude: 数亿, several million."""
    more: Words = ()
    """Inside or behind a number: 三十多亿."""
    measures: Words = ()
    """Silent between a number and its scale: 3个亿."""
    not_numbers: Words = ()
    """Words here that are figures in another language: alone they are none."""
    variants: str = ""
    """Pairs of characters: the variant, then the one it stands for."""
    tags: tuple[Default, ...] = ()
    """What shared words mean in this language where neither region nor document says."""
    numbers: dict[str, Words]
    """By their value, in words; so the next four."""
    multipliers: dict[str, Words] = msgspec.field(default_factory=dict)
    scales: dict[str, Words]
    plurals: dict[str, Words] = msgspec.field(default_factory=dict)
    letters: dict[str, Words] = msgspec.field(default_factory=dict)
    qualifiers: dict[Qualifier, Words] = msgspec.field(default_factory=dict)
    """Before the sum; `exact` holds longer words that only end like one."""
    qualifiers_before_scale: dict[Qualifier, Words] = msgspec.field(default_factory=dict)
    qualifiers_after: dict[Qualifier, Words] = msgspec.field(default_factory=dict)
    per: dict[Per, Words] = msgspec.field(default_factory=dict)
    per_before: dict[Per, Words] = msgspec.field(default_factory=dict)
    ranges: RangeWords
    money: MoneyWords
    bare: BareWords = BareWords()


@cache
def read_amount_rules(extra: str | None) -> dict[str, AmountRules]:
    """Return every language's rules; `extra` is what DEALS_LANGUAGES says, so that a change of it is read anew."""
    found: dict[str, AmountRules] = {}
    for code, path in rule_files("amounts.toml"):
        rules = load(path, AmountRules)
        try:
            check(rules)
        except ValueError as error:
            raise RuleError(f"{path}: {error}") from error
        found[code] = rules
    return found


def check(rules: AmountRules) -> None:
    """Raise ValueError where the rules name a currency, family or figure that does not exist."""
    table = currencies()
    codes = [*rules.money.currencies, *(default.currency for default in rules.tags)]
    if stray := [code for code in codes if code not in table.currency]:
        raise ValueError(f"currency '{stray[0]}' is not in tables/currencies.toml; mend the code or add it there")
    families = [*rules.money.families, *(default.family for default in rules.tags)]
    if stray := [name for name in families if name not in table.family]:
        raise ValueError(f"family '{stray[0]}' is not in tables/currencies.toml; mend the name or add it there")
    tables = (rules.numbers, rules.multipliers, rules.scales, rules.plurals, rules.letters, rules.money.fractions)
    for figure in (figure for table in tables for figure in table):
        float(figure)  # raises ValueError that names the figure
    if stray := [pair for pair in rules.variants.split() if len(pair) != 2]:
        raise ValueError(f"variants: '{stray[0]}' is not a pair of characters: the variant, then what it stands for")
    check_twice(rules)


def check_twice(rules: AmountRules) -> None:
    """Raise ValueError where one word is given to two currencies."""
    owners: dict[str, str] = {}
    for owner, words in [*rules.money.families.items(), *rules.money.currencies.items()]:
        for word in spell_all(words):
            if owners.setdefault(word, owner) != owner:
                raise ValueError(f"'{word}' is given to {owners[word]} and to {owner}; keep it in one place")


def spell_all(words: Words) -> Iterator[str]:
    """Yield every spelling of these words."""
    for word in words:
        yield from spell(word)


def spell(word: str) -> Iterator[str]:
    """Yield a word's spellings: each `(a|b|)` filled in, and Latin letters without their accents as well."""
    group = ALTERNATIVES.search(word)
    if group:
        for choice in group.group(1).split("|"):
            yield from spell(word[: group.start()] + choice + word[group.end() :])
        return
    word = " ".join(word.lower().split())
    yield word
    if not word.isascii() and LATIN.match(word):
        yield without_accents(word)
    elif " " in word and not LATIN.match(word):
        yield word.replace(" ", "")
        yield word.replace(" ", "・")


@cache
def without_accents(word: str) -> str:
    """Return the word in plain letters: dólar, dolar."""
    letters = unicodedata.normalize("NFD", word.replace("ß", "ss").replace("’", "'"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
