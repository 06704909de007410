"""Keeps between two programs what is slow to make of hand-written data: parsed files, companies and their names.

What is kept is named by all that it was made of, so nothing can be out of date. One file holds it all, in the user's
cache folder, under a name that tells our format; it is written whole or not at all, and where it cannot be read or
written, or another program wrote it, things are made as if there were none.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import msgspec

from pipeline.settings import Settings

NAME = "rules-2.msgpack"
MOST = 32 * 2**20
"""Bytes that are kept, those of the last programs first."""
T = TypeVar("T")
_encoder = msgspec.msgpack.Encoder()


class Kept:
    """What one cache keeps, read when first asked for and written at the program's end if anything is new."""

    def __init__(self) -> None:
        self._path = Settings.from_environment().cache / NAME
        self._before = self._read()
        self._new: dict[bytes, msgspec.Raw] = {}

    def find(self, name: bytes, shape: type[T]) -> T | None:
        """Return what is kept under a name, None where there is nothing of this shape."""
        found = self._before.get(name)
        if found is not None:
            with suppress(msgspec.DecodeError):
                return msgspec.msgpack.decode(found, type=shape)
        return None

    def keep(self, name: bytes, value: object, shape: type[Any]) -> None:
        """Keep a value under a name, if it would come back as it is."""
        try:
            packed = _encoder.encode(value)
            same = msgspec.msgpack.decode(packed, type=shape) == value  # a date without a clock comes back otherwise
        except (TypeError, OverflowError, msgspec.DecodeError):
            return
        if same:
            if not self._new:
                atexit.register(self._write)
            self._new[name] = msgspec.Raw(packed)

    def made(self, of: Iterable[bytes], shape: type[T], make: Callable[[], T]) -> T:
        """Return what is kept as made of these bytes, which must tell all that decides it; else it is made now."""
        digest = sha256()
        for each in of:
            digest.update(f"{len(each)} ".encode())
            digest.update(each)
        found = self.find(digest.digest(), shape)
        if found is None:
            found = make()
            self.keep(digest.digest(), found, shape)
        return found

    def _read(self) -> dict[bytes, msgspec.Raw]:
        try:
            return msgspec.msgpack.decode(self._path.read_bytes(), type=dict[bytes, msgspec.Raw])
        except (OSError, msgspec.DecodeError, msgspec.ValidationError):
            return {}

    def _write(self) -> None:
        kept: dict[bytes, msgspec.Raw] = {}
        size = 0
        for name, packed in {**self._new, **self._read()}.items():
            size += len(bytes(packed))
            if size <= MOST:
                kept[name] = packed
        draft = self._path.with_name(f"{NAME}.{os.getpid()}")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                draft.write_bytes(_encoder.encode(kept))
                draft.replace(self._path)
            finally:
                draft.unlink(missing_ok=True)


def code(*modules: ModuleType) -> Iterator[bytes]:
    """Yield the source of modules that make something."""
    yield from (Path(module.__file__).read_bytes() for module in modules if module.__file__)


@cache
def kept() -> Kept:
    """Return what this user's programs keep."""
    return Kept()
