"""What pages and notes put between the characters: kinds of noise, each with what it becomes.

All of it changes the length of the text; what does not is in `forms`.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Set
from functools import cache
from typing import NamedTuple

from pipeline.normalize.usual_forms import in_usual_forms
from pipeline.text.scripts import HALF_KANA, HAN

INVISIBLE = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿăĕĭŏŭ\u0300\u0301\u0304\u030c"
MARKS = "\u0300-\u036f\u3099\u309a"
LIGATURES = "\ufb00-\ufb06\u3220-\u3243\u3371-\u33df"
SYLLABLE = re.compile(
    "(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?(?:a|o|e|ai|ei|ao|ou|an|en|ang|eng|ong|er|i|ia|ie|iao|iu|ian|in|iang|ing|iong"
    "|u|ua|uo|uai|ui|uan|un|uang|ue|ü|üe|v|ve|n|ng|m)"
)
PINYIN_LETTERS = str.maketrans({"ɡ": "g", "ɑ": "a"})
TARGET = r"(?:https?:|/|#|\./|\.\./|mailto:|data:)[^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,2000})?"
WRAPPED = [
    re.compile(rf"!?\[([^\[\]\n]{{0,300}})\]\((?:{TARGET})?\)"),
    re.compile(r"(?<!\*)\*\*(?=[^\s*])([^*\n]{1,300})(?<=[^\s*])\*\*(?!\*)"),
    re.compile(r"(?<!`)`(?=[^\s`])([^`\n]{1,100})(?<=[^\s`])`(?!`)"),
]
"""Links, pictures, bold print and code of notes: the group is what they say."""

WRAPPING = frozenset("*]`")


class Replacement(NamedTuple):
    """A range of the original and what stands there instead."""

    start: int
    end: int
    text: str


class Noise(NamedTuple):
    """A kind of noise: characters of which it needs one (ranges as `a-z`), its pattern, and what a match becomes."""

    signs: str
    pattern: str
    mend: Callable[[str], str]


def _dropped(said: str) -> str:
    return ""


def _compatible(said: str) -> str:
    return unicodedata.normalize("NFKC", said)


def _composed(said: str) -> str:
    return unicodedata.normalize("NFC", said)


def _without_reading(said: str) -> str:
    """Return nothing for a bracket that holds one syllable of pinyin, any other as it is."""
    bare = unicodedata.normalize("NFD", said[1:-1].strip().translate(PINYIN_LETTERS))
    plain = "".join(c for c in bare if c == "\u0308" or not unicodedata.combining(c))
    return "" if SYLLABLE.fullmatch(_composed(plain)) else said


NOISE: dict[str, Noise] = {
    "invisible": Noise(INVISIBLE, f"[{INVISIBLE}]+", _dropped),
    "pinyin": Noise(TONED, rf"(?<=[{HAN}])[(（] ?[a-züɡɑ]{{0,5}}[{TONED}][a-züɡɑ]{{0,4}} ?[)）]", _without_reading),
    "neutral": Noise(TONED, rf"(?<=[{HAN}])[(（][a-z]{{1,6}}[)）](?=[{HAN}])", _without_reading),
    "return": Noise("\r", r"\r(?=\n)", _dropped),
    "kana": Noise("ﾞﾟ", f"[{HALF_KANA}][ﾞﾟ]", _compatible),
    "accent": Noise(MARKS, f"[^{MARKS}][{MARKS}]{{1,8}}", _composed),
    "jamo": Noise("\u1100-\u1112", "[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?", _composed),
    "ligature": Noise(LIGATURES, f"[{LIGATURES}]", _compatible),
    "entity": Noise("&", r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#x[0-9a-fA-F]{2,5});", html.unescape),
    "tag": Noise("<", r"</?(?:b|i|em|strong|u|span|font|a|p|br|mark|small|div)(?:\s[^<>]{0,500})?/?>", _dropped),
    "escape": Noise("\\", r"\\(?=[$*_#~\[\]()<>`+-])", _dropped),
}


def edits(text: str, letters: Set[str]) -> Iterator[Replacement]:
    """Yield the repairs a text needs, in no order; `letters` is the set of its characters."""
    if not WRAPPING.isdisjoint(letters):
        for wrapped in (match for pattern in WRAPPED for match in pattern.finditer(text)):
            yield Replacement(wrapped.start(), wrapped.start(1), "")
            yield Replacement(wrapped.end(1), wrapped.end(), "")
    possible = tuple(name for name, signs in _signs().items() if not signs.isdisjoint(letters))
    if "neutral" in possible and _pattern(("pinyin",)).search(text) is None:  # 們(men) is a reading only among others
        possible = tuple(name for name in possible if name not in ("pinyin", "neutral"))
    if not possible:
        return
    for match in _pattern(possible).finditer(text):
        mended = NOISE[str(match.lastgroup)].mend(match[0])
        if mended != match[0]:
            yield Replacement(match.start(), match.end(), in_usual_forms(mended))


@cache
def signs() -> frozenset[str]:
    """Return the characters without which no text has any noise."""
    return WRAPPING.union(*_signs().values())


@cache
def _signs() -> dict[str, frozenset[str]]:
    """Return the characters of which each kind of noise needs one."""
    return {name: frozenset(_spelled_out(noise.signs)) for name, noise in NOISE.items()}


def _spelled_out(signs: str) -> Iterator[str]:
    """Yield the characters that a list with ranges (`a-z`) names."""
    for first, last, alone in re.findall("(.)-(.)|(.)", signs, re.DOTALL):
        yield from map(chr, range(ord(first), ord(last) + 1)) if first else alone


@cache
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{NOISE[name].pattern})" for name in names))
