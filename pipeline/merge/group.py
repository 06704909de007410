"""Puts tellings of one deal together. Each is compared only with groups between the same companies, so that time grows
with the number of mentions; the richest come first, so that a bare mention finds all it could belong to."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import count
from typing import Any, NamedTuple, TypeVar

from msgspec.structs import replace

from pipeline.merge.agree import Fit, fit, told_apart
from pipeline.merge.telling import Figure, Telling, halves, order, pairs
from pipeline.merge.tolerances import MergeRules
from pipeline.models import Kind, plain
from pipeline.times.days import Days

NEAREST = 100  # groups of one pair looked at each way in time; a pair in the news has a dozen deals
Key = tuple[bool, str, str]
Rank = tuple[object, ...]
"""What tellings are taken by, lowest first: the richest, and of equals the first in the order of mentions."""
E = TypeVar("E")


class Node(NamedTuple):
    """What tellings find deals by: a pair of companies, or such a pair and a figure."""

    key: Key
    figure: str | None = None


class Group:
    """Tellings of one deal; `face` is its first and richest telling with the parties and the time of all."""

    def __init__(self, number: int, first: Telling) -> None:
        self.number = number
        self.face = first
        self.members: list[Telling] = []
        self._figures: dict[object, Figure | None] = {}
        self._kinds: dict[Kind, None] = {}
        self._rounds: dict[str, Telling] = {}
        self._documents: dict[str, dict[object, Telling]] = defaultdict(dict)
        self._places: dict[object, list[Telling]] = defaultdict(list)
        self.add(first)

    def add(self, telling: Telling) -> None:
        """Take in one more telling."""
        self.members.append(telling)
        self.face = _joined(self.face, telling)
        self._figures.setdefault(_figure(telling.figure), telling.figure)
        self._kinds.setdefault(telling.kind)
        self._documents[telling.mention.document].setdefault(_measures(telling), telling)
        self._places[telling.evidence].append(telling)
        if told := telling.mention.deal.round:
            self._rounds.setdefault(told.value, telling)

    def fit(self, telling: Telling, rules: MergeRules) -> Fit | None:
        """Return how well a telling fits in, None where it cannot or where what is told beside it forbids it."""
        figure = self._figures.get(_figure(telling.figure), self.face.figure)
        kind = next((kind for kind in self._kinds if rules.kin(kind, telling.kind)), self.face.kind)
        found = fit(replace(self.face, figure=figure, kind=kind), telling, rules)
        here = self._documents.get(telling.mention.document, {})
        if found is None or any(told_apart(member, telling, rules) for member in self._beside(telling, here)):
            return None
        return (found[0], bool(here), *found[2:])

    def _beside(self, telling: Telling, here: dict[object, Telling]) -> Iterator[Telling]:
        """Yield the members that can speak against a telling, one for each thing they can say."""
        yield self.members[0]
        yield from self._rounds.values()
        yield from here.values()
        yield from self._places.get(telling.evidence, ())


class Said:
    """What people said of two tellings, by their ids: that they are one deal, that they are not."""

    def __init__(
        self,
        same: Iterable[Collection[str]] = (),
        apart: Iterable[tuple[Collection[str], Collection[str]]] = (),
    ) -> None:
        self._one: dict[str, set[str]] = {}
        for names in same:
            joined = set(names).union(*(self._one.get(name, ()) for name in names))
            self._one.update(dict.fromkeys(joined, joined))
        self._apart: dict[str, set[str]] = defaultdict(set)
        for left, right in apart:
            for one, others in [*((name, right) for name in left), *((name, left) for name in right)]:
                self._apart[one].update(others)

    def of(self, telling: Telling) -> bool:
        """Return whether anything was said of a telling."""
        return telling.mention.deal.id in self._one or telling.mention.deal.id in self._apart

    def allows(self, members: Iterable[Telling], telling: Telling) -> bool:
        """Return whether a telling may join these."""
        others = self._apart.get(telling.mention.deal.id)
        return not others or not any(member.mention.deal.id in others for member in members)

    def home(self, telling: Telling, groups: Iterable[Group]) -> Group | None:
        """Return the group of the deal that a telling is said to tell, where it is there already."""
        one = self._one.get(telling.mention.deal.id, ())
        found = (each for each in groups if any(member.mention.deal.id in one for member in each.members))
        return next((each for each in found if self.allows(each.members, telling)), None) if one else None


class Index:
    """Finds the groups that a telling could belong to."""

    def __init__(self) -> None:
        self._by_figure: dict[tuple[Key, object], list[Group]] = defaultdict(list)
        self._by_day: dict[Key, list[tuple[int, int, Group]]] = defaultdict(list)

    def add(self, group: Group, telling: Telling) -> None:
        """Note a group under all that its new telling says."""
        keys = _keys(telling, pairs(telling))
        for key in keys:
            entry = (telling.day, group.number, group)
            if not self._holds(key, entry):
                insort(self._by_day[key], entry, key=lambda each: each[:2])
        for key in [*keys, *_keys(telling, halves(telling))] if telling.figure else ():
            same = self._by_figure[key, _figure(telling.figure)]
            if group not in same:
                same.append(group)

    def find(self, telling: Telling) -> Iterable[Group]:
        """Return the groups worth comparing: those with its figure, and those nearest in time."""
        found: dict[int, Group] = {}
        for key in _keys(telling, pairs(telling)):
            same = self._by_figure.get((key, _figure(telling.figure)), ()) if telling.figure else ()
            found.update((group.number, group) for group in same)
            found.update((number, group) for _, number, group in near(self._by_day.get(key, []), telling.day))
        return found.values()

    def _holds(self, key: Key, entry: tuple[int, int, Group]) -> bool:
        entries = self._by_day[key]
        at = bisect_left(entries, entry[:2], key=lambda each: each[:2])
        return at < len(entries) and entries[at][:2] == entry[:2]


def group(tellings: Sequence[Telling], rules: MergeRules, said: Said | None = None) -> list[list[Telling]]:
    """Return the tellings of each deal, each in the order of mentions; what people said of two goes first."""
    said = said or Said()
    places = {telling.mention.deal.id: place for place, telling in enumerate(tellings)}
    index, numbers = Index(), count()
    groups: list[Group] = []
    for telling in sorted(tellings, key=lambda telling: (not said.of(telling), *_richness(telling))):
        near = [each for each in index.find(telling) if said.allows(each.members, telling)]
        fits = [(found, -each.number, each) for each in near if (found := each.fit(telling, rules))]
        if home := said.home(telling, groups):
            chosen = home
            chosen.add(telling)
        elif fits:
            chosen = max(fits, key=lambda each: each[:2])[2]
            chosen.add(telling)
        else:
            chosen = Group(next(numbers), telling)
            groups.append(chosen)
        index.add(chosen, telling)
    return [sorted(each.members, key=lambda member: places[member.mention.deal.id]) for each in groups]


def near(entries: Sequence[tuple[int, E, Any]], day: int) -> Sequence[tuple[int, E, Any]]:
    """Return the entries of a pair, sorted by their days, that are worth comparing with a telling of a day."""
    if len(entries) <= 2 * NEAREST:
        return entries
    at = bisect_left(entries, day, key=lambda each: each[0])
    return [*entries[: NEAREST // 4], *entries[max(0, at - NEAREST) : at + NEAREST]]  # undated ones stand first


def rank(telling: Telling) -> Rank:
    """Return what tellings are taken by; no two are equal."""
    return *_richness(telling), *order(telling.mention)


def looks(telling: Telling) -> list[Node]:
    """Return where a telling looks for deals that it could belong to."""
    return _nodes(_keys(telling, pairs(telling)), telling)


def enters(telling: Telling) -> list[Node]:
    """Return where others can see the deal that a telling is put to."""
    if not telling.figure:
        return looks(telling)
    more = [Node(key, _written(telling.figure)) for key in _keys(telling, halves(telling))]
    return list(dict.fromkeys([*looks(telling), *more]))


def _nodes(keys: Sequence[Key], telling: Telling) -> list[Node]:
    figures = [Node(key, _written(telling.figure)) for key in keys] if telling.figure else []
    return [*map(Node, keys), *figures]


def _richness(telling: Telling) -> tuple[bool, bool, int, bool, bool, bool]:
    """Return what tellings are sorted by, richest first; among equals the order of mentions holds."""
    figure = telling.figure
    return (
        figure is None or figure.value is None,
        figure is None,
        -len(telling.companies),
        bool(telling.partners),
        not (figure and figure.said),
        telling.mention.deal.block == "comment",
    )


def _figure(figure: Figure | None) -> object:
    return figure and (figure.value if figure.value is not None else (figure.least, figure.most))


def _written(figure: Figure) -> str:
    """Return a figure as text: equal figures, equal texts."""
    values = (figure.least, figure.most) if figure.value is None else (figure.value,)
    return "..".join(f"{plain(value):f}" if value else "0" for value in values)


def _measures(telling: Telling) -> object:
    """Return all that a telling measures its deal by."""
    deal = telling.mention.deal
    stake = deal.stake and deal.stake.percent
    many = deal.quantity and (deal.quantity.value, deal.quantity.low, deal.quantity.high, deal.quantity.unit)
    return _figure(telling.figure), telling.figure and telling.figure.currency, stake, many


def _keys(telling: Telling, pairs: Iterable[tuple[str, str]]) -> list[Key]:
    hypothetical = telling.mention.deal.status == "hypothetical"
    return [(hypothetical, *pair) for pair in pairs]


def _joined(face: Telling, telling: Telling) -> Telling:
    """Return a group's face after a telling joined: where one knows who pays, another's `partner` adds nothing."""
    if bool(face.partners) == bool(telling.partners):
        face = replace(
            face,
            payers=face.payers | telling.payers,
            others=face.others | telling.others,
            targets=face.targets | telling.targets,
            partners=face.partners | telling.partners,
            roots={**face.roots, **telling.roots},
        )
    return replace(face, published=_both(face.published, telling.published), told=_both(face.told, telling.told))


def _both(left: Days | None, right: Days | None) -> Days | None:
    if left is None or right is None:
        return left or right
    return min(left[0], right[0]), max(left[1], right[1])
