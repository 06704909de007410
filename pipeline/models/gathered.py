"""What is read from where, and what is remembered of it between runs."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from pipeline.models.nouns import Noun


class Source(Noun, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place that documents come from: one folder under `sources/`, described in its `source.toml`."""

    title: str
    kind: Literal["files", "feed", "podcast", "sitemap", "page", "warc"]
    name: str = ""
    """The folder's name, not written in the file."""
    folder: str = ""
    enabled: bool = True
    language: str | None = None
    publisher: str | None = None
    url: str | None = None
    paths: tuple[str, ...] = ()
    """For `files` and `warc`: globs, relative to the folder."""
    options: dict[str, Any] = msgspec.field(default_factory=dict)
    """What only this kind of source understands."""
    schedule: str | None = None
    """Cron, five fields."""
    timezone: str = "UTC"
    expect: dict[str, tuple[int, int]] = msgspec.field(default_factory=dict)
    """`documents` and `deals` of a normal run: [least, most]."""
    allow_private: bool = False


class Capture(Noun, frozen=True, kw_only=True):
    """The bytes of one response or file as fetched, and what the fetch told about them."""

    id: str
    """The document's id: canonical URL, or path relative to the source's folder."""
    source: str
    data: bytes
    url: str | None = None
    place: str
    """File path or URL, for messages."""
    content_type: str | None = None
    charset: str | None = None
    kind: str = "auto"
    """A reader's name (`html text markdown vtt srt json jsonl csv mail`) or `auto`."""
    hints: dict[str, Any] = msgspec.field(default_factory=dict)
    """Document fields known from elsewhere: title, published, language, publisher, speaker, tags, url; `named` is the
    day that a file's name tells, for a document that tells none."""
    fetched_at: str | None = None
    fallback: bytes | None = None
    """HTML to read where `data` holds no article: a feed entry's own text."""
    stamp: str | None = None
    """Of a file: what changes whenever it is written (see `UnchangedFile`)."""


class DocumentRecord(Noun, frozen=True, kw_only=True):
    """A document without its text: a line of `documents.jsonl`."""

    id: str
    title: str | None = None
    url: str | None = None
    urls: tuple[str, ...] = ()
    published: str | None = None
    language: str | None = None
    publisher: str | None = None
    speaker: str | None = None
    tags: tuple[str, ...] = ()
    source: str | None = None
    characters: int
    fingerprint: str
    """Of its text: two documents of one fingerprint say the same."""


class PageState(Noun, frozen=True, kw_only=True):
    """What is known of an address that was fetched: how to ask politely whether it changed, and what it became."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    content: str | None = None
    """Hash of the bytes last seen."""
    fetched_at: str | None = None
    status: int | None = None
    """The HTTP status of the last answer."""
    document: str | None = None
    source: str | None = None
    retry_after: str | None = None
    """ISO 8601: not to be asked before."""
    failures: int = 0
    """How many times in a row it failed."""
    listed: str | None = None
    """What its listing told of it when it was fetched (`updated`, `lastmod`): another word, and it is asked again."""
    links: tuple[str, ...] = ()
    """For a listing: the documents it offered."""


class Unchanged(Noun, frozen=True, kw_only=True):
    """A document that its source still offers and that need not be read again."""

    id: str
    source: str


class UnchangedFile(Noun, frozen=True, kw_only=True):
    """A file that nobody wrote since it was read, where all that was read of it stands as it was read."""

    documents: tuple[str, ...]
    """Their ids."""


class SourceYield(Noun, frozen=True, kw_only=True):
    """What one source gave in a run."""

    documents: int
    """That it offers and that can be read."""
    deals: int
    """Told in them."""
    issues: dict[str, int] = msgspec.field(default_factory=dict)
    """How many of each severity."""
    broken: bool = False
    """Whether it went wrong as a whole, not in one of its documents."""


class RunRecord(Noun, frozen=True, kw_only=True):
    """One run as the store remembers it."""

    id: int
    sources: tuple[str, ...] = ()
    fingerprint: str
    """Of the rules and tables it ran with."""
    started_at: str
    finished_at: str | None = None
    """Null while it runs, and for ever where it was killed."""
    counts: dict[str, int] = msgspec.field(default_factory=dict)
    seconds: dict[str, float] = msgspec.field(default_factory=dict)
    issues: dict[str, int] = msgspec.field(default_factory=dict)
    """How many of each severity."""
    gave: dict[str, SourceYield] = msgspec.field(default_factory=dict)
    """By source; empty for a run of before this was kept."""
