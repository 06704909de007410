"""The shape of a `companies.toml` in Latin letters, and what is found by it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pipeline.rules.loading import Rules

Strength = Literal["strong", "weak"]


class CapitalRules(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The lists of names' words: see the comments in the file."""

    capital_tells: tuple[str, ...]
    legal: tuple[str, ...]
    more_legal: tuple[str, ...]
    forms: tuple[str, ...]
    trades: tuple[str, ...]
    heads_of: tuple[str, ...]
    pairs: tuple[str, ...]
    particles: tuple[str, ...]
    possessive: tuple[str, ...]
    describing: tuple[str, ...]
    titles: tuple[str, ...]
    first_names: tuple[str, ...]
    places: tuple[str, ...]
    nationalities: tuple[str, ...]
    roles: tuple[str, ...]
    makers: tuple[str, ...]
    not_a_company: tuple[str, ...]
    generic: tuple[str, ...]
    verbs: tuple[str, ...]
    joints: tuple[str, ...]
    common: tuple[str, ...]
    defines: tuple[str, ...]
    exchanges: tuple[str, ...]
    pronouns: tuple[str, ...]
    """They are no short name that brackets define: ("we")."""
    agencies: tuple[str, ...]
    months: tuple[str, ...]
    acts: tuple[str, ...]
    pair_nouns: tuple[str, ...]
    place_before: tuple[str, ...]
    place_behind: tuple[str, ...]
    person_before: tuple[str, ...]
    sport: tuple[str, ...]
    politics: tuple[str, ...]
    business: tuple[str, ...]


class Candidate(NamedTuple):
    """A possible firm: `strong` where its shape says so, `weak` where only its place in the sentence can tell."""

    start: int
    end: int
    text: str
    strength: Strength
    aliases: tuple[str, ...] = ()
    """The short names that the text defines right behind it."""
    until: int = 0
    """Where the brackets behind it end that hold its ticker or its short names; its own end where there are none."""
