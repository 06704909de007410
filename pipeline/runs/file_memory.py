"""Remembers files that were read, so that a run does not open those that nobody wrote since.

A file is remembered by its stamp, and by what its documents were read from and with: where anything else stands in the
store (another file gave a document of the same id, one could not be read, other rules or code read now), it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from pipeline.extraction import default
from pipeline.models import Capture, Document, Issue, PageState, Source, UnchangedFile, fingerprint
from pipeline.runs.signature import reads_with, sign

if TYPE_CHECKING:
    from pipeline.store import Store

Given = TypeVar("Given", Capture, Document)
SCHEME = "file:"
"""Begins the address under which a file is remembered among the pages."""


class ReadFiles:
    """The files of a source that were read. `taken` are the ids of documents that this run reads, of any source."""

    def __init__(self, source: Source, store: Store, taken: set[str]) -> None:
        self._source = source
        self._store = store
        self._taken = taken

    def standing(self, file: str, stamp: str) -> UnchangedFile | None:
        """Return a file of this id if it still has the stamp with which it was read, and what was read stands."""
        state = self._pages.get(SCHEME + file)
        if state is None or state.etag != stamp or not self._taken.isdisjoint(state.links):
            return None
        stands = _content(self._signatures.get(name) for name in state.links) == state.content
        return UnchangedFile(documents=state.links) if stands else None

    def noted(self, file: Capture, given: Iterable[Given | Issue]) -> Iterator[Given | Issue | PageState]:
        """Yield what a file gives, and last what to remember of it, unless something is wrong with it."""
        signed: dict[str, str] = {}
        whole = file.stamp is not None
        for each in given:
            if isinstance(each, Issue):
                whole = False
            else:
                self._taken.add(each.id)
                if whole:
                    signed[each.id] = sign(each, None, default().knowledge)
            yield each
        if whole:
            yield PageState(
                url=SCHEME + file.id, source=self._source.name, etag=file.stamp, links=tuple(signed),
                content=_content(signed.values()),
            )  # fmt: skip

    @cached_property
    def _pages(self) -> dict[str, PageState]:
        return {page.url: page for page in self._store.pages_of(self._source.name) if page.url.startswith(SCHEME)}

    @cached_property
    def _signatures(self) -> dict[str, str | None]:
        return self._store.signatures_of(self._source.name)


def _content(signatures: Iterable[str | None]) -> str:
    """Return what names documents as they are read: what from, and with what now."""
    return fingerprint(default().knowledge.once(reads_with), *(signature or "" for signature in signatures))
