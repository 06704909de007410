"""Follows a deal's status from document to document."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from pipeline.merge.tolerances import StatusMoves
from pipeline.models import DealMention, Status, StatusChange
from pipeline.times.days import days


def history(mentions: Sequence[DealMention], rules: StatusMoves) -> tuple[StatusChange, ...]:
    """Return how the status came about, oldest first; what has no date counts as before all that has."""
    steps: list[StatusChange] = []
    for _, group in groupby(sorted(mentions, key=_day), key=_day):
        said = max(group, key=lambda mention: _weight(mention.deal.status, rules))
        before = steps[-1].status if steps else None
        if before is None or _moves(before, said.deal.status, rules):
            steps.append(StatusChange(status=said.deal.status, since=said.published, mention=said.deal.id))
    return tuple(steps)


def _day(mention: DealMention) -> int:
    known = days(mention.published)
    return known[0].toordinal() if known else 0


def _weight(status: Status, rules: StatusMoves) -> int:
    """Return which of the statuses told on one day holds: a stop, else the one furthest on."""
    if status in rules.stops:
        return len(rules.progress) + rules.stops.index(status)
    return rules.progress.index(status) if status in rules.progress else -1


def _moves(before: Status, after: Status, rules: StatusMoves) -> bool:
    """Return whether a later document's status takes the place of the one before."""
    if after in rules.stops:
        return before in rules.stopped_from
    if before in rules.stops:
        return after in rules.resumed_by
    return _weight(after, rules) > _weight(before, rules)
