"""Gathers a source's documents in batches, each with what fetching wants remembered once the batch is saved.

`opened` then makes a document of whatever came: bytes, a line of JSON, or word that what is stored still holds.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pipeline.fence import guarded
from pipeline.models import Capture, Document, Issue, Noun, PageState, Source, Unchanged, UnchangedFile
from pipeline.rules.knowledge import Knowledge
from pipeline.runs.file_memory import ReadFiles

if TYPE_CHECKING:
    from pipeline.store import Store

BATCH = 25  # documents saved together; a transaction costs as much as reading a short text
PATIENCE = 2.0  # seconds after which the batch of a slow source is worked on before it is full

Item = Capture | Document | Unchanged | Issue


class Batch(Noun, frozen=True, kw_only=True):
    """Some documents of a source on their way, and what to remember of addresses once they are saved."""

    source: Source
    items: tuple[Capture | Document | Unchanged | Issue, ...]
    pages: tuple[PageState, ...] = ()
    same: tuple[str, ...] = ()
    """Documents of files that nobody wrote: they stand as they were read."""


class SourceMemory:
    """What a fetcher may remember; pages are held back until the documents they led to are saved."""

    def __init__(self, store: Store, files: ReadFiles | None = None) -> None:
        self._store = store
        self._files = files
        self._seen: dict[str, PageState] = {}
        self._waiting: dict[str, PageState] = {}

    def page(self, url: str) -> PageState | None:
        """Return what is known of an address, None where it was never fetched."""
        return self._seen.get(url) or self._store.page(url)

    def save_page(self, page: PageState) -> None:
        """Remember what is known of an address, once the documents before it are saved."""
        self._seen[page.url] = self._waiting[page.url] = page

    def standing(self, file: str, stamp: str) -> UnchangedFile | None:
        """Return a file of this id if it still has the stamp with which it was read, and what was read stands."""
        return self._files.standing(file, stamp) if self._files else None

    def take(self) -> tuple[PageState, ...]:
        """Return the pages to save with the documents fetched so far."""
        taken, self._waiting = tuple(self._waiting.values()), {}
        return taken


def gather(
    source: Source,
    store: Store,
    *,
    size: int = BATCH,
    patience: float = PATIENCE,
    from_captures: bool = False,
    taken: set[str] | None = None,
) -> Iterator[Batch]:
    """Yield a source's documents in batches of a size, or smaller ones where they come slowly.

    `taken` are the ids of what this run read out of files of other sources, which may not be saved yet.
    """
    files = ReadFiles(source, store, set() if taken is None else taken)
    memory = SourceMemory(store, files)
    items: list[Item] = []
    same: list[str] = []
    since = time.monotonic()
    for item in _unpacked(source, _fetched(source, memory, from_captures=from_captures), files):
        if isinstance(item, UnchangedFile):
            same += item.documents
        elif isinstance(item, PageState):
            memory.save_page(item)
        else:
            items.append(item)
        if len(items) >= size or time.monotonic() - since > patience:
            yield Batch(source=source, items=tuple(items), pages=memory.take(), same=tuple(same))
            items, same, since = [], [], time.monotonic()
    last = Batch(source=source, items=tuple(items), pages=memory.take(), same=tuple(same))
    if last.items or last.pages or last.same:
        yield last


def _fetched(
    source: Source, memory: SourceMemory, *, from_captures: bool
) -> Iterator[Capture | Unchanged | UnchangedFile | Issue]:
    """Yield what a source offers; where its fetcher breaks, that is an issue and the other sources go on."""
    from pipeline.fetch import fetch, fetch_again

    def offered() -> Iterator[Capture | Unchanged | UnchangedFile | Issue]:
        yield from fetch_again(source, memory) if from_captures else fetch(source, memory)

    yield from guarded(offered(), what="the source stopped", place=source.folder)


def _unpacked(
    source: Source, items: Iterable[Capture | Unchanged | UnchangedFile | Issue], files: ReadFiles
) -> Iterator[Item | UnchangedFile | PageState]:
    """Yield the items, a file of JSON Lines as the documents it holds, and what to remember of files."""
    from pipeline.extraction import default
    from pipeline.read import holds_lines, lines

    for item in items:
        if not isinstance(item, Capture):
            yield item
        elif holds_lines(item):
            found = lines(io.BytesIO(item.data), item.place, default().knowledge)
            found = guarded(found, document=item.id, place=item.place)
            yield from files.noted(item, (_placed(each, source) for each in found))
        else:
            yield from files.noted(item, [item])


def _placed(document: Document | Issue, source: Source) -> Document | Issue:
    if isinstance(document, Issue):
        return document
    return replace(
        document,
        source=source.name,
        language=document.language or source.language,
        publisher=document.publisher or source.publisher,
    )


def restored(item: Unchanged, store: Store) -> Document:
    """Return the document that an unchanged one is stored as; raise `ReadError` where it is not."""
    from pipeline.read import ReadError

    if stored := store.document(item.id):
        return stored
    message = "could not be read when it was fetched, and its source says it has not changed"
    raise ReadError(message, item.id, severity="note")  # told as an error when it happened


def opened(item: Capture | Document, knowledge: Knowledge) -> Document:
    """Return the document of an item; raise `ReadError` where it gives none."""
    from pipeline.read import ReadError, read
    from pipeline.read.elsewhere import tells_less

    if isinstance(item, Document):
        return item
    try:
        document = read(item, knowledge)
    except ReadError as error:
        if item.fallback is None:
            raise
        return _own_text(item, str(error), knowledge)
    if item.fallback is not None and item.kind == "auto" and tells_less(document, item.fallback):
        return _own_text(item, "the page does not hold what its feed tells", knowledge)
    return document


def _own_text(item: Capture, why: str, knowledge: Knowledge) -> Document:
    """Return what a feed itself says of a document whose page holds no article, or another."""
    from pipeline.read import read

    fallback = {"data": item.fallback, "kind": "html", "content_type": "text/html", "charset": "utf-8"}
    document = read(replace(item, fallback=None, **fallback), knowledge)
    issue = Issue(message=f"{why}; the feed's own text is read instead", severity="warning", place=item.place)
    return replace(document, issues=(*document.issues, issue))
