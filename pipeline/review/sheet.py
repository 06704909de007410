"""What was read out of documents as one page to send: text with marks and arrows, nothing from elsewhere, no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline import wording
from pipeline.models import Document, Extraction, Issue, Noun
from pipeline.review import marked_text
from pipeline.review.marked_text import Marked, MarkedPiece

HERE = Path(__file__).parent


class SheetParagraph(Noun, frozen=True, kw_only=True):
    """A line of a text as shown."""

    pieces: tuple[MarkedPiece, ...]


def sheet(found: Iterable[Extraction | Issue]) -> Iterator[str]:
    """Yield the page piece by piece: its head, each document as it is read, its foot."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.globals |= {
        "runs_of": lambda told: list(marked_text.runs(told)),
        "sides": lambda deal: wording.sides(deal.parties),
        "wording": wording,
    }
    parts = environment.get_template("sheet.html").module
    yield str(parts.head((HERE / "static" / "review.css").read_text("utf-8")))  # type: ignore[attr-defined]
    for number, item in enumerate(found, 1):
        if isinstance(item, Issue):
            yield str(parts.trouble(item))  # type: ignore[attr-defined]
        else:
            yield str(parts.document(item, list(paragraphs(item)), number))  # type: ignore[attr-defined]
    yield str(parts.foot())  # type: ignore[attr-defined]


def paragraphs(read: Extraction) -> Iterator[SheetParagraph]:
    """Yield the lines of a text with all that is marked in it, the values of deals before what else is found."""
    spans = [mark for deal in read.deals for mark in marked_text.marks(deal)]
    taken = {(span.start, span.end) for span in spans}
    for name, values in (("company", read.companies), ("amount", read.amounts), ("date", read.dates)):
        spans += [
            Marked(start=each.start, end=each.end, text=each.text, mark=name)
            for each in values
            if (each.start, each.end) not in taken
        ]
    spans = [span for span in spans if read.text[span.start : span.end] == span.text]
    document = Document(id=read.id, text=read.text)
    for paragraph in marked_text.excerpt(document, spans, whole=True).paragraphs:
        yield SheetParagraph(pieces=paragraph.pieces)
