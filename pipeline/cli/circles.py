"""`deals circles`: the money that flows in circles."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipeline.circles.rings import Circle


class Output(StrEnum):
    """How the circles are written."""

    table = "table"
    json = "json"


def circles(
    state: Annotated[
        str | None,
        typer.Argument(help="A run's number, a file, a folder or a git revision; else what is published now."),
    ] = None,
    svg: Annotated[Path | None, typer.Option(help="Draw them into this file.")] = None,
    longest: Annotated[int, typer.Option(help="Companies in a circle, at most.", min=2, max=8)] = 5,
    most: Annotated[int, typer.Option(help="How many circles to show and draw.", min=1)] = 10,
    output: Annotated[Output, typer.Option(help="How to write them.")] = Output.table,
) -> None:
    """Show the money that flows in circles: who pays whom in turn, how much, and the sentences that say so."""
    from pipeline.circles.rings import find_circles
    from pipeline.cli import show
    from pipeline.diff import snapshots
    from pipeline.models import to_json
    from pipeline.rules.knowledge import Knowledge
    from pipeline.settings import Settings

    deals = (snapshots.snapshot(state) if state else snapshots.now()).deals
    companies = Knowledge.load(Settings.from_environment()).companies
    found = find_circles(deals, companies, longest=longest)
    if not deals:
        show.console(errors=True).print("no deals yet: deals run reads the sources")
    if output is Output.json:
        for circle in found[:most]:
            sys.stdout.write(to_json({"companies": circle.names, "edges": circle.edges}).decode() + "\n")
    else:
        _print(found, most)
    if svg and found:
        _draw(found[:most], svg)


def _print(found: tuple[Circle, ...], most: int) -> None:
    from rich.text import Text

    from pipeline.circles.svg import sources, summary
    from pipeline.cli import show
    from pipeline.diff.formats import visible

    out = show.console()
    for circle in found[:most]:
        out.print(Text(visible(" → ".join(circle.names)), style="bold"), soft_wrap=True)
        for edge in circle.edges:
            out.print(Text(visible(f"  {edge.payer} → {edge.receiver}"), style="cyan"), soft_wrap=True)
            for deal in edge.deals:
                out.print(Text(visible(f"    {summary(deal)}")), soft_wrap=True)
                for source, quote in sources(deal):
                    out.print(Text(visible(f"      {source}: “{quote}”"), style="dim"), soft_wrap=True)
        out.print()
    more = f", of which the first {most} are shown" if len(found) > most else ""
    out.print(f"{len(found)} {'circle' if len(found) == 1 else 'circles'}{more}")


def _draw(found: tuple[Circle, ...], path: Path) -> None:
    from pipeline.circles.svg import draw

    try:
        path.write_text(draw(found), "utf-8")
    except OSError as error:
        raise typer.BadParameter(f"{path}: {error.strerror}", param_hint="--svg") from error
