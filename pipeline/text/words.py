"""Words of a sentence with their part of speech: Han by a segmenter, Latin and digits by shape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, NamedTuple

from pipeline.text import scripts

RULE_WORD = 5000  # frequency of our rules' own words, high enough that the segmenter does not cut them
HAN = re.compile(f"[{scripts.HAN}]")
FIXED = re.compile(
    r"\d[\d,.]{0,30}(?:%|‰|[年月日号时点分秒]|[百千万亿]{0,3}(?:元|股|美元|港元|欧元|日元|英镑|澳元|加元|人民币|平方米|吨)?)"
)  # numbers with their units: the segmenter glues them to what follows
LATIN = re.compile(
    r"[A-Za-zÀ-ɏ](?:[A-Za-zÀ-ɏ'’&+/-]|\.(?=[A-Za-z])|\d{1,6}(?![\d,.]{0,12}[%‰万亿元股]))*(?:(?<=[Cc]o|td|nc|rp)\.)?"
)  # digits belong to a name (H200, C3.ai) unless a value begins with them (SAS 60%)


class Word(NamedTuple):
    """A word, its place in the whole text, and the segmenter's tag (`eng` for Latin, `x` for marks)."""

    start: int
    end: int
    text: str
    tag: str


IN_USE: ContextVar[Any] = ContextVar("segmenter")


def new_segmenter() -> Any:
    """Return a segmenter that was taught nothing; rjieba ships no types."""
    import rjieba

    return rjieba.Jieba()


@contextmanager
def cutting_with(segmenter: Any) -> Iterator[None]:
    """Cut and teach with a segmenter of one's own: what the rules of one knowledge teach, no other hears."""
    before = IN_USE.set(segmenter)
    try:
        yield
    finally:
        IN_USE.reset(before)


def _segmenter() -> Any:
    return IN_USE.get(None) or _shared()


@lru_cache(maxsize=1)
def _shared() -> Any:
    """Return the segmenter of those that have none of their own."""
    return new_segmenter()


def teach(taught: Iterable[str], tag: str) -> None:
    """Make the segmenter keep these words whole; those it knows keep their own tag."""
    segmenter = _segmenter()
    for word in taught:
        if len(word) > 1 and HAN.match(word) and not segmenter.has_word(word):
            segmenter.add_word(word, RULE_WORD, tag)


def words(text: str, start: int, end: int) -> list[Word]:
    """Return the words of `text[start:end]` in order, covering it without gaps."""
    piece = text[start:end]
    found: list[Word] = []
    at = 0
    for latin in LATIN.finditer(piece):
        _add_han(found, piece[at : latin.start()], start + at)
        found.append(Word(start + latin.start(), start + latin.end(), latin.group(), "eng"))
        at = latin.end()
    _add_han(found, piece[at:], start + at)
    return found


def _add_han(found: list[Word], piece: str, start: int) -> None:
    if not piece:
        return
    if not HAN.search(piece):
        found.append(Word(start, start + len(piece), piece, "m" if piece.strip().isdigit() else "x"))
        return
    at = 0
    for number in FIXED.finditer(piece):
        _add_tagged(found, piece[at : number.start()], start + at)
        found.append(Word(start + number.start(), start + number.end(), number.group(), "m"))
        at = number.end()
    _add_tagged(found, piece[at:], start + at)


def _add_tagged(found: list[Word], piece: str, first: int) -> None:
    at = 0
    for text, tag in _cut(piece):
        found.append(Word(first + at, first + at + len(text), text, tag))
        at += len(text)


def _cut(piece: str) -> Iterator[tuple[str, str]]:
    """Yield the segmenter's words, but for those that hide a function word."""
    at = 0
    # without its guesses at unknown words, which glue names to the verbs beside them: an unknown name is a row of
    # single characters
    for text, tag in _segmenter().tag(piece, False) if piece else ():
        at += len(text)
        if len(text) == 2 and text[0] == "拟":  # 拟向, 拟将
            yield "拟", "d"
            yield text[1], "p"
        elif len(text) > 2 and text[-1] == "所" and piece.startswith("持", at):  # 甲生物所持
            yield text[:-1], tag
            yield "所", "u"
        else:
            yield text, tag
