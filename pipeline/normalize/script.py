"""One script for all Chinese: Traditional to Simplified, character for character, so that offsets stay."""

from __future__ import annotations

from functools import cache
from typing import Any

HAN = [*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)]


def simplify(text: str, letters: frozenset[str] | set[str] | None = None) -> str:
    """Return the text in Simplified Chinese, as long as it was; `letters` is the set of its characters if known."""
    if (set(text) if letters is None else letters).isdisjoint(traditional()):
        return text
    return _same_length(text)


def _same_length(text: str) -> str:
    """Return the text converted; character by character should a phrase ever change the length."""
    try:
        converted: str = _converter().convert(text)
    except UnicodeEncodeError:  # a lone surrogate
        converted = ""
    if len(converted) == len(text):
        return converted
    return "".join(_characters().get(character, character) for character in text)


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


@cache
def _characters() -> dict[str, str]:
    """Return what becomes of each Han character that stands alone and is not left as it is."""
    kept = [chr(code) for code in HAN]
    converted = _converter().convert("\n".join(kept)).split("\n")
    return {old: new for old, new in zip(kept, converted, strict=True) if old != new and len(new) == 1}


@cache
def traditional() -> frozenset[str]:
    """Return the characters that Simplified Chinese writes otherwise."""
    return frozenset(_characters())
