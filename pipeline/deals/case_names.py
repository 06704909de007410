"""The names of a sentence with what the marker behind each makes of them: 甲の|子会社が.

`markers.behind` of `syntax.toml` gives the slot of each case marker. Names in one list have one marker; a noun that
they own may stand between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.deals.case_marks import CaseMarks
from pipeline.deals.case_reading import (
    ASIDE,
    BEHIND_HEADINGS,
    COMMAS,
    COMMAS_OF_HEADINGS,
    SUBJECTS,
    CaseReading,
    MarkedName,
)
from pipeline.deals.grammar import Piece
from pipeline.deals.sentence import Sentence
from pipeline.text.scripts import HIRAGANA

NAMES = ("org", "maybe", "issuer")
DESCRIPTION = 24  # characters between the names of a list that may say what the next one is
SHARE = re.compile(r"\d[\d.]{0,6}\s?[%％]")
HEAD = 24  # characters of the noun that a name owns
CLOSING = "」』｣”"
OPENING = "、。 　…】:：!?|｜・◇◆■●▼▲□"


def marked_names(reading: CaseReading) -> Iterator[MarkedName]:
    """Yield the names of the sentence with what the marker behind them makes of them."""
    sentence, cases = reading.sentence, reading.cases
    pieces = [piece for piece in _unbracketed(sentence, reading.cue) if piece.kind in NAMES]
    index = 0
    while index < len(pieces):
        group = [pieces[index]]
        while index + 1 < len(pieces) and in_one_list(reading, group[-1], pieces[index + 1]):
            index += 1
            group.append(pieces[index])
        index += 1
        following = pieces[index].start if index < len(pieces) else sentence.end
        marked = _behind(reading, tuple(group), following, cases)
        yield from _with_heading(reading, marked) if marked else _heading_alone(reading, group)


def _with_heading(reading: CaseReading, marked: MarkedName) -> Iterator[MarkedName]:
    """Yield a list, its first name apart where a heading's comma makes that the subject: 甲、|乙を買収."""
    acted_on = marked.slot not in (*SUBJECTS, "heading", "in", "along")
    headed = list(_heading_alone(reading, marked.names)) if acted_on else []
    yield from headed
    yield replace(marked, names=marked.names[1:]) if headed else marked


def _heading_alone(reading: CaseReading, names: Sequence[Piece]) -> Iterator[MarkedName]:
    """Yield the first of several names where a heading's comma makes it the subject: 甲、|乙事業の工事を受注."""
    first, end = names[0], reading.sentence.grammar.aside_end(reading.sentence.text, names[0].end)
    between = reading.sentence.text[end : names[1].start] if len(names) > 1 else ""
    if between.startswith(COMMAS_OF_HEADINGS) and _opens(reading, first):
        yield MarkedName((first,), "heading", end + 1)


def _unbracketed(sentence: Sentence, cue: Piece) -> list[Piece]:
    """Return the pieces outside of brackets that do not hold the cue."""
    spans = [found.span() for found in ASIDE.finditer(sentence.text[sentence.start : sentence.end])]
    spans = [(sentence.start + first, sentence.start + last) for first, last in spans]
    hidden = [(first, last) for first, last in spans if not first <= cue.start < last]
    return [piece for piece in sentence.pieces if not any(first <= piece.start < last for first, last in hidden)]


def in_one_list(reading: CaseReading, left: Piece, right: Piece) -> bool:
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
    if cases.slots[marker.group()] == "by" and at < cue.start and (led := _led(reading, marker.end())):
        marker = led
    return MarkedName(
        group, cases.slots[marker.group()], marker.end(), owned, firm=not any(kinds), marker=marker.group()
    )


def _led(reading: CaseReading, at: int) -> re.Match[str] | None:
    """Return the marker behind those whom a firm leads, who stands for them: 甲を主幹事とする|銀行団は."""
    others = reading.cases.others.match(reading.sentence.text, at)
    return reading.cases.marker.match(reading.sentence.text, others.end()) if others else None


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
    aside = text[group[-1].end : at]
    ended = speaks or text[at : at + 1] in BEHIND_HEADINGS or (aside.strip() and aside[-1].isspace())  # 甲<3000> 乙を
    told = text[at - 1] in CLOSING and any(
        p.start == at and p.kind in ("amount", "round") for p in reading.sentence.pieces
    )
    closed = text[at - 1 : at + 1].strip("」』｣")[-1:] in BEHIND_HEADINGS
    if (ended or closed or told) and at < reading.cue.start and _opens(reading, group[0]):
        return MarkedName(group, "heading", at + 1)
    return None


def _opens(reading: CaseReading, name: Piece) -> bool:
    """Return whether a name opens the sentence, alone or behind what describes it: 半導体を手がける|甲."""
    said = reading.sentence.text[reading.sentence.start : name.start]
    before = said.rstrip("「『｢")
    if not before.strip() or before[-1] in OPENING:
        return True
    quoted = before != said
    first = not any(p.kind == "org" and p.start < name.start for p in reading.sentence.pieces)
    if re.search(f"[{COMMAS}]", before) and not (quoted and first):
        return False
    acting = any(reading.cases.slots[m.group()] in SUBJECTS for m in reading.cases.marker.finditer(before))
    topics = reading.sentence.grammar.syntax.topics
    if any(m.group().endswith(topics) for m in reading.cases.marker.finditer(before)):
        return False  # 主幹事には|甲
    described = (
        quoted
        or before[-1] in CLOSING
        or reading.cases.of.fullmatch(before[-1:])
        or any(verb.end() == len(before) for verb in reading.cases.verb.finditer(before))
    )
    return not re.search(f"[{HIRAGANA}]", before) or bool(described and (first or not acting))


def _head_end(reading: CaseReading, start: int, following: int) -> int | None:
    """Return where the noun that a name owns ends: at the next marker, or the cue."""
    cue, text = reading.cue, reading.sentence.text
    limit = start + HEAD
    for aside in ASIDE.finditer(text, start, reading.sentence.end):
        limit += len(aside.group()) if aside.start() < limit else 0  # 甲の|工場(川崎市)向けに
    limit = min(following, limit)
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
    if SHARE.fullmatch(said):
        return "value"  # 甲の|100%|子会社
    if any(start <= p.start < start + len(head) and p.kind in ("amount", "stake", "round", "quantity", "date")
           for p in reading.sentence.pieces):  # fmt: skip
        shares = reading.sentence.grammar.equity.match(said)
        return "equity" if shares else reading.sentence.grammar.head_of(said.lower()) or "value"
    return reading.sentence.grammar.head_of(said.lower()) or "noun"
