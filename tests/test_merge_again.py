"""Merging what changed gives what merging everything gives: over histories in which documents come, change and go."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from pipeline.merge import merge, merge_again, merge_rules, teller
from pipeline.merge.group import Node, enters
from pipeline.models import DealMention, MergedDeal
from pipeline.rules.knowledge import shipped
from tests.telling import tell

RULES = merge_rules(shipped())
PARENTS = {"b": "a", "c": "b"}
TELL = teller(RULES, PARENTS, str)
FIRMS = ("a", "b", "c", "d", "e?", "f")


class Stands:
    """The merged deals that stand, each asked by a look at all of them."""

    def __init__(self, deals: Iterable[MergedDeal]) -> None:
        self.deals = list(deals)
        self.looked_at: set[str] = set()

    def _those(self, found: Iterable[MergedDeal]) -> list[MergedDeal]:
        chosen = list(found)
        self.looked_at |= {deal.id for deal in chosen}
        return chosen

    def under(self, nodes: Collection[Node]) -> list[MergedDeal]:
        wanted = set(nodes)
        return self._those(d for d in self.deals if any(wanted & {*enters(TELL(each))} for each in d.mentions))

    def holding(self, mentions: Collection[str]) -> list[MergedDeal]:
        return self._those(d for d in self.deals if any(each.deal.id in mentions for each in d.mentions))

    def named(self, ids: Collection[str]) -> list[MergedDeal]:
        return self._those(d for d in self.deals if d.id in ids)

    def once_named(self, ids: Collection[str]) -> list[MergedDeal]:
        return self._those(d for d in self.deals if {*ids} & {*d.former_ids})


@some.composite
def mentions(draw: some.DrawFn, document: str) -> DealMention:
    """Give a mention as a document could tell it, of few firms and sums so that many meet."""
    sides = draw(some.sampled_from([("payer", "payee"), ("payer", "target"), ("payer",), ("payee",), ("partner",)]))
    firms = some.lists(some.sampled_from(FIRMS), min_size=1, max_size=2, unique=True)
    parties = {role: tuple(draw(firms)) for role in sides}
    if "partner" in parties:
        parties["partner"] = ("a", *[firm for firm in parties["partner"] if firm != "a"], "d")
    return tell(
        document,
        draw(some.sampled_from(["purchase", "investment", "acquisition", "share-transfer"])),
        amount=draw(some.sampled_from([None, None, 5_000, 5_100, 50_000, "1000..9999"])),
        currency=draw(some.sampled_from(["USD", "USD", "EUR", None])),
        published=draw(some.sampled_from([None, "2025-01-02", "2025-01-05", "2025-03-01", "2024-01-01"])),
        status=draw(some.sampled_from(["announced", "completed", "denied", "hypothetical"])),
        stake=draw(some.sampled_from([None, None, "5", "10"])),
        round=draw(some.sampled_from([None, None, "A", "B"])),
        block=draw(some.sampled_from(["paragraph", "paragraph", "comment"])),
        at=draw(some.integers(0, 2)) * 1000,
        **parties,
    )


@some.composite
def histories(draw: some.DrawFn) -> list[dict[str, list[DealMention]]]:
    """Give what changes step by step: documents with what each tells from then on, nothing where it is gone."""
    names = some.sampled_from(["n1", "n2", "n3", "n4", "n5", "n6"])

    def step() -> dict[str, list[DealMention]]:
        chosen = draw(some.lists(names, min_size=1, max_size=3, unique=True))
        return {name: draw(some.lists(mentions(name), max_size=4)) for name in chosen}

    return [step() for _ in range(draw(some.integers(1, 6)))]


def after(
    deals: Iterable[MergedDeal], gone: Collection[str], came: Iterable[DealMention], stands: Stands | None = None
) -> tuple[MergedDeal, ...]:
    """Return the merged deals once what changed is merged."""
    stands = stands or Stands(deals)
    before, now = merge_again(gone, came, stands, TELL, RULES, "2025-11-01")
    old = {deal.id: deal for deal in deals}
    assert all(old[deal.id] == deal for deal in before), "what it says stood did stand"
    for deal in before:
        del old[deal.id]
    assert not old.keys() & {deal.id for deal in now}
    return tuple(sorted([*old.values(), *now], key=lambda deal: deal.id))


grouping = import_module("pipeline.merge.group")


@pytest.mark.parametrize("nearest", [grouping.NEAREST, 2])
def test_merging_again_is_merging_all(nearest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "NEAREST", nearest)  # a pair of which much is told is seen in part only

    @settings(max_examples=80, deadline=None)
    @given(histories())
    def hold(history: list[dict[str, list[DealMention]]]) -> None:
        told: dict[str, dict[str, DealMention]] = {}
        stands: tuple[MergedDeal, ...] = ()
        for step in history:
            gone: set[str] = set()
            came: list[DealMention] = []
            for name, mentioned in step.items():
                before, now = told.get(name, {}), {each.deal.id: each for each in mentioned}
                gone |= {one for one, each in before.items() if now.get(one) != each}
                came += [each for one, each in now.items() if before.get(one) != each]
                told[name] = now
            everything = [each for several in told.values() for each in several.values()]
            whole = merge(everything, previous=stands, parents=PARENTS, today="2025-11-01")
            stands = after(stands, gone, came)
            assert stands == whole
        assert grouped(stands) == grouped(merge(everything, parents=PARENTS, today="2025-11-01"))

    hold()


def grouped(deals: Iterable[MergedDeal]) -> set[frozenset[str]]:
    """Return which mentions are one deal."""
    return {frozenset(each.deal.id for each in deal.mentions) for deal in deals}


def test_only_the_deals_around_a_new_mention_are_looked_at() -> None:
    firms = [f"firm{number}" for number in range(200)]
    told = [tell(f"n{at}", "purchase", payer=one, payee=f"{one}x", amount=5_000) for at, one in enumerate(firms)]
    deals = merge(told)
    stands = Stands(deals)
    new = tell("new", "purchase", payer="firm7", payee="firm7x", amount=5_000)
    whole = partial(merge, [*told, new], previous=deals)
    assert after(deals, (), [new], stands) == whole()
    assert len(stands.looked_at) == 1
