"""The picture of who pays whom: companies of circles on an inner ring, the others around it, an arrow a flow."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from pipeline import wording
from pipeline.circles.rings import Circle, find_circles
from pipeline.models import Company, MergedDeal, Noun, Party
from pipeline.review.flow_filter import closed
from pipeline.rules.sizes import in_dollars
from pipeline.wording.edges import company_key, ways

FLOWS = 60  # arrows drawn; more of them hide each other, the queue holds them all
CIRCLES = 12  # told below the picture
WIDTH, HEIGHT = 1080, 760
CORE = (250.0, 170.0)  # half axes of the inner ring
STEP = (150.0, 105.0)  # from one ring to the next
MARGIN = 45.0
ROW, GAP, LINK = 44.0, 16.0, 70.0  # least distance of names: below, beside, and beside with an arrow between
RINGS, SPOTS = 8, 40  # rings around the core, and places on half of one: room for twice the flows drawn

TALL, LINE = 30.0, 16.0  # heights of a company's box and of a label
LETTER = (7.0, 13.0)  # widths of a letter of a label, of one that is as wide as high
PARTS = (0.4, 0.5, 0.3, 0.6, 0.45, 0.35, 0.55, 0.25, 0.65, 0.2, 0.7, 0.75)
"""How far along its arrow a label may stand, the best place first: the middle is where the arrow back has its own."""

Point = tuple[float, float]
Pair = tuple[str, str]
Curve = tuple[Point, Point, Point]
Box = tuple[float, float, float, float]
"""The middle of a box, half its width and half its height."""


class FlowNode(Noun, frozen=True, kw_only=True):
    """A company in the picture."""

    key: str
    name: str
    x: float
    y: float
    half: float
    """Half the width of its box."""
    circle: bool


class Arrow(Noun, frozen=True, kw_only=True):
    """All that one company pays another, by its largest deal."""

    path: str
    head: str
    x: float
    y: float
    width: float
    label: str
    """Empty where it found no room beside names and other labels."""
    told: str
    payer: str
    receiver: str
    circle: bool


Drawn = tuple[Arrow, Curve]
"""An arrow and the points of its curve."""


class Ring(Noun, frozen=True, kw_only=True):
    """A circle as a list: its companies and the deals of each step."""

    names: tuple[str, ...]
    deals: tuple[MergedDeal, ...]
    since: str | None = None
    """The month in which its last step was first told of."""


class Picture(Noun, frozen=True, kw_only=True):
    """All that the page draws and tells, cut to what is there."""

    nodes: tuple[FlowNode, ...]
    arrows: tuple[Arrow, ...]
    rings: tuple[Ring, ...]
    left: int
    """Flows that are not drawn."""
    view: str
    """The part of the plane that holds it all."""


def draw(deals: Iterable[MergedDeal], companies: Sequence[Company]) -> Picture:
    """Return the picture of the largest flows; those that come back to their payer are always in it."""
    known = list(deals)
    circles = find_circles(known, companies)[:CIRCLES]
    names, flows = _flows(known)
    ringed = {pair for circle in circles for edge in circle.edges for pair in _pairs(edge.deals)}
    largest = sorted(flows, key=lambda pair: (pair not in ringed, -in_dollars(flows[pair][0]), pair))
    shown = largest[: max(FLOWS, len(ringed & flows.keys()))]
    places = _places(shown, _core(circles, ringed, shown), names)
    nodes = tuple(_node(key, names[key], place, ringed) for key, place in places.items())
    arrows = [_arrow(pair, flows[pair], places, names, pair in ringed) for pair in shown]
    return Picture(
        nodes=nodes,
        arrows=tuple(reversed(_labelled(arrows, nodes))),
        rings=tuple(
            Ring(names=circle.names, deals=tuple(edge.deals[0] for edge in circle.edges), since=closed(circle))
            for circle in circles
        ),
        left=len(flows) - len(shown),
        view=_view(places, names),
    )


def between(deals: Iterable[MergedDeal], pair: Pair) -> tuple[Pair, list[MergedDeal]]:
    """Return the names of two companies, by their keys, and the deals in which the first pays the second."""
    names, flows = _flows(deal for deal in deals if any(_key_of(way) == pair for way in ways(deal)))
    return (names.get(pair[0], pair[0]), names.get(pair[1], pair[1])), flows.get(pair, [])


def _key_of(way: tuple[Party, Party]) -> Pair:
    return company_key(way[0]), company_key(way[1])


def _labelled(arrows: Iterable[Drawn], nodes: Iterable[FlowNode]) -> list[Arrow]:
    """Return the arrows, each label where it covers no name and no other label, the first arrows first."""
    taken: list[Box] = [(node.x, node.y, node.half, TALL / 2) for node in nodes]
    found = []
    for arrow, curve in arrows:
        half = sum(LETTER[ord(letter) > 0x2E7F] for letter in arrow.label) / 2 + 2
        places = (_along(curve, part) for part in PARTS)
        at = next((place for place in places if not _covers((*place, half, LINE / 2), taken)), None)
        if at is None:
            found.append(replace(arrow, label=""))
            continue
        taken.append((*at, half, LINE / 2))
        found.append(replace(arrow, x=round(at[0], 1), y=round(at[1], 1)))
    return found


def _covers(box: Box, others: Iterable[Box]) -> bool:
    x, y, half, tall = box
    return any(abs(x - left) < half + wide and abs(y - top) < tall + high for left, top, wide, high in others)


def _along(curve: Curve, part: float) -> Point:
    """Return a point of a quadratic curve, some part of the way from its begin to its end."""
    begin, middle, end = ((1 - part) ** 2, 2 * part * (1 - part), part**2)
    first, second, third = curve
    return (
        begin * first[0] + middle * second[0] + end * third[0],
        begin * first[1] + middle * second[1] + end * third[1],
    )


def _view(places: Mapping[str, Point], names: Mapping[str, str]) -> str:
    """Return the part of the plane that holds the companies and the arrows that bend around them."""
    if not places:
        return f"0 0 {WIDTH} {HEIGHT}"
    left = min(x - _half(names[key]) for key, (x, _) in places.items()) - MARGIN
    right = max(x + _half(names[key]) for key, (x, _) in places.items()) + MARGIN
    top, bottom = min(y for _, y in places.values()) - MARGIN, max(y for _, y in places.values()) + MARGIN
    return f"{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}"


def _flows(deals: Iterable[MergedDeal]) -> tuple[dict[str, str], dict[Pair, list[MergedDeal]]]:
    """Return each company's name, and the deals from one company to another, the largest first."""
    names: dict[str, str] = {}
    flows: defaultdict[Pair, list[MergedDeal]] = defaultdict(list)
    for deal in deals:
        for payer, receiver in ways(deal):
            pair = company_key(payer), company_key(receiver)
            names |= dict(zip(pair, (payer.name, receiver.name), strict=True))
            if pair[0] != pair[1]:
                flows[pair].append(deal)
    return names, {pair: sorted(some, key=lambda deal: (-in_dollars(deal), deal.id)) for pair, some in flows.items()}


def _pairs(deals: Iterable[MergedDeal]) -> set[Pair]:
    return {(company_key(payer), company_key(receiver)) for deal in deals for payer, receiver in ways(deal)}


def _core(circles: Sequence[Circle], ringed: set[Pair], shown: Sequence[Pair]) -> list[str]:
    """Return the companies of the inner ring: those of circles in the circles' order, else the busiest."""
    if circles:
        told = [pair for circle in circles for edge in circle.edges for pair in sorted(_pairs(edge.deals))]
        return list(dict.fromkeys(key for pair in told if pair in ringed for key in pair))
    busy = Counter(key for pair in shown for key in pair)
    return sorted(busy, key=lambda key: (-busy[key], key))[:4]


def _places(shown: Sequence[Pair], core: Sequence[str], names: Mapping[str, str]) -> dict[str, Point]:
    """Return where each company stands: the core on its ring, each other as near as it can to those it deals with."""
    places = dict(_on_ring(core, 0, -math.pi / 2))
    partners: defaultdict[str, list[str]] = defaultdict(list)
    for payer, receiver in shown:
        partners[payer].append(receiver)
        partners[receiver].append(payer)
    waiting = [key for key in partners if key not in places]
    while waiting:
        near = [key for key in waiting if any(other in places for other in partners[key])]
        for key in near or waiting[:1]:  # what no arrow joins to the rest begins wherever there is room
            places[key] = _free(names[key], [other for other in partners[key] if other in places], places, names)
        waiting = [key for key in waiting if key not in places]
    return places


def _free(name: str, partners: Sequence[str], places: Mapping[str, Point], names: Mapping[str, str]) -> Point:
    """Return the free place nearest to a company's partners, or to the middle where it has none yet."""
    goal = _mean([places[key] for key in partners]) if partners else (WIDTH / 2, HEIGHT / 2)
    boxes = [
        (*place, _half(names[key]) + _half(name) + (LINK if key in partners else GAP)) for key, place in places.items()
    ]
    spots = [_on(ring, step * math.pi / SPOTS) for ring in range(1, RINGS) for step in range(2 * SPOTS)]
    spots.sort(key=lambda spot: math.hypot((spot[0] - goal[0]) / STEP[0], (spot[1] - goal[1]) / STEP[1]))
    free = (spot for spot in spots if all(abs(spot[0] - x) >= wide or abs(spot[1] - y) >= ROW for x, y, wide in boxes))
    return next(free, spots[-1])


def _axes(ring: int) -> Point:
    return CORE[0] + ring * STEP[0], CORE[1] + ring * STEP[1]


def _on_ring(keys: Sequence[str], ring: int, begin: float) -> dict[str, Point]:
    turn = 2 * math.pi / max(len(keys), 1)
    if len(keys) == 1:
        return {keys[0]: (WIDTH / 2, HEIGHT / 2)}
    return {key: _on(ring, begin + turn * n) for n, key in enumerate(keys)}


def _on(ring: int, turn: float) -> Point:
    across, down = _axes(ring)
    return WIDTH / 2 + across * math.cos(turn), HEIGHT / 2 + down * math.sin(turn)


def _mean(points: Sequence[Point]) -> Point:
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def _half(name: str) -> float:
    """Return half the width that a name takes."""
    return 14 + sum(8.5 if ord(letter) > 0x2E7F else 4.6 for letter in name)


def _node(key: str, name: str, place: Point, ringed: set[Pair]) -> FlowNode:
    circle = any(key in pair for pair in ringed)
    return FlowNode(
        key=key, name=name, x=round(place[0], 1), y=round(place[1], 1), half=round(_half(name), 1), circle=circle
    )


def _arrow(
    pair: Pair, deals: Sequence[MergedDeal], places: Mapping[str, Point], names: Mapping[str, str], circle: bool
) -> Drawn:
    """Return an arrow that bends to its left, so that the one back does not lie on it, and its curve."""
    deal = deals[0]
    start, end = places[pair[0]], places[pair[1]]
    across, down = end[0] - start[0], end[1] - start[1]
    bend = 0.18 if circle else 0.1
    middle = (start[0] + end[0]) / 2 + bend * down, (start[1] + end[1]) / 2 - bend * across
    begin, tip = _edge(start, middle, _half(names[pair[0]])), _edge(end, middle, _half(names[pair[1]]))
    width = 1.2 + max(0.0, math.log10(max(in_dollars(deal), 1)) - 6) * 0.5
    length = math.hypot(tip[0] - middle[0], tip[1] - middle[1]) or 1
    x, y = (tip[0] - middle[0]) / length, (tip[1] - middle[1]) / length
    size = 6 + 1.6 * width
    base = tip[0] - size * x, tip[1] - size * y
    corners = [
        (base[0] - size * 0.5 * y, base[1] + size * 0.5 * x),
        (base[0] + size * 0.5 * y, base[1] - size * 0.5 * x),
    ]
    label = wording.worth(deal) or deal.kind
    more = f"; {len(deals)} deals, this the largest" if len(deals) > 1 else ""
    arrow = Arrow(
        path=f"M{_at(begin)} Q{_at(middle)} {_at(base)}",
        head=" ".join(_at(point) for point in (tip, *corners)),
        x=0.0,
        y=0.0,
        width=round(width, 1),
        label=label,
        told=f"{names[pair[0]]} → {names[pair[1]]}: {label}, {deal.kind}, {deal.status}{more}",
        payer=pair[0],
        receiver=pair[1],
        circle=circle,
    )
    return arrow, (begin, middle, tip)


def _edge(box: Point, toward: Point, half: float) -> Point:
    """Return where a line from the middle of a company's box leaves the box."""
    across, down = toward[0] - box[0], toward[1] - box[1]
    part = min(half / abs(across) if across else math.inf, (TALL / 2 + 2) / abs(down) if down else math.inf, 1.0)
    return box[0] + across * part, box[1] + down * part


def _at(point: Point) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}"
