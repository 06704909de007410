"""Finds the deals told in an annotated document: cue by cue, sentence by sentence, by the frames of its language."""

from __future__ import annotations

from spacy.tokens import Doc

from pipeline.deals.engine import Engine, Trace
from pipeline.models import Deal

_engine: list[Engine] = []


def find_deals(doc: Doc) -> tuple[Deal, ...]:
    """Return the deals of a document in reading order, with offsets into the original text."""
    return _the_engine().find(doc)


def explain(doc: Doc) -> list[Trace]:
    """Return, for each cue of a document, the frames tried and why they won or not."""
    traces: list[Trace] = []
    _the_engine().find(doc, traces)
    return traces


def _the_engine() -> Engine:
    if not _engine:
        _engine.append(Engine.load())
    return _engine[0]
