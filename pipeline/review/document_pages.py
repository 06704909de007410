"""The pages of documents: all of them, each with what is marked in it, and the form that adds a deal it tells."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from pipeline.judging import additions
from pipeline.judging.edits import EditError
from pipeline.models import Block, Document, DocumentRecord, Extraction, Noun, Span, fingerprint
from pipeline.review import deal_forms, marked_text
from pipeline.review.desk import Desk, Stale
from pipeline.review.door import person
from pipeline.review.guard import RequestRefused
from pipeline.review.marked_text import LONGEST, Marked, MarkedPiece
from pipeline.review.order import Filter, QueueItem
from pipeline.review.site import Form, Missing, Site, back, one
from pipeline.text.sentence_spans import sentences

PAGE = 50  # rows, as in the queue


class DocumentRow(Noun, frozen=True, kw_only=True):
    """A document in the list."""

    record: DocumentRecord
    deals: int
    added: int
    """Of people, and not merged yet."""
    untold: int
    """Sentences with a firm and a sum of money that tell no deal."""
    issues: int

    def rank(self) -> tuple[bool, int, str, str]:
        """Return where it stands: first those that may tell a deal and tell none, then the newest."""
        open_ = self.untold > 0 and not self.deals and not self.added
        newest = "".join(chr(0x10FFFF - ord(sign)) for sign in self.record.published or "")
        return not open_, -self.untold if open_ else 0, newest or "\U0010ffff", self.record.id


class ReadSentence(Noun, frozen=True, kw_only=True):
    """A sentence as shown, or what stands between two."""

    start: int
    end: int
    pieces: tuple[MarkedPiece, ...]
    told: bool = True
    """Whether it is a sentence."""


class ReadParagraph(Noun, frozen=True, kw_only=True):
    """A block of a document as shown."""

    kind: str
    speaker: str | None
    sentences: tuple[ReadSentence, ...]


def listed(site: Site, request: Request) -> Response:
    """List the documents, those first that name money and a firm in a sentence and tell no deal."""
    asked = request.query_params.get("q", "").strip()[:200]
    rows = _rows(site.desk, asked.split())
    pages = max(1, -(-len(rows) // PAGE))
    number = request.query_params.get("page", "1")
    page = min(max(int(number), 1), pages) if number.isdecimal() and len(number) < 8 else 1
    shown = rows[(page - 1) * PAGE : page * PAGE]
    return site.render("documents.html", request, rows=shown, total=len(rows), q=asked, page=page, pages=pages)


def _rows(desk: Desk, words: Sequence[str]) -> list[DocumentRow]:
    deals = Counter(document for each in desk.items.values() for document in each.verdict.extracted.documents)
    issues = Counter(issue.document for issue in desk.records.issues(desk.run.id)) if desk.run else Counter()
    untold = desk.records.untold()
    added = Counter(map(additions.of_document, desk.waiting()))
    found = desk.records.holding(words) if words else desk.documents.keys()
    rows = (
        DocumentRow(
            record=record, deals=deals[name], added=added[name], untold=untold.get(name, 0), issues=issues[name]
        )
        for name, record in desk.documents.items()
        if name in found
    )
    return sorted(rows, key=DocumentRow.rank)


def document(site: Site, request: Request) -> Response:
    """Show a document with all that is marked in it, and the form for a sentence that was chosen."""
    found = _document(site, request)
    span = _span(found, request.query_params)
    return _shown(site, request, found, span, deal_forms.suggested(site.desk.read(found), span) if span else None)


def _document(site: Site, request: Request) -> Document:
    name = request.path_params["document"]
    found = site.desk.records.document(name) if name in site.desk.documents else None
    if found is None:
        raise Missing("there is no such document (any more)")
    return found


def path_of(document: str) -> str:
    """Return the address of a document."""
    return f"/document/{quote(document, safe='')}"


def _span(document: Document, query: Mapping[str, str]) -> Span | None:
    """Return the part of a text that an address or a form names, None where it names none."""
    told = [query.get(name) or "" for name in ("start", "end")]
    if not all(each.isascii() and each.isdecimal() and len(each) < 12 for each in told):
        return None
    start, end = map(int, told)
    return Span(start=start, end=end, text=document.text[start:end]) if start < end <= len(document.text) else None


def _shown(
    site: Site,
    request: Request,
    document: Document,
    span: Span | None,
    typed: Form | None,
    errors: Mapping[str, str] | None = None,
) -> Response:
    desk = site.desk
    extraction = desk.read(document)
    items = [each for each in desk.queue(Filter(state="all")) if document.id in each.verdict.extracted.documents]
    waiting = desk.waiting(document.id)
    parts = -(-len(document.text) // LONGEST) or 1
    asked = request.query_params.get("part", "")
    part = int(asked) if asked.isdecimal() and len(asked) < 8 else (span.start // LONGEST + 1 if span else 1)
    part = min(max(part, 1), parts)
    marks = [*_marks(document, items, extraction), *_added(document, waiting)]
    return site.render(
        "document.html",
        request,
        422 if errors else 200,
        document=document,
        record=desk.documents[document.id],
        here=path_of(document.id),
        seen=fingerprint(document.text),
        paragraphs=list(_paragraphs(document, marks, (part - 1) * LONGEST, part * LONGEST)),
        items=items,
        waiting=waiting,
        part=part,
        parts=parts,
        span=span,
        typed=typed,
        errors=errors or {},
        found=_found(document, extraction, span) if span else None,
        chosen=Filter(state="all"),
        currencies=sorted(desk.stages.currencies()),
    )


def _found(document: Document, extraction: Extraction, span: Span) -> dict[str, Any]:
    """Return what is marked in the chosen words and around them, to be put into fields."""
    block = next((each for each in _blocks(document) if each.start <= span.start < each.end), None)
    around = Span(start=min(block.start, span.start), end=max(block.end, span.end), text="") if block else span
    return {
        "companies": {each.name: each for each in deal_forms.inside(extraction.companies, around)}.values(),
        "amounts": [(each, deal_forms.as_strings(each)) for each in deal_forms.inside(extraction.amounts, around)],
        "dates": [each for each in deal_forms.inside(extraction.dates, around) if each.value],
    }


def _marks(document: Document, items: Iterable[QueueItem], extraction: Extraction) -> Iterator[Marked]:
    """Yield the spans of the deals told, then those of what else is marked."""
    taken: set[tuple[int, int]] = set()
    for item in items:
        for mention in item.verdict.extracted.mentions:
            for mark in marked_text.marks(mention.deal) if mention.document == document.id else ():
                if document.text[mark.start : mark.end] == mark.text:
                    taken.add((mark.start, mark.end))
                    yield mark
    groups: tuple[tuple[str, Iterable[Span]], ...] = (
        ("company", extraction.companies), ("amount", extraction.amounts), ("date", extraction.dates),
    )  # fmt: skip
    for name, found in groups:
        for each in found:
            if (each.start, each.end) not in taken:
                yield Marked(start=each.start, end=each.end, text=each.text, mark=name)


def _added(document: Document, waiting: Iterable[Any]) -> Iterator[Marked]:
    for answer in waiting:
        if place := additions.place(answer, document.text):
            yield Marked(start=place.start, end=place.end, text=place.text, mark="evidence")


def _blocks(document: Document) -> Sequence[Block]:
    return document.blocks or (Block(kind="paragraph", start=0, end=len(document.text)),)


def _paragraphs(document: Document, marks: Iterable[Marked], first: int, last: int) -> Iterator[ReadParagraph]:
    """Yield the blocks of a part of a document, cut into sentences."""
    shown = [
        (block, list(_parts(document.text, max(block.start, first), min(block.end, last))))
        for block in _blocks(document)
        if block.start < last and first < block.end
    ]
    spans = [span for _, parts in shown for span, _ in parts]
    starts = [span.start for span in spans]
    marked: dict[int, list[Marked]] = {}
    for mark in marks:
        at = max(bisect_right(starts, mark.start) - 1, 0)
        while at < len(spans) and spans[at].start < mark.end:
            start, end = max(mark.start, spans[at].start), min(mark.end, spans[at].end)
            if start < end:
                cut = Marked(start=start, end=end, text=document.text[start:end], mark=mark.mark)
                marked.setdefault(spans[at].start, []).append(cut)
            at += 1
    for block, parts in shown:
        told = tuple(
            ReadSentence(
                start=span.start,
                end=span.end,
                pieces=tuple(marked_text.pieces(document.text, span.start, span.end, marked.get(span.start, ()))),
                told=sentence,
            )
            for span, sentence in parts
        )
        yield ReadParagraph(kind=block.kind, speaker=block.speaker, sentences=told)


def _parts(whole: str, start: int, end: int) -> Iterator[tuple[Span, bool]]:
    """Yield the sentences of a part of a text and what stands between them."""
    at = start
    for span in sentences(whole, start, end):
        if at < span.start:
            yield Span(start=at, end=span.start, text=whole[at : span.start]), False
        yield span, True
        at = span.end
    if at < end:
        yield Span(start=at, end=end, text=whole[at:end]), False


def add(site: Site, request: Request, form: Form) -> Response:
    """Record a deal that a person found, and show its document again."""
    desk = site.desk
    desk.refresh()
    found = _document(site, request)
    if one(form, "seen") != fingerprint(found.text):
        raise Stale("the document changed while you were reading it; open it again")
    span = _span(found, {name: one(form, name) or "" for name in ("start", "end")})
    if span is None:
        raise RequestRefused("an added deal says which words tell it")
    told = deal_forms.read_new(form, site.help())
    errors = told.errors
    if not errors:
        try:
            more = {"date": one(form, "date_text") or None, "why": one(form, "why") or None, "by": person(request)}
            made = desk.add(found, span.start, span.end, told.changes, **more)
            return back(path_of(found.id), Filter(), did="added", at=made.at, count="1")
        except EditError as error:
            errors = {"form": str(error)}
    return _shown(site, request, found, span, {**deal_forms.empty(), **form}, errors)
