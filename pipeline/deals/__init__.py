"""Finds the deals told in an annotated document: cue by cue, sentence by sentence, by the frames of its language."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import msgspec
from spacy.tokens import Doc

from pipeline import marks
from pipeline.deals.annotated import Annotated, Frames
from pipeline.deals.confidence import Confidence
from pipeline.deals.discourse import Report
from pipeline.deals.grammar import Grammars
from pipeline.deals.records import record
from pipeline.deals.table_rows import heads, told_by_form
from pipeline.deals.traces import SentenceTrace, sentence_trace
from pipeline.marks import Marks
from pipeline.models import Deal
from pipeline.names.segmenter import cutting_by
from pipeline.rules.knowledge import Knowledge
from pipeline.rules.languages import languages as recognized
from pipeline.text.alternation import any_of

Resolver = Callable[[tuple[Deal, ...], Knowledge], tuple[Deal, ...]]
"""Gives the parties of deals their companies."""


class FrameComponent:
    """Reads deals out of the marks of a document; the last component of the spaCy pipeline."""

    def __init__(self, knowledge: Callable[[], Knowledge], resolve: Resolver | None = None) -> None:
        self.load_knowledge = knowledge
        self.resolve = resolve

    @cached_property
    def knowledge(self) -> Knowledge:
        """Return the rules of all languages."""
        return self.load_knowledge()

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs: it reads the rules anew."""
        return {name: value for name, value in vars(self).items() if name != "knowledge"}

    def __call__(self, doc: Doc) -> Doc:
        marked = marks.of(doc)
        with cutting_by(self.knowledge):
            found = find_deals(marked, self.knowledge)
            deals = self.resolve(found, self.knowledge) if found and self.resolve else found
        if deals:
            doc.user_data[marks.KEY] = msgspec.structs.replace(marked, deals=deals)
        return doc


def find_deals(marked: Marks, knowledge: Knowledge) -> tuple[Deal, ...]:
    """Return the deals of an annotated document in reading order, with offsets into the original text."""
    annotated = Annotated(marked, knowledge.once(_frames))
    report = Report(annotated, *knowledge.once(grammars))
    confidence = knowledge.once(_confidence)
    deals = [record(each, told.sentence, annotated, confidence) for told in report.told() for each in told.kept]
    by_id: dict[str, Deal] = {}
    for deal in _with_rows(deals, list(told_by_form(annotated, knowledge.once(heads)))):
        by_id.setdefault(deal.id, deal)  # the same parties in the same sentence are one deal
    return tuple(by_id.values())


def _with_rows(deals: Sequence[Deal], rows: Sequence[Deal]) -> list[Deal]:
    """Return the deals in reading order; what a table's row or a note tells by its form is not read as a sentence."""
    if not rows:
        return list(deals)
    places = [(row.evidence.start, row.evidence.end) for row in rows]
    own = [deal for deal in deals if not any(first <= deal.evidence.start < last for first, last in places)]
    return sorted([*own, *rows], key=lambda deal: deal.evidence.start)


def explain(marked: Marks, knowledge: Knowledge) -> list[SentenceTrace]:
    """Return how each sentence with a cue was read: its phrases, and the frames tried and why they won or not."""
    report = Report(Annotated(marked, knowledge.once(_frames)), *knowledge.once(grammars))
    return list(map(sentence_trace, report.told()))


def _confidence(knowledge: Knowledge) -> Confidence:
    """Return what a score is worth."""
    return Confidence(knowledge.calibration)


def _frames(knowledge: Knowledge) -> Frames:
    """Return the frames of every language, by id."""
    return {code: {frame.id: frame for frame in known.deals.frame} for code, known in knowledge.languages.items()}


def grammars(knowledge: Knowledge) -> tuple[Grammars, re.Pattern[str]]:
    """Return the grammars of all languages that tell deals, and the words by which a report's firm announces."""
    announce = [word for language in knowledge.languages.values() for word in language.parties.announce]
    return Grammars(knowledge.languages, knowledge.sellers, recognized(knowledge)), any_of(announce)
