"""Which amount, stake, quantity and date belong to a deal, and what the amount is: price, valuation or neither."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pipeline.deals.pieces import Grammar
from pipeline.models import Amount, Asset, Span

FAR = 2.7  # times as far reaches an amount that is called the deal's price or total: 交易价, 中标价
PREFERENCE = {"total": 20, "price": 8, "plain": 0}  # characters of distance a label is worth
S = TypeVar("S", bound=Span)


class Money:
    """Reads the values of one sentence for the deals in it."""

    def __init__(self, text: str, grammar: Grammar, start: int, end: int) -> None:
        self.text = text
        self.grammar = grammar
        self.start = start
        self.end = end

    def role(self, amount: Amount, clause_start: int) -> str:
        """Return what an amount is by the words before it: `total`, `price`, `valuation`, `other` or `plain`."""
        if amount.per in ("share", "unit"):
            return "other"
        begin = max(clause_start, amount.start - self.grammar.syntax.label_reach)
        if self.grammar.unit_price.search(self.text, begin, amount.start):
            return "other"
        behind = self.text[amount.end : amount.end + 12].lstrip("的 ")
        if self.grammar.money["other"].match(behind):
            return "other"
        labels = [
            (match.end(), len(match.group()), label)
            for label, pattern in self.grammar.money.items()
            for match in pattern.finditer(self.text, begin, amount.start)
        ]
        if labels:
            return max(labels)[2]  # the last word before the amount rules
        return "valuation" if self.grammar.money["valuation"].match(behind) else "plain"

    def choose(
        self,
        amounts: Sequence[Amount],
        cue: tuple[int, int],
        clause: tuple[int, int],
        barriers: Sequence[tuple[int, int]],
    ) -> tuple[Amount | None, Amount | None]:
        """Return the deal's amount and its valuation: in the cue's clause, else in one near by that names a price.

        `barriers` are the cues of other deals: an amount beyond one of them belongs to that one.
        """
        valuation = None
        scored: list[tuple[float, Amount]] = []
        for amount in amounts:
            inside = clause[0] <= amount.start < clause[1]
            role = self.role(amount, clause[0] if inside else self.start)
            between = (cue[1], amount.start) if amount.start >= cue[1] else (amount.end, cue[0])
            distance = between[1] - between[0]
            crossed = any(between[0] <= b[0] and b[1] <= between[1] for b in barriers)
            if role == "other" or distance > self.grammar.syntax.money_reach * (FAR if role == "total" else 1):
                continue
            if role == "valuation":
                valuation = valuation or amount
                continue
            if crossed or (not inside and (role == "plain" or self._owned(amount, barriers))):
                continue
            worth = distance + (0 if inside else 30) - PREFERENCE[role] + (40 if amount.per else 0)
            scored.append((worth, amount))
        return (min(scored, key=lambda pair: pair[0])[1] if scored else None), valuation

    def _owned(self, amount: Amount, barriers: Sequence[tuple[int, int]]) -> bool:
        """Return whether another deal's cue stands in an amount's own clause and so owns it."""
        start = max(self.text.rfind(mark, self.start, amount.start) for mark in ",;:")
        ends = [at for at in (self.text.find(mark, amount.end, self.end) for mark in ",;。") if at >= 0]
        return any(start < b[0] < min(ends, default=self.end) for b in barriers)

    def nearest(self, values: Sequence[S], at: int, clause: tuple[int, int]) -> S | None:
        """Return the value in a clause that stands nearest behind a place, else before it."""
        inside = [value for value in values if clause[0] <= value.start < clause[1]]
        behind = [value for value in inside if value.start >= at]
        return behind[0] if behind else inside[-1] if inside else None

    def asset(self, start: int, end: int) -> Asset | None:
        """Return what is bought, by the first word of the object that names a kind of asset."""
        best: tuple[int, int, Asset] | None = None
        for kind, pattern in self.grammar.assets.items():
            match = pattern.search(self.text, start, end)
            if match and (best is None or (match.start(), -len(match.group())) < best[:2]):
                best = (match.start(), -len(match.group()), Asset(kind=kind, text=match.group()))
        return best[2] if best else None
