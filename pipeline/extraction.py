"""Reads one document from its text to its deals: no store, no network, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property, lru_cache, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from pipeline.fence import attempt
from pipeline.models import Capture, Document, Extraction, Issue, Mention, fingerprint
from pipeline.names.segmenter import cutting_by
from pipeline.rules.knowledge import Knowledge
from pipeline.settings import OURS, Settings

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from pipeline.deals.explanation import Explained
    from pipeline.names.index import NameIndex
    from pipeline.names.registry import Registry
    from pipeline.rules.frames import Org

KEPT = 50_000
"""Words whose spaCy attributes, slow to make, outlive their document; at most, so that memory stays flat."""


class Extractor:
    """Reads documents by one knowledge: `Extractor(Knowledge.load(Settings()))(document)`.

    Several may live in one process, each with what is slow to make of its knowledge; the first document makes it.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._one_at_a_time = Lock()  # a memory zone is its vocabulary's, whichever thread opened it

    def __call__(self, document: Document | str) -> Extraction:
        """Return all that is read out of one document, or out of a bare text."""
        if isinstance(document, str):
            document = Document(id=fingerprint(document), text=document)
        with self._one_at_a_time, cutting_by(self.knowledge), self._vocabulary(document):
            return self._extraction(document, self.marked(document))

    def _extraction(self, document: Document, doc: Doc) -> Extraction:
        from pipeline import marks
        from pipeline.resolve import resolve_mentions

        told = marks.of(doc)
        normalized = told.normalized
        mentions = map(normalized.original, map(_mention, told.companies))
        return Extraction(
            id=document.id,
            title=document.title,
            url=document.url,
            published=document.published,
            language=normalized.language,
            text=document.text,
            companies=resolve_mentions(mentions, self.index, self.registry),
            amounts=tuple(normalized.original(amount) for amount in told.amounts),
            dates=tuple(normalized.original(date) for date in told.dates),
            deals=told.deals,
            issues=document.issues,
        )

    def explain(self, document: Document) -> tuple[Explained, ...]:
        """Return the sentences of a document that may tell a deal, each with the rules tried on it."""
        from pipeline import deals, marks
        from pipeline.deals.explanation import explained

        with self._one_at_a_time, cutting_by(self.knowledge), self._vocabulary(document):
            told = marks.of(self.marked(document, disable=("deals_frames",)))  # what follows is the same, with traces
            return explained(told, deals.explain(told, self.knowledge))

    def marked(self, document: Document, *, disable: Iterable[str] = ()) -> Doc:
        """Return the spaCy document in which all that a deal is made of is marked; for use inside a `memory_zone`."""
        from pipeline.annotate import annotate
        from pipeline.normalize import normalize

        with cutting_by(self.knowledge):
            return annotate(normalize(document, self.knowledge), self.nlp, disable=disable)

    def _vocabulary(self, document: Document) -> AbstractContextManager[object]:
        """Return what holds while a document is read: its new words are forgotten, but for the first that are met."""
        if len(self.nlp.vocab) + len(document.text) <= KEPT:
            return nullcontext()
        return self._warm.memory_zone()

    @cached_property
    def _warm(self) -> Language:
        """Return the spaCy pipeline, with the lexemes of everyday characters."""
        from pipeline.factories import warm

        warm(self.nlp)
        return self.nlp

    @cached_property
    def nlp(self) -> Language:
        """Return the spaCy pipeline that annotates and finds deals."""
        from pipeline.factories import build

        settings = self.knowledge.settings
        return build(self.knowledge, patterns=settings.patterns, trained=settings.trained)

    @cached_property
    def index(self) -> NameIndex:
        """Return the names of the known companies."""
        from pipeline.annotate.components import CompanyComponent
        from pipeline.factories import component

        return component(self.nlp, "deals_companies", CompanyComponent).finder.index

    @cached_property
    def registry(self) -> Registry:
        """Return the imported registers, open; there may be none."""
        return self.knowledge.once(registers)


def registers(knowledge: Knowledge) -> Registry:
    """Return the imported registers of a knowledge's project, open; there may be none."""
    from pipeline.names.evidence import name_rules
    from pipeline.names.keys import NameKeys
    from pipeline.names.registry import Registry
    from pipeline.normalize import fold

    return Registry.open(knowledge.settings.registry, NameKeys(fold, name_rules(knowledge)))


def default() -> Extractor:
    """Return the extractor of what the environment sets, made once for the same rules, companies and registers."""
    settings = Settings.from_environment()
    added = settings.companies, settings.company_answers
    own = [path for path in (*added, *sorted(settings.registry.glob("*.db"))) if path.is_file()]
    return _made(_reading(settings, own), tuple(path.stat().st_mtime_ns for path in own))


def current() -> Extractor:
    """Return the extractor of the rules as they stand now, for a program that outlives their changes.

    What people say of companies is read anew once a run has read it; a page would wait for it after every answer.
    """
    settings = Settings.from_environment()
    answers = [path for path in [settings.company_answers] if path.is_file()]
    return _made(_reading(settings, [*own_rules(settings), *answers]), rules_written())


def rules_written() -> tuple[int, ...]:
    """Return what changes when somebody changes what texts are read with: the moments of one's own files."""
    settings = Settings.from_environment()
    read = [settings.extracted / "datapackage.json"] if settings.company_answers.is_file() else []
    return tuple(path.stat().st_mtime_ns for path in (*own_rules(settings), *read) if path.is_file())


def own_rules(settings: Settings) -> list[Path]:
    """Return the files of one's own rules, companies and registers."""
    folders = [folder for folder in (settings.languages, settings.tables, settings.rules) if folder]
    files = [path for folder in folders for path in sorted(folder.rglob("*.toml"))]
    files += [settings.companies, *sorted(settings.registry.glob("*.db"))]
    return [path for path in (*files, *filter(None, [settings.patterns])) if path.is_file()]


def _reading(settings: Settings, own: Sequence[Path]) -> Settings:
    """Return what reading depends on; projects that add nothing share one."""
    return Settings(
        root=settings.root.resolve() if own else OURS,
        languages=settings.languages,
        tables=settings.tables,
        patterns=settings.patterns,
        trained=settings.trained,
    )


@lru_cache(maxsize=2)
def _made(settings: Settings, written: tuple[int, ...]) -> Extractor:
    return Extractor(Knowledge.load(settings))


def extract(document: Document | str) -> Extraction:
    """Return all that is read out of one document, or out of a bare text, by what the environment sets."""
    return default()(document)


def explain(document: Document) -> tuple[Explained, ...]:
    """Return the sentences of a document that may tell a deal, each with the rules tried on it."""
    return default().explain(document)


def extract_all(items: Iterable[Document | Capture | Issue], *, jobs: int = 1) -> Iterator[Extraction | Issue]:
    """Yield what is read out of each document, in their order; what was only fetched is read; issues pass through.

    With more than one of `jobs`, so many processes read; what comes out is the same.
    """
    default()  # what cannot be used is told before the first item is taken
    if jobs == 1:
        yield from map(_extracted, items)
        return
    from pipeline.processes import Crew

    _ = default().nlp  # made once, for all
    with Crew(jobs) as crew:
        yield from crew.in_order(_extracted, items)


def _extracted(item: Document | Capture | Issue) -> Extraction | Issue:
    if isinstance(item, Capture):
        from pipeline.read import read

        found = attempt(partial(read, knowledge=default().knowledge), item)
    else:
        found = item
    return found if isinstance(found, Issue) else attempt(default(), found)


def _mention(org: Org) -> Mention:
    return Mention(start=org.start, end=org.end, text=org.text, company_id=org.company_id, name=org.name)
