"""Merges what changed, and nothing else: the merged deals come out as merging all mentions anew would give them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple, Protocol

from msgspec.structs import replace

from pipeline.merge.consolidate import consolidate
from pipeline.merge.group import Node, rank
from pipeline.merge.identity import keep_ids
from pipeline.merge.replay import StandingDeal, regroup
from pipeline.merge.telling import Telling, order
from pipeline.merge.tolerances import MergeRules
from pipeline.models import DealMention, MergedDeal, to_json

Tell = Callable[[DealMention], Telling]
"""Makes a mention ready to be compared (see `telling.teller`)."""


class Held(Protocol):
    """The merged deals that stand, asked for by what is known of them."""

    def under(self, nodes: Collection[Node]) -> Iterable[MergedDeal]:
        """Return those with a telling under one of these keys."""

    def holding(self, mentions: Collection[str]) -> Iterable[MergedDeal]:
        """Return those that hold one of these mentions."""

    def named(self, ids: Collection[str]) -> Iterable[MergedDeal]:
        """Return those of these ids."""

    def once_named(self, ids: Collection[str]) -> Iterable[MergedDeal]:
        """Return those that had one of these ids."""


class Moved(NamedTuple):
    """The merged deals that are not as they were: as they stood, and as they stand; some ids are in both."""

    before: list[MergedDeal]
    after: list[MergedDeal]


def merge_again(
    gone: Collection[str], came: Iterable[DealMention], held: Held, tell: Tell, rules: MergeRules, today: str | None
) -> Moved:
    """Return what becomes of the merged deals where mentions went and others came; one that changed does both."""
    standing: dict[str, MergedDeal] = {}

    def told(deals: Iterable[MergedDeal]) -> list[StandingDeal]:
        found = []
        for deal in deals:
            standing[deal.id] = deal
            found.append(StandingDeal(deal.id, [tell(mention) for mention in deal.mentions]))
        return found

    fresh = [tell(mention) for mention in came]
    result = regroup(gone, fresh, told(held.holding(gone)), lambda nodes: told(held.under(nodes)), rules)
    before = {name: standing[name] for name in result.before}
    groups = [*result.after, *_named_anew(result.after, before, held, tell)]
    merged = [consolidate(sorted(group, key=_place), rules, today) for group in sorted(groups, key=_first)]
    return _settled(before, keep_ids(merged, before.values()), held)


def _place(telling: Telling) -> tuple[object, ...]:
    return order(telling.mention)


def _first(group: Sequence[Telling]) -> tuple[object, ...]:
    return min(map(rank, group))


def _named_anew(
    groups: Iterable[Sequence[Telling]], before: dict[str, MergedDeal], held: Held, tell: Tell
) -> list[list[Telling]]:
    """Return the tellings of deals that keep them and lose their name, to the mention they had it from: it is back.

    They are added to those before.
    """
    found: list[list[Telling]] = []
    names = {telling.mention.deal.id for group in groups for telling in group}
    while names:
        deals = [deal for deal in held.named(names) if deal.id not in before]
        before.update({deal.id: deal for deal in deals})
        found += [[tell(mention) for mention in deal.mentions] for deal in deals]
        names = {mention.deal.id for deal in deals for mention in deal.mentions}
    return found


def _settled(before: dict[str, MergedDeal], after: list[MergedDeal], held: Held) -> Moved:
    """Return what changed, where no id that stands is also given as a former one."""
    former = {name for deal in after for name in deal.former_ids}
    taken = {deal.id for deal in held.named(former) if deal.id not in before}
    after = [_without(deal, taken) for deal in after]
    new = {deal.id for deal in after} - before.keys()
    others = [deal for deal in held.once_named(new) if deal.id not in before]
    moved = [(before.get(deal.id), deal) for deal in after] + [(deal, _without(deal, new)) for deal in others]
    same = {deal.id for old, deal in moved if old and to_json(old) == to_json(deal)}
    everything = {**before, **{deal.id: deal for deal in others}}
    return Moved(
        [deal for name, deal in everything.items() if name not in same],
        [deal for _, deal in moved if deal.id not in same],
    )


def _without(deal: MergedDeal, ids: Collection[str]) -> MergedDeal:
    kept = tuple(name for name in deal.former_ids if name not in ids)
    return deal if kept == deal.former_ids else replace(deal, former_ids=kept)
