"""Keeps what hand-written data says once it is parsed: to parse our TOML files takes longer than to read one page.

What is kept is named by the bytes it was parsed from, so nothing can be out of date. One file holds it all, in the
user's cache folder, under a name that tells our format; it is written whole or not at all, and where it cannot be
read or written, or another program wrote it, the data is parsed as if there were none.
"""

from __future__ import annotations

import atexit
import os
import tomllib
from contextlib import suppress
from functools import cache
from hashlib import sha256
from typing import Any

import msgspec

from pipeline.settings import Settings

NAME = "rules-1.msgpack"
MOST = 2_000
"""Files that are kept; where there are more, only those of the last program are."""
_encoder = msgspec.msgpack.Encoder()


class ParsedFiles:
    """The parsed files of one cache, read when first asked for and written at the program's end."""

    def __init__(self) -> None:
        self._path = Settings.from_environment().cache / NAME
        self._before = self._read()
        self._new: dict[bytes, msgspec.Raw] = {}

    def tables(self, data: bytes) -> dict[str, Any]:
        """Return the tables of a TOML file's bytes; raise what `tomllib` does where they are none."""
        name = sha256(data).digest()
        found = self._before.get(name)
        if found is not None:
            with suppress(msgspec.DecodeError):
                tables: dict[str, Any] = msgspec.msgpack.decode(found, type=dict[str, Any])
                return tables
        tables = tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
        self._keep(name, tables)
        return tables

    def _keep(self, name: bytes, tables: dict[str, Any]) -> None:
        try:
            packed = _encoder.encode(tables)
            same = msgspec.msgpack.decode(packed) == tables  # a date without a clock does not come back as it was
        except (TypeError, OverflowError, msgspec.DecodeError):
            return
        if same:
            if not self._new:
                atexit.register(self._write)
            self._new[name] = msgspec.Raw(packed)

    def _read(self) -> dict[bytes, msgspec.Raw]:
        try:
            return msgspec.msgpack.decode(self._path.read_bytes(), type=dict[bytes, msgspec.Raw])
        except (OSError, msgspec.DecodeError, msgspec.ValidationError):
            return {}

    def _write(self) -> None:
        kept = {**self._read(), **self._new}
        draft = self._path.with_name(f"{NAME}.{os.getpid()}")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                draft.write_bytes(_encoder.encode(kept if len(kept) <= MOST else self._new))
                draft.replace(self._path)
            finally:
                draft.unlink(missing_ok=True)


@cache
def kept() -> ParsedFiles:
    """Return what this user's programs keep."""
    return ParsedFiles()
