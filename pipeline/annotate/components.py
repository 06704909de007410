"""The spaCy components that annotate. Made by config they need nothing more: tables and rules are read on first use."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property, partial
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar, Self

import msgspec
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline import marks
from pipeline.annotate.cues import CueIndex
from pipeline.annotate.firms.added import with_hits, with_more
from pipeline.annotate.firms.capitals import capital_finder
from pipeline.annotate.firms.cased_names import cased_names
from pipeline.annotate.firms.companies import CompanyFinder
from pipeline.annotate.firms.han_names import HanNames
from pipeline.annotate.firms.han_rules import HanNameRules, HanVocabulary
from pipeline.annotate.firms.script_names import ScriptNameRules, ScriptNames
from pipeline.annotate.firms.trained import Trained
from pipeline.annotate.money.amounts import find_amounts, find_bare_amounts
from pipeline.annotate.patterns import COMPANY, NOT_COMPANY, Patterns, lines
from pipeline.annotate.sentences import Sentences
from pipeline.annotate.spans import add_entities, add_sentences, put
from pipeline.annotate.tongues import Normalizer, by_language, spoken
from pipeline.annotate.values.dates import find_dates
from pipeline.annotate.values.quantities import find_quantities
from pipeline.annotate.values.rounds import find_rounds
from pipeline.annotate.values.stakes import find_stakes
from pipeline.marks import CueMark, Hit, Marks
from pipeline.models import Amount, Company, Document, Normalized, fingerprint, from_json, to_json
from pipeline.names.evidence import name_rules
from pipeline.names.index import NameIndex
from pipeline.names.segmenter import cutting_by
from pipeline.rules.frames import DealLanguage, Parties
from pipeline.rules.knowledge import Knowledge
from pipeline.text.alternation import alternation
from pipeline.text.compiled import compiled


class Knowing:
    """A component that reads its rules when it is first used."""

    MADE: ClassVar[tuple[str, ...]] = ("knowledge",)
    """What is made on first use."""

    def __init__(self, knowledge: Callable[[], Knowledge]) -> None:
        self.load_knowledge = knowledge

    @cached_property
    def knowledge(self) -> Knowledge:
        """Return the rules and tables that the component goes by."""
        return self.load_knowledge()

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs: it makes the slow things anew, as they do not pickle."""
        return {name: value for name, value in vars(self).items() if name not in self.MADE}


class SavedComponent(Knowing):
    """A component that spaCy saves and loads with its pipeline."""

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        raise NotImplementedError

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Self:
        raise NotImplementedError

    def to_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> None:
        """Write what `to_bytes` gives to a file."""
        Path(path).write_bytes(self.to_bytes(exclude=exclude))

    def from_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> Self:
        """Take up a file that `to_disk` wrote."""
        return self.from_bytes(Path(path).read_bytes(), exclude=exclude)


class CueComponent(SavedComponent):
    """Marks the cue words and the sentences that hold them, in the normalized text of a document."""

    MADE = ("knowledge", "rules", "own")

    def __init__(self, vocab: Vocab, knowledge: Callable[[], Knowledge], normalizer: Normalizer) -> None:
        super().__init__(knowledge)
        self.vocab = vocab
        self.normalizer = normalizer
        self.patterns: list[dict[str, Any]] = []
        """The user's own, as spaCy's entity ruler writes them."""

    @cached_property
    def rules(self) -> CueRules:
        """Return the cue words and patterns of all languages."""
        return CueRules(self.vocab, self.knowledge.languages)

    @cached_property
    def own(self) -> Patterns:
        """Return the user's own patterns, ready to match."""
        return Patterns(self.vocab, enumerated(self.patterns), self.rules.labels)

    def add_patterns(self, patterns: Sequence[dict[str, Any]]) -> None:
        """Add patterns as spaCy's entity ruler reads them, with a rule's name as label; RuleError for a bad one."""
        self._add([*enumerated(self.patterns), *enumerated(patterns)])

    def add_pattern_file(self, path: Path) -> None:
        """Add the patterns of a JSON Lines file; RuleError, with its line, for one that cannot be used."""
        self._add([*enumerated(self.patterns), *lines(path)])

    def _add(self, placed: Sequence[tuple[str, Any]]) -> None:
        self.own = Patterns(self.vocab, placed, self.rules.labels)
        self.patterns = self.own.entries

    def __call__(self, doc: Doc) -> Doc:
        normalized = self._read(doc)
        text = normalized.text
        sentences = Sentences(text, normalized.blocks(), self.rules.abbreviations, self.rules.ordinal)
        hits = [hit for each in (self.rules.patterns, self.own) for hit in each.find(text, sentences)]
        cues = self.rules.merged(self.rules.index.find(text), hits, text)
        told = spoken(normalized, sentences.starts, cues, partial(self._language, text))
        held = {sentences.around(cue.start)[0] for cue in cues}
        put(
            doc,
            borders=tuple(sentences.starts),
            languages=tuple(sentence.language for sentence in told),
            sentences=tuple(sentence for sentence in told if sentence.start in held),
            hits=tuple(hits),
            cues=tuple(cues),
        )
        add_sentences(doc)
        return doc

    def _read(self, doc: Doc) -> Normalized:
        """Return the normalized text of a document, which `annotate` may have put there."""
        marked = doc.user_data.get(marks.KEY)
        if isinstance(marked, Marks):
            return marked.normalized
        document = Document(id=fingerprint(doc.text), text=doc.text, published=doc._.deals_published)
        normalized = self.normalizer.normalize(document, self.knowledge)
        doc.user_data[marks.KEY] = Marks(normalized=normalized)
        return normalized

    def _language(self, text: str, start: int, end: int, at_home: str, hints: Collection[str]) -> str:
        return self.normalizer.language_in(text, start, end, at_home, self.knowledge, hints)

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Return the user's patterns; the rules are in the language folders."""
        return to_json(self.patterns)

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Self:
        """Take up the patterns kept."""
        self.patterns = from_json(data, list[dict[str, Any]])
        self.__dict__.pop("own", None)
        return self


class CueRules:
    """What opens a deal: the cue words and token patterns of every language's frames."""

    def __init__(self, vocab: Vocab, languages: Mapping[str, DealLanguage]) -> None:
        self.index = CueIndex(languages.values())
        self.frames = {f"{code}.{f.id}": (code, f.id) for code, known in languages.items() for f in known.deals.frame}
        self.labels = frozenset((*self.frames, COMPANY, NOT_COMPANY))
        self.abbreviations = frozenset(
            word.lower() for known in languages.values() for word in known.syntax.abbreviations
        )
        counted = {word for known in languages.values() for word in known.syntax.ordinal_nouns}
        self.ordinal = compiled(rf"\d{{1,2}}\.\s+{alternation(counted)}\b") if counted else None
        placed = [
            (f"deals.toml, frame {code}.{frame.id}", {"label": f"{code}.{frame.id}", "pattern": pattern})
            for code, language in languages.items()
            for frame in language.deals.frame
            for pattern in frame.patterns
        ]
        self.patterns = Patterns(vocab, placed, self.labels)

    def merged(self, cues: list[CueMark], hits: Iterable[Hit], text: str) -> list[CueMark]:
        """Return the cues with those that patterns found, which stand in place of the words they overlap."""
        own = []
        for hit in hits:
            if hit.label in self.frames:
                language, frame = self.frames[hit.label]
                own.append(CueMark(hit.start, hit.end, text[hit.start : hit.end], language, (frame,)))
        kept = [cue for cue in cues if not any(cue.start < o.end and o.start < cue.end for o in own)]
        return sorted(kept + own, key=lambda cue: cue.start) if own else cues


class CompanyComponent(SavedComponent):
    """Marks the companies: known ones everywhere, unknown ones in sentences with a cue."""

    MADE = ("knowledge", "finder", "no_companies", "trained")

    def __init__(
        self,
        knowledge: Callable[[], Knowledge],
        normalizer: Normalizer,
        companies: Callable[[], Iterable[Company]] | None = None,
        trained: str | None = None,
    ) -> None:
        super().__init__(knowledge)
        self.load_companies = companies
        self.normalizer = normalizer
        self.trained_name = trained

    def initialize(self, get_examples: Any = None, *, nlp: Any = None, companies: Iterable[Company] = ()) -> None:
        """Take companies in place of those of the tables."""
        self.companies = tuple(companies)
        self.__dict__.pop("finder", None)

    @cached_property
    def companies(self) -> tuple[Company, ...]:
        """Return the known companies."""
        return tuple(self.load_companies()) if self.load_companies else self.knowledge.companies

    @cached_property
    def no_companies(self) -> frozenset[str]:
        """Return the words that people said are no firms, as normalized texts write them."""
        return frozenset(map(self.normalizer.fold, self.knowledge.no_companies))

    @cached_property
    def finder(self) -> CompanyFinder:
        """Return what finds companies in a text."""
        knowledge = self.knowledge
        breaks = frozenset(word for language in knowledge.languages.values() for word in language.words)
        code, rules = next(iter(knowledge.rules("han_names.toml", HanNameRules).items()))
        parties = knowledge.rule(code, "parties.toml", Parties) or Parties()
        index = NameIndex.build(self.companies, self.normalizer.fold, name_rules(knowledge))
        capitals = knowledge.once(capital_finder)
        with cutting_by(knowledge):  # what makes a name is taught to the segmenter that will cut it
            han = HanNames(HanVocabulary(rules, parties, breaks, code, capitals))
        scripts = {
            code: ScriptNames(rules, knowledge.languages[code])
            for code, rules in knowledge.rules("script_names.toml", ScriptNameRules).items()
            if code in knowledge.languages
        }
        return CompanyFinder(index, han, capitals, scripts, knowledge.once(cased_names))

    @cached_property
    def trained(self) -> Trained | None:
        """Return the trained pipeline that finds more; RuleError where it is not installed or names nothing."""
        return Trained.load(self.trained_name) if self.trained_name else None

    def __call__(self, doc: Doc) -> Doc:
        marked = marks.of(doc)
        with cutting_by(self.knowledge):
            found = self.finder.find(marked.text, marked.sentences)
        orgs = with_hits(found, marked.hits, marked.text)
        if none := self.no_companies:
            orgs = [org for org in orgs if org.text not in none]
        if self.trained:
            ranges = [(sentence.start, sentence.end) for sentence in marked.sentences]
            orgs = with_more(orgs, self.trained.find(marked.text, ranges), marked.text)
        put(doc, orgs=tuple(orgs))
        kept = self.finder.outside_names(marked.text, marked.cues, orgs)
        if len(kept) < len(marked.cues):
            put(doc, cues=tuple(kept))
        return doc

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Return the companies and the name of the trained pipeline."""
        return to_json({"companies": self.companies, "trained": self.trained_name})

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Self:
        """Take up the companies kept."""
        kept = from_json(data, dict[str, Any])
        self.initialize(companies=msgspec.convert(kept["companies"], list[Company]))
        self.trained_name = kept["trained"]
        self.__dict__.pop("trained", None)
        return self


class ValueComponent(Knowing):
    """Marks amounts, stakes, quantities, rounds and dates, each sentence by the rules of its language.

    Its amounts and the companies marked before are the document's entities.
    """

    def __call__(self, doc: Doc) -> Doc:
        marked, known = marks.of(doc), self.knowledge
        published = marked.normalized.document.published
        texts = by_language(marked.text, marked.spoken())
        found: dict[str, tuple[Any, ...]] = {
            "amounts": in_order(find_amounts(text, language, known) for language, text in texts),
            "stakes": in_order(find_stakes(text, language, known) for language, text in texts),
            "quantities": in_order(find_quantities(text, language, known) for language, text in texts),
            "rounds": in_order(find_rounds(text, language, known) for language, text in texts),
            "dates": in_order(find_dates(text, language, published, known) for language, text in texts),
        }
        taken = [(noun.start, noun.end) for group in ("amounts", "quantities", "dates") for noun in found[group]]
        put(doc, **found, bare=tuple(bare(marked, taken, known)))
        add_entities(doc)
        return doc


def enumerated(patterns: Iterable[Any]) -> list[tuple[str, Any]]:
    """Return patterns that came without a file, each with the place an error names."""
    return [(f"pattern {number}", pattern) for number, pattern in enumerate(patterns, 1)]


def in_order(found: Iterable[Sequence[Any]]) -> tuple[Any, ...]:
    """Return what was found in several languages, in reading order."""
    first, *more = found
    return tuple(sorted(chain(first, *more), key=lambda noun: noun.start)) if more else tuple(first)


def bare(marked: Marks, taken: Sequence[tuple[int, int]], knowledge: Knowledge) -> Iterable[Amount]:
    """Yield figures without a currency in sentences with a cue, where a sum of money can be meant."""
    for start, end, language in marked.sentences:
        for amount in find_bare_amounts(marked.text[start:end], 0, end - start, language, knowledge):
            placed = msgspec.structs.replace(amount, start=start + amount.start, end=start + amount.end)
            if not any(s < placed.end and placed.start < e for s, e in taken):
                yield placed
