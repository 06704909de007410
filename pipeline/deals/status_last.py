"""How sure a deal is where its verb comes last and what governs it follows: 인수할|계획이라고|밝혔다.

The cue's own form is read first: one that another verb follows (인수하고) tells its deal alone; one that describes a
noun reaches that noun (인수할 계획); any other reaches to the end of its clause.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.deals.sentence import Sentence
from pipeline.deals.status_behind import Match, Readings
from pipeline.rules.frames import Cue, Frame

WORD = re.compile(r"\w*")
NEXT = 14  # characters behind a verb that describes a noun in which that noun stands
OWN = 60  # characters behind a cue in which what governs it stands
VERB = 24  # characters behind a noun in which its own verb stands: 계약을 체결했다
MARK = re.compile(r"(?<!\d),|[…;]|\.{2}")


def readings_last(sentence: Sentence, cue: Cue, frame: Frame, others: Sequence[int]) -> Readings:
    """Yield each status with the word that says so, the one that goes before the others first."""
    text, grammar = sentence.text, sentence.grammar
    end = _reach(sentence, cue, others)
    near = {name: patterns[0] for name, patterns in grammar.status.items()}
    far = {name: patterns[1] for name, patterns in grammar.status.items()}
    yield "hypothetical", far["hypothetical"].search(text, sentence.start, sentence.end)
    yield "hypothetical", near["hypothetical"].search(text, cue.end, end)
    yield "denied", near["denied"].search(text, cue.end, end) or grammar.negation.search(text, cue.end, end)
    yield "withdrawn", near["withdrawn"].search(text, cue.end, end)
    yield "rumored", near["rumored"].search(text, cue.end, end)
    yield "intended", near["intended"].search(text, cue.end, end)
    yield "rumored", far["rumored"].search(text, sentence.start, sentence.end)
    yield "announced", near["announced"].search(text, cue.end, end)
    if frame.past_is_done:
        yield "completed", _past(sentence, cue, end) or _linked_past(sentence, cue)
    yield "completed", near["completed"].search(text, cue.end, end)


def _reach(sentence: Sentence, cue: Cue, others: Sequence[int]) -> int:
    """Return where the words that govern a cue end."""
    text, markers = sentence.text, sentence.grammar.markers
    tail = WORD.match(text, cue.end)
    word = tail.group() if tail else ""
    kind = markers.verb(word) if word else ""
    if kind == "linking" and not _is_purpose(sentence, cue.end + len(word)):
        return cue.end + len(word)
    mark = MARK.search(text, cue.end, sentence.end)
    end = min(mark.start() if mark else sentence.end, sentence.end, cue.end + OWN)
    if kind:
        end = min([end, *(other for other in others if other > cue.end)])
    if kind == "attributive":
        return min(end, cue.end + len(word) + NEXT)
    if not kind:  # a noun: up to where its own verb links to the next
        for found in re.finditer(r"\w+", text[cue.end + len(word) : end]):
            if markers.verb(found.group()) == "linking":
                return cue.end + len(word) + found.end()
    return end


def _is_purpose(sentence: Sentence, at: int) -> bool:
    """Return whether a verb is only what another is done for: 인수하기|위해 협상 중이다."""
    following = re.compile(r"\s?(\w+)").match(sentence.text, at)
    return following is not None and sentence.grammar.markers.verb(following.group(1)) == "light"


def _linked_past(sentence: Sentence, cue: Cue) -> Match:
    """Return the end of the verb that gives one that only links its tense: 투자해|지분을 확보했다."""
    text, grammar = sentence.text, sentence.grammar
    tail = WORD.match(text, cue.end)
    if tail is None or grammar.markers.verb(tail.group()) != "linking":
        return None
    mark = MARK.search(text, tail.end(), sentence.end)
    for word in re.compile(r"\w+").finditer(text, tail.end(), mark.start() if mark else sentence.end):
        kind = grammar.markers.verb(word.group())
        if kind in ("final", "attributive"):
            return grammar.chain["done_mark"].search(text, word.start(), word.end())
    return None


def _past(sentence: Sentence, cue: Cue, end: int) -> Match:
    """Return the word that puts the act into the past: its own form, or that of the verb it is the noun of."""
    text, grammar = sentence.text, sentence.grammar
    last = min(end, cue.end + VERB)
    told = grammar.chain["says"].search(text, cue.end, last)
    return grammar.chain["done_mark"].search(text, cue.start, told.start() if told else last)
