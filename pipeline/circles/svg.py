"""Draws circles as an SVG: companies around a ring, an arrow for each flow, and below it what each arrow rests on."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence

from pipeline import wording
from pipeline.circles.rings import Circle, Edge, figure
from pipeline.models import Deal, MergedDeal
from pipeline.text.xml_characters import xml_text

WIDTH = 960
RADIUS = 230
TOP = 330  # the ring's middle, from above
LINE = 20
LABEL = 0.28  # of the way: in the middle it would lie on that of the arrow back
QUOTED = 62  # full-width characters a line holds, of evidence or of the list below the picture
FONT = 'font-family=\'system-ui, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif\''
COLOURS = ("#0b6e4f", "#8a3ffc", "#b3541e", "#0f62fe", "#9f1853", "#5c6f00", "#005d5d", "#570408")

Point = tuple[float, float]


def draw(circles: Sequence[Circle]) -> str:
    """Return the picture of some circles, each arrow numbered and told in the list below."""
    edges = list({(edge.payer, edge.receiver): edge for circle in circles for edge in circle.edges}.values())
    places = _places(dict.fromkeys(name for circle in circles for name in circle.names))
    listed = [line for number, edge in enumerate(edges, 1) for line in _listed(number, edge)]
    begin = TOP + RADIUS + 110
    height = begin + LINE * len(listed) + 30
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' width='{WIDTH}' height='{height}'"
        f" role='img' {FONT}>",
        f"<title>{_shown(_title(circles))}</title>",
        "<rect width='100%' height='100%' fill='#ffffff'/>",
        f"<text x='40' y='44' font-size='20' font-weight='600' fill='#161616'>{_shown(_title(circles))}</text>",
        *(_arrow(number, edge, places) for number, edge in enumerate(edges, 1)),
        *(_label(number, edge, places) for number, edge in enumerate(edges, 1)),
        *(_company(name, place) for name, place in places.items()),
        *(_text(40, begin + LINE * row, line, style) for row, (line, style) in enumerate(listed)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _title(circles: Sequence[Circle]) -> str:
    return "; ".join(" → ".join(circle.names) for circle in circles[:1]) + (
        f" and {len(circles) - 1} more" if len(circles) > 1 else ""
    )


def _places(names: Iterable[str]) -> dict[str, Point]:
    """Return where each company stands, the first one at the top, then clockwise."""
    every = list(names)
    turn = 2 * math.pi / len(every)
    return {
        name: (WIDTH / 2 + RADIUS * 1.25 * math.sin(turn * at), TOP - RADIUS * math.cos(turn * at))
        for at, name in enumerate(every)
    }


def _company(name: str, place: Point) -> str:
    width = 28 + sum(17 if ord(letter) > 0x2E7F else 9.5 for letter in name)
    x, y = place
    return (
        f"<g><rect x='{x - width / 2:.1f}' y='{y - 20:.1f}' width='{width:.1f}' height='40' rx='20' fill='#ffffff'"
        f" stroke='#161616' stroke-width='1.5'/>"
        f"<text x='{x:.1f}' y='{y + 6:.1f}' font-size='16' font-weight='600' text-anchor='middle' fill='#161616'>"
        f"{_shown(name)}</text></g>"
    )


def _arrow(number: int, edge: Edge, places: dict[str, Point]) -> str:
    """Return an arrow that bends to its left, so that the one back does not lie on it; thicker for more money."""
    start, middle, end = _curve(places[edge.payer], places[edge.receiver])
    largest = figure(edge.deals[0])
    width = 2 + max(0.0, math.log10(float(largest)) - 6) * 0.7 if largest and largest > 1 else 1.5
    tip, left, right = _head(middle, end, 9 + width)
    return (
        f"<g><title>{_shown(_told(edge.deals[0]))}</title>"
        f"<path d='M{_at(start)} Q{_at(middle)} {_at(tip)}' fill='none' stroke='{_colour(number)}'"
        f" stroke-width='{width:.1f}'/>"
        f"<path d='M{_at(end)} L{_at(left)} L{_at(right)} Z' fill='{_colour(number)}'/></g>"
    )


def _label(number: int, edge: Edge, places: dict[str, Point]) -> str:
    """Return an arrow's number and amount, on the arrow."""
    ends = zip(*_curve(places[edge.payer], places[edge.receiver]), strict=True)
    x, y = (_along(LABEL, *each) for each in ends)
    return (
        f"<text x='{x:.1f}' y='{y + 5:.1f}' font-size='14' text-anchor='middle' fill='{_colour(number)}'"
        f" stroke='#ffffff' stroke-width='5' paint-order='stroke' stroke-linejoin='round'>"
        f"{number}. {_shown(wording.worth(edge.deals[0]) or edge.deals[0].kind)}</text>"
    )


def _colour(number: int) -> str:
    return COLOURS[(number - 1) % len(COLOURS)]


def _along(part: float, start: float, middle: float, end: float) -> float:
    """Return a coordinate of a curve some part of the way along."""
    return (1 - part) ** 2 * start + 2 * part * (1 - part) * middle + part**2 * end


def _at(point: Point) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}"


def _curve(start: Point, end: Point) -> tuple[Point, Point, Point]:
    """Return the ends of a curve, off the companies' boxes, and the point it bends toward."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = math.hypot(across, down) or 1
    bend = 0.16 * length
    middle = (start[0] + end[0]) / 2 + bend * down / length, (start[1] + end[1]) / 2 - bend * across / length
    return _toward(start, middle, 52), middle, _toward(end, middle, 52)


def _toward(start: Point, end: Point, far: float) -> Point:
    across, down = end[0] - start[0], end[1] - start[1]
    length = math.hypot(across, down) or 1
    off = far if abs(across) > abs(down) else far * 0.55  # boxes are wider than high
    return start[0] + off * across / length, start[1] + off * down / length


def _head(back: Point, tip: Point, size: float) -> tuple[Point, Point, Point]:
    """Return where the line of an arrow ends, and the two corners of its head."""
    across, down = tip[0] - back[0], tip[1] - back[1]
    length = math.hypot(across, down) or 1
    x, y = across / length, down / length
    base = tip[0] - size * x, tip[1] - size * y
    return (
        base,
        (base[0] - size * 0.55 * y, base[1] + size * 0.55 * x),
        (base[0] + size * 0.55 * y, base[1] - size * 0.55 * x),
    )


def _told(deal: MergedDeal) -> str:
    """Return a deal in one line, with its evidence."""
    return f"{wording.title(deal)}: {summary(deal)}. {deal.evidence.text}"


def summary(deal: MergedDeal) -> str:
    """Return how much a deal is about, of what kind it is and how sure."""
    return f"{wording.worth(deal) or 'no amount'} · {deal.kind}, {deal.status}"


def _listed(number: int, edge: Edge) -> list[tuple[str, str]]:
    """Return the lines that tell what an arrow rests on, each with its style."""
    style = f"font-size='15' font-weight='600' fill='{_colour(number)}'"
    lines = [(f"{number}. {edge.payer} → {edge.receiver}", style)]
    for deal in edge.deals:
        lines.append((summary(deal), "font-size='13' fill='#161616'"))
        lines += [(_cut(f"{source}: “{quote}”"), "font-size='13' fill='#525252'") for source, quote in sources(deal)]
    return [*lines, ("", "")]


def sources(deal: MergedDeal) -> list[tuple[str, str]]:
    """Return each document that tells a deal, by address or id, and its sentence that says the amount, else its first;
    cut to a line."""
    ranked = sorted(deal.mentions, key=lambda mention: not _says_amount(mention.deal, deal))
    chosen = {mention.document: mention for mention in reversed(ranked)}
    told = [chosen[document] for document in deal.documents]
    return [(mention.url or mention.document, _cut(mention.deal.evidence.text)) for mention in told]


def _says_amount(told: Deal, deal: MergedDeal) -> bool:
    return bool(told.amount and deal.amount and told.amount.value == deal.amount.value)


def _cut(text: str) -> str:
    text, room = " ".join(text.split()), QUOTED * 2
    for at, letter in enumerate(text):
        room -= 2 if ord(letter) > 0x2E7F else 1
        if room < 0:
            return f"{text[:at]}…"
    return text


def _shown(text: str) -> str:
    return html.escape(xml_text(text))


def _text(x: float, y: float, text: str, style: str) -> str:
    return f"<text x='{x}' y='{y}' {style}>{_shown(text)}</text>" if text else ""
