"""Where sentences end in captions without a full stop: at pauses and, in Chinese, where what a cue says is whole.

Captions in scripts with spaces are cut where a line is full, anywhere in a sentence; Chinese ones where a phrase ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.read.margin import TERMINAL
from pipeline.text import scripts
from pipeline.text.conversion import simplify
from pipeline.text.words import words

HAN = re.compile(f"[{scripts.HAN}]")
KANA = re.compile(f"[{scripts.KANA}]")
FEW = 0.05  # share of the cues that may end a sentence in captions without punctuation: a quote, a title
NEEDS_MORE = ("p", "c", "d", "uj", "uv", "ud")
"""Tags of words that end no sentence: 向, 和, 将, 的, 地, 得."""
MOSTLY = 0.8  # share of the cues with Han from which captions are Chinese


class CueShape(NamedTuple):
    """What a cue says, by its words' parts of speech."""

    is_whole: bool
    """Whether it has a verb."""
    first: str
    """The kind of its first word: one letter."""
    last: str
    """The tag of its last word."""
    begins_clause: bool
    """Whether its first word joins clauses: 然后, 如果."""


def is_unpunctuated(texts: Sequence[str]) -> bool:
    """Return whether hardly any cue ends a sentence."""
    return sum(text[-1] in TERMINAL for text in texts) <= FEW * len(texts)


def goes_on(texts: Sequence[str]) -> list[bool]:
    """Return for each cue but the last whether it goes on in the next, in captions without punctuation.

    In Chinese it does where it has no verb or ends in a word that needs another, or where the next cue has no verb and
    is what this one's last verb is about.
    """
    if sum(HAN.search(text) is not None for text in texts) < MOSTLY * len(texts) or any(map(KANA.search, texts)):
        return [True] * (len(texts) - 1)
    shapes = [_shape(simplify(text)) for text in texts]
    found: list[bool] = []
    whole = False  # what has been said since the last border
    for (this, following), after in zip(pairwise(shapes), [*shapes[2:], None], strict=False):
        whole = this.is_whole or (whole and found[-1])
        found.append(_goes_on(this, following, after, whole=whole))
    return found


def _shape(text: str) -> CueShape:
    found = [word for word in words(text, 0, len(text)) if word.text.strip()]
    if not found:
        return CueShape(False, "x", "x", False)
    return CueShape(
        is_whole=any(word.tag[0] == "v" for word in found),
        first=found[0].tag[0],
        last=found[-1].tag,
        begins_clause=found[0].tag[0] == "c" and len(found[0].text) > 1,
    )


def _goes_on(this: CueShape, following: CueShape, after: CueShape | None, *, whole: bool) -> bool:
    if following.begins_clause:
        return False
    if not whole or following.first == "u" or this.last in NEEDS_MORE:
        return True
    ends_in_verb = this.last.startswith("v")
    if following.is_whole:
        paid = this.last == "m" and following.first == "v"  # 以10亿美元 | 收购了甲
        return paid or (ends_in_verb and following.first in "pv")  # 宣布 | 对甲投资
    is_subject = after is not None and after.first in "dv"  # 甲 | 也没有说
    return (ends_in_verb or this.last == "m") and not is_subject
