"""Adds up the words of a figure: 三十多亿, two and a half million, three quarters of a billion, 4천 820만.

Scales multiply what stands before them and fall from left to right; one that rises multiplies all before it (1.5万亿).
Words such as 数 and several give an order of magnitude: the figure is added up twice, for the least and the most.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from pipeline.models import Qualifier

LARGEST = Decimal(10) ** 21  # all the money there is, many times over; a longer figure is none
MANY = 999  # a plural scale alone: billions are 1 to 999 billion

Kind = Literal[
    "digits", "part", "fraction", "number", "base", "multiplier", "scale", "plural", "point", "join", "of",
    "article", "several", "more", "measure",
]  # fmt: skip
"""`part` is one written 1/2, `fraction` one told in words, whose value is how many make a whole."""

ONE = Decimal(1)
FIRST = frozenset(
    {"digits", "part", "fraction", "number", "base", "multiplier", "scale", "plural", "article", "several"}
)
FIGURES = frozenset({"digits", "part", "fraction", "number", "base", "article"})
SILENT = frozenset({"article", "more", "measure"})
SCALES = frozenset({"scale", "plural"})


class Token(NamedTuple):
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

    def step(self, token: Token) -> bool:
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


def evaluate(tokens: Sequence[Token], *, foreign: bool = False) -> Number | None:
    """Return the figure these tokens tell, or None where they tell none; `foreign` where the rest is in English."""
    if tokens[0].kind == "digits" and len(tokens) <= 2 and (usual := _usual(tokens[0], tokens[-1])):
        return usual
    tokens, unsure = as_meant(tokens, foreign=foreign)
    first, last = tokens[0], tokens[-1]
    if first.kind not in FIRST or last.kind in ("join", "article", "point"):
        return None
    if last.kind == "of" and (len(tokens) < 2 or not (tokens[-2].kind in SCALES or tokens[-2].value < 1)):
        return None
    if not _of_scales(tokens) or not _of_fractions(tokens):
        return None
    number = _order(tokens) or _several(tokens) or _either(tokens) or _plain(tokens)
    if number is None or (number.value or number.high or 0) > LARGEST:
        return None
    scales = [token.value for token in tokens if token.kind in SCALES]
    figures = any(token.kind in FIGURES for token in tokens)
    alone = first is last and first.kind == "multiplier" and first.value > 10
    return number._replace(
        digits=any(token.kind in ("digits", "part") for token in tokens),
        scale=scales[-1] if scales else None,
        more=any(token.kind == "more" for token in tokens),
        implied=number.value is not None and not figures and (alone or first.kind in SCALES),
        leads=first.kind in SCALES or first.kind == "multiplier",
        unit=unit_of(tokens),
        unsure=unsure,
        value=None if unsure else number.value,
    )


def _usual(figure: Token, last: Token) -> Number | None:
    """Return what digits, or digits and a scale, tell: most figures are no more than that, and this way is short."""
    if figure is last:
        return Number(figure.start, figure.end, figure.value, digits=True) if figure.value <= LARGEST else None
    if last.kind not in SCALES or last.value < 1000 or last.below is not None:
        return None
    value = figure.value * last.value
    if value > LARGEST:
        return None
    return Number(figure.start, last.end, value, digits=True, scale=last.value, unit=last.value)


def as_meant(tokens: Sequence[Token], *, foreign: bool) -> tuple[Sequence[Token], bool]:
    """Return the tokens with another language's scale as that language means it, and whether that is unsure."""
    for at, (figure, scale) in enumerate(itertools.pairwise(tokens)):
        if scale.below is None or scale.otherwise is None or figure.kind not in ("digits", "number"):
            continue
        plural = figure.value >= scale.below
        if not (plural or figure.foreign or foreign):
            continue
        if plural and figure.value % 1 and not figure.foreign and scale.otherwise != scale.value:
            return tokens, True  # 2,5 billion: one language's decimal sign, the other's form of the word
        meant = [part._replace(value=part.otherwise or part.value, below=None) for part in (figure, scale)]
        return [*tokens[:at], *meant, *tokens[at + 2 :]], False
    return tokens, False


def unit_of(tokens: Sequence[Token]) -> Decimal | None:
    """Return what the words behind the last figure multiply by, None where there are none or more than one figure."""
    unit, least = ONE, ONE
    for at, token in reversed(list(enumerate(tokens))):
        if token.kind in SILENT or token.kind == "of":
            continue
        if token.kind not in SCALES and token.kind != "multiplier":
            if any(other.kind in SCALES or other.kind == "multiplier" for other in tokens[:at]):
                return None
            if token.kind == "number" and least == 10:
                unit /= least  # 三十亿: thirty, and not three in tens
            return unit if unit > 1 else None
        unit, least = unit * token.value, token.value
    return None


def _of_fractions(tokens: Sequence[Token]) -> bool:
    """Return whether each fraction in words is one of something: three quarters of a billion, never a third billion."""
    pairs = itertools.pairwise([*tokens, None])
    return all(after is not None and after.kind == "of" for one, after in pairs if one and one.kind == "fraction")


def _of_scales(tokens: Sequence[Token]) -> bool:
    """Return whether each `of` inside joins a word of quantity to a scale: tens of billions, half of a million."""
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if token.kind == "of" and (
            after.kind not in (*SCALES, "article", "multiplier")
            or not (before.kind in (*SCALES, "several", "multiplier", "fraction") or before.value < 1)
        ):
            return False
    return True


def add_up(tokens: Sequence[Token]) -> Decimal | None:
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


def _plain(tokens: Sequence[Token]) -> Number | None:
    value = add_up(tokens)
    if value is None:
        return None
    if any(token.kind == "fraction" for token in tokens):
        value = round(value, 2)
    return Number(tokens[0].start, tokens[-1].end, value)


def _order(tokens: Sequence[Token]) -> Number | None:
    """Return what a plural with no figure before it tells: tens of billions, millions."""
    if tokens[0].kind != "plural" or any(token.kind not in (*SCALES, "of", "multiplier") for token in tokens):
        return None
    low = ONE
    for token in tokens:
        low *= token.value if token.kind != "of" else ONE
    most = {10: Decimal("9.9"), 100: Decimal("9.99")}.get(int(tokens[0].value), Decimal(MANY))
    return Number(tokens[0].start, tokens[-1].end, None, low, low * most, several=True)


def _several(tokens: Sequence[Token]) -> Number | None:
    """Return the order of magnitude that a word such as 数, 几 or several tells."""
    at = next((index for index, token in enumerate(tokens) if token.kind == "several"), None)
    if at is None:
        return None
    head, word, tail = list(tokens[:at]), tokens[at], list(tokens[at + 1 :])
    unit = tail[0] if tail and tail[0].kind == "multiplier" else None
    rest = tail[1:] if unit else tail
    least = unit.value if unit else ONE
    low = add_up([*head, word._replace(kind="number", value=least), *rest])
    high = add_up([*head, word._replace(kind="number", value=least * 10 - 1), *rest])
    if low is None or high is None or any(token.kind == "several" for token in rest):
        return None
    return Number(tokens[0].start, tokens[-1].end, None, low, high, several=True)


def _either(tokens: Sequence[Token]) -> Number | None:
    """Return the range that two figures side by side tell: 两三百万, 七八亿."""
    if any(token.kind == "point" for token in tokens):
        return None
    for index, (one, two) in enumerate(itertools.pairwise(tokens)):
        if one.kind == two.kind == "number" and one.end == two.start and one.value + 1 == two.value <= 9:
            low = add_up([*tokens[: index + 1], *tokens[index + 2 :]])
            high = add_up([*tokens[:index], *tokens[index + 1 :]])
            return None if low is None or high is None else Number(tokens[0].start, tokens[-1].end, None, low, high)
    return None
