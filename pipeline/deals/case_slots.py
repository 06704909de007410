"""Who stands where around a cue in a language that marks a party behind its name and tells the verb last.

`markers.behind` of `syntax.toml` gives the slot of each case marker: 甲が乙を買収する, 갑이 을을 인수했다. The name
before a marker stands in its slot where no verb comes between the marker and the cue; a subject reaches over verbs.
"""

from __future__ import annotations

import re

from pipeline.deals.case_behind import read_behind, read_predicate, read_relative, read_source, turn_passive
from pipeline.deals.case_marks import CaseMarks
from pipeline.deals.case_names import marked_names
from pipeline.deals.case_reading import COMMAS, COMMAS_OF_HEADINGS, RUN_AT, SUBJECTS, CaseReading, MarkedName
from pipeline.deals.grammar import Piece
from pipeline.deals.left_unsaid import act_beside, take_both, take_left_out, take_other_of_pair
from pipeline.deals.sentence import Arguments, Sentence, unit
from pipeline.models import Role
from pipeline.text.alternation import alternation
from pipeline.text.scripts import HIRAGANA

ROLES: tuple[Role, ...] = ("payer", "payee", "target", "partner")
MORE_OF_UNIT = re.compile(rf"(?:[^\W\d_{HIRAGANA}]+[・･])+$")
JOINED = re.compile(r"[^、。]?[、,，､][^、。]{0,40}\Z")
"""Between a figure and the next who does the same, perhaps behind what that one is: 2億円|を、農業の|乙が."""
RUN = re.compile(rf"[^\W\d_{HIRAGANA}][^\W_{HIRAGANA}]*\Z")


def read_cases(sentence: Sentence, cue: Piece) -> Arguments:
    """Return what stands around a cue, by the markers behind the names."""
    cases = sentence.grammar.cases
    assert cases is not None
    window = _window(sentence, cue, cases)
    reading = CaseReading(sentence, cue, cases, Arguments(window, reach=window))
    reading.phrases = list(marked_names(reading))
    _read_bound(reading)
    _read_object(reading)
    _read_unnamed(reading)
    _read_subject(reading)
    read_behind(reading)
    read_relative(reading)
    read_predicate(reading)
    read_source(reading)
    _read_owner(reading)
    _read_pair(reading)
    _note_topic(reading)
    act_beside(reading.found)
    take_both(sentence, cue, reading.found)
    if not (_has_other_subject(reading) or _describes_noun(reading) or _names_both(reading)):
        take_left_out(sentence, cue, reading.found)
    if not _gives_to_noun(reading):
        take_other_of_pair(sentence, cue, reading.found)
    turn_passive(reading)
    _read_done_to(reading)
    return reading.found


def _window(sentence: Sentence, cue: Piece, cases: CaseMarks) -> tuple[int, int]:
    """Return the clause of a cue: from the comma behind the last verb before it to the comma behind it."""
    text = sentence.text
    start = sentence.start
    for verb in cases.verb.finditer(text, sentence.start, cue.start):
        behind = text[verb.end() - 1 : verb.end() + 1]
        if any(mark in behind for mark in COMMAS):
            start = verb.end()
    ends = [at for at in (text.find(mark, cue.end, sentence.end) for mark in COMMAS) if at >= 0]
    return min(start, cue.start), min(ends, default=sentence.end)


def _read_bound(reading: CaseReading) -> None:
    """Fill the slots whose marked names the cue governs itself."""
    found, cue = reading.found, reading.cue
    for phrase in reversed(reading.phrases):
        if phrase.names[0].start >= cue.start or phrase.slot in (*SUBJECTS, "heading"):
            continue
        if phrase.slot == "by" and reading.turns(phrase.end):
            continue  # 甲による|争奪では
        if _is_others(reading, phrase):
            continue
        if reading.ended(phrase.end) if phrase.slot == "along" else reading.crossed(phrase.end):
            if phrase.firm and _reaches(reading, phrase):
                reading.put(phrase.slot, phrase.names)
            continue
        if phrase.firm:
            reading.put(phrase.slot, [*_before_in_row(reading, phrase), *phrase.names])
            if phrase.slot == "object" or (phrase.slot == "of" and phrase.end == cue.start):
                found.thing = "firm" if found.thing == "none" else found.thing
        elif phrase.head == "equity" and phrase.slot in ("object", "of", "to"):
            reading.put("object", phrase.names)
            found.thing = "equity"
        elif phrase.head in ("unit", "goods") and phrase.slot in ("object", "of", "to"):
            reading.put("holder", phrase.names)
        elif phrase.slot == "in" and not phrase.head:
            reading.put("of", phrase.names)  # 甲の|シリーズEラウンドで
        elif phrase.slot == "of" and phrase.head == "value":
            reading.put("of", phrase.names)
        elif phrase.slot == "of":
            reading.put("holder", phrase.names)  # 甲の|新薬のライセンス
        if phrase.slot == "to" and phrase.head in ("noun", "unit", "goods") and not phrase.firm:
            reading.put("toward", phrase.names)  # 甲の|工場に


def _is_others(reading: CaseReading, phrase: MarkedName) -> bool:
    """Return whether marked names go with an act whose verb is left out: 甲が|乙から1億円、丙が2億円調達."""
    nearer = [p for p in reading.phrases if p.slot in SUBJECTS and phrase.end <= p.names[0].start < reading.cue.start]
    acting = any(p.slot in (*SUBJECTS, "heading") and p.end <= phrase.names[0].start for p in reading.phrases)
    if phrase.slot not in ("from", "to", "with") or not nearer or not acting:
        return False
    between = phrase.end, nearer[-1].names[0].start
    sums = [p.end for p in reading.sentence.pieces if p.kind == "amount" and between[0] <= p.start < between[1]]
    return any(reading.sentence.text[end : end + 1] in COMMAS_OF_HEADINGS for end in sums)


def _before_in_row(reading: CaseReading, last: MarkedName) -> list[Piece]:
    """Return the names that do the same with a figure of their own: 甲が|1億円、乙が|2億円を出資."""
    found: list[Piece] = []
    figures = {p.start: p.end for p in reading.sentence.pieces if p.kind in ("amount", "stake")}
    for phrase in reversed(reading.phrases):
        end = figures.get(phrase.end)
        joined = end and JOINED.match(reading.sentence.text[end : last.names[0].start])
        if phrase.marker == last.marker and phrase.firm and joined and last.end in figures:
            found = [*phrase.names, *found]
            last = phrase
    return found


def _reaches(reading: CaseReading, phrase: MarkedName) -> bool:
    """Return whether marked names go with the cue though a verb stands between: it only describes a noun."""
    return phrase.marker in reading.sentence.grammar.syntax.reaching and reading.describes(phrase.end)


def _read_object(reading: CaseReading) -> None:
    """Take a part of a firm as the object, under its own words: 家電事業を買収."""
    cue, text, grammar = reading.cue, reading.sentence.text, reading.sentence.grammar
    if "object" in reading.found.slots:
        return
    end = cue.start
    for marker in reading.cases.marker.finditer(text, reading.sentence.start, cue.start):
        if reading.cases.slots[marker.group()] == "object" and not reading.crossed(marker.end()):
            end = marker.start()
    said_before = text[reading.sentence.start : end].rstrip("」』")
    if end == cue.start and (of := reading.cases.of.search(said_before[-1:])):
        said_before = said_before[: of.start() - 1]
    if reading.cases.shares.search(said_before):
        reading.found.thing = "equity"  # 子会社の|株式の40%を
        return
    if part := reading.cases.part.search(said_before):
        said_before = said_before[: part.start()]  # 家電事業の|一部を
    run = RUN.search(said_before)
    if run is None:
        return
    said = run.group()
    start = reading.sentence.start + run.start()
    names = [p for p in reading.sentence.pieces if p.kind in ("org", "maybe", "cue")]
    held = [p for p in reading.sentence.pieces if p.start < start + len(said) and start < p.end]
    kind = grammar.head_of(said.lower())
    if kind == "unit" and not held:
        longer = MORE_OF_UNIT.search(text, reading.sentence.start, start)
        if longer and not any(p.start < start and longer.start() < p.end for p in names):
            start, said = longer.start(), longer.group() + said  # 映画・|テレビ事業
    if kind == "unit" and not held and said not in grammar.classes.unit_nouns:
        reading.found.slots["object"] = [unit(start, said)]
        reading.found.thing = "firm"
    elif kind == "goods":
        reading.found.thing = "goods"
    elif kind == "firm":
        reading.found.unnamed = True
        reading.found.thing = "firm"
    if kind == "unit" and "holder" not in reading.found.slots:
        for phrase in reversed(reading.phrases):
            if phrase.end <= start and phrase.head == "firm" and not phrase.firm:
                reading.put("holder", phrase.names)
                break


def _read_subject(reading: CaseReading) -> None:
    """Take the nearest subject, one over a verb only where no nearer one is told."""
    before = [p for p in reading.phrases if p.names[0].start < reading.cue.start and p.firm]
    subjects = [p for p in before if p.slot == "subject" or p.slot == "heading"]
    if not subjects:
        return
    held = {name.start for group in reading.found.slots.values() for name in group}
    subjects = [p for p in subjects if not any(name.start in held for name in p.names)]
    near = [p for p in subjects if not reading.crossed(p.end)]
    topics = [p for p in subjects if p.marker in reading.sentence.grammar.syntax.topics]
    best = (near or topics or [p for p in subjects if p.slot == "subject"])[-1:]
    if best and len(subjects) > 1 and _is_done_to_too(reading, best[0]):
        reading.put("object", best[0].names)
        reading.found.thing = "firm" if reading.found.thing == "none" else reading.found.thing
        best = [p for p in subjects if p is not best[0]][-1:]
    if best:
        reading.put("subject", [*_before_in_row(reading, best[0]), *best[0].names])
        reading.found.reach = (best[0].names[0].start, reading.found.window[1])
        reading.found.window = (min(reading.found.window[0], reading.cue.start), reading.found.window[1])
        reading.found.elided = not near and "by" not in reading.found.slots


def _is_done_to_too(reading: CaseReading, phrase: MarkedName) -> bool:
    """Return whether a name right before the cue is what another acts on too: 甲は|乙も買収."""
    also, slots = reading.sentence.grammar.syntax.also, reading.found.slots
    beside = phrase.marker in also and phrase.end == reading.cue.start
    return beside and reading.cue.value.takes_object and "object" not in slots


def _read_unnamed(reading: CaseReading) -> None:
    """Note a firm without a name that stands beside the cue: 企業に出資; 買収した|銀行."""
    text, cue, grammar = reading.sentence.text, reading.cue, reading.sentence.grammar
    form = reading.cases.relative.match(text, cue.end)
    noun = RUN_AT.match(text, form.end()) if form else None
    if noun and grammar.head_of(noun.group()) == "firm":
        reading.found.unnamed = True
    for marker in reading.cases.marker.finditer(text, reading.sentence.start, cue.start):
        if marker.end() == cue.start and reading.cases.slots[marker.group()] in ("object", "to", "with", "from"):
            run = RUN.search(text[reading.sentence.start : marker.start()])
            if run and grammar.head_of(run.group()) == "firm":
                reading.found.unnamed = True


def _read_owner(reading: CaseReading) -> None:
    """Take the owner of the noun of the act as who acts, where what it acts on stands beside: 甲の|乙への出資."""
    slots, found = reading.found.slots, reading.found
    if (
        "of" in slots
        and {"object", "to"} & slots.keys()
        and "by" not in slots
        and ("subject" not in slots or found.elided)
    ):
        slots["subject"] = slots.pop("of")
        found.elided = False


def _read_pair(reading: CaseReading) -> None:
    """Take two names joined as the two sides, where the frame asks for them: 甲と乙の契約."""
    slots = reading.found.slots
    asked = any("between" in frame.slots(role) for frame in reading.cue.value.frames for role in ROLES)
    if not asked or {"object", "to", "with", "from", "by"} & slots.keys():
        return
    for slot in ("of", "subject"):
        if len(slots.get(slot, ())) == 2:
            first, second = slots.pop(slot)
            slots["subject"], slots["between"] = [first], [second]
            return


def _read_done_to(reading: CaseReading) -> None:
    """Take whom the sentence is about as what another acts on, where nothing else is: 甲、|乙によるTOBが成立."""
    slots = reading.found.slots
    if "by" in slots and "subject" in slots and not {"object", "to", "of", "from", "with", "source"} & slots.keys():
        slots["object"] = slots["subject"]
        reading.found.thing = "firm" if reading.found.thing == "none" else reading.found.thing
    elif reading.found.thing == "none" and _is_spoken_of(reading):
        slots["object"] = slots.pop("topic")
        reading.found.thing = "firm"


def _is_spoken_of(reading: CaseReading) -> bool:
    """Return whether the topic, said to be something, is what another acts on: 甲は|会社で、乙が1億円で買収した."""
    slots, syntax = reading.found.slots, reading.sentence.grammar.syntax
    if not reading.cue.value.takes_object or {"object", "to", "of", "from", "with", "source", "by"} & slots.keys():
        return False
    if not {"topic", "subject"} <= slots.keys() or _describes_noun(reading):
        return False
    text, topic, subject = reading.sentence.text, slots["topic"][0].start, slots["subject"][0].start
    about = [p for p in reading.phrases if p.names[0].start == topic and p.marker in syntax.topics and p.firm]
    said = re.search(rf"[^\W\d_{HIRAGANA}](?:{alternation(syntax.linking_ends)})[{COMMAS}]", text[topic:subject])
    return bool(about) and said is not None


def _note_topic(reading: CaseReading) -> None:
    """Note whom the sentence is about, else the text, where the cue has another subject or none."""
    sentence, slots = reading.sentence, reading.found.slots
    own = {each.value.name for group in slots.values() for each in group if each.value is not None}
    frames = {frame.id for frame in reading.cue.value.frames}
    for phrase in reading.phrases:
        acts = (p for p in sentence.pieces if p.kind == "cue" and phrase.end <= p.start < reading.cue.start)
        if any(frames & {frame.id for frame in act.value.frames} for act in acts):
            continue  # 甲が|参加し、乙も参加
        own_noun = phrase.firm or phrase.head in ("", "paper")  # 甲の|シリーズAラウンドは
        if phrase.slot in ("subject", "heading") and own_noun and phrase.end <= reading.cue.start:
            names = sentence.resolved(list(phrase.names))
            if names and not own & {each.value.name for each in names}:
                slots.setdefault("topic", names)


def _describes_noun(reading: CaseReading) -> bool:
    """Return whether the cue's clause describes a noun that is no firm: 調達した|資金は."""
    text, cue = reading.sentence.text, reading.cue
    form = reading.cases.relative.match(text, cue.end)
    noun = RUN_AT.match(text, form.end()) if form and not {"object", "to"} & reading.found.slots.keys() else None
    return noun is not None and not any(noun.start() <= p.start < noun.end() for p in reading.sentence.pieces)


def _gives_to_noun(reading: CaseReading) -> bool:
    """Return whether a noun that is no firm's name is marked as who is given to: 物流会社に|出資."""
    text, slots = reading.sentence.text, reading.cases.slots
    dated = {piece.end for piece in reading.sentence.pieces if piece.kind == "date"}
    markers = reading.cases.marker.finditer(text, reading.found.window[0], reading.cue.start)
    nouns = (m.start() for m in markers if slots[m.group()] == "to" and m.start() not in dated)
    return any(RUN.search(text[reading.sentence.start : end]) for end in nouns)


def _names_both(reading: CaseReading) -> bool:
    """Return whether those whose act it is are named, so that no one before acts too: 甲と乙の|経営統合."""
    slots, frames = reading.found.slots, reading.cue.value.frames
    told = {name.start for frame in frames for slot in frame.slots("partner") for name in slots.get(slot, ())}
    owned = "of" in slots and any("of" in frame.payee for frame in frames)  # 甲の|20億ドルの|資金調達
    return owned or len(told) > 1


def _has_other_subject(reading: CaseReading) -> bool:
    """Return whether the cue's clause has a subject that is no firm: 株価が; a time is none: 今年は."""
    sentence, cases = reading.sentence, reading.cases
    for marker in cases.marker.finditer(sentence.text, sentence.start, reading.cue.start):
        slot = cases.slots[marker.group()]
        inner = reading.crossed(marker.end()) and marker.group() not in sentence.grammar.syntax.topics
        dated = any(piece.kind == "date" and piece.end == marker.start() for piece in sentence.pieces)
        if slot in SUBJECTS and not inner and not dated:
            return True
    return False
