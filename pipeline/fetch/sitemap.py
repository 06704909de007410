"""Kind `sitemap`: sitemaps, indexes of them and news sitemaps; `lastmod` says what is new or changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from pipeline.fetch import feed_xml
from pipeline.fetch.answer import Answer
from pipeline.fetch.articles import get_all
from pipeline.fetch.body import BadCoding, TooLarge, gunzipped
from pipeline.fetch.feed import moment, published
from pipeline.fetch.links import Filtered
from pipeline.fetch.urls import resolve
from pipeline.fetch.visit import Found, ListedItem, ListingError, Settling, Visit, VisitMemory, follow, visit
from pipeline.models import Source

DEEPEST = 3
"""Indexes within indexes: the protocol allows none, some publishers have one."""


class SitemapOptions(Filtered, frozen=True, kw_only=True):
    """Options of a sitemap."""

    days: float | None = 30.0
    """How old a `lastmod` may be; what has none is always taken."""
    sitemaps: int = 20
    """Most sitemaps read of an index, the latest first."""
    max_bytes: int = 52_428_800
    """Of one sitemap, as the protocol allows."""


class Sitemap(ListedItem, frozen=True, kw_only=True):
    """A sitemap that an index names."""


def fetch(source: Source, memory: VisitMemory) -> Found:
    """Yield the documents of a sitemap."""
    return visit(source, memory, SitemapOptions, _steps)


def _steps(found: Visit, options: SitemapOptions) -> Found:
    yield from _follow(found, options, ListedItem(url=found.source.url or "", hints={}), depth=DEEPEST)


def _follow(found: Visit, options: SitemapOptions, item: ListedItem, *, depth: int) -> Settling:
    read = partial(read_sitemap, options=options, zone=found.source.timezone)
    return follow(found, item.url, read, partial(_get, found, options, depth), listed=item.listed)


def _get(found: Visit, options: SitemapOptions, depth: int, items: list[ListedItem]) -> Settling:
    """Yield what a sitemap lists; an index is never settled, for what it names may change while it does not."""
    sitemaps = [item for item in items if isinstance(item, Sitemap)]
    if not sitemaps:
        return (yield from get_all(found, items))
    if depth == 1:
        yield found.issue(f"indexes more than {DEEPEST} deep", sitemaps[0].url)
        return False
    for item in sitemaps[: options.sitemaps]:
        yield from _follow(found, options, item, depth=depth - 1)
    return False


def read_sitemap(answer: Answer, options: SitemapOptions, zone: str) -> list[ListedItem]:
    """Return what a sitemap lists, the latest first, or the sitemaps that an index names."""
    try:
        data = gunzipped(answer.data, options.max_bytes)
        if b"<" not in data[:256]:
            return _of_lines(data, answer.url, options)
        root = feed_xml.tree(feed_xml.mended(data, answer.charset()))
    except (TooLarge, BadCoding, feed_xml.NotXml) as error:
        raise ListingError(str(error)) from error
    if feed_xml.name(root) == "sitemapindex":
        found = [(_when(one), _sitemap(one, answer.url)) for one in root if feed_xml.name(one) == "sitemap"]
    elif feed_xml.name(root) == "urlset":
        found = [(_when(one), _item(one, answer.url, options, zone)) for one in root if feed_xml.name(one) == "url"]
    else:
        raise ListingError(f"is no sitemap: its first element is <{feed_xml.name(root)[:40]}>")
    return [item for when, item in _latest_first(found, options.days) if item]


def _latest_first(
    found: list[tuple[datetime | None, ListedItem | None]], days: float | None
) -> Iterator[tuple[datetime | None, ListedItem | None]]:
    oldest = datetime.now(UTC) - timedelta(days=days) if days is not None else datetime.min.replace(tzinfo=UTC)
    dated = [(when, item) for when, item in found if when and when >= oldest]
    yield from sorted(dated, key=lambda pair: pair[0], reverse=True)
    yield from ((when, item) for when, item in found if when is None)


def _of_lines(data: bytes, base: str, options: SitemapOptions) -> list[ListedItem]:
    """Return the addresses of a sitemap in plain text, one a line."""
    urls = (resolve(base, line) for line in data.decode("utf-8-sig", "replace").splitlines() if line.strip())
    return [ListedItem(url=url, hints={}) for url in urls if url and options.takes(url)]


def _sitemap(element: Any, base: str) -> ListedItem | None:
    url = resolve(base, feed_xml.text(element, "loc"))
    return Sitemap(url=url, hints={}, listed=feed_xml.text(element, "lastmod")) if url else None


def _item(element: Any, base: str, options: SitemapOptions, zone: str) -> ListedItem | None:
    url = resolve(base, feed_xml.text(element, "loc"))
    if not url or not options.takes(url):
        return None
    news = next((one for one in element if feed_xml.name(one) == "news"), None)
    listed = feed_xml.text(element, "lastmod")
    return ListedItem(url=url, hints=_news(news, zone) if news is not None else {}, listed=listed)


def _news(news: Any, zone: str) -> dict[str, Any]:
    """Return what a news sitemap tells about an article."""
    publication = next((one for one in news if feed_xml.name(one) == "publication"), ())
    return {
        "title": feed_xml.text(news, "title"),
        "published": published(feed_xml.text(news, "publication_date"), zone),
        "language": feed_xml.text(publication, "language"),
        "publisher": feed_xml.text(publication, "name"),
    }


def _when(element: Any) -> datetime | None:
    """Return when an entry changed, or was published where that is all it says."""
    told = feed_xml.text(element, "lastmod")
    if told is None:
        news = next((one for one in element if feed_xml.name(one) == "news"), ())
        told = feed_xml.text(news, "publication_date")
    when = moment(told or "")
    return when.replace(tzinfo=when.tzinfo or UTC) if when else None
