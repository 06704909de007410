"""`deals diff`: what differs between two states of the deals, and why."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipeline.diff.snapshots import Snapshot


class Format(StrEnum):
    """How the changes are written."""

    table = "table"
    markdown = "markdown"
    json = "json"
    html = "html"


def diff(
    old: Annotated[
        str | None,
        typer.Argument(help="A run's number, a file, a folder or a git revision; else what git has committed."),
    ] = None,
    new: Annotated[str | None, typer.Argument(help="The same; else what is published now.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How to write the changes.")] = Format.table,
    rules: Annotated[
        Path | None,
        typer.Option(
            help="Extract again in memory, with this rule file or folder over those in use: what would change?",
            exists=True,
        ),
    ] = None,
) -> None:
    """Show what differs between two states of the deals, grouped by cause; exit 1 where they differ, 2 on trouble."""
    from pipeline.cli.trouble import told
    from pipeline.diff import changes as differ
    from pipeline.diff import formats

    if rules and new:
        raise typer.BadParameter("--rules is what the second state is made with; name at most one")
    try:
        before, after = _trial(old, rules) if rules else _states(old, new)
    except Exception as error:  # trouble is not a difference, so not exit 1
        print(f"deals: {told(error)}", file=sys.stderr)
        raise typer.Exit(2) from error
    for issue in (*before.issues, *after.issues):
        print(f"{issue.place}: {issue.message}", file=sys.stderr)
    changes = differ.diff(before.deals, after.deals, before.known, after.known)
    if form is Format.table:
        from rich.console import Console

        formats.to_table(changes, Console())
    else:
        sys.stdout.write(formats.FORMATS[form.value](changes, before.name, after.name))
    raise typer.Exit(1 if changes else 0)


def _states(old: str | None, new: str | None) -> tuple[Snapshot, Snapshot]:
    from pipeline.diff import snapshots

    before = snapshots.snapshot(old) if old else snapshots.accepted()
    return before, snapshots.snapshot(new) if new else snapshots.now()


def _trial(old: str | None, rules: Path) -> tuple[Snapshot, Snapshot]:
    from pipeline.diff import snapshots
    from pipeline.proof import trial

    return snapshots.snapshot(old) if old else snapshots.last(), trial.snapshot(rules)
