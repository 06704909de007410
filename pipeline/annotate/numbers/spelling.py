"""Spells out the words of rule files: each choice of `(a|b|)`, and Latin letters without their accents as well."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

Words = tuple[str, ...]

ALTERNATIVES = re.compile(r"\(([^()]*)\)")
LATIN = re.compile(r"^[\x00-\u024f’]+$")


def spell_all(words: Iterable[str]) -> Iterator[str]:
    """Yield every spelling of these words."""
    for word in words:
        yield from spell(word)


def spell(word: str) -> Iterator[str]:
    """Yield a word's spellings: each `(a|b|)` filled in, and Latin letters without their accents as well."""
    group = ALTERNATIVES.search(word)
    if group:
        for choice in group.group(1).split("|"):
            yield from spell(word[: group.start()] + choice + word[group.end() :])
        return
    word = " ".join(word.lower().split())
    yield word
    if not word.isascii() and LATIN.match(word):
        yield without_accents(word)
    elif " " in word and not LATIN.match(word):
        yield word.replace(" ", "")
        yield word.replace(" ", "・")


@cache
def without_accents(word: str) -> str:
    """Return the word in plain letters: dólar, dolar."""
    letters = unicodedata.normalize("NFD", word.replace("ß", "ss").replace("’", "'"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
