"""One script for all Chinese: Traditional to Simplified, character for character, so that offsets stay."""

from __future__ import annotations

from collections.abc import Set
from functools import cache
from typing import Any

from pipeline.text.scripts import HAN, HAN_CHARACTERS, characters

SIMPLIFIER = "t2s"  # `tw2sp` would replace words and so lengths: 蚌埠 becomes 蚌端口


def simplify(text: str, letters: Set[str] | None = None) -> str:
    """Return the text in Simplified Chinese, as long as it was; `letters` is the set of its characters if known."""
    changed = _changed(SIMPLIFIER)
    if changed.keys().isdisjoint(set(text) if letters is None else letters):
        return text
    try:
        converted: str = _converter(SIMPLIFIER).convert(text)
    except UnicodeEncodeError:  # a lone surrogate, which no document but any name may hold
        converted = ""
    if len(converted) == len(text):
        return converted
    return "".join(changed.get(character, character) for character in text)


@cache
def _converter(name: str) -> Any:
    import opencc

    return opencc.OpenCC(name)


@cache
def _changed(name: str) -> dict[str, str]:
    """Return what a conversion makes of each Han character that it does not leave as it is."""
    converted = _converter(name).convert("\n".join(characters(HAN))).split("\n")
    return {old: new for old, new in zip(characters(HAN), converted, strict=True) if old != new}


def converted() -> Set[str]:
    """Return the characters that simplifying changes."""
    return _changed(SIMPLIFIER).keys()


@cache
def traditional() -> frozenset[str]:
    """Return the characters that only Traditional Chinese writes (Japanese may share them)."""
    return frozenset(_changed(SIMPLIFIER)) - _held_by("gb2312")


@cache
def simplified() -> frozenset[str]:
    """Return the characters that only Simplified Chinese writes (Japanese may share them)."""
    return frozenset(_changed(SIMPLIFIER).values()) - _held_by("big5")


@cache
def japanese() -> frozenset[str]:
    """Return the Han characters that only Japanese writes (円, 総, 売); Hong Kong's own (説, 啓) are not among them."""
    return _held_by("shift_jis") - _held_by("gb2312") - _held_by("big5") - frozenset(_changed("t2hk").values())


@cache
def not_japanese() -> frozenset[str]:
    """Return the Han characters that Japanese of today does not write: 说, 說, 國."""
    return (HAN_CHARACTERS - _held_by("shift_jis")) | _changed("t2jp").keys()


def _held_by(encoding: str) -> frozenset[str]:
    """Return the Han characters that a national standard holds."""
    return frozenset(characters(HAN).encode(encoding, "ignore").decode(encoding))
