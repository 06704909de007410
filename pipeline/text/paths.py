"""File names: bytes on disk, which need not be in the encoding that all else is in."""

from __future__ import annotations


def is_utf8(name: str) -> bool:
    """Return whether a name can be told: Python keeps bytes that are no UTF-8 as surrogates."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def readable(name: str) -> str:
    """Return a name as it can be told: bytes that are no UTF-8 as `\\xc4`."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
