"""Short names that brackets define: 甲乙公司(以下简称“甲乙”)."""

from __future__ import annotations

import re
from collections.abc import Sequence

QUOTED = re.compile(r'[“"\'‘「『]([^“”"\'‘’「」『』()]{2,30})[”"\'’」』]')
CLOSING = {"(": ")", "[": "]"}
LONGEST = 60  # characters between the brackets
OPENS = 8  # characters before the word that defines: 证券代码 and the like
ALIAS = range(2, 21)  # characters of a short name without quotes


def definition(text: str, end: int, defines: Sequence[str], leads: re.Pattern[str]) -> tuple[int, int] | None:
    """Return the range of the alias that a bracket right behind a name defines.

    `defines` open one, longest first; `leads` fits what may stand between such a word and the alias, even nothing.
    """
    if end >= len(text) or text[end] not in CLOSING:
        return None
    close = text.find(CLOSING[text[end]], end, end + LONGEST)
    if close < 0:
        return None
    quoted = QUOTED.search(text[end + 1 : close])
    if quoted:
        return end + 1 + quoted.start(1), end + 1 + quoted.end(1)
    for word in defines:
        at = text.find(word, end + 1, close)
        if 0 <= at <= end + 1 + OPENS:
            alias = _unquoted(text, at + len(word), close, leads)
            if alias:
                return alias
    return None


def _unquoted(text: str, begin: int, close: int, leads: re.Pattern[str]) -> tuple[int, int] | None:
    led = leads.match(text, begin, close)
    begin = led.end() if led else begin
    stop = min((at for at in (text.find(mark, begin, close) for mark in ",;") if at > 0), default=close)
    return (begin, stop) if stop - begin in ALIAS else None
