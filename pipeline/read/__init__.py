"""Reads what was fetched, whatever its form: bytes in, a Document out, or one ReadError that says what and where."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import msgspec

from pipeline.models import Capture, Document, Issue
from pipeline.read import article, controls, filing, jsonl, mail, markdown, plain_text, table, transcript
from pipeline.read.document_fields import described
from pipeline.read.encodings import declared_inside, decode
from pipeline.read.jsonl import lines
from pipeline.read.packed import beginning, unpack
from pipeline.read.twice import once
from pipeline.read.unreadable import ReadError
from pipeline.rules.knowledge import Knowledge, shipped

__all__ = ["READERS", "ReadError", "holds_lines", "lines", "read"]

Reader = Callable[[str, Capture, Knowledge], Document]
READERS: dict[str, Reader] = {
    "html": article.read,
    "text": plain_text.read,
    "markdown": markdown.read,
    "vtt": transcript.read_cues,
    "srt": transcript.read_cues,
    "json": transcript.read_json,
    "jsonl": jsonl.read,
    "csv": table.read,
}
KINDS = (*READERS, "mail")
SUFFIXES = {
    ".html": "html", ".htm": "html", ".xhtml": "html", ".shtml": "html",
    ".md": "markdown", ".markdown": "markdown", ".mdown": "markdown", ".vtt": "vtt", ".srt": "srt",
    ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".csv": "csv", ".tsv": "csv",
    ".eml": "mail", ".mht": "mail", ".mhtml": "mail",
}  # fmt: skip
TYPES = {
    "text/html": "html", "application/xhtml+xml": "html", "text/markdown": "markdown", "text/vtt": "vtt",
    "application/srt": "srt", "application/x-subrip": "srt", "text/srt": "srt", "application/json": "json",
    "application/x-ndjson": "jsonl", "application/jsonl": "jsonl",
    "text/csv": "csv", "text/tab-separated-values": "csv", "message/rfc822": "mail", "multipart/related": "mail",
}  # fmt: skip
PROLOG = r"\ufeff?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*"
LOOKS = {
    "vtt": re.compile(r"\ufeff?WEBVTT(?:\s|$)"),
    "srt": re.compile(r"\s*\d+[ \t]*\r?\n\d{1,2}:\d{2}:\d{2}[,.]\d{1,3}[ \t]*-->"),
    "feed": re.compile(rf"{PROLOG}<(?:rss|feed|rdf:RDF)\b", re.I | re.S),
    "html": re.compile(
        rf"{PROLOG}<(?:!doctype\s+(?:html|nitf)|html|head|body|nitf|div|article|section|main|p|table|h1)\b", re.I | re.S
    ),
    "markdown": re.compile(r"\s*(?:---[ \t]*\r?\n[\w-]+[ \t]*:|\+\+\+[ \t]*\r?\n)"),
    "jsonl": re.compile(r'\s*\{\s*"(?:id|text|title|url)"\s*:'),
    "json": re.compile(r'\s*\{\s*"(?:version|segments)"\s*:'),
}
MAX_BYTES = 64 * 2**20
MOST_LINES = 500_000
LONGEST_PARAGRAPH = 10_000_000  # characters: no article has one of 50 MB, and every rule would walk through it
UNREADABLE = "\ufffd"


def read(capture: Capture, knowledge: Knowledge | None = None, *, limit: int = MAX_BYTES) -> Document:
    """Return the document of a capture; what its hints tell stands above what it tells itself.

    Speakers, comments and dates are told by the words of languages, ours where no knowledge is given. Raises
    `ReadError` where it gives none, and `KeyError` where the capture's kind is not in `READERS`.
    """
    knowledge = knowledge or shipped()
    data = unpack(capture.data, capture.place, limit=limit)
    kind = _kind(capture)
    if kind == "mail" or (kind == "auto" and mail.is_mail(data)):
        return read(mail.opened(capture, data), knowledge, limit=limit)
    if kind == "auto" and filing.is_filing(data):
        return read(filing.opened(capture, data), knowledge, limit=limit)
    charset = capture.charset or (declared_inside(data) if kind in ("html", "auto") else None)
    said, mended = once(decode(data, capture.place, declared=charset))
    if kind in ("auto", "html") and LOOKS["feed"].match(said):
        raise ReadError("is a feed of several articles; name it as the `url` of a source of kind 'feed'", capture.place)
    if said.count("\n") > MOST_LINES:
        raise ReadError(f"has more than {MOST_LINES:,} lines, which no document has; split it", capture.place)
    kind = _sniff(said) if kind == "auto" else kind
    said, dropped = controls.without(said, capture.place, page=kind == "html")
    damaged = said.count(UNREADABLE) - data.count(UNREADABLE.encode())  # what a page writes so itself is no damage
    document = described(READERS[kind](said, capture, knowledge), capture.hints, capture.place, knowledge)
    _refuse_endless(document, capture.place)
    return msgspec.structs.replace(
        document,
        source=capture.source,
        url=document.url or capture.url,
        published=document.published or capture.hints.get("named"),
        issues=(*document.issues, *dropped, *_damage(document, capture.place, damaged, mended)),
    )


def holds_lines(capture: Capture) -> bool:
    """Return whether a capture, of which the first kilobytes will do, is JSON Lines: a document a line."""
    kind = _kind(capture)
    if kind != "auto":
        return kind == "jsonl"
    first, end, _ = beginning(capture.data).partition(b"\n")
    said = first.decode("utf-8", "replace").removeprefix("\ufeff")
    return bool(LOOKS["jsonl"].match(said)) and (not end or said.rstrip().endswith("}"))


def _kind(capture: Capture) -> str:
    if capture.kind != "auto":
        if capture.kind not in KINDS:
            raise KeyError(f"no reader is called '{capture.kind}'; there are {', '.join(KINDS)}")
        return capture.kind
    declared = TYPES.get((capture.content_type or "").partition(";")[0].strip().lower())
    path = PurePosixPath(urlsplit(capture.url).path if capture.url else capture.place.replace("\\", "/"))
    suffix = path.with_suffix("").suffix if path.suffix.lower() == ".gz" else path.suffix
    return declared or SUFFIXES.get(suffix.lower(), "auto")


def _sniff(said: str) -> str:
    head = said[:8192]
    return next((kind for kind, look in LOOKS.items() if look.match(head)), "text")


def _damage(document: Document, place: str, damaged: int, mended: int) -> list[Issue]:
    """Return what to say of characters that no encoding could read, and of those encoded twice."""
    count = document.text.count(UNREADABLE)
    told = {
        f"{count} characters are damaged: they do not fit the encoding of the rest": count,
        f"{damaged} characters beside the article are damaged: they do not fit its encoding": 0 if count else damaged,
        f"{mended} passages were encoded twice (`Ã©` for `é`); they are read as they were meant": mended,
    }
    return [
        Issue(message=one, severity="warning", document=document.id, place=place) for one, n in told.items() if n > 0
    ]


def _refuse_endless(document: Document, place: str) -> None:
    for block in document.blocks:
        if block.end - block.start > LONGEST_PARAGRAPH:
            line = document.text.count("\n", 0, block.start) + 1
            raise ReadError(f"a paragraph of {block.end - block.start:,} characters is no article's", f"{place}:{line}")
