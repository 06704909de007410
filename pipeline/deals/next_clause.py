"""Whether a name behind a verb is no part of its clause, but who acts in one that begins there."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.deals.cue_reading import Reading, ends_with_marker, names_act_or_paper
from pipeline.deals.phrases import Phrase


def is_asked_to_act(reading: Reading, index: int) -> bool:
    """Return whether the name right behind a cue that ends with its marker is who is to act: agreement for | A | to."""
    to = reading.phrases[index + 1] if index + 2 < len(reading.phrases) else None
    own = index == reading.at + 1 and ends_with_marker(reading, reading.phrases[reading.at])
    infinitive = to is not None and reading.grammar.chain["infinitives"].fullmatch(to.text) is not None
    return own and infinitive and reading.kind(index + 2) in ("cue", "verb", "governor")


def opens_main_clause(reading: Reading, index: int, last: int) -> bool:
    """Return whether a name behind what a noun for an act governs is the subject of the verb right behind it."""
    phrases, at = reading.phrases, reading.at
    phrase, following = phrases[index], phrases[index + 1] if index + 1 < last else None
    if not reading.grammar.auxiliaries or index < at + 2 or following is None or not names_act_or_paper(reading, at):
        return False
    return phrase.head == "name" and phrase.marker is None and following.kind in ("cue", "verb", "governor")


def is_its_actor(reading: Reading, index: int, last: int) -> bool:
    """Return whether the name right behind a noun for an act is who does it in a clause without its mark."""
    phrases, at = reading.phrases, reading.at
    phrase, following = phrases[index], phrases[index + 1] if index + 1 < last else None
    if not reading.grammar.plain_order or index != at + 1 or following is None or not names_act_or_paper(reading, at):
        return False
    bare = phrase.head == "name" and phrase.marker is None and phrase.start == phrases[at].end + 1
    done = reading.grammar.chain["past"].fullmatch(following.text) is not None
    return bare and not phrase.modified and following.kind in ("cue", "verb", "governor") and done


def opens_the_next(phrases: Sequence[Phrase], index: int, last: int) -> bool:
    """Return whether the name behind a joint is the subject of a verb of its own: a figure stands before or behind it.

    甲出资2亿元、|乙出资1亿元; 甲增资丙厂、|乙以1亿元投资丁
    """
    if index + 2 >= last or phrases[index + 1].head != "name":
        return False
    behind = phrases[index + 2]
    priced = behind.kind == "other" and index + 3 < last and phrases[index + 3].kind == "value"
    return priced or (phrases[index - 1].kind == "value" and behind.kind in ("cue", "governor", "verb"))


def begins_clause(phrases: Sequence[Phrase], index: int) -> bool:
    """Return whether the name behind a joint is the subject of a verb of its own."""
    behind = [phrase for phrase in phrases[index + 1 : index + 6] if phrase.kind != "adverb"][:2]
    if len(behind) < 2 or behind[0].head != "name" or behind[0].marker is not None:
        return False
    return behind[1].kind in ("cue", "governor", "verb")
