"""Who acts where a noun tells the act: its owner, whom a marker names behind it, who is listed and described."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.deals.cue_reading import ACTS_BEHIND, CARRIERS, Reading, ends_with_marker
from pipeline.deals.grammar import Piece
from pipeline.deals.phrases import Phrase
from pipeline.deals.sentence import slot_after

VERBAL = ("cue", "verb", "governor", "adverb", "marker")
"""What may stand between a subject and the verb it passes its act on to: agreed | to | buy."""


def owner_of_act(reading: Reading, first: int, *, is_noun: bool) -> Sequence[Piece]:
    """Return whose act a cue names: A's | acquisition of B, A's previously announced | acquisition, the firm's."""
    phrases, index = reading.phrases, reading.at - 1
    past = reading.grammar.chain["past"]
    while is_noun and index > first and phrases[index].text.islower():
        told = phrases[index].kind in VERBAL and past.fullmatch(phrases[index].text)
        if phrases[index].kind != "adverb" and not told:
            break
        index -= 1
    owner = phrases[index] if index >= first else None
    if owner is None or owner.kind != "np" or not owner.possessive:
        return ()
    if is_noun and owner.definite and owner.head == "firm":
        return reading.taken_up(owner)
    return owner.names if owner.head == "name" else ()


def described_beside(phrases: Sequence[Phrase], joint: int, first: int) -> tuple[Piece, ...]:
    """Return the firm that a list names first and describes up to its joint: A, a maker of pumps, | and | B."""
    if not phrases[joint].text.startswith(",") or any(phrases[i].kind in ("cue", "verb") for i in range(first, joint)):
        return ()
    comma = next((i for i in range(first + 1, joint) if phrases[i].kind == "comma"), joint)
    name, inside = phrases[comma - 1], phrases[comma + 1] if comma + 1 < joint else None
    described = inside is not None and inside.kind == "np" and inside.indefinite and not inside.names
    return name.names if described and name.head == "name" and name.marker is None else ()


def is_to_act(reading: Reading, index: int) -> bool:
    """Return whether a noun tells what a firm is to do, with whose act it is: an attempt by | A | to buy B.

    Where the firm owns the noun, `index` is the noun's own: A's | offer | to buy B.
    """
    phrases, at = reading.phrases, reading.at
    owned = phrases[index - 1].possessive and (phrases[index].kind == "cue" or phrases[index].head == "paper")
    name, opened, before = phrases[index], phrases[index - 1], phrases[index - 2] if index > 1 else None
    hung = name.head == "name" and opened.kind == "cue" and ends_with_marker(reading, opened)
    marked = name.head == "name" and name.marker is not None and slot_after(name.marker) in ACTS_BEHIND
    noun = before is not None and (before.kind == "cue" or (before.kind == "np" and not before.names))
    passing = (phrase for phrase in phrases[index + 1 : at] if phrase.kind not in CARRIERS)
    between = [each for each in passing if not (each.kind == "cue" and reading.grammar.carries(each.text))]
    infinitive = len(between) == 1 and reading.grammar.chain["infinitives"].fullmatch(between[0].text) is not None
    return (owned or hung or (marked and noun)) and infinitive
