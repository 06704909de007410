"""Reads figures out of folded text: digits by the language's separators, words, and the scales behind them.

A number is read from the place where it must end or begin (beside a currency's name, say), never searched for, and
never further than REACH characters, so that the time stays in proportion to the places asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from pipeline.annotate.numbers.folding import is_hangul, is_letter
from pipeline.annotate.numbers.tally import ONE, Kind, Number, Token, evaluate

REACH = 90  # characters: the longest figures in words that the examples hold, with some to spare
MOST_TOKENS = 16
MOST_DIGITS = 16  # of one figure; longer runs of digits are no sums

HAN_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")

GAP = r"( ?- ?|['’]|[ \t]{0,3}|[ \t]?\n[ \t]?)"
WORD = r"[a-zß-ɏ]+"
DIGITS = r"\d+(?:[.,'’]\d+)*"
HAN = r"[零〇一二三四五六七八九]{0,20}"
# Wire services set every mark apart: 1 . 6 billion, 80 , 000
WIRE_AFTER = r"\d{1,3} \. (?:\d\d?|\d{4})(?!\d)|\d{1,3}(?: , \d{3})+(?!\d)"
WIRE_BEFORE = r"(?:\d{4}|\d\d?) \. \d{1,3}(?!\d)|(?:\d{3} , )+\d{1,3}(?!\d)"
AFTER = rf"\d/\d(?![\d/])|\.\d{{1,4}}(?!\d)|{WIRE_AFTER}|{DIGITS}|{HAN}[零〇]{HAN}"
BEFORE = rf"\d/\d(?![\d/])|{WIRE_BEFORE}|{DIGITS}|{HAN}[零〇]{HAN}"
# Spaces part thousands where the language writes so; elsewhere only where nothing else can be meant: 20 000
GROUPS_AFTER = {True: r"\d{1,3}(?: \d{3})+(?!\d)(?:[.,]\d+)?", False: r"\d{1,3}(?: \d{3})* 0\d\d(?!\d)"}
GROUPS_BEFORE = {True: r"(?:\d+[.,])?(?:\d{3} )+\d{1,3}(?!\d)", False: r"\d\d0 (?:\d{3} )*\d{1,3}(?!\d)"}
NEXT = {spaced: re.compile(f"{GAP}(?:({GROUPS_AFTER[spaced]}|{AFTER})|({WORD})|(\\S))") for spaced in (False, True)}
LAST = {
    spaced: re.compile(f"{GAP}(?:({GROUPS_BEFORE[spaced]}|{BEFORE})|(\\.?{WORD})|(\\S))") for spaced in (False, True)
}


class Meaning(NamedTuple):
    """What a word says in a figure."""

    kind: Kind
    value: Decimal = ONE


class NumberWords(NamedTuple):
    """How figures are written in a language."""

    words: Mapping[str, Meaning]
    letters: Mapping[str, Meaning]
    """Scales written against the digits: 5m."""
    compound: Callable[[str], Meaning | None]
    """The number that a long word tells, if any: fünfundvierzig."""
    decimal: str
    """Empty where the language is not known: 1.234 and 1,234 then part thousands."""
    space_groups: bool
    barred: frozenset[str] = frozenset()
    """Words that are no figure alone: German um, a figure only in um bilhão."""

    def meaning(self, word: str) -> Meaning | None:
        """Return what a word says in a figure."""
        return self.words.get(word) or (self.compound(word) if len(word) > 4 else None)

    def scale(self, word: str) -> Meaning | None:
        """Return what a word right behind digits says: a scale rather than anything else."""
        meaning = self.meaning(word)
        return meaning if meaning and meaning.kind in ("scale", "plural") else self.letters.get(word) or meaning


def number_before(text: str, end: int, floor: int, told: NumberWords) -> Number | None:
    """Return the number that ends where the text before `end` does, reading back no further than `floor`."""
    tokens = _own_words(text, _tokens_before(text, end, max(floor, end - REACH), told))
    for first in range(len(tokens)):
        if (number := evaluate(tokens[first:])) is not None:
            return None if text[number.start : number.end] in told.barred else number
    return None


def number_after(text: str, start: int, told: NumberWords) -> Number | None:
    """Return the number that begins at `start`, spaces aside."""
    tokens = _tokens_after(text, start, told)
    for end in range(len(tokens), 0, -1):
        if tokens[end - 1].kind != "of" and (number := evaluate(tokens[:end])) is not None:
            return number
    return None


def _tokens_before(text: str, end: int, floor: int, told: NumberWords) -> list[Token]:
    """Return the tokens of figures that end at `end`, in reading order."""
    window = text[floor:end][::-1]
    match = LAST[told.space_groups].match
    tokens: list[Token] = []
    at = 0
    while len(tokens) < MOST_TOKENS and (found := match(window, at)):
        gap, figure, word, other = found.groups()
        start = end - found.end()
        before = text[start - 1] if start else " "
        if figure:
            meaning = None if is_cut(text, start) or (not at and "\n" in gap) else digits(figure[::-1], told.decimal)
        elif word:
            word = word[::-1].rstrip(".")
            glued = before.isdigit() or (not at and before == " " and text[start - 2 : start - 1].isdigit())
            meaning = told.scale(word) if glued else told.meaning(word)
        else:
            meaning = told.words.get(other)
        if meaning is None or (gap in ("'", "’") and meaning.kind != "of"):
            break
        tokens.append(Token(meaning.kind, meaning.value, start, end - found.end(1)))
        at = found.end()
    tokens.reverse()
    return tokens


def _tokens_after(text: str, start: int, told: NumberWords) -> list[Token]:
    """Return the tokens of figures that begin at `start`; none where a figure is part of a name (5G)."""
    match = NEXT[told.space_groups].match
    tokens: list[Token] = []
    at = start
    while len(tokens) < MOST_TOKENS and at - start < REACH and (found := match(text, at)):
        gap, figure, word, other = found.groups()
        glued = not gap and bool(tokens) and tokens[-1].kind == "digits"
        if figure:
            meaning = digits(figure, told.decimal)
        elif word:
            meaning = told.scale(word) if glued else told.meaning(word)
            if glued and (meaning is None or meaning.kind not in ("multiplier", "scale", "plural")):
                return []
        else:
            meaning = told.words.get(other)
        if meaning is None or gap in ("'", "’") or (tokens and tokens[-1].kind == "join" and figure):
            break
        tokens.append(Token(meaning.kind, meaning.value, found.end(1), found.end()))
        at = found.end()
    return tokens


def is_cut(text: str, start: int) -> bool:
    """Return whether the digits at `start` are the end of something longer: A5, 3/4, 8,000 digits in a row."""
    before = text[start - 1] if start else " "
    if before in "/.,:" or before.isdigit():
        return before.isdigit() or (start > 1 and text[start - 2].isdigit())
    return is_letter(before)


def _own_words(text: str, tokens: list[Token]) -> list[Token]:
    """Return the tokens without the first ones that are only the end of a Korean word: 제조 5억."""
    for index, token in enumerate(tokens):
        if not (is_hangul(text[token.start]) and token.start and is_hangul(text[token.start - 1])):
            return tokens[index:]
    return []


@lru_cache(maxsize=4096)
def digits(figure: str, decimal: str) -> Meaning | None:
    """Return what digits with separators tell, or None where they are no figure: 1.2.3, a date, a run too long."""
    if "/" in figure:
        part = Decimal(figure[0]) / Decimal(figure[2]) if figure[2] in "2458" else ONE
        return Meaning("part", part) if part < 1 else None
    value = read_digits(figure, decimal)
    return None if value is None else Meaning("digits", value)


def read_digits(figure: str, decimal: str) -> Decimal | None:
    """Return the value of digits; `decimal` decides only where 1,234 could be either."""
    figure = figure.translate(HAN_DIGITS).replace(" ", "").replace("’", "'")
    if len(figure) > MOST_DIGITS or (figure.startswith("00") and figure.strip("0")) or figure == "000":
        return None
    marks = sorted({mark for mark in figure if mark in ".,'"}, key=figure.index)
    if not marks:
        return Decimal(figure)
    last = marks[-1]
    whole, _, rest = figure.rpartition(last)
    if len(marks) == 1 and (figure.count(last) > 1 or last == "'" or _is_group(whole, rest, last, decimal)):
        return Decimal(figure.replace(last, "")) if is_grouped(figure, last) else None
    if len(marks) > 2 or last == "'" or last in whole:
        return None
    return Decimal(f"{whole.replace(marks[0], '')}.{rest}") if len(marks) == 1 or is_grouped(whole, marks[0]) else None


def _is_group(whole: str, rest: str, mark: str, decimal: str) -> bool:
    """Return whether one mark alone parts thousands: 1,234 in English, 1.234 in German, never 0,123."""
    return mark != decimal and len(rest) == 3 and len(whole) <= 3 and not whole.startswith("0")


def is_grouped(figure: str, mark: str) -> bool:
    """Return whether the marks part the digits by threes, or as in India: 12,34,567."""
    first, *middle, last = figure.split(mark)
    size = len(middle[0]) if middle else 3
    return len(last) == 3 and 1 <= len(first) <= size and size in (2, 3) and all(len(part) == size for part in middle)
