"""Words of a sentence with their part of speech: Han by a segmenter, Latin and digits by shape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from pipeline.text import scripts

RULE_WORD = 5000  # frequency of our rules' own words, high enough that the segmenter does not cut them
HAN = re.compile(f"[{scripts.HAN}]")
VALUE_MARKS = "%‰"
NUMBER = r"\d[\d,.]{0,30}"
PLACE = "ns"  # the segmenter's tag of a place


class Word(NamedTuple):
    """A word, its place in the whole text, and the segmenter's tag (`eng` for Latin, `x` for marks)."""

    start: int
    end: int
    text: str
    tag: str


class Cuts:
    """Where words end beside what the segmenter knows, by what one language says of figures and function words."""

    def __init__(
        self,
        *,
        marks: str = "",
        scales: str = "",
        units: Iterable[str] = (),
        firsts: Mapping[str, str] | None = None,
        lasts: Mapping[str, tuple[str, ...]] | None = None,
        places: Iterable[str] = (),
    ) -> None:
        either = "|".join(map(re.escape, units))
        single = "".join(unit for unit in units if len(unit) == 1)
        behind = f"[{VALUE_MARKS}{marks}]"
        self.number = re.compile(f"{NUMBER}(?:{behind}" + (f"|[{scales}]{{0,3}}(?:{either})?)" if scales else ")?"))
        """Numbers with their units: the segmenter glues them to what follows."""
        self.latin = re.compile(
            rf"[A-Za-zÀ-ɏ](?:[A-Za-zÀ-ɏ'’&+/-]|\.(?=[A-Za-z])|\d{{1,6}}(?![\d,.]{{0,12}}[{VALUE_MARKS}{scales}{single}]))*"
            r"(?:(?<=[Cc]o|td|nc|rp)\.)?"
        )
        """Digits belong to a name (H200, C3.ai) unless a value begins with them (SAS 60%)."""
        self.firsts = firsts or {}
        """Function words that the segmenter glues to the one character behind them, each with its own tag."""
        self.lasts = lasts or {}
        """Function words at the end of a word, each with what must follow."""
        self.places = frozenset(places)
        """Names of places that the segmenter does not know, or thinks persons or plain words."""


class Segmenter:
    """Cuts Han text into words; what it was taught holds for itself alone.

    Its dictionary is read when there is Han text to cut, and it learns then what it was taught before.
    """

    def __init__(self) -> None:
        self.cuts = Cuts()
        self._taught: list[tuple[str, str]] = []

    @cached_property
    def words(self) -> Any:
        """Return the dictionary, which ships no types, with all that was taught."""
        import rjieba

        words = rjieba.Jieba()
        for word, tag in self._taught:
            _learn(words, word, tag)
        return words

    def teach(self, word: str, tag: str) -> None:
        """Keep a word whole from now on; one that is known keeps its own tag."""
        if "words" in vars(self):
            _learn(self.words, word, tag)
        else:
            self._taught.append((word, tag))


def _learn(words: Any, word: str, tag: str) -> None:
    if not words.has_word(word):
        words.add_word(word, RULE_WORD, tag)


IN_USE: ContextVar[Segmenter] = ContextVar("segmenter")


@contextmanager
def cutting_with(segmenter: Segmenter) -> Iterator[None]:
    """Cut and teach with a segmenter of one's own: what the rules of one knowledge teach, no other hears."""
    before = IN_USE.set(segmenter)
    try:
        yield
    finally:
        IN_USE.reset(before)


def _segmenter() -> Segmenter:
    return IN_USE.get(None) or _shared()


@lru_cache(maxsize=1)
def _shared() -> Segmenter:
    """Return the segmenter of those that have none of their own."""
    return Segmenter()


def teach(taught: Iterable[str], tag: str) -> None:
    """Make the segmenter keep these words whole; those it knows keep their own tag."""
    segmenter = _segmenter()
    for word in taught:
        if len(word) > 1 and HAN.match(word):
            segmenter.teach(word, tag)


def words(text: str, start: int, end: int) -> list[Word]:
    """Return the words of `text[start:end]` in order, covering it without gaps."""
    piece = text[start:end]
    segmenter = _segmenter()
    found: list[Word] = []
    at = 0
    for latin in segmenter.cuts.latin.finditer(piece):
        _add_han(found, piece[at : latin.start()], start + at, segmenter)
        found.append(Word(start + latin.start(), start + latin.end(), latin.group(), "eng"))
        at = latin.end()
    _add_han(found, piece[at:], start + at, segmenter)
    return found


def _add_han(found: list[Word], piece: str, start: int, segmenter: Segmenter) -> None:
    if not piece:
        return
    if not HAN.search(piece):
        found.append(Word(start, start + len(piece), piece, "m" if piece.strip().isdigit() else "x"))
        return
    at = 0
    for number in segmenter.cuts.number.finditer(piece):
        _add_tagged(found, piece[at : number.start()], start + at, segmenter)
        found.append(Word(start + number.start(), start + number.end(), number.group(), "m"))
        at = number.end()
    _add_tagged(found, piece[at:], start + at, segmenter)


def _add_tagged(found: list[Word], piece: str, first: int, segmenter: Segmenter) -> None:
    at = 0
    for text, tag in _cut(piece, segmenter):
        found.append(Word(first + at, first + at + len(text), text, tag))
        at += len(text)


def _cut(piece: str, segmenter: Segmenter) -> Iterator[tuple[str, str]]:
    """Yield the segmenter's words, but for those that hide a function word."""
    at = 0
    firsts, lasts, places = segmenter.cuts.firsts, segmenter.cuts.lasts, segmenter.cuts.places
    # without its guesses at unknown words, which glue names to the verbs beside them: an unknown name is a row of
    # single characters
    for text, tag in segmenter.words.tag(piece, False) if piece else ():
        at += len(text)
        if len(text) == 2 and text[0] in firsts:
            yield text[0], firsts[text[0]]
            yield text[1], "p"
        elif len(text) > 2 and text[-1] in lasts and piece.startswith(lasts[text[-1]], at):
            yield text[:-1], tag
            yield text[-1], "u"
        else:
            yield text, PLACE if text in places else tag
