"""A frame that fits a cue, and what several parties with a figure each make of it: one deal each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple, TypeVar

from pipeline.deals.grammar import Grammar
from pipeline.deals.sentence import Arguments
from pipeline.models import Amount, Date, Kind, Quantity, Role, Round, Span, Stake
from pipeline.rules.frames import Cue, Frame, Org

NEAR_ROW = 16  # characters around a row of amounts in which 分别 stands; from the zh examples
S = TypeVar("S", bound=Span)


class Values(NamedTuple):
    """The values of one sentence, each kind in reading order."""

    amounts: list[Amount]
    stakes: list[Stake]
    quantities: list[Quantity]
    rounds: list[Round]
    dates: list[Date]


@dataclass(frozen=True)
class Candidate:
    """A frame that fits a cue, before it competes with the others of its sentence."""

    frame: Frame
    cue: Cue
    parties: tuple[tuple[Role, Org], ...]
    arguments: Arguments
    kind: Kind
    confidence: float
    amount: Amount | None = None
    valuation: Amount | None = None
    stake: Stake | None = None
    quantity: Quantity | None = None
    round: Round | None = None
    date: Date | None = None
    complete: bool = True
    """Whether both sides are named."""
    loose: bool = False
    """Whether it tells too little to stand without what other sentences tell: a lone investor of the round."""
    evidence: tuple[int, int] | None = None
    """Where it is told, if over more than its own sentence."""

    @property
    def bare(self) -> bool:
        """Return whether it tells no figure: an opinion, where a reader's comment says it."""
        return not (self.amount or self.stake or self.quantity or self.valuation)

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Return who pays whom, by name; for partners, who stands beside whom."""
        givers = self.names("payer")
        takers = self.names("payee") + self.names("target")
        partners = sorted(self.names("partner"))
        return frozenset((g, t) for g in givers for t in takers) or frozenset(pairwise(partners))

    def names(self, role: Role) -> list[str]:
        """Return the names of the firms in a role."""
        return [org.name for each, org in self.parties if each == role]


def shared_out(candidate: Candidate, text: str, values: Values, grammar: Grammar) -> list[Candidate]:
    """Return one candidate for each party that a list of figures gives its own: C 51%和49%, 分别为2亿元、1亿元."""
    for role in ("target", "payee", "payer"):
        several = [org for each, org in candidate.parties if each == role]
        if len(several) < 2:
            continue
        start, end = candidate.arguments.window
        own = _in_brackets(values.amounts, several, text) or _marked(values.amounts, several, text, grammar)
        amounts = own or _row(values.amounts, len(several), text, grammar)
        inside = [stake for stake in values.stakes if start <= stake.start < end]
        stakes = _row(inside, len(several), text, grammar) or _marked(values.stakes, several, text, grammar)
        told = own or (amounts and _respectively(amounts, text, grammar))
        if not told and not stakes:
            continue
        return [
            replace(
                candidate,
                parties=tuple((r, o) for r, o in candidate.parties if r != role or o is org),
                amount=amounts[place] if told and amounts else candidate.amount,
                stake=stakes[place] if stakes else candidate.stake,
            )
            for place, org in enumerate(several)
        ]
    return [candidate]


def _in_brackets(amounts: Sequence[Amount], parties: Sequence[Org], text: str) -> list[Amount] | None:
    """Return the amounts that stand in brackets right behind each of the parties: 甲(3亿元)、乙(2亿元)."""
    found = [
        next((each for each in amounts if text[org.end : each.start].strip() in ("(", "（")), None) for org in parties
    ]
    own = [amount for amount in found if amount]
    return own if len(own) == len(parties) else None


def _marked(values: Sequence[S], parties: Sequence[Org], text: str, grammar: Grammar) -> list[S] | None:
    """Return the values that stand right behind the case marker of each of the parties: 甲が|1億円、乙が|2億円."""
    if grammar.cases is None:
        return None
    marker = grammar.cases.marker
    found = [next((each for each in values if marker.fullmatch(text, org.end, each.start)), None) for org in parties]
    own = [value for value in found if value]
    return own if len(own) == len(parties) else None


def _row(values: Sequence[S], number: int, text: str, grammar: Grammar) -> list[S] | None:
    """Return the first `number` values that stand in a row with only commas and words like 和 between them."""
    for first in range(len(values) - number + 1):
        row = list(values[first : first + number])
        if all(grammar.row.fullmatch(text, one.end, other.start) for one, other in pairwise(row)):
            return row
    return None


def _respectively(row: Sequence[Span], text: str, grammar: Grammar) -> bool:
    """Return whether the text says of a row that each party has its own: 分别为2亿元、1亿元."""
    start, end = max(0, row[0].start - NEAR_ROW), row[-1].end + NEAR_ROW
    return grammar.respectively.search(text, start, end) is not None
