"""Tables in comma- or tab-separated values: each line is a row, as written."""

from __future__ import annotations

from pipeline.models import Block, Capture, Document
from pipeline.read.layout import lines
from pipeline.rules.knowledge import Knowledge


def read(text: str, capture: Capture, knowledge: Knowledge) -> Document:
    """Return the document of a table: a paragraph a row, so that no value runs from one into the next."""
    blocks = tuple(Block(kind="paragraph", start=line.start, end=line.end) for line in lines(text))
    return Document(id=capture.id, text=text, blocks=blocks)
