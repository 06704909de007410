"""The head of a report that says where, when and by whom it was written: TULSA, June 2 (Reuters) -."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.text.compiled import compiled

NAME = r"[A-ZÀ-Þ][\w.’'/-]*(?:,?[ ]+[A-ZÀ-Þ][\w.’'/-]*){0,5}?"
SHOUTED = re.compile(
    r"[A-ZÀ-Þ][A-ZÀ-Þ.’'-]{2,}(?:[ ][A-ZÀ-Þ.’'-]+){0,3}(?:,[ ][A-ZÀ-Þ][\w.’'-]*(?:[ ][A-ZÀ-Þ][\w.’'-]*)?)?"
)
DASH = r"\s*(?:--|[-–—])(?!\w+-)\s*|:\s+"
BRACKET = r"\([^():\n]{2,40}\)|/[^/:\n]{2,40}/"
LONGEST = 120  # characters of a dateline; the longest of the examples has 70


class Datelines:
    """Finds datelines by the months, the agencies and the places of a language."""

    def __init__(self, months: Iterable[str], agencies: Iterable[str], places: Iterable[str]) -> None:
        month = rf"(?:{_alternatives(months)})\.?"
        day = rf"(?:{month}\s\d{{1,2}}|\d{{1,2}}\s{month})(?:,?\s\d{{4}})?"
        self.dated = compiled(rf"(?:{NAME})(?:,?\s+|\s*(?:--|[-–—])\s*){day}(?:\s*(?:{BRACKET}))?\s*,?(?:{DASH})")
        agency = rf"(?:{_alternatives(agencies)})"
        self.told = compiled(
            rf"(?:{NAME}\s*(?:--|[-–—])?\s*)?[(/]\s*{agency}(?:[ /][\w. ]{{1,20}})?\s*[)/]"
            rf"(?:\s*(?:--|[-–—]|,)?\s*{day})?\s*(?:{DASH})|{agency}(?:\s?[-–—]{{1,2}}\s|:\s)"
        )
        self.bracketed = compiled(rf"({NAME})\s*(?:{BRACKET})(?:{DASH})")
        self.bare = compiled(rf"({NAME})(?:\s+(?:--|[-–—])\s*|\s*:\s+)")
        self.places = frozenset(places)

    def end(self, text: str, start: int, stop: int) -> int:
        """Return where the dateline ends that a sentence begins with, its start where there is none."""
        stop = min(stop, start + LONGEST)
        while start < stop and text[start] in " \t\n\"“'":
            start += 1
        sure = self.dated.match(text, start, stop) or self.told.match(text, start, stop)
        if sure:
            return sure.end()
        for pattern in (self.bracketed, self.bare):
            found = pattern.match(text, start, stop)
            if found and self._is_place(found[1]):
                return found.end()
        return start

    def _is_place(self, said: str) -> bool:
        town = said.split(",")[0].strip()
        if town in self.places or town.title() in self.places:
            return True
        return bool(SHOUTED.fullmatch(said)) and len(town) > 3


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
