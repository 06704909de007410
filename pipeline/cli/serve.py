"""`deals serve`: every source on its schedule, as Prefect runs."""

from __future__ import annotations

import os
from typing import Annotated

import typer


def serve(
    sources: Annotated[list[str] | None, typer.Argument(help="Folders of sources/; else all that are enabled.")] = None,
    port: Annotated[int, typer.Option(help="Of the local Prefect server; 0 takes any that is free.")] = 0,
) -> None:
    """Run every enabled source that has a schedule, until stopped.

    Where PREFECT_API_URL names a Prefect server, the runs appear there; else a local one is started and its address
    printed. A source never overlaps with itself, and one whose time came while nothing served it runs once at the
    start. A run that fails is tried again at the source's next time; the others go on.
    """
    from pipeline.cli import show
    from pipeline.runs import schedule
    from pipeline.runs.sources import UnknownSource
    from pipeline.settings import Settings
    from pipeline.store import Store

    errors = show.console(errors=True)
    os.environ["DEALS_ROOT"] = str(Settings.from_environment().root.resolve())  # runs are processes of their own
    try:
        found, issues = schedule.scheduled(sources or ())
    except UnknownSource as error:
        raise typer.BadParameter(str(error), param_hint="SOURCES") from error
    for issue in issues:
        show.issue(issue)
    if not found:
        errors.print("no enabled source has a schedule; write schedule = '0 7 * * *' into its source.toml")
        raise typer.Exit(1)
    with schedule.server(port, errors.print):
        import flows

        with Store.open() as store:
            last = schedule.last_runs(store.runs())
        flows.serve(found, last)
