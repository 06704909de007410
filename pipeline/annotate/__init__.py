"""Marks what deals are made of in a normalized text, as spaCy components of one pipeline.

`doc.spans` holds `companies`, `amounts`, `stakes`, `quantities`, `rounds`, `dates` and `cues`; `doc.user_data[NAME]` holds the
nouns behind them in the same order, with offsets into the normalized text. Only sentences that hold a cue are looked at closely.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import spacy
from spacy.language import Language as Nlp
from spacy.tokens import Doc, Span

from pipeline import frames
from pipeline.annotate import tokenizer  # noqa: F401  (registers itself)
from pipeline.annotate.companies import CompanyFinder
from pipeline.annotate.cues import CueIndex
from pipeline.annotate.han_names import HanNames
from pipeline.annotate.sentences import Sentences
from pipeline.frames import SURE
from pipeline.models import Company, Normalized
from pipeline.names import NameIndex
from pipeline.rules import rule_files
from pipeline.words import teach

COMPONENTS = ("deals_cues", "deals_companies", "deals_values")
GROUPS = ("companies", "amounts", "stakes", "quantities", "rounds", "dates", "cues")


def build(companies: Iterable[Company], fold: Callable[[str], str]) -> Nlp:
    """Return the spaCy pipeline that annotates: one tokenizer for all scripts and the components in order."""
    nlp = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": "deals.ScriptTokenizer.v1"}}})
    for name in COMPONENTS:
        nlp.add_pipe(name)
    nlp.get_pipe("deals_companies").use(NameIndex.build(companies, fold))  # type: ignore[attr-defined]
    return nlp


def annotate(normalized: Normalized, nlp: Nlp) -> Doc:
    """Return the spaCy document of a normalized text with everything marked."""
    doc = nlp.make_doc(normalized.text)
    doc.user_data["normalized"] = normalized
    return nlp(doc)


def _mark(doc: Doc, group: str, nouns: Sequence[Any], label: Callable[[Any], str]) -> None:
    """Put the nouns of a group into the document, and those that fall on token borders into `doc.spans`."""
    doc.user_data[group] = nouns
    spans = (doc.char_span(noun.start, noun.end, label=label(noun), alignment_mode="expand") for noun in nouns)
    doc.spans[group] = [span for span in spans if isinstance(span, Span)]


class CueComponent:
    """Marks the cue words and the sentences that hold them."""

    def __init__(self) -> None:
        languages = frames.languages()
        self.index = CueIndex(languages.values())
        self.abbreviations = [word for language in languages.values() for word in language.syntax.abbreviations]

    def __call__(self, doc: Doc) -> Doc:
        normalized = _normalized(doc)
        cues = self.index.find(normalized.text)
        sentences = Sentences(normalized.text, _blocks(normalized), self.abbreviations)
        doc.user_data["borders"] = sentences
        doc.user_data["sentences"] = sorted({sentences.around(cue.start) for cue in cues})
        _mark(doc, "cues", cues, lambda cue: cue.frames[0].id)
        return doc


class CompanyComponent:
    """Marks the companies: known ones everywhere, unknown ones in sentences with a cue."""

    def __init__(self) -> None:
        self.finder: CompanyFinder | None = None

    def use(self, index: NameIndex) -> None:
        """Take the index of known names."""
        han = next(HanNames.load(path) for _, path in rule_files("companies.toml") if path.parent.name == "zh")
        breaks = frozenset(word for language in frames.languages().values() for word in language.words)
        teach(breaks, "v")
        self.finder = CompanyFinder(index, han, breaks)

    def __call__(self, doc: Doc) -> Doc:
        assert self.finder, "use() gives the component its index"
        orgs = self.finder.find(doc.text, doc.user_data["sentences"])
        doc.user_data["orgs"] = orgs
        _mark(doc, "companies", [org for org in orgs if org.strength in SURE], lambda org: "COMPANY")
        return doc


class ValueComponent:
    """Marks amounts, stakes, quantities, rounds and dates."""

    def __init__(self) -> None:
        from pipeline.annotate import amounts, dates, quantities, rounds, stakes

        self.finders = {
            "amounts": amounts.find_amounts,
            "stakes": stakes.find_stakes,
            "quantities": quantities.find_quantities,
            "rounds": rounds.find_rounds,
        }
        self.find_dates = dates.find_dates

    def __call__(self, doc: Doc) -> Doc:
        normalized = _normalized(doc)
        for group, find in self.finders.items():
            _mark(doc, group, find(normalized.text, normalized.language), lambda noun, group=group: group.upper())
        published = normalized.document.published
        _mark(doc, "dates", self.find_dates(normalized.text, normalized.language, published), lambda noun: "DATE")
        return doc


def _normalized(doc: Doc) -> Normalized:
    normalized = doc.user_data.get("normalized")
    if not isinstance(normalized, Normalized):
        raise TypeError("annotate(normalized, nlp) makes the document these components read")
    return normalized


def _blocks(normalized: Normalized) -> list[Any]:
    return [] if normalized.offsets.starts else list(normalized.document.blocks)


Nlp.factory("deals_cues", func=lambda nlp, name: CueComponent())
Nlp.factory("deals_companies", func=lambda nlp, name: CompanyComponent())
Nlp.factory("deals_values", func=lambda nlp, name: ValueComponent())

