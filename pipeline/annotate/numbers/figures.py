"""Reads the figures that percentages and quantities are told in: digits, scale words, numerals, and how exactly."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from pipeline.models import Qualifier, plain
from pipeline.rules import loading
from pipeline.rules.loading import RuleError, Rules, load
from pipeline.text.letters import fold_letters

DIGITS = r"\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,8})?(?!\d)|\d{1,12}(?:\.\d{1,8})?"
"""Bounded, so that a page of digits costs its length and no more."""
LONGEST_WORD = 20  # characters of "slightly more than " and its like, in front of a figure
NOT_INSIDE = r"(?<!\d)(?<!\d[.,])"
"""Where a figure may begin: never inside a longer one."""


class FigureRules(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A language's `figures.toml`."""

    scales: dict[str, int] = msgspec.field(default_factory=dict)
    """Words that multiply what stands before them: 万, million."""
    numerals: dict[str, int] = msgspec.field(default_factory=dict)
    steps: dict[str, int] = msgspec.field(default_factory=dict)
    """Numerals that multiply the numeral before them: 十, hundred."""
    between: str = ""
    """What may stand between two numerals: a pattern."""
    never_behind: str = ""
    """Characters behind which numerals tell no figure: 数百, 第一."""
    more: tuple[str, ...] = ()
    """Words inside a figure that make it more than it says: 三千多万."""
    before: dict[str, Qualifier] = msgspec.field(default_factory=dict)
    after: dict[str, Qualifier] = msgspec.field(default_factory=dict)


class Figures(NamedTuple):
    """How a language tells figures: patterns to build others from, and what they say."""

    figure: str
    small: str
    """A figure without scale words, as percentages are told."""
    before: re.Pattern[str]
    """A word in front of a figure that tells how exactly it is meant."""
    after: re.Pattern[str]
    pieces: re.Pattern[str]
    """The digits and words that make up a figure."""
    source: FigureRules


def figures(language: str) -> Figures | None:
    """Return the figures of a language (BCP 47), None where no folder tells them."""
    return _figures(language.partition("-")[0], loading.folders())


@cache
def _figures(code: str, folders: tuple[Path, ...]) -> Figures | None:
    paths = [path for folder in folders if folder.name == code and (path := folder / "figures.toml").is_file()]
    if not paths:
        return None
    source = load(paths[-1], FigureRules)
    source = msgspec.structs.replace(source, before=_folded(source.before), after=_folded(source.after))
    for word in source.scales.keys() & (source.numerals.keys() | source.steps.keys()):
        raise RuleError(f"{paths[-1]}: '{word}' is both a scale and a numeral; keep one")
    scale = f"(?:\\s?(?:{alternatives([*source.scales, *source.steps])})(?![A-Za-z]))"
    more = f"(?:{alternatives(source.more)})?"
    word = f"(?:{alternatives([*source.numerals, *source.steps])})(?![A-Za-z])"
    numeral = f"(?<![A-Za-z{source.never_behind}]){word}(?:{source.between}{word}){{0,8}}"
    head = f"(?:{NOT_INSIDE}(?:{DIGITS})|{numeral})"
    return Figures(
        figure=f"(?:(?:{head}{scale}{{1,2}}){{0,2}}{head}{more}{scale}{{0,2}}{more})",
        small=head,
        before=re.compile(rf"(?:(?<![A-Za-z])|(?![A-Za-z]))(?:{alternatives(source.before)})\s?$", re.IGNORECASE),
        after=re.compile(rf"\s?(?:{alternatives(source.after)})", re.IGNORECASE),
        pieces=re.compile(rf"{DIGITS}|{alternatives([*source.scales, *source.steps, *source.numerals])}"),
        source=source,
    )


def _folded(words: dict[str, Qualifier]) -> dict[str, Qualifier]:
    return {fold_letters(word): meaning for word, meaning in words.items()}


def alternatives(words: Iterable[str]) -> str:
    """Return a pattern of words, the longest tried first; of none, one that never fits."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or "(?!)"


def read_figure(said: str, told: Figures) -> Decimal:
    """Return the number that a figure tells; raises ValueError for one that tells none."""
    total, part, scale_before = Decimal(0), Decimal(0), 0
    unit: Decimal | None = None
    source = told.source
    for piece in _pieces(said, told):
        if isinstance(piece, Decimal):
            unit = (unit or Decimal(0)) + piece
        elif piece in source.steps:
            part, unit = part + (unit if unit is not None else 1) * source.steps[piece], None
        else:
            part, unit = part + (unit or 0), None
            scale = source.scales[piece]
            total = (total + part) * scale if scale > scale_before else total + part * scale
            part, scale_before = Decimal(0), scale
    return plain(total + part + (unit or 0))


def _pieces(said: str, told: Figures) -> list[Decimal | str]:
    found: list[Decimal | str] = []
    for piece in told.pieces.findall(fold_letters(said)):
        if piece[0].isdigit():
            found.append(Decimal(piece.replace(",", "")))
        else:
            found.append(Decimal(told.source.numerals[piece]) if piece in told.source.numerals else piece)
    if not found:
        raise ValueError(f"'{said}' tells no number")
    return found


def exactness(text: str, start: int, end: int, told: Figures) -> tuple[int, int, Qualifier]:
    """Return the range of a figure together with the words beside it that tell how exactly it is meant, and how."""
    before = told.before.search(text, max(0, start - LONGEST_WORD), start)
    if before:
        return before.start(), end, told.source.before[" ".join(fold_letters(before.group()).split())]
    after = told.after.match(text, end)
    if after:
        return start, after.end(), told.source.after[" ".join(fold_letters(after.group()).split())]
    more = any(word in text[start:end] for word in told.source.more)
    return start, end, "over" if more else "exact"
