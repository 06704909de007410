"""Which other deals may be the same one, and what people said of that."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipeline.models import Judgement, MergedDeal, Noun
from pipeline.review.order import QueueItem
from pipeline.times.days import days, gap
from pipeline.wording.edges import company_key

if TYPE_CHECKING:
    from pipeline.review.desk import Desk

MOST = 8  # deals offered: what is less like it is found by a search


class Tie(Noun, frozen=True, kw_only=True):
    """What a person said of a deal and another one."""

    answer: Judgement
    other: QueueItem | None
    """The other deal, where it is still one of its own."""


def firms(deal: MergedDeal) -> frozenset[str]:
    """Return the companies of a deal, by their keys."""
    return frozenset(company_key(party) for party in deal.parties)


def alike(desk: Desk, item: QueueItem) -> list[QueueItem]:
    """Return the deals that may be the same, the likeliest first: two firms in common, or the only one told."""
    deal, mine = item.verdict.deal, firms(item.verdict.deal)
    told = {tie.other.id for tie in of(desk, item) if tie.other}
    others = {each.id: each for name in mine for each in desk.of_company(name) if each.id not in {item.id, *told}}
    near = [each for each in others.values() if _enough(mine, firms(each.verdict.deal))]
    return sorted(near, key=lambda each: _unlike(deal, each.verdict.deal))[:MOST]


def _enough(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return len(mine & theirs) >= min(2, len(mine), len(theirs))


def _unlike(deal: MergedDeal, other: MergedDeal) -> tuple[bool, bool, int, str]:
    """Return what candidates are sorted by: another amount, another kind, days between."""
    sums = {each.amount.value for each in (deal, other) if each.amount}
    return len(sums) != 1, deal.kind != other.kind, gap(days(deal.first_seen), days(other.first_seen)), other.id


def of(desk: Desk, item: QueueItem) -> list[Tie]:
    """Return what people said of this deal and others, oldest first."""
    found = []
    for answer in desk.ties:
        pair = _ids(answer)
        if item.id in pair:
            other = next((desk.items[name] for name in pair if name != item.id and name in desk.items), None)
            found.append(Tie(answer=answer, other=other))
    return found


def joined(ties: Iterable[Judgement], deals: Iterable[str]) -> dict[str, str]:
    """Return the deals that people joined to another one and no run has merged yet, by id, each with the other's."""
    there, by_pair = set(deals), dict[frozenset[str], list[Judgement]]()
    for answer in ties:
        by_pair.setdefault(frozenset(_ids(answer)), []).append(answer)
    agreed = (several[-1] for several in by_pair.values() if all(each.answer == "same" for each in several))
    return {each.other.deal: each.deal for each in agreed if each.other and {each.deal, each.other.deal} <= there}


def _ids(answer: Judgement) -> list[str]:
    return [answer.deal, answer.other.deal] if answer.other else [answer.deal]
