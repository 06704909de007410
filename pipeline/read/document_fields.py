"""What is told about a document, by its front matter, its markup or whoever fetched it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import msgspec

from pipeline.models import Document, Issue
from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.rules.languages import languages
from pipeline.times.numeric import numeric_dates
from pipeline.times.published import published_date

NAMES = {
    "title": ("title", "headline"),
    "published": ("published", "date", "pubdate", "publishdate", "publishedat", "datepublished", "created"),
    "language": ("language", "lang", "locale"),
    "url": ("url", "source", "link", "canonical", "canonical_url", "original"),
    "publisher": ("publisher", "site", "source", "publication"),
    "speaker": ("speaker", "host"),
    "tags": ("tags", "keywords"),
}
"""The fields of a document and what notes call them, best first."""
ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")
EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
"""Seconds or milliseconds since 1970, from 2001 to 2033."""
TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?![A-Za-z])")


def described(document: Document, fields: Mapping[str, Any], place: str, knowledge: Knowledge) -> Document:
    """Return the document with what the fields tell; a date nobody can read becomes an issue."""
    told: dict[str, Any] = {}
    issues = list(document.issues)
    fields = {str(key).lower(): value for key, value in fields.items()}
    for name, keys in NAMES.items():
        value = next((v for key in keys if (v := _value(name, fields.get(key), knowledge))), None)
        if value:
            told[name] = value
        elif name == "published" and (said := next((fields[key] for key in keys if fields.get(key)), None)):
            shown = f" '{said}'" if _is_plain(said) else ""
            issues.append(Issue(message=f"cannot read the date{shown}", severity="warning", place=place))
    return msgspec.structs.replace(document, **told, issues=tuple(issues))


def _value(name: str, value: Any, knowledge: Knowledge) -> Any:
    if isinstance(value, (list, tuple)):
        value = [one for one in value if _is_plain(one)]  # no nested ones: aliases may make them endless
    elif not _is_plain(value):
        return None
    if value in ("", []):
        return None
    if name == "tags":
        return tags(value)
    if name == "published":
        return day(value, knowledge)
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value).strip()
    if name == "language":
        return tag(text, knowledge)
    if name == "url":
        return text if ADDRESS.fullmatch(text) else None
    if name == "publisher" and ADDRESS.match(text):
        return None
    return text or None


def _is_plain(value: Any) -> bool:
    return isinstance(value, (str, int, float, date))


def tags(value: Any) -> tuple[str, ...]:
    """Return the tags of a list, or of text with commas, each once."""
    given = value if isinstance(value, (list, tuple)) else [value]
    items = (item for one in given for item in re.split(r"[,，、;；]", str(one)))
    return tuple(dict.fromkeys(text for item in items if (text := item.strip())))


def day(value: Any, knowledge: Knowledge | None = None) -> str | None:
    """Return the day, month or year that a date written anyhow means, in ISO 8601, or None."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()[:10]
    said = str(value).strip()
    if EPOCH.fullmatch(said):
        return datetime.fromtimestamp(int(said[:10]), UTC).date().isoformat()
    match = COMPACT.match(said) or (knowledge or shipped()).once(numeric_dates).leading.match(said)
    if match:
        return _iso(*(int(part) if part else None for part in match.groups()))
    try:
        return parsedate_to_datetime(said).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return published_date(None, text=said, knowledge=knowledge)


def _iso(year: int | None, month: int | None, of_month: int | None) -> str | None:
    try:
        whole = date(year or 0, month or 1, of_month or 1).isoformat()
    except ValueError:
        return None
    return whole if of_month else whole[:7] if month else whole[:4]


def tag(text: str, knowledge: Knowledge) -> str | None:
    """Return a language tag in BCP 47 (`zh_TW` is `zh-Hant-TW`, `zh-cn` is `zh-Hans`), or None where it is none."""
    match = TAG.match(text.strip())
    if match is None:
        return None
    language, script, region = match[1].lower(), (match[2] or "").title(), (match[3] or "").upper()
    known = languages(knowledge).get(language)
    if known is None and not _is_language(language):
        return None
    if known:
        script = script or known.region_scripts.get(region, "")
        region = "" if region in known.plain_regions else region
    return "-".join(part for part in (language, script, region) if part)


@cache
def _is_language(code: str) -> bool:
    """Return whether a code is a language's: `tw`, `cn` and the `utf` of `utf-8` are not, though pages say so."""
    from babel.localedata import exists

    return exists(code)
