"""Writes a published file anew where only some of its rows changed: the others are copied as they lie, not made again.

A file is a head (of CSV) and then rows in the order of their keys, which stand first in each: what a deal, a company
or a document gives, one row or several. A sparse index tells where keys lie, so that only the rows around a change are
looked at; memory holds no more than those.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

import msgspec

Index = list[tuple[str, int]]
"""Some of a file's keys in order, each with the place where its rows begin."""
APART = 128  # keys from one entry of an index to the next
LONGEST = 3 * APART


class _Keyed(msgspec.Struct):
    """As much of a line as tells its key."""

    id: str


_key = msgspec.json.Decoder(_Keyed)


def index(path: Path) -> Index:
    """Return where keys lie in a file."""
    with path.open("rb") as file:
        return _thinned(_pieces(path, file, _head(path, file), path.stat().st_size), _head_size(path))


def splice(old: Path, new: Path, where: Index, changes: Mapping[str, bytes]) -> Index:
    """Write a file with the rows of some keys changed, to nothing where they go; return where its keys lie."""
    found: Index = []
    with old.open("rb") as source, new.open("wb") as target:
        source.seek(0, 2)
        size = source.tell()
        head = _head(old, source)
        _copy(source, target, 0, head)
        starts = [head, *(place for _, place in where[1:])]
        keys = [key for key, _ in where]
        waiting = groupby(sorted(changes), lambda key: max(0, bisect_right(keys, key) - 1))
        done = 0
        for at, some in waiting:
            _keep(source, target, starts, done, at, keys, found, size)
            end = starts[at + 1] if at + 1 < len(starts) else size
            rows = dict(_pieces(old, source, starts[at], end)) | {key: changes[key] for key in some}
            kept = sorted((key, row) for key, row in rows.items() if row)
            places = _thinned(kept, target.tell())
            found += places if len(kept) > LONGEST else places[:1]
            target.writelines(row for _, row in kept)
            done = at + 1
        _keep(source, target, starts, done, len(starts), keys, found, size)
    return found


def _keep(
    source: BinaryIO,
    target: BinaryIO,
    starts: list[int],
    first: int,
    last: int,
    keys: list[str],
    found: Index,
    size: int,
) -> None:
    """Copy the pieces from one to another as they are."""
    if first >= last or not keys:
        return
    moved = target.tell() - starts[first]
    found += [(keys[at], starts[at] + moved) for at in range(first, last)]
    _copy(source, target, starts[first], starts[last] if last < len(starts) else size)


def _copy(source: BinaryIO, target: BinaryIO, start: int, end: int) -> None:
    source.seek(start)
    left = end - start
    while left and (some := source.read(min(left, 1 << 20))):
        target.write(some)
        left -= len(some)


def _thinned(pieces: Iterable[tuple[str, bytes]], start: int) -> Index:
    """Return the places of some of these keys, whose rows lie one behind the other from a start on."""
    found: Index = []
    for number, (key, rows) in enumerate(pieces):
        if number % APART == 0:
            found.append((key, start))
        start += len(rows)
    return found


def _pieces(path: Path, file: BinaryIO, start: int, end: int) -> Iterator[tuple[str, bytes]]:
    """Yield the rows of each key between two places, in order."""
    file.seek(start)
    told = path.suffix == ".csv"
    rows = _table_rows(file, end) if told else _lines(file, end)
    keyed = ((row.partition(b",")[0].decode() if told else _key.decode(row).id, row) for row in rows)
    for key, several in groupby(keyed, lambda each: each[0]):
        yield key, b"".join(row for _, row in several)


def _lines(file: BinaryIO, end: int) -> Iterator[bytes]:
    while file.tell() < end:
        yield file.readline()


def _table_rows(file: BinaryIO, end: int) -> Iterator[bytes]:
    """Yield the rows of CSV, also those in which a quoted cell holds a line's end."""
    row = b""
    for line in _lines(file, end):
        row += line
        if row.count(b'"') % 2 == 0:
            yield row
            row = b""


def _head(path: Path, file: BinaryIO) -> int:
    """Return where the rows of a file begin."""
    file.seek(0)
    return len(file.readline()) if path.suffix == ".csv" else 0


def _head_size(path: Path) -> int:
    with path.open("rb") as file:
        return _head(path, file)
