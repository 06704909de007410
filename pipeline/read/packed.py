"""Unpacks gzip, however hostile: never more bytes in memory than asked for."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import BinaryIO, cast

from pipeline.read.unreadable import ReadError

MAGIC = b"\x1f\x8b"
DAMAGED = (gzip.BadGzipFile, EOFError, zlib.error)


def unpack(data: bytes, place: str, *, limit: int) -> bytes:
    """Return the bytes as they were before gzip (once), or as they are; refuse more than `limit`."""
    if data.startswith(MAGIC):
        try:
            data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(limit + 1)
        except DAMAGED as error:
            raise ReadError(f"is damaged gzip: {error}", place) from error
    if len(data) > limit:
        raise ReadError(f"holds more than {limit:,} bytes; split it", place)
    return data


def beginning(data: bytes, most: int = 8192) -> bytes:
    """Return the first bytes as they were before gzip; none where they are damaged."""
    if not data.startswith(MAGIC):
        return data[:most]
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, most)
    except zlib.error:
        return b""


def unpacked(stream: BinaryIO) -> BinaryIO:
    """Return a stream of the bytes behind gzip, or the same bytes where they are not packed."""
    # a second buffer over standard input would wait until it is full, and lines that came would not be read
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, stream))
    if buffered.peek(2)[:2] != MAGIC:
        return buffered
    return cast(BinaryIO, gzip.GzipFile(fileobj=buffered))
