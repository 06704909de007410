"""The words of a language that marks its nouns behind them: each noun apart from its marker."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.deals.grammar import Grammar, Piece
from pipeline.names.case_markers import CaseMarkers

BRACKETS = re.compile(r"\([^()]*\)")
BEFORE = ("org", "maybe", "issuer", "person", "amount", "stake", "quantity", "round", "date")
"""Pieces behind which a marker may stand."""
WORD = re.compile(r"[^\W_](?:[\w.&+-]*[^\W_])?")
CLOSING = re.compile(r"\s*[’”'\"』」]*")


def marked_words(text: str, at: int, until: int, before: Piece | None, grammar: Grammar) -> Iterator[Piece]:
    """Yield the words between two pieces with their markers apart; what hangs on a cue is its tail."""
    gap = BRACKETS.sub(lambda found: " " * len(found.group()), text[at:until])
    markers, place = grammar.markers, 0
    if before is not None and before.kind in BEFORE:
        skipped = CLOSING.match(gap)
        first = skipped.end() if skipped else 0
        places = dict.fromkeys((0, first, max(0, first - 1)))
        glued = next((p for p in places if markers.behind(gap, p, before.text[-1])), None)
        found = markers.behind(gap, glued, before.text[-1]) if glued is not None else None
        if found is None and first:
            found = markers.behind(gap, first, ")")
        if found is None and grammar.list_end and (others := grammar.list_end.match(gap, first)):
            found = markers.behind(gap, others.end(), others.group()[-1])  # A, B 등 기관투자자들|로부터
        if found:
            if found.slot != "of":
                yield Piece(at + found.end - len(found.text), at + found.end, "case", found.text, found.slot)
            place = found.end
    tail = before is not None and before.kind == "cue"
    for match in WORD.finditer(gap, place):
        start, said = at + match.start(), match.group()
        if tail and match.start() == 0:
            yield Piece(start, start + len(said), "word", said, "tail")
            continue
        yield from _parted(start, said, grammar, markers)


def _parted(start: int, said: str, grammar: Grammar, markers: CaseMarkers) -> Iterator[Piece]:
    """Yield a word, a noun without its marker."""
    if grammar.head_of(said.lower()) is None and markers.verb(said):
        yield Piece(start, start + len(said), "word", said, "verb")
        return
    noun, marker = markers.split(said)
    if grammar.head_of(said.lower()) is not None and grammar.head_of(noun.lower()) is None:
        noun, marker = said, None
    yield Piece(start, start + len(noun), "word", noun, "n")
    if marker and marker.slot != "of":
        yield Piece(start + len(noun), start + len(said), "case", marker.text, marker.slot)
