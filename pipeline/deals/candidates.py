"""A frame that fits a cue, and what several parties with a figure each make of it: one deal each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple, TypeVar

from pipeline.deals.arguments import Arguments
from pipeline.frames import Cue, Frame, Org
from pipeline.models import Amount, Date, Kind, Quantity, Role, Round, Span, Stake

BETWEEN = re.compile(r"\s*(?:、|,|和|及|与|以及|and|, and|股权|股份|的股权|的股份|\s)*\s*")
RESPECTIVELY = re.compile(r"分别|各自|respectively|each", re.IGNORECASE)
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


def shared_out(candidate: Candidate, text: str, values: Values) -> list[Candidate]:
    """Return one candidate for each party that a list of figures gives its own: C 51%和49%, 分别为2亿元、1亿元."""
    for role in ("target", "payee", "payer"):
        several = [org for each, org in candidate.parties if each == role]
        if len(several) < 2:
            continue
        start, end = candidate.arguments.window
        amounts = _row(values.amounts, len(several), text, values.amounts[0].start if values.amounts else 0)
        stakes = _row([s for s in values.stakes if start <= s.start < end], len(several), text, start)
        told = amounts and RESPECTIVELY.search(text, max(0, amounts[0].start - 16), amounts[-1].end + 16)
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


def joined(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates with the investors of one round made one deal: lead first, then the others."""
    kept: list[Candidate] = []
    for candidate in candidates:
        payees = set(candidate.names("payee"))
        place = next((i for i, c in enumerate(kept) if c.frame.joins and payees & set(c.names("payee"))), None)
        if not candidate.frame.joins or place is None:
            kept.append(candidate)
            continue
        first = kept[place]
        more = tuple((r, o) for r, o in candidate.parties if r == "payer" and o.name not in first.names("payer"))
        leading = sum(1 for role, _ in first.parties if role == "payer")
        parties = (*first.parties[:leading], *more, *first.parties[leading:])
        kept[place] = replace(first, parties=parties, amount=first.amount or candidate.amount)
    return kept


def _row(values: Sequence[S], number: int, text: str, start: int) -> list[S] | None:
    """Return the first `number` values that stand in a row with only commas and words like 和 between them."""
    rest = [value for value in values if value.start >= start]
    for first in range(len(rest) - number + 1):
        row = list(rest[first : first + number])
        if all(BETWEEN.fullmatch(text, a.end, b.start) for a, b in pairwise(row)):
            return row
    return None
