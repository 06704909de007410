"""Repairs what pages and notes put between the characters, and remembers where each one stood.

What changes the length (dropped pinyin, invisible characters, composed accents, entities, link targets) goes
through one list of edits; what does not (full-width forms) is replaced in place.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import NamedTuple

from pipeline.models import Offsets

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
INVISIBLE = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿăĕĭŏŭ"
MARKS = "\u0300-\u036f\u3099\u309a"
KANA_MARKS = "ﾞﾟ"
LIGATURES = "\ufb00-\ufb06\u3220-\u3243\u3371-\u337f\u3380-\u33df"
SYLLABLE = re.compile(
    "(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?(?:a|o|e|ai|ei|ao|ou|an|en|ang|eng|ong|er|i|ia|ie|iao|iu|ian|in|iang|ing|iong"
    "|u|ua|uo|uai|ui|uan|un|uang|ue|ü|üe|v|ve|n|ng|m)"
)
TARGET = r"\]\((?:(?:https?:|/|#|\./|\.\./|mailto:|data:)[^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,2000})?)?\)"


class Edit(NamedTuple):
    """A range of the original and what stands there instead."""

    start: int
    end: int
    text: str


class Noise(NamedTuple):
    """A kind of noise: the characters without which it cannot occur, its pattern, and what a match becomes."""

    signs: str
    pattern: str
    mend: Callable[[re.Match[str]], str]


def _drop(match: re.Match[str]) -> str:
    return ""


def _compatible(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0])


def _composed(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", match[0])


def _unescaped(match: re.Match[str]) -> str:
    return html.unescape(match[0])


def _reading(match: re.Match[str]) -> str:
    """Return nothing for a bracket that holds one syllable of pinyin, the bracket itself for any other."""
    bare = unicodedata.normalize("NFD", match[0].strip("()（） ")).replace("ɡ", "g").replace("ɑ", "a")
    plain = "".join(c for c in bare if not unicodedata.combining(c) or c == "\u0308")
    return "" if SYLLABLE.fullmatch(unicodedata.normalize("NFC", plain)) else match[0]


NOISE: dict[str, Noise] = {
    "invisible": Noise(INVISIBLE, f"[{INVISIBLE}]+", _drop),
    "pinyin": Noise(TONED, rf"(?<=[{HAN}])[(（] ?[a-züɡɑ]{{0,5}}[{TONED}][a-züɡɑ]{{0,4}} ?[)）]", _reading),
    "return": Noise("\r", r"\r(?=\n)", _drop),
    "kana": Noise(KANA_MARKS, f"[ｦ-ﾝ][{KANA_MARKS}]", _compatible),
    "accent": Noise(MARKS, f"[^{MARKS}][{MARKS}]{{1,8}}", _composed),
    "jamo": Noise("\u1100-\u1112", "[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?", _composed),
    "ligature": Noise(LIGATURES, f"[{LIGATURES}]", _compatible),
    "entity": Noise("&", r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#x[0-9a-fA-F]{2,5});", _unescaped),
    "tag": Noise("<", r"</?(?:b|i|em|strong|u|span|font|a|p|br|mark|small|div)(?:\s[^<>]{0,500})?/?>", _drop),
    "link": Noise("]", rf"!?\[(?=[^\[\]\n]{{0,300}}{TARGET})|{TARGET}", _drop),
    "bold": Noise("*", r"(?<!\*)\*\*(?!\*)", _drop),
    "escape": Noise("\\", r"\\(?=[$*_#~\[\]()<>`+-])", _drop),
}


def _equal_forms() -> dict[str, str]:
    """Return the characters that have a usual form of the same length."""
    ranges = [
        (0x2E80, 0x2FD6), (0x3000, 0x3001), (0xF900, 0xFB00), (0xFE10, 0xFE1A), (0xFE30, 0xFE70), (0xFF01, 0xFFEF),
        (0x1D400, 0x1D800), (0x2F800, 0x2FA20), (0x2000, 0x200B), (0x00A0, 0x00A1), (0x202F, 0x2030), (0x205F, 0x2060),
    ]  # fmt: skip
    forms = {chr(code): unicodedata.normalize("NFKC", chr(code)) for first, end in ranges for code in range(first, end)}
    forms |= {"\u2010": "-", "\u2011": "-", "\u2212": "-", "\u2027": "·", "\u2028": "\n", "\u2029": "\n", "\x85": "\n"}
    return {one: usual for one, usual in forms.items() if len(usual) == 1 and usual != one}


EQUAL_FORMS = _equal_forms()
FORMS = frozenset(EQUAL_FORMS)
FEW = 12  # distinct characters: up to here one `replace` each is faster than `translate`; both measured


@cache
def _signs() -> dict[str, frozenset[str]]:
    every = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
    return {name: frozenset(re.findall(f"[{re.escape(noise.signs) if len(noise.signs) == 1 else noise.signs}]", "".join(every))) for name, noise in NOISE.items()}


@cache
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{NOISE[name].pattern})" for name in names))


def repair(text: str, broken: Sequence[tuple[int, int]] = ()) -> tuple[str, Offsets]:
    """Return the text without noise and in half-width, and where its characters stood.

    `broken` are ranges whose line ends are no ends of sentences, for their paragraph was cut at a margin.
    """
    letters = frozenset(text)
    edits = sorted([*_edits(text, letters), *_joints(text, broken)])
    repaired, offsets = _apply(text, edits) if edits else (text, Offsets())
    return in_usual_forms(repaired, letters), offsets


def in_usual_forms(text: str, letters: Iterable[str]) -> str:
    """Return the text with each character in its usual form; the length stays."""
    forms = FORMS.intersection(letters)
    if len(forms) > FEW:
        return text.translate(str.maketrans({form: EQUAL_FORMS[form] for form in forms}))
    for form in forms:
        text = text.replace(form, EQUAL_FORMS[form])
    return text


def _edits(text: str, letters: frozenset[str]) -> list[Edit]:
    names = tuple(name for name, signs in _signs().items() if not signs.isdisjoint(letters))
    if not names:
        return []
    found = []
    for match in _pattern(names).finditer(text):
        mended = NOISE[str(match.lastgroup)].mend(match)
        if mended != match[0]:
            found.append(Edit(match.start(), match.end(), in_usual_forms(mended, mended)))
    return found


def _joints(text: str, broken: Sequence[tuple[int, int]]) -> list[Edit]:
    """Return the line ends to mend within paragraphs: nothing between Han, a space between other words."""
    found = []
    for start, end in broken:
        for match in re.compile(r"\r?\n[ \t\u3000]*").finditer(text, start + 1, end):
            sides = text[match.start() - 1] + text[match.end() : match.end() + 1]
            joint = "" if all("\u3000" <= side <= "\u9fff" for side in sides) else " "
            found.append(Edit(match.start(), match.end(), joint))
    return found


def _apply(text: str, edits: Sequence[Edit]) -> tuple[str, Offsets]:
    pieces: list[str] = []
    runs: dict[int, tuple[int, int]] = {}
    at = length = 0
    for start, end, instead in edits:
        if start < at:
            continue
        pieces += (text[at:start], instead)
        length += start - at
        for n in range(len(instead)):  # all of them stand for the whole range
            runs[length + n] = (start - length - n, end - start)
        length += len(instead)
        runs[length] = (end - length, 1)
        at = end
    pieces.append(text[at:])
    return "".join(pieces), Offsets(
        starts=tuple(runs),
        shifts=tuple(shift for shift, _ in runs.values()),
        widths=tuple(width for _, width in runs.values()),
    )
