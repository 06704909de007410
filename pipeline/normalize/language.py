"""Tells the language of a text and of each of its blocks: by its script first, Latin ones by their words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from functools import cache
from typing import NamedTuple

from pipeline.models import Document
from pipeline.normalize.latin import UNKNOWN, WORD, evidence, latin_language
from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.rules.languages import Script, code_of, languages, script_of, told_by
from pipeline.text.conversion import japanese, not_japanese, simplified, traditional
from pipeline.text.scripts import HALF_KANA, HAN, HANGUL, JAMO, KANA, is_han

SAMPLE = 10_000  # characters that decide; a document seldom changes its language after that
BLOCK_SAMPLE = 300
ASIAN = re.compile(f"[{KANA}{HAN}{HANGUL}]")
KANA_CHARACTER = re.compile(f"[{KANA}{HALF_KANA}]")
HANGUL_CHARACTER = re.compile(f"[{HANGUL}{JAMO}]")
NOT_HAN = re.compile(f"[{KANA}{HANGUL}]")
KANA_SHARE = {"headline": 0.05, "text": 0.2}  # of kana and Han: Japanese text reaches half, Chinese citing some 0.1
HEADLINE = 50  # kana and Han, up to which a text may have few kana
HANGUL_SHARE = 0.2
WORDS_TO_A_SIGN = 2  # Latin words that a Han character outweighs: `OpenAI、Oracle 的交易` is Chinese
REGION_WORDS = 2
FEW = 4  # words in Latin letters, below which a Chinese sentence only names something
LEAST = 0.5  # small words of its own language that a piece may always have had
CLEARLY = 3.0  # times as much evidence as for the declared language, before the declaration is held to be wrong


class Letters(NamedTuple):
    """How many characters of each kind a text has, and how many words in Latin letters."""

    han: int
    traditional: int
    simplified: int
    not_japanese: int
    kana: int
    hangul: int
    other: int
    words: int


def detect(text: str, knowledge: Knowledge | None = None) -> str:
    """Return the language of a text as a BCP 47 tag, `und` where nothing tells; of ours where none are given."""
    knowledge = knowledge or shipped()
    sample = text[:SAMPLE]
    letters = _letters(sample)
    asian = _asian(letters)
    if asian == "Han":
        return _chinese(sample, letters, knowledge)
    if asian:
        return told_by(asian, knowledge) or UNKNOWN
    return UNKNOWN if letters.other > letters.words else latin_language(sample, knowledge)


def _letters(text: str) -> Letters:
    """Return the letters of a text, counted by kind."""
    count = {"han": 0, "traditional": 0, "simplified": 0, "not_japanese": 0, "kana": 0, "hangul": 0, "other": 0}
    if not text.isascii():
        for character, times in Counter(text).items():
            for kind in _kinds(character):
                count[kind] += times
    return Letters(**count, words=len(WORD.findall(text)))


@cache
def _kinds(character: str) -> tuple[str, ...]:
    if is_han(character):
        sets = (
            ("traditional", traditional()),
            ("simplified", simplified()),
            ("not_japanese", not_japanese()),
            ("kana", japanese()),
        )
        return ("han", *(kind for kind, members in sets if character in members))
    if KANA_CHARACTER.match(character):
        return ("kana",)
    if HANGUL_CHARACTER.match(character):
        return ("hangul",)
    return ("other",) if character > "\u024f" and character.isalpha() else ()


def _asian(letters: Letters) -> Script | None:
    """Return the script of a text that is Chinese, Japanese or Korean, else None."""
    signs = letters.han + letters.kana + letters.hangul
    if not signs or signs * WORDS_TO_A_SIGN < letters.words or signs < letters.other:
        return None
    if letters.hangul > HANGUL_SHARE * signs:
        return "Hangul"
    share = KANA_SHARE["headline" if signs <= HEADLINE else "text"]
    return "Kana" if letters.kana > max(letters.not_japanese, share * (letters.kana + letters.han)) else "Han"


def _chinese(text: str, letters: Letters, knowledge: Knowledge) -> str:
    """Return Chinese with its script, and with its region where the wording tells it."""
    code = told_by("Han", knowledge)
    if code is None:
        return UNKNOWN
    if letters.traditional <= letters.simplified:
        return f"{code}-Hans"
    regions = languages(knowledge)[code].regions
    found = {region: sum(word in text for word in words) for region, words in regions.items()}
    region, most = max(found.items(), key=lambda item: item[1], default=("", 0))
    alone = most >= REGION_WORDS and list(found.values()).count(most) == 1
    return f"{code}-{region}" if alone else f"{code}-Hant"


def language_of(document: Document, knowledge: Knowledge) -> str:
    """Return the document's language: the declared one, unless the text plainly is in another."""
    declared, detected = document.language, detect(document.text, knowledge)
    if declared is None or detected == UNKNOWN:
        return declared or detected
    if code_of(declared) == code_of(detected):
        return declared if declared.startswith(detected) else detected
    scripts = script_of(declared, knowledge), script_of(detected, knowledge)
    if None in scripts:
        return declared
    clear = scripts[0] != scripts[1] or _is_clear(document.text[:SAMPLE], detected, declared, knowledge)
    return detected if clear else declared


def _is_clear(text: str, found: str, expected: str, knowledge: Knowledge) -> bool:
    """Return whether the words of a text speak for one Latin language much more than for another."""
    told = evidence(text, knowledge)
    return told.get(found, 0.0) > CLEARLY * max(1.0, told.get(code_of(expected), 0.0))


def languages_of(document: Document, language: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the language of each block: the document's own where the block does not plainly say otherwise."""
    return tuple(
        language_in(document.text, block.start, min(block.end, block.start + BLOCK_SAMPLE), language, knowledge)
        for block in document.blocks
    )


def language_in(
    text: str, start: int, end: int, at_home: str, knowledge: Knowledge, hints: Collection[str] = ()
) -> str:
    """Return the language of a piece of a text: that of what it stands in, where it does not plainly say otherwise.

    `hints` are languages for which something else speaks, each as much as one small word does.
    """
    if ASIAN.search(text, start, end) is None:
        return _latin_in(text[start:end], at_home, hints, knowledge)
    home = script_of(at_home, knowledge)
    if home == "Han" and NOT_HAN.search(text, start, end) is None and len(WORD.findall(text, start, end)) < FEW:
        return at_home
    letters = _letters(text[start:end])
    asian = _asian(letters)
    if asian == home or (home == "Kana" and asian == "Han" and not letters.not_japanese):
        return at_home
    if asian is None:
        return _latin_in(text[start:end], at_home, hints, knowledge)
    return _chinese(text[start:end], letters, knowledge) if asian == "Han" else told_by(asian, knowledge) or UNKNOWN


def _latin_in(piece: str, at_home: str, hints: Collection[str], knowledge: Knowledge) -> str:
    """Return the language of a piece that is mostly in Latin letters."""
    told = evidence(piece, knowledge)
    for code in hints:
        if script_of(code, knowledge) == "Latin":
            told[code] = told.get(code, 0.0) + 1
    if not told:
        return at_home
    best, most = max(told.items(), key=lambda item: item[1])
    if script_of(at_home, knowledge) in ("Latin", None):
        return best if most > CLEARLY * max(LEAST, told.get(code_of(at_home), 0.0)) else at_home
    return best if list(told.values()).count(most) == 1 else at_home


def cites_chinese(text: str, language: str, knowledge: Knowledge) -> bool:
    """Return whether a text in Latin letters can hold Chinese: Han characters, and no kana or Hangul among them."""
    if text.isascii() or script_of(language, knowledge) not in ("Latin", None):
        return False
    return ASIAN.search(text) is not None and NOT_HAN.search(text) is None
