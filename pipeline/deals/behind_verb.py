"""What stands right of a verb: its object, and the phrases that markers open."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.deals.cue_reading import LONG, Reading, is_own_past, names_act_or_paper
from pipeline.deals.next_clause import begins_clause, is_asked_to_act, is_its_actor, opens_main_clause, opens_the_next
from pipeline.deals.phrase_slots import place
from pipeline.deals.phrases import Phrase, is_group_link
from pipeline.deals.sentence import slot_after
from pipeline.deals.signed_papers import names_paper, note_paper, paper


def read_right(reading: Reading, last: int) -> None:
    """Fill the slots behind a verb: its object, and what markers open, up to the next verb."""
    phrases, found, grammar = reading.phrases, reading.found, reading.grammar
    comma_ends = grammar.syntax.comma_ends_clause
    index = reading.at + 1
    if not grammar.syntax.markers_lead:
        found.paper = paper(reading, last)
    before = phrases[reading.at - 1] if reading.at else None
    has_object = comma_ends and before is not None and before.kind == "np" and _is_noun(reading, before)
    if has_object and before is not None and before.head == "equity" and before.marker is None:
        reading.put("object", before.owner)  # 完成甲51%股权的|收购
        found.thing = "equity"
    attribute = index < last and phrases[index].kind == "np" and phrases[index].text[:1] == grammar.syntax.attribute
    cue, is_verb = phrases[reading.at], not names_act_or_paper(reading, reading.at)
    found.reach = (cue.start if found.reach[0] < 0 else found.reach[0], cue.end)
    if comma_ends:
        index = _past_holders(reading, index, last)
    while index < last:
        phrase = phrases[index]
        found.reach = (found.reach[0], phrase.start)
        if index > reading.at + 1 and not comma_ends and (behind := _behind_list(phrases, index, last)):
            index = behind
            continue
        if phrase.kind == "adverb" and phrase.text.lower() in grammar.auxiliaries and not is_verb:
            break  # nach dem Kauf von B | will A
        if opens_main_clause(reading, index, last):
            break  # mit dem Kauf von B | A | baut … aus
        if is_its_actor(reading, index, last):
            reading.put("subject", phrase.names, over=True)
            break  # the acquisition | A | proposed last year
        if phrase.kind in ("verb", "cue", "relative"):
            if is_group_link(phrase, grammar) and _is_of_group(phrases, index):
                index += 1
                continue
            if phrase.kind == "cue" and index == reading.at + 1 and not has_object and not attribute:
                if not comma_ends and not is_verb and not names_act_or_paper(reading, index):
                    break  # an investment | led by A
                index += 1
                continue
            shares = phrase.kind == "cue" and grammar.head_of(phrase.text.lower()) == "equity"
            if not comma_ends and (shares or names_paper(reading, index, last)):
                index += 1
                continue
            modifies = phrase.kind == "verb" and comma_ends and not has_object and _modifier_ahead(reading, index, last)
            if not modifies:
                break
        elif phrase.kind == "and" and has_object:
            if comma_ends or index + 1 >= last or not names_paper(reading, index + 1, last):
                break
        elif phrase.kind == "and" and index == reading.at + 1:
            break  # 领投、跟投: the object is the next verb's
        elif phrase.kind == "and" and comma_ends and opens_the_next(phrases, index, last):
            break  # 甲出资2亿元、乙出资1亿元
        elif phrase.kind == "and" and not comma_ends and begins_clause(phrases, index):
            break  # bought a plant for $2 billion | and | A sold
        elif phrase.kind == "comma" and not comma_ends:
            behind = _past_comma(reading, index, last)
            if behind is None:
                break
            index = behind
        elif phrase.kind == "np" and is_asked_to_act(reading, index):
            break  # an agreement for | A | to buy B
        elif phrase.kind == "np":
            named = "object" in found.slots and is_own_past(reading)  # its acquired tool, B, | a push
            has_object = named or place(reading, index, has_object=has_object) or has_object
            if has_object and phrase.head == "equity" and grammar.head_of(cue.text.lower()) == "equity":
                break  # his stake | in A: what follows is the verb's that deals with it
        elif phrase.kind == "adverb" and phrase.text.lower() in grammar.object_pronouns:
            has_object = _take_up(reading, index, last, has_object=has_object) or has_object
        index += 1
    else:
        found.reach = (found.reach[0], found.window[1])
        if comma_ends and last + 2 < len(phrases) and _hands_over(phrases[last + 1]):
            reading.put(slot_after(phrases[last + 1].piece or phrases[last].names[0]), phrases[last + 2].names)
    if comma_ends:
        _take_listed(reading, last)
        note_paper(reading, last)
    elif index < last and "and" in {phrase.kind for phrase in phrases[reading.at : index + 1]}:
        _take_shared_agent(reading, index, last)


def _past_comma(reading: Reading, index: int, last: int) -> int | None:
    """Return the last phrase of what a comma sets aside, the comma alone at least; None where the clause ends at it."""
    phrases, found = reading.phrases, reading.found
    if index == reading.at + 2 and _goes_on_before_paper(reading, index, last):
        return index
    following = phrases[index + 1] if index + 1 < last else None
    if following is None or following.kind not in ("marker", "np", "adverb"):
        return None
    if following.kind != "np":
        return index
    unnamed = not (following.names or following.owner)
    if unnamed and index + 2 < last and phrases[index + 2].kind == "marker":
        return index + 1  # in Fresno, California to A
    closing = next((i for i in range(index + 1, last) if phrases[i].kind == "comma"), None)
    if closing is None:
        return None
    told = closing == index + 2 and following.head == "name" and "object" not in found.slots
    if told and (found.unnamed or is_own_past(reading)):
        reading.put("object", following.names)  # a maker of pumps, B, for $2 million; its recently acquired tool, B,
        found.thing = "firm"
    return closing


def _take_shared_agent(reading: Reading, index: int, last: int) -> None:
    """Take who does two acts of one list: the purchase of A's plants | and the rent of its offices by B."""
    phrases = reading.phrases
    if not names_act_or_paper(reading, reading.at) or "by" in reading.found.slots:
        return
    end = next((i for i in range(index, last) if phrases[i].kind in ("verb", "governor", "comma", "relative")), last)
    agent = next((p for p in phrases[index:end] if p.marker is not None and slot_after(p.marker) == "by"), None)
    if agent is not None and agent.head == "name":
        reading.put("by", agent.names)


def _take_listed(reading: Reading, last: int) -> None:
    """Take as object the firms that a colon names behind their number: 收购三家制造商:|甲、乙和丙."""
    phrases, slots = reading.phrases, reading.found.slots
    listed = phrases[last + 1] if last + 1 < len(phrases) else None
    counted = phrases[last - 1].kind == "np" and phrases[last - 1].head == "firm" and last - 1 > reading.at
    if "object" not in slots and counted and listed and phrases[last].text == ":" and listed.head == "name":
        reading.put("object", listed.names)
        reading.found.thing = "firm"


def _past_holders(reading: Reading, first: int, last: int) -> int:
    """Return where the object begins that a list of holders stands before: 收购甲、乙及丙合计持有的|丁51%股权."""
    phrases = reading.phrases
    acts = (i for i in range(first, last) if phrases[i].kind == "cue")
    held = next((i for i in range(first + 1, next(acts, last)) if phrases[i].held), None)
    if held is None or any(phrase.marker for phrase in phrases[first : held + 1]):
        return first
    holders = [name for phrase in phrases[first : held + 1] for name in (*phrase.names, *phrase.holder)]
    reading.put("holder", [name for name in holders if name not in phrases[held].names])
    return held


def _behind_list(phrases: Sequence[Phrase], index: int, last: int) -> int | None:
    """Return where a list of things that goes on at a joint ends with a marker: turbines | , parts and staff | to."""
    at = index
    while at + 1 < last and phrases[at].kind in ("comma", "and"):
        while at + 1 < last and phrases[at].kind in ("comma", "and"):
            at += 1
        if at + 1 < last and phrases[at].kind in ("verb", "governor") and phrases[at + 1].head == "goods":
            at += 1  # managed | services
        thing = phrases[at]
        if thing.kind != "np" or thing.marker is not None or thing.names or thing.head not in ("goods", "noun", "unit"):
            return None
        at += 1
    return at if at > index and at < last and phrases[at].kind == "marker" else None


def _take_up(reading: Reading, index: int, last: int, *, has_object: bool) -> bool:
    """Put the firm that a word takes up into the slot where the word stands; return whether it is the object."""
    phrases = reading.phrases
    if index + 1 < last and phrases[index + 1].kind in ("cue", "verb", "governor", "adverb"):
        return False  # a subject of its own: said it | has
    firm = reading.taken_up(phrases[index])
    before = phrases[index - 1]
    if before.kind == "marker" and before.piece is not None:
        reading.put(slot_after(before.piece), firm)
        return False
    if has_object or index != reading.at + 1 or not firm:
        return False
    reading.put("object", firm)
    reading.found.thing = "firm"
    return True


def _is_of_group(phrases: Sequence[Phrase], index: int) -> bool:
    """Return whether a word tells who leads the unnamed group before it: by a consortium | led by | A."""
    name = phrases[index + 1] if index + 1 < len(phrases) else None
    return name is not None and name.marker is not None and name.marker.start < phrases[index].start


def _is_noun(reading: Reading, before: Phrase) -> bool:
    """Return whether a cue is a noun here: 甲的收购策略, 迎来最大并购."""
    if before.possessive:
        return True
    attribute = reading.grammar.syntax.attribute or " "
    bare = len(before.text) < LONG and attribute not in before.text and not (before.names or before.owner)
    return bare and reading.kind(reading.at - 2) == "verb"


def _hands_over(phrase: Phrase) -> bool:
    """Return whether a marker that only stands behind a verb opens the next clause: 出售甲,予乙."""
    return phrase.kind == "marker" and phrase.piece is not None and phrase.piece.kind == "after"


def _modifier_ahead(reading: Reading, index: int, last: int) -> bool:
    """Return whether a verb belongs to an attribute of the object: 收购专注质检的甲."""
    following = reading.phrases[index + 1] if index + 1 < last else None
    if following is None or following.kind != "np":
        return False
    return following.modified or (following.head in ("equity", "matter") and bool(following.owner))


def _goes_on_before_paper(reading: Reading, comma: int, last: int) -> bool:
    """Return whether a comma parts two attributes of the paper that a verb signs: a five-year|, $3 million | deal."""
    phrases = reading.phrases
    first, value = phrases[comma - 1], phrases[comma + 1] if comma + 2 < last else None
    opened = first.kind == "np" and first.text.split()[0].lower() in reading.grammar.determiners
    return opened and value is not None and value.kind == "value" and names_paper(reading, comma + 2, last)
