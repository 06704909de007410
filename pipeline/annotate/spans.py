"""Writes what is marked into a spaCy document: `doc.user_data`, `doc.spans` for displaCy, `doc.ents`.

The tokens of a document are its original text, or whatever a tokenizer made of it; the marks are of the normalized one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import msgspec
import numpy as np
from spacy.tokens import Doc, Span

from pipeline import marks
from pipeline.marks import Group, Marks, Placed

LABELS: dict[Group, str] = {
    "companies": "ORG", "amounts": "MONEY", "stakes": "PERCENT", "quantities": "QUANTITY", "rounds": "ROUND",
    "dates": "DATE", "cues": "CUE",
}  # fmt: skip
"""The labels of the spans, as spaCy's own pipelines name such things where they do."""
GROUPS: tuple[Group, ...] = get_args(Group)


def put(doc: Doc, **groups: Any) -> None:
    """Add groups to the marks of a document, and to its spans those that show there."""
    marked = msgspec.structs.replace(marks.of(doc), **groups)
    doc.user_data[marks.KEY] = marked
    if "orgs" in groups:
        groups["companies"] = marked.companies
    for group, label in LABELS.items():
        if group not in groups:
            continue
        nouns: Sequence[Placed] = groups[group]
        doc.spans[group] = [span for noun in nouns if (span := _span(doc, marked, noun, label)) is not None]


def _span(doc: Doc, marked: Marks, noun: Placed, label: str) -> Span | None:
    start, end = marked.normalized.offsets.original(noun.start, noun.end)
    span = doc.char_span(start, end, label=label, alignment_mode="expand")
    return span if isinstance(span, Span) else None


def add_entities(doc: Doc) -> None:
    """Add the sure companies and the amounts to `doc.ents`, but for what overlaps an entity that is there."""
    found = sorted([*doc.spans.get("companies", ()), *doc.spans["amounts"]], key=lambda span: span.start)
    if not found:
        return
    kept: list[Span] = list(doc.ents)
    theirs, end = len(kept), 0
    for span in found:
        if span.start >= end and not any(span.start < e.end and e.start < span.end for e in kept[:theirs]):
            kept.append(span)
            end = span.end
    doc.ents = kept


def add_sentences(doc: Doc) -> None:
    """Mark in the tokens where sentences begin, for `doc.sents`, unless another component has told it."""
    if doc.has_annotation("SENT_START"):
        return
    marked = marks.of(doc)
    original = marked.normalized.offsets.original
    begins: Any = np.zeros((len(doc), 1), dtype="uint64")
    for border in marked.borders:
        start = original(border, border + 1)[0]
        first = doc.char_span(start, start + 1, alignment_mode="expand")
        if first is not None and first.start < len(doc):  # no token begins in white space at the end
            begins[first.start, 0] = 1
    doc.from_array("SENT_START", begins)  # token by token each would walk through the whole text
