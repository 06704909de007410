"""Patterns that are compiled when they are first asked: most of what a language could need, no sentence needs.

To compile all those that may read a text takes longer than to read a page.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

ASKED = [name for name in dir(re.Pattern) if not name.startswith("_") and name != "pattern"]


class Late:
    """A pattern that is not compiled yet; it answers as `re.Pattern` does, and is told from its source alone."""

    def __init__(self, source: str, flags: int) -> None:
        self.pattern = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name not in ASKED:
            raise AttributeError(name)
        made = re.compile(self.pattern, self._flags)
        vars(self).update({each: getattr(made, each) for each in ASKED})
        return getattr(made, name)


@lru_cache(maxsize=2_000)
def compiled(source: str, flags: int = 0) -> re.Pattern[str]:
    """Return what `re.compile` returns, made later; of a source that is ours, as one with a fault is told later too."""
    late: Any = Late(source, flags)
    made: re.Pattern[str] = late
    return made
