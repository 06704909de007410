"""Captures: every response that is read is kept as WARC/1.1, and can be read again without the network.

A file that is being written ends in `.open`, one gzip member a record; it gets its name when it is whole. A run that
was killed leaves an `.open` file behind, which the next run of the source cuts off after its last whole record.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from msgspec import to_builtins
from msgspec.structs import replace
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.fetch.answer import Answer, charset_of, media_type
from pipeline.fetch.body import BadCoding, TooLarge, decoded
from pipeline.models import Capture, Issue, Noun, Source, from_json
from pipeline.settings import Settings

OPEN, WHOLE = ".warc.gz.open", ".warc.gz"
ABOUT = "WARC-JSON-Metadata"
"""The header that holds what our reader needs besides the response; webrecorder's tools use the same name."""
FIRST_RECORD = re.compile(rb"WARC/1\.[01]\r\n")
MAX_BYTES = 256 * 2**20
"""Of one record, unpacked: more than any response that was kept."""


class CaptureReading(Noun, frozen=True, kw_only=True):
    """What a kept response became."""

    id: str
    kind: str = "auto"
    hints: dict[str, Any]
    url: str | None = None
    fallback: bool = False
    """Whether this is the text to read where the response with the same id holds none."""


class Archive:
    """The captures of one run of one source; its file begins with the first response."""

    def __init__(self, source: Source) -> None:
        self._folder = folder(source.name)
        self._path: Path | None = None
        self._file: IO[bytes] | None = None
        repair(self._folder)

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        """Give the file its name."""
        if self._file and self._path:
            os.fsync(self._file.fileno())
            self._path.rename(_whole(self._path))
            self._file.close()

    def keep(self, answer: Answer, capture: Capture | None = None) -> None:
        """Keep a response, and with it the capture it became, if it is a document's."""
        fallback = [_fallback(capture)] if capture and capture.fallback else []
        self._append([*fallback, _response(answer, capture)])

    def keep_text(self, capture: Capture) -> None:
        """Keep a capture that is no response of its own: an entry's text, a transcript made here."""
        self._append([_resource(capture, about=_about(capture))])

    def _append(self, records: list[bytes]) -> None:
        """Write records in one go, so that a crash leaves nothing between them but a cut."""
        file = self._file or self._begin()
        file.write(b"".join(records))
        file.flush()

    def _begin(self) -> IO[bytes]:
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid4().hex[:4]}"
        self._path = self._folder / f"{name}{OPEN}"
        self._file = self._path.open("wb")
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._file.write(_info(f"{name}{WHOLE}"))
        return self._file


def folder(source: str) -> Path:
    """Return the folder of a source's captures."""
    return Settings.from_environment().captures / source


def repair(where: Path) -> None:
    """Make whole what a crash left open: what follows the last whole record goes, as does a file without one."""
    for path in sorted(where.glob(f"*{OPEN}")):
        with path.open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # another run is writing it
            records, end = _whole_records(file)
            file.truncate(end)
            os.fsync(file.fileno())
        if records > 1:  # the first only says who wrote the file
            path.rename(_whole(path))
        else:
            path.unlink()


def replay(source: Source) -> Iterator[Capture | Issue]:
    """Yield the latest capture of each of a source's documents, from what was kept; no network."""
    repair(folder(source.name))
    paths = sorted(folder(source.name).glob(f"*{WHOLE}"))
    latest: dict[str, tuple[int, int]] = {}
    for at, about, _ in _records(source, paths):
        if about and not about.fallback:
            latest[about.id] = at
    fallbacks: dict[str, bytes] = {}
    for at, about, found in _records(source, paths, read=True):
        if isinstance(found, Issue):
            yield found
        elif about and found and about.fallback:
            fallbacks[about.id] = found.data
        elif about and found and latest[about.id] == at:
            yield replace(found, fallback=fallbacks.pop(about.id, None))


def _records(
    source: Source, paths: Iterable[Path], *, read: bool = False
) -> Iterator[tuple[tuple[int, int], CaptureReading | None, Capture | Issue | None]]:
    """Yield each record's place, what it is about and, if asked, its capture; of a broken file, what is whole."""
    for file, path in enumerate(paths):
        with path.open("rb") as stream:
            number = 0
            try:
                for number, record in enumerate(ArchiveIterator(stream)):
                    told = record.rec_headers.get_header(ABOUT)
                    about = from_json(told, CaptureReading) if told else None
                    yield (file, number), about, _capture(source, about, record, path) if read and about else None
            except (ArchiveLoadFailed, zlib.error, OSError, ValueError) as error:
                message = f"cannot be read after record {number}: {error}"
                yield (
                    (file, number),
                    None,
                    Issue(message=message, source=source.name, place=str(path)) if read else None,
                )


def _capture(source: Source, about: CaptureReading, record: Any, path: Path) -> Capture | Issue:
    try:
        data = payload(record, MAX_BYTES)
    except (BadCoding, TooLarge) as error:
        return Issue(message=str(error), source=source.name, document=about.id, place=str(path))
    url = record.rec_headers.get_header("WARC-Target-URI")
    declared = content_type(record)
    return Capture(
        id=about.id,
        source=source.name,
        data=data,
        url=about.url,
        place=url,
        content_type=media_type(declared),
        charset=charset_of(declared),
        kind=about.kind,
        hints=about.hints,
        fetched_at=record.rec_headers.get_header("WARC-Date"),
    )


def content_type(record: Any) -> str | None:
    """Return the Content-Type of what a record holds."""
    headers = record.http_headers or record.rec_headers
    found: str | None = headers.get_header("Content-Type")
    return found


def payload(record: Any, limit: int) -> bytes:
    """Return what a record's response holds, without content coding; raise where it is cut off or beyond the limit."""
    coding = record.http_headers.get_header("Content-Encoding") if record.http_headers else None
    pieces = iter(lambda: record.raw_stream.read(1 << 16), b"")
    data = b"".join(decoded(pieces, coding or "", limit))
    if record.raw_stream.limit > 0:  # warcio itself says nothing when a file ends too early
        raise BadCoding("record is cut off", cut_off=True)
    return data


def _whole(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(OPEN) + WHOLE)


def _whole_records(file: IO[bytes]) -> tuple[int, int]:
    """Return how many whole records a file begins with, and where the last of them ends."""
    records, end, left = 0, 0, b""
    while True:
        unpacker, head, size = zlib.decompressobj(zlib.MAX_WBITS | 16), b"", 0
        while not unpacker.eof:
            piece = left or file.read(1 << 16)
            left = b""
            if not piece:
                return records, end
            try:
                unpacked = unpacker.decompress(piece)
            except zlib.error:
                return records, end
            size += len(piece)
            head = head or unpacked[:16]
        left = unpacker.unused_data
        if not FIRST_RECORD.match(head):
            return records, end
        records, end = records + 1, end + size - len(left)


def _about(capture: Capture, *, fallback: bool = False) -> CaptureReading:
    return CaptureReading(id=capture.id, kind=capture.kind, hints=capture.hints, url=capture.url, fallback=fallback)


def _info(name: str) -> bytes:
    writer = WARCWriter(BytesIO(), gzip=True, warc_version="1.1")
    writer.write_record(writer.create_warcinfo_record(name, {"software": "deal-pipeline", "format": "WARC/1.1"}))
    return _bytes(writer)


def _response(answer: Answer, capture: Capture | None) -> bytes:
    writer = WARCWriter(BytesIO(), gzip=True, warc_version="1.1")
    headers = [(key, value) for key, value in answer.headers if key.lower() != "content-length"]
    http = StatusAndHeaders(
        f"{answer.status} OK", [*headers, ("content-length", str(len(answer.raw)))], protocol="HTTP/1.1"
    )
    told = {"WARC-Date": _warc_date(answer.fetched_at)}
    if capture:
        told[ABOUT] = _ascii(_about(capture))
    record = writer.create_warc_record(
        answer.url,
        "response",
        payload=BytesIO(answer.raw),
        length=len(answer.raw),
        http_headers=http,
        warc_headers_dict=told,
    )
    writer.write_record(record)
    return _bytes(writer)


def _resource(capture: Capture, *, about: CaptureReading) -> bytes:
    writer = WARCWriter(BytesIO(), gzip=True, warc_version="1.1")
    declared = capture.content_type or "text/html"
    record = writer.create_warc_record(
        capture.url or capture.place,
        "resource",
        payload=BytesIO(capture.data),
        length=len(capture.data),
        warc_content_type=f"{declared}; charset={capture.charset}" if capture.charset else declared,
        warc_headers_dict={"WARC-Date": _warc_date(capture.fetched_at), ABOUT: _ascii(about)},
    )
    writer.write_record(record)
    return _bytes(writer)


def _fallback(capture: Capture) -> bytes:
    text = replace(capture, data=capture.fallback or b"", content_type="text/html", charset="utf-8")
    return _resource(text, about=_about(capture, fallback=True))


def _bytes(writer: WARCWriter) -> bytes:
    written: bytes = writer.out.getvalue()
    return written


def _ascii(about: CaptureReading) -> str:
    """Return the JSON on one line without a character beyond ASCII, as a header wants it."""
    return json.dumps(to_builtins(about))


def _warc_date(moment: str | None) -> str:
    when = datetime.fromisoformat(moment) if moment else datetime.now(UTC)
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
