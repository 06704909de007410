"""Addresses: resolved against their page, and in the one form that names a document."""

from __future__ import annotations

from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from courlan import normalize_url
from courlan.clean import TRACKERS_RE

NAMING = frozenset({"cid", "clid", "eid", "uid"})
"""Parameters that courlan takes for trackers and Chinese publishers number their articles with."""
TRACKING = frozenset({"spm", "scm"})
"""Trackers of Chinese sites that courlan does not know."""


def canonical(url: str) -> str:
    """Return the form of an address that all its spellings share: no tracker, no fragment, sorted parameters.

    courlan's own query cleaning drops parameters without a value (`?20251008`) and reads GBK escapes as UTF-8,
    which makes two articles one; so it normalizes everything but the query, and says which names are trackers.
    """
    parts = urlsplit(url.strip())
    bare = normalize_url(SplitResult(parts.scheme, parts.netloc, parts.path or "/", "", ""))
    query = "&".join(sorted(item for item in parts.query.split("&") if item and not _tracks(item)))
    return urlunsplit(urlsplit(bare)._replace(query=query))


def _tracks(item: str) -> bool:
    name, equals, _ = item.partition("=")
    name = name.lower()
    return name in TRACKING or bool(equals and name not in NAMING and TRACKERS_RE.search(name))


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
