"""The shape of `dates.toml`, and the rules of a language: its own file, else those made of the words it has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import msgspec

from pipeline.rules.knowledge import Knowledge
from pipeline.rules.loading import Rules
from pipeline.text.letters import fold_letters
from pipeline.times.edtf import Field, Fields

NEVER = "(?!)"
"""A pattern that nothing fits."""

Words = dict[str, int]
Vocabulary = dict[Field, Words]


class Slot(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A gap in a date pattern: the words or digits that may stand there, and the field they fill."""

    fills: Field | None = None
    """Left out where the slot is named as its field."""
    pattern: str | None = None
    """What is read digit by digit."""
    digits: dict[str, int] = msgspec.field(default_factory=dict)
    """Characters that stand for a digit where they are not 0 to 9 themselves."""
    powers: dict[str, int] = msgspec.field(default_factory=dict)
    """Characters that multiply the digit before them, as 十 and 百 do; without one the digits stand in their places."""
    words: Words = msgspec.field(default_factory=dict)
    times: int = 1
    plus: int = 0


class DateRule(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way to write a date, with its slots and parts in braces; `skip` reads it as no date.

    Slots of the same field add up: the year of an era, and the year before its first.
    """

    pattern: str
    sets: Fields = msgspec.field(default_factory=dict)
    skip: bool = False
    regions: tuple[str, ...] = ()
    """Where alone it is written so, as countries of language tags (en-US: US); nothing said is everywhere."""


class DateRules(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A language's `dates.toml`."""

    start: str
    """Where a date can begin: the rules are tried at these places only."""
    join: str | None = None
    """What may stand between the two ends of a span of time."""
    year_marks: str = ""
    """Characters behind the figure of a year in any language; `tables/dates.toml` alone says so."""
    month_marks: str = ""
    parts: dict[str, str] = msgspec.field(default_factory=dict)
    """Pieces that several patterns share."""
    slots: dict[str, Slot]
    rules: list[DateRule]


class RuleSource(NamedTuple):
    """Rules, and the file they are from."""

    path: Path
    rules: DateRules


def date_rules(code: str, knowledge: Knowledge) -> RuleSource | None:
    """Return the rules of a language (ISO 639); None for one that neither a folder nor the table of words knows."""
    own = knowledge.rule(code, "dates.toml", DateRules)
    if own:
        return RuleSource(knowledge.path(f"languages/{code}/dates.toml"), own)
    vocabulary = knowledge.table("date_words.toml", dict[str, Vocabulary]).get(code)
    if not vocabulary:
        return None
    return RuleSource(
        knowledge.path("tables/dates.toml"), _worded(knowledge.table("dates.toml", DateRules), vocabulary)
    )


def _worded(source: DateRules, vocabulary: Vocabulary) -> DateRules:
    """Return the rules with a language's words in the slots they leave empty."""
    slots = {name: _slot(name, slot, vocabulary) for name, slot in source.slots.items()}
    initials = {fold_letters(word[0]) for words in vocabulary.values() for word in words}
    start = source.start.replace("{initials}", "".join(map(re.escape, sorted(initials))))
    return msgspec.structs.replace(source, slots=slots, start=start)


def _slot(name: str, slot: Slot, vocabulary: Vocabulary) -> Slot:
    """Return a slot that says what may stand in it; one that a language has no words for never fits."""
    if slot.pattern or slot.words:
        return slot
    words = vocabulary.get(slot.fills or name)  # type: ignore[call-overload]
    return msgspec.structs.replace(slot, words=words) if words else Slot(fills=slot.fills, pattern=NEVER)
