"""Who stands where around a cue: subject, object and the parties that markers open, read from phrases.

A clause is read from its verb outwards: to the left the nearest noun phrase that can act, past adverbs, verbs that pass
their subject on and what stands between two commas; to the right the object and the marked phrases up to the next verb.
What a clause leaves out is taken from the clauses before it, or from the one behind a clause of time.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.deals.behind_verb import read_right
from pipeline.deals.case_slots import read_cases
from pipeline.deals.cue_reading import CARRIERS, Reading
from pipeline.deals.grammar import Piece
from pipeline.deals.left_out import (
    act_together,
    earlier_subject,
    note_topic,
    share_act,
    take_antecedent,
    take_framed_subject,
    take_pair,
    take_subject,
)
from pipeline.deals.marked_first import read_left_marked_first
from pipeline.deals.passives import turn_passive
from pipeline.deals.phrases import Phrase
from pipeline.deals.sentence import Arguments, Sentence, slot_after, slot_before
from pipeline.deals.verb_first import read_left_verb_first
from pipeline.deals.verb_last import read_verb_last

PURPOSES = ("for", "about")
"""Slots of the act that a paper is for: un acuerdo con A | para."""
WAITING = ("to", "with", "from", "along", "via")
"""Slots whose marked party may stand behind a comma from its verb: 向甲,采购."""


def read_arguments(sentence: Sentence, cue: Piece) -> Arguments:
    """Return what stands around a cue."""
    if sentence.grammar.syntax.markers.behind:
        return read_cases(sentence, cue)
    if sentence.grammar.syntax.cases:
        return read_verb_last(sentence, cue)
    phrases = sentence.phrases_around(cue)
    at = next(i for i, phrase in enumerate(phrases) if phrase.kind == "cue" and phrase.start == cue.start)
    first, last = clause(sentence, phrases, at)
    if sentence.grammar.syntax.comma_ends_clause:
        first = _own_clause(phrases, first, at)
    opened = next((i for i in range(at - 1, first - 1, -1) if phrases[i].kind == "relative"), first - 1)
    start = phrases[opened].end if opened >= 0 else sentence.start
    end = phrases[last].start if last < len(phrases) else sentence.end
    reading = Reading(sentence, phrases, at, Arguments((min(start, cue.start), max(end, cue.end))))
    if sentence.grammar.syntax.comma_ends_clause:
        read_left_marked_first(reading, first)
    else:
        reading.found.definite = _has_definite_article(reading)
        reading.found.known = reading.found.definite and reading.kind(at + 1) == "marker"
        read_left_verb_first(reading, first)
    read_right(reading, last)
    take_rival(reading, first)
    if not sentence.grammar.syntax.comma_ends_clause:
        take_antecedent(reading)
    turn_passive(reading, first)
    act_together(reading, first, last)
    if not {"subject", "by"} & reading.found.slots.keys():
        take_framed_subject(reading)
    if "subject" not in reading.found.slots:
        take_subject(reading, first, last)
        share_act(reading)
        turn_passive(reading, first)
    take_pair(reading, first)
    note_topic(reading, first)
    if sentence.grammar.plain_order:
        note_dealt(reading)
    elif sentence.grammar.syntax.head_first:
        note_dealt_for(reading, first)
    return reading.found


def clause(sentence: Sentence, phrases: Sequence[Phrase], at: int) -> tuple[int, int]:
    """Return the range of phrases of the clause that holds a phrase."""
    ends = ("comma", "break") if sentence.grammar.syntax.comma_ends_clause else ("break",)
    first, last = at, at + 1
    while first > 0 and phrases[first - 1].kind not in ends:
        first -= 1
    while last < len(phrases) and phrases[last].kind not in (*ends, "relative"):
        last += 1
    while first > 1 and phrases[first - 1].kind == "comma":
        start = _begins(phrases, first - 1)
        opened = _begins(phrases, start - 1) if start > 1 and _tells_terms(phrases[start : first - 1]) else start
        if not _opens_only(phrases, first - 1 if opened == start else start - 1):
            break
        first = opened  # 向甲,采购: a marker waits for its verb behind the comma; so it does before ,以3亿元,
    return first, last


def _own_clause(phrases: Sequence[Phrase], first: int, at: int) -> int:
    """Return where a verb's own clause begins in a row of them: 甲收购乙、|丙收购丁; 甲领投、|乙跟投."""
    index = at - 1
    while index > first and phrases[index].kind in CARRIERS:
        index -= 1
    row = index - 1 > first and phrases[index].head == "name" and phrases[index].marker is None
    if not row or phrases[index - 1].kind != "and":
        return first
    behind = next((i for i in range(index - 2, first, -1) if phrases[i].kind == "cue"), None)
    ended = range(behind + 1, index - 1) if behind is not None else ()
    acts = behind == index - 2 or any(phrases[i].head in ("name", "equity") for i in ended)
    return index if acts else first


def _begins(phrases: Sequence[Phrase], end: int) -> int:
    """Return where the clause that ends at a comma begins."""
    while end > 0 and phrases[end - 1].kind not in ("comma", "break"):
        end -= 1
    return end


def _tells_terms(clause: Sequence[Phrase]) -> bool:
    """Return whether a clause holds no more than a price or a manner: ,以3亿元的价格,"""
    return all(
        phrase.kind in ("other", "value", "adverb")
        or (phrase.kind == "np" and phrase.head in ("noun", "matter") and not (phrase.names or phrase.owner))
        for phrase in clause
    )


def _opens_only(phrases: Sequence[Phrase], comma: int) -> bool:
    """Return whether the clause before a comma is one that a marker opens and no verb closes."""
    before = phrases[comma - 1]
    if before.kind != "np" or before.marker is None or slot_before(before.marker) not in WAITING:
        return False
    index = comma - 1
    while index >= 0 and phrases[index].kind not in ("comma", "break"):
        if phrases[index].kind in ("cue", "verb"):
            return False
        index -= 1
    return True


def _has_definite_article(reading: Reading) -> bool:
    """Return whether a definite article stands right before a cue: the | acquisition of A."""
    before = reading.phrases[reading.at - 1] if reading.at else None
    bare = before is not None and before.kind == "np" and not (before.names or before.owner)
    return bare and before is not None and reading.grammar.definite.match(before.text) is not None


def note_dealt(reading: Reading) -> None:
    """Note with whom the paper is that a verb carries out: signed an agreement | with A | to | sell B."""
    phrases, at = reading.phrases, reading.at
    if at < 4 or reading.grammar.chain["infinitives"].fullmatch(phrases[at - 1].text) is None:
        return
    other, paper = phrases[at - 2], phrases[at - 4]
    dealing = other.head == "name" and other.marker is not None and slot_after(other.marker) == "with"
    if dealing and (paper.head == "paper" or paper.text.split()[-1].lower() in reading.grammar.papers):
        reading.put("dealt", other.names)


def note_dealt_for(reading: Reading, first: int) -> None:
    """Note with whom the paper is that an act carries out, or its verb deals: acuerda | con A | la venta de B.

    The act may be what the paper is for: un acuerdo | con A | para | vender B.
    """
    phrases, at = reading.phrases, reading.at - 1
    if at > first and phrases[at].kind == "np" and phrases[at].text.lower() in reading.grammar.determiners:
        at -= 1
    purpose = phrases[at].piece if at > first + 2 and phrases[at].kind == "marker" else None
    aimed = purpose is not None and slot_after(purpose) in PURPOSES
    named = phrases[at - 1] if aimed else phrases[at]
    if at < first + 2 or named.head != "name" or named.marker is None or slot_after(named.marker) != "with":
        return
    before = [each for each in phrases[first : at - 1 - aimed] if each.kind not in ("value", "adverb")][-2:]
    signed = any(each.text.split()[0].lower() in reading.grammar.papers for each in before)
    if signed if aimed else before and before[-1].kind in ("governor", "verb", "cue"):
        reading.put("dealt", named.names)
        reading.found.slots.pop("with", None)


def take_rival(reading: Reading, first: int) -> None:
    """Take the other of two firms as the one who acts, and with it whom it deals with: 甲与乙签约,后者将采购."""
    rivals, found = reading.grammar.syntax.rivals, reading.found
    acting = [p for p in reading.phrases[first : reading.at] if p.kind == "np" and p.head == "issuer" and not p.marker]
    if "subject" in found.slots or not acting or acting[0].names[0].text not in rivals:
        return
    before = [p for p in reading.phrases[:first] if p.kind == "np" and p.head == "name"]
    last = before[-1] if before else None
    if last is None or len(last.names) > 1:
        return
    dealing = last.marker is not None and slot_before(last.marker) == "with"
    others = reading.sentence.resolved(earlier_subject(reading, first)) if dealing else []
    apart = last.names[0].value is not None and last.names[0].value.name not in {o.value.name for o in others}
    for slot in ("with", "dealt"):
        found.slots.pop(slot, None)
        if others and apart:
            found.slots[slot] = others
    reading.put("subject", last.names)
    found.reach = (acting[0].start, found.reach[1])
