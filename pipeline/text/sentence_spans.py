"""Cuts a text into sentences as a reader does, in any script; the rules' own cutting knows more and needs more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.models import Span

STOPS = "\u3002\uff01\uff1f"
"""The full-width full stop, exclamation and question mark, after which no space stands."""
SENTENCE = re.compile(
    rf"[^\n{STOPS}]+?(?:[{STOPS}]+[\u300d\u300f\u201d\u2019\uff09)]*|[.!?]+[\u201d\u2019\"')]*(?=\s)|(?=\n)|\Z)"
)


def sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """Yield the sentences of a part of a text, cut where a line or a full stop ends one."""
    for found in SENTENCE.finditer(text, start, len(text) if end is None else end):
        words = found[0].strip()
        if words:
            at = found.start() + len(found[0]) - len(found[0].lstrip())
            yield Span(start=at, end=at + len(words), text=words)
