"""Who says what: `霍尔德:…` and `Sarah Holder (12:04): …` begin a speech, but only where people are talking."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from pipeline.read.layout import Line
from pipeline.read.margin import TERMINAL
from pipeline.rules.knowledge import Knowledge
from pipeline.rules.loading import Rules
from pipeline.text import scripts

TIME = r"(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
NAME = r"[^\W\d_][\w.'’·‧•・&-]*(?: [\w.'’-]+){0,4}(?: ?[(（][^()（）\d\n]{1,20}[)）])?"
LABEL = re.compile(
    rf"(?:[\[(（](?P<before>{TIME})[\])）]\s*)?(?:\*\*)?(?P<name>{NAME})(?:\*\*)?"
    rf"(?:\s*[\[(（](?P<after>{TIME})[\])）])?\s*(?:\*\*)?[:：](?:\*\*)?(?!//)\s*"
)
STAMPED = re.compile(rf"(?P<name>{NAME})\s{{1,8}}(?P<after>{TIME})\s*")  # a line of its own above the words
LEAST_LABELS = 3  # lines with a label that make a talk, where no speaker is known
LONGEST_NAME = 40
LONGEST_HAN_NAME = 16
LONGEST_VALUE = 40  # characters behind the name of a field
HAN = re.compile(f"[{scripts.HAN}]")


class Speakers(Rules, frozen=True, kw_only=True):
    """A language's `speakers.toml`: what stands before a colon and is nobody."""

    not_a_speaker: frozenset[str] = frozenset()
    """Whole labels: 时间, Note."""
    not_in_a_name: frozenset[str] = frozenset()
    """Words that no name holds: 是, 表示."""


class Speech(NamedTuple):
    """The beginning of a speech: who, where the words begin, and the second of the recording if told."""

    speaker: str
    start: int
    second: float | None


def speeches(
    text: str, found: Sequence[Line], knowledge: Knowledge, known: Collection[str] = (), *, talking: bool = False
) -> dict[int, Speech]:
    """Return the lines that begin a speech, by their index: none where no one talks with anyone.

    `talking` tells that all of it is talk, so that two labels are enough.
    """
    labels = {at: label for at, line in enumerate(found) if (label := _label(text, line, knowledge.once(_speakers)))}
    if not labels or (talking and len(labels) > 1):
        return labels
    times_said = Counter(label.speaker for label in labels.values())
    if _is_form(text, found, labels, times_said) and not any(_is_known(one, known) for one in labels.values()):
        return {}
    sure = {at for at, label in labels.items() if times_said[label.speaker] > 1 or _is_known(label, known)}
    said = {at for at, label in labels.items() if label.start < found[at].end and _is_said(text, found[at])}
    if len(sure) < LEAST_LABELS and not any(_is_known(labels[at], known) for at in sure):
        return _exchange(len(found), {at: labels[at] for at in said})
    first, last = min(sure), max(sure)
    while first - 1 in said:
        first -= 1
    while last + 1 in said:
        last += 1
    return {at: label for at, label in labels.items() if at in sure or (first <= at <= last and at in said)}


def _is_form(text: str, found: Sequence[Line], labels: Mapping[int, Speech], times_said: Mapping[str, int]) -> bool:
    """Return whether repeated labels stand before values and not before sentences: `Role: buyer` is no speech."""
    behind = [at for at, label in labels.items() if times_said[label.speaker] > 1 and label.start < found[at].end]
    values = [
        at for at in behind if found[at].end - labels[at].start <= LONGEST_VALUE and not _is_said(text, found[at])
    ]
    return len(behind) > 1 and 2 * len(values) > len(behind)


def _is_known(label: Speech, known: Collection[str]) -> bool:
    return label.speaker in known or label.second is not None


def _exchange(lines: int, said: Mapping[int, Speech]) -> dict[int, Speech]:
    """Return labels before whole sentences that follow each other: a talk too short for anyone to speak twice."""
    close = {at: label for at, label in said.items() if at - 1 in said or at + 1 in said}
    several = len({label.speaker for label in close.values()}) > 1
    return close if several and (len(close) >= LEAST_LABELS or len(close) * 2 >= lines) else {}


def _is_said(text: str, line: Line) -> bool:
    return text[line.end - 1] in TERMINAL and text[line.end - 1] not in ":："


def _label(text: str, line: Line, rules: Speakers) -> Speech | None:
    end = min(line.end, line.start + 2 * LONGEST_NAME)
    found = LABEL.match(text, line.start, end) or STAMPED.fullmatch(text, line.start, end)
    if found is None or not _is_name(found["name"], rules):
        return None
    time = found.groupdict().get("before") or found["after"]
    return Speech(found["name"], found.end(), seconds(time) if time else None)


def _is_name(name: str, rules: Speakers) -> bool:
    if len(name) > (LONGEST_HAN_NAME if HAN.search(name) else LONGEST_NAME):
        return False
    if name in rules.not_a_speaker or any(word in name for word in rules.not_in_a_name):
        return False
    return all(not word[0].islower() for word in name.split())


def _speakers(knowledge: Knowledge) -> Speakers:
    """Return what no speaker is called in any language."""
    loaded = knowledge.rules("speakers.toml", Speakers).values()
    return Speakers(
        not_a_speaker=frozenset[str]().union(*(one.not_a_speaker for one in loaded)),
        not_in_a_name=frozenset[str]().union(*(one.not_in_a_name for one in loaded)),
    )


def seconds(time: str) -> float:
    """Return the seconds of a time such as `1:02:03.5`."""
    total = 0.0
    for part in time.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total
