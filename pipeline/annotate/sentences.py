"""Cuts a text into sentences: the window in which a deal is told."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence, Set

from pipeline.models import Block
from pipeline.text.scripts import HAN, HANGUL

END = re.compile(
    rf"[。!?！？；;]+[”\"'’」』)）]*|\n+|(?<=[.!?])[\"”'’)]*\s+(?=[\"“'‘(]?[A-Z0-9À-Þ{HAN}{HANGUL}])"
    rf"|(?<=[.!?])[\"”'’)」』]+(?=\s|$|[{HAN}])"
    rf"|(?<=[{HAN}][:,])(?=[“「『\"][A-Z][^{HAN}“”「」『』\"\n]{{20,600}}[.!?][”」』\"])"  # a quote in Latin letters
)
BRACKETS = 60  # characters on either side of a semicolon in which the brackets around it are looked for
LONGEST = 1500  # characters: a page without any full stop is cut, so that no sentence costs more than its length


class Sentences:
    """The borders of the sentences of one text; `known` are abbreviations, in lower case."""

    def __init__(self, text: str, blocks: Sequence[Block] = (), known: Set[str] = frozenset()) -> None:
        self.starts = [0]
        for match in END.finditer(text):
            if match.end() < len(text) and not (
                _abbreviated(text, match.start(), known) or _in_brackets(text, match.start(), match.end())
            ):
                self._reach(match.end())
                self.starts.append(match.end())
        self._reach(len(text))
        self.starts = sorted({*self.starts, *(block.start for block in blocks)})
        self.length = len(text)

    def _reach(self, at: int) -> None:
        """Cut what is too long up to a place."""
        while at - self.starts[-1] > LONGEST:
            self.starts.append(self.starts[-1] + LONGEST)

    def around(self, at: int) -> tuple[int, int]:
        """Return the sentence that holds a place."""
        index = bisect_right(self.starts, at) - 1
        end = self.starts[index + 1] if index + 1 < len(self.starts) else self.length
        return self.starts[index], end


def _in_brackets(text: str, start: int, end: int) -> bool:
    """Return whether a semicolon stands inside brackets: (NASDAQ: ORCL; TSX: ORC)."""
    if text[start] != ";":
        return False
    opening = text.rfind("(", max(0, start - BRACKETS), start)
    closing = text.find(")", end, end + BRACKETS)
    return opening >= 0 and closing >= 0 and ")" not in text[opening:start] and "(" not in text[end:closing]


def _abbreviated(text: str, end: int, known: Set[str]) -> bool:
    """Return whether the full stop before `end` belongs to an abbreviation or an initial: Inc., U.S., J."""
    if text[end - 1 : end] != ".":
        return False
    start = (
        max(
            text.rfind(" ", max(0, end - 16), end),
            text.rfind("\n", max(0, end - 16), end),
            text.rfind("(", max(0, end - 16), end),
        )
        + 1
    )
    word = text[start:end].lower()
    return word in known or re.fullmatch(r"(?:[a-z]\.)+", word) is not None
