"""Web pages: the article that trafilatura finds, the comments apart, and what the page tells about itself."""

from __future__ import annotations

from typing import Any

from pipeline.models import Block, BlockKind, Capture, Document
from pipeline.read.errors import ReadError
from pipeline.read.fields import day, described
from pipeline.read.layout import lines
from pipeline.read.speech import speeches
from pipeline.read.text import said

KINDS: dict[str, BlockKind] = {"head": "heading", "quote": "quote"}


def read(text: str, capture: Capture) -> Document:
    """Return the article of a page."""
    import lxml.html
    import trafilatura

    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False)
        tree = lxml.html.fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.LxmlError, ValueError) as error:
        raise ReadError(f"is no HTML: {error}", capture.place) from error
    language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    page = trafilatura.bare_extraction(tree, url=capture.url, with_metadata=True, fast=True)
    if page is None:
        raise ReadError("holds no article", capture.place)
    document = _document(page, capture)
    return described(document, {"language": language} if language else {}, capture.place)


def _document(page: Any, capture: Capture) -> Document:
    pieces = [(KINDS.get(child.tag, "paragraph"), text) for child in page.body if (text := _text(child))]
    remarks = [text for child in page.commentsbody if (text := _text(child))] if page.commentsbody is not None else []
    body = "\n".join(text for _, text in pieces)
    text = "\n".join([body, *remarks]) if remarks else body
    if not text.strip():
        raise ReadError("holds no article", capture.place)
    found = list(lines(text))
    kinds = dict(_starts(pieces))
    inside = [line for line in found if line.start < len(body)]
    spoken = speeches(text, inside)
    blocks: list[Block] = []
    for block in said(text, inside, spoken):
        kind = kinds.get(block.start, block.kind) if block.kind == "paragraph" else block.kind
        blocks.append(Block(kind=kind, start=block.start, end=block.end, speaker=block.speaker, second=block.second))
    blocks += [Block(kind="comment", start=line.start, end=line.end) for line in found[len(inside) :]]
    return Document(
        id=capture.id,
        text=text,
        title=page.title,
        url=page.url or capture.url,
        published=day(page.date) if page.date else None,
        publisher=page.sitename,
        tags=tuple(page.tags or ()),
        blocks=tuple(blocks),
    )


def _starts(pieces: list[tuple[BlockKind, str]]) -> list[tuple[int, BlockKind]]:
    starts, at = [], 0
    for kind, text in pieces:
        starts.append((at, kind))
        at += len(text) + 1
    return starts


def _text(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())
