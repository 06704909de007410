"""One small letter for each letter, so that what a pattern matched whatever its case is also found by its word."""

from __future__ import annotations

import re

ALIKE = {
    "İı": "i",  # of Turkish and Azeri, which IGNORECASE takes for i and `lower` does not
    "ſ": "s",
    "ẛ": "ṡ",
    "ﬆ": "ﬅ",
    "ς\u03a3": "σ",  # `lower` writes a capital sigma in two ways
    "\u00b5": "\u03bc",
    "\u0345\u1fbe": "ι",
    "\u1fd3": "\u0390",
    "\u1fe3": "\u03b0",
    "ϐ": "β",
    "ϑ\u03f4": "θ",
    "ϕ": "φ",
    "ϖ": "π",
    "ϰ": "κ",
    "ϱ": "ρ",
    "ϵ": "ε",
    "\u1c80": "в",
    "\u1c81": "д",
    "\u1c82": "о",
    "\u1c83": "с",
    "\u1c84\u1c85": "т",
    "\u1c86": "ъ",
    "\u1c87": "ѣ",
    "\u1c88": "ꙋ",
}
"""Letters that `re.IGNORECASE` holds to be one and `str.lower` leaves apart."""

TABLE = {ord(letter): usual for letters, usual in ALIKE.items() for letter in letters}
UNUSUAL = re.compile(f"[{''.join(map(chr, TABLE))}]")


def fold_letters(text: str) -> str:
    """Return the text in small letters, as long as before; letters that IGNORECASE takes for one become one."""
    if UNUSUAL.search(text):
        text = text.translate(TABLE)
    return text.lower()


def is_latin(character: str) -> bool:
    """Return whether a character is a Latin letter, with accents or without, or a figure: what writes words apart."""
    return character.isalnum() and character < "\u0250"
