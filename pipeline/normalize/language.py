"""Tells the language of a text: by its script first, Latin ones by their small words; the words are data."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from pipeline.models import Document
from pipeline.rules import Rules, folders, load

SAMPLE = 20_000  # characters that decide; a document does not change its language after that
UNKNOWN = "und"
WORD = re.compile(r"[^\W\d_]+")


class Language(Rules, frozen=True, kw_only=True):
    """A language's `language.toml`: how to know it, and how its text is normalized."""

    script: str
    simplify: bool = False
    words: tuple[str, ...] = ()
    letters: str = ""
    regions: dict[str, tuple[str, ...]] = {}


def detect(text: str) -> str:
    """Return the language of a text as a BCP 47 tag, `und` where nothing tells."""
    sample = text[:SAMPLE]
    return UNKNOWN if not sample else _by_script(sample) or UNKNOWN


def _by_script(text: str) -> str | None:
    from pipeline.normalize.script import traditional

    kana = sum("\u3041" <= c <= "\u30ff" for c in text)
    hangul = sum("\uac00" <= c <= "\ud7a3" for c in text)
    han = sum("\u3400" <= c <= "\u9fff" for c in text)
    latin = len(WORD.findall(text)) if text.isascii() else len(re.findall(r"[A-Za-zÀ-ɏ]+", text))
    if hangul > han and hangul > latin:
        return "ko"
    if kana * 20 > kana + han and kana > latin / 2:
        return "ja"
    if han * 2 >= latin and han:
        return "zh-Hant" if sum(c in traditional() for c in text) * 10 > han else "zh-Hans"
    words = Counter(WORD.findall(text.lower()))
    scores = {code: sum(words[w] for w in known) for code, known in _words().items()}
    best = max(scores, key=lambda code: scores[code], default=None)
    return best if best and scores[best] else ("en" if latin > 3 else None)


@cache
def _words() -> dict[str, frozenset[str]]:
    found = {}
    for folder in folders():
        path = folder / "language.toml"
        if path.is_file():
            found[folder.name] = frozenset(load(path, Language).words)
    return found


def language_of(document: Document) -> str:
    """Return the document's language: declared, else detected."""
    return document.language or detect(document.text)


def languages_of(document: Document, language: str) -> tuple[str, ...]:
    """Return the language of each block."""
    return tuple(language for _ in document.blocks)


def converts(language: str) -> bool:
    """Return whether text of this language is simplified."""
    return language.startswith("zh")
