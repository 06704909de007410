"""Which candidates of a sentence are reported: one telling of each pair of parties."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from pipeline.deals.candidates import Candidate
from pipeline.models import Kind, Span

OWNERSHIP = {"acquisition", "share-transfer"}
OPENING: frozenset[Kind] = frozenset(("investment", "loan"))
"""Kinds that are told in parts: who raises how much, then who leads and who joins."""
CONFIDENT = 0.5  # below it a candidate is not reported: a name beside a weak cue; from the zh examples


def compete(
    candidates: Sequence[Candidate], in_comment: Callable[[Candidate], bool], raising: Iterable[Candidate] = ()
) -> list[Candidate]:
    """Return one telling of each pair of parties, the one with an amount, then the surest; no opinions of readers.

    `raising` are rounds that tell too little to stand alone: they only say whose round others join.
    """
    kept: list[Candidate] = []
    order = sorted(
        with_payees(candidates, raising),
        key=lambda c: (c.frame.vague, c.amount is None, -len(c.pairs), -c.confidence, c.cue.start),
    )
    for candidate in order:
        if candidate.confidence < CONFIDENT or (candidate.bare and in_comment(candidate)):
            continue
        if not candidate.complete:
            continue
        if candidate.frame.vague and not candidate.amount and any(_changes_hands(each, candidate) for each in kept):
            continue  # 甲与乙签署收购协议,将丙转让给乙
        rivals = [each for each in kept if each.pairs & _rival_pairs(candidate)]
        if candidate.frame.vague and rivals:
            if not candidate.amount or any(each.kind != "partnership" or each.amount for each in rivals):
                continue
            kept = [each for each in kept if each not in rivals]  # 甲与乙签署3亿元合同,深化合作
            rivals = []
        if not any(candidate.amount is None or each.amount == candidate.amount for each in rivals):
            kept.append(candidate)
    for candidate in order:
        alone = not (candidate.complete or candidate.loose)
        if alone and candidate.confidence >= CONFIDENT and not in_comment(candidate):
            _take_one_sided(kept, candidate)
    return rounds_joined(sorted(kept, key=lambda c: c.cue.start))


def once(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates, each figure left to the verb in whose phrases it stands: bought A for 3, and sold B."""
    kept = []
    for candidate in candidates:
        others = [other for other in candidates if other.complete and not _one_deal(candidate, other)]
        amount, stake, quantity = candidate.amount, candidate.stake, candidate.quantity
        kept.append(
            replace(
                candidate,
                amount=None if _owned(amount, candidate, [o for o in others if o.amount == amount]) else amount,
                stake=None if _owned(stake, candidate, [o for o in others if o.stake == stake]) else stake,
                quantity=None
                if _owned(quantity, candidate, [o for o in others if o.quantity == quantity])
                else quantity,
            )
        )
    return kept


def _owned(value: Span | None, candidate: Candidate, others: Sequence[Candidate]) -> bool:
    """Return whether a figure stands in the phrases of another deal's verb and not in a candidate's own."""
    if value is None or _within(candidate, value.start):
        return False
    return any(other.cue.start != candidate.cue.start and _within(other, value.start) for other in others)


def _within(candidate: Candidate, at: int) -> bool:
    """Return whether a place is in the phrases of a candidate's own verb."""
    first, last = candidate.arguments.reach
    return first <= at < last


def _one_deal(candidate: Candidate, other: Candidate) -> bool:
    """Return whether two candidates of a sentence can tell one deal: the same firms, or a round and who joins it."""
    own, others = ({org.name for _, org in each.parties} for each in (candidate, other))
    return len(own & others) > 1 or own == others or candidate.frame.joins or other.frame.joins


def with_payees(candidates: Sequence[Candidate], opened: Iterable[Candidate] = ()) -> list[Candidate]:
    """Return the candidates, who joins a round given the firm that the same sentence says raises it."""
    every = [_with_its_payee(candidate, candidates) for candidate in candidates]
    raising = [c for c in (*every, *opened) if c.kind in OPENING and c.names("payee") and not c.names("payer")]
    if not raising:
        return every
    payees = tuple((role, org) for role, org in raising[0].parties if role == "payee")
    return [
        replace(c, parties=(*c.parties, *payees), complete=True, loose=False, amount=c.amount or raising[0].amount)
        if c.frame.joins
        and c.kind == raising[0].kind
        and not c.names("payee")
        and not set(c.names("payer")) & set(raising[0].names("payee"))
        else c
        for c in every
    ]


def _with_its_payee(candidate: Candidate, others: Sequence[Candidate]) -> Candidate:
    """Return who joins a round with the firm that raises it, not with who leads it: A leads B's round, joined by C."""
    payees = set(candidate.names("payee"))
    led = [c for c in others if c.frame.joins and c.complete and payees and payees <= set(c.names("payer"))]
    if not candidate.frame.joins or not candidate.names("payer") or not led:
        return candidate
    own = tuple((role, org) for role, org in candidate.parties if role == "payer")
    return replace(candidate, parties=(*own, *((r, o) for r, o in led[0].parties if r == "payee")))


def _take_one_sided(kept: list[Candidate], candidate: Candidate) -> None:
    """Keep a deal with one named side, where no other telling of the sentence is of the same deal."""
    firms = {org.name for _, org in candidate.parties}
    if len(firms) > 1 and any(firms <= set(other.names("partner")) for other in kept):
        return  # 甲と乙が共同で出資する|合弁会社
    for place, other in enumerate(kept):
        if not tells_the_same(other, candidate):
            continue
        if other.amount is None and candidate.amount and other.kind == candidate.kind:
            kept[place] = replace(other, amount=candidate.amount)
        return
    kept.append(candidate)


def tells_the_same(other: Candidate, candidate: Candidate) -> bool:
    """Return whether a one-sided deal can be the one that another candidate tells: a shared firm, no other sum."""
    shared = {(role, org.name) for role, org in candidate.parties} & {(role, org.name) for role, org in other.parties}
    if len(candidate.parties) == 1:
        shared |= {("payer", org.name) for _, org in other.parties if org.name == candidate.parties[0][1].name}
    if candidate.amount and other.amount:
        same_sum = candidate.amount.start == other.amount.start
        return same_sum or (bool(shared) and candidate.amount.value == other.amount.value)
    return bool(shared)


def _changes_hands(other: Candidate, candidate: Candidate) -> bool:
    """Return whether both tell of a firm or its shares that change hands, with a party in common."""
    firms, others = ({org.name for _, org in each.parties} for each in (candidate, other))
    return {candidate.kind, other.kind} <= OWNERSHIP and bool(firms & others)


def _rival_pairs(candidate: Candidate) -> frozenset[tuple[str, str]]:
    """Return the pairs that tell the same: a vague frame's also the other way round."""
    if not candidate.frame.vague:
        return candidate.pairs
    return candidate.pairs | frozenset((taker, giver) for giver, taker in candidate.pairs)


def rounds_joined(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates with the investors of one round made one deal: lead first, then the others."""
    kept: list[Candidate] = []
    for candidate in candidates:
        payees = set(candidate.names("payee"))
        place = next(
            (
                i
                for i, c in enumerate(kept)
                if c.frame.joins and payees & set(c.names("payee")) and not _shared_out(c, candidate)
            ),
            None,
        )
        if not candidate.frame.joins or place is None:
            kept.append(candidate)
        else:
            kept[place] = _joined(kept[place], candidate)
    return kept


def _shared_out(first: Candidate, other: Candidate) -> bool:
    """Return whether one verb tells of investors with a sum each: 甲(3亿元)和乙(2亿元)领投."""
    sums = first.amount is not None and other.amount is not None
    return sums and first.cue.start == other.cue.start and first.amount != other.amount


def _joined(first: Candidate, other: Candidate) -> Candidate:
    more = tuple((r, o) for r, o in other.parties if r == "payer" and o.name not in first.names("payer"))
    leading = len(first.names("payer"))
    parties = (*first.parties[:leading], *more, *first.parties[leading:])
    return replace(first, parties=parties, amount=first.amount or other.amount)
