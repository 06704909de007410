"""Reads and checks `sources/*/source.toml`: what each place is and how to read it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from pipeline.errors import DealsError
from pipeline.models import Issue, Source
from pipeline.rules.loading import RuleError, read_toml
from pipeline.text.paths import is_utf8, readable

NEEDS = {"files": "paths", "warc": "paths", "feed": "url", "podcast": "url", "sitemap": "url", "page": "url"}
"""What a kind of source cannot do without."""
OURS = ("name", "folder")
"""Fields of a Source that its place on disk says, not its file."""
EXPECTED = ("documents", "deals")
EVERY = re.compile(r"every ([1-9]\d{0,5}) (second|minute|hour|day)s?")
CRON_FIELD = re.compile(r"[0-9A-Za-z*/,\-]{1,60}")


class SourceError(DealsError):
    """A source.toml that cannot be used; the message names file, key and mend."""


class UnknownSource(DealsError):
    """A name that no folder of sources has."""


def find_sources(folder: Path, names: Sequence[str] = ()) -> tuple[list[Source], list[Issue]]:
    """Return the sources of these names (or all enabled ones), sorted by name, and an issue for each broken file."""
    if not folder.is_dir():
        raise SourceError(
            "no such folder; a source is a folder in it with a source.toml, and `deals init DIR` makes a project",
            folder,
        )
    found = {path.name: path for path in sorted(folder.iterdir()) if path.is_dir()}
    for name in names:
        if name not in found:
            raise UnknownSource(f"no source named '{name}' in {folder}{_hint(name, found)}")
    chosen: list[Source] = []
    issues: list[Issue] = []
    for name, path in found.items():
        if names and name not in names:
            continue
        if not is_utf8(name):
            told = readable(str(path))
            issues.append(Issue(message="its name is not in UTF-8; rename it", source=readable(name), place=told))
            continue
        try:
            source = read_source(path / "source.toml")
        except SourceError as error:
            issues.append(Issue(message=error.message, source=name, place=error.place or str(path / "source.toml")))
            continue
        if source.enabled or names:
            chosen.append(source)
    return chosen, issues


def read_source(path: Path) -> Source:
    """Return the source that a source.toml describes; raise `SourceError` where it says what we do not understand."""
    try:
        table = read_toml(path)
    except RuleError as error:
        raise SourceError(error.message, error.place) from error
    except OSError as error:
        raise SourceError(error.strerror or str(error), path) from error
    for key in table:
        if key not in Source.__struct_fields__ or key in OURS:
            known = [field for field in Source.__struct_fields__ if field not in OURS]
            raise SourceError(f"unknown key '{key}'{_hint(key, known)}", path)
    try:
        source = msgspec.convert({**table, "name": path.parent.name, "folder": str(path.parent)}, Source)
    except msgspec.ValidationError as error:
        raise SourceError(str(error), path) from error
    for complaint in _complaints(source):
        raise SourceError(complaint, path)
    return source


def _complaints(source: Source) -> Iterable[str]:
    """Yield what is wrong with a source whose fields have the right types, key first."""
    needed = NEEDS[source.kind]
    if not getattr(source, needed):
        yield f"'{needed}' is missing: a source of kind '{source.kind}' needs it"
    if source.url and not re.match(r"https?://[^/\s]+", source.url):
        yield f"'url' must begin with http:// or https://, not '{source.url}'"
    if source.schedule is not None and not _is_cron(source.schedule):
        told = "'schedule' must be five cron fields, as '0 7 * * 1-5', or 'every 20 minutes'"
        yield f"{told}, not '{source.schedule}'"
    try:
        ZoneInfo(source.timezone)
    except (ValueError, OSError, KeyError):
        yield f"'timezone' is not a time zone of the IANA database: '{source.timezone}'"
    for key, (least, most) in source.expect.items():
        if key not in EXPECTED:
            yield f"'expect' has an unknown key '{key}'{_hint(key, EXPECTED)}"
        if not 0 <= least <= most:
            yield f"'expect.{key}' must be [least, most], not [{least}, {most}]"


def _is_cron(schedule: str) -> bool:
    fields = schedule.split()
    if EVERY.fullmatch(schedule):
        return True
    return len(fields) == 5 and all(CRON_FIELD.fullmatch(field) for field in fields)


def _hint(word: str, known: Iterable[str]) -> str:
    """Return the mend: the nearest known word, or all of them."""
    words = sorted(known)
    near = difflib.get_close_matches(word, words, n=1)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; known: {', '.join(words)}" if words else ""
