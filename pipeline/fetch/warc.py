"""Kind `warc`: pages out of web archives, local files or ones on the web (Common Crawl's news), streamed."""

from __future__ import annotations

import glob
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from pipeline.fetch.answer import Failure, charset_of, media_type
from pipeline.fetch.body import BadCoding, TooLarge, gunzipped
from pipeline.fetch.captures import content_type, payload
from pipeline.fetch.links import Filtered
from pipeline.fetch.urls import canonical, resolve
from pipeline.fetch.visit import Found, Visit, VisitMemory, visit
from pipeline.models import Capture, Issue, PageState, Source, Unchanged
from pipeline.text.paths import is_utf8, readable

GIVE_UP = 3
"""Runs in a row in which an archive on the web breaks before it is left alone."""
READ = frozenset({"text/html", "application/xhtml+xml", "text/plain", "text/markdown"})


class WarcOptions(Filtered, frozen=True, kw_only=True):
    """Options of web archives."""

    hosts: tuple[str, ...] = ()
    """Hosts whose pages are taken, subdomains too; all, without it."""
    archive_seconds: float = 4 * 3_600.0
    """For one archive on the web, from its first byte to its last."""
    limit: int = 100_000
    """Pages taken in one run."""
    archives: int = 1
    """Most archives that a list of archives (`warc.paths.gz`) gives in one run."""


def fetch(source: Source, memory: VisitMemory) -> Found:
    """Yield the pages of a source's archives, in their order."""
    return visit(source, memory, WarcOptions, _steps)


def _steps(found: Visit, options: WarcOptions) -> Found:
    for place in found.source.paths:
        if "://" not in place:
            yield from _local(found, options, place)
        elif urlsplit(place).path.endswith((".paths", ".paths.gz")):
            yield from _listed(found, options, place)
        else:
            yield from _once(found, options, place, mark=None)


def _local(found: Visit, options: WarcOptions, pattern: str) -> Found:
    """Yield the pages of the files that a glob names."""
    folder = Path(found.source.folder)
    whole = str(Path(pattern).expanduser())
    names = sorted(glob.glob(whole, root_dir=folder, recursive=True))  # noqa: PTH207 (Path.glob: no `..`)
    if not names:
        yield found.issue(f"no file matches '{pattern}'", found.source.folder)
    for name in names:
        if not is_utf8(name):
            yield found.issue("its name is not in UTF-8; rename it", readable(str(folder / name)))
            continue
        facts = (folder / name).stat()
        yield from _once(found, options, str(folder / name), mark=f"{facts.st_size} {facts.st_mtime_ns}")


def _listed(found: Visit, options: WarcOptions, place: str) -> Found:
    """Yield the pages of the latest archives that a list names and no run has read."""
    try:
        data = gunzipped(found.client.get(place, types="").data, options.max_bytes)
    except (Failure, BadCoding, TooLarge) as error:
        yield found.issue(str(error), place)
        return
    urls = [url for line in data.decode("ascii", "replace").split() if (url := resolve(place, f"/{line.lstrip('/')}"))]
    unread = (url for url in reversed(urls) if _unread(found.memory.page(url)))
    for url in islice(unread, options.archives):
        yield from _once(found, options, url, mark=None)


def _unread(state: PageState | None) -> bool:
    return state is None or 0 < state.failures < GIVE_UP


def _once(found: Visit, options: WarcOptions, place: str, *, mark: str | None) -> Found:
    """Yield an archive's pages, or that they have not changed since it was read."""
    state = found.memory.page(place)
    if state and state.failures == 0 and state.listed == mark:
        yield from (Unchanged(id=link, source=found.source.name) for link in state.links)
        return
    links: dict[str, None] = {}
    broken = False
    for item in _pages(found, options, place):
        if isinstance(item, Capture):
            links[item.id] = None
            if mark is None:  # what came over the network can be read again without it
                found.archive.keep_text(item)
        broken = broken or isinstance(item, Issue)
        yield item
    failures = (state.failures if state else 0) + 1 if broken else 0
    known = PageState(url=place, source=found.source.name, listed=mark, links=tuple(links), failures=failures)
    found.memory.save_page(known)


def _pages(found: Visit, options: WarcOptions, place: str) -> Iterator[Capture | Issue]:
    """Yield the pages of one archive; where it is broken, those before the break and an issue."""
    number = taken = 0
    try:
        with _opened(found, options, place) as stream:
            for number, record in enumerate(ArchiveIterator(stream)):  # noqa: B007 (told in the message)
                if not _wanted(record, options):
                    continue
                if taken == options.limit:
                    yield found.issue(f"more than {taken:,} pages, the `limit` of one run", place, "warning")
                    return
                taken += 1
                yield _capture(found, options, record, place)
    except (Failure, ArchiveLoadFailed, zlib.error, OSError, ValueError) as error:
        yield found.issue(f"cannot be read after record {number}: {error}", place)


@contextmanager
def _opened(found: Visit, options: WarcOptions, place: str) -> Iterator[Any]:
    if "://" not in place:
        with Path(place).open("rb") as file:
            yield file
        return
    with found.client.stream(place, seconds=options.archive_seconds) as pieces:
        yield Pieces(pieces)


class Pieces:
    """A body that comes in pieces, as the file that warcio reads."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._left = b""

    def read(self, size: int) -> bytes:
        """Return some of what comes next, nothing at the end."""
        if not self._left:
            self._left = next(self._pieces, b"")
        taken, self._left = self._left[:size], self._left[size:]
        return taken


def _wanted(record: Any, options: WarcOptions) -> bool:
    """Return whether a record holds a page of the kind, host and pattern wanted."""
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    if record.rec_type == "response" and (not record.http_headers or record.http_headers.get_statuscode() != "200"):
        return False
    if record.rec_type not in ("response", "resource") or media_type(content_type(record)) not in READ:
        return False
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    of_host = not options.hosts or any(host == one or host.endswith(f".{one}") for one in options.hosts)
    return of_host and url.startswith("http") and options.takes(url)


def _capture(found: Visit, options: WarcOptions, record: Any, place: str) -> Capture | Issue:
    url = record.rec_headers.get_header("WARC-Target-URI")
    try:
        data = payload(record, options.max_bytes)
        name = canonical(url)
    except (BadCoding, TooLarge, ValueError) as error:
        return found.issue(str(error), f"{place}: {url}", document=url)
    known = {"language": found.source.language, "publisher": found.source.publisher}
    declared = content_type(record)
    return Capture(
        id=name,
        source=found.source.name,
        data=data,
        url=name,
        place=f"{place}: {url}",
        content_type=media_type(declared),
        charset=charset_of(declared),
        hints={key: value for key, value in known.items() if value},
        fetched_at=record.rec_headers.get_header("WARC-Date"),
    )
