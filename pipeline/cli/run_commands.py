"""`deals run`: the main job, in this process or as the Prefect flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.runs.summary import RunSummary


def run(
    sources: Annotated[list[str] | None, typer.Argument(help="Folders of sources/; else all that are enabled.")] = None,
    prefect: Annotated[
        bool, typer.Option("--prefect", help="As a Prefect flow, with its retries, batches and run page.")
    ] = False,
    from_captures: Annotated[
        bool, typer.Option("--from-captures", help="Read again what was fetched before; no network.")
    ] = False,
    jobs: Annotated[int, typer.Option(min=1, metavar="N", help="Processes that read; not as a Prefect flow.")] = 1,
) -> None:
    """Fetch, extract, merge, store and publish: the main job.

    Prints what is new, changed, gone and in conflict. What did not change since the last run is not read again. One
    broken source or document never stops the others: it is told on standard error, and the exit status is 1.
    Where PREFECT_API_URL is set, the run is a Prefect flow without being asked.
    """
    from pipeline.cli import show
    from pipeline.runs.sources import UnknownSource
    from pipeline.settings import Settings

    try:
        if prefect or Settings.from_environment().prefect:
            summary = _as_flow(sources or (), from_captures=from_captures)
        else:
            summary = _here(sources or (), from_captures=from_captures, jobs=jobs)
    except UnknownSource as error:
        raise typer.BadParameter(str(error), param_hint="SOURCES") from error
    except KeyboardInterrupt:
        show.console(errors=True).print("stopped; what was read is kept, and the next run goes on from there")
        raise typer.Exit(130) from None
    show.run(summary)
    raise typer.Exit(1 if summary.failed else 0)


def _here(names: Sequence[str], *, from_captures: bool, jobs: int) -> RunSummary:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from pipeline.cli import show
    from pipeline.run import run
    from pipeline.runs.summary import Done

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = show.console(errors=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("starting", total=None)

        def watch(done: Done) -> None:
            progress.update(bar, description=done.source, advance=len(done.outcomes))

        return run(names, from_captures=from_captures, jobs=jobs, watch=watch)


def _as_flow(names: Sequence[str], *, from_captures: bool) -> RunSummary:
    from pipeline.runs.schedule import check_server
    from pipeline.settings import Settings

    if address := Settings.from_environment().prefect:
        check_server(address)
    import flows

    return flows.run_deals(names, from_captures=from_captures)
