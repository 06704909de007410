"""One cue and the phrases around it, as its slots are filled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.deals.grammar import Grammar, Piece
from pipeline.deals.phrases import Phrase, is_proper
from pipeline.deals.sentence import Arguments, Sentence, named
from pipeline.rules.frames import SURE, Thing

LONG = 4  # characters of a name that is no mere word; from the zh examples
SHORT_PLURAL = re.compile(r"[A-Z]{2,5}s")
"""Goods of a short name: PCs, GPUs."""
TAKEN_UP = ("in", "of", "for", "with", "to", "by", "from")
"""The slots in which a definite noun phrase takes up a firm: a stake in the regional lender."""
ACTS_BEHIND = ("by", "from", "for")
"""Slots of who is to act behind a noun for the act: an offer | from A to buy B."""
CARRIERS = ("adverb", "governor", "value")
"""What may stand between a subject and its verb."""


@dataclass
class Reading:
    """The reading of one cue in the phrases of its sentence."""

    sentence: Sentence
    phrases: Sequence[Phrase]
    at: int
    """Of the cue among the phrases."""
    found: Arguments

    @property
    def grammar(self) -> Grammar:
        """Return the sentence's grammar."""
        return self.sentence.grammar

    def kind(self, index: int) -> str:
        """Return the kind of a phrase, `end` outside of the sentence."""
        return self.phrases[index].kind if 0 <= index < len(self.phrases) else "end"

    def put(self, slot: str, names: Sequence[Piece], *, over: bool = False) -> None:
        """Put firms into a slot; one that is filled keeps what it has unless `over`."""
        if slot in ("subject", "its"):
            names = [piece for piece in names if piece.kind != "pronoun"]  # its own clause names nobody
        if slot == "object":
            names = [each for piece in names for each in self.other_firm(piece)]
        group = self.sentence.resolved([each for piece in names for each in self.antecedent(piece)])
        group = [piece for piece in group if self.can_stand(piece, slot)]
        if group and (over or slot not in self.found.slots):
            self.found.slots[slot] = group

    def other_firm(self, piece: Piece) -> list[Piece]:
        """Return a name, or whom a word for the firm of the report means where the subject is the last one named."""
        before = [each for each in self.sentence.pieces if each.kind == "org" and each.end <= piece.start]
        acts = bool(before) and before[-1].value.name in self.found.names("subject")
        about = self.sentence.issuer
        if piece.kind != "issuer" or not acts or self.grammar.syntax.markers_lead:
            return [piece]
        if about is None:
            return [each for each in before if each.value.name not in self.found.names("subject")][-1:]
        return [] if about.name in self.found.names("subject") else [named(about)]

    def taken_up(self, phrase: Phrase) -> list[Piece]:
        """Return the firm that a definite noun phrase means: one named before, else whom the text is about."""
        if phrase.owner:
            return []  # its subsidiary is another firm
        subject = self.found.names("by") or self.found.names("subject")  # an offer | by A | for the lender
        before = [each for each in self.sentence.pieces if each.kind == "org" and each.end <= phrase.start]
        others = [each for each in before if each.value.name not in subject]
        if self.grammar.auxiliaries and not subject and len({each.value.name for each in others}) > 1:
            return []  # A and B agreed that | the Berliners | would sell
        others = others[-1:]
        about = self.sentence.issuer
        if others or about is None or about.name in subject:
            return others
        return [named(about)]

    def can_stand(self, piece: Piece, slot: str) -> bool:
        """Return whether a name may fill a slot: one that may be a mere word only where a firm alone can stand."""
        if piece.kind != "maybe" or is_proper(piece):
            return True
        if slot in ("object", "ba", "toward", "shares"):
            return (slot == "shares" or self.found.thing == "equity") and len(piece.text) >= LONG
        return slot in ("subject", "holder") and self.sentence.opens_clause(piece)

    def antecedent(self, piece: Piece) -> list[Piece]:
        """Return a firm itself; for a word that takes one up, the last one named before that is not of the subject."""
        if piece.kind != "pronoun":
            return [piece]
        subject = self.found.slots.get("subject", [])
        acting = [p for p in self.phrases if p.kind == "np" and any(p.start <= s.start < p.end for s in subject)]
        before = [each for each in self.sentence.pieces if each.kind == "org" and each.end <= piece.start]
        others = [each for each in before if each.value.name not in self.found.names("subject")]
        return [each for each in others if not any(p.start <= each.start < p.end for p in acting)][-1:]


def hangs_on(reading: Reading, before: Phrase) -> bool:
    """Return whether a hyphen hangs the cue on the name before it: the A-|takeover."""
    beside = before.head == "name" and before.end == reading.phrases[reading.at].start - 1
    return beside and reading.sentence.text[before.end] == "-"


def is_body(reading: Reading, phrase: Phrase) -> bool:
    """Return whether a noun phrase is a body of a firm: A's board."""
    return phrase.text.lower().split()[-1] in reading.grammar.bodies


def thing_of(phrase: Phrase, reading: Reading, index: int) -> Thing:
    """Return what kind of thing a noun phrase is for a frame."""
    if phrase.head == "equity" or any(value.kind == "stake" for value in phrase.values):
        return "equity"
    if phrase.head == "goods" or _is_bare(phrase, reading.grammar):
        return "goods"
    if phrase.head == "matter" and phrase.owner:
        return "firm"
    if phrase.head in ("name", "issuer", "unit", "firm"):
        following = reading.phrases[index + 1] if index + 1 < len(reading.phrases) else None
        if following and following.kind == "value" and following.piece and following.piece.kind == "stake":
            return "equity"
        return "firm"
    return "none"


def _is_bare(phrase: Phrase, grammar: Grammar) -> bool:
    """Return whether a noun that no list knows stands without an article, as goods do: turbines, 40 turbines."""
    said = phrase.text.split()
    bare = phrase.head == "noun" and not (phrase.owner or phrase.beside or phrase.holder)
    small = said[-1].islower() or SHORT_PLURAL.fullmatch(said[-1]) is not None
    return bare and small and bool(grammar.determiners) and said[0].lower() not in grammar.determiners


def ends_with_marker(reading: Reading, cue: Phrase) -> bool:
    """Return whether a cue of several words ends with the marker of who acts: agreement | for A to buy B."""
    *opening, last = cue.text.lower().split()
    slot = reading.grammar.meanings.get(last, ("word", None))[1]
    return bool(opening) and (slot[1] if isinstance(slot, tuple) else slot) in ACTS_BEHIND


def names_act_or_paper(reading: Reading, index: int) -> bool:
    """Return whether a cue is no verb, but names an act as a thing or the paper that tells it: investment; order."""
    phrase = reading.phrases[index]
    return phrase.names_act or (phrase.piece is not None and phrase.text.lower() in reading.grammar.papers)


def names_paper_itself(reading: Reading, phrase: Phrase) -> bool:
    """Return whether what stands before a paper or a work is its own name, nobody's: the $2bn Granvik | contract."""
    grammar, text = reading.grammar, reading.sentence.text
    told = grammar.plain_order and phrase.head in ("paper", "noun") and grammar.definite.match(phrase.text) is not None
    if not told or text.startswith(grammar.syntax.genitives, phrase.owner[-1].end):
        return False
    return not any(piece.value is not None and piece.value.strength in SURE for piece in phrase.owner)


def owner_of_past(reading: Reading, first: int = 0) -> Phrase | None:
    """Return the owner before a past form that describes what is the owner's own: its | recently | acquired | tool."""
    phrases, index = reading.phrases, reading.at - 1
    while index > first and phrases[index].kind == "adverb":
        index -= 1
    owner = phrases[index] if index >= first else None
    if owner is None or owner.kind != "np" or not reading.grammar.chain["past"].fullmatch(phrases[reading.at].text):
        return None
    if not owner.names and owner.owner and all(each.kind == "pronoun" for each in owner.owner):
        return owner._replace(names=owner.owner)
    return owner if owner.names and (owner.possessive or owner.names[0].kind == "pronoun") else None


def is_own_past(reading: Reading) -> bool:
    """Return whether a cue describes what somebody owns: its recently | acquired | tool."""
    return reading.grammar.plain_order and owner_of_past(reading) is not None
