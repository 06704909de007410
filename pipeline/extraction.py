"""Reads one document from its text to its deals: no store, no network, no clock."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline import settings
from pipeline.models import Document, Extraction, Issue, Mention, Normalized, fingerprint
from pipeline.rules import loading, tables

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from pipeline.deals.explanation import Explained
    from pipeline.names.index import NameIndex
    from pipeline.names.registry import Registry

ONE_AT_A_TIME = Lock()  # a memory zone is its vocabulary's, whichever thread opened it

T = TypeVar("T")
R = TypeVar("R")
log = logging.getLogger(__name__)


def extract(document: Document | str) -> Extraction:
    """Return all that is read out of one document, or out of a bare text."""
    from pipeline.deals import find_deals
    from pipeline.resolve import resolve, resolve_mentions

    nlp, index = reader()
    if isinstance(document, str):
        document = Document(id=fingerprint(document), text=document)
    with ONE_AT_A_TIME, nlp.memory_zone():
        doc = marked(document)
        normalized: Normalized = doc.user_data["normalized"]
        return Extraction(
            id=document.id,
            title=document.title,
            url=document.url,
            published=document.published,
            language=normalized.language,
            text=document.text,
            companies=resolve_mentions(
                map(normalized.original, map(_mention, doc.user_data["companies"])), index, registry()
            ),
            amounts=tuple(normalized.original(amount) for amount in doc.user_data["amounts"]),
            dates=tuple(normalized.original(date) for date in doc.user_data["dates"]),
            deals=resolve(find_deals(doc), index, registry()),
            issues=document.issues,
        )


def extract_all(items: Iterable[Document | Issue]) -> Iterator[Extraction | Issue]:
    """Yield what is read out of each document, in their order and one at a time; issues pass through."""
    for item in items:
        yield item if isinstance(item, Issue) else attempt(extract, item)


def explain(document: Document) -> tuple[Explained, ...]:
    """Return the sentences of a document that may tell a deal, each with the rules tried on it."""
    from pipeline import deals
    from pipeline.deals.explanation import explained

    nlp, _ = reader()
    with ONE_AT_A_TIME, nlp.memory_zone():
        doc = marked(document)
        return explained(doc, deals.explain(doc))


def marked(document: Document) -> Doc:
    """Return the spaCy document in which all that a deal is made of is marked; for use inside a `memory_zone`."""
    from pipeline.annotate import annotate
    from pipeline.normalize import normalize

    return annotate(normalize(document), reader()[0])


@cache
def reader() -> tuple[Language, NameIndex]:
    """Return what reading needs and is slow to make: the spaCy pipeline and the index of company names."""
    from pipeline.annotate import build, known_names
    from pipeline.normalize import fold

    nlp = build(tables.companies(), fold, patterns=settings.patterns(), trained=os.environ.get("DEALS_SPACY"))
    return nlp, known_names(nlp)


@cache
def registry() -> Registry:
    """Return the imported registers of the project, open; there may be none."""
    from pipeline.names.registry import Registry
    from pipeline.normalize import fold

    return Registry.open(fold)


def attempt(step: Callable[[T], R], item: T) -> R | Issue:
    """Return what a step makes of one document or capture, or the issue with it: the others go on."""
    from pipeline.read import ReadError

    name, place = getattr(item, "id", None), getattr(item, "place", None)
    try:
        return step(item)
    except loading.RuleError:
        raise  # not this document's fault: every other one would fail the same way
    except ReadError as error:
        return Issue(message=error.message, severity=error.severity, document=name, place=error.place)
    except Exception as error:
        log.debug("%s", name, exc_info=True)
        return Issue(message=f"cannot be read: {type(error).__name__}: {error}", document=name, place=place)


def _mention(org: Any) -> Mention:
    return Mention(start=org.start, end=org.end, text=org.text, company_id=org.company_id, name=org.name)
