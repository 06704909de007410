"""Which characters belong to a script: said once here, as ranges to stand between the brackets of a pattern."""

from __future__ import annotations

import re

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
HIRAGANA = "\u3041-\u3093"
KANA = "\u3041-\u30fa"
HALF_KANA = "\uff66-\uff9d"
HANGUL = "\uac00-\ud7a3"
JAMO = "\u1100-\u11ff"
"""The parts of Korean syllables, each a character of its own."""
UNSPACED = "\u3000-\u9fff\uff00-\U0010ffff"
"""Scripts that part no words by spaces, with their marks."""

FIRST_SYLLABLE = 0xAC00
ENDS = 28

RANGE = re.compile(r"(.)-(.)")


def characters(ranges: str) -> str:
    """Return every character of the ranges, in order."""
    return "".join(chr(code) for first, last in RANGE.findall(ranges) for code in range(ord(first), ord(last) + 1))


HAN_CHARACTERS = frozenset(characters(HAN))
HANGUL_CHARACTERS = frozenset(characters(HANGUL))


def is_han(char: str) -> bool:
    """Return whether a character is Chinese; Japanese and Korean texts may hold it too."""
    return char in HAN_CHARACTERS


def is_closed(syllable: str) -> bool:
    """Return whether a consonant closes a Hangul syllable: 28 ends follow each beginning, the open one first."""
    return (ord(syllable) - FIRST_SYLLABLE) % ENDS != 0


def is_hangul(char: str) -> bool:
    """Return whether a character is a Korean syllable."""
    return char in HANGUL_CHARACTERS
