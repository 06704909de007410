"""After a publish: adds to the files of changes what became of the deals, and tells those who want to be told."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pipeline.diff.changes import Known, diff
from pipeline.diff.snapshots import published
from pipeline.errors import DealsError
from pipeline.fence import issue
from pipeline.models import Change, Issue, Judgement
from pipeline.notify import notify, targets
from pipeline.publish import changelog
from pipeline.runs import metrics
from pipeline.runs.summary import RunSummary
from pipeline.settings import Settings
from pipeline.times.instants import instant

if TYPE_CHECKING:
    from pipeline.store import Store


log = logging.getLogger(__name__)


def tell(store: Store, summary: RunSummary, answers: Sequence[Judgement], at: str) -> RunSummary:
    """Return the summary of a run with an issue for each target that could not be told what it brought.

    The log and the file of figures are told too.
    """
    settings = Settings.from_environment()
    changes, since = _untold(store, summary, answers)
    added = changelog.add(settings.extracted, changes, at, since)
    told = replace(summary, issues=(*summary.issues, *_notified(settings, summary, added, at)))
    _log(told)
    if settings.metrics:
        metrics.write(settings.metrics, told)
    return told


def _log(summary: RunSummary) -> None:
    """Tell a log that a machine reads what the run did."""
    for source in summary.sources:
        log.info("source", extra={"told": {"run": summary.run, "source": source.name, "deals": source.deals,
                                           "documents": source.outcomes}})  # fmt: skip
    for each in summary.issues:
        where = {"run": summary.run, "severity": each.severity, "source": each.source}
        log.info("issue: %s", each.message, extra={"told": {**where, "place": each.place or each.document}})
    log.info("run ended", extra={"told": {"run": summary.run, **summary.counts(), "seconds": summary.seconds}})


def _notified(
    settings: Settings, summary: RunSummary, added: Sequence[changelog.EditionChange], at: str
) -> Sequence[Issue]:
    try:
        wanted = targets(settings.project)
    except DealsError as error:
        return [issue(error)]
    if not (wanted.webhook or wanted.email):
        return []
    kept = changelog.read(settings.extracted)
    fresh = added[0].edition if added else (kept[-1].edition + 1 if kept else 1)
    news = [(line.edition, line.at, line) for line in kept if line.is_news]
    return list(
        notify(
            wanted, settings.extracted, news, fresh=fresh, run=summary.run, at=at,
            sources=[source.name for source in summary.sources], issues=summary.issues,
        )
    )  # fmt: skip


def _untold(store: Store, summary: RunSummary, answers: Sequence[Judgement]) -> tuple[Sequence[Change], str | None]:
    """Return what changed since the last run that ended, and since when another can have told of it, None for ever.

    That is what this run changed, but where people judged deals in between, or a run was killed or is not done yet.
    """
    runs = store.runs()
    last = max((run for run in runs if run.finished_at and run.id < summary.run), key=lambda run: run.id, default=None)
    if last is None or last.finished_at is None:
        return summary.changes, None
    ended = instant(last.finished_at)
    past = tuple(answer for answer in answers if instant(answer.at) <= ended)
    since = last.started_at if len(past) == len(answers) else None  # answers may be dated long after they were told
    if since and not any(last.id < run.id < summary.run for run in runs):
        return summary.changes, since
    before = published(store.merged(last.id), past)
    known = (
        Known(documents=store.contents(last.id), judgements=past),
        Known(documents=store.contents(summary.run), judgements=tuple(answers)),
    )
    return diff(before, published(store.merged(), tuple(answers)), *known), since


def now() -> str:
    """Return the moment, in UTC, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")
