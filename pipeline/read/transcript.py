"""Transcripts of recordings: WebVTT, SubRip and the podcast namespace's JSON, with speakers and seconds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from pipeline.models import Block, Capture, Document
from pipeline.read.errors import ReadError
from pipeline.read.speech import seconds

TIMING = re.compile(r"((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})[ \t]*-->[ \t]*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})")
VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]+)>")
MARKUP = re.compile(r"<[^>]*>|\{\\[^}]*\}")


class Cue(NamedTuple):
    """A few words of a recording."""

    second: float
    end: float
    speaker: str | None
    text: str


def read_cues(text: str, capture: Capture) -> Document:
    """Return the document that WebVTT or SubRip cues make."""
    return _document(list(_cues(text)), capture)


class Segment(msgspec.Struct):
    """A segment of the podcast namespace's JSON transcript."""

    startTime: float
    body: str
    endTime: float | None = None
    speaker: str | None = None


class Segments(msgspec.Struct):
    """The podcast namespace's JSON transcript."""

    segments: list[Segment]


def read_json(text: str, capture: Capture) -> Document:
    """Return the document that a JSON transcript makes."""
    try:
        found = msgspec.json.decode(text, type=Segments).segments
    except (msgspec.DecodeError, RecursionError) as error:
        raise ReadError(f"is no JSON transcript: {error}", capture.place) from error
    return _document(
        [Cue(one.startTime, one.endTime or one.startTime, one.speaker, one.body.strip()) for one in found], capture
    )


def _cues(text: str) -> Iterator[Cue]:
    for chunk in re.split(r"(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)\s*", text):
        rows = chunk.splitlines()
        at = next((n for n, row in enumerate(rows[:2]) if TIMING.match(row.strip())), None)
        if at is None:
            continue
        timing = TIMING.match(rows[at].strip())
        assert timing is not None
        said = "\n".join(rows[at + 1 :])
        voice = VOICE.search(said)
        words = " ".join(MARKUP.sub("", said).split())
        if words:
            yield Cue(seconds(timing[1]), seconds(timing[2]), voice[1].strip() if voice else None, words)


def _document(cues: list[Cue], capture: Capture) -> Document:
    cues = [cue for cue in cues if cue.text]
    if not cues:
        raise ReadError("holds no cue", capture.place)
    text, blocks = "", []
    parts: list[str] = []
    at = 0
    for cue in cues:
        blocks.append(Block(kind="speech", start=at, end=at + len(cue.text), speaker=cue.speaker, second=cue.second))
        parts.append(cue.text)
        at += len(cue.text) + 1
    text = "\n".join(parts)
    return Document(id=capture.id, text=text, blocks=tuple(blocks))
