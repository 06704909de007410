"""A sentence in phrases: noun phrases with a head, verbs, markers and marks; brackets that hold no cue are left out.

A noun phrase has one head. Its head is a name (of a firm or several in a list), a word for a firm told before, or a
noun: of a share, of a part of a firm, of an unnamed firm, a person, goods, a paper. What owns the head is its owner:
甲的51%股权, Apple's music unit, a stake in Apple.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from pipeline.deals.grammar import Grammar, Piece

Kind = Literal[
    "np", "cue", "verb", "governor", "adverb", "marker", "and", "comma", "break", "relative", "value", "other"
]
Head = Literal["name", "issuer", "equity", "unit", "firm", "person", "goods", "matter", "paper", "noun"]
NAMES = ("org", "maybe")
VALUES = ("amount", "stake", "quantity", "round", "date")
INSIDE = ("stake", "quantity", "amount", "round")
"""Values that stand inside a noun phrase: a 10% stake, 3亿元A轮融资."""
ENDING = ("org", "word", "quantity", "issuer", "pronoun", "amount", "stake")
"""What opens the next noun phrase behind a name, where subject and object may stand beside each other."""


class Phrase(NamedTuple):
    """One phrase of a sentence."""

    start: int
    end: int
    kind: Kind
    text: str
    piece: Piece | None = None
    """The cue, marker or value itself."""
    head: Head | None = None
    names: tuple[Piece, ...] = ()
    """Of a noun phrase whose head is a name: the names, in a list several."""
    owner: tuple[Piece, ...] = ()
    """Who owns the head: 甲的股权, Apple's unit."""
    holder: tuple[Piece, ...] = ()
    """Who holds it: 甲持有的乙51%股权."""
    held: bool = False
    """Whether somebody, named or not, holds it."""
    marker: Piece | None = None
    """The marker right before a noun phrase."""
    indefinite: bool = False
    definite: bool = False
    """Whether it takes up what was named before: the Dutch brewer, 该企业."""
    beside: tuple[Piece, ...] = ()
    """The firm right before a head that no list knows: 甲作价, 甲资金."""
    possessive: bool = False
    """Whether it owns what follows: 甲的|融资, A's|acquisition."""
    modified: bool = False
    """Whether an attribute stands before the head: 专注质检的甲."""
    values: tuple[Piece, ...] = ()

    @property
    def act_nouns(self) -> frozenset[str]:
        """Return the words that a cue's frames know as names of their act; of another phrase none."""
        return self.piece.value.nouns if self.kind == "cue" and self.piece is not None else frozenset()

    @property
    def names_act(self) -> bool:
        """Return whether a cue names its act as a thing: an | investment."""
        return self.text.lower() in self.act_nouns


def is_proper(piece: Piece) -> bool:
    """Return whether a name that no table knows holds a proper noun or a word no dictionary has."""
    return bool(piece.value.strength == "proper")


def is_group_link(phrase: Phrase, grammar: Grammar) -> bool:
    """Return whether a cue can also tell who leads a group: led by."""
    return phrase.kind == "cue" and phrase.text.lower() in grammar.syntax.group_links


def is_named(owner: Sequence[Piece]) -> bool:
    """Return whether a firm of its own name owns something: no pronoun."""
    return any(piece.kind != "pronoun" for piece in owner)
