"""What the word of a cue is where it stands: a verb, the name of an act, an attribute of the noun behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.deals.grammar import Grammar, Piece
from pipeline.deals.phrases import Phrase
from pipeline.deals.sentence import Sentence, slot_after

VERB_MARK = 8  # characters that hold the word before: would, should


def is_verb(sentence: Sentence, cue: Piece) -> bool:
    """Return whether a word that names an act too is a verb here: to purchase."""
    before = sentence.text[max(sentence.start, cue.start - VERB_MARK) : cue.start].split()
    return bool(before) and sentence.grammar.verb_marks.fullmatch(before[-1]) is not None


def _right_before(sentence: Sentence, cue: Piece) -> Phrase | None:
    """Return the phrase that one space parts from a cue behind it."""
    phrases = sentence.phrases_around(cue)
    at = next(i for i, phrase in enumerate(phrases) if phrase.kind == "cue" and phrase.start == cue.start)
    before = phrases[at - 1] if at else None
    return before if before and cue.start - before.end == 1 else None


def is_named_act(sentence: Sentence, cue: Piece) -> bool:
    """Return whether a word that is a verb too names an act here: received an | order."""
    if sentence.grammar.syntax.markers_lead or cue.text.lower() not in sentence.grammar.papers:
        return False
    before = _right_before(sentence, cue)
    if before is None:
        return False
    first = before.text.split()[0].lower()
    grammar = sentence.grammar
    owned = first in grammar.syntax.pronouns and grammar.plain_order
    sized = bool(before.values) and first in grammar.determiners
    if before.head == "name" and (first in grammar.classes.indefinites or sized or owned):
        return True  # a $2 million A | grant; its A | lease
    opened = first in sentence.grammar.determiners or _is_object(sentence, cue, before)
    return before.kind in ("cue", "verb") or (before.kind == "np" and opened and before.head in ("noun", "paper"))


def describes_firm(sentence: Sentence, cue: Piece) -> bool:
    """Return whether a noun for an act only says what the firm right behind it does: the buyout | groups A and B."""
    grammar, behind = sentence.grammar, sentence.text[cue.end : sentence.end]
    said = behind.split(maxsplit=1)[:1] if behind[:1] == " " else []
    return grammar.plain_order and bool(said) and said[0].islower() and grammar.head_of(said[0]) == "firm"


def _is_object(sentence: Sentence, cue: Piece, phrase: Phrase) -> bool:
    """Return whether a phrase begins what a verb right before it has as its object: bagged | two separate | orders."""
    before = [each for each in sentence.phrases_around(cue) if each.end <= phrase.start]
    return bool(before) and before[-1].kind in ("cue", "verb") and not phrase.names


def is_adjunct(sentence: Sentence, cue: Piece) -> bool:
    """Return whether a noun stands in a marked phrase that no firm is part of: bought B in a | deal."""
    if sentence.grammar.syntax.markers_lead or cue.text.lower() not in cue.value.nouns:
        return False
    before = _right_before(sentence, cue)
    if before is None or before.names or before.owner:
        return False
    marker = before.piece if before.kind == "marker" else before.marker
    return marker is not None and slot_after(marker) == "in"


def describes_noun(sentence: Sentence, cue: Piece) -> bool:
    """Return whether a past form stands between an article or a marker and its noun: the merged | group."""
    grammar, text = sentence.grammar, sentence.text
    if grammar.syntax.markers_lead or not grammar.chain["past"].fullmatch(cue.text):
        return False
    before = text[max(sentence.start, cue.start - VERB_MARK) : cue.start].split()
    after = text[cue.end : sentence.end].split(maxsplit=1)
    opened = bool(before) and (before[-1].lower() in grammar.determiners or _opens_noun(grammar, before[-1].lower()))
    return opened and bool(after) and after[0].islower() and after[0].lower() not in grammar.meanings


def _opens_noun(grammar: Grammar, said: str) -> bool:
    """Return whether a word opens what a noun has or is part of: with | combined sales, of | leased space."""
    kind, slot = grammar.meanings.get(said, ("word", None))
    return (slot[1] if kind == "both" else slot) in ("with", "of")


def agreed_act(sentence: Sentence, cue: Piece) -> int | None:
    """Return where the act begins that a verb's subject agrees on with another: agreed with B | to close its plant."""
    grammar = sentence.grammar
    behind = [phrase for phrase in sentence.phrases_around(cue) if phrase.start >= cue.end]
    for marker, act in pairwise(behind):
        if marker.kind in ("comma", "break", "relative", "verb"):
            return None
        if marker.kind == "marker" and grammar.chain["infinitives"].fullmatch(marker.text) and _is_act(act, grammar):
            return marker.start
    return None


def _is_act(phrase: Phrase, grammar: Grammar) -> bool:
    """Return whether a phrase behind the mark of an infinitive is its verb, be it one that no list holds."""
    first = phrase.text.split()[0]
    bare = phrase.kind == "np" and not phrase.names and first.islower() and first not in grammar.determiners
    return bare or phrase.kind in ("cue", "verb", "governor", "adverb")


def closed_by(sentence: Sentence, cue: Piece, parts: Sequence[str]) -> bool:
    """Return whether one of the parts of a verb closes its clause: kauft … auf."""
    either = "|".join(map(re.escape, parts))
    closing = rf"\s(?:{either})(?=\s?(?:[,.;:!?)–]|$|(?:{sentence.grammar.joint.pattern})\s))"
    return re.search(closing, sentence.text[cue.end : sentence.end].rstrip()) is not None
