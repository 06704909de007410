"""What stands left of a verb whose marked parties stand before it, where a comma ends the clause."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.deals.cue_reading import CARRIERS, Reading, thing_of
from pipeline.deals.grammar import Piece
from pipeline.deals.phrases import Phrase
from pipeline.deals.sentence import named, slot_before

RECEIVING = ("to", "give")
"""Slots of those who get something: who owns them is no party."""
PARENTS = ("unit", "firm", "paper", "matter", "goods")
"""Heads whose owner can be who acts: 甲旗下产品."""


def read_left_marked_first(reading: Reading, first: int) -> None:
    """Fill the slots left of a verb whose marked parties stand before it."""
    phrases, at, found = reading.phrases, reading.at, reading.found
    subject: int | None = None
    for index in range(first, at):
        phrase = phrases[index]
        if phrase.kind != "np":
            continue
        marker = phrase.marker
        if phrase.holder and (marker is None or slot_before(marker) not in RECEIVING):
            reading.put("holder", phrase.holder)
        firms = phrase.names or phrase.owner
        if marker is not None:
            slot = slot_before(marker)
            if slot == "ba":
                found.object_marker = marker.start
            if firms and phrase.head != "person":
                reading.put(slot, firms, over=True)
            elif phrase.head == "firm" and not phrase.definite:
                found.unnamed = True
            if slot in ("ba", "toward") and (firms or phrase.head in ("goods", "equity", "unit")):
                found.after_object = firms[-1].end if firms else phrase.end
                found.thing = thing_of(phrase, reading, index)
        elif phrase.head in ("name", "issuer") and not phrase.holder:
            if _goes_on_marked(phrases, index, first):
                continue
            if _says_whose_act(phrases, index, at):
                continue
            if subject is None and _is_object_of_the_first(phrases, index, at):
                continue
            described = subject is not None and _is_described(reading, index)
            if _can_act(reading, index) and (described or subject is None or not _is_object(phrases, index, at)):
                subject = index
        elif phrase.head == "equity" and phrase.owner and subject is None:
            reading.put("shares", phrase.owner)
            found.after_object = phrase.owner[-1].end
        elif phrase.head in PARENTS and phrase.owner and subject is None and not phrase.indefinite:
            reading.put("parent", phrase.owner)
        elif _is_unit_of_report(reading, phrase) and subject is None:
            reading.put("parent", [named(org) for org in (reading.sentence.issuer,) if org])
        elif phrase.beside and subject is None and not reading.grammar.not_actor_in(phrase.text):
            reading.put("parent", phrase.beside)
    reading.found.reach = (phrases[first if subject is None else subject].start, 0)
    if subject is not None:
        reading.put("subject", phrases[subject].names)
    elif "parent" in found.slots:
        found.slots.setdefault("subject", found.slots.pop("parent"))
        found.elided = found.stands_in = True


def _goes_on_marked(phrases: Sequence[Phrase], index: int, first: int) -> bool:
    """Return whether a name only goes on what a marker opened: 为甲设备、|乙项目的中标人."""
    opened = index - 2 >= first and phrases[index - 1].kind == "and" and phrases[index - 2].kind == "np"
    return opened and phrases[index - 2].marker is not None and phrases[index - 2].head != "name"


def _is_unit_of_report(reading: Reading, phrase: Phrase) -> bool:
    """Return whether a unit without a name stands for the firm of the report: 公告,阿根廷子公司将收购甲."""
    if phrase.head != "firm" or phrase.owner or phrase.indefinite or phrase.definite:
        return False
    return phrase.text.endswith(reading.grammar.syntax.links)


def _can_act(reading: Reading, index: int) -> bool:
    """Return whether a name can be a subject, and what follows it lets it act."""
    names = [name for name in reading.phrases[index].names if name.kind != "pronoun"]
    if any(_in_title_before(reading, name) for name in names):
        return False
    return any(reading.can_stand(name, "subject") for name in names) and reading.sentence.acts(names, None)


def _in_title_before(reading: Reading, name: Piece) -> bool:
    """Return whether a name is a part of a title that ends before the cue: 为《甲、乙工程》的|中标单位."""
    title = reading.sentence.title_around(name)
    return title is not None and title[1] <= reading.phrases[reading.at].start


def _is_described(reading: Reading, index: int) -> bool:
    """Return whether a clause right before a name only describes it, and so its own names do not act: 甲创立的|乙."""
    phrase, attribute = reading.phrases[index], reading.grammar.syntax.attribute
    behind = index > 0 and reading.phrases[index - 1].kind in ("verb", "cue")
    return behind and bool(attribute) and phrase.text.startswith(attribute)


def _says_whose_act(phrases: Sequence[Phrase], index: int, at: int) -> bool:
    """Return whether a name behind another verb only says whose the act is: 甲参与了乙的|增资."""
    behind = index > 0 and phrases[index - 1].kind in ("verb", "cue")
    bare = all(p.kind in ("adverb", "value") or (p.kind == "np" and not p.names) for p in phrases[index + 1 : at])
    return behind and phrases[index].possessive and bare


def _is_object_of_the_first(phrases: Sequence[Phrase], index: int, at: int) -> bool:
    """Return whether a name is the object of the first of two acts that a joint ties: 收购|甲|以及增资乙."""
    behind = index > 0 and phrases[index - 1].kind == "cue"
    tied = index + 1 < at and phrases[index + 1].kind == "and"
    return behind and tied and all(phrase.kind in CARRIERS for phrase in phrases[index + 2 : at])


def _is_object(phrases: Sequence[Phrase], index: int, at: int) -> bool:
    """Return whether a noun phrase behind a verb is that verb's object and not the next one's subject."""
    if index == 0 or phrases[index - 1].kind not in ("verb", "cue"):
        return False
    if phrases[at - 1].kind == "cue" and phrases[at - 1].end == phrases[at].start:
        at -= 1  # 退出甲C轮|融资: two words for one act
    return any(phrases[i].kind not in CARRIERS and not _marked(phrases, i) for i in range(index + 1, at))


def _marked(phrases: Sequence[Phrase], index: int) -> bool:
    """Return whether a phrase is a marker or what it opens."""
    return phrases[index].kind == "marker" or (phrases[index].kind == "np" and phrases[index].marker is not None)
