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

from pipeline.annotate.numbers.evaluation import evaluate
from pipeline.annotate.numbers.folding import is_letter
from pipeline.annotate.numbers.tally import ONE, SCALES, FigureToken, Kind, Number
from pipeline.text.compiled import compiled
from pipeline.text.scripts import is_han, is_hangul

REACH = 90  # characters: the longest figures in words that the examples hold, with some to spare
MOST_TOKENS = 16
MOST_DIGITS = 16  # of one figure; longer runs of digits are no sums

GAP = r"( ?- ?|['’]|[ \t]{0,3}|[ \t]?\n[ \t]?)"
WORD = r"[a-zß-ɏ]+"
DIGITS = r"\d+(?:[.,'’]\d+)*"
# Wire services set every mark apart: 1 . 6 billion, 80 , 000
WIRE_AFTER = r"\d{1,3} \. (?:\d\d?|\d{4})(?!\d)|\d{1,3}(?: , \d{3})+(?!\d)"
WIRE_BEFORE = r"(?:\d{4}|\d\d?) \. \d{1,3}(?!\d)|(?:\d{3} , )+\d{1,3}(?!\d)"
AFTER = rf"\d/\d(?![\d/])|\.\d{{1,4}}(?!\d)|{WIRE_AFTER}|{DIGITS}"
BEFORE = rf"\d/\d(?![\d/])|{WIRE_BEFORE}|{DIGITS}"
# Spaces part thousands where the language writes so; elsewhere only where nothing else can be meant: 20 000
GROUPS_AFTER = {True: r"\d{1,3}(?: \d{3})+(?!\d)(?:[.,]\d+)?", False: r"\d{1,3}(?: \d{3})* 0\d\d(?!\d)"}
GROUPS_BEFORE = {True: r"(?:\d+[.,])?(?:\d{3} )+\d{1,3}(?!\d)", False: r"\d\d0 (?:\d{3} )*\d{1,3}(?!\d)"}
MOST_OWN = 20  # digits of a script of its own on either side of a zero


CUT_AFTER = re.compile(rf"-[ \t]?\n[ \t]*({WORD})")
CUT_BEFORE = re.compile(rf"({WORD})-[ \t]?\n[ \t]*$")
LONGEST_CUT = 24  # characters on the other side of a line's end that can belong to a scale
FURNITURE = 240  # characters of headers and page numbers between a figure and the scale it was parted from
LINE_END = re.compile(r"[ \t]{0,8}\n")
MOST_LINES = 8
GOES_ON = re.compile(r"[\w&'’/-]")  # behind a letter that is then no scale: $5 M&A, $5 T-shirts
FIRST_WORD = re.compile(rf"[ \t]*({WORD}|\S)")


class Meaning(NamedTuple):
    """What a word says in a figure."""

    kind: Kind
    value: Decimal = ONE
    otherwise: Decimal | None = None
    """Its value in another language: see `FigureToken`."""
    below: Decimal | None = None
    foreign: bool = False

    def token(self, start: int, end: int) -> FigureToken:
        """Return the piece of a figure that the word is at a place."""
        return FigureToken(self.kind, self.value, start, end, self.otherwise, self.below, self.foreign)


class Figures(NamedTuple):
    """How figures stand in a text: what comes next, what came last (in a reversed text), and digits as 0 to 9."""

    next: re.Pattern[str]
    last: re.Pattern[str]
    values: Mapping[int, str]

    def plain(self, figure: str) -> str:
        """Return a figure with digits of another script as 0 to 9: 二〇二五."""
        return figure if figure.isascii() else figure.translate(self.values)


@lru_cache(maxsize=64)
def figures(zeros: str, ones: str, *, spaced: bool) -> Figures:
    """Return how figures stand where a language writes these digits too, each of which stands in its place.

    A row of them is a figure only with a zero in it: any other is a number in words. `spaced`: spaces part thousands.
    """
    own = f"[{zeros}{ones}]{{0,{MOST_OWN}}}"
    rows = f"|{own}[{zeros}]{own}" if zeros else ""
    after = compiled(f"{GAP}(?:({GROUPS_AFTER[spaced]}|{AFTER}{rows})|({WORD})|(\\S))")
    before = compiled(f"{GAP}(?:({GROUPS_BEFORE[spaced]}|{BEFORE}{rows})|(\\.?{WORD})|(\\S))")
    values = dict.fromkeys(zeros, "0") | {digit: str(value) for value, digit in enumerate(ones, 1)}
    return Figures(after, before, str.maketrans(values))


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
    unknown: re.Pattern[str] = compiled(r"(?!)")
    """What looks like a scale, of no language that is known: triliun."""
    zeros: str = ""
    ones: str = ""
    """The digits of its own, from one to nine: 一二三四五六七八九."""

    def figures(self, *, spaced: bool) -> Figures:
        """Return how figures stand in the language; `spaced` parts thousands by spaces."""
        return figures(self.zeros, self.ones, spaced=spaced)

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


def number_after(
    text: str, start: int, told: NumberWords, *, led: bool = False, foreign: bool = False
) -> Number | None:
    """Return the number that begins where the text after `start` does.

    `led` says that a sign or code of money leads it, so that spaces part thousands and a scale may be one letter;
    `foreign` that the words around are English whatever the text's language. The number is unsure where its scale is.
    """
    tokens = _tokens_after(text, start, told, led=led)
    if len(tokens) > 1 and _is_other_half(text, tokens):
        tokens.pop()
    number = _longest(tokens, foreign=foreign)
    if number is None or number.scale or not number.digits:
        return number
    unknown = told.unknown.match(text, number.end)
    if unknown or (led and _is_parted(text, number.end, told)):
        return number._replace(
            value=None, low=None, high=None, unsure=True, end=unknown.end() if unknown else number.end
        )
    return number


def _longest(tokens: list[FigureToken], *, foreign: bool) -> Number | None:
    for end in range(len(tokens), 0, -1):
        if tokens[end - 1].kind != "of" and (number := evaluate(tokens[:end], foreign=foreign)) is not None:
            return number
    return None


def _is_other_half(text: str, tokens: list[FigureToken]) -> bool:
    """Return whether the half behind a scale begins another word: 3亿半导体."""
    half = tokens[-1]
    behind = half.kind == "number" and half.value < 1 and half.start == tokens[-2].end
    return behind and is_han(text[half.start]) and is_han(text[half.end : half.end + 1])


def _is_parted(text: str, end: int, told: NumberWords) -> bool:
    """Return whether a figure ends its line and a line soon after begins with a scale: a page's end between them."""
    if not LINE_END.match(text, end):
        return False
    _, _, *lines = [*text[end : end + FURNITURE].split("\n", MOST_LINES), ""]
    words = (FIRST_WORD.match(line) for line in lines[: MOST_LINES - 2])
    return any((meaning := told.words.get(word[1])) and meaning.kind in SCALES for word in words if word)


def _joined_after(text: str, word: str, end: int, told: NumberWords) -> tuple[Meaning, int] | None:
    """Return the scale that a word cut at its line's end is, and where it ends: bil-⏎lion."""
    rest = CUT_AFTER.match(text, end, end + LONGEST_CUT) if text.startswith("-", end) else None
    meaning = told.words.get(word + rest[1]) if rest else None
    return (meaning, rest.end()) if rest and meaning and meaning.kind in SCALES else None


def _joined_before(text: str, word: str, start: int, told: NumberWords) -> tuple[Meaning, int] | None:
    """Return the scale whose end a word at a line's start is, and where it begins."""
    head = (
        CUT_BEFORE.search(text, max(0, start - LONGEST_CUT), start) if "\n" in text[max(0, start - 4) : start] else None
    )
    meaning = told.words.get(head[1] + word) if head else None
    return (meaning, head.start()) if head and meaning and meaning.kind in SCALES else None


def _tokens_before(text: str, end: int, floor: int, told: NumberWords) -> list[FigureToken]:
    """Return the tokens of figures that end at `end`, in reading order."""
    window = text[floor:end][::-1]
    shapes = told.figures(spaced=told.space_groups)
    match = shapes.last.match
    tokens: list[FigureToken] = []
    at = 0
    while len(tokens) < MOST_TOKENS and (found := match(window, at)):
        gap, figure, word, other = found.groups()
        start = end - found.end()
        before = text[start - 1] if start else " "
        if figure:
            meaning = (
                None
                if is_cut(text, start) or (not at and "\n" in gap)
                else digits(shapes.plain(figure[::-1]), told.decimal)
            )
        elif word:
            word = word[::-1].rstrip(".")
            glued = before.isdigit() or (not at and before == " " and text[start - 2 : start - 1].isdigit())
            meaning = told.scale(word) if glued else told.meaning(word)
            if meaning is None and (cut := _joined_before(text, word, start, told)):
                tokens.append(cut[0].token(cut[1], end - found.end(1)))
                at = end - cut[1]
                continue
        else:
            meaning = told.words.get(other)
        if meaning is None or (gap in ("'", "’") and meaning.kind != "of"):
            break
        if "\n" in gap and tokens and tokens[-1].kind == "digits":  # a figure that begins a line goes on no number
            break
        tokens.append(meaning.token(start, end - found.end(1)))
        at = found.end()
    tokens.reverse()
    return tokens


def _tokens_after(text: str, start: int, told: NumberWords, *, led: bool) -> list[FigureToken]:
    """Return the tokens of figures that begin at `start`; none where a figure is part of a name (5G)."""
    shapes = told.figures(spaced=told.space_groups or led)
    match = shapes.next.match
    tokens: list[FigureToken] = []
    at = start
    while len(tokens) < MOST_TOKENS and at - start < REACH and (found := match(text, at)):
        gap, figure, word, other = found.groups()
        counted = bool(tokens) and tokens[-1].kind == "digits"
        glued = not gap and counted
        if figure:
            meaning = digits(shapes.plain(figure), told.decimal)
        elif word:
            meaning = told.scale(word) if glued else told.meaning(word)
            if counted and (cut := _joined_after(text, word, found.end(), told)):
                tokens.append(cut[0].token(found.end(1), cut[1]))
                break
            if meaning is None and led and counted and gap == " " and not GOES_ON.match(text, found.end()):
                meaning = told.letters.get(word)
            if glued and (meaning is None or meaning.kind not in ("multiplier", "scale", "plural")):
                return []
        else:
            meaning = told.words.get(other)
        if meaning is None or gap in ("'", "’") or (tokens and tokens[-1].kind == "join" and figure):
            break
        if figure and tokens and "\n" in gap:  # a figure that begins a line goes on no number
            break
        tokens.append(meaning.token(found.end(1), found.end()))
        at = found.end()
    return tokens


def is_cut(text: str, start: int) -> bool:
    """Return whether the digits at `start` are the end of something longer: A5, 3/4, 8,000 digits in a row."""
    before = text[start - 1] if start else " "
    if before in "/.,:" or before.isdigit():
        return before.isdigit() or (start > 1 and text[start - 2].isdigit())
    return is_letter(before)


def _own_words(text: str, tokens: list[FigureToken]) -> list[FigureToken]:
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
    if value is None:
        return None
    other = read_digits(figure, ".") if decimal == "," else value
    foreign = decimal == "," and figure.count(".") == 1 and "," not in figure and value == other
    return Meaning("digits", value, other if other != value else None, foreign=foreign)


def read_digits(figure: str, decimal: str) -> Decimal | None:
    """Return the value of digits; `decimal` decides only where 1,234 could be either."""
    figure = figure.replace(" ", "").replace("’", "'")
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
