"""Which amount, stake, quantity and date belong to a deal, and what the amount is: price, valuation or neither."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pipeline.deals.pieces import Grammar
from pipeline.models import Amount, Asset, Span

REACH = 60  # characters between a verb and an amount in a neighbouring clause
S = TypeVar("S", bound=Span)


class Money:
    """Reads the values of one sentence for the deals in it."""

    def __init__(self, text: str, grammar: Grammar, start: int, end: int) -> None:
        self.text = text
        self.grammar = grammar
        self.start = start
        self.end = end

    def role(self, amount: Amount, clause_start: int) -> str:
        """Return what an amount is by the words before it: `price`, `valuation`, `other` or `plain`."""
        begin = max(clause_start, amount.start - self.grammar.syntax.label_reach)
        before = self.text[begin : amount.start]
        # the last word before the amount rules; words inside the amount's own text (up to, about) are not labels
        labels = [
            (match.end(), label)
            for label, pattern in (
                ("price", self.grammar.price), ("valuation", self.grammar.valuation), ("other", self.grammar.other_money),
            )
            for match in pattern.finditer(before)
        ]  # fmt: skip
        label = max(labels)[1] if labels else "plain"
        if amount.per in ("share", "unit"):
            return "other"
        if label == "plain":
            after = self.text[amount.end : amount.end + 8]
            behind = self.grammar.other_money.match(after.lstrip("的 "))
            if behind:
                return "other"
            if self.grammar.valuation.match(after.lstrip("的 ")):
                return "valuation"
        return label

    def choose(
        self, amounts: Sequence[Amount], cue: tuple[int, int], clause: tuple[int, int], barriers: Sequence[tuple[int, int]]
    ) -> tuple[Amount | None, Amount | None]:
        """Return the deal's amount and its valuation: in the cue's clause, else in a neighbouring one that names a price.

        `barriers` are the other cues: an amount beyond one of them belongs to that one.
        """
        valuation = None
        scored: list[tuple[float, Amount]] = []
        for amount in amounts:
            inside = clause[0] <= amount.start < clause[1]
            distance = amount.start - cue[1] if amount.start >= cue[1] else cue[0] - amount.end
            role = self.role(amount, clause[0] if inside else self.start)
            if role == "other" or (distance > REACH and not inside):
                continue
            if role == "valuation":
                valuation = valuation or amount
                continue
            between = (cue[1], amount.start) if amount.start >= cue[1] else (amount.end, cue[0])
            crossed = sum(1 for b in barriers if between[0] <= b[0] and b[1] <= between[1])
            if not inside and (role != "price" or crossed or self._has_cue(amount, barriers)):
                continue
            if inside and crossed and role != "price":
                continue
            scored.append((distance + 20 * crossed + (0 if inside else 30) - (8 if role == "price" else 0), amount))
        return (min(scored, key=lambda pair: pair[0])[1] if scored else None), valuation

    def _has_cue(self, amount: Amount, barriers: Sequence[tuple[int, int]]) -> bool:
        """Return whether another cue stands in an amount's own clause and so owns it."""
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
