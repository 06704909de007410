"""The run of `pipeline.run` as a Prefect flow: batches with retries, a task runner of choice, a summary on its page.

Prefect is imported here and nowhere else. `DEALS_TASK_RUNNER` picks where batches are read: `thread` (the default:
one, beside the one that fetches), `process`, or `dask` (at `DEALS_DASK_SCHEDULER`, else a cluster of its own).
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

os.environ.setdefault("DO_NOT_TRACK", "1")  # these are Prefect's own, set before it is imported, which reads them
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "180")  # a first start makes its database

if os.environ.get("DEALS_LOG") == "json":
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_FORMATTER", "json")

import httpx
from msgspec.structs import replace
from prefect import flow, get_run_logger, runtime, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, State
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import PrefectException, TerminationSignal
from prefect.futures import PrefectFuture
from prefect.runner import Runner
from prefect.schedules import Cron, Interval, Schedule
from prefect.states import Failed
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner
from prefect.tasks import exponential_backoff
from prefect.types.entrypoint import EntrypointType

from pipeline import fence, logs, run
from pipeline.errors import DealsError
from pipeline.models import Issue, Source
from pipeline.run import Job
from pipeline.runs import run_report
from pipeline.runs.gather import Batch, gather
from pipeline.runs.schedule import ServeError, interval, missed
from pipeline.runs.summary import Done, RunSummary
from pipeline.settings import Settings
from pipeline.store import Store

BATCH = 100  # documents a task: Prefect spends some 40 ms on a task, as much as on reading five documents
AHEAD = 8  # batches under way at most: what memory holds of a source that comes faster than it is read


def _dask() -> TaskRunner[Any]:
    from prefect_dask.task_runners import DaskTaskRunner

    address = Settings.from_environment().dask_scheduler
    cluster = None if address else {"threads_per_worker": 1}  # threads of one process would read one at a time
    runner: TaskRunner[Any] = DaskTaskRunner(address=address, cluster_kwargs=cluster)
    return runner


if (kept := Settings.from_environment().log) and not logging.getLogger("pipeline").handlers:
    logs.keep(kept)  # a run of `deals serve` is a process that no command began


TASK_RUNNERS: dict[str, Callable[[], TaskRunner[Any]]] = {
    "thread": lambda: ThreadPoolTaskRunner(max_workers=1),  # reading is Python: a second thread would only wait
    "process": ProcessPoolTaskRunner,
    "dask": _dask,
}

MOST = 20  # issues told in a run's log: its page has them all
POLL = 5  # seconds between two looks for runs that are due
RETRIES = 3
WAITS = exponential_backoff(2)
SPREAD = 0.5


@task(task_run_name="fetch {source.name}", retries=RETRIES, retry_delay_seconds=WAITS, retry_jitter_factor=SPREAD,
      cache_policy=NO_CACHE)  # fmt: skip
def fetch(job: Job, source: Source) -> Iterator[Batch]:
    """Yield what a source has to read, in batches; begun anew where the store or a fault of ours breaks it off."""
    with Store.open() as store:
        yield from gather(source, store, size=BATCH, from_captures=job.from_captures)


def _may_pass(task: Any, task_run: Any, state: State[Any]) -> bool:
    """Return whether it can go better the next time: a worker has the store that it has."""
    return not isinstance(state.data, OtherStoreError)


@task(task_run_name="read {batch.source.name} {number}", retries=RETRIES, retry_delay_seconds=WAITS,
      retry_jitter_factor=SPREAD, retry_condition_fn=_may_pass, cache_policy=NO_CACHE)  # fmt: skip
def read(job: Job, batch: Batch, number: int) -> Done:
    """Return what became of a batch, wherever this task runs."""
    with Store.open() as store:
        if store.token(job.run) != job.token:
            raise OtherStoreError
        return run.work(job, batch, store)


@task(task_run_name="publish run {job.run}", retries=RETRIES, retry_delay_seconds=WAITS, retry_jitter_factor=SPREAD,
      cache_policy=NO_CACHE)  # fmt: skip
def conclude(job: Job, done: list[Done], seconds: dict[str, float]) -> RunSummary:
    """Return what the run did, its deals merged and published."""
    with Store.open() as store:
        return run.conclude(job, done, store, seconds=seconds)


def _name() -> str:
    """Return what a run is called: its sources and its day."""
    named = runtime.flow_run.parameters.get("sources") or ["all sources"]
    return f"{', '.join(named)} {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="deals", flow_run_name=_name, task_runner=TASK_RUNNERS[Settings.from_environment().task_runner](),
      log_prints=True)  # fmt: skip
def deals(sources: list[str] | None = None, from_captures: bool = False) -> dict[str, int] | State[dict[str, int]]:
    """Return the counts of a run over these sources; a source that as a whole went wrong makes it a failed one."""
    try:
        summary = _summary(sources or (), from_captures=from_captures)
    except DealsError as error:  # told in a line: a trace of our code helps nobody with what it says
        return Failed(message=str(error), data=error)
    _finished.append(summary)
    create_markdown_artifact(run_report.markdown(summary), key="deals-run", description=f"Run {summary.run}")
    _log(summary)
    if summary.broken:
        told = "; ".join(f"{issue.source}: {issue.message}" for issue in summary.broken)
        return Failed(message=told, data=SourceFailure(told))  # all else would stand in the log, word by word
    return summary.counts()


_finished: list[RunSummary] = []
"""What runs of this process did: a run's result is kept small, as whoever runs many of them keeps all."""


class SourceFailure(DealsError):
    """What went wrong with sources as a whole; all that could be read is published."""


OTHER_STORE = (
    "a worker has another store than the run, where what it reads would be lost; set DEALS_DATABASE_URL to one database"
    " that all of them reach, for the workers too"
)


class OtherStoreError(DealsError):
    """A worker that would write where nobody looks: the run would be told as done and publish nothing."""

    def __init__(self, message: str = OTHER_STORE) -> None:
        super().__init__(message)


def _log(summary: RunSummary) -> None:
    """Write a line a source, and what is not well, into the log of the run."""
    log = get_run_logger()
    for source in summary.sources:
        told = ", ".join(f"{number:,} {outcome}" for outcome, number in sorted(source.outcomes.items())) or "nothing"
        log.info("%s: %s; %s deals told", source.name, told, f"{source.deals:,}")
    counts = ", ".join(f"{number:,} {what}" for what, number in summary.counts().items() if what.startswith("deals "))
    log.info("%s deals stand%s", f"{summary.published:,}", f": {counts}" if counts else "")
    for issue in summary.issues[:MOST]:
        level = logging.ERROR if issue.severity == "error" else logging.WARNING
        log.log(level, "%s: %s", issue.source or "", run_report.told(issue))
    if (more := len(summary.issues) - MOST) > 0:
        log.warning("and %s more issues: the page of the run has them all", f"{more:,}")


def _summary(sources: Sequence[str], *, from_captures: bool) -> RunSummary:
    started = time.perf_counter()
    with Store.open() as store:
        job = run.begin(store, sources, from_captures=from_captures)
        done = list(_read_all(job))
    return conclude(job, done, {"read": time.perf_counter() - started})


def _read_all(job: Job) -> Iterator[Done]:
    """Yield what became of each batch, in order, while the next ones are fetched."""
    under_way: deque[tuple[str, PrefectFuture[Done]]] = deque()
    for source in job.sources:
        for number, batch in enumerate(_fetched(job, source), 1):
            if batch.same:  # nobody need read them, nor be told of them
                yield Done(source=source.name, outcomes=dict.fromkeys(batch.same, "same"))
            if not batch.items and not batch.pages:
                continue
            under_way.append((source.name, read.submit(job, replace(batch, same=()), number)))
            if len(under_way) >= AHEAD:
                yield _outcome(*under_way.popleft())
    yield from (_outcome(*each) for each in under_way)


def _fetched(job: Job, source: Source) -> Iterator[Batch]:
    """Yield the batches of a source; where its task gives up, that is the last of them, and the others go on."""
    batches: Any = fetch(job, source)
    for batch in fence.guarded(batches, what="the source stopped", place=source.folder):
        yield Batch(source=source, items=(batch,)) if isinstance(batch, Issue) else batch


def _outcome(source: str, future: PrefectFuture[Done]) -> Done:
    try:
        return future.result()
    except OtherStoreError:
        raise
    except Exception as error:
        told = replace(fence.issue(error, what="a batch failed"), source=source)
        return Done(source=source, outcomes={}, issues=(told,))


def run_deals(sources: Sequence[str] = (), *, from_captures: bool = False) -> RunSummary:
    """Return what a flow run over these sources did, also where it failed as a run.

    Raises what it failed of, and `ServeError` where the Prefect server cannot be reached any more.
    """
    _finished.clear()
    try:
        state = deals(list(sources), from_captures, return_state=True)
        result: Any = state.result(raise_on_failure=False)
    except (httpx.HTTPError, PrefectException, RuntimeError) as error:
        raise ServeError(f"the Prefect server gave up: {fence.unforeseen(error)}") from error
    if _finished:
        return _finished.pop()
    raise result


def serve(sources: Sequence[Source], last: Mapping[str, datetime]) -> None:
    """Run each source on its schedule until stopped; `last` is when each was last run."""
    with suppress(KeyboardInterrupt, TerminationSignal):
        try:
            asyncio.run(_serve(sources, last))
        except (httpx.HTTPError, PrefectException) as error:
            raise ServeError(f"the Prefect server gave up: {fence.unforeseen(error)}") from error


async def _serve(sources: Sequence[Source], last: Mapping[str, datetime]) -> None:
    runner = Runner(name="deals", limit=os.cpu_count(), query_seconds=POLL)
    for source in sources:
        number = await runner.aadd_deployment(_deployment(source))
        if missed(source, last.get(source.name)):
            async with get_client() as client:
                await client.create_flow_run_from_deployment(number, name=f"{source.name}-catching-up")
    await runner.start()


def _deployment(source: Source) -> RunnerDeployment:
    """Return the flow on a source's schedule; a run that would overlap with the one before is cancelled."""
    return RunnerDeployment.from_flow(
        deals,
        name=source.name,
        description=source.title,
        parameters={"sources": [source.name]},
        schedule=_schedule(source),
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        entrypoint_type=EntrypointType.MODULE_PATH,
        paused=False,  # stopping pauses it, so that a remote server does not pile up runs that nobody serves
    )


def _schedule(source: Source) -> Schedule:
    told = source.schedule or ""
    every = interval(told)
    return Interval(every) if every else Cron(told, timezone=source.timezone)
