"""Fetches a source's documents as captures; one module a kind of source, chosen in `FETCHERS`.

A fetcher yields captures and issues in a stable order and never raises for one bad document. A document that need not
be read again is yielded as unchanged (a feed's 304, a file that nobody wrote); of captures, the run skips those that
say what they said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from pipeline.models import Capture, Issue, Source, Unchanged, UnchangedFile

if TYPE_CHECKING:
    from pipeline.fetch.visit import VisitMemory

FETCHERS = {
    "files": "pipeline.fetch.files",
    "feed": "pipeline.fetch.feed",
    "podcast": "pipeline.fetch.podcast",
    "sitemap": "pipeline.fetch.sitemap",
    "page": "pipeline.fetch.listing",
    "warc": "pipeline.fetch.warc",
}
"""The module of each kind of source: its `fetch(source, memory)` yields captures and issues."""

Fetched = Iterator[Capture | Issue | Unchanged | UnchangedFile]


def fetch(source: Source, memory: VisitMemory) -> Fetched:
    """Yield the captures of a source, and an issue for whatever could not be read; `memory` knows earlier visits."""
    return fetcher(source.kind)(source, memory)


def fetch_again(source: Source, memory: VisitMemory) -> Fetched:
    """Yield what was captured of a source, without the network; what lies in local files is read where it lies."""
    from pipeline.fetch.captures import replay

    local = source.paths and not any("://" in path for path in source.paths)
    return fetch(source, memory) if local else replay(source)


def fetcher(kind: str) -> Callable[[Source, VisitMemory], Fetched]:
    """Return the fetcher of a kind of source; its module is imported only now."""
    found: Callable[[Source, VisitMemory], Fetched] = import_module(FETCHERS[kind]).fetch
    return found
