"""What is said in a recording, as a document.

Cues are a few words long, so they are joined until a sentence ends, the speaker changes or nobody speaks; what is
said in a block begins at its second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.models import Block, Capture, Document
from pipeline.read.layout import Line
from pipeline.read.speech import speeches
from pipeline.read.unpunctuated import goes_on, is_unpunctuated
from pipeline.read.unreadable import ReadError
from pipeline.rules.knowledge import Knowledge

SENTENCE_END = re.compile(r"[.!?。！？…][\"”’」』)）]*$")
CJK = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
PAUSE = 1.0  # seconds without a word that end a sentence where no full stop does
LONG_PAUSE = 10.0  # the same amid a sentence where full stops are written: who speaks may think it over
LONGEST_BLOCK = 400  # characters: captions by machine have no punctuation, and a place to jump to must stay near


class Caption(NamedTuple):
    """A few words of a recording; `turn` tells that another speaker begins, whether or not we know who."""

    second: float | None
    end: float | None
    text: str
    speaker: str | None = None
    turn: bool = False


def spoken(cues: Iterable[Caption], capture: Capture, knowledge: Knowledge) -> Document:
    """Return the document of what cues say; raise `ReadError` where they say nothing."""
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


def _with_labels(cues: Sequence[Caption], knowledge: Knowledge) -> list[Caption]:
    """Return the cues with their speakers, each until another speaks; only their words may name them (`Holder: …`)."""
    if any(cue.speaker for cue in cues):
        return list(_held(cues))
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


def _held(cues: Iterable[Caption]) -> Iterator[Caption]:
    """Yield the cues, one that names nobody as the words of who spoke before, unless another's turn is marked."""
    speaker = None
    for cue in cues:
        speaker = cue.speaker or (None if cue.turn else speaker)
        yield cue._replace(speaker=speaker)


def _joined(cues: Sequence[Caption]) -> Iterator[Caption]:
    """Yield the cues joined to what is said in one breath."""
    words: list[str] = []
    first = last = None
    length = 0
    texts = [cue.text for cue in cues]
    bare = is_unpunctuated(texts)
    open_ = goes_on(texts) if bare else [True] * len(cues)
    for cue, is_open in zip(cues, [True, *open_], strict=False):
        if first and last and (length > LONGEST_BLOCK or not is_open or _breaks(last, cue, bare=bare)):
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


def _breaks(last: Caption, cue: Caption, *, bare: bool) -> bool:
    if cue.turn or cue.speaker != last.speaker or _pause(last, cue) > (PAUSE if bare else LONG_PAUSE):
        return True
    return SENTENCE_END.search(last.text) is not None and not cue.text[0].islower()


def _pause(last: Caption, cue: Caption) -> float:
    """Return the seconds without a word between two cues; none where a time is not told."""
    return cue.second - last.end if cue.second is not None and last.end is not None else 0.0
