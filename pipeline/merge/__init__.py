"""Makes one deal of all mentions of it, from however many documents; `tables/merge.toml` says what one deal is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from pipeline.merge.consolidate import consolidate
from pipeline.merge.group import Said, enters, group
from pipeline.merge.identity import keep_ids
from pipeline.merge.incremental import Held, Moved, Tell, merge_again
from pipeline.merge.telling import Fold, teller, tellings
from pipeline.merge.tolerances import MergeRules, merge_rules
from pipeline.models import DealMention, MergedDeal
from pipeline.rules.knowledge import shipped

__all__ = ["Held", "MergeRules", "Moved", "Tell", "enters", "merge", "merge_again", "merge_rules", "teller"]


def merge(
    mentions: Sequence[DealMention],
    *,
    previous: Iterable[MergedDeal] = (),
    parents: Mapping[str, str] | None = None,
    fold: Fold = str,
    today: str | None = None,
    rules: MergeRules | None = None,
    same: Iterable[Collection[str]] = (),
    apart: Iterable[tuple[Collection[str], Collection[str]]] = (),
) -> tuple[MergedDeal, ...]:
    """Return one deal for each real one, sorted by id: the same whatever the order of the mentions.

    `previous` are the deals merged last time, whose ids stay; `parents` leads a company's id to its parent's;
    `fold` makes names of one company alike across scripts; `today` is when a deal was seen that no document dates;
    `rules` are those that we ship where none are given; `same` are ids of mentions that are one deal whatever the
    rules say, `apart` those that are not.
    """
    rules = rules or merge_rules(shipped())
    groups = group(tellings(mentions, teller(rules, parents or {}, fold)), rules, Said(same, apart))
    merged = [consolidate(told, rules, today) for told in groups]
    return tuple(sorted(keep_ids(merged, previous), key=lambda deal: deal.id))
