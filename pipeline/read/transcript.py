"""Transcripts of recordings: WebVTT, SubRip, JSON and HTML of the podcast namespace, with speakers and seconds."""

from __future__ import annotations

import html
import itertools
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from pipeline.models import Capture, Document, Issue
from pipeline.read import jsonl
from pipeline.read.document_fields import tag
from pipeline.read.speech import seconds
from pipeline.read.spoken import Caption, spoken
from pipeline.read.unreadable import ReadError
from pipeline.rules.knowledge import Knowledge

CLOCK = re.compile(r"(?<![\d:-])((?:\d{1,4}:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,6})?)(?::\d{1,3})?(?![\d:])")
"""A time as files of many makers write it: one digit where two belong, frames behind the seconds; never below zero."""
ARROW = "-->"  # no words hold it
TIMING = re.compile(r"\s*-?\d[\d:.,]*\s*[-\u2013\u2014]{1,2}>\s*-?\d[\d:.,]*")
NOTE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
VOICE = re.compile(r"<v(?:\.[^\s>]{0,100})?\s+([^<>]{1,200})>")
MARKUP = re.compile(r"<[^<>]{0,300}>|\{\\[^{}]{0,100}\}")
TURN = re.compile(r"\s*(?:>>+|&gt;&gt;|-(?=\s?\S))\s*")
LANGUAGE = re.compile(r"Language:\s*([\w-]{2,20})", re.IGNORECASE)


SEGMENTS = ("segments", "utterances", "results")
"""Where a JSON transcript keeps what was said: of the podcast namespace and Whisper, of Deepgram."""
WORDS = ("body", "text", "transcript", "punctuated_word", "word")
BEGINS = ("startTime", "start")
ENDS = ("endTime", "end")
DEEPEST = 6  # lists and objects within each other, until the segments come


def read_cues(text: str, capture: Capture, knowledge: Knowledge) -> Document:
    """Return the document that WebVTT or SubRip cues make."""
    rows = text.splitlines()
    if rows and rows[0].startswith("WEBVTT"):
        rows = list(_without_notes(rows))
    cues = list(_cues(rows))
    unread = sum(_times(row) == (None, None) for row in rows)
    document = spoken(cues, capture, knowledge)
    if unread:
        issue = Issue(message=f"{unread} cues have no readable time", severity="warning", place=capture.place)
        document = msgspec.structs.replace(document, issues=(issue,))
    named = next((match[1] for row in rows[:10] if (match := LANGUAGE.match(row))), None)
    return msgspec.structs.replace(document, language=tag(named, knowledge)) if named else document


def read_json(text: str, capture: Capture, knowledge: Knowledge) -> Document:
    """Return the document that a JSON transcript makes, or a JSON object with the text of a document."""
    try:
        found = msgspec.json.decode(text.encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError) as error:
        raise ReadError(f"is no JSON transcript: {error}", capture.place) from error
    segments = _segments(found)
    if segments is None:
        if isinstance(found, dict) and ("id" in found or not found.keys().isdisjoint(jsonl.TEXTS)):
            return jsonl.read_one(found, capture, knowledge)
        several: Any = (
            found if isinstance(found, list) else next((v for v in found.values() if isinstance(v, list)), [])
        )
        if several and all(isinstance(one, dict) for one in several):
            raise ReadError('holds several documents; write one a line (JSON Lines): {"id", "text"}', capture.place)
        raise ReadError("is no JSON transcript: it has no list of segments with words and times", capture.place)
    document = spoken([_of_segment(segment) for segment in segments], capture, knowledge)
    language = found.get("language") if isinstance(found, dict) else None
    if not isinstance(language, str) or not language:
        return document
    return msgspec.structs.replace(document, language=tag(language, knowledge))


def _segments(said: Any, depth: int = 0) -> list[dict[str, Any]] | None:
    """Return what a JSON transcript holds as a list of segments, whoever made it; None where there is no such list."""
    if depth > DEEPEST:
        return None
    if isinstance(said, dict):
        within = [said[name] for name in (*SEGMENTS, "channels", "alternatives", "words") if name in said]
        return next((inner for one in within if (inner := _segments(one, depth + 1)) is not None), None)
    if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
        return None
    if all(_told(one, WORDS) is not None and (not depth or _told(one, BEGINS) is not None) for one in said):
        return said
    found: list[dict[str, Any]] | None = next((one for each in said if (one := _segments(each, depth + 1))), None)
    return found or [one for one in said if _told(one, WORDS)] or None


def _told(segment: dict[str, Any], names: Iterable[str]) -> Any:
    return next((segment[name] for name in names if segment.get(name) is not None), None)


def _of_segment(segment: dict[str, Any]) -> Caption:
    begin, end = (_second(_told(segment, names)) for names in (BEGINS, ENDS))
    speaker = segment.get("speaker")
    if isinstance(speaker, dict):
        speaker = speaker.get("name")
    named = " ".join(str(speaker).split()) if isinstance(speaker, (str, int)) else None
    return Caption(begin, begin if end is None else end, _words(str(_told(segment, WORDS) or "")), named or None)


def _second(value: Any) -> float | None:
    """Return the seconds of a time as a number, as a number in quotes or as a clock shows it, or None."""
    if isinstance(value, str) and (clock := CLOCK.fullmatch(value.strip())):
        return seconds(clock[1])
    try:
        second = float(value)
    except (TypeError, ValueError):
        return None
    return second if 0 <= second < math.inf else None


def _holds_objects(said: Any) -> bool:
    return isinstance(said, list) and bool(said) and all(isinstance(one, dict) for one in said)


def is_cited(tree: Any) -> bool:
    """Return whether a page is a transcript of the podcast namespace: who, when and what in cite, time and p."""
    cited = (cite for cite in tree.iter("cite") if _tags_after(cite) == ["time", "p"])
    return next(cited, None) is not None and next(cited, None) is not None


def _tags_after(element: Any) -> list[str]:
    return [after.tag for after in itertools.islice(element.itersiblings(), 2)]


def read_cited(tree: Any, capture: Capture, knowledge: Knowledge) -> Document:
    """Return the document that the cite, time and p elements of a transcript page make."""
    cues: list[Caption] = []
    speaker, second = None, 0.0
    for element in tree.iter("cite", "time", "p"):
        words = _words("".join(element.itertext()))
        if element.tag == "cite":
            speaker = words.rstrip(":： ") or None
        elif element.tag == "time":
            second = seconds(clock[1]) if (clock := CLOCK.fullmatch(words)) else second
        else:
            cues.append(Caption(second, second, words, speaker, turn=True))
    return spoken(cues, capture, knowledge)


def _cues(rows: Sequence[str]) -> Iterator[Caption]:
    """Yield the cues; a line that the one before already showed (captions that roll up) counts once."""
    last = ""
    for times, said in _timed(rows):
        fresh = []
        for row in said:
            if (words := _words(MARKUP.sub("", VOICE.sub("", row)))) and words != last:
                last = words
                fresh.append(row)
        yield from _voices(times, "\n".join(fresh))


class Times(NamedTuple):
    """When a cue begins and ends; None where its time cannot be read."""

    begin: float | None
    end: float | None


def _times(row: str) -> Times | None:
    """Return the times of a line that begins a cue, or None where it is no such line."""
    if ARROW not in row and not TIMING.match(row):
        return None
    begin, _, end = row.partition(">")
    first, last = CLOCK.search(begin), CLOCK.search(end)
    if not (first and last):
        return Times(None, None)
    return Times(seconds(first[1]), seconds(last[1]))


def _timed(rows: Sequence[str]) -> Iterator[tuple[Times, list[str]]]:
    """Yield the times and the lines of each cue.

    An empty line ends a cue by the rules, but words below it that no cue claims were said too.
    """
    is_webvtt = bool(rows) and rows[0].startswith("WEBVTT")
    now: Times | None = None
    said: list[str] = []
    below: list[str] = []  # lines since the last empty one
    for row in [*rows, ""]:
        found = _times(row)
        if found is None and row.strip():
            below.append(row)
            continue
        if found and below and (below[-1].strip().isdigit() or (is_webvtt and said and len(below) == 1)):
            below.pop()  # the number or the name of the next cue
        said += below
        below = []
        if found:
            if now:
                yield now, said
            now, said = found, []
    if now:
        yield now, said


def _without_notes(rows: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a WebVTT file without the blocks that are not said."""
    above, is_note = "", False
    for row in rows:
        is_note = bool(row.strip()) and (is_note or (not above.strip() and NOTE.match(row) is not None))
        above = row
        if not is_note:
            yield row


def _voices(times: Times, said: str) -> Iterator[Caption]:
    """Yield a cue for each speaker that its voice tags name, and for each turn that its dashes and arrows mark."""
    parts = VOICE.split(said)
    for speaker, words in [(None, parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]:
        for row in words.split("\n"):
            mark = TURN.match(row)
            text = _words(MARKUP.sub("", row[mark.end() if mark else 0 :]))
            yield Caption(*times, text, " ".join(speaker.split()) if speaker else None, turn=mark is not None)


def _words(said: str) -> str:
    return " ".join(html.unescape(said).split())
