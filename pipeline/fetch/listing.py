"""Kind `page`: the documents that a listing page links to, chosen by pattern."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pipeline.fetch.answer import Answer
from pipeline.fetch.articles import get_all
from pipeline.fetch.links import Filtered, links
from pipeline.fetch.visit import Found, ListedItem, ListingError, Visit, VisitMemory, follow, visit
from pipeline.models import Source


class PageOptions(Filtered, frozen=True, kw_only=True):
    """Options of a listing page."""

    include: str
    """Pattern of the links that lead to documents."""
    pages: tuple[str, ...] = ()
    """Further listing pages (the second, the third …)."""


def fetch(source: Source, memory: VisitMemory) -> Found:
    """Yield the documents that a page links to."""
    return visit(source, memory, PageOptions, _steps)


def _steps(found: Visit, options: PageOptions) -> Found:
    read = partial(read_page, options=options)
    for url in (found.source.url or "", *options.pages):
        yield from follow(found, url, read, partial(get_all, found))


def read_page(answer: Answer, options: PageOptions) -> Iterator[ListedItem]:
    """Yield the documents that a page links to, in its order; raise `ListingError` where it has none."""
    empty = True
    for url in links(answer):
        if options.takes(url):
            empty = False
            yield ListedItem(url=url, hints={})
    if empty:
        raise ListingError(f"no link on it matches '{options.include}'")
