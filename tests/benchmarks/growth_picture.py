"""Draws docs/growth.svg from the table of docs/growth.md: `uv run python -m tests.benchmarks.growth_picture`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).parents[2] / "docs"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 400, 64, 190, 24, 48
COLOURS = ("#b2182b", "#2166ac", "#1b7837")


class Growth(NamedTuple):
    """Processor seconds of runs at some numbers of documents."""

    documents: list[int]
    runs: dict[str, list[float]]


def table() -> Growth:
    """Return the first table of docs/growth.md: a row a size, a column a kind of run."""
    rows = [line for line in (DOCS / "growth.md").read_text("utf-8").splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    body = [row for row in cells[2:] if row[0][:1].isdigit()]
    names = [(at, name.removesuffix(", s")) for at, name in enumerate(cells[0]) if name.endswith(", s")]
    documents = [int(row[0].replace(",", "")) for row in body]
    return Growth(documents, {name: [float(row[at]) for row in body] for at, name in names})


def drawn(growth: Growth) -> str:
    """Return the picture: both axes by powers of ten, as a run that costs what changed is level on any."""
    most = max(map(max, growth.runs.values()))
    first, last = math.floor(math.log10(growth.documents[0])), math.ceil(math.log10(growth.documents[-1]))
    lowest, highest = -1, math.ceil(math.log10(most))

    def x(documents: float) -> float:
        return LEFT + (math.log10(documents) - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def y(seconds: float) -> float:
        return HEIGHT - BOTTOM - (math.log10(seconds) - lowest) / (highest - lowest) * (HEIGHT - TOP - BOTTOM)

    pieces = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
        ' font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        *(_across(y(10**power), f"{10.0**power:g} s") for power in range(lowest, highest + 1)),
        *(_text(x(10**power), HEIGHT - BOTTOM + 20, f"{10**power:,}", "middle") for power in range(first, last + 1)),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "documents in the project", "middle"),
    ]
    for colour, (name, seconds) in zip(COLOURS, growth.runs.items(), strict=False):
        points = [(x(size), y(taken)) for size, taken in zip(growth.documents, seconds, strict=True)]
        pieces += _line(points, colour, name)
    return "\n".join([*pieces, "</svg>"]) + "\n"


def _across(height: float, told: str) -> str:
    line = f'<path d="M{LEFT} {height:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
    return line + _text(LEFT - 8, height + 4, told, "end")


def _line(points: Sequence[tuple[float, float]], colour: str, name: str) -> Iterator[str]:
    way = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    yield f'<path d="M{way}" fill="none" stroke="{colour}" stroke-width="2"/>'
    yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in points)
    yield _text(points[-1][0] + 12, points[-1][1] + 4, name, "start", colour)


def _text(x: float, y: float, told: str, anchor: str, colour: str = "#333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{told}</text>'


if __name__ == "__main__":
    (DOCS / "growth.svg").write_text(drawn(table()), "utf-8")
