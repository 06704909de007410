"""Finds the case markers of one language behind its nouns, and tells its verbs by their ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pipeline.rules.case_rules import Cases
from pipeline.text.compiled import compiled
from pipeline.text.scripts import is_closed, is_hangul


class Marker(NamedTuple):
    """A marker found: where it ends, how it is written, and its slot."""

    end: int
    text: str
    slot: str


class CaseMarkers:
    """The markers of one language, compiled."""

    def __init__(self, cases: Cases) -> None:
        self.cases = cases
        self.slots = {**cases.any, **cases.closed, **cases.open}
        self._more = f"(?:{_either(cases.more)})?(?!\\w)"
        self._forms = tuple(
            compiled(f"({_either(markers)}){self._more}")
            for markers in (
                {**cases.any, **cases.closed},
                {**cases.any, **cases.open},
                self.slots,
            )
        )
        self.attributive = _end(cases.attributive)
        self.linking = _end(cases.linking)
        self.final = _end(cases.final)
        self.light = _end(cases.light)
        self.carrying = _end(cases.carrying)

    def behind(self, text: str, at: int, before: str) -> Marker | None:
        """Return the marker that begins at a place, right behind a noun that ends in the character `before`."""
        found = self._form(before).match(text, at)
        return Marker(found.end(), found.group(1), self.slots[found.group(1)]) if found else None

    def split(self, word: str, least: int = 2) -> tuple[str, Marker | None]:
        """Return a word's noun and the longest marker it ends in, None where it ends in none."""
        for at in range(least, len(word)):
            if (found := self.behind(word, at, word[at - 1])) and found.end == len(word):
                return word[:at], found
        return word, None

    def verb(self, word: str) -> str:
        """Return which end of a verb a word has, a field of `Cases`, or an empty string."""
        for kind in ("light", "carrying", "final", "linking", "attributive"):
            if getattr(self, kind).search(word):
                return kind
        return ""

    def tail(self, said: str) -> str:
        """Return which end of a verb what hangs on a cue has, a field of `Cases`, or an empty string."""
        own = next((kind for end, kind in self.cases.tails.items() if said.endswith(end)), "")
        return self.verb(said) or own

    def _form(self, before: str) -> re.Pattern[str]:
        if not is_hangul(before):
            return self._forms[2]
        return self._forms[0 if is_closed(before) else 1]


def _either(words: Iterable[str] | Mapping[str, str]) -> str:
    longest = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word) for word in longest) or "(?!)"


def _end(ends: Iterable[str]) -> re.Pattern[str]:
    return compiled(f"(?:{_either(ends)})$")
