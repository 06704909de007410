"""A verb turned round: who acts stands behind it or is left out, and its subject is what it acts on."""

from __future__ import annotations

from pipeline.deals.cue_reading import Reading, names_paper_itself
from pipeline.deals.phrases import Phrase
from pipeline.deals.sentence import Group, slot_after


def turn_passive(reading: Reading, first: int) -> None:
    """Make the subject of a passive the object."""
    slots, found = reading.found.slots, reading.found
    if "object" in slots or not _is_passive(reading, first):
        return
    agent = reading.grammar.syntax.passive_agent
    if agent in slots and "by" not in slots:
        slots["by"] = slots.pop(agent)
    found.turned = True
    if described := _apposed(reading, first):
        slots["subject"] = described
    if "subject" not in slots and "shares" not in slots and (described := _before_bracket(reading)):
        slots["subject"] = described
    if "subject" in slots and "to" in slots and "by" not in slots and (paper := _paper_of(reading, slots["subject"])):
        owner = slots.pop("subject")  # A's contract | was awarded | to B
        slots["object name" if names_paper_itself(reading, paper) else "by"] = owner
    elif "subject" in slots:
        slots["object"] = slots.pop("subject")
        found.after_object = slots["object"][-1].end
        found.thing = "firm" if found.thing == "none" else found.thing
    elif "shares" in slots:
        slots["object"] = slots.pop("shares")
        found.thing = "equity"


def _paper_of(reading: Reading, owner: Group) -> Phrase | None:
    """Return the paper that is the subject of a verb and belongs to somebody, its own name at least: A's contract."""
    papers = (phrase for phrase in reading.phrases[: reading.at] if phrase.head == "paper" and phrase.owner)
    return next((phrase for phrase in papers if phrase.start <= owner[0].start < phrase.end), None)


def _before_bracket(reading: Reading) -> Group:
    """Return the firm that a passive in brackets tells of: the last one named before them: B (bought by A in 2012)."""
    cue = reading.phrases[reading.at]
    opened = reading.sentence.text.rfind("(", reading.sentence.start, cue.start)
    if opened < 0 or reading.sentence.text.find(")", opened, cue.start) >= 0:
        return []
    return [piece for piece in reading.sentence.pieces if piece.kind == "org" and piece.end <= opened][-1:]


def _apposed(reading: Reading, first: int) -> Group:
    """Return the firm that a participle speaks of in what describes it: B, a maker of pumps | sold | to A."""
    phrases, at = reading.phrases, reading.at
    comma = next((i for i in range(at - 1, first, -1) if phrases[i].kind == "comma"), first)
    inside = phrases[comma + 1 : at]
    if not reading.grammar.plain_order or comma == first or not inside or inside[0].kind != "np" or inside[0].names:
        return []
    ends = inside[-1].kind == "np" and not inside[-1].names and all(each.kind in ("np", "marker") for each in inside)
    name, past = phrases[comma - 1], reading.grammar.chain["past"].fullmatch(phrases[at].text)
    turned = past is not None and reading.kind(at + 1) in ("marker", "value", "adverb")
    described = name.kind == "np" and name.head == "name" and len(name.names) == 1
    return list(name.names) if ends and turned and described else []


def _is_participle(reading: Reading) -> bool:
    """Return whether a word that names an act too is a verb's, right behind the verb that turns it: sera | reprise."""
    before = reading.phrases[reading.at - 1].piece if reading.at else None
    return reading.grammar.syntax.head_first and before is not None and before.kind == "passive"


def _is_passive(reading: Reading, first: int) -> bool:
    """Return whether the clause turns its verb round: 甲被乙收购, A was acquired (by B), A, bought by B."""
    syntax, phrases, at = reading.grammar.syntax, reading.phrases, reading.at
    cue = phrases[at].piece
    assert cue is not None
    if syntax.markers_lead:
        return "by" in reading.found.slots
    if cue.text.endswith(syntax.active_endings):
        return False
    if cue.text.lower() in cue.value.nouns:
        return _is_participle(reading)
    if syntax.head_first and cue.text.lower().split()[-1] in reading.grammar.papers:
        return False  # lanza una oferta | por A
    if _apposed(reading, first):
        return True
    index = at - 1
    while index >= first and phrases[index].kind in ("adverb", "governor", "marker"):
        piece = phrases[index].piece
        if piece is not None and piece.kind == "passive":
            return True
        if piece is not None and reading.grammar.verb_marks.fullmatch(piece.text):
            break  # is to | buy
        index -= 1
    behind = at + 1
    if syntax.head_first and reading.grammar.chain["past"].fullmatch(cue.text):
        while reading.kind(behind) in ("adverb", "value", "np") and not phrases[behind].names and behind < at + 4:
            behind += 1  # rachetée | l'an | dernier | par A
    following = phrases[behind] if behind < len(phrases) else None
    if syntax.head_first and reading.kind(behind + 1) == "value":
        return False  # vendió A | por 5 millones
    return bool(following and following.piece and following.kind == "marker" and slot_after(following.piece) == "by")
