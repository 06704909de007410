"""What is left out: subjects of other clauses, those who act together, whom words take up."""

from __future__ import annotations

from pipeline.deals.cue_reading import CARRIERS, Reading, hangs_on
from pipeline.deals.phrases import is_named, is_proper
from pipeline.deals.sentence import Group, named, slot_after, slot_before
from pipeline.rules.frames import Org

FRAMES = ("in", "media", "list", "like")
"""Slots of what frames a clause."""
ACTING = ("name", "issuer", "firm", "person", "unit")
"""Heads of those who act, named or not."""


def take_pair(reading: Reading, first: int) -> None:
    """Take the two firms that a word for both refers to, from the clauses before: 甲与乙宣布,双方合作."""
    phrases, grammar, slots = reading.phrases, reading.grammar, reading.found.slots
    start = phrases[first].start if first < reading.at else reading.found.window[0]
    if not grammar.pair.search(reading.sentence.text, start, phrases[reading.at].start):
        return
    for index in range(first - 1, 0, -1):
        phrase = phrases[index]
        if phrase.marker is None or slot_before(phrase.marker) != "with" or not phrase.names:
            continue
        group = earlier_subject(reading, index + 1) or slots.get("subject", [])
        if group:
            reading.put("subject", group, over=True)
            reading.put("with", phrase.names, over=True)
        return


def take_framed_subject(reading: Reading) -> None:
    """Take the name right before its verb inside a frame of time, source or likeness: 在甲收购乙时."""
    index = reading.at - 1
    while index >= 0 and reading.kind(index) in CARRIERS:
        index -= 1
    phrase = reading.phrases[index] if index >= 0 else None
    if phrase and phrase.kind == "np" and phrase.marker and phrase.head == "name" and not phrase.possessive:
        slot = slot_before(phrase.marker)
        if slot in FRAMES and slot in reading.found.slots:
            reading.found.slots["subject"] = reading.found.slots.pop(slot)


def take_antecedent(reading: Reading) -> None:
    """Take as object the firm that a relative clause describes: B, which A bought; B, the start-up that A bought."""
    phrases, found = reading.phrases, reading.found
    if reading.grammar.auxiliaries:
        _take_described(reading)
        return
    opened = next((i for i in range(reading.at - 1, 1, -1) if phrases[i].kind in ("relative", "break")), 0)
    if not opened or found.thing != "none" or "object" in found.slots or "subject" not in found.slots:
        return
    subject, before = phrases[opened + 1], opened - 1
    own = subject.kind == "np" and subject.names and subject.names == tuple(found.slots["subject"])
    if phrases[opened].kind == "relative":
        before -= phrases[before].kind == "comma"
        apposed = phrases[before].head == "name"  # B, | which | A bought
    else:
        apposed = False
    if not apposed and before > 1 and phrases[before].kind == "np" and phrases[before - 1].kind == "comma":
        before -= 2  # B, | the start-up | that | A bought
        apposed = phrases[before].head == "name"
    if own and apposed and phrases[opened].text.isalpha():
        reading.put("object", phrases[before].names)
        found.thing = "firm"


def _take_described(reading: Reading) -> None:
    """Take as object the firm right before a relative word whose clause has another subject: B, den A kaufte."""
    phrases, found = reading.phrases, reading.found
    opened = next((i for i in range(reading.at - 1, -1, -1) if phrases[i].kind in ("relative", "break")), 0)
    if phrases[opened].kind != "relative" or "object" in found.slots or "subject" not in found.slots:
        return
    own = [phrase for phrase in phrases[opened + 1 : reading.at] if phrase.kind == "np" and phrase.marker is None]
    name = next((phrases[i] for i in range(opened - 1, -1, -1) if phrases[i].kind not in ("comma", "verb")), None)
    if own and own[0].names and name and name.head == "name":
        reading.put("object", name.names)
        found.thing = "firm"


def act_together(reading: Reading, first: int, last: int) -> None:
    """Make those who act beside the subject part of it: 甲联合乙收购, 甲与乙共同收购."""
    slots, sentence = reading.found.slots, reading.sentence
    beside = slots.pop("along", [])
    cue = reading.phrases[reading.at]
    if "with" in slots and reading.grammar.together.search(sentence.text, slots["with"][-1].end, cue.end):
        beside += slots.pop("with")
    if beside:
        if "subject" not in slots:
            take_subject(reading, first, last)
        slots["subject"] = slots.get("subject", []) + beside
        slots["along"] = list(slots["subject"])


def share_act(reading: Reading) -> None:
    """Make whom the subject dealt with in an earlier clause part of it, where both act: 甲与乙组成的联合体,中标丙."""
    slots, sentence = reading.found.slots, reading.sentence
    cue = reading.phrases[reading.at]
    beside = slots.get("dealt", []) if "subject" in slots else []
    if beside and reading.grammar.together.search(sentence.text, beside[-1].end, cue.end):
        slots["subject"] = [*slots["subject"], *beside]
        slots.pop("with", None)


def take_subject(reading: Reading, first: int, last: int) -> None:
    """Take the subject that a clause leaves out: from the clauses before it, else from the one behind it."""
    group = earlier_subject(reading, first) or _later_subject(reading, first, last) or _owner_ahead(reading)
    topic = reading.sentence.topic or _taken_up_by_word(reading) or _taken_up_by_act(reading, first)
    group = group or _main_subject(reading)
    speaker = reading.sentence.speaker
    if not group and speaker is not None and reading.sentence.quoted(reading.phrases[reading.at].start):
        group = [named(speaker)]  # “…”, said X of A: who speaks acts
    if not group and topic is not None:
        group = [named(topic)]
    if group:
        taken = reading.found.names("by", "object", "toward", "ba")
        if not {each.value.name for each in group if each.value is not None} & taken:
            reading.put("subject", group)
            reading.found.elided = True


def _taken_up_by_word(reading: Reading) -> Org | None:
    """Return the firm the text is about, where a word of the clause acts for it: it has struck a deal."""
    near = range(max(0, reading.at - 6), reading.at)
    word = next((i for i in near if reading.phrases[i].text.lower() in reading.grammar.syntax.takes_up), None)
    if word is None:
        return None
    return _only_one_told(reading, word) or reading.sentence.issuer


def _only_one_told(reading: Reading, word: int) -> Org | None:
    """Return the only firm that a sentence names before a word for one: shares of A rose as | it | bought B."""
    told = [phrase for phrase in reading.phrases[:word] if phrase.names]
    names = [piece.value for phrase in told for piece in phrase.names if piece.kind == "org"]
    if len({each.name for each in names}) != 1:
        return None
    acts = told[0].marker is None or slot_before(told[0].marker) == "of"
    return names[0] if acts else None


def _taken_up_by_act(reading: Reading, first: int) -> Org | None:
    """Return the firm of the report where the act was told before, or nobody named plans it: 本次收购甲, 拟收购甲."""
    grammar, phrases = reading.grammar, reading.phrases
    if not grammar.syntax.markers_lead or not {"object", "ba"} & reading.found.slots.keys():
        return None
    planned = any(reading.kind(i) == "governor" for i in range(first, reading.at))
    others = (p.head in ACTING and p.marker is None for p in phrases[: reading.at])
    alone = planned and not any(others)
    return reading.sentence.issuer if alone or _takes_up_act(reading, first) else None


def _takes_up_act(reading: Reading, first: int) -> bool:
    """Return whether the clause speaks of an act told before: 本次收购."""
    start = reading.phrases[first].start
    return reading.grammar.this_act.search(reading.sentence.text, start, reading.phrases[reading.at].start) is not None


def _owner_ahead(reading: Reading) -> Group:
    """Return the firm that a word before a noun refers to ahead: after its merger with B, A …"""
    phrases, at = reading.phrases, reading.at
    owners = [each for p in phrases[max(0, at - 2) : at] if p.kind == "np" for each in (p.owner or p.names)]
    owned = any(each.kind == "pronoun" for each in owners)
    comma = next((i for i in range(at + 1, len(phrases)) if phrases[i].kind == "comma"), len(phrases))
    if reading.grammar.syntax.markers_lead or not owned:
        return []
    return _first_name(reading, comma + 1, len(phrases))


def _main_subject(reading: Reading) -> Group:
    """Return who acts in the main clause that an act opens as its means, time or cause, or that it serves.

    Mit der Übernahme von B stärkt | A …; avec le rachat de B, | A …; the purchase of B will allow | A to …
    """
    phrases, at, syntax = reading.phrases, reading.at, reading.grammar.syntax
    begins = next((i + 1 for i in range(at - 1, -1, -1) if phrases[i].kind == "break"), 0)
    before = phrases[begins:at]
    told = {"by", "between"} & reading.found.slots.keys() or {"of", "with"} <= reading.found.slots.keys()
    if syntax.markers_lead or told or not phrases[at].names_act:
        return []
    opens = before[0] if before else phrases[at]
    if before and hangs_on(reading, before[-1]):
        before = before[:-1]  # nach der A-Übernahme will | B
    if any(each.names or is_named(each.owner) or each.kind in ("cue", "verb", "governor", "comma") for each in before):
        return []
    fronted = reading.grammar.time_begins.match(reading.sentence.text, opens.start) is not None
    index = at + 1
    while index < len(phrases) and phrases[index].kind not in ("comma", "break", "relative", "cue", "verb", "governor"):
        if syntax.auxiliaries and phrases[index].kind == "adverb" and phrases[index].text.lower() in syntax.auxiliaries:
            break
        index += 1
    if index >= len(phrases) or phrases[index].kind in ("break", "relative"):
        return []
    actor = phrases[index - 1]
    if fronted and syntax.auxiliaries and index - 1 > at + 1 and actor.marker is None and actor.head == "name":
        return list(actor.names)  # mit der Übernahme von B | A | baut … aus
    served = phrases[index].text.lower() in syntax.serves
    turned = fronted and (bool(syntax.auxiliaries) or phrases[index].kind == "comma")
    return _next_actor(reading, index + 1, served=served) if served or turned else []


def _next_actor(reading: Reading, start: int, *, served: bool) -> Group:
    """Return the name that follows, without a marker but for the one of whom a verb serves: permet | à A."""
    phrases = reading.phrases
    for index, phrase in enumerate(phrases[start : start + 4], start):
        if phrase.kind != "np" and not (phrase.kind in ("adverb", "governor") or (served and phrase.kind == "marker")):
            return []
        if phrase.kind != "np":
            continue
        marked = phrase.marker is not None and not (served and slot_after(phrase.marker) == "to")
        if marked or phrase.head not in ("name", "issuer"):
            return []
        acts = phrases[start - 1].kind != "comma" or reading.kind(index + 1) in ("verb", "cue", "governor", "adverb")
        return list(phrase.names) if acts else []
    return []


def earlier_subject(reading: Reading, first: int) -> Group:
    """Return who acts in the nearest clause before that has a subject others can share."""
    phrases, sentence = reading.phrases, reading.sentence
    end = first - 1
    while end > 0:
        start = end
        while start > 0 and phrases[start - 1].kind not in ("comma", "break"):
            start -= 1
        if sentence.grammar.says.search(sentence.text, phrases[start].start, phrases[end - 1].end if end else 0):
            return []
        group = _first_name(reading, start, end)
        if group:
            _take_partner(reading, start, first)
            return group
        end = start - 1
    return []


def _take_partner(reading: Reading, start: int, first: int) -> None:
    """Take whom the subject dealt with since its own clause: 甲与乙签约,将支付5亿元."""
    for phrase in reading.phrases[start:first]:
        firms = phrase.names or phrase.owner
        if phrase.kind == "np" and phrase.marker and firms and slot_before(phrase.marker) == "with":
            reading.put("with", firms)
            reading.put("dealt", firms)


def note_topic(reading: Reading, first: int) -> None:
    """Note the subject of the sentence's first clause where it is not this verb's own: who raises the round."""
    leads = reading.grammar.syntax.markers_lead
    end = next((i for i in range(first) if reading.kind(i) in ("comma", "break")), 0 if leads else reading.at)
    topic = [] if _joins(reading, 0, end) else _first_name(reading, 0, end)
    while not topic and leads and end + 1 < first:  # 7月,甲完成融资,投资方包括乙
        start, end = end + 1, next((i for i in range(end + 1, first) if reading.kind(i) in ("comma", "break")), first)
        topic = [] if _joins(reading, start, end) else _first_name(reading, start, end)
    own = reading.found.names("subject", "by")
    if topic and not own & {each.value.name for each in topic if each.value is not None}:
        reading.put("topic", topic)


def _joins(reading: Reading, start: int, end: int) -> bool:
    """Return whether who acts in a clause joins a round, and so does not raise it: 乙领投,丙跟投."""
    pieces = (reading.phrases[i].piece for i in range(start, end) if reading.kind(i) == "cue")
    own = reading.grammar.syntax.markers_lead
    return own and any(piece is not None and all(each.joins for each in piece.value.frames) for piece in pieces)


def _first_name(reading: Reading, start: int, end: int) -> Group:
    for index, phrase in enumerate(reading.phrases[start:end], start):
        if phrase.kind in ("cue", "verb"):
            following = reading.phrases[index + 1] if index + 1 < end else None
            attribute = reading.grammar.syntax.attribute
            if attribute and following is not None and following.text.startswith(attribute) and following.names:
                continue  # 在美国受挫|的甲,向乙增发
            return _permitted(reading, index, end)
        if phrase.kind == "marker" and index > start and (permitted := _permitted(reading, index, end)):
            return permitted
        if phrase.kind != "np" or phrase.marker is not None:
            continue
        names = list(phrase.names) if phrase.head in ("name", "issuer") else list(phrase.beside)
        if names and _can_lead(reading, names):
            told = _told_of(reading, index, end)
            return told or (names if reading.sentence.acts(names, None) else [])
    return []


def _permitted(reading: Reading, index: int, end: int) -> Group:
    """Return the firm that the word at a place lets act, where its own doing stands behind it: 投审会核准|甲|申请."""
    phrases = reading.phrases
    if phrases[index].text not in reading.grammar.syntax.permits or index + 2 >= end:
        return []
    firm, doing = phrases[index + 1], phrases[index + 2].kind
    acts = firm.head == "name" and doing in ("cue", "verb", "governor", "adverb", "other")
    return list(firm.names) if acts and _can_lead(reading, list(firm.names)) else []


def _told_of(reading: Reading, index: int, end: int) -> Group:
    """Return whose act the firm at a place only tells of, in the same clause: 甲公告|子公司乙|拟出资,收购丙."""
    phrases = reading.phrases
    if not reading.grammar.syntax.markers_lead or index + 3 > end or phrases[index + 1].kind != "governor":
        return []
    if not reading.grammar.chain["says"].search(phrases[index + 1].text):
        return []
    told = next((phrase for phrase in phrases[index + 2 : end] if phrase.kind not in ("adverb", "governor")), None)
    named = told is not None and told.kind == "np" and told.head == "name" and told.marker is None
    return list(told.names) if named and told is not None and _can_lead(reading, list(told.names)) else []


def _can_lead(reading: Reading, names: Group) -> bool:
    """Return whether a name can be whom later clauses leave out: one that is known, or a proper one that begins."""
    return any(piece.kind != "maybe" or (is_proper(piece) and reading.sentence.opens_clause(piece)) for piece in names)


def _later_subject(reading: Reading, first: int, last: int) -> Group:
    """Return the subject of the main clause behind a clause of time: 收购甲后,乙…; after buying A, B …"""
    phrases, sentence = reading.phrases, reading.sentence
    if not sentence.grammar.syntax.comma_ends_clause:
        first -= bool(first)  # the word that opens the clause is a break itself: after
        last = next((i for i in range(reading.at, last) if phrases[i].kind == "comma"), last)
    if last >= len(phrases) or phrases[last].kind not in ("comma", "break"):
        return []
    opens = reading.at == 0 and "by" in reading.found.slots  # bought by A in 2010, B …
    timed = sentence.grammar.time_clause(sentence.text, phrases[first].start, phrases[last].start)
    if not opens and not timed and not _takes_up_act(reading, first):
        return []
    end = next((i for i in range(last + 1, len(phrases)) if phrases[i].kind in ("comma", "break")), len(phrases))
    if (
        not sentence.grammar.syntax.comma_ends_clause
        and reading.kind(last + 1) == "cue"
        and reading.kind(end) == "comma"
    ):
        last, end = end, len(phrases)  # with the purchase of A, announced on Monday, B …
    return _first_name(reading, last + 1, end)
