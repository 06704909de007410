"""One script for all Chinese: Traditional to Simplified, character for character, so that offsets stay."""

from __future__ import annotations

from collections.abc import Set
from functools import cache
from typing import Any

HAN = [*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)]
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
    kept = [chr(code) for code in HAN]
    converted = _converter(name).convert("\n".join(kept)).split("\n")
    return {old: new for old, new in zip(kept, converted, strict=True) if old != new}


@cache
def traditional() -> frozenset[str]:
    """Return the characters that only Traditional Chinese writes (Japanese may share them)."""
    return frozenset(old for old in _changed(SIMPLIFIER) if not _is_in(old, "gb2312"))


@cache
def simplified() -> frozenset[str]:
    """Return the characters that only Simplified Chinese writes (Japanese may share them)."""
    return frozenset(new for new in _changed(SIMPLIFIER).values() if not _is_in(new, "big5"))


@cache
def japanese() -> frozenset[str]:
    """Return the Han characters that only Japanese writes (円, 総, 売); Hong Kong's own (説, 啓) are not among them."""
    hong_kong = frozenset(_changed("t2hk").values())
    kept = (chr(code) for code in HAN)
    return frozenset(
        c for c in kept if _is_in(c, "shift_jis") and not (_is_in(c, "gb2312") or _is_in(c, "big5") or c in hong_kong)
    )


@cache
def not_japanese() -> frozenset[str]:
    """Return the Han characters that Japanese of today does not write: 说, 說, 國."""
    foreign = frozenset(chr(code) for code in HAN if not _is_in(chr(code), "shift_jis"))
    return foreign | _changed("t2jp").keys()


def _is_in(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
