"""What earlier sentences told that later ones build on: the open round, one deal told over several sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.deals.candidates import Candidate
from pipeline.deals.competition import OPENING, OWNERSHIP, tells_the_same
from pipeline.deals.filling import PARTIAL
from pipeline.deals.sentence import Sentence
from pipeline.models import Amount, Kind, Role
from pipeline.rules.frames import Org

NEAR = 3  # sentences with a cue between two that tell one deal; from the zh and en examples
CARRIED = 0.05  # what it costs that a side comes from another sentence


@dataclass
class Scene:
    """The open round of a document: who raises it, and how much it is."""

    number: int = 0
    """Of the sentence being read, among those with a cue."""
    payee: Org | None = None
    kind: Kind | None = None
    amount: Amount | None = None
    told_in: int = -NEAR
    sold: Candidate | None = None
    """What was told to be sold last, its buyer not named."""
    sold_in: int = -NEAR
    sold_at: int = 0

    def bought(self, candidate: Candidate, here: Sequence[Candidate], sentence: Sentence) -> Candidate | None:
        """Return who buys with what the same sentence or one before says is sold; None where nothing is."""
        near = [each for each in here if _is_sale(each) and each.cue.start < candidate.cue.start]
        sold = near[-1] if near else self.sold if self.number + 1 - self.sold_in <= NEAR else None
        own = {org.name for _, org in candidate.parties}
        if sold is None or own & {org.name for _, org in sold.parties} or _of_goods(sold) != _of_goods(candidate):
            return None
        return replace(
            candidate,
            parties=(*candidate.parties, *sold.parties),
            amount=candidate.amount or sold.amount,
            stake=candidate.stake or sold.stake,
            complete=True,
            loose=False,
            kind=sold.kind,
            evidence=(sentence.start if near else self.sold_at, sentence.end),
        )

    def fill(self, candidate: Candidate, sentence: Sentence) -> Candidate | None:
        """Return a candidate with the side that an earlier sentence names; None where it cannot stand without."""
        lent = candidate.kind == "loan" and candidate.amount is not None and self.kind in OPENING
        own = candidate.kind == self.kind or lent  # a part of the round may be a loan
        if candidate.complete or not own or candidate.names("payee") or not self._open():
            return None if candidate.loose else candidate
        payee = self.payee
        takes_up = candidate.frame.joins or candidate.amount or candidate.round
        if payee is None or payee.name in candidate.names("payer") or not takes_up:
            return None if candidate.loose else candidate
        return replace(
            candidate,
            parties=(*candidate.parties, ("payee", payee)),
            complete=True,
            loose=False,
            confidence=candidate.confidence + PARTIAL - CARRIED,  # both sides are named now
            evidence=(min(payee.start, sentence.start), sentence.end),
        )

    def open_under(self, firm: Org) -> None:
        """Take the firm that a heading names for the one who raises a round that is told below it, unless one is."""
        if not self._open():
            self.payee, self.kind, self.amount = firm, "investment", None
        self.told_in = self.number

    def note(self, kept: Sequence[Candidate], sentence: Sentence, loose: Sequence[Candidate] = ()) -> None:
        """Remember the round that a sentence opens, and what it tells to be sold, if only loosely."""
        self.number += 1
        sales = [each for each in kept if _is_sale(each)] or [each for each in loose if _is_sale(each)]
        if sales:
            self.sold, self.sold_in, self.sold_at = sales[-1], self.number, sentence.start
        for candidate in kept:
            payees = [org for role, org in candidate.parties if role == "payee"]
            if candidate.kind in OPENING and payees and candidate.evidence is None:
                self.payee, self.kind = payees[0], candidate.kind
                self.amount, self.told_in = candidate.amount, self.number

    def _open(self) -> bool:
        return self.payee is not None and self.number + 1 - self.told_in <= NEAR


def _is_sale(candidate: Candidate) -> bool:
    """Return whether a candidate tells that a firm, its shares or its work is sold, but not who buys."""
    sold = candidate.kind in OWNERSHIP or _of_goods(candidate)
    return sold and not candidate.names("payer") and not candidate.frame.buys_sold


def _of_goods(candidate: Candidate) -> bool:
    """Return whether goods or work are bought, no firm and no shares: the customer is A, not the buyer."""
    return candidate.kind == "purchase"


def woven(told: Sequence[tuple[Sentence, list[Candidate]]]) -> list[list[Candidate]]:
    """Return the candidates of each sentence, those of one deal joined into the telling that comes first."""
    kept = [list(own) for _, own in told]
    for later in range(len(kept)):
        for earlier in range(max(0, later - NEAR), later):
            _join(kept, earlier, later, told)
    every = [candidate for own in kept for candidate in own]
    return [[candidate for candidate in own if not _told_better(candidate, every)] for own in kept]


def _told_better(candidate: Candidate, every: Sequence[Candidate]) -> bool:
    """Return whether another sentence tells the same with both sides or a sum: a bet on an unnamed firm, a pact."""
    others = [other for other in every if other is not candidate and other.complete]
    if candidate.arguments.stands_in and any(_names_actor(other, candidate) for other in others):
        return True
    firms = {org.name for _, org in candidate.parties}
    if not candidate.complete:
        return any(firms & {org.name for _, org in other.parties} and _one_sum(candidate, other) for other in others)
    if candidate.kind != "partnership" or candidate.amount:
        return False
    signed = bool(candidate.frame.signs)
    return any(
        other.kind != "partnership"
        and (other.amount or other.kind in OWNERSHIP or (signed and other.kind == "purchase"))
        and firms <= {org.name for _, org in other.parties}
        for other in others
    )


def _names_actor(other: Candidate, candidate: Candidate) -> bool:
    """Return whether another telling names who acts, where a candidate only has the firm behind it: 甲:子公司收购乙."""
    got: tuple[Role, ...] = ("payee", "target")
    same = any(set(other.names(role)) & set(candidate.names(role)) for role in got)
    apart = not set(other.names("payer")) & set(candidate.names("payer"))
    told = not other.arguments.stands_in and bool(other.names("payer")) and other.kind == candidate.kind
    return same and apart and told and _agree(other, candidate) and _one_stake(other, candidate)


def _one_stake(first: Candidate, second: Candidate) -> bool:
    """Return whether the stakes of two tellings can be one."""
    return first.stake is None or second.stake is None or first.stake.percent == second.stake.percent


def _one_sum(candidate: Candidate, other: Candidate) -> bool:
    """Return whether the sum of one deal is the price or the value that another tells."""
    told = {(each.value, each.currency) for each in (other.amount, other.valuation) if each and each.value}
    return candidate.amount is not None and (candidate.amount.value, candidate.amount.currency) in told


def _join(
    kept: list[list[Candidate]], earlier: int, later: int, told: Sequence[tuple[Sentence, list[Candidate]]]
) -> None:
    for second in list(kept[later]):
        for place, first in enumerate(kept[earlier]):
            joined = _joined(first, second, told[earlier][0], told[later][0])
            if joined is None:
                continue
            kept[later].remove(second)
            kept[earlier][place] = joined
            break


def _joined(first: Candidate, second: Candidate, here: Sentence, there: Sentence) -> Candidate | None:
    """Return what two sentences tell of one deal; None where they tell two."""
    if first.kind != second.kind or not _agree(first, second):
        return None
    both = _span(first, here), _span(second, there)
    evidence = (min(start for start, _ in both), max(end for _, end in both))
    if second.frame.buys_sold:
        sold, bought = ({org.name for _, org in each.parties} for each in (first, second))
        one = _is_sale(first) and sold <= bought
        return replace(second, amount=second.amount or first.amount, evidence=evidence) if one else None
    if first.frame.joins or second.frame.joins or first.kind in OPENING:
        same_payee = set(first.names("payee")) & set(second.names("payee"))
        if same_payee and (second.amount is None or first.amount is None or not second.complete):
            more = tuple((r, o) for r, o in second.parties if r == "payer" and o.name not in first.names("payer"))
            if not more and first.complete == second.complete:
                # the investment taken up again: 这笔投资
                return first if second.evidence is not None and second.amount is None else None
            leading = len(first.names("payer"))
            parties = (*first.parties[:leading], *more, *first.parties[leading:])
            return replace(
                first,
                parties=parties,
                amount=first.amount or second.amount,
                round=first.round or second.round,
                complete=first.complete or second.complete,
                evidence=evidence,
            )
        return None
    if first.complete == second.complete:
        return None
    whole, part = (first, second) if first.complete else (second, first)
    if not tells_the_same(whole, part):
        return None
    return replace(whole, amount=whole.amount or part.amount, evidence=evidence)


def _agree(first: Candidate, second: Candidate) -> bool:
    """Return whether the sums of two tellings can be one."""
    return first.amount is None or second.amount is None or first.amount.value == second.amount.value


def _span(candidate: Candidate, sentence: Sentence) -> tuple[int, int]:
    return candidate.evidence or (sentence.start, sentence.end)
