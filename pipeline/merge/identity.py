"""Gives merged deals the ids they had: a deal keeps its id while mentions join and leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from pipeline.merge.telling import order
from pipeline.models import MergedDeal


def keep_ids(merged: Sequence[MergedDeal], previous: Iterable[MergedDeal]) -> list[MergedDeal]:
    """Return the deals under the ids of the previous ones they go on from."""
    homes = {mention.deal.id: place for place, deal in enumerate(merged) for mention in deal.mentions}
    heirs: dict[int, list[MergedDeal]] = {}
    for old in previous:
        place = _heir(old, homes)
        if place is not None:
            heirs.setdefault(place, []).append(old)
    named = [_renamed(deal, heirs.get(place, [])) for place, deal in enumerate(merged)]
    standing = {deal.id for deal in named}
    return [replace(deal, former_ids=tuple(each for each in deal.former_ids if each not in standing)) for deal in named]


def _heir(old: MergedDeal, homes: dict[str, int]) -> int | None:
    """Return the deal that goes on from an old one: it holds the mention that named it, else most of its mentions."""
    if old.id in homes:
        return homes[old.id]
    found = Counter(homes[mention.deal.id] for mention in old.mentions if mention.deal.id in homes)
    return max(found, key=lambda place: (found[place], -place)) if found else None


def _renamed(deal: MergedDeal, olds: list[MergedDeal]) -> MergedDeal:
    """Return a deal with the id of the oldest it goes on from; the ids of the others are kept as former ones."""
    if not olds:
        return deal
    oldest, *others = sorted(olds, key=_age)
    former = {*oldest.former_ids, *(name for other in others for name in (other.id, *other.former_ids))}
    seen = {"first_seen": oldest.first_seen, "last_seen": oldest.last_seen} if _undated(deal) else {}
    return replace(deal, id=oldest.id, former_ids=tuple(sorted(former - {oldest.id})), **seen)


def _age(old: MergedDeal) -> tuple[object, ...]:
    return order(old.mentions[0])


def _undated(deal: MergedDeal) -> bool:
    return not any(mention.published for mention in deal.mentions)
