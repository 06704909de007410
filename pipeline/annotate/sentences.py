"""Cuts a text into sentences: the window in which a deal is told."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence, Set

from pipeline.models import Block
from pipeline.text.scripts import HAN, HANGUL, UNSPACED

END = re.compile(
    rf"[。!?！？；;]+[”\"'’」』)）]*|\n+|[、,]?\s*(?=[◇◆■●▼▲□])|(?<=[.!?])[\"”'’)]*\s+(?=[\"“'‘(]?[A-Z0-9À-Þ{HAN}{HANGUL}])"
    rf"|(?<=[.!?])[\"”'’)」』]+(?=\s|$|[{HAN}])"
    rf"|(?<=[{HAN}][:,])(?=[“「『\"][A-Z][^{HAN}“”「」『』\"\n]{{20,600}}[.!?][”」』\"])"  # a quote in Latin letters
)
BRACKETS = 60  # characters on either side of a semicolon in which the brackets around it are looked for
REMARK = 160  # the same for a full stop: brackets behind a name may hold sentences
STOPS = re.compile(r"[。；;]")
INNER = r"(?:[^()（）\n]|[(（][^()（）\n]*[)）])*"
OPENED = re.compile(rf"[(（]{INNER}\Z")
CLOSED = re.compile(rf"{INNER}[)）]")
WORD = re.compile(rf"[^\s({UNSPACED}]+\Z")
ENDED = re.compile(r"(?:^|[。!?！？\s])\Z")
LONGEST = 1500  # characters: a page without any full stop is cut, so that no sentence costs more than its length


class Sentences:
    """The borders of the sentences of one text; `known` are abbreviations, in lower case.

    `ordinal` matches a number whose full stop counts the word behind it: 1. Januar.
    """

    def __init__(
        self,
        text: str,
        blocks: Sequence[Block] = (),
        known: Set[str] = frozenset(),
        ordinal: re.Pattern[str] | None = None,
    ) -> None:
        self.starts = [0]
        for match in END.finditer(text):
            if match.end() < len(text) and not (
                _abbreviated(text, match.start(), known)
                or _counts(text, match.start(), ordinal)
                or _in_brackets(text, match.start(), match.end())
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
    """Return whether a stop stands in brackets of a sentence: (NASDAQ: ORCL; TSX: ORC), 甲(大阪市。売上高2億円)を."""
    if STOPS.match(text, start) is None:
        return False
    reach = BRACKETS if text[start] == ";" else REMARK
    opening = OPENED.search(text[max(0, start - reach) : start])
    if opening is None or CLOSED.match(text[start + 1 : end + reach]) is None:
        return False
    before = text[max(0, start - reach) : start][: opening.start()]
    return text[start] == ";" or ENDED.search(before) is None


def _counts(text: str, end: int, ordinal: re.Pattern[str] | None) -> bool:
    """Return whether the full stop before `end` makes an ordinal of a number of one or two digits."""
    if ordinal is None or text[end - 1 : end] != "." or not text[end - 2 : end - 1].isdigit():
        return False
    start = end - 3 if text[end - 3 : end - 2].isdigit() else end - 2
    return not text[start - 1 : start].isalnum() and ordinal.match(text, start) is not None


def _abbreviated(text: str, end: int, known: Set[str]) -> bool:
    """Return whether the full stop before `end` belongs to an abbreviation or an initial: Inc., U.S., J."""
    if text[end - 1 : end] != ".":
        return False
    said = WORD.search(text[max(0, end - 16) : end])
    word = said.group().lower() if said else ""
    return word in known or re.fullmatch(r"(?:[a-z]\.)+", word) is not None
