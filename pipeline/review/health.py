"""The pages of runs and sources: what each source gave, beside what is expected of it, and when it last went well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from pipeline.models import Noun, RunRecord, Source, SourceYield
from pipeline.review.site import Missing, Site

BARS = 20  # runs drawn of a source
SHOWN = 100  # runs of a source in its table
TALL, LOW = 20.0, 2.0  # units of the highest bar and of one without issues


class IssueBar(Noun, frozen=True, kw_only=True):
    """A run in the row of bars: how many issues a source had in it."""

    issues: int
    height: float
    css: str


class SourceRow(Noun, frozen=True, kw_only=True):
    """A source with what its runs gave."""

    name: str
    title: str
    kind: str = ""
    schedule: str | None = None
    expect: dict[str, tuple[int, int]] = msgspec.field(default_factory=dict)
    last: SourceYield | None = None
    success: RunRecord | None = None
    """The last run in which it did not go wrong as a whole."""
    failing: bool = False
    odd: tuple[str, ...] = ()
    """What of the last run is less or more than is expected."""
    bars: tuple[IssueBar, ...] = ()


def runs(site: Site, request: Request) -> Response:
    """List the sources with what they gave last, and the runs, the last one first."""
    every = site.desk.records.runs()
    known, broken = site.desk.stages.sources()
    rows = [_row(source, every) for source in known]
    return site.render("runs.html", request, sources=rows, broken=broken, runs=list(reversed(every)))


def source(site: Site, request: Request) -> Response:
    """Show what a source gave in each run, and what went wrong with it in the last."""
    name = request.path_params["source"]
    every = site.desk.records.runs()
    known = next((each for each in site.desk.stages.sources()[0] if each.name == name), None)
    history = _history(name, every)
    if known is None and not history:
        raise Missing("there is no such source, and no run was over one")
    issues = site.desk.records.issues(history[-1][0].id) if history else []
    return site.render(
        "source_history.html",
        request,
        row=_row(known, every) if known else _told(SourceRow(name=name, title=name), history),
        history=history[: -SHOWN - 1 : -1],
        issues_of_source=[each for each in issues if each.source == name],
    )


def _row(source: Source, every: Iterable[RunRecord]) -> SourceRow:
    shown = SourceRow(
        name=source.name, title=source.title, kind=source.kind, schedule=source.schedule, expect=source.expect
    )
    return _told(shown, _history(source.name, every))


def _history(name: str, every: Iterable[RunRecord]) -> list[tuple[RunRecord, SourceYield]]:
    return [(run, run.gave[name]) for run in every if run.finished_at and name in run.gave]


def _told(row: SourceRow, history: Sequence[tuple[RunRecord, SourceYield]]) -> SourceRow:
    """Return a row with what its runs gave, oldest first."""
    if not history:
        return row
    last = history[-1][1]
    given = {"documents": last.documents, "deals": last.deals}
    return replace(
        row,
        last=last,
        success=next((run for run, gave in reversed(history) if not gave.broken), None),
        failing=last.broken,
        odd=tuple(what for what, (least, most) in row.expect.items() if not least <= given[what] <= most),
        bars=_bars([gave for _, gave in history[-BARS:]]),
    )


def _bars(given: Sequence[SourceYield]) -> tuple[IssueBar, ...]:
    counts = [sum(gave.issues.values()) for gave in given]
    most = max(counts, default=0) or 1
    return tuple(
        IssueBar(
            issues=count,
            height=round(LOW + (TALL - LOW) * count / most, 1),
            css=next((severity for severity in ("error", "warning") if gave.issues.get(severity)), "well"),
        )
        for count, gave in zip(counts, given, strict=True)
    )
