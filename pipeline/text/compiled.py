"""Keeps compiled patterns between two programs: to compile those of one language takes longer than to read a page.

Python does not pickle a pattern's code, which is its own affair: it is kept for the very Python that made it, which
checks it when it is loaded; where anything about it is not as we know it, the pattern is compiled as everywhere else.
"""

from __future__ import annotations

import re
import sys
from array import array
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from typing import Any, NamedTuple

from pipeline.kept import kept

WORD = "I"
"""The type of a word of code."""


class Code(NamedTuple):
    """What `_sre.compile` takes."""

    flags: int
    words: bytes
    groups: int
    numbers: dict[str, int]
    """Of groups that have names."""
    names: tuple[str | None, ...]
    """The same by number."""


@lru_cache(maxsize=2_000)
def compiled(source: str, flags: int = 0) -> re.Pattern[str]:
    """Return what `re.compile` returns."""
    name = sha256(f"{sys.version}\0{int(flags)}\0{source}".encode("utf-8", "surrogatepass")).digest()
    found = kept().find(name, Code)
    try:
        if found is None:
            found = _code(source, flags)
            kept().keep(name, found, Code)
        return _pattern(source, found)
    except Exception:  # a Python that does it otherwise, or no pattern: then this tells it
        return re.compile(source, flags)


def _code(source: str, flags: int) -> Code:
    """Return the code of a pattern, as Python's own compiler makes it."""
    inside: Any = re
    parsed = inside._parser.parse(source, int(flags))
    words = inside._compiler._code(parsed, int(flags))
    named: dict[str, int] = parsed.state.groupdict
    names: list[str | None] = [None] * parsed.state.groups
    for group, number in named.items():
        names[number] = group
    return Code(int(flags) | parsed.state.flags, array(WORD, words).tobytes(), len(names), dict(named), tuple(names))


def _pattern(source: str, code: Code) -> re.Pattern[str]:
    make: Any = import_module("_sre").compile
    words = array(WORD, code.words).tolist()
    pattern: re.Pattern[str] = make(source, code.flags, words, code.groups - 1, code.numbers, code.names)
    return pattern
