"""Makes texts and rule words comparable without moving a character: small letters, half-width."""

from __future__ import annotations

import re

SPACES = "\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u3000"
WIDE = {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
SIGNS = dict(zip("￥￡￠￦−İ〜", "¥£¢₩-i~", strict=True))


TABLE = WIDE | {ord(char): plain for char, plain in (SIGNS | dict.fromkeys(SPACES, " ")).items()}
UNFOLDED = re.compile("[" + re.escape("".join(map(chr, TABLE))) + "]")


def fold(text: str) -> str:
    """Return a text or a rule's word folded, character for character."""
    if UNFOLDED.search(text):
        text = text.translate(TABLE)
    return text.lower()


def is_letter(char: str) -> bool:
    """Return whether a folded character is a Latin letter: only those make words that end where letters end."""
    return char.isalpha() and char < "ɐ"
