"""Finds the numbers of things that deals are told in: gigawatts, chips, shares, aircraft, tonnes."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipeline.annotate.numbers.figures import Figures, alternatives, exactness, figures, read_figure
from pipeline.models import Quantity
from pipeline.rules import loading
from pipeline.rules.loading import RuleError, Rules, load

REACH = 56  # characters between the start of a figure and the end of its unit: twice the longest of the examples


class QuantityRules(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A language's `quantities.toml`."""

    units: dict[str, list[str]]
    """Name of a unit, the same in every language, and how it is written right behind the figure."""
    things: dict[str, list[str]]
    """What is counted, and how it is written behind the figure, its counter and a few describing words."""
    counter: str
    """What may or must stand between a figure and a thing."""
    unit_ends: str = ""
    """What must follow a unit: a pattern that takes no characters."""
    thing_ends: str = ""
    not_before: str = ""
    """What in front of a figure makes it no quantity: 每10股."""


class QuantityGrammar(NamedTuple):
    """The compiled rules of one language."""

    figures: Figures
    unit: re.Pattern[str]
    quantity: re.Pattern[str]
    figure_end: re.Pattern[str]
    """The end of a figure: a unit, unlike a thing, stands right behind one."""
    names: dict[str, str]
    things: frozenset[str]


def find_quantities(text: str, language: str) -> list[Quantity]:
    """Return the quantities that a text tells, in reading order."""
    grammar = _grammar(language.partition("-")[0], loading.folders())
    if grammar is None:
        return []
    found: list[Quantity] = []
    for unit in grammar.unit.finditer(text):
        start = max(found[-1].end if found else 0, unit.start() - REACH)
        behind = unit.group() in grammar.things or grammar.figure_end.search(
            text[max(start, unit.start() - 12) : unit.start()]
        )
        if behind and unit.start() >= start:
            found += _ending(text, start, unit.end(), grammar)
    return found


@cache
def _grammar(code: str, folders: tuple[Path, ...]) -> QuantityGrammar | None:
    told = figures(code)
    paths = [path for folder in folders if folder.name == code and (path := folder / "quantities.toml").is_file()]
    if not paths:
        return None
    if told is None:
        raise RuleError(f"{paths[-1]}: needs a figures.toml beside it, which tells how figures are written")
    return _compiled(load(paths[-1], QuantityRules), told, paths[-1])


def _compiled(source: QuantityRules, told: Figures, path: Path) -> QuantityGrammar:
    names = {word: name for group in (source.units, source.things) for name, words in group.items() for word in words}
    units = alternatives(word for words in source.units.values() for word in words)
    counted = [word for words in source.things.values() for word in words]
    things = alternatives(counted)
    figure = rf"(?P<figure>(?i:{told.figure}))\s?"
    what = rf"(?:(?P<unit>{units}){source.unit_ends}|(?:{source.counter})(?P<thing>{things}){source.thing_ends})"
    refused = f"(?<!{source.not_before})" if source.not_before else ""
    try:
        unit = re.compile(f"(?:{alternatives(names)})")
        figure_end = re.compile(rf"(?:{told.pieces.pattern})(?:{'|'.join(told.source.more)})?\s?$", re.IGNORECASE)
        return QuantityGrammar(told, unit, re.compile(refused + figure + what), figure_end, names, frozenset(counted))
    except re.error as error:
        raise RuleError(f"{path}: {error}; mend the pattern") from error


def _ending(text: str, first: int, end: int, grammar: QuantityGrammar) -> list[Quantity]:
    """Return the quantity whose unit ends at `end`, if there is one."""
    for match in grammar.quantity.finditer(text, first, min(len(text), end + 4)):
        if match.end() == end:
            value = read_figure(match["figure"], grammar.figures)
            unit = grammar.names[match["unit"] or match["thing"]]
            start, _, qualifier = exactness(text, match.start(), match.end("figure"), grammar.figures)
            return [Quantity(start=start, end=end, text=text[start:end], value=value, unit=unit, qualifier=qualifier)]
    return []
