"""The one place that knows the order of the stages: sources → fetch → read → … → store → publish.

A run is `begin`, then `work` for every batch that is gathered, then `conclude`. `run` does that in this process, and
`flows.py` the same with Prefect's tasks. Batches are saved whole: a run that is killed loses nothing that was saved,
leaves the published files as they were, and the next one goes on from there.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pipeline.diff.changes import Known, diff
from pipeline.diff.snapshots import deals_of, published
from pipeline.errors import DealsError
from pipeline.extraction import default
from pipeline.fence import attempt
from pipeline.judging import judgements
from pipeline.models import (
    Change,
    Issue,
    Judgement,
    MergedDeal,
    Noun,
    PageState,
    Source,
)
from pipeline.rules.company_answers import led
from pipeline.runs import news
from pipeline.runs.consolidation import Consolidated, consolidate
from pipeline.runs.document_reading import BatchReading, ToRead, read_all, reading, to_read, with_captures
from pipeline.runs.expectations import check
from pipeline.runs.gather import Batch, gather
from pipeline.runs.publishing import publish_again
from pipeline.runs.sources import find_sources
from pipeline.runs.summary import Done, RunSummary, count, listing
from pipeline.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pipeline.processes import Crew
    from pipeline.store import Outcome, Store


class Job(Noun, frozen=True, kw_only=True):
    """A run that has begun."""

    run: int
    sources: tuple[Source, ...]
    issues: tuple[Issue, ...] = ()
    """Of sources that cannot be used."""
    whole: bool
    """Whether it is over all sources, not over some by name."""
    token: str | None = None
    """What names it in its store: who works on it elsewhere must find it in theirs."""
    from_captures: bool = False
    """Whether it reads what was fetched before, which says nothing of what the sources offer now."""


def run(
    names: Sequence[str] = (),
    *,
    from_captures: bool = False,
    jobs: int = 1,
    watch: Callable[[Done], None] = lambda done: None,
) -> RunSummary:
    """Return what one run did, over the sources named or all enabled ones; `watch` is told of every batch.

    `from_captures` reads what was fetched before, and asks nobody. With more than one of `jobs`, so many processes
    read; what is stored and published is the same.
    """
    from pipeline.store import Store

    with reading(jobs) as crew, Store.open() as store:
        started = time.perf_counter()
        job = begin(store, names, from_captures=from_captures)
        taken: set[str] = set()
        batches = chain.from_iterable(
            gather(source, store, from_captures=from_captures, taken=taken) for source in job.sources
        )
        done: list[Done] = []
        for each in worked(job, batches, store, crew):
            done.append(each)
            watch(each)
        return conclude(job, done, store, seconds={"read": time.perf_counter() - started})


def begin(store: Store, names: Sequence[str] = (), *, from_captures: bool = False) -> Job:
    """Return a run that has begun."""
    sources, issues = find_sources(Settings.from_environment().sources, names)
    number = store.start_run([source.name for source in sources], default().knowledge.fingerprint)
    return Job(
        run=number, sources=tuple(sources), issues=tuple(issues), whole=not names, from_captures=from_captures,
        token=store.token(number),
    )  # fmt: skip


def work(job: Job, batch: Batch, store: Store) -> Done:
    """Return what became of a batch: its documents are read, their deals found, and all is saved together."""
    items = to_read(batch, store)
    return saved(job, batch, with_captures(read_all(items), items), store)


def worked(job: Job, batches: Iterable[Batch], store: Store, crew: Crew | None) -> Iterator[Done]:
    """Yield what became of each batch, in order; where several processes read, some are read while others are saved."""
    if crew is None:
        yield from (work(job, batch, store) for batch in batches)
        return
    under_way: deque[tuple[Batch, list[ToRead | Issue | None], Future[list[list[BatchReading | Issue | None]]]]] = (
        deque()
    )
    begun: dict[str, str] = {}
    for batch in batches:
        items = to_read(batch, store, begun)
        under_way.append((batch, items, crew.begin(read_all, [items])))
        while under_way and (len(under_way) >= crew.ahead or under_way[0][-1].done()):
            yield _finished(job, *under_way.popleft(), store, begun)
    for each in under_way:
        yield _finished(job, *each, store, begun)


def _finished(
    job: Job,
    batch: Batch,
    items: Sequence[ToRead | Issue | None],
    read: Future[list[list[BatchReading | Issue | None]]],
    store: Store,
    begun: dict[str, str],
) -> Done:
    from pipeline.processes import made

    done = saved(job, batch, with_captures(made(read)[0], items), store)
    for each in items:
        if isinstance(each, ToRead) and begun.get(each.id) == each.signature:
            del begun[each.id]
    return done


def saved(job: Job, batch: Batch, results: Iterable[BatchReading | Issue | None], store: Store) -> Done:
    """Return what became of a batch, once what was read of each of its items is saved."""
    outcomes: dict[str, str] = dict.fromkeys(batch.same, "same")
    issues: list[Issue] = []
    readings: list[BatchReading] = []
    for item, result in zip(batch.items, results, strict=True):
        if isinstance(result, BatchReading):
            readings.append(result)
            issues += [replace(issue, document=result.document.id) for issue in result.document.issues]
        elif isinstance(result, Issue):
            issues.append(result)
            outcomes[result.document or result.place or batch.source.folder] = "failed"
        elif not isinstance(item, Issue):
            outcomes[item.id] = "same"
    for each, outcome in zip(readings, _save(job, readings, batch.pages, store), strict=True):
        outcomes[each.document.id] = "failed" if isinstance(outcome, Issue) else outcome
        issues += [outcome] if isinstance(outcome, Issue) else []
    named = tuple(replace(issue, source=batch.source.name) for issue in issues)
    return Done(source=batch.source.name, outcomes=outcomes, issues=named)


def _save(
    job: Job, readings: Sequence[BatchReading], pages: Sequence[PageState], store: Store
) -> list[Outcome] | list[Outcome | Issue]:
    """Return what became of each reading, all saved together; where one cannot be saved, each is saved alone."""

    def save(reading: BatchReading) -> Outcome:
        return store.save_extraction(
            job.run, reading.document, reading.extraction, reading.capture, signature=reading.signature
        )

    if not readings and not pages:
        return []  # other writers need not wait for nothing
    try:
        with store.together():
            saved = [save(reading) for reading in readings]
            for page in pages:
                store.save_page(page)
        return saved
    except DealsError:
        raise  # the store itself cannot be used
    except Exception:  # of one of them: told when it comes up again; the pages wait for a run in which all goes well
        return [attempt(save, one, what="cannot be stored", document=one.document.id) for one in readings]


def conclude(job: Job, done: Sequence[Done], store: Store, *, seconds: dict[str, float]) -> RunSummary:
    """Return what a run did, once its deals are merged, judged and published and its row of history is written."""
    started = time.perf_counter()
    done = [*done, *_forget(job, done, store)]
    answers, broken = _answers(store)
    moved = consolidate(job.run, store, answers, default().knowledge, _published_before)
    merged_at = time.perf_counter()
    standing = publish_again(store, answers, moved)
    published_at = time.perf_counter()
    told = store.numbers_told({name for each in done for name in each.outcomes})
    counts = tuple(count(source, done, told) for source in job.sources)
    checked = () if job.from_captures else zip(job.sources, counts, strict=True)
    issues = (*job.issues, *broken, *moved.issues, *(issue for each in done for issue in each.issues))
    summary = RunSummary(
        run=job.run,
        sources=counts,
        published=standing.deals,
        in_conflict=standing.in_conflict,
        conflicts=tuple(store.named(standing.conflicts)),
        changes=_changes(job, store, moved, answers),
        issues=(*issues, *(issue for pair in checked for issue in check(*pair))),
        seconds={**seconds, "merge": merged_at - started, "publish": published_at - merged_at},
        files=tuple(map(str, standing.paths(Settings.from_environment().extracted))),
    )
    summary = news.tell(store, summary, answers, news.now())
    store.finish_run(job.run, summary.counts(), summary.seconds, summary.issues, summary.gave())
    return summary


def _forget(job: Job, done: Iterable[Done], store: Store) -> list[Done]:
    """Return the documents that are gone, forgotten now: no folder holds them any more, or they have no source."""
    offered = listing(job.sources, done)
    folders = {path.name for path in Settings.from_environment().sources.iterdir()}
    gone: dict[str, list[str]] = {}
    for document, source in store.sources():
        name = source or ""
        if document not in offered[name] if name in offered else job.whole and name not in folders:
            gone.setdefault(name, []).append(document)
    if gone:
        store.forget(job.run, chain.from_iterable(gone.values()))
    return [Done(source=name, outcomes=dict.fromkeys(documents, "gone")) for name, documents in gone.items()]


def _answers(store: Store) -> tuple[tuple[Judgement, ...], tuple[Issue, ...]]:
    """Return people's judgements, which the store now knows too, and an issue for each line that is none."""
    answers, broken = judgements.read(Settings.from_environment().judgements)
    store.add_judgements(answers)
    mended = default().knowledge.company_answers
    return (judgements.led(answers, lambda parties: led(parties, mended)) if mended else answers), broken


def _published_before() -> list[MergedDeal]:
    """Return the deals as files give them to a store that is empty, so that a fresh clone keeps their ids."""
    path = Settings.from_environment().extracted / "deals.jsonl"
    return list(deals_of(path)) if path.exists() else []


def _changes(job: Job, store: Store, moved: Consolidated, answers: tuple[Judgement, ...]) -> tuple[Change, ...]:
    """Return what changed since the last finished run: one that began just before this may still be reading."""
    if not moved.before and not moved.after:
        return ()
    before, after = moved.before, moved.after
    if answers:  # an answer speaks of the deal that fits it best of all
        new = {deal.id for deal in after}
        after = store.merged()
        before = [*(deal for deal in after if deal.id not in new), *moved.before]
    last = max((run.id for run in store.runs() if run.finished_at and run.id < job.run), default=0)
    named = {document for deal in (*before, *after) for document in deal.documents}
    told = store.told_besides(named, {deal.id for deal in after})
    known = {**dict.fromkeys(told, ""), **store.contents(last, named)}
    return tuple(
        diff(
            published(before, answers),
            published(after, answers),
            Known(documents=known),
            Known(documents=store.contents(job.run, named)),
        )
    )
