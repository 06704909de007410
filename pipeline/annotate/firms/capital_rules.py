"""The shape of a `companies.toml` in Latin letters, and what is found by it."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from pipeline.rules.loading import Rules

Strength = Literal["strong", "weak"]


class CapitalRules(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The lists of names' words: see the comments in the file."""

    capital_tells: tuple[str, ...] = ()
    serves_all: bool = False
    """Whether these lists serve all names in Latin letters; another language's own lie over them in its sentences."""
    elisions: tuple[str, ...] = ()
    """What is written together with a name, with its apostrophe: d'."""
    of: tuple[str, ...] = ("of",)
    """Words that tie a name to a head of names: Bank of A."""
    articles: tuple[str, ...] = ("the",)
    opening_endings: tuple[str, ...] = ()
    """Ends of nouns, adverbs and participles that open a sentence and are no name."""
    legal: tuple[str, ...] = ()
    more_legal: tuple[str, ...] = ()
    legal_endings: tuple[str, ...] = ()
    """Legal forms, small, that are written together with the word before: HandelsgmbH."""
    forms: tuple[str, ...] = ()
    trades: tuple[str, ...] = ()
    heads_of: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    particles: tuple[str, ...] = ()
    possessive: tuple[str, ...] = ()
    describing: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    first_names: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    nationalities: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    not_a_company: tuple[str, ...] = ()
    generic: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    joints: tuple[str, ...] = ()
    common: tuple[str, ...] = ()
    defines: tuple[str, ...] = ()
    exchanges: tuple[str, ...] = ()
    pronouns: tuple[str, ...] = ()
    """They are no short name that brackets define: ("we")."""
    agencies: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    pair_nouns: tuple[str, ...] = ()
    place_before: tuple[str, ...] = ()
    place_behind: tuple[str, ...] = ()
    person_before: tuple[str, ...] = ()
    financiers: tuple[str, ...] = ()
    """Words before a person who acts in deals as a firm does: billionaire."""
    person_acts: tuple[str, ...] = ()
    """Words right behind a person who acts as a firm does: bought."""
    sole_acts: tuple[str, ...] = ()
    """Acts that make a firm of the common word, or of the number, that opens a sentence right before them: bought."""
    sole_objects: tuple[str, ...] = ()
    """Small words that show such an act to be a verb with its object: bought | a."""
    unnamed: tuple[str, ...] = ()
    """Common words that act as firms do and name none: Management."""
    publics: tuple[str, ...] = ()
    """Ends of the names of public bodies, which are names only where they act or are introduced: Cook County."""
    tied: tuple[str, ...] = ()
    """Words that a small one ties to the capital behind it: Transport for | London."""
    owned_by_none: tuple[str, ...] = ()
    """Small words behind which a genitive owns nothing, so that it belongs to the name: Nando's | and."""
    appositive: tuple[str, ...] = ()
    """Small words that open, behind a comma, what a name is: letgo, | an app."""
    plurals: tuple[str, ...] = ()
    """Ends of plurals: one common word that is one is no firm."""
    before_places: tuple[str, ...] = ()
    """Common words that make a firm's name with the place behind them: Air Canada."""
    introduces: tuple[str, ...] = ()
    """Words behind which common words name a firm: led by."""
    sport: tuple[str, ...] = ()
    politics: tuple[str, ...] = ()
    business: tuple[str, ...] = ()


OVER = ("capital_tells", "elisions", "of", "articles", "particles")
"""The lists that a language's own replace; all others are added to those that serve all."""


def laid_over(shared: CapitalRules, own: CapitalRules) -> CapitalRules:
    """Return the lists for one language: its own with those that serve all."""
    lists: dict[str, Any] = {}
    for name in shared.__struct_fields__:
        mine, theirs = getattr(own, name), getattr(shared, name)
        if isinstance(mine, tuple):
            lists[name] = mine if name in OVER else tuple(dict.fromkeys((*theirs, *mine)))
    return CapitalRules(**lists)


class CapitalCandidate(NamedTuple):
    """A possible firm: `strong` where its shape says so, `weak` where only its place in the sentence can tell."""

    start: int
    end: int
    text: str
    strength: Strength
    aliases: tuple[str, ...] = ()
    """The short names that the text defines right behind it."""
    until: int = 0
    """Where the brackets behind it end that hold its ticker or its short names; its own end where there are none."""
