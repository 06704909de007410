"""Addresses: resolved against their page, and in the one form that names a document."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from courlan import normalize_url

from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.rules.loading import Rules


class Trackers(Rules, frozen=True, kw_only=True):
    """The shape of `trackers.toml`: parameters of an address that say who sent the reader, not which page it is."""

    names: tuple[str, ...]
    begins: tuple[str, ...]
    """What the name of a tracker begins with."""
    words: tuple[str, ...]
    """What a word in the name of a tracker begins with."""
    naming: tuple[str, ...]
    """Names that look like a tracker's and number articles."""


def canonical(url: str) -> str:
    """Return the form of an address that all its spellings share: no tracker, no fragment, sorted parameters.

    courlan's own query cleaning drops parameters without a value (`?20251008`) and reads GBK escapes as UTF-8,
    which makes two articles one; so it normalizes everything but the query.
    """
    parts = urlsplit(url.strip())
    bare = normalize_url(SplitResult(parts.scheme, parts.netloc, parts.path or "/", "", ""))
    query = "&".join(sorted(item for item in parts.query.split("&") if item and not _tracks(item)))
    return urlunsplit(urlsplit(bare)._replace(query=query))


def _tracks(item: str) -> bool:
    name, equals, _ = item.partition("=")
    names, pattern, naming = shipped().once(_trackers)  # an address is a document's id: no setting may change it
    name = name.lower()
    return name in names or bool(equals and name not in naming and pattern.search(name))


def _trackers(knowledge: Knowledge) -> tuple[frozenset[str], re.Pattern[str], frozenset[str]]:
    """Return the names of trackers, the pattern of others, and the names that it must not take."""
    table = knowledge.table("trackers.toml", Trackers)
    begins, words = ("|".join(map(re.escape, each)) for each in (table.begins, table.words))
    return frozenset(table.names), re.compile(rf"^(?:{begins})|(?:\b|_)(?:{words})"), frozenset(table.naming)


def resolve(base: str, href: str | None) -> str | None:
    """Return a link as an absolute http or https address without its fragment, or None where it is no such thing."""
    link = "".join((href or "").split())
    if not link:
        return None
    try:
        parts = urlsplit(urljoin(base, link))
        return urlunsplit(parts._replace(fragment="")) if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def is_front_page(url: str) -> bool:
    """Return whether an address is a site's first page and no article's."""
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query
