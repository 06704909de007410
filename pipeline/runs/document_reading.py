"""Reads the documents of a run's batches, in this process or in several; what would come out the same is not read."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from pipeline.extraction import default
from pipeline.fence import attempt
from pipeline.models import Capture, Document, Extraction, Issue, Noun, Unchanged
from pipeline.runs.gather import Batch, opened, restored
from pipeline.runs.signature import sign
from pipeline.text.paths import is_utf8

if TYPE_CHECKING:
    from pipeline.processes import Crew
    from pipeline.store import Store


class BatchReading(Noun, frozen=True, kw_only=True):
    """A document read in this run, ready to be saved."""

    document: Document
    extraction: Extraction
    capture: Capture | None
    signature: str
    """Of the bytes it was read from and of the rules and code that read them."""


class ToRead(NamedTuple):
    """An item that is to be read, with its signature."""

    item: Capture | Document
    signature: str

    @property
    def id(self) -> str:
        """Return the document's id, for messages."""
        return self.item.id

    @property
    def place(self) -> str | None:
        """Return where it lies, for messages."""
        return getattr(self.item, "place", None)


def reading(jobs: int) -> AbstractContextManager[Crew | None]:
    """Return the processes that read, None where this one does."""
    if jobs == 1:
        return nullcontext()
    from pipeline.processes import Crew

    _ = default().nlp  # made once, for all
    return Crew(jobs)


def to_read(batch: Batch, store: Store, begun: dict[str, str] | None = None) -> list[ToRead | Issue | None]:
    """Return what is to be read of each item of a batch, None where it would come out as what is stored.

    `begun` are the signatures of documents that are read and not saved yet; those of this batch are added.
    """
    begun = {} if begun is None else begun
    names = {item.id for item in batch.items if not isinstance(item, Issue) and is_utf8(item.id)}
    known: dict[str, str | None] = {**store.signatures(names), **{name: begun[name] for name in names & begun.keys()}}
    knowledge = default().knowledge

    def wanted(item: Capture | Document | Unchanged) -> ToRead | None:
        before = known.get(item.id)
        signature = sign(item, before, knowledge)
        if signature == before:
            return None
        known[item.id] = begun[item.id] = signature  # of two that claim one id, the later is kept
        return ToRead(restored(item, store) if isinstance(item, Unchanged) else item, signature)

    return [item if isinstance(item, Issue) else attempt(wanted, item) for item in batch.items]


def read_all(items: Iterable[ToRead | Issue | None]) -> list[BatchReading | Issue | None]:
    """Return what is read of each item."""
    return [item if item is None or isinstance(item, Issue) else attempt(_read, item) for item in items]


def with_captures(
    results: Iterable[BatchReading | Issue | None], items: Iterable[ToRead | Issue | None]
) -> list[BatchReading | Issue | None]:
    """Return the readings with what they were read from, which need not come back from where they were read."""
    return [
        replace(result, capture=item.item)
        if isinstance(result, BatchReading) and isinstance(item, ToRead) and isinstance(item.item, Capture)
        else result
        for result, item in zip(results, items, strict=True)
    ]


def _read(item: ToRead) -> BatchReading:
    extractor = default()
    document = opened(item.item, extractor.knowledge)
    return BatchReading(document=document, extraction=extractor(document), capture=None, signature=item.signature)
