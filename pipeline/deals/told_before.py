"""Whom the sentences before make a sentence about, in a language that marks its nouns behind them.

Such a language leaves out who acts where the reader knows: the firm that the sentence before has as its topic or
subject, or two firms that it names together, which a word for both then takes up: 両社, 양사.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.deals.grammar import Grammar
from pipeline.rules.frames import SURE, Org

REACH = 200  # characters before a sentence in which whom it leaves out is named
ACTING = ("subject", "topic")
HEADED = re.compile(r"[’'”\"」』]?[,、，､]")
BETWEEN = 24  # characters between two firms that act together


class ToldBefore(NamedTuple):
    """Who acts before a sentence: one firm, and the last two that were named together."""

    topic: Org | None = None
    pair: tuple[Org, Org] | None = None


def told_before(text: str, start: int, orgs: Sequence[Org], grammar: Grammar) -> ToldBefore:
    """Return who acts in the text right before a place, of the firms named there."""
    topic: Org | None = None
    pair: tuple[Org, Org] | None = None
    for index, org in enumerate(orgs):
        following = orgs[index + 1] if index + 1 < len(orgs) else None
        slot = grammar.slot_behind(text, org.end) or ("topic" if _heads_line(text, org, grammar) else "")
        ends = text[org.end : following.start] if following else ""
        joined = following is not None and len(ends) <= BETWEEN and grammar.joined(text, org.end, following.start)
        if following and (joined or (slot in ACTING and _with_next(text, following, grammar, ends))):
            pair = (org, following)
        if slot in ACTING and not (pair and joined_before(pair, org)) and (org.strength in SURE or topic is None):
            topic = org
        elif slot == "of" and topic is None:
            topic = org  # 甲の|売上高は
    return ToldBefore(topic, pair)


def _heads_line(text: str, org: Org, grammar: Grammar) -> bool:
    """Return whether a firm opens a line that is about it, which a comma marks in a heading: 甲、5億円を調達."""
    before = text[text.rfind("\n", 0, org.start) + 1 : org.start]
    return not re.search(r"\w", before) and HEADED.match(text, grammar.aside_end(text, org.end)) is not None


def joined_before(pair: tuple[Org, Org], org: Org) -> bool:
    """Return whether a firm is the second of two that act together."""
    return pair[1] is org


def _with_next(text: str, following: Org, grammar: Grammar, between: str) -> bool:
    """Return whether the next firm is the one that the subject deals with: 甲は乙と."""
    return len(between) <= BETWEEN and grammar.slot_behind(text, following.end) == "with"
