"""Tells what the words of a figure say: one number, a range (两三百万), an order of magnitude (数百亿), or none.

Words such as 数 and several give an order of magnitude: the figure is added up twice, for the least and the most.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from decimal import Decimal

from pipeline.annotate.numbers.tally import ONE, SCALES, SILENT, FigureToken, Number, add_up

LARGEST = Decimal(10) ** 21  # all the money there is, many times over; a longer figure is none
MANY = 999  # a plural scale alone: billions are 1 to 999 billion

FIRST = frozenset(
    {"digits", "part", "fraction", "number", "base", "multiplier", "scale", "plural", "article", "several"}
)
FIGURES = frozenset({"digits", "part", "fraction", "number", "base", "article"})


def evaluate(tokens: Sequence[FigureToken], *, foreign: bool = False) -> Number | None:
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
    if any(token.kind == "several" for token in tokens):
        number = _several(tokens)
    else:
        number = _order(tokens) or _either(tokens) or _plain(tokens)
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


def _usual(figure: FigureToken, last: FigureToken) -> Number | None:
    """Return what digits, or digits and a scale, tell: most figures are no more than that, and this way is short."""
    if figure is last:
        return Number(figure.start, figure.end, figure.value, digits=True) if figure.value <= LARGEST else None
    if last.kind not in SCALES or last.value < 1000 or last.below is not None:
        return None
    value = figure.value * last.value
    if value > LARGEST:
        return None
    return Number(figure.start, last.end, value, digits=True, scale=last.value, unit=last.value)


def as_meant(tokens: Sequence[FigureToken], *, foreign: bool) -> tuple[Sequence[FigureToken], bool]:
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


def unit_of(tokens: Sequence[FigureToken]) -> Decimal | None:
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


def _of_fractions(tokens: Sequence[FigureToken]) -> bool:
    """Return whether each fraction in words is one of something: three quarters of a billion, never a third billion."""
    pairs = itertools.pairwise([*tokens, None])
    return all(after is not None and after.kind == "of" for one, after in pairs if one and one.kind == "fraction")


def _of_scales(tokens: Sequence[FigureToken]) -> bool:
    """Return whether each `of` inside joins a word of quantity to a scale: tens of billions, half of a million."""
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if token.kind == "of" and (
            after.kind not in (*SCALES, "article", "multiplier")
            or not (before.kind in (*SCALES, "several", "multiplier", "fraction") or before.value < 1)
        ):
            return False
    return True


def _plain(tokens: Sequence[FigureToken]) -> Number | None:
    value = add_up(tokens)
    if value is None:
        return None
    if any(token.kind == "fraction" for token in tokens):
        value = round(value, 2)
    return Number(tokens[0].start, tokens[-1].end, value)


def _order(tokens: Sequence[FigureToken]) -> Number | None:
    """Return what a plural with no figure before it tells: tens of billions, millions."""
    if tokens[0].kind != "plural" or any(token.kind not in (*SCALES, "of", "multiplier") for token in tokens):
        return None
    low = ONE
    for token in tokens:
        low *= token.value if token.kind != "of" else ONE
    most = {10: Decimal("9.9"), 100: Decimal("9.99")}.get(int(tokens[0].value), Decimal(MANY))
    return Number(tokens[0].start, tokens[-1].end, None, low, low * most, several=True)


def _several(tokens: Sequence[FigureToken]) -> Number | None:
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


def _either(tokens: Sequence[FigureToken]) -> Number | None:
    """Return the range that two figures side by side tell: 两三百万, 七八亿."""
    if any(token.kind == "point" for token in tokens):
        return None
    for index, (one, two) in enumerate(itertools.pairwise(tokens)):
        if one.kind == two.kind == "number" and one.end == two.start and one.value + 1 == two.value <= 9:
            low = add_up([*tokens[: index + 1], *tokens[index + 2 :]])
            high = add_up([*tokens[:index], *tokens[index + 1 :]])
            return None if low is None or high is None else Number(tokens[0].start, tokens[-1].end, None, low, high)
    return None
