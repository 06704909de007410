"""Takes the content coding off a body, piece by piece, so that a bomb is noticed before it is unpacked."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from pipeline.errors import DealsError

GZIP = zlib.MAX_WBITS | 16
PIECE = 1 << 16
"""Bytes unpacked at a time; a bomb costs this much memory above the limit, not more."""
CODINGS = ("gzip", "deflate")
"""What we ask for and understand: brotli and zstd unpack a thousandfold more, and any server can do without."""


class TooLarge(DealsError):
    """A body of more bytes than its reader allows."""


class BadCoding(DealsError):
    """A body that is not what its Content-Encoding says, or in a coding that nobody asked for."""

    def __init__(self, message: str, *, cut_off: bool = False) -> None:
        super().__init__(message)
        self.cut_off = cut_off


def decoded(pieces: Iterable[bytes], coding: str, limit: int) -> Iterator[bytes]:
    """Yield a body without its content coding; raise `TooLarge` once it holds more than `limit` bytes."""
    coding = coding.strip().lower().removeprefix("x-")
    if coding in ("", "identity"):
        unpacked = iter(pieces)
    elif coding in CODINGS:
        unpacked = _inflated(pieces)
    else:
        raise BadCoding(f"answered in content coding '{coding[:40]}', which was not asked for")
    size = 0
    for piece in unpacked:
        size += len(piece)
        if size > limit:
            raise TooLarge(f"more than {limit:,} bytes unpacked")
        yield piece


def gunzipped(data: bytes, limit: int) -> bytes:
    """Return the data, unpacked where it is gzip."""
    return b"".join(decoded([data], "gzip" if data.startswith(b"\x1f\x8b") else "", limit))


def _inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what gzip members or one zlib or raw deflate stream hold."""
    pieces = iter(pieces)
    head = b""
    while len(head) < 2 and (piece := next(pieces, b"")):
        head += piece
    if not head:
        return
    unpacker = zlib.decompressobj(_form(head))
    for piece in chain([head], pieces):
        while piece:
            if unpacker.eof:
                if not piece.startswith(b"\x1f"):
                    return  # padding after the last member
                unpacker = zlib.decompressobj(GZIP)
            yield _unpacked(unpacker, piece)
            piece = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    while not unpacker.eof:
        out = _unpacked(unpacker, b"")
        if not out:
            raise BadCoding("compressed body ends too early", cut_off=True)
        yield out


def _unpacked(unpacker: Any, piece: bytes) -> bytes:
    try:
        out: bytes = unpacker.decompress(piece, PIECE)
    except zlib.error as error:
        raise BadCoding(f"broken compressed body: {error}") from error
    return out


def _form(head: bytes) -> int:
    """Return zlib's number for what a body begins with; some servers send deflate without its header."""
    if head.startswith(b"\x1f\x8b"):
        return GZIP
    has_header = head[0] & 0x0F == zlib.DEFLATED and int.from_bytes(head[:2]) % 31 == 0
    return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS
