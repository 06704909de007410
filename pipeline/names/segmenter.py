"""Han text cut into words as the rules of one knowledge know them."""

from __future__ import annotations

from contextlib import AbstractContextManager

import msgspec

from pipeline.rules.knowledge import Knowledge
from pipeline.rules.loading import Rules
from pipeline.text.words import PLACE, Cuts, Segmenter, cutting_with, teach


class WordRules(Rules, frozen=True, kw_only=True):
    """A language's `words.toml`: where words end beside what the segmenter knows."""

    marks: str = ""
    """Characters that end a figure: 2025年."""
    scales: str = ""
    """Characters that may stand between a figure and its unit."""
    units: tuple[str, ...] = ()
    firsts: dict[str, str] = msgspec.field(default_factory=dict)
    """Function words that the segmenter glues to the one character behind them, each with its tag: 拟向."""
    lasts: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Function words that it glues to the word before, each with what follows then: 甲生物所持."""
    places: tuple[str, ...] = ()
    """Names of places that the segmenter does not know as such: 立陶宛."""


def cutting_by(knowledge: Knowledge) -> AbstractContextManager[None]:
    """Cut Han text with the segmenter of a knowledge: what its rules teach, no other hears."""
    return cutting_with(knowledge.once(_segmenter))


def _segmenter(knowledge: Knowledge) -> Segmenter:
    """Return a segmenter that keeps whole every word that the deal rules give a meaning."""
    segmenter = Segmenter()
    for rules in knowledge.rules("words.toml", WordRules).values():
        segmenter.cuts = Cuts(**msgspec.structs.asdict(rules))
    with cutting_with(segmenter):
        teach(segmenter.cuts.places, PLACE)
        teach((word for language in knowledge.languages.values() for word in language.words), "v")
        teach((word for language in knowledge.languages.values() for word in language.nouns), "n")
    return segmenter
