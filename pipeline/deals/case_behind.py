"""Who stands behind the verb of a deal, where a party is marked behind its name: 乙を買収した|甲; 引受先は|甲です."""

from __future__ import annotations

import re

from pipeline.deals.case_names import in_one_list
from pipeline.deals.case_reading import BEHIND_HEADINGS, COMMAS, COMMAS_OF_HEADINGS, CaseReading
from pipeline.deals.sentence import Group

ENDS = ("。", ":", "：")
DASH = re.compile("[—―–─]+")
ACTING = ("subject", "by")
BESIDE = ("with", "from", "to")
SOURCES = ("from", "by", "subject")
LABEL = (":", "：")
RELATIVE = 16  # characters between a verb and the name it describes


def read_behind(reading: CaseReading) -> None:
    """Take who acts behind the noun of the act: 買収を|甲が|決めた; 乙へのTOB、|甲が|開始; with whom: 契約を|甲と."""
    cue, text, cases = reading.cue, reading.sentence.text, reading.cases
    slot = next((p for p in reading.phrases if p.names[0].start > cue.end), None)
    if slot is None or not slot.firm or slot.slot not in (*ACTING, *BESIDE):
        return
    marker = cases.marker.match(text, cue.end)
    opened = marker is not None and cases.slots[marker.group()] in ("object", "about")
    at = marker.end() if marker and opened else cue.end
    at += opened and text[at : at + 1] in COMMAS_OF_HEADINGS  # 買収について、|甲は
    comma = text[at : at + 1] in BEHIND_HEADINGS and text[at : at + 1] not in ENDS
    between = text[at + comma : slot.names[0].start]
    if not opened and (not comma or slot.slot in BESIDE):
        return
    if comma and set(ACTING) & reading.found.slots.keys() and not reading.found.elided:
        return
    if len(between) <= RELATIVE and not re.search(f"[{COMMAS}]", between) and not has_marker(reading, between):
        if slot.slot in BESIDE:
            reading.put(slot.slot, slot.names)  # 契約を|甲と|結んだ
            return
        reading.put(slot.slot, slot.names, over=reading.found.elided)
        reading.found.elided = False


def read_relative(reading: CaseReading) -> None:
    """Take the name that the cue's clause describes: 乙を買収した甲; 甲が買収した乙."""
    cue, text, found = reading.cue, reading.sentence.text, reading.found
    passive = reading.cases.passive.match(text, cue.end)
    form = reading.cases.relative.match(text, cue.end) or passive
    if form is None:
        return
    name = next((p for p in reading.sentence.pieces if p.kind in ("org", "maybe") and p.start >= form.end()), None)
    if name is None or name.start - form.end() > RELATIVE:
        return
    between = text[form.end() : name.start]
    if re.search(f"[{COMMAS}]", between) or has_marker(reading, between):
        return
    if passive and "object" not in found.slots:
        found.slots.pop("subject", None)  # who does what behind the name
        reading.put("object", [name])
        found.thing = "firm"
        found.elided = False
    elif {"subject", "by"} & found.slots.keys() and "object" not in found.slots and "to" not in found.slots:
        reading.put("object", [name])
        found.thing = "firm" if found.thing == "none" else found.thing
    elif "object" in found.slots or "to" in found.slots or found.elided:
        reading.put("subject", [name], over=found.elided)
        found.elided = False
    elif cue.value.takes_object:
        reading.put("object", [name])  # 買収した|乙
        found.thing = "firm" if found.thing == "none" else found.thing
    elif not {"subject", "by"} & found.slots.keys():
        reading.put("subject", [name])


def read_source(reading: CaseReading) -> None:
    """Take the names behind a heading's dash as those it comes from: 甲が5億円を調達——|乙、丙から."""
    text, cue = reading.sentence.text, reading.cue
    dash = DASH.search(text, cue.end, reading.sentence.end)
    if dash is None or {"from", "by"} & reading.found.slots.keys():
        return
    first = next((p for p in reading.phrases if p.names[0].start >= dash.end()), None)
    if first and first.firm and first.slot in SOURCES and not text[dash.end() : first.names[0].start].strip("「『"):
        reading.put("from", first.names)


def read_predicate(reading: CaseReading) -> None:
    """Take the names that end a clause without a marker as what the cue's topic is: 引受先は|甲、乙です."""
    cue, cases, text = reading.cue, reading.cases, reading.sentence.text
    topic = next((m for m in cases.marker.finditer(cue.text) if m.end() == len(cue.text)), None)
    names = topic is not None and topic.group() in reading.sentence.grammar.syntax.topics
    if not names and not cue.text.endswith(LABEL):
        return
    behind = [p for p in reading.sentence.pieces if p.kind in ("org", "maybe") and p.start >= cue.end]
    group = behind[:1]
    if not group or re.search(f"[{COMMAS}]", text[cue.end : group[0].start]):
        return
    for name in behind[1:]:
        if not in_one_list(reading, group[-1], name):
            break
        group.append(name)
    aside = cases.aside.match(text, group[-1].end)
    marker = cases.marker.match(text, aside.end() if aside else group[-1].end)
    if marker is None or cases.slots[marker.group()] == "in":
        reading.put("object", group, over=True)


def turn_passive(reading: CaseReading) -> None:
    """Turn a passive round: who is bought stands as its subject."""
    slots, text = reading.found.slots, reading.sentence.text
    passive = reading.cases.passive.match(text, reading.cue.end)
    if passive is None:
        return
    subject: Group | None = slots.pop("subject", None)
    if "to" in slots and "by" not in slots:
        slots["by"] = slots.pop("to")
    if subject and "object" not in slots:
        slots["object"] = subject
        if reading.found.thing == "none":
            reading.found.thing = "firm"


def has_marker(reading: CaseReading, between: str) -> bool:
    return any(reading.cases.slots[found.group()] != "of" for found in reading.cases.marker.finditer(between))
