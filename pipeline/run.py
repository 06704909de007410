"""The one place that knows the order of the stages: sources → fetch → read → … → store → publish.

A run is `begin`, then `work` for every batch that is gathered, then `conclude`. `run` does that in this process, and
`flows.py` the same with Prefect's tasks. Batches are saved whole: a run that is killed loses nothing that was saved,
leaves the published files as they were, and the next one goes on from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pipeline.diff.changes import Known, diff
from pipeline.diff.snapshots import deals_of, published
from pipeline.errors import DealsError
from pipeline.extraction import default
from pipeline.fence import attempt
from pipeline.judging import judgements
from pipeline.models import (
    Capture,
    Change,
    Company,
    Document,
    Extraction,
    Issue,
    Judgement,
    MergedDeal,
    Noun,
    PageState,
    Source,
    Unchanged,
)
from pipeline.rules.rates import rates
from pipeline.runs.consolidation import Consolidated, consolidate
from pipeline.runs.expectations import check
from pipeline.runs.gather import Batch, gather, opened
from pipeline.runs.signature import sign
from pipeline.runs.sources import find_sources
from pipeline.runs.summary import Done, RunSummary, count, listing
from pipeline.settings import Settings
from pipeline.text import duplicates
from pipeline.text.paths import is_utf8

if TYPE_CHECKING:
    from pipeline.store import Outcome, Store


class Job(Noun, frozen=True, kw_only=True):
    """A run that has begun."""

    run: int
    sources: tuple[Source, ...]
    issues: tuple[Issue, ...] = ()
    """Of sources that cannot be used."""
    whole: bool
    """Whether it is over all sources, not over some by name."""
    from_captures: bool = False
    """Whether it reads what was fetched before, which says nothing of what the sources offer now."""


class Reading(Noun, frozen=True, kw_only=True):
    """A document read in this run, ready to be saved."""

    document: Document
    extraction: Extraction
    capture: Capture | None
    signature: str
    """Of the bytes it was read from and of the rules and code that read them."""


def run(
    names: Sequence[str] = (), *, from_captures: bool = False, watch: Callable[[Done], None] = lambda done: None
) -> RunSummary:
    """Return what one run did, over the sources named or all enabled ones; `watch` is told of every batch.

    `from_captures` reads what was fetched before, and asks nobody.
    """
    from pipeline.store import Store

    with Store.open() as store:
        started = time.perf_counter()
        job = begin(store, names, from_captures=from_captures)
        done: list[Done] = []
        for batch in chain.from_iterable(gather(source, store, from_captures=from_captures) for source in job.sources):
            done.append(work(job, batch, store))
            watch(done[-1])
        return conclude(job, done, store, seconds={"read": time.perf_counter() - started})


def begin(store: Store, names: Sequence[str] = (), *, from_captures: bool = False) -> Job:
    """Return a run that has begun."""
    sources, issues = find_sources(Settings.from_environment().sources, names)
    number = store.start_run([source.name for source in sources], default().knowledge.fingerprint)
    return Job(run=number, sources=tuple(sources), issues=tuple(issues), whole=not names, from_captures=from_captures)


def work(job: Job, batch: Batch, store: Store) -> Done:
    """Return what became of a batch: its documents are read, their deals found, and all is saved together."""
    known = store.signatures(item.id for item in batch.items if not isinstance(item, Issue) and is_utf8(item.id))
    read_again = partial(_read_again, known=known, store=store)
    outcomes: dict[str, str] = {}
    issues: list[Issue] = []
    readings: list[Reading] = []
    for item in batch.items:
        result = item if isinstance(item, Issue) else attempt(read_again, item)
        if isinstance(result, Reading):
            readings.append(result)
            issues += [replace(issue, document=result.document.id) for issue in result.document.issues]
        elif isinstance(result, Issue):
            issues.append(result)
            outcomes[result.document or result.place or batch.source.folder] = "failed"
        elif not isinstance(item, Issue):
            outcomes[item.id] = "same"
    for reading, saved in zip(readings, _save(job, readings, batch.pages, store), strict=True):
        outcomes[reading.document.id] = "failed" if isinstance(saved, Issue) else saved
        issues += [saved] if isinstance(saved, Issue) else []
    named = tuple(replace(issue, source=batch.source.name) for issue in issues)
    return Done(source=batch.source.name, outcomes=outcomes, issues=named)


def _save(
    job: Job, readings: Sequence[Reading], pages: Iterable[PageState], store: Store
) -> list[Outcome] | list[Outcome | Issue]:
    """Return what became of each reading, all saved together; where one cannot be saved, each is saved alone."""

    def save(reading: Reading) -> Outcome:
        return store.save_extraction(
            job.run, reading.document, reading.extraction, reading.capture, signature=reading.signature
        )

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


def _read_again(item: Capture | Document | Unchanged, *, known: dict[str, str | None], store: Store) -> Reading | None:
    """Return the reading of an item, None where it would come out as the one that is stored."""
    before = known.get(item.id)
    extractor = default()
    signature = sign(item, before, extractor.knowledge)
    if signature == before:
        return None
    document = opened(item, store, extractor.knowledge)
    capture = item if isinstance(item, Capture) else None
    return Reading(document=document, extraction=extractor(document), capture=capture, signature=signature)


def conclude(job: Job, done: Sequence[Done], store: Store, *, seconds: dict[str, float]) -> RunSummary:
    """Return what a run did, once its deals are merged, judged and published and its row of history is written."""
    started = time.perf_counter()
    done = [*done, *_forget(job, done, store)]
    answers, broken = _answers(store)
    moved = consolidate(job.run, store, answers, default().knowledge, _published_before())
    merged = store.merged()
    store.save_companies(_companies(merged))
    merged_at = time.perf_counter()
    files = _publish(store, merged, answers)
    told = store.numbers_told({name for each in done for name in each.outcomes})
    counts = tuple(count(source, done, told) for source in job.sources)
    checked = () if job.from_captures else zip(job.sources, counts, strict=True)
    issues = (*job.issues, *broken, *moved.issues, *(issue for each in done for issue in each.issues))
    summary = RunSummary(
        run=job.run,
        sources=counts,
        deals=published(merged, answers),
        changes=_changes(job, store, published(_before(merged, moved), answers), published(merged, answers)),
        issues=(*issues, *(issue for pair in checked for issue in check(*pair))),
        seconds={**seconds, "merge": merged_at - started, "publish": time.perf_counter() - merged_at},
        files=tuple(str(file) for file in files),
    )
    store.finish_run(job.run, summary.counts(), summary.seconds, summary.issues)
    return summary


def _forget(job: Job, done: Iterable[Done], store: Store) -> list[Done]:
    """Return the documents that are gone, forgotten now: no folder holds them any more, or they have no source."""
    offered = listing(job.sources, done)
    folders = {path.name for path in Settings.from_environment().sources.iterdir()}
    gone: dict[str, list[str]] = {}
    for record in store.documents():
        name = record.source or ""
        if record.id not in offered[name] if name in offered else job.whole and name not in folders:
            gone.setdefault(name, []).append(record.id)
    store.forget(job.run, chain.from_iterable(gone.values()))
    return [Done(source=name, outcomes=dict.fromkeys(documents, "gone")) for name, documents in gone.items()]


def _answers(store: Store) -> tuple[tuple[Judgement, ...], tuple[Issue, ...]]:
    """Return people's judgements, which the store now knows too, and an issue for each line that is none."""
    answers, broken = judgements.read(Settings.from_environment().judgements)
    store.add_judgements(answers)
    return answers, broken


def _before(merged: Iterable[MergedDeal], moved: Consolidated) -> list[MergedDeal]:
    """Return the merged deals as they stood before."""
    new = {deal.id for deal in moved.after}
    return [*(deal for deal in merged if deal.id not in new), *moved.before]


def _companies(deals: Iterable[MergedDeal]) -> tuple[Company, ...]:
    """Return the companies of the tables, and those of the registers that the deals name."""
    extractor = default()
    return extractor.registry.complete(extractor.knowledge.companies, deals)


def _published_before() -> list[MergedDeal]:
    """Return the deals as files give them to a store that is empty, so that a fresh clone keeps their ids."""
    path = Settings.from_environment().extracted / "deals.jsonl"
    return list(deals_of(path)) if path.exists() else []


def _publish(store: Store, merged: Sequence[MergedDeal], answers: tuple[Judgement, ...]) -> list[Path]:
    """Return the files published: what the store holds when they are written, whoever else is running."""
    from pipeline.publish import publish

    deals = list(merged)
    while True:
        files = publish(
            Settings.from_environment().extracted,
            judgements.apply_judgements(deals, answers),
            companies=_companies(deals),
            documents=duplicates.joined(store.documents(), store.copies()),
            rates=default().knowledge.once(rates),
        )
        standing = store.merged()
        if standing == deals:
            return files
        deals = standing


def _changes(
    job: Job, store: Store, before: tuple[MergedDeal, ...], after: tuple[MergedDeal, ...]
) -> tuple[Change, ...]:
    """Return what changed since the last finished run: one that began just before this may still be reading."""
    last = max((run.id for run in store.runs() if run.finished_at and run.id < job.run), default=0)
    known = Known(documents=store.contents(last)), Known(documents=store.contents(job.run))
    return tuple(diff(before, after, *known))
