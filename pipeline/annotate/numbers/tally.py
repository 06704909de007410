"""Adds up the words of a figure: 三十亿, two and a half million, three quarters of a billion, 4천 820만.

Scales multiply what stands before them and fall from left to right; one that rises multiplies all before it (1.5万亿).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from pipeline.models import Qualifier

Kind = Literal[
    "digits", "part", "fraction", "number", "base", "multiplier", "scale", "plural", "point", "join", "of",
    "article", "several", "more", "measure",
]  # fmt: skip
"""`part` is one written 1/2, `fraction` one told in words, whose value is how many make a whole."""

ONE = Decimal(1)
SILENT = frozenset({"article", "more", "measure"})
SCALES = frozenset({"scale", "plural"})


class FigureToken(NamedTuple):
    """A piece of a figure, with its place."""

    kind: Kind
    value: Decimal
    start: int
    end: int
    otherwise: Decimal | None = None
    """Its value where the words are another language's: 9.345 billion in German."""
    below: Decimal | None = None
    """The figure that a scale in the singular takes; behind a larger one it is another language's."""
    foreign: bool = False
    """Digits with another language's decimal sign."""


class Number(NamedTuple):
    """A figure told; `value` is null where only its order of magnitude or its range is, or where it is unsure."""

    start: int
    end: int
    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    digits: bool = False
    """Written in digits, at least in part."""
    scale: Decimal | None = None
    """What its last scale multiplies by: 1_000_000 in 5 million."""
    more: bool = False
    """Said to be somewhat more: 三十多亿."""
    implied: bool = False
    """A scale with no figure before it: 亿元."""
    leads: bool = False
    """It begins with a scale or multiplier: 百亿."""
    several: bool = False
    """Its order of magnitude is told: 数百亿."""
    unit: Decimal | None = None
    """What the words behind its last digits multiply by: 10_000_000 in 8千万."""
    unsure: bool = False
    """What it counts in is not known: a scale of another language behind it, or one cut off."""
    qualifier: Qualifier = "exact"

    def negated(self) -> Number:
        """Return the figure below zero."""
        return self._replace(value=None if self.value is None else -self.value)


class Tally:
    """Adds up numbers, multipliers and scales in reading order; a step that makes no figure answers False."""

    def __init__(self) -> None:
        self.total = self.section = Decimal(0)
        self.pending: Decimal | None = None
        self.last: Decimal | None = None
        self.decimal: Decimal | None = None
        self.joined = self.based = self.written = False
        self.end = -1

    def step(self, token: FigureToken) -> bool:
        """Take the next token in."""
        touching, self.end = token.start == self.end, token.end
        if token.kind == "point":
            if (self.pending is None and not self.section) or self.decimal is not None:
                return False
            self.decimal = ONE
        elif self.decimal is not None and token.kind in ("number", "digits"):
            self._decimal(token.value)
        elif token.kind == "digits":
            if self.pending is not None:
                return False
            self.pending = token.value
            self.written = True
        elif token.kind == "part":
            self.pending = (self.pending or 0) + token.value  # 1 1/2 million
        elif token.kind == "fraction":
            self.pending = (ONE if self.pending is None else self.pending) / token.value
        elif token.kind == "base":
            if not self._base(token.value, touching):
                return False
        elif token.kind == "number":
            if not self._number(token.value, touching):
                return False
        elif token.kind == "multiplier" or (token.kind == "plural" and token.value < 1000):
            self.section += token.value * (ONE if self.pending is None else self.pending)
            self.pending = None
            self.based = self.written = False
        elif token.kind in SCALES and not self._scale(token.value):
            return False
        self.joined = token.kind == "join" or (self.joined and token.kind in SILENT)
        return True

    def _decimal(self, digit: Decimal) -> None:
        """Take in a digit behind the point: 三点一四, one point five."""
        assert self.decimal is not None
        self.decimal /= 10
        self.pending = (self.pending or 0) + digit * self.decimal

    def _base(self, value: Decimal, touching: bool) -> bool:
        """Take in a number that a digit multiplies: quatre-vingt."""
        if self.pending is not None and 1 < self.pending < 10:
            self.pending *= value
        elif not self._number(value, touching):
            return False
        self.based = True
        return True

    def _number(self, value: Decimal, touching: bool) -> bool:
        pending = self.pending
        if pending is None:
            if value < 1 and (self.joined or touching) and self.last is not None and not self.section:
                self.total += value * self.last  # two million and a half, 一亿半
            else:
                self.pending = value
        elif value < 1 and (self.joined or touching):
            self.pending = pending + value  # two and a half
        elif self.written:
            return False  # 5000 이상: the numeral begins another word
        elif pending >= 20 and value < (20 if self.based else 10) and pending % 10 == 0 and value >= 1:
            self.pending = pending + value  # forty-five, soixante-douze
        elif pending >= 100 and value < 100 and pending % 100 == 0:
            self.pending = pending + value  # doscientos cuarenta
        else:
            return False
        return True

    def _scale(self, by: Decimal) -> bool:
        bare = self.pending is None and not self.section
        here = self.section + (self.pending or 0)
        if self.total and self.last is not None and self.last < by:
            self.total = (self.total + here) * by  # 1.5万亿, un mil millones
        elif self.last is not None and (by >= self.last or bare):
            return False
        else:
            self.total += (ONE if bare else here) * by
        self.section, self.pending, self.last, self.decimal = Decimal(0), None, by, None
        self.based = self.written = False
        return True

    def sum(self) -> Decimal:
        """Return what it comes to."""
        return self.total + self.section + (self.pending or 0)


def add_up(tokens: Sequence[FigureToken]) -> Decimal | None:
    """Return what tokens come to, or None where they make no figure."""
    tally = Tally()
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        if token.kind == "article":
            if after is None or after.kind not in ("number", "multiplier", "scale", "several", "fraction"):
                return None
            if after.kind == "scale" and tally.pending is None:
                token = token._replace(kind="number", value=ONE)
        if not tally.step(token):
            return None
    return tally.sum()
