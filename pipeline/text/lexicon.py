"""Words and what they mean: one object finds them in a text and says their meaning, so that both fold the same way.

Python's IGNORECASE takes ı, İ and ſ for letters that `lower` and `casefold` do not lead them to: a pattern that matches
so and a dictionary that is asked next disagree. Here the text is folded, the words are, and the pattern knows no case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from pipeline.text.alternation import alternation
from pipeline.text.letters import fold_letters

M = TypeVar("M")


class Found(NamedTuple, Generic[M]):
    """A word of a lexicon in a text: `text[start:end]`, and what it means."""

    start: int
    end: int
    meaning: M


class Lexicon(Generic[M]):
    """Words with their meanings; the longest of them counts at a place, in any case."""

    def __init__(self, meanings: Mapping[str, M], *, bounded: bool = True) -> None:
        self.meanings: dict[str, M] = {}
        for word, meaning in meanings.items():
            self.meanings.setdefault(fold_letters(word), meaning)
        self._bounded = bounded

    def __bool__(self) -> bool:
        return bool(self.meanings)

    def __contains__(self, word: str) -> bool:
        return fold_letters(word) in self.meanings

    def meaning(self, word: str) -> M:
        """Return what a word means; KeyError for one that is not of the lexicon."""
        return self.meanings[fold_letters(word)]

    def find(self, text: str, start: int = 0, end: int | None = None) -> Iterator[Found[M]]:
        """Yield the words in `text[start:end]` in reading order, none within another."""
        for match in self._pattern.finditer(fold_letters(text), start, len(text) if end is None else end):
            yield self._found(match)

    def first(self, text: str, start: int = 0, end: int | None = None) -> Found[M] | None:
        """Return the first word in `text[start:end]`, None where there is none."""
        return next(self.find(text, start, end), None)

    def at(self, text: str, start: int, end: int | None = None) -> Found[M] | None:
        """Return the word that begins at a place, None where none does."""
        match = self._pattern.match(fold_letters(text), start, len(text) if end is None else end)
        return self._found(match) if match else None

    def _found(self, match: re.Match[str]) -> Found[M]:
        return Found(match.start(), match.end(), self.meanings[match.group()])

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self.source)

    @cached_property
    def source(self) -> str:
        """Return the source of the pattern, as a group without a name, for larger ones over folded text."""
        return alternation(self.meanings, "a-z0-9" if self._bounded else "")


def words_of(words: Iterable[str], *, bounded: bool = True) -> Lexicon[str]:
    """Return the lexicon of bare words, each of which means itself."""
    return Lexicon({word: word for word in words}, bounded=bounded)
