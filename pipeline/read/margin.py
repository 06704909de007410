"""The margin at which the lines of a text were cut, and which of them go on in the next.

Lines were cut where the first word of the next had no room, begin in lower case where they go on, and end in a full
stop where they do not. A width that explains most lines so is the margin; in no other text are lines joined.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

TERMINAL = frozenset('.!?。！？…;；:："”」』)）]】')
LEAST_WIDTH = 25  # columns: what is narrower is a list or a verse, not a paragraph cut at a margin
LEAST_HAN_WIDTH = 16  # the same where Han make the lines, two columns each
LEAST_HAN_CUT = 50  # columns of all lines of Han cut: two short ones are as long by chance
RAGGED = 2  # characters a line of Han may fall short of the margin: punctuation that must not begin the next
OVER = 0.1  # share of the lines that may be wider than the margin: addresses, tables
CUT = 0.4  # share of the lines that must go on; the last line of a paragraph does not
SURE = 0.7  # the same where empty lines stand between, and paragraphs are likelier
ODD = 0.25  # share of the lines that may stop short of the margin in mid-sentence
LOW = 0.2  # share of the lines that begin in lower case after a cut: in German 0.6, in a list of headlines none
CLOSED = 0.5  # share of the paragraphs that must end in a full stop where no lower case tells: headlines have none

INDENT = re.compile(r"[ \t\u00a0\u3000]*")
QUOTED = re.compile(r"(?:[>＞]\s?)+")
BULLET = re.compile(r"(?:[-*+•·●▪◦–—■□◆◇○※・]|[(（]?\d{1,3}[.)）])[ \t\u00a0\u3000]+|[(（]?[①-⑳][)）]?|\d{1,3}、")
ENDS = "\n\r\v\f\x85\u2028\u2029"
BEYOND = r"\u2e80-\ua95f\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
WORD = re.compile(rf"[^\s{BEYOND}]+")
HAN = re.compile(rf"[{BEYOND}]")
WIDE = re.compile(rf"[\u1100-\u115f\ua960-\ua97f\uac00-\ud7a3{BEYOND}]")
COLUMNS = ("    ", "\t", "....", "····", " . . .")
"""What stands in a row of a table, between its columns."""


class LinePlace(NamedTuple):
    """Where a line stands on the page, in columns: a letter takes one, a Han character two."""

    start: int
    end: int
    depth: int
    """How many quote marks stand before it."""
    indent: int
    """The column at which its words begin, those behind a quote's marks."""
    width: int
    """The column at which it ends."""
    bullet: int
    """The columns a bullet takes; 0 where there is none."""
    is_open: bool
    """Whether the line ends in mid-sentence."""
    is_table: bool
    """Whether the line is a row of a table."""
    alike: bool
    """Whether every character was given two columns: programs that cut Chinese lines often count so."""


def rows(text: str, ranges: Sequence[tuple[int, int]], *, alike: bool = False) -> list[LinePlace]:
    """Return where lines, given by their ranges, stand on the page; `alike` gives every character two columns."""
    found = []
    last = max(0, ranges[0][0] - 200) if ranges else 0
    for start, end in ranges:
        first = (
            start if text[last:start] == "\n" else max([last, *(text.rfind(mark, last, start) + 1 for mark in ENDS)])
        )
        found.append(_row(text, first, end, alike))
        last = end
    return found


def _row(text: str, first: int, end: int, alike: bool) -> LinePlace:
    if text[first].isalpha():  # most lines, and nothing stands before their words
        return _stands(text, first, end, depth=0, indent=0, bullet=0, alike=alike)
    margin = INDENT.match(text, first, end)
    begin = margin.end() if margin else first
    mark = QUOTED.match(text, begin, end)
    if mark:
        inner = INDENT.match(text, mark.end(), end)
        first, begin = mark.end(), inner.end() if inner else mark.end()
    bullet = BULLET.match(text, begin, end)
    return _stands(
        text,
        begin,
        end,
        depth=sum(mark[0].count(sign) for sign in ">＞") if mark else 0,
        indent=_columns(text[first:begin], alike),
        bullet=_columns(bullet[0], alike) if bullet else 0,
        alike=alike,
    )


def _stands(text: str, begin: int, end: int, *, depth: int, indent: int, bullet: int, alike: bool) -> LinePlace:
    said = text[begin:end]
    width = indent + _columns(said, alike)
    is_table = any(between in said for between in COLUMNS)
    return LinePlace(begin, end, depth, indent, width, bullet, text[end - 1] not in TERMINAL, is_table, alike)


def _columns(said: str, alike: bool) -> int:
    """Return how many columns a text takes."""
    if alike:
        return 2 * len(said)
    return len(said) if said.isascii() else len(said) + len(WIDE.findall(said))


class Pair(NamedTuple):
    """A line and the next: what tells whether the one goes on in the other."""

    before: LinePlace
    after: LinePlace
    needs: int
    """The width the line would have had with the next line's first word on it."""
    is_low: bool
    """Whether the next begins with a small letter."""
    is_han: bool
    is_word: bool
    """Whether no mark ends the line."""
    is_stop: bool
    is_table: bool

    @classmethod
    def of(cls, text: str, before: LinePlace, after: LinePlace) -> Pair:
        """Return what two lines tell."""
        word = WORD.match(text, after.start, after.end)
        end = word.end() if word else after.start
        room = 1 + _columns(text[after.start : end], after.alike)
        if HAN.match(text, end, after.end):
            room = max(room, 1 + 2 * RAGGED)
        return cls(
            before=before,
            after=after,
            needs=before.width + room,
            is_low=text[after.start : after.start + 1].islower(),
            is_han=HAN.match(text, after.start, after.end) is not None,
            is_word=text[before.end - 1].isalnum(),
            is_stop=text[before.end - 1] == ".",
            is_table=before.is_table or after.is_table,
        )

    @property
    def is_open(self) -> bool:
        """Return whether the line ends in mid-sentence: the full stop before a small letter is an abbreviation's."""
        return self.before.is_open or (self.is_low and self.is_stop)

    def is_full(self, width: int) -> bool:
        """Return whether the next line's first word had no room before the margin."""
        return self.needs > width

    def is_cut(self, width: int) -> bool:
        """Return whether the line goes on in the next by what it is, wherever they stand."""
        return self.is_full(width) or (self.is_open and self.is_low and not self.is_table)


def margin(pairs: Sequence[Pair], *, doubtful: bool = False) -> int | None:
    """Return the width at which lines were cut, or None where they were not; `doubtful` asks for more of them."""
    pairs = [pair for pair in pairs if not _starts(pair)]
    if not pairs:
        return None
    width = _width(pairs)
    cut = [pair for pair in pairs if pair.is_cut(width)]
    unexplained = sum(pair.is_open and not pair.is_cut(width) for pair in pairs)
    if len(cut) < (SURE if doubtful else CUT) * len(pairs) or unexplained > max(1, ODD * len(pairs)):
        return None
    if 2 * sum(pair.is_open for pair in cut) < len(cut) or _is_list(pairs, cut):
        return None
    return width if _is_wide(cut, width) else None


def _is_list(pairs: Sequence[Pair], cut: Sequence[Pair]) -> bool:
    """Return whether lines of one length are a list: none begins in lower case, and hardly any ends in a full stop."""
    if sum(pair.is_low for pair in cut) >= LOW * len(cut):
        return False
    followed = {pair.before.start for pair in cut}
    ends = [row for pair in pairs for row in (pair.before, pair.after) if row.start not in followed]
    return sum(not row.is_open for row in ends) < CLOSED * len(ends)


def _is_wide(cut: Sequence[Pair], width: int) -> bool:
    """Return whether the lines cut are long enough to be no list and no verse; short ones of Han must break off."""
    if 2 * sum(pair.is_han for pair in cut) < len(cut):
        return width >= LEAST_WIDTH
    if width >= LEAST_HAN_CUT:
        return True
    breaks = sum(pair.is_word for pair in cut)
    return width >= LEAST_HAN_WIDTH and len(cut) * width >= LEAST_HAN_CUT and breaks * 2 >= len(cut)


def _width(pairs: Sequence[Pair]) -> int:
    """Return the width that most lines fill, of those that hardly any line exceeds."""
    ends = sorted([pair.before.width for pair in pairs] + [pairs[-1].after.width])
    needed = sorted(pair.needs for pair in pairs)
    least = ends[math.ceil((1 - OVER) * len(ends)) - 1]
    filled = sorted(pair.before.width for pair in pairs)
    candidates = sorted({least, *(end for end in ends if end > least)})
    return max(candidates, key=lambda width: bisect_right(filled, width) - bisect_right(needed, width))


def _starts(pair: Pair, hanging: int = 0, base: int | None = None) -> bool:
    """Return whether the next line's indent or bullet begins a paragraph.

    `hanging` is where the words of a list stand, `base` where lines do that begin none.
    """
    before, after = pair.before, pair.after
    if after.bullet:
        return True
    if hanging and after.indent >= hanging - 1:
        return False
    if base is not None and after.indent == before.indent:
        return after.indent > base and not pair.is_open
    return after.indent > before.indent and not (pair.is_open and pair.is_low)


def goes_on(pairs: Sequence[Pair], width: int) -> Iterator[bool]:
    """Yield for each pair of lines that follow each other whether the first goes on in the second."""
    hanging = 0
    base = min(pair.after.indent for pair in pairs) if any(_starts(pair) for pair in pairs) else None
    for pair in pairs:
        if pair.before.bullet:
            hanging = pair.before.indent + pair.before.bullet
        on = _is_on(pair, width, hanging, base)
        if not on:
            hanging = 0
        yield on


def _is_on(pair: Pair, width: int, hanging: int, base: int | None) -> bool:
    if pair.is_open and pair.is_cut(width) and not pair.after.bullet:
        return True
    if _starts(pair, hanging, base):
        return False
    if pair.is_full(width):
        return True
    # where every paragraph is indented, a line that is not begins none: a dateline may have gone from the first
    return pair.is_open and not pair.is_table and pair.after.indent == base and not hanging
