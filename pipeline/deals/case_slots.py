"""Who stands where around a cue in a language that marks a party behind its name and tells the verb last.

`markers.behind` of `syntax.toml` gives the slot of each case marker: 甲が乙を買収する, 갑이 을을 인수했다. The name
before a marker stands in its slot where no verb comes between the marker and the cue; a subject reaches over verbs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipeline.deals.case_marks import CaseMarks
from pipeline.deals.grammar import Piece
from pipeline.deals.left_unsaid import act_beside, take_both, take_left_out
from pipeline.deals.sentence import Arguments, Group, Sentence, named, unit
from pipeline.models import Role
from pipeline.text.scripts import HIRAGANA

NAMES = ("org", "maybe", "issuer")
ROLES: tuple[Role, ...] = ("payer", "payee", "target", "partner")
COMMAS = "、,，､。"
COMMAS_OF_HEADINGS = ("、", ",", "，", "､")
DESCRIPTION = 24  # characters between the names of a list that may say what the next one is
HEAD = 24  # characters of the noun that a name owns
ENDS = ("。", ":", "：")
OPENING = "、。 　…】:：!?|｜・"
BEHIND_HEADINGS = ("、", ",", "，", "､", "。", " ", "　", ":", "：")
LABEL = (":", "：")
RELATIVE = 16  # characters between a verb and the name it describes
RUN = re.compile(rf"[^\W\d_{HIRAGANA}][^\W_{HIRAGANA}]*\Z")
RUN_AT = re.compile(rf"[^\W\d_{HIRAGANA}]+")
SUBJECTS = ("subject",)


@dataclass(frozen=True)
class MarkedName:
    """Names with the slot that the marker behind them opens."""

    names: tuple[Piece, ...]
    slot: str
    end: int
    """Where the marker ends."""
    head: str = ""
    """The class of the noun they own, where there is one: 甲の|株式, 甲の|子会社."""
    firm: bool = True
    """Whether the names themselves stand there, not what they own."""
    marker: str = ""


@dataclass
class CaseReading:
    """The reading of one cue by the case markers of its sentence."""

    sentence: Sentence
    cue: Piece
    cases: CaseMarks
    found: Arguments
    phrases: list[MarkedName] = field(default_factory=list)

    def put(self, slot: str, names: Sequence[Piece], *, over: bool = False) -> None:
        """Put names into a slot that is still empty."""
        group = self.sentence.resolved([self.taken_up(name, slot) for name in names])
        if group and (over or slot not in self.found.slots):
            self.found.slots[slot] = group

    def taken_up(self, name: Piece, slot: str) -> Piece:
        """Return the firm that a word for one named before means, where another acts: 甲のために、|乙は同社に出資."""
        if name.kind != "issuer" or slot in SUBJECTS:
            return name
        acting = {each.start for p in self.phrases if p.slot in (*SUBJECTS, "heading") and p.firm for each in p.names}
        before = [each for each in self.sentence.pieces if each.kind == "org" and each.end <= name.start]
        if not before or before[-1].start not in acting:
            return name
        others = [each for each in before if each.start not in acting and each.value.name != before[-1].value.name]
        about = self.sentence.topic
        if not others and about and about.name != before[-1].value.name:
            return named(about)
        return others[-1] if others else name

    def crossed(self, start: int) -> bool:
        """Return whether a verb stands between a place and the cue."""
        return bool(self.verbs(start, self.cue.start))

    def turns(self, start: int) -> bool:
        """Return whether a topic or a subject is marked between a place and the cue: what is before is about that."""
        markers = self.cases.marker.finditer(self.sentence.text, start, self.cue.start)
        topics = self.sentence.grammar.syntax.topics
        return any(self.cases.slots[m.group()] in SUBJECTS or m.group().endswith(topics) for m in markers)

    def ended(self, start: int) -> bool:
        """Return whether a clause ends between a place and the cue."""
        text = self.sentence.text
        ends = [start + verb.end() for verb in self.verbs(start, self.cue.start)]
        return any(mark in text[end - 1 : end + 1] for end in ends for mark in COMMAS)

    def verbs(self, start: int, end: int) -> list[re.Match[str]]:
        """Return the verbs of a stretch, without those inside a marker: に対する."""
        text = self.sentence.text
        said = self.cases.compound.sub(lambda marker: "\0" * len(marker.group()), text[start:end])
        return list(self.cases.verb.finditer(said))


def read_cases(sentence: Sentence, cue: Piece) -> Arguments:
    """Return what stands around a cue, by the markers behind the names."""
    cases = sentence.grammar.cases
    assert cases is not None
    window = _window(sentence, cue, cases)
    reading = CaseReading(sentence, cue, cases, Arguments(window, reach=window))
    reading.phrases = list(_marked(reading))
    _read_bound(reading)
    _read_object(reading)
    _read_unnamed(reading)
    _read_subject(reading)
    _read_behind(reading)
    _read_relative(reading)
    _read_predicate(reading)
    _read_owner(reading)
    _read_pair(reading)
    _note_topic(reading)
    act_beside(reading.found)
    take_both(sentence, cue, reading.found)
    if not _has_other_subject(reading) and not _describes_noun(reading):
        take_left_out(sentence, cue, reading.found)
    _turn_passive(reading)
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


def _marked(reading: CaseReading) -> Iterator[MarkedName]:
    """Yield the names of the sentence with what the marker behind them makes of them."""
    sentence, cases = reading.sentence, reading.cases
    pieces = [piece for piece in _unbracketed(sentence, reading.cue) if piece.kind in NAMES]
    index = 0
    while index < len(pieces):
        group = [pieces[index]]
        while index + 1 < len(pieces) and _joins(reading, group[-1], pieces[index + 1]):
            index += 1
            group.append(pieces[index])
        index += 1
        following = pieces[index].start if index < len(pieces) else sentence.end
        if marked := _behind(reading, tuple(group), following, cases):
            yield from _with_heading(reading, marked)


def _with_heading(reading: CaseReading, marked: MarkedName) -> Iterator[MarkedName]:
    """Yield a list, its first name apart where a heading's comma makes that the subject: 甲、|乙を買収."""
    text = reading.sentence.text
    first, rest = marked.names[0], marked.names[1:]
    acted_on = marked.slot not in (*SUBJECTS, "heading", "in", "along")
    if rest and acted_on and _opens(reading, first) and text[first.end : rest[0].start].startswith(COMMAS_OF_HEADINGS):
        yield MarkedName((first,), "heading", first.end + 1)
        yield replace(marked, names=rest)
    else:
        yield marked


def _unbracketed(sentence: Sentence, cue: Piece) -> list[Piece]:
    """Return the pieces outside of brackets that do not hold the cue."""
    spans = [
        found.span() for found in re.finditer(r"\([^()]*\)|（[^（）]*）", sentence.text[sentence.start : sentence.end])
    ]
    spans = [(sentence.start + first, sentence.start + last) for first, last in spans]
    hidden = [(first, last) for first, last in spans if not first <= cue.start < last]
    return [piece for piece in sentence.pieces if not any(first <= piece.start < last for first, last in hidden)]


def _joins(reading: CaseReading, left: Piece, right: Piece) -> bool:
    """Return whether two names stand in one list, the second perhaps with what it is before it."""
    between = reading.sentence.text[left.end : right.start]
    if left.end <= reading.cue.start < right.start or len(between) > DESCRIPTION + 20:
        return False
    joint = reading.cases.joint.fullmatch(between)
    if joint is None or len(joint["said"]) > DESCRIPTION:
        return False
    said = joint["said"]
    of = reading.cases.of.search(said)
    bare = said[: of.start()] if of and of.end() == len(said) else said
    return not re.search(f"[{HIRAGANA}]", bare)


def _behind(reading: CaseReading, group: tuple[Piece, ...], following: int, cases: CaseMarks) -> MarkedName | None:
    """Return what the marker behind a group of names makes of it."""
    text, grammar = reading.sentence.text, reading.sentence.grammar
    last, cue = group[-1], reading.cue
    if body := _body(reading, group, following):
        return body
    if grammar.not_actor and text[last.end : last.end + 8].lstrip().startswith(grammar.not_actor):
        return None
    aside = cases.aside.match(text, last.end)
    at = aside.end() if aside else last.end
    if cue.start in (at, last.end):
        return MarkedName(group, "object", cue.start, marker="")
    kinds: list[str] = []
    shares = grammar.equity.match(text, at)
    if shares and shares.end() <= cue.start:
        kinds.append("equity")
        at = shares.end()
        if at == cue.start:
            return MarkedName(group, "object", at, "equity", firm=False)
    while (marker := cases.marker.match(text, at)) is None or cases.slots[marker.group()] == "of":
        if marker is None and not kinds:
            return _comma(reading, group, at)
        start = marker.end() if marker else at
        if start == following and marker:
            return MarkedName(group, "of", start, marker="of")  # 甲の|乙買収
        end = _head_end(reading, start, following)
        if end is None:
            return None
        head = text[start:end]
        kinds.append(_class_of(head, reading, start))
        if end == cue.start:
            owned = next((kind for kind in kinds if kind), "")
            slot = "object" if owned in ("equity", "unit") else "of"
            return MarkedName(group, slot, end, owned, firm=owned in ("", "value"), marker="of")
        at = end
        if marker is None:
            break
    marker = cases.marker.match(text, at)
    if marker is None:
        return None
    owned = next((kind for kind in reversed(kinds) if kind and kind != "value"), "")
    if "equity" in kinds:
        owned = "equity"  # 株式の|一部
    return MarkedName(
        group, cases.slots[marker.group()], marker.end(), owned, firm=not any(kinds), marker=marker.group()
    )


def _body(reading: CaseReading, group: tuple[Piece, ...], following: int) -> MarkedName | None:
    """Return names whose person or board acts for them: 甲の田中社長は, 甲の取締役会は."""
    body = reading.cases.body.match(reading.sentence.text, group[-1].end)
    marker = reading.cases.marker.match(reading.sentence.text, body.end()) if body else None
    if body is None or marker is None or body.end() > following or reading.cases.slots[marker.group()] not in SUBJECTS:
        return None
    return MarkedName(group, "subject", marker.end(), marker=marker.group())


def _comma(reading: CaseReading, group: tuple[Piece, ...], at: int) -> MarkedName | None:
    """Return a group that a heading's comma or space makes its subject: 甲、乙を買収."""
    text = reading.sentence.text
    speaks = reading.cases.speaker.match(text, at)  # 甲・田中社長「乙との合併」
    ended = speaks or text[at : at + 1] in BEHIND_HEADINGS
    closed = text[at - 1 : at + 1].strip("」』｣")[-1:] in BEHIND_HEADINGS
    if (ended or closed) and at < reading.cue.start and _opens(reading, group[0]):
        return MarkedName(group, "heading", at + 1)
    return None


def _opens(reading: CaseReading, name: Piece) -> bool:
    """Return whether a name opens the sentence, alone or behind what describes it: 半導体を手がける|甲."""
    before = reading.sentence.text[reading.sentence.start : name.start].rstrip("「『｢")
    if not before.strip() or before[-1] in OPENING:
        return True
    if re.search(f"[{COMMAS}]", before):
        return False
    acting = (m for m in reading.cases.marker.finditer(before) if reading.cases.slots[m.group()] in SUBJECTS)
    topics = reading.sentence.grammar.syntax.topics
    if any(m.group().endswith(topics) for m in reading.cases.marker.finditer(before)):
        return False  # 主幹事には|甲
    described = reading.cases.of.fullmatch(before[-1:]) or any(
        verb.end() == len(before) for verb in reading.cases.verb.finditer(before)
    )
    return not re.search(f"[{HIRAGANA}]", before) or bool(described and not any(acting))


def _head_end(reading: CaseReading, start: int, following: int) -> int | None:
    """Return where the noun that a name owns ends: at the next marker, or the cue."""
    cue, text = reading.cue, reading.sentence.text
    limit = min(following, start + HEAD)
    if start <= cue.start <= limit:
        limit = cue.start
    marker = reading.cases.marker.search(text, start, min(limit + 1, reading.sentence.end))
    comma = re.search(f"[{COMMAS}]", text[start:limit])
    if marker and marker.start() < limit and (comma is None or start + comma.start() > marker.start()):
        return marker.start()
    return limit if limit == cue.start and comma is None else None


def _class_of(head: str, reading: CaseReading, start: int) -> str:
    """Return the class of a noun, `value` for a figure, `noun` for one that no list holds."""
    said = head.strip("「」『』 ")
    if said.endswith(reading.sentence.grammar.syntax.others.nouns):
        return ""  # 甲などの|企業連合
    if not said:
        return ""
    if any(start <= p.start < start + len(head) and p.kind in ("amount", "stake", "round", "quantity", "date")
           for p in reading.sentence.pieces):  # fmt: skip
        shares = reading.sentence.grammar.equity.match(said)
        return "equity" if shares else reading.sentence.grammar.head_of(said.lower()) or "value"
    return reading.sentence.grammar.head_of(said.lower()) or "noun"


def _read_bound(reading: CaseReading) -> None:
    """Fill the slots whose marked names the cue governs itself."""
    found, cue = reading.found, reading.cue
    for phrase in reversed(reading.phrases):
        if phrase.names[0].start >= cue.start or phrase.slot in (*SUBJECTS, "heading"):
            continue
        if phrase.slot == "by" and reading.turns(phrase.end):
            continue  # 甲による|争奪では
        if reading.ended(phrase.end) if phrase.slot == "along" else reading.crossed(phrase.end):
            continue
        if phrase.firm:
            reading.put(phrase.slot, phrase.names)
            if phrase.slot == "object":
                found.thing = "firm" if found.thing == "none" else found.thing
        elif phrase.head == "equity" and phrase.slot in ("object", "of", "to"):
            reading.put("object", phrase.names)
            found.thing = "equity"
        elif phrase.head in ("unit", "goods") and phrase.slot in ("object", "of", "to"):
            reading.put("holder", phrase.names)
        elif phrase.slot == "of" and phrase.head == "value":
            reading.put("of", phrase.names)
        elif phrase.slot == "of":
            reading.put("holder", phrase.names)  # 甲の|新薬のライセンス
        if phrase.slot == "to" and phrase.head in ("noun", "unit", "goods") and not phrase.firm:
            reading.put("toward", phrase.names)  # 甲の|工場に


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
    run = RUN.search(said_before)
    if run is None:
        return
    said = run.group()
    start = reading.sentence.start + run.start()
    held = [p for p in reading.sentence.pieces if p.start < start + len(said) and start < p.end]
    kind = grammar.head_of(said.lower())
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
    if best:
        reading.put("subject", best[0].names)
        reading.found.reach = (best[0].names[0].start, reading.found.window[1])
        reading.found.window = (min(reading.found.window[0], reading.cue.start), reading.found.window[1])
        reading.found.elided = not near and "by" not in reading.found.slots


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


def _read_behind(reading: CaseReading) -> None:
    """Take who acts behind the noun of the act: 買収を|甲が|決めた; 乙へのTOB、|甲が|開始."""
    cue, text, cases = reading.cue, reading.sentence.text, reading.cases
    slot = next((p for p in reading.phrases if p.names[0].start > cue.end), None)
    if slot is None or not slot.firm or slot.slot not in ("subject", "by"):
        return
    marker = cases.marker.match(text, cue.end)
    opened = marker is not None and cases.slots[marker.group()] in ("object", "about")
    at = marker.end() if marker and opened else cue.end
    at += opened and text[at : at + 1] in COMMAS_OF_HEADINGS  # 買収について、|甲は
    comma = text[at : at + 1] in BEHIND_HEADINGS and text[at : at + 1] not in ENDS
    between = text[at + comma : slot.names[0].start]
    if not (opened or comma) or (comma and {"subject", "by"} & reading.found.slots.keys() and not reading.found.elided):
        return
    if len(between) <= RELATIVE and not re.search(f"[{COMMAS}]", between) and not _marker_in(reading, between):
        reading.put(slot.slot, slot.names, over=reading.found.elided)
        reading.found.elided = False


def _read_predicate(reading: CaseReading) -> None:
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
        if not _joins(reading, group[-1], name):
            break
        group.append(name)
    aside = cases.aside.match(text, group[-1].end)
    marker = cases.marker.match(text, aside.end() if aside else group[-1].end)
    if marker is None or cases.slots[marker.group()] == "in":
        reading.put("object", group, over=True)


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


def _note_topic(reading: CaseReading) -> None:
    """Note whom the sentence is about, else the text, where the cue has another subject or none."""
    sentence, slots = reading.sentence, reading.found.slots
    own = {each.value.name for group in slots.values() for each in group if each.value is not None}
    for phrase in reading.phrases:
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


def _read_relative(reading: CaseReading) -> None:
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
    if re.search(f"[{COMMAS}]", between) or _marker_in(reading, between):
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
    elif any("object" in frame.target for frame in cue.value.frames):
        reading.put("object", [name])  # 買収した|乙
        found.thing = "firm" if found.thing == "none" else found.thing
    elif not {"subject", "by"} & found.slots.keys():
        reading.put("subject", [name])


def _marker_in(reading: CaseReading, between: str) -> bool:
    return any(reading.cases.slots[found.group()] != "of" for found in reading.cases.marker.finditer(between))


def _turn_passive(reading: CaseReading) -> None:
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


def _read_done_to(reading: CaseReading) -> None:
    """Take whom the sentence is about as what another acts on, where nothing else is: 甲、|乙によるTOBが成立."""
    slots = reading.found.slots
    if "by" in slots and "subject" in slots and not {"object", "to", "of", "from", "with", "source"} & slots.keys():
        slots["object"] = slots["subject"]
        reading.found.thing = "firm" if reading.found.thing == "none" else reading.found.thing
