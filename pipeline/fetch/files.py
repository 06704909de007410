"""Kind `files`: documents that lie in folders, named by globs; remote folders through fsspec."""

from __future__ import annotations

import glob
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any, Protocol

from msgspec.structs import replace

from pipeline.models import Capture, Issue, Source, UnchangedFile
from pipeline.text.paths import is_utf8, readable

MAX_BYTES = 256 * 2**20
"""A larger file is no article; reading it would only end in a machine without memory."""
REFUSED = ("http", "https", "ftp")
"""Schemes that only the polite client may speak."""
UNDATED = (".txt", ".vtt", ".srt")
"""Forms that say nothing about themselves."""
DAY = re.compile(r"(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)")
WILD = set("*?[")
YOUNG = 5.0
"""Seconds after it was written for which a file may be written again without another time; FAT counts in twos."""


class FileMemory(Protocol):
    """What is remembered of files that were read."""

    def standing(self, file: str, stamp: str) -> UnchangedFile | None:
        """Return a file of this id if it still has the stamp with which it was read, and what was read stands."""


def fetch(source: Source, memory: FileMemory | None = None) -> Iterator[Capture | Issue | UnchangedFile]:
    """Yield every file that the source's globs name, sorted by glob and path, each once.

    One that nobody wrote since it was read is not opened, where a memory can tell.
    """
    seen: set[str] = set()
    for pattern in source.paths:
        found = _remote(source, pattern) if "://" in pattern else _local(source, pattern, seen, memory)
        empty = True
        for item in found:
            empty = False
            if item is None or (isinstance(item, Capture) and item.id in seen):
                continue
            seen.update([item.id] if isinstance(item, Capture) else [])
            yield item
        if empty:
            message = f"no file matches '{pattern}'"
            yield Issue(message=message, severity="warning", source=source.name, place=source.folder)


def _local(
    source: Source, pattern: str, seen: set[str], memory: FileMemory | None
) -> Iterator[Capture | Issue | UnchangedFile | None]:
    """Yield the files of a pattern in a local folder, None for each that another pattern gave."""
    folder, pattern = Path(source.folder), str(Path(pattern).expanduser())
    base = folder if _stays_inside(pattern) else folder / _fixed_part(pattern)
    for name in sorted(glob.iglob(pattern, root_dir=folder, recursive=True)):  # noqa: PTH207 (Path.glob: no `..`)
        path = folder / name
        if not is_utf8(str(path)):
            yield _misnamed(source, path.relative_to(base).as_posix(), str(path))
        elif not path.is_dir():
            told = path.relative_to(base).as_posix()
            if _id(source, told) in seen:
                yield None
            elif known := _standing(source, path, told, memory):
                seen.add(_id(source, told))
                yield known
            else:
                yield _read(source, path, told)


def _stays_inside(pattern: str) -> bool:
    """Return whether a pattern stays inside its source's folder."""
    path = PurePath(pattern)
    return not path.is_absolute() and ".." not in path.parts


def _fixed_part(pattern: str) -> PurePath:
    """Return the folder that all files of a pattern share: what stands before its first wildcard."""
    parts = PurePath(pattern).parts
    fixed = next((at for at, part in enumerate(parts) if WILD & set(part)), len(parts) - 1)
    return PurePath(*parts[:fixed])


def _standing(source: Source, path: Path, name: str, memory: FileMemory | None) -> UnchangedFile | None:
    """Return a file that need not be opened."""
    try:
        return memory.standing(_id(source, name), _stamp(path.stat())) if memory else None
    except OSError:
        return None  # told when it is read


def _stamp(told: os.stat_result) -> str:
    """Return what changes when a file is written, or another is put in its place: nobody can set its second time."""
    return f"{told.st_size} {told.st_mtime_ns} {told.st_ctime_ns} {told.st_ino} {told.st_dev}"


def _read(source: Source, path: Path, name: str) -> Capture | Issue:
    try:
        before = path.stat()
        if before.st_size > MAX_BYTES:
            return _too_large(source, name, str(path))
        found = _capture(source, name, path.read_bytes(), str(path))
        after = path.stat()
        young = time.time() - max(after.st_mtime, after.st_ctime) < YOUNG
        return found if young or _stamp(before) != _stamp(after) else replace(found, stamp=_stamp(after))
    except OSError as error:
        return _unreadable(source, name, str(path), error)


def _remote(source: Source, pattern: str) -> Iterator[Capture | Issue]:
    import fsspec

    if any(scheme in REFUSED for scheme in re.split(r"::|://", pattern)):
        message = "kind 'files' does not fetch web pages; use kind 'page' or 'feed'"
        yield Issue(message=message, source=source.name, place=pattern)
        return
    try:
        files, path = fsspec.core.url_to_fs(pattern)
        names = sorted(files.glob(path))
    except (OSError, ValueError, ImportError) as error:
        yield Issue(message=f"cannot be read: {error}", source=source.name, place=pattern)
        return
    base = _fixed_part(path)
    for name in names:
        told = PurePath(name).relative_to(base).as_posix()
        yield _read_remote(source, files, name, told) if is_utf8(name) else _misnamed(source, told, name)


def _read_remote(source: Source, files: Any, path: str, name: str) -> Capture | Issue:
    place = files.unstrip_protocol(path)
    try:
        with files.open(path, "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return _unreadable(source, name, place, error)
    return _capture(source, name, data, place) if len(data) <= MAX_BYTES else _too_large(source, name, place)


def _unreadable(source: Source, name: str, place: str, error: OSError) -> Issue:
    return Issue(message=f"cannot be read: {error.strerror or error}", document=_id(source, name), place=place)


def _misnamed(source: Source, name: str, place: str) -> Issue:
    told = "its name is not in UTF-8; rename it"
    return Issue(message=told, document=_id(source, readable(name)), place=readable(place))


def _too_large(source: Source, name: str, place: str) -> Issue:
    return Issue(message=f"has more than {MAX_BYTES:,} bytes", document=_id(source, name), place=place)


def _id(source: Source, name: str) -> str:
    return f"{source.name}/{name}"


def _capture(source: Source, name: str, data: bytes, place: str) -> Capture:
    day = DAY.search(PurePath(name).name)
    undated = PurePath(name.removesuffix(".gz")).suffix.lower() in UNDATED
    told = {
        "language": source.language,
        "publisher": source.publisher,
        "published" if undated else "named": day and day[0],
    }
    return Capture(
        id=_id(source, name),
        source=source.name,
        data=data,
        place=place,
        hints={key: value for key, value in told.items() if value},
    )
