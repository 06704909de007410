"""Turns nouns into rows and back: the noun itself as JSON in `record`, and the columns that queries ask for."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from pipeline.models import (
    Amount,
    Capture,
    Company,
    DealMention,
    Document,
    DocumentRecord,
    Extraction,
    Issue,
    Judgement,
    MergedDeal,
    PageState,
    RunRecord,
    SourceYield,
    Span,
    fingerprint,
    from_json,
    to_json,
)
from pipeline.store import tables
from pipeline.text import duplicates
from pipeline.text.sentence_spans import sentences

Row = dict[str, Any]


def record(noun: object) -> str:
    """Return a noun as the JSON that its row keeps."""
    return to_json(noun).decode()


def plain(text: str | None) -> str | None:
    """Return a text that every database takes in a column: no NUL, no half characters (`record` keeps them)."""
    return text and text.replace("\0", "").encode("utf-8", "replace").decode()


def content(document: Document) -> str:
    """Return the fingerprint of a document as read."""
    return fingerprint(record(document))


def reading(extraction: Extraction) -> str:
    """Return the fingerprint of the deals that were read out of a document."""
    return fingerprint(record(extraction.deals), extraction.published, extraction.url)


def run(noun: RunRecord) -> Row:
    """Return the row of a run, but its id, which the database gives."""
    return {
        "fingerprint": noun.fingerprint,
        "started_at": noun.started_at,
        "finished_at": noun.finished_at,
        "record": record(noun),
    }


def run_record(number: int, kept: str) -> RunRecord:
    """Return the run of a row."""
    return msgspec.structs.replace(from_json(kept, RunRecord), id=number)


def finished(
    begun: RunRecord,
    at: str,
    counts: dict[str, int],
    seconds: dict[str, float],
    issues: list[Issue],
    gave: Mapping[str, SourceYield],
) -> RunRecord:
    """Return a run with its end."""
    return msgspec.structs.replace(
        begun,
        finished_at=at,
        counts=dict(counts),
        seconds={name: round(value, 3) for name, value in seconds.items()},
        issues=dict(Counter(issue.severity for issue in issues)),
        gave=dict(gave),
    )


def issue(run: int, noun: Issue) -> Row:
    """Return the row of an issue."""
    return {"run": run, **{key: plain(value) for key, value in msgspec.structs.asdict(noun).items()}}


def issue_noun(row: sa.Row[Any]) -> Issue:
    """Return the issue of a row."""
    return Issue(**{field: getattr(row, field) for field in Issue.__struct_fields__})


def document(run: int, noun: Document, extraction: Extraction) -> Row:
    """Return the row of a document that a run has read."""
    return {
        "id": noun.id,
        "source": noun.source,
        "title": plain(noun.title),
        "url": plain(noun.url),
        "published": noun.published,
        "language": extraction.language,
        "content": content(noun),
        "reading": reading(extraction),
        "read_run": run,
        "seen_run": run,
        "gone_run": None,
        "record": record(document_record(noun, extraction)),
        "sketch": duplicates.sketch(noun.text),
        "untold": untold(extraction),
    }


def untold(extraction: Extraction) -> int:
    """Return how many sentences of a text name a firm and a sum of money and tell no deal."""
    if not extraction.companies or not extraction.amounts:
        return 0
    starts = [span.start for span in sentences(extraction.text)]

    def numbers(found: Iterable[Span]) -> set[int]:
        """Return the numbers of the sentences that these lie in."""
        places = ((bisect_right(starts, each.start), bisect_left(starts, each.end)) for each in found)
        return {number for first, last in places for number in range(first, max(first, last) + 1)}

    told = numbers(deal.evidence for deal in extraction.deals)
    return len((numbers(extraction.companies) & numbers(extraction.amounts)) - told)


def document_record(noun: Document, extraction: Extraction) -> DocumentRecord:
    """Return what we publish about a document."""
    shared = {name: getattr(noun, name) for name in DocumentRecord.__struct_fields__ if hasattr(noun, name)}
    shared["language"] = extraction.language
    return DocumentRecord(**shared, characters=len(noun.text), fingerprint=fingerprint(noun.text))


def version(run: int, noun: Document, number: int, capture: Capture | None) -> Row:
    """Return the row of a document's new version."""
    return {
        "document": noun.id,
        "number": number,
        "run": run,
        "content": content(noun),
        "capture": capture and capture_hash(capture),
        "record": record(noun),
    }


def capture_hash(noun: Capture) -> str:
    """Return the name of a capture's bytes."""
    return hashlib.sha256(noun.data).hexdigest()


def capture(run: int, read: Document, noun: Capture) -> Row:
    """Return the row of a capture: all but its bytes, which lie on disk."""
    return {
        "hash": capture_hash(noun),
        "document": read.id,
        "source": noun.source,
        "url": plain(noun.url),
        "place": plain(noun.place),
        "content_type": plain(noun.content_type),
        "size": len(noun.data),
        "fetched_at": noun.fetched_at,
        "run": run,
    }


def mentions(run: int, noun: Document, extraction: Extraction) -> list[Row]:
    """Return the rows of a document's deals; two of one id are one."""
    told = {deal.id: deal for deal in reversed(extraction.deals)}
    return [mention(run, DealMention.of(noun, deal)) for deal in reversed(told.values())]


def mention(run: int, noun: DealMention) -> Row:
    """Return the row of a mention."""
    deal = noun.deal
    return {
        "id": deal.id,
        "document": noun.document,
        "run": run,
        "kind": deal.kind,
        "status": deal.status,
        **money(deal.amount),
        "rule": deal.rule,
        "confidence": deal.confidence,
        "evidence": plain(deal.evidence.text),
        "record": record(noun),
    }


def money(amount: Amount | None) -> Row:
    """Return an amount's columns: its value, or the least of an order of magnitude; what is too large stays out."""
    if amount is None:
        return {"amount": None, "currency": None}
    figure = amount.low if amount.value is None else amount.value
    fits = figure is not None and figure.is_finite() and abs(figure) < tables.LARGEST
    return {"amount": figure if fits else None, "currency": amount.currency}


def merged(edition: int, deal: MergedDeal) -> Row:
    """Return the row of a merged deal that stands from an edition on."""
    return {
        "id": deal.id,
        "since_edition": edition,
        "until_edition": None,
        "kind": deal.kind,
        "status": deal.status,
        **money(deal.amount),
        "date": deal.date and deal.date.value,
        "first_seen": deal.first_seen,
        "last_seen": deal.last_seen,
        "judgement": deal.judgement,
        "documents": len(deal.documents),
        "evidence": plain(deal.evidence.text),
        "record": record(deal),
    }


def parties(edition: int, deal: MergedDeal) -> list[Row]:
    """Return the rows of a merged deal's parties."""
    return [
        {
            "deal": deal.id,
            "since_edition": edition,
            "position": position,
            "role": party.role,
            "company_id": party.company_id,
            "name": plain(party.name),
        }
        for position, party in enumerate(deal.parties)
    ]


def company(noun: Company) -> Row:
    """Return the row of a company."""
    return {
        "id": noun.id,
        "name": plain(noun.name),
        "country": noun.country,
        "parent": noun.parent,
        "record": record(noun),
    }


def judgement(noun: Judgement) -> Row:
    """Return the row of a judgement."""
    kept = record(noun)
    return {
        "id": fingerprint(kept),
        "deal": noun.deal,
        "answer": noun.answer,
        "by": plain(noun.by),
        "at": noun.at,
        "record": kept,
    }


def page(noun: PageState) -> Row:
    """Return the row of an address."""
    return {
        "url": noun.url,
        "source": noun.source,
        "document": noun.document,
        "fetched_at": noun.fetched_at,
        "retry_after": noun.retry_after,
        "record": record(noun),
    }
