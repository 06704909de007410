"""Transcripts of recordings: WebVTT, SubRip, JSON and HTML of the podcast namespace, with speakers and seconds.

Cues are a few words long, so they are joined until a sentence ends, the speaker changes or nobody speaks; what is
said in a block begins at its second.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from pipeline.models import Block, Capture, Document, Issue
from pipeline.read import jsonl
from pipeline.read.errors import ReadError
from pipeline.read.fields import tag
from pipeline.read.layout import Line
from pipeline.read.speech import seconds, speeches
from pipeline.rules.knowledge import Knowledge

TIME = r"(?:\d{1,4}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
TIMING = re.compile(rf"\s*({TIME})\s*-->\s*({TIME})")
ARROW = "-->"
VOICE = re.compile(r"<v(?:\.[^\s>]{0,100})?\s+([^<>]{1,200})>")
MARKUP = re.compile(r"<[^<>]{0,300}>|\{\\[^{}]{0,100}\}")
TURN = re.compile(r"\s*(?:>>+|&gt;&gt;|-(?=\s?\S))\s*")
LANGUAGE = re.compile(r"Language:\s*([\w-]{2,20})", re.IGNORECASE)
SENTENCE_END = re.compile(r"[.!?。！？…][\"”’」』)）]*$")
CJK = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
PAUSE = 2.5  # seconds without a word
LONGEST_BLOCK = 400  # characters: captions by machine have no punctuation, and a place to jump to must stay near


class Cue(NamedTuple):
    """A few words of a recording; `turn` tells that another speaker begins, whether or not we know who."""

    second: float
    end: float
    text: str
    speaker: str | None = None
    turn: bool = False


class Segment(msgspec.Struct):
    """A segment of a JSON transcript, as the podcast namespace or as Whisper names its fields."""

    startTime: float | None = None
    endTime: float | None = None
    body: str | None = None
    speaker: str | None = None
    start: float | None = None
    end: float | None = None
    text: str | None = None


class Segments(msgspec.Struct):
    """A JSON transcript."""

    segments: list[Segment]
    language: str | None = None


def read_cues(text: str, capture: Capture, knowledge: Knowledge) -> Document:
    """Return the document that WebVTT or SubRip cues make."""
    rows = text.splitlines()
    cues = list(_cues(rows))
    unread = sum(ARROW in row for row in rows) - sum(bool(TIMING.match(row)) for row in rows)
    document = _document(cues, capture, knowledge)
    if unread:
        issue = Issue(message=f"{unread} cues have no readable time", severity="warning", place=capture.place)
        document = msgspec.structs.replace(document, issues=(issue,))
    named = next((match[1] for row in rows[:10] if (match := LANGUAGE.match(row))), None)
    return msgspec.structs.replace(document, language=tag(named, knowledge)) if named else document


def read_json(text: str, capture: Capture, knowledge: Knowledge) -> Document:
    """Return the document that a JSON transcript makes, or a JSON object with the text of a document."""
    try:
        found = msgspec.json.decode(text.encode("utf-8", "replace"), type=Segments)
    except (msgspec.DecodeError, RecursionError) as error:
        if isinstance(error, msgspec.ValidationError) and "segments" in str(error):
            return jsonl.read_one(text, capture, knowledge)
        raise ReadError(f"is no JSON transcript: {error}", capture.place) from error
    document = _document([_of_segment(segment) for segment in found.segments], capture, knowledge)
    return msgspec.structs.replace(document, language=tag(found.language, knowledge)) if found.language else document


def _of_segment(segment: Segment) -> Cue:
    second = segment.startTime if segment.startTime is not None else segment.start or 0.0
    end = segment.endTime if segment.endTime is not None else segment.end
    return Cue(second, second if end is None else end, _words(segment.body or segment.text or ""), segment.speaker)


def is_cited(tree: Any) -> bool:
    """Return whether a page is a transcript of the podcast namespace: who, when and what in cite, time and p."""
    cited = (cite for cite in tree.iter("cite") if _tags_after(cite) == ["time", "p"])
    return next(cited, None) is not None and next(cited, None) is not None


def _tags_after(element: Any) -> list[str]:
    return [after.tag for after in itertools.islice(element.itersiblings(), 2)]


def read_cited(tree: Any, capture: Capture, knowledge: Knowledge) -> Document:
    """Return the document that the cite, time and p elements of a transcript page make."""
    cues: list[Cue] = []
    speaker, second = None, 0.0
    for element in tree.iter("cite", "time", "p"):
        words = _words("".join(element.itertext()))
        if element.tag == "cite":
            speaker = words.rstrip(":： ") or None
        elif element.tag == "time":
            second = seconds(words) if re.fullmatch(TIME, words) else second
        else:
            cues.append(Cue(second, second, words, speaker, turn=True))
    return _document(cues, capture, knowledge)


def _cues(rows: Sequence[str]) -> Iterator[Cue]:
    """Yield the cues; a line that the one before already showed (captions that roll up) counts once."""
    last = ""
    for begin, end, said in _timed(rows):
        fresh = []
        for row in said:
            if (words := _words(MARKUP.sub("", VOICE.sub("", row)))) and words != last:
                last = words
                fresh.append(row)
        yield from _voices(begin, end, "\n".join(fresh))


def _timed(rows: Sequence[str]) -> Iterator[tuple[float, float, list[str]]]:
    """Yield begin, end and lines of what stands below each timing, up to an empty line or the next cue."""
    timing: re.Match[str] | None = None
    said: list[str] = []
    for at, row in enumerate(rows):
        found = TIMING.match(row) if ARROW in row else None
        numbers_next = row.strip().isdigit() and at + 1 < len(rows) and TIMING.match(rows[at + 1])
        if timing and (found or numbers_next or not row):
            yield seconds(timing[1]), seconds(timing[2]), said
            timing, said = None, []
        if found:
            timing = found
        elif timing:
            said.append(row)
    if timing:
        yield seconds(timing[1]), seconds(timing[2]), said


def _voices(begin: float, end: float, said: str) -> Iterator[Cue]:
    """Yield a cue for each speaker that its voice tags name, and for each turn that its dashes and arrows mark."""
    parts = VOICE.split(said)
    for speaker, words in [(None, parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]:
        for row in words.split("\n"):
            mark = TURN.match(row)
            text = _words(MARKUP.sub("", row[mark.end() if mark else 0 :]))
            yield Cue(begin, end, text, " ".join(speaker.split()) if speaker else None, turn=mark is not None)


def _words(said: str) -> str:
    return " ".join(html.unescape(said).split())


def _document(cues: Iterable[Cue], capture: Capture, knowledge: Knowledge) -> Document:
    named = _with_labels([cue for cue in cues if cue.text], knowledge)
    if not named:
        raise ReadError("holds no cue", capture.place)
    parts: list[str] = []
    blocks: list[Block] = []
    at = 0
    for cue in _joined(named):
        blocks.append(Block(kind="speech", start=at, end=at + len(cue.text), speaker=cue.speaker, second=cue.second))
        parts.append(cue.text)
        at += len(cue.text) + 1
    return Document(id=capture.id, text="\n".join(parts), blocks=tuple(blocks))


def _with_labels(cues: Sequence[Cue], knowledge: Knowledge) -> list[Cue]:
    """Return the cues with the speakers that only their words name (`Holder: …`), who speak until another does."""
    if any(cue.speaker for cue in cues):
        return list(cues)
    text = "\n".join(cue.text for cue in cues)
    found, at = [], 0
    for cue in cues:
        found.append(Line(at, at + len(cue.text), False))
        at += len(cue.text) + 1
    labels = speeches(text, found, knowledge, talking=True)
    named, speaker = [], None
    for number, (cue, line) in enumerate(zip(cues, found, strict=True)):
        label = labels.get(number)
        speaker = label.speaker if label else None if cue.turn else speaker
        said = text[label.start : line.end] if label else cue.text
        named.append(cue._replace(text=said, speaker=speaker, turn=cue.turn or label is not None))
    return [cue for cue in named if cue.text]


def _joined(cues: Iterable[Cue]) -> Iterator[Cue]:
    """Yield the cues joined to what is said in one breath."""
    words: list[str] = []
    first = last = None
    length = 0
    for cue in cues:
        if first and last and (length > LONGEST_BLOCK or _breaks(last, cue)):
            yield first._replace(text="".join(words))
            first, words, length = None, [], 0
        if first is None:
            first = cue
        elif last and not (CJK.match(last.text[-1]) and CJK.match(cue.text)):
            words.append(" ")
        words.append(cue.text)
        length += len(cue.text)
        last = cue
    if first:
        yield first._replace(text="".join(words))


def _breaks(last: Cue, cue: Cue) -> bool:
    if cue.turn or cue.speaker != last.speaker or cue.second - last.end > PAUSE:
        return True
    return SENTENCE_END.search(last.text) is not None and not cue.text[0].islower()
