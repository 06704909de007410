"""`deals publish`: the stored deals as files, in other formats, at another place, or only some of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from pipeline.models import Issue, Judgement, MergedDeal

DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d.*)?)?)?")


def _day(value: str | None) -> str | None:
    if value is not None and not DATE.fullmatch(value):
        raise typer.BadParameter("write a date as 2025-10-08, 2025-10 or 2025")
    return value


def publish(
    formats: Annotated[
        list[str] | None, typer.Option("--format", help="May be given again; else those of `deals run`.")
    ] = None,
    to: Annotated[Path | None, typer.Option(metavar="DIR", help="Where to; else extracted/.")] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE", callback=_day, help="Only deals told then or later, and what changed since."),
    ] = None,
    status: Annotated[list[str] | None, typer.Option(help="Only deals of this status; may be given again.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only deals of this kind; may be given again.")] = None,
    accepted_only: Annotated[bool, typer.Option("--accepted-only", help="Only deals that a person accepted.")] = False,
    by_month: Annotated[bool, typer.Option("--by-month", help="Parquet in one folder a month.")] = False,
) -> None:
    """Write the stored deals as files.

    Nothing is fetched or read again: what the last run stored is judged as people judge it now, and written whole or
    not at all. A selection goes to another folder with --to, so that extracted/ stays what a run publishes; with
    --since, changes.jsonl and feed.atom there hold what was published since then.
    """
    from pipeline.publish import DEFAULT, PublishError
    from pipeline.settings import Settings

    if to is None and any((since, status, kind, accepted_only)):
        raise typer.BadParameter("name a folder with --to: extracted/ holds all deals", param_hint="--to")
    folder = to or Settings.from_environment().extracted
    wanted = {"since": since, "statuses": status or (), "kinds": kind or (), "accepted_only": accepted_only}
    try:
        chosen = [*(formats or DEFAULT), "datapackage"] if to else formats or DEFAULT
        files, issues = _written(folder, formats=chosen, by_month=by_month, **wanted)
    except PublishError as error:
        raise typer.BadParameter(str(error)) from error
    for file in files:
        print(file)
    for issue in issues:
        typer.echo(f"{issue.place}: {issue.message}", err=True)
    raise typer.Exit(1 if issues else 0)


def _written(folder: Path, **wanted: Any) -> tuple[list[Path], tuple[Issue, ...]]:
    """Return the files written of what is stored, and an issue for each line of judgements that is none."""
    from pipeline.extraction import default
    from pipeline.judging import judgements
    from pipeline.publish import publish
    from pipeline.rules.rates import rates
    from pipeline.settings import Settings
    from pipeline.store import NothingStored, Store
    from pipeline.text import duplicates

    settings, extractor = Settings.from_environment(), default()
    answers, issues = judgements.read(settings.judgements)
    with Store.open(writes=False) as store:
        if not any(run.finished_at for run in store.runs()):
            raise NothingStored("no run is stored here yet; `deals run` makes one", settings.root.resolve())
        deals, documents = store.merged(), duplicates.joined(store.documents(), store.copies())
    judged = judgements.apply_judgements(deals, answers)
    companies = extractor.registry.complete(extractor.knowledge.companies, deals)
    known = extractor.knowledge.once(rates)
    before = _published(folder)
    files = publish(folder, judged, companies=companies, documents=documents, rates=known, **wanted)
    return [*files, *_news(folder, before, answers, since=wanted["since"])], issues


def _published(folder: Path) -> tuple[MergedDeal, ...]:
    """Return the deals that a project has published by now; none for another folder."""
    from pipeline.diff.snapshots import deals_of
    from pipeline.settings import Settings

    path = folder / "deals.jsonl"
    return deals_of(path) if folder == Settings.from_environment().extracted and path.exists() else ()


def _news(
    folder: Path, before: tuple[MergedDeal, ...], answers: tuple[Judgement, ...], *, since: str | None
) -> list[Path]:
    """Return the files of changes: in extracted/ with what people judged since, elsewhere those since a day."""
    from pipeline.diff.changes import Known, diff
    from pipeline.diff.snapshots import deals_of
    from pipeline.publish import changelog
    from pipeline.runs.news import now
    from pipeline.settings import Settings

    published = Settings.from_environment().extracted
    if folder == published:
        after = deals_of(folder / "deals.jsonl")
        changelog.add(folder, diff(before, after, Known(), Known(judgements=answers)), now())
        return []
    return changelog.write_since(folder, changelog.read(published), since, now()) if since else []
