"""Puts tellings together again where something changed, and only there: what comes out is what grouping all would give.

Grouping takes tellings one by one, richest first, and each sees only the deals under its own keys. So the past can be
played again: the tellings that went or came are taken in their turn, a deal that is no longer as it was shows itself to
the later tellings under its keys, and of those only the ones that now choose otherwise carry the change on.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from pipeline.merge.group import Group, Node, Rank, enters, looks, near, rank
from pipeline.merge.telling import Telling
from pipeline.merge.tolerances import MergeRules


class StandingDeal(NamedTuple):
    """A deal that stands: its id, and its tellings."""

    name: str
    tellings: Sequence[Telling]


Under = Callable[[Collection[Node]], Iterable[StandingDeal]]
"""Gives all deals that stand and that have a telling under one of these keys."""


class Regrouped(NamedTuple):
    """What became of the deals that are not as they were."""

    before: list[str]
    """The ids of those that stood."""
    after: list[list[Telling]]
    """The tellings of those that stand now, each in the order they were taken."""


def regroup(
    gone: Collection[str], came: Iterable[Telling], held: Iterable[StandingDeal], under: Under, rules: MergeRules
) -> Regrouped:
    """Return the deals that change where some tellings go and others come.

    `gone` are the ids of mentions in the deals `held`; one that changed goes and comes.
    """
    replay = _Replay(under, rules)
    replay.start(gone, came, held)
    return replay.play()


class _Cluster:
    """A deal in both histories: the tellings it had, and those it has up to the one that is taken now."""

    def __init__(self, number: Rank, name: str | None = None) -> None:
        self.number = number
        self.name = name
        self.before: list[_Placed] = []
        self.now: Group | None = None
        self.changed = False
        self._taken = 0

    def until(self, rank: Rank) -> Group | None:
        """Return what it is when the telling of this rank is taken."""
        while not self.changed and self._taken < len(self.before) and self.before[self._taken].rank < rank:
            self.join(self.before[self._taken].telling)
            self._taken += 1
        return self.now

    def join(self, telling: Telling) -> None:
        """Take in one more telling."""
        if self.now:
            self.now.add(telling)
        else:
            self.now = Group(0, telling)


class _Placed:
    """A telling and the deal it was and is put to; `was` is None for one that came, `now` for one that went."""

    def __init__(self, telling: Telling, was: _Cluster | None) -> None:
        self.telling = telling
        self.rank = rank(telling)
        self.looks = looks(telling)
        self.enters = enters(telling)
        self.was = self.now = was
        self.gone = False
        self.waiting = False

    @property
    def first(self) -> bool:
        """Return whether its deal began with it."""
        return self.was is not None and self.was.before[0] is self


Seen = dict[Rank, _Cluster]


class _Bucket:
    """The deals under one key, as they were and are shown to the telling that is taken now."""

    def __init__(self, node: Node, members: Iterable[_Placed]) -> None:
        self._dated = node.figure is None
        self._members = sorted(members, key=lambda each: each.rank)
        self._taken = 0
        self._before: list[tuple[int, Rank, _Cluster]] = []
        self._now: list[tuple[int, Rank, _Cluster]] = []

    def seen(self, by: _Placed) -> tuple[Seen, Seen]:
        """Return the deals that a telling saw here and those that it sees, by number."""
        while self._taken < len(self._members) and self._members[self._taken].rank < by.rank:
            each = self._members[self._taken]
            self._note(self._before, each, each.was)
            self._note(self._now, each, each.now)
            self._taken += 1
        return self._shown(self._before, by), self._shown(self._now, by)

    def _note(self, entries: list[tuple[int, Rank, _Cluster]], each: _Placed, cluster: _Cluster | None) -> None:
        if cluster is None:
            return
        entry = each.telling.day if self._dated else 0, cluster.number, cluster
        at = bisect_left(entries, entry[:2], key=lambda each: each[:2])
        if at == len(entries) or entries[at][:2] != entry[:2]:
            insort(entries, entry, key=lambda each: each[:2])

    def _shown(self, entries: list[tuple[int, Rank, _Cluster]], by: _Placed) -> Seen:
        return {number: cluster for _, number, cluster in (near(entries, by.telling.day) if self._dated else entries)}


class _Replay:
    """The history of grouping, played again from the first telling that makes a difference."""

    def __init__(self, under: Under, rules: MergeRules) -> None:
        self._ask = under
        self._rules = rules
        self._known: dict[str, _Cluster] = {}
        self._placed: dict[Node, list[_Placed]] = defaultdict(list)
        self._complete: set[Node] = set()
        self._buckets: dict[Node, _Bucket] = {}
        self._watched: set[Node] = set()
        self._queue: list[tuple[Rank, int, _Placed]] = []
        self._numbers = count()
        self._changed: list[_Cluster] = []

    def start(self, gone: Collection[str], came: Iterable[Telling], held: Iterable[StandingDeal]) -> None:
        """Note what went and what came."""
        for each in [self._add(standing) for standing in held]:
            for placed in each.before:
                if placed.telling.mention.deal.id in gone:
                    placed.gone, placed.now = True, None
                    self._push(placed)
        for telling in came:
            placed = _Placed(telling, None)
            self._file(placed)
            self._push(placed)

    def play(self) -> Regrouped:
        """Return what changed, once every telling that can choose otherwise has chosen."""
        while self._queue:
            each = heappop(self._queue)[-1]
            if each.gone and each.was:
                self._change(each.was, each.rank)
                self._watch(each.enters, each.rank)
            elif each.was is None or each.was.changed:
                self._decide(each)
            else:
                self._reconsider(each, each.was)
        changed = sorted(self._changed, key=lambda each: each.number)
        return Regrouped(
            [each.name for each in changed if each.name is not None],
            [each.now.members for each in changed if each.now],
        )

    def _decide(self, each: _Placed) -> None:
        """Put a telling to the deal that fits best of all it sees, or let it begin one."""
        self._load(each.looks)
        seen: Seen = {}
        for node in each.looks:
            seen.update(self._bucket(node).seen(each)[1])
        self._place(each, self._best(each, seen.values()))

    def _reconsider(self, each: _Placed, home: _Cluster) -> None:
        """Put a telling elsewhere if something that it did not see before fits better than where it is."""
        before: Seen = {}
        now: Seen = {}
        for node in each.looks:
            if node in self._watched:
                saw, sees = self._bucket(node).seen(each)
                before.update(saw)
                now.update(sees)
        if not each.first and home.number in before and home.number not in now:
            self._decide(each)
            return
        others = [one for number, one in now.items() if one is not home and (one.changed or number not in before)]
        best = self._best(each, others)
        if best:
            self._place(each, best if each.first else self._best(each, (best, home)))

    def _best(self, each: _Placed, clusters: Iterable[_Cluster]) -> _Cluster | None:
        """Return the deal that a telling fits best; of equals the one that began first."""
        fits = [
            (found, one)
            for one in sorted(clusters, key=lambda one: one.number)
            if (group := one.until(each.rank)) and (found := group.fit(each.telling, self._rules))
        ]
        return max(fits, key=lambda fit: fit[0])[1] if fits else None

    def _place(self, each: _Placed, chosen: _Cluster | None) -> None:
        chosen = chosen or (each.was if each.first and each.was else _Cluster(each.rank))
        if chosen is each.was and not chosen.changed:
            return
        if each.was and each.was is not chosen:
            self._change(each.was, each.rank)
        self._change(chosen, each.rank)
        chosen.join(each.telling)
        each.now = chosen
        self._watch(each.enters, each.rank)

    def _change(self, cluster: _Cluster, rank: Rank) -> None:
        """Note that a deal is not as it was from a rank on: whoever comes later and sees it must look again."""
        if cluster.changed:
            return
        cluster.until(rank)
        cluster.changed = True
        self._changed.append(cluster)
        for each in cluster.before:
            if each.rank > rank:
                self._push(each)
        self._watch({node for each in cluster.before if each.rank < rank for node in each.enters}, rank)

    def _watch(self, nodes: Collection[Node], rank: Rank) -> None:
        new = [node for node in nodes if node not in self._watched]
        self._watched.update(new)
        self._load(new)
        for node in new:
            for each in self._placed[node]:
                if each.rank > rank and node in each.looks:
                    self._push(each)

    def _push(self, each: _Placed) -> None:
        if not each.waiting:
            each.waiting = True
            heappush(self._queue, (each.rank, next(self._numbers), each))

    def _bucket(self, node: Node) -> _Bucket:
        if node not in self._buckets:
            self._buckets[node] = _Bucket(node, self._placed[node])
        return self._buckets[node]

    def _load(self, nodes: Iterable[Node]) -> None:
        """Have all deals under these keys at hand."""
        wanted = [node for node in nodes if node not in self._complete]
        self._complete.update(wanted)
        if wanted:
            for standing in self._ask(wanted):
                self._add(standing)

    def _add(self, standing: StandingDeal) -> _Cluster:
        if standing.name in self._known:
            return self._known[standing.name]
        ranked = sorted(standing.tellings, key=rank)
        cluster = self._known[standing.name] = _Cluster(rank(ranked[0]), standing.name)
        cluster.before = [_Placed(telling, cluster) for telling in ranked]
        for each in cluster.before:
            self._file(each)
        return cluster

    def _file(self, placed: _Placed) -> None:
        for node in placed.enters:
            self._placed[node].append(placed)
