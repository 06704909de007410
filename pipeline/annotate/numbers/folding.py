"""Makes texts and rule words comparable without moving a character: small letters, Simplified, half-width."""

from __future__ import annotations

import re
from collections.abc import Iterable

SPACES = "\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u3000"
WIDE = {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
SIGNS = dict(zip("￥￡￠￦−İ〜", "¥£¢₩-i~", strict=True))


class Folding:
    """Folds texts; the character variants come from the languages' data."""

    def __init__(self, variants: Iterable[str]) -> None:
        pairs = {pair[0]: pair[1] for pair in variants}
        spaces = dict.fromkeys(SPACES, " ")
        self.table = WIDE | {ord(char): plain for char, plain in (SIGNS | spaces | pairs).items()}
        self.unfolded = re.compile("[" + re.escape("".join(map(chr, self.table))) + "]")

    def __call__(self, text: str) -> str:
        """Return the text folded, character for character."""
        if self.unfolded.search(text):
            text = text.translate(self.table)
        return text.lower()


def is_letter(char: str) -> bool:
    """Return whether a folded character is a Latin letter: only those make words that end where letters end."""
    return char.isalpha() and char < "ɐ"


def is_han(char: str) -> bool:
    """Return whether a character is Chinese."""
    return "㐀" <= char <= "鿿"


def is_hangul(char: str) -> bool:
    """Return whether a character is a Korean syllable."""
    return "가" <= char <= "힣"
