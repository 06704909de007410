"""`deals rules`: whether the rules and their examples agree, and are written as rules are."""

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
    words and tells no deal. No word may stand twice in a list, or be written so that nothing matches it. Exit
    status 1 where something is lacking. Your own rules are checked too, where
    DEALS_LANGUAGES or DEALS_TABLES names their folder.
    """
    from pipeline.cli import show
    from pipeline.proof.check import prove

    proof = prove()
    show.proof(proof)
    raise typer.Exit(1 if proof.findings else 0)


@app.command("format")
def layout(
    paths: Annotated[list[Path] | None, typer.Argument(help="Rule files or folders; else yours, or ours.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Only say which files would change; then exit 1.")] = False,
) -> None:
    """Write lists of words as rules write them: one word a line where they are long, and sorted.

    Comments stay with their words. Without a path it takes the folders of DEALS_LANGUAGES and DEALS_TABLES, and where
    neither is set the rules that come with the program. Example: deals rules format --check rules/zh
    """
    from pipeline.rules.rule_layout import laid_out, rule_files
    from pipeline.settings import OURS, Settings

    settings = Settings.from_environment()
    own = [path for path in (settings.languages, settings.tables) if path]
    files = rule_files(paths or own or [OURS / "languages", OURS / "tables"])
    other = [(path, after) for path in files for before, after in [laid_out(path)] if before != after]
    for path, after in other:
        if not check:
            path.write_text(after, "utf-8")
        typer.echo(f"{path}: {'would be written anew' if check else 'written anew'}")
    typer.echo(f"{len(files) - len(other):,} of {len(files):,} rule files were as they should be")
    raise typer.Exit(1 if check and other else 0)


@app.command()
def examples(
    from_judgements: Annotated[
        bool,
        typer.Option("--from-judgements", help="Draft them from what people rejected, corrected or added."),
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


@app.command()
def calibrate(
    labelled: Annotated[list[Path], typer.Argument(help="JSONL files of labelled passages.")],
    to: Annotated[
        Path | None, typer.Option(help="Write it as confidence.toml into this folder; else print it.")
    ] = None,
) -> None:
    """Measure what a confidence is worth: how often deals of a score are right in labelled passages.

    A line is {"id", "text", "gold": [{"payers", "payees", "targets", "parties"}]}, names as the passage writes them;
    a passage without a deal has none. A fifth of them, by a hash of their ids, counts four times: do not read it when
    you write rules. Example: deals rules calibrate ours.jsonl --to rules/tables
    """
    from pipeline.cli import show
    from pipeline.proof import calibration
    from pipeline.rules.knowledge import Knowledge
    from pipeline.settings import Settings

    passages = [passage for path in labelled for passage in calibration.read(path)]
    told = calibration.judged(passages, Knowledge.load(Settings.from_environment()))
    table = calibration.calibration(told)
    show.promise(calibration.kept(told, table))
    if to is None:
        typer.echo(calibration.toml(table), nl=False)
        return
    to.mkdir(parents=True, exist_ok=True)
    (to / "confidence.toml").write_text(calibration.toml(table), "utf-8")
    typer.echo(f"{to / 'confidence.toml'}: {len(told):,} deals of {len(passages):,} passages")
