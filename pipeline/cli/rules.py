"""`deals rules`: whether the rules and their examples agree."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def rules() -> None:
    """Check the rules against their examples."""


@app.command()
def check() -> None:
    """Check the rules against their examples.

    Every example must be met, every deal rule proved by an example that names it, and opposed by one that holds its
    words and tells no deal. Exit status 1 where something is lacking. Your own rules are checked too, where
    DEALS_LANGUAGES or DEALS_TABLES names their folder.
    """
    from pipeline.cli import show
    from pipeline.proof.check import prove

    proof = prove()
    show.proof(proof)
    raise typer.Exit(1 if proof.findings else 0)


@app.command()
def examples(
    from_judgements: Annotated[
        bool, typer.Option("--from-judgements", help="Draft them from the deals that people rejected or corrected.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option(help="Add them to LANGUAGE/deals.examples.toml in this folder; else print them.")
    ] = None,
) -> None:
    """Draft rule examples from what people judged; read them before they stand beside the rules."""
    from pipeline.judging import judgements
    from pipeline.proof import lessons
    from pipeline.settings import Settings

    if not from_judgements:
        raise typer.BadParameter("name where the examples come from: --from-judgements")
    given, issues = judgements.read(Settings.from_environment().judgements)
    for issue in issues:
        typer.echo(f"{issue.place}: {issue.message}", err=True)
    for code, text in lessons.drafts(given).items():
        if to is None:
            typer.echo(f"# languages/{code}/deals.examples.toml\n\n{text}")
            continue
        path = to / code / "deals.examples.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n{text}" if file.tell() else text)
        typer.echo(f"{path}: {text.count('[[example]]')} examples")
    raise typer.Exit(1 if issues else 0)
