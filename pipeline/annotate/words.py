"""Words of a sentence with their part of speech: Han by a segmenter, Latin and digits by shape."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9'’&.+/-]*[A-Za-zÀ-ɏ0-9+]|[A-Za-zÀ-ɏ]")
SPACE_BETWEEN_LATIN = re.compile(r"(?<=[A-Za-zÀ-ɏ.,&]) (?=[A-Za-zÀ-ɏ&])")


class Word(NamedTuple):
    """A word, its place in the whole text, and the segmenter's tag (`eng` for Latin, `x` for marks)."""

    start: int
    end: int
    text: str
    tag: str


@lru_cache(maxsize=1)
def _segmenter():  # type: ignore[no-untyped-def]  # rjieba ships no types
    import rjieba

    return rjieba


def is_known(word: str) -> bool:
    """Return whether the segmenter's dictionary holds the word."""
    return bool(_segmenter().has_word(word))


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
    for text, tag in _segmenter().tag(piece):
        found.append(Word(start, start + len(text), text, tag))
        start += len(text)
