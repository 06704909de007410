"""What all nouns share, and how they are written."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any, Literal, TypeVar

import msgspec

Severity = Literal["error", "warning", "note"]
T = TypeVar("T")
_encoder = msgspec.json.Encoder(decimal_format="number")


class Noun(msgspec.Struct, frozen=True, kw_only=True):
    """What all nouns share: frozen, compared by value, built by keyword."""


class Span(Noun, frozen=True, kw_only=True):
    """A piece of a text: `text` is exactly its characters from `start` to `end`."""

    start: int
    end: int
    text: str


Spanned = TypeVar("Spanned", bound=Span)


class Issue(Noun, frozen=True, kw_only=True):
    """Something a person should know: what went wrong or stayed unread, and where."""

    message: str
    severity: Severity = "error"
    source: str | None = None
    document: str | None = None
    place: str | None = None
    """File, line or URL."""


def to_json(noun: Any) -> bytes:
    """Return a noun, or plain data holding nouns, as one line of JSON in schema order; Decimals as numbers."""
    return _encoder.encode(noun)


def from_json(data: bytes | str, kind: type[T]) -> T:
    """Return the noun a line of JSON describes; raise `msgspec.ValidationError`, naming the field, if it is none."""
    return msgspec.json.decode(data, type=kind)


def plain(value: Decimal) -> Decimal:
    """Return the same number without exponent or trailing zeros, so that it is written `100000000000`, not `1E+11`."""
    text = f"{value:f}"  # exact for any number of digits, where `normalize` rounds to 28
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def fingerprint(*parts: object) -> str:
    """Return 16 hex digits that name these values: equal values, equal digits, on any machine."""
    joined = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:16]
