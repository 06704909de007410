"""Kind `feed`: RSS, Atom and JSON Feed. The article an entry links to is fetched; its own text is the fallback."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from pipeline.fetch import feed_xml
from pipeline.fetch.answer import Answer
from pipeline.fetch.articles import Got, get_all, get_article, own_text
from pipeline.fetch.body import BadCoding, TooLarge, gunzipped
from pipeline.fetch.urls import resolve
from pipeline.fetch.visit import Found, ListedItem, ListingError, Options, Visit, VisitMemory, follow, visit
from pipeline.models import PageState, Source, fingerprint

ROOT = re.compile(r"<(?:rss|feed|(?:rdf:)?RDF)[\s>]", re.IGNORECASE)
MENDABLE = 1_000_000
"""Characters of a broken feed that feedparser's lenient parser gets: it reads 200,000 a second of the worst."""
UNPACKED = 64 * 2**20
"""Bytes that a packed feed may hold."""
LONG_ENOUGH = 20
"""Characters: a shorter text of an entry is no news, only a link's label."""


class FeedOptions(Options, frozen=True, kw_only=True):
    """Options of a feed."""

    articles: bool = True
    """Whether to fetch what entries link to; false where the feed holds the whole text."""


def fetch(source: Source, memory: VisitMemory) -> Found:
    """Yield the documents of a feed."""
    return visit(source, memory, FeedOptions, _steps)


def _steps(found: Visit, options: FeedOptions) -> Found:
    read = partial(read_items, zone=found.source.timezone)
    yield from follow(found, found.source.url or "", read, partial(get_all, found, get=partial(_get, options)))


def _get(options: FeedOptions, found: Visit, item: ListedItem, state: PageState) -> Got:
    """Return the page of an entry, or its own text where that is the article or no page is its own."""
    if item.fallback and (item.is_whole or not options.articles):
        return Got(answer=None, capture=own_text(found, item, state.url))
    return get_article(found, item, state)


def read_items(answer: Answer, zone: str) -> Iterator[ListedItem]:
    """Yield what a feed offers, in its order; raise `ListingError` where it is no feed.

    Entries that lead to no page of their own, but tell something, are documents by what they tell.
    """
    found = entries(answer)
    links = [resolve(answer.url, entry.get("link")) for entry in found]
    shared = _shared(found, links)
    for entry, link in zip(found, links, strict=True):
        title = entry.get("title")
        text = page(title, longest(entry)) or (page(title, title or "") if link is None else None)
        is_whole = text is not None and (link is None or link in shared)
        url = _invented(link or answer.url, entry) if is_whole or link is None else link
        if url and (link or text):  # an address made up leads nowhere
            yield ListedItem(url=url, hints=hints(entry, zone), listed=listed(entry), fallback=text, is_whole=is_whole)


def _shared(found: Iterable[Any], links: Iterable[str | None]) -> set[str]:
    """Return the links that lead several entries with texts of their own to one page."""
    texts: dict[str, set[str]] = {}
    for entry, link in zip(found, links, strict=True):
        if link and len(text := longest(entry)) >= LONG_ENOUGH:
            texts.setdefault(link, set()).add(text)
    return {link for link, told in texts.items() if len(told) > 1}


def entries(answer: Answer) -> list[Any]:
    """Return a feed's entries as feedparser gives them, JSON Feed's in the same form."""
    try:
        data = gunzipped(answer.data, UNPACKED)
    except (TooLarge, BadCoding) as error:
        raise ListingError(f"is no feed: {error}") from error
    if data.lstrip()[:1] == b"{":
        return list(_json_entries(data))
    text = feed_xml.mended(data, answer.charset())
    try:
        return parsed(feed_xml.tree(text), answer.url)
    except feed_xml.NotXml as error:
        start = ROOT.search(text)
        if not start or len(text) > MENDABLE:
            raise ListingError(f"is no feed: {error}") from error
        return _parsed(text[start.start() :].encode("utf-8", "replace"), answer.url)


def parsed(root: Any, url: str) -> list[Any]:
    """Return what feedparser reads in a feed's tree; raise `ListingError` where it is no feed's."""
    if feed_xml.name(root) not in ("rss", "rdf", "feed"):
        raise ListingError(f"is no feed: its first element is <{feed_xml.name(root)[:40]}>")
    return _parsed(etree.tostring(root, encoding="utf-8"), url)


def _parsed(data: bytes, url: str) -> list[Any]:
    """Return what feedparser reads in a feed that begins with its first element.

    What stands before it is never given to feedparser: 80 KB of empty lines there keep it busy for 20 seconds.
    """
    import feedparser

    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    feed = feedparser.parse(
        io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    return list(feed.entries)


def hints(entry: Any, zone: str) -> dict[str, Any]:
    """Return what an entry tells about its document."""
    title = entry.get("title")
    return {
        "title": html.unescape(" ".join(title.split())) if title else None,
        "published": published(entry.get("published") or _updated(entry), zone),
        "tags": [tag["term"] for tag in entry.get("tags", ()) if tag.get("term")][:20],
    }


def published(told: str | None, zone: str) -> str | None:
    """Return when an entry was published: where it tells a moment in UTC, the day that it was at the source."""
    when = moment((told or "").strip())
    if when and when.tzinfo and not when.utcoffset():
        return when.astimezone(ZoneInfo(zone)).date().isoformat()
    return when.date().isoformat() if when else told


def moment(told: str) -> datetime | None:
    """Return the moment that a feed's date means, or None where it is none."""
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return parse(told)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def listed(entry: Any) -> str:
    """Return a word that changes when the entry does."""
    return _updated(entry) or fingerprint(entry.get("title"), entry.get("published"), longest(entry))


def _updated(entry: Any) -> str | None:
    """Return when an entry says it changed; feedparser's `get` would give the day of publication for it."""
    if "updated" not in entry:
        return None
    return str(entry["updated"] or "") or None


def longest(entry: Any) -> str:
    """Return the longest text an entry gives of its document, as HTML."""
    texts = [content.get("value") or "" for content in entry.get("content", ())]
    return max([*texts, entry.get("summary") or ""], key=len)


def page(title: str | None, text: str) -> bytes | None:
    """Return an entry's own text as a page that can be read like any other, or None where it has none."""
    if len(text) < LONG_ENOUGH:
        return None
    heading = html.escape(html.unescape(title or ""))
    body = text if "<" in text else f"<p>{html.escape(text, quote=False)}</p>"
    whole = (
        f"<html><head><title>{heading}</title></head><body><article><h1>{heading}</h1>{body}</article></body></html>"
    )
    return whole.encode("utf-8", "replace")


def _invented(base: str, entry: Any) -> str | None:
    """Return an address for an entry without one of its own: the feed's or the page's, with what names the entry."""
    named = entry.get("id")
    if named and named == entry.get("link"):  # the page that it shares with others
        named = None
    told = named or entry.get("title") or longest(entry)
    return f"{base}{'&' if '?' in base else '?'}entry={fingerprint(told)}" if told else None


def _json_entries(data: bytes) -> Iterable[dict[str, Any]]:
    """Yield the items of a JSON Feed under feedparser's names."""
    try:
        feed = json.loads(data)
        items = feed["items"]
    except (ValueError, KeyError, RecursionError) as error:
        raise ListingError(f"is no JSON Feed: {error}") from error
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ListingError("is no JSON Feed: 'items' is not a list of objects")
    for item in items:
        yield {
            "id": str(item.get("id") or ""),
            "link": _string(item, "url") or _string(item, "external_url"),
            "title": _string(item, "title"),
            "published": _string(item, "date_published"),
            "updated": _string(item, "date_modified"),
            "summary": _string(item, "content_html") or _string(item, "content_text") or _string(item, "summary"),
            "tags": [{"term": tag} for tag in item.get("tags") or () if isinstance(tag, str)],
        }


def _string(item: dict[str, Any], key: str) -> str | None:
    value = item.get(key)
    return value if isinstance(value, str) and value else None
