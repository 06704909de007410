"""The run of `pipeline.run` as a Prefect flow: batches with retries, a task runner of choice, a summary on its page.

Prefect is imported here and nowhere else. `DEALS_TASK_RUNNER` picks where batches are read: `thread` (the default:
one, beside the one that fetches), `process`, or `dask` (at `DEALS_DASK_SCHEDULER`, else a cluster of its own).
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

os.environ.setdefault("DO_NOT_TRACK", "1")  # both before the import, which reads them
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.states import Failed
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner
from prefect.tasks import exponential_backoff

from pipeline import report, run
from pipeline.gather import Batch, gather
from pipeline.models import Issue
from pipeline.run import Job
from pipeline.store import Store
from pipeline.summary import Done, RunSummary

BATCH = 100  # documents a task: Prefect spends some 40 ms on a task, as much as on reading five documents
AHEAD = 8  # batches under way at most: what memory holds of a source that comes faster than it is read


def _dask() -> TaskRunner[Any]:
    from prefect_dask import DaskTaskRunner

    runner: TaskRunner[Any] = DaskTaskRunner(address=os.environ.get("DEALS_DASK_SCHEDULER"))
    return runner


TASK_RUNNERS: dict[str, Callable[[], TaskRunner[Any]]] = {
    "thread": lambda: ThreadPoolTaskRunner(max_workers=1),  # reading is Python: a second thread would only wait
    "process": ProcessPoolTaskRunner,
    "dask": _dask,
}

RETRIES = 3
WAITS = exponential_backoff(2)
SPREAD = 0.5


@task(retries=RETRIES, retry_delay_seconds=WAITS, retry_jitter_factor=SPREAD, cache_policy=NO_CACHE)
def read(job: Job, batch: Batch) -> Done:
    """Return what became of a batch, wherever this task runs."""
    with Store.open() as store:
        return run.work(job, batch, store)


@task(retries=RETRIES, retry_delay_seconds=WAITS, retry_jitter_factor=SPREAD, cache_policy=NO_CACHE)
def conclude(job: Job, done: list[Done], seconds: dict[str, float]) -> RunSummary:
    """Return what the run did, its deals merged and published."""
    with Store.open() as store:
        return run.conclude(job, done, store, seconds=seconds)


@flow(name="deals", task_runner=TASK_RUNNERS[os.environ.get("DEALS_TASK_RUNNER", "thread")](), log_prints=True)
def deals(sources: list[str] | None = None, from_captures: bool = False) -> RunSummary | State[RunSummary]:
    """Return what a run over these sources did; a source that as a whole went wrong makes it a failed one."""
    started = time.perf_counter()
    with Store.open() as store:
        job = run.begin(store, sources or (), from_captures=from_captures)
        done = list(_read_all(job, store))
    summary = conclude(job, done, {"read": time.perf_counter() - started})
    create_markdown_artifact(report.markdown(summary), key="deals-run", description=f"Run {summary.run}")
    if summary.broken:
        return Failed(message="; ".join(f"{issue.source}: {issue.message}" for issue in summary.broken), data=summary)
    return summary


def _read_all(job: Job, store: Store) -> Iterator[Done]:
    """Yield what became of each batch, in order, while the next ones are fetched."""
    under_way: deque[tuple[str, PrefectFuture[Done]]] = deque()
    for source in job.sources:
        for batch in gather(source, store, size=BATCH, from_captures=job.from_captures):
            under_way.append((source.name, read.submit(job, batch)))
            if len(under_way) >= AHEAD:
                yield _outcome(*under_way.popleft())
    yield from (_outcome(*each) for each in under_way)


def _outcome(source: str, future: PrefectFuture[Done]) -> Done:
    try:
        return future.result()
    except Exception as error:
        issue = Issue(message=f"a batch failed: {type(error).__name__}: {error}", source=source)
        return Done(source=source, outcomes={}, issues=(issue,))


def run_deals(sources: Sequence[str] = (), *, from_captures: bool = False) -> RunSummary:
    """Return what a flow run over these sources did, also where it failed as a run."""
    state = deals(list(sources), from_captures, return_state=True)
    result: Any = state.result(raise_on_failure=False)
    if isinstance(result, RunSummary):
        return result
    raise result
