"""What a printed page carries beside its text: its number, and the head that runs on from page to page."""

from __future__ import annotations

import re
from collections import Counter

NUMBER = r"(?:[-–—·•]\s?)?\d{1,4}(?:\s?[-–—·•])?|<PAGE>(?:\s*\d{1,4})?"
"""What stands between two pages of a paragraph: a page's number, the mark of filings."""
FIRST_LINE = re.compile(r"(?:\f|<PAGE>(?:[ \t]*\d{1,4})?)\s*([^\s<][^\n\r\f]{2,119})")
DIGITS = re.compile(r"\d+")
SPACES = re.compile(r"[ \t]+")


def running_head(text: str) -> str | None:
    """Return the pattern of the lines that begin more than one page of a text, whatever their numbers, or None."""
    if "\f" not in text and "<PAGE>" not in text:
        return None
    firsts = Counter(DIGITS.sub("0", " ".join(found[1].split())) for found in FIRST_LINE.finditer(text))
    heads = [head for head, times in firsts.items() if times > 1]
    return "|".join(SPACES.sub(r"[ \\t]+", DIGITS.sub(r"\\d+", _escaped(head))) for head in heads) or None


def _escaped(head: str) -> str:
    return re.escape(head).replace("\\ ", " ")
