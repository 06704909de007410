"""Gets the documents of a listing: decides for each whether to ask, asks several hosts at once, keeps the order."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from msgspec.structs import replace

from pipeline.fetch.answer import Answer, Failure, HostClosed
from pipeline.fetch.urls import canonical, is_front_page
from pipeline.fetch.visit import Found, ListedItem, Settling, Visit, is_held
from pipeline.models import Capture, Issue, Noun, PageState, Unchanged

Step = Literal["ask", "known", "wait"]
GIVE_UP = 3
"""Runs in a row in which an article fails before its feed's own text is taken for it."""
WORKERS = 8
AGAIN = "failed, to be asked again"
"""Why most documents wait; each of them has its own issue."""


class Plan(Noun, frozen=True, kw_only=True):
    """What this run does about one document of a listing."""

    item: ListedItem
    state: PageState
    step: Step


class Got(Noun, frozen=True, kw_only=True):
    """What asking for a document brought: no capture where it did not change."""

    answer: Answer | None
    capture: Capture | None
    issues: tuple[Issue, ...] = ()


Getter = Callable[[Visit, ListedItem, PageState], Got]


def get_article(visit: Visit, item: ListedItem, state: PageState) -> Got:
    """Return the page an item links to."""
    answer = visit.client.get(item.url, etag=state.etag, last_modified=state.last_modified)
    if answer.status == 304:
        return Got(answer=answer, capture=None)
    if is_front_page(answer.url) and not is_front_page(item.url):
        raise Failure("leads to the site's front page", status=answer.status)
    name = canonical(answer.url)
    capture = Capture(
        id=name,
        source=visit.source.name,
        data=answer.data,
        url=name,
        place=answer.url,
        content_type=answer.content_type(),
        charset=answer.charset(),
        hints=visit.hints(item),
        fetched_at=answer.fetched_at,
        fallback=item.fallback,
    )
    return Got(answer=answer, capture=capture)


def get_all(visit: Visit, items: Iterable[ListedItem], get: Getter = get_article) -> Settling:
    """Yield the documents of a listing, each new or changed one as a capture; return whether none waits for later."""
    waiting: Counter[str] = Counter()
    plans = list(_plans(visit, items))
    over = [plan for plan in plans if plan.step == "ask"][visit.options.limit :]
    waiting.update(["more documents than `limit` allows in one run"] * len(over))
    skipped = {plan.state.url for plan in over}
    for plan, future in _in_order(visit, [plan for plan in plans if plan.state.url not in skipped], get):
        if plan.step == "wait":
            waiting[f"{urlsplit(plan.item.url).netloc} asks to wait until {plan.state.retry_after}"] += 1
        elif future is None:
            yield from _unchanged(visit, plan.state)
        else:
            yield from _taken(visit, plan, future, waiting)
    for why, count in waiting.items():
        if why != AGAIN:
            yield visit.issue(f"{count} left for a later run: {why}", visit.source.url or "", "warning")
    return not waiting


def decide(item: ListedItem, state: PageState, source: str, now: datetime, revisit: float | None) -> Step:
    """Return what to do about a document, from what its listing says and what is remembered of it."""
    if is_held(state, now):
        return "wait"
    if state.fetched_at is None or state.failures:
        return "ask"
    if item.listed is not None and item.listed != state.listed and state.source == source:
        return "ask"  # two sources that list one article word its changes differently: only its own is believed
    if revisit is not None and datetime.fromisoformat(state.fetched_at) + timedelta(hours=revisit) <= now:
        return "ask"
    return "known"


def _plans(visit: Visit, items: Iterable[ListedItem]) -> Iterator[Plan]:
    """Yield what to do about each document, each once."""
    seen: set[str] = set()
    now = datetime.now(UTC)
    for item in items:
        key = canonical(item.url)
        if key not in seen:
            seen.add(key)
            state = visit.memory.page(key) or PageState(url=key, source=visit.source.name)
            step = decide(item, state, visit.source.name, now, visit.options.revisit)
            yield Plan(item=item, state=state, step=step)


def _in_order(visit: Visit, plans: list[Plan], get: Getter) -> Iterator[tuple[Plan, Future[Got] | None]]:
    """Yield each plan with what is becoming of it, in order; a few are asked for ahead of the one that is awaited."""
    hosts = {urlsplit(plan.item.url).netloc for plan in plans if plan.step == "ask"}
    workers = max(1, min(WORKERS, len(hosts) * visit.options.concurrency))
    pool = ThreadPoolExecutor(workers, thread_name_prefix=visit.source.name)
    queue: deque[tuple[Plan, Future[Got] | None]] = deque()
    try:
        for plan in plans:
            ask = plan.step == "ask"
            queue.append((plan, pool.submit(get, visit, plan.item, plan.state) if ask else None))
            if len(queue) > 2 * workers:
                yield queue.popleft()
        while queue:
            yield queue.popleft()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _taken(visit: Visit, plan: Plan, future: Future[Got], waiting: Counter[str]) -> Found:
    """Yield what asking brought, and remember it."""
    try:
        got = future.result()
    except HostClosed as closed:
        waiting[closed.message] += 1
        return
    except Failure as failure:
        yield from _without(visit, plan, failure, waiting)
        return
    yield from got.issues
    state = _state(plan, got)
    if got.capture is None or (state.content == plan.state.content and state.document == plan.state.document):
        yield from _unchanged(visit, state)
    else:
        _keep(visit, got)
        yield got.capture
    visit.memory.save_page(state)


def _without(visit: Visit, plan: Plan, failure: Failure, waiting: Counter[str]) -> Found:
    """Yield what is left of a document that could not be fetched: the feed's own text, or an issue."""
    item, failures = plan.item, plan.state.failures + 1
    later = failure.transient and failures < GIVE_UP
    until = failure.until.isoformat(timespec="seconds") if failure.until else None
    state = replace(plan.state, status=failure.status, failures=failures if failure.transient else 0, retry_after=until)
    state = replace(state, fetched_at=datetime.now(UTC).isoformat(timespec="seconds"), source=visit.source.name)
    if plan.state.document:
        yield visit.issue(f"could not be asked for again: {failure}", item.url, "warning")
        yield from _unchanged(visit, plan.state)
    elif item.fallback and not later:
        yield visit.issue(f"{failure}; the feed's own text is read instead", item.url, "warning")
        capture = own_text(visit, item, state.url)
        visit.archive.keep_text(capture)
        yield capture
        state = replace(state, document=capture.id, failures=0)
    else:
        yield visit.issue(str(failure), item.url, document=item.url)
        waiting.update([AGAIN] if failure.transient else [])
    visit.memory.save_page(replace(state, listed=item.listed or state.listed))


def own_text(visit: Visit, item: ListedItem, name: str) -> Capture:
    """Return what a listing itself says of a document, as its capture."""
    return Capture(
        id=name,
        source=visit.source.name,
        data=item.fallback or b"",
        url=name,
        place=item.url,
        content_type="text/html",
        charset="utf-8",
        kind="html",
        hints=visit.hints(item),
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _keep(visit: Visit, got: Got) -> None:
    if got.answer and got.capture:
        visit.archive.keep(got.answer, got.capture)
    elif got.capture:
        visit.archive.keep_text(got.capture)


def _state(plan: Plan, got: Got) -> PageState:
    """Return what to remember of a document that was asked for."""
    state = replace(plan.state, failures=0, retry_after=None, listed=plan.item.listed or plan.state.listed)
    answer, capture = got.answer, got.capture
    if answer:
        state = replace(state, fetched_at=answer.fetched_at, status=answer.status)
    if answer and answer.status != 304:
        state = replace(state, etag=answer.header("etag"), last_modified=answer.header("last-modified"))
    if capture:
        content = hashlib.sha256(capture.data).hexdigest()[:32]
        state = replace(
            state, content=content, document=capture.id, source=capture.source, fetched_at=capture.fetched_at
        )
    return state


def _unchanged(visit: Visit, state: PageState) -> Iterator[Unchanged]:
    if state.document:
        yield Unchanged(id=state.document, source=visit.source.name)
