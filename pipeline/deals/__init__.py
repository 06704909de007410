"""Finds the deals told in an annotated document: cue by cue, sentence by sentence, by the frames of its language."""

from __future__ import annotations

import re

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.deals.annotated import Annotated
from pipeline.deals.grammar import Grammar
from pipeline.deals.records import record
from pipeline.deals.report import Report
from pipeline.deals.traces import Trace, traces
from pipeline.models import Deal
from pipeline.rules import frames
from pipeline.rules.knowledge import Knowledge, shipped


def find_deals(doc: Doc) -> tuple[Deal, ...]:
    """Return the deals of an annotated document in reading order, with offsets into the original text."""
    deals: tuple[Deal, ...] = doc.user_data["deals"]
    return deals


class FrameMatcher:
    """Puts the deals of a document into its `user_data["deals"]`; the last component of the spaCy pipeline."""

    def __init__(self) -> None:
        self.knowledge: Knowledge | None = None

    def use(self, knowledge: Knowledge) -> None:
        """Take the rules to match; without any, those that we ship."""
        self.knowledge = knowledge

    def __call__(self, doc: Doc) -> Doc:
        annotated = Annotated(doc)
        report = Report(annotated, *(self.knowledge or shipped()).once(grammars))
        deals = (record(candidate, told.sentence, annotated) for told in report.told() for candidate in told.kept)
        by_id: dict[str, Deal] = {}
        for deal in deals:
            by_id.setdefault(deal.id, deal)  # the same parties in the same sentence are one deal
        doc.user_data["deals"] = tuple(by_id.values())
        return doc


def explain(doc: Doc, knowledge: Knowledge) -> list[Trace]:
    """Return, for each cue of a document, the frames tried and why they won or not."""
    report = Report(Annotated(doc), *knowledge.once(grammars))
    return [trace for told in report.told() for trace in traces(told.attempts, told.kept)]


def grammars(knowledge: Knowledge) -> tuple[dict[str, Grammar], re.Pattern[str]]:
    """Return the grammars of all languages that tell deals, and the words by which a report's firm announces."""
    languages = knowledge.languages
    announce = [word for language in languages.values() for word in language.parties.announce]
    compiled = {code: Grammar(language, knowledge.sellers) for code, language in languages.items()}
    return compiled, frames.any_of(announce)


Language.factory("deals_frames", func=lambda nlp, name: FrameMatcher())
