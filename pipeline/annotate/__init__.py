"""Marks what deals are made of in a normalized text, as spaCy components of one pipeline.

`doc.spans` holds `companies`, `amounts`, `stakes`, `quantities`, `rounds`, `dates` and `cues`; `doc.user_data[NAME]`
holds the nouns behind them in the same order, with offsets into the normalized text. Only sentences that hold a cue
are looked at closely. The last component, of `pipeline.deals`, puts the deals into `doc.user_data["deals"]`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import spacy
from spacy.language import Language as Nlp
from spacy.tokens import Doc, Span

from pipeline.annotate import tokenizer  # noqa: F401  (registers itself)
from pipeline.annotate.cues import CueIndex
from pipeline.annotate.firms.companies import CompanyFinder
from pipeline.annotate.firms.han_names import HanNames
from pipeline.annotate.firms.han_rules import HanNameRules, HanVocabulary
from pipeline.annotate.firms.trained import Trained
from pipeline.annotate.patterns import COMPANY, NOT_COMPANY, Hit, Patterns
from pipeline.annotate.sentences import Sentences
from pipeline.models import Amount, Company, Document, Normalized, from_json, to_json
from pipeline.names.evidence import name_rules
from pipeline.names.index import NameIndex
from pipeline.rules.frames import SURE, Cue, Language, Org, Parties
from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.text.words import teach

COMPONENTS = ("deals_cues", "deals_companies", "deals_values", "deals_frames")
GROUPS = ("companies", "amounts", "stakes", "quantities", "rounds", "dates", "cues")


def build(
    knowledge: Knowledge,
    fold: Callable[[str], str],
    *,
    patterns: Path | None = None,
    trained: str | None = None,
) -> Nlp:
    """Return the spaCy pipeline that annotates by a knowledge: one tokenizer for all scripts, then the components.

    `patterns` is a user's own patterns file (see `patterns.py`); `trained` names an installed spaCy pipeline whose
    organisations join the candidates.
    """
    nlp = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": "deals.ScriptTokenizer.v1"}}})
    for name in COMPONENTS:
        nlp.add_pipe(name)
    nlp.get_pipe("deals_cues").use(knowledge, patterns)  # type: ignore[attr-defined]
    nlp.get_pipe("deals_companies").use(knowledge, fold, trained)  # type: ignore[attr-defined]
    nlp.get_pipe("deals_frames").use(knowledge)  # type: ignore[attr-defined]
    _warm(nlp)
    return nlp


def known_names(nlp: Nlp) -> NameIndex:
    """Return the index of the known companies' names that a pipeline was built with."""
    index: NameIndex = nlp.get_pipe("deals_companies").finder.index  # type: ignore[attr-defined]
    return index


def annotate(normalized: Normalized, nlp: Nlp) -> Doc:
    """Return the spaCy document of a normalized text with everything marked."""
    doc = nlp.make_doc(normalized.text)
    doc.user_data["normalized"] = normalized
    return nlp(doc)


def _warm(nlp: Nlp) -> None:
    """Make the lexemes of everyday characters once; a memory zone would make them anew for every document."""
    rows = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    nlp.make_doc("".join(map(chr, range(33, 127))) + b"".join(rows).decode("gb2312", "ignore"))


def _labels(languages: Mapping[str, Language]) -> frozenset[str]:
    rules = (f"{code}.{frame.id}" for code, language in languages.items() for frame in language.deals.frame)
    return frozenset((*rules, COMPANY, NOT_COMPANY))


def _mark(doc: Doc, group: str, nouns: Sequence[Any], label: Callable[[Any], str]) -> None:
    """Put the nouns of a group into the document, and the tokens they stand on into `doc.spans`."""
    doc.user_data[group] = nouns
    spans = (doc.char_span(noun.start, noun.end, label=label(noun), alignment_mode="expand") for noun in nouns)
    doc.spans[group] = [span for span in spans if isinstance(span, Span)]


def _always(label: str) -> Callable[[Any], str]:
    return lambda noun: label


class CueComponent:
    """Marks the cue words and the sentences that hold them."""

    def __init__(self, nlp: Nlp) -> None:
        self.nlp = nlp
        self.index: CueIndex | None = None

    def use(self, knowledge: Knowledge, patterns: Path | None) -> None:
        """Take the rules of a knowledge, and a user's own patterns."""
        languages = knowledge.languages
        self.labels = _labels(languages)
        self.index = CueIndex(languages.values())
        self.frames = {
            f"{code}.{f.id}": (code, f) for code, language in languages.items() for f in language.deals.frame
        }
        self.abbreviations = [word for language in languages.values() for word in language.syntax.abbreviations]
        told = (
            (f"deals.toml, frame {rule}", {"label": rule, "pattern": pattern})
            for rule, (_, frame) in self.frames.items()
            for pattern in frame.patterns
        )
        self.ours = Patterns(self.nlp, told, self.labels)
        self.patterns = Patterns.load(patterns, self.nlp, self.labels) if patterns else None

    def _ready(self) -> CueIndex:
        """Return the index of cues, of the rules that we ship where none were taken."""
        if self.index is None:
            self.use(shipped(), None)
        assert self.index
        return self.index

    def __call__(self, doc: Doc) -> Doc:
        index = self._ready()
        normalized = _normalized(doc)
        sentences = Sentences(normalized.text, normalized.blocks(), self.abbreviations)
        hits = [
            hit for each in (self.ours, self.patterns) if each for hit in each.find(doc, normalized.text, sentences)
        ]
        cues = self._merged(index.find(normalized.text), hits, normalized.text)
        doc.user_data["hits"] = hits
        doc.user_data["sentences"] = sorted({sentences.around(cue.start) for cue in cues})
        _mark(doc, "cues", cues, lambda cue: cue.frames[0].id)
        return doc

    def _merged(self, cues: list[Cue], hits: list[Hit], text: str) -> list[Cue]:
        """Return the cues with those of the user's patterns, which come first where they overlap ours."""
        own = []
        for hit in hits:
            if hit.label in self.frames:
                language, frame = self.frames[hit.label]
                own.append(Cue(hit.start, hit.end, text[hit.start : hit.end], language, (frame,)))
        kept = [cue for cue in cues if not any(cue.start < o.end and o.start < cue.end for o in own)]
        return sorted(kept + own, key=lambda cue: cue.start) if own else cues

    def to_disk(self, path: Path, *, exclude: Sequence[str] = ()) -> None:
        """Keep the user's patterns; the rules are in the language folders."""
        path.mkdir(exist_ok=True)
        (path / "patterns.json").write_bytes(to_json(self.patterns.entries if self.patterns else []))

    def from_disk(self, path: Path, *, exclude: Sequence[str] = ()) -> CueComponent:
        """Take up the patterns kept."""
        self._ready()
        entries = from_json((path / "patterns.json").read_bytes(), list[dict[str, Any]])
        placed = ((f"{path}:{number}", entry) for number, entry in enumerate(entries, 1))
        self.patterns = Patterns(self.nlp, placed, self.labels) if entries else None
        return self


class CompanyComponent:
    """Marks the companies: known ones everywhere, unknown ones in sentences with a cue."""

    def __init__(self) -> None:
        self.finder: CompanyFinder | None = None
        self.trained: Trained | None = None
        self.kept: tuple[list[Company], str | None] = ([], None)

    def use(self, knowledge: Knowledge, fold: Callable[[str], str], trained: str | None) -> None:
        """Take the companies and rules of a knowledge, and the trained pipeline that finds more."""
        self.kept = ([_folded(company, fold) for company in knowledge.companies], trained)
        self._build(NameIndex.build(knowledge.companies, fold, name_rules(knowledge)), knowledge, trained)

    def _build(self, index: NameIndex, knowledge: Knowledge, trained: str | None) -> None:
        breaks = frozenset(word for language in knowledge.languages.values() for word in language.words)
        teach(breaks, "v")
        code, rules = next(iter(knowledge.rules("han_names.toml", HanNameRules).items()))
        parties = knowledge.rule(code, "parties.toml", Parties) or Parties()
        self.finder = CompanyFinder(index, HanNames(HanVocabulary(rules, parties, breaks)))
        self.trained = Trained.load(trained) if trained else None

    def __call__(self, doc: Doc) -> Doc:
        assert self.finder, "use() gives the component its companies"
        sentences = doc.user_data["sentences"]
        text = _normalized(doc).text
        orgs = _with_hits(self.finder.find(text, sentences, _normalized(doc).language), doc.user_data["hits"], text)
        if self.trained:
            orgs = _with_more(orgs, self.trained.find(text, sentences), text)
        doc.user_data["orgs"] = orgs
        cues: list[Cue] = doc.user_data["cues"]
        kept = self.finder.outside_names(text, cues, orgs)
        if len(kept) < len(cues):
            _mark(doc, "cues", kept, lambda cue: cue.frames[0].id)
        _mark(doc, "companies", [org for org in orgs if org.strength in SURE], _always("COMPANY"))
        return doc

    def to_disk(self, path: Path, *, exclude: Sequence[str] = ()) -> None:
        """Keep the companies with their names as normalized text says them."""
        path.mkdir(exist_ok=True)
        (path / "companies.json").write_bytes(to_json({"companies": self.kept[0], "trained": self.kept[1]}))

    def from_disk(self, path: Path, *, exclude: Sequence[str] = ()) -> CompanyComponent:
        """Take up the companies kept."""
        kept = from_json((path / "companies.json").read_bytes(), dict[str, Any])
        companies = msgspec.convert(kept["companies"], list[Company])
        self.kept = (companies, kept["trained"])
        self._build(NameIndex.build(companies, lambda name: name), shipped(), kept["trained"])
        return self


class ValueComponent:
    """Marks amounts, stakes, quantities, rounds and dates."""

    def __init__(self) -> None:
        from pipeline.annotate.money import amounts
        from pipeline.annotate.values import dates, quantities, rounds, stakes

        self.find_amounts, self.find_bare = amounts.find_amounts, amounts.find_bare_amounts
        self.find_dates = dates.find_dates
        self.others: dict[str, Callable[[str, str], Sequence[Any]]] = {
            "stakes": stakes.find_stakes,
            "quantities": quantities.find_quantities,
            "rounds": rounds.find_rounds,
        }

    def __call__(self, doc: Doc) -> Doc:
        normalized = _normalized(doc)
        text, language = normalized.text, normalized.language
        found = self.find_amounts(text, language)
        _mark(doc, "amounts", found, _always("AMOUNT"))
        for group, find in self.others.items():
            _mark(doc, group, find(text, language), _always(group.upper()))
        _mark(doc, "dates", self.find_dates(text, language, normalized.document.published), _always("DATE"))
        doc.user_data["bare"] = self._bare(doc, text, language)
        return doc

    def _bare(self, doc: Doc, text: str, language: str) -> list[Amount]:
        """Return figures without a currency in sentences with a cue, where a sum of money can be meant."""
        taken = [
            (noun.start, noun.end) for group in ("amounts", "quantities", "dates") for noun in doc.user_data[group]
        ]
        return [
            msgspec.structs.replace(amount, start=start + amount.start, end=start + amount.end)
            for start, end in doc.user_data["sentences"]
            for amount in self.find_bare(text[start:end], 0, end - start, language)
            if not any(s < start + amount.end and start + amount.start < e for s, e in taken)
        ]


def _with_hits(orgs: list[Org], hits: list[Hit], text: str) -> list[Org]:
    """Return the companies with those that a user's pattern names, without those it forbids."""
    if not hits:
        return orgs
    own = [
        Org(h.start, h.end, text[h.start : h.end], text[h.start : h.end], None, "form")
        for h in hits
        if h.label == COMPANY
    ]
    over = [hit for hit in hits if hit.label in (COMPANY, NOT_COMPANY)]
    kept = [org for org in orgs if not any(org.start < hit.end and hit.start < org.end for hit in over)]
    return sorted(kept + own)


def _with_more(orgs: list[Org], more: list[tuple[int, int]], text: str) -> list[Org]:
    """Return the companies with further candidates, in place of names that were only possible."""
    sure = [org for org in orgs if org.strength in SURE]
    fresh = [
        Org(start, end, text[start:end], text[start:end], None, "form")
        for start, end in more
        if not any(org.start < end and start < org.end for org in sure)
    ]
    kept = [org for org in orgs if not any(org.start < f.end and f.start < org.end for f in fresh)]
    return sorted(kept + fresh)


def _folded(company: Company, fold: Callable[[str], str]) -> Company:
    names = dict.fromkeys(fold(name) for name in (company.name, *company.names))
    return msgspec.structs.replace(company, names=tuple(names), context=tuple(fold(name) for name in company.context))


def _normalized(doc: Doc) -> Normalized:
    """Return the text behind a document; one that spaCy made itself stands for itself."""
    normalized = doc.user_data.get("normalized")
    if isinstance(normalized, Normalized):
        return normalized
    own = Normalized(document=Document(id="", text=doc.text), text=doc.text, language="und")
    doc.user_data["normalized"] = own
    return own


Nlp.factory("deals_cues", func=lambda nlp, name: CueComponent(nlp))
Nlp.factory("deals_companies", func=lambda nlp, name: CompanyComponent())
Nlp.factory("deals_values", func=lambda nlp, name: ValueComponent())
