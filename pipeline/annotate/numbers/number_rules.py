"""What each `languages/*/numbers.toml` must hold, and how the files are read and checked."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from pipeline.annotate.numbers.spelling import Words
from pipeline.models import Qualifier
from pipeline.rules.common_tables import Scales
from pipeline.rules.knowledge import Knowledge
from pipeline.rules.loading import RuleError, Rules


class RangeWords(Rules, frozen=True, kw_only=True):
    """What stands between two numbers."""

    to: Words
    """3 to 5 million"""
    between: dict[str, str] = msgspec.field(default_factory=dict)
    """Before the first, and between the two: between 3 and 5 million."""
    neighbours: Words = ()
    """Between two digits that follow each other: 7、8千万."""
    changes: Words = ()
    """Before the first: from 3 to 5 million, where it was and where it is."""
    kept: Words = ()
    """After the second: a range in spite of a word of `changes`."""
    lists: Words = ()


class Singular(Rules, frozen=True, kw_only=True):
    """Scales in the form that only small figures take: behind a larger one the word is another language's."""

    words: Words = ()
    below: Decimal = Decimal(2)


class NumberRules(Rules, frozen=True, kw_only=True):
    """One language's `numbers.toml`; the English file says what each entry is for."""

    shared: bool = False
    """Read in texts of every language, right after their own."""
    decimal: Literal[".", ","]
    point_regions: Words = ()
    """Regions that write the decimal sign the other way."""
    space_groups: bool = False
    """Spaces part thousands: 12 500."""
    joined: bool = False
    """Numbers are one word: fünfundvierzig."""
    lone_scales: bool = False
    """A small scale alone is one of it: 千円, 만 원."""
    of: Words = ()
    """Between a scale and what is counted: millones de dólares."""
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
    ordinals: Words = ()
    """Before a figure that counts nothing: 第100万."""
    zeros: str = ""
    """Characters for zero in figures written digit by digit: 二〇二五."""
    digits: str = ""
    """The characters for one to nine there, in this order."""
    numbers: dict[str, Words]
    """By their value, in words; so the next four."""
    bases: dict[str, Words] = msgspec.field(default_factory=dict)
    """Numbers that a digit before them multiplies, and to which a number below twenty is added: quatre-vingt-douze."""
    multipliers: dict[str, Words] = msgspec.field(default_factory=dict)
    scales: dict[str, Words]
    plurals: dict[str, Words] = msgspec.field(default_factory=dict)
    letters: dict[str, Words] = msgspec.field(default_factory=dict)
    parts: dict[str, Words] = msgspec.field(default_factory=dict)
    """Parts that count only before a word of `of`: three quarters of a billion; by how many make a whole."""
    singular: Singular = Singular()
    qualifiers: dict[Qualifier, Words] = msgspec.field(default_factory=dict)
    """Before the number; `exact` holds longer words that only end like one."""
    qualifiers_before_scale: dict[Qualifier, Words] = msgspec.field(default_factory=dict)
    qualifiers_after: dict[Qualifier, Words] = msgspec.field(default_factory=dict)
    ranges: RangeWords


class NumberData(NamedTuple):
    """All that reading numbers needs to know."""

    languages: dict[str, NumberRules]
    unknown: Scales


def number_data(knowledge: Knowledge) -> NumberData:
    """Return every language's rules of numbers; raises RuleError where a file cannot be used."""
    found = knowledge.rules("numbers.toml", NumberRules)
    for code, rules in found.items():
        check(rules, knowledge.path(f"languages/{code}/numbers.toml"))
    unknown = knowledge.table("scales.toml", Scales)
    try:
        re.compile(unknown.like)
    except re.error as error:
        raise RuleError(f"{knowledge.path('tables/scales.toml')}: like: {error}; mend the pattern") from error
    return NumberData(found, unknown)


def check(rules: NumberRules, path: Path) -> None:
    """Raise RuleError where a figure of the rules is none."""
    if rules.digits and (len(rules.digits) != 9 or not rules.zeros):
        raise RuleError(f"{path}: digits are nine, for one to nine in this order, and zeros at least one; add them")
    tables = (rules.numbers, rules.bases, rules.multipliers, rules.scales, rules.plurals, rules.letters, rules.parts)
    for figure in (figure for table in tables for figure in table):
        try:
            Decimal(figure)
        except InvalidOperation:
            raise RuleError(f"{path}: '{figure}' is no figure; write 1_000 or \"0.5\"") from None
