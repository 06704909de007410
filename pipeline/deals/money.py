"""Which amount, stake, quantity and date belong to a deal, and what the amount is: price, valuation or neither."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pipeline.deals.sentence import Sentence
from pipeline.models import Amount, Asset, Span

# Characters and factors, tuned against the zh and en examples.
FAR = 2.7  # times as far reaches an amount that is called the deal's price or total: 交易价, 中标价
PREFERENCE = {"total": 20, "price": 8, "plain": 0}  # characters of distance a label is worth
OUTSIDE = 30  # what it costs to stand in another clause
RECURRING = 40  # what it costs to be told a year or a month
BEHIND = 12  # behind an amount: the word that says what it is, 元的估值
Range = tuple[int, int]
S = TypeVar("S", bound=Span)


def role(sentence: Sentence, amount: Amount, clause_start: int, *, lent: bool = False) -> str:
    """Return what an amount is by the words around it: `total`, `price`, `valuation`, `other` or `plain`.

    Debt is another sum than a price, but what a loan is about where it is `lent`.
    """
    text, grammar = sentence.text, sentence.grammar
    begin = max(clause_start, amount.start - grammar.syntax.label_reach)
    if amount.per in ("share", "unit") or _priced_by_unit(sentence, begin, amount):
        return "other"
    behind = text[amount.end : amount.end + BEHIND].lstrip(f" {grammar.syntax.attribute}")
    if grammar.money["other"].match(behind):
        return "plain" if lent and grammar.assets["debt"].search(behind) else "other"
    if grammar.valuation_behind.match(behind):
        return "valuation"
    labels = [
        (match.end(), len(match.group()), label)
        for label, pattern in grammar.money.items()
        for match in pattern.finditer(text, begin, amount.start)
    ]
    label = max(labels)[2] if labels else "plain"  # the last word before the amount rules
    if label == "valuation" and _of_another(sentence, max(labels)[0], amount):
        label = "plain"  # 評価額50億ドルで|3億ドルを
    if label in ("plain", "price") and grammar.money["valuation"].match(behind):
        return "valuation"  # 以5亿美元的估值
    return label


def _of_another(sentence: Sentence, label: int, amount: Amount) -> bool:
    """Return whether what a word says of an amount ends with the case marker behind another one, before this one."""
    others = [p.end for p in sentence.pieces if p.kind == "amount" and label <= p.start and p.end <= amount.start]
    return any(sentence.grammar.slot_behind(sentence.text, end) in ("in", "to", "object", "as") for end in others)


def _priced_by_unit(sentence: Sentence, begin: int, amount: Amount) -> bool:
    """Return whether a word before an amount makes it the price of a piece; not one that stands behind another."""
    others = [p for p in sentence.pieces if p.kind == "amount" and p.start != amount.start]
    return any(
        not any(other.start < found.end() and found.start() <= other.end + 1 for other in others)
        for found in sentence.grammar.unit_price.finditer(sentence.text, begin, amount.start)
    )


def choose(
    sentence: Sentence,
    amounts: Sequence[Amount],
    cue: Range,
    clause: Range,
    barriers: Sequence[Range],
    *,
    lent: bool = False,
) -> tuple[Amount | None, Amount | None]:
    """Return the deal's amount and its valuation: in the cue's clause, else in one near by that names a price.

    `barriers` are the cues of other deals: an amount beyond one of them belongs to that one.
    """
    valuation: Amount | None = None
    scored: list[tuple[float, Amount]] = []
    for amount in amounts:
        inside = clause[0] <= amount.start < clause[1]
        is_what = role(sentence, amount, clause[0] if inside else sentence.start, lent=lent)
        between = (cue[1], amount.start) if amount.start >= cue[1] else (amount.end, cue[0])
        distance = between[1] - between[0]
        reach = sentence.grammar.syntax.money_reach * (FAR if is_what == "total" else 1)
        if is_what == "other" or distance > reach:
            continue
        if is_what == "valuation":
            valuation = valuation or amount
        elif _can_be_its(sentence, amount, between, barriers, sure=inside or is_what != "plain", inside=inside):
            cost = (0 if inside else OUTSIDE) + (RECURRING if amount.per else 0)
            scored.append((distance + cost - PREFERENCE[is_what], amount))
    return (min(scored, key=lambda pair: pair[0])[1] if scored else None), valuation


def _can_be_its(
    sentence: Sentence, amount: Amount, between: Range, barriers: Sequence[Range], *, sure: bool, inside: bool
) -> bool:
    """Return whether an amount can be a cue's own: no other deal's cue stands between them or owns it."""
    if not sure or any(between[0] <= start and end <= between[1] for start, end in barriers):
        return False
    return inside or not _owned(sentence, amount, barriers)


def _owned(sentence: Sentence, amount: Amount, barriers: Sequence[Range]) -> bool:
    """Return whether another deal's cue stands in an amount's own clause and so owns it."""
    text = sentence.text
    start = max(text.rfind(mark, sentence.start, amount.start) for mark in ",;:")
    ends = [at for at in (text.find(mark, amount.end, sentence.end) for mark in ",;。") if at >= 0]
    end = min(ends, default=sentence.end)
    return any(start < barrier < end for barrier, _ in barriers)


def nearest(values: Sequence[S], at: int, clause: Range) -> S | None:
    """Return the value in a clause that stands nearest behind a place, else before it."""
    inside = [value for value in values if clause[0] <= value.start < clause[1]]
    behind = [value for value in inside if value.start >= at]
    return behind[0] if behind else inside[-1] if inside else None


def asset(sentence: Sentence, start: int, end: int) -> Asset | None:
    """Return what is bought, by the first word of the object that names a kind of asset, the longest at its place.

    A word of a firm's name is nothing that it sells: Birch Steel Ltd.
    """
    names = [piece for piece in sentence.pieces if piece.kind == "org"]
    best: tuple[int, int, Asset] | None = None
    for kind, pattern in sentence.grammar.assets.items():
        found = pattern.finditer(sentence.text, start, end)
        match = next((m for m in found if not any(n.start <= m.start() < n.end for n in names)), None)
        if match and (best is None or (match.start(), -len(match.group())) < best[:2]):
            best = (match.start(), -len(match.group()), Asset(kind=kind, text=match.group()))
    return best[2] if best else None
