"""Web pages: the article that trafilatura finds, the comments apart, and what the page tells about itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from pipeline.models import Block, BlockKind, Capture, Document, Issue
from pipeline.read.document_fields import described
from pipeline.read.layout import alone, lines
from pipeline.read.markup import HEADINGS, tidied
from pipeline.read.page import article_body, guessed_day, is_beside, told_by_page
from pipeline.read.plain_text import said, talk
from pipeline.read.release import dated
from pipeline.read.shown import Run, missing, parted, runs
from pipeline.read.speech import speeches
from pipeline.read.transcript import is_cited, read_cited
from pipeline.read.unreadable import ReadError
from pipeline.rules.knowledge import Knowledge

KINDS: dict[str, BlockKind] = {"head": "heading", "quote": "quote"}
INLINE = (
    "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "data", "dfn", "em", "font", "i", "ins", "kbd", "mark",
    "ruby", "samp", "small", "span", "strong", "sub", "sup", "tt", "u", "var", "wbr",
)  # fmt: skip
FEW_PIECES = 3  # up to which a page was perhaps not taken apart: trafilatura's last resort is all of it in one
BAR = " | "
"""What stands between the cells of a row."""
LEAST_BARS = 2  # in the row of a table, whose dates are those of what it tells
LINE_END = "\u2028"  # what a page says by elements; a newline in it is a mere space
LEAST_DOUBT = 400  # characters of sentences beside the article that are worth a warning
DOUBT = 0.5  # share of the article's
CROWD = 10_000  # inline elements: trafilatura takes time with the square of them (10,000: 0.4 s, 100,000: minutes)
ENDLESS_TAG = re.compile(r"<[A-Za-z][^<>]{50000,}>")
"""An image within its tag, or a hundred thousand attributes, which take the parser time with their square."""
LONGEST_PAGE = 8_000_000  # characters; trafilatura takes 2 s a million of the worst kind


def read(text: str, capture: Capture, knowledge: Knowledge) -> Document:
    """Return the article of a page, or the transcript that it is."""
    tree = tree_of(text, capture.place)
    told = told_by_page(tree, capture.url, knowledge)
    if is_cited(tree):
        return described(read_cited(tree, capture, knowledge), told, capture.place, knowledge)
    pieces, remarks, elsewhere = _whole(tree, *_extracted(tidied(tree), capture))
    document = described(_document(pieces, remarks, capture, knowledge), told, capture.place, knowledge)
    if elsewhere > max(LEAST_DOUBT, DOUBT * len(document.text)):
        message = f"the page shows {elsewhere} characters more in sentences, which may be the article's or not"
        issue = Issue(message=message, severity="warning", document=document.id, place=capture.place)
        document = msgspec.structs.replace(document, issues=(*document.issues, issue))
    document = dated(document, knowledge, capture.hints.get("language", ""))
    if document.published or capture.hints.get("published"):
        return document
    lines_of_article = (document.text[block.start : block.end] for block in document.blocks if block.kind != "comment")
    told_lines = "\n".join(line for line in lines_of_article if line.count(BAR) < LEAST_BARS)
    return msgspec.structs.replace(
        document, published=guessed_day(tree, document.url, told_lines, document.language or "", knowledge)
    )


def tree_of(text: str, place: str) -> Any:
    """Return the tree of a page, its crowds of inline elements stripped; ReadError where it is no HTML, or too long."""
    import lxml.etree
    import lxml.html

    text = ENDLESS_TAG.sub("", text)
    if len(text) > LONGEST_PAGE:
        raise ReadError(f"is a page of {len(text):,} characters, which no article has", place)
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.LxmlError, ValueError) as error:
        raise ReadError(f"is no HTML: {error}", place) from error
    if text.count("<") <= CROWD or sum(1 for _ in tree.iter("a", *INLINE)) <= CROWD:
        return tree
    lxml.etree.strip_tags(tree, *INLINE)
    if sum(1 for _ in tree.iter("a")) > CROWD:
        lxml.etree.strip_tags(tree, "a")
    return lxml.html.document_fromstring(lxml.etree.tostring(tree, encoding="utf-8"), parser=parser)


Piece = tuple[BlockKind, str]


def _extracted(tree: Any, capture: Capture) -> tuple[list[Piece], list[str]]:
    """Return the pieces of the article and the comments below it."""
    import trafilatura

    try:
        page: Any = trafilatura.bare_extraction(tree, url=capture.url, fast=True)
    except Exception as error:  # of any kind, on pages made to hurt: the others go on
        raise ReadError(f"cannot be taken apart: {type(error).__name__}: {error}", capture.place) from error
    if page is None:
        raise ReadError("holds no article", capture.place)
    pieces = list(_pieces(page.body))
    if not pieces:
        raise ReadError("holds no article", capture.place)
    remarks = [text for _, text in _pieces(page.commentsbody)] if page.commentsbody is not None else []
    return pieces, remarks


def _whole(tree: Any, pieces: list[Piece], remarks: list[str]) -> tuple[list[Piece], list[str], int]:
    """Return the pieces, glued ones parted as the page parts them, with the sentences among them that were lost.

    What stood beside the article in a glued one goes to the remarks. With them comes the number of characters that
    the page shows elsewhere in sentences.
    """
    found = runs(tree)
    if len(pieces) <= FEW_PIECES:
        body = article_body(tree)
        if body and "".join(pieces[-1][1].split()) == "".join(body.split()):
            lines_of_body = filter(None, map(str.strip, body.splitlines()))
            return [*pieces[:-1], *(("paragraph", line) for line in lines_of_body)], remarks, 0
        all_runs = runs(tree, everything=True)
        parts = [part for piece in pieces for part in _parted(piece, all_runs)]
        remarks = [*remarks, *(text for _, text, beside in parts if beside)]
        pieces = [(kind, text) for kind, text, beside in parts if not beside]
    whole, at = [], 0
    amid, elsewhere = missing(found, [*(text for _, text in pieces), *remarks])
    for lost in amid:
        whole += pieces[at : lost.after]
        at = max(at, min(lost.after, len(pieces)))
        whole.append(("paragraph", lost.text))
    return [*whole, *pieces[at:]], remarks, elsewhere


def _parted(piece: Piece, found: Sequence[Run]) -> list[tuple[BlockKind, str, bool]]:
    """Return the parts of a piece: kind, text, and whether it stands beside the article."""
    parts = parted(piece[1], found)
    return [(_kind(run), run.text, is_beside(run.home)) for run in parts] or [(*piece, False)]


def _kind(run: Run) -> BlockKind:
    return "heading" if run.home.tag in HEADINGS else "paragraph"


def _pieces(body: Any) -> Iterator[Piece]:
    """Yield what each element of an extracted body says, one line each."""
    for child in body:
        kind = KINDS.get(child.tag, "paragraph")
        for text in _texts(child):
            yield kind, text


def _texts(element: Any) -> Iterator[str]:
    if element.tag == "table":
        for row in element.iter("row"):
            cells = (_in_cell(cell) for cell in row.iter("cell"))
            if line := BAR.join(filter(None, cells)):
                yield line
        return
    for part in element.iter("lb", "item", "p"):  # where a line ends
        if part is not element:
            part.tail = LINE_END + (part.tail or "")
            part.text = LINE_END + (part.text or "")
    for line in "".join(element.itertext()).split(LINE_END):
        if text := " ".join(line.split()):
            yield text


def _in_cell(cell: Any) -> str:
    """Return what a cell says; its lines are parted by a space."""
    for part in cell.iter("lb", "item", "p", "head", "list", "quote"):
        part.tail = " " + (part.tail or "")
        part.text = " " + (part.text or "")
    return " ".join("".join(cell.itertext()).split())


def _document(pieces: Sequence[Piece], remarks: Sequence[str], capture: Capture, knowledge: Knowledge) -> Document:
    body = "\n".join(text for _, text in pieces)
    text = "\n".join([body, *remarks])
    kinds = dict(zip(_starts(text for _, text in pieces), (kind for kind, _ in pieces), strict=True))
    found = list(lines(text))
    inside = [line for line in found if line.start < len(body)]
    speaker = capture.hints.get("speaker")
    spoken = speeches(text, inside, knowledge, [speaker] if speaker else [])
    blocks = [_of_kind(block, kinds) for block in said(text, inside, talk(inside, spoken), alone)]
    comments = (Block(kind="comment", start=line.start, end=line.end) for line in found[len(inside) :])
    return Document(id=capture.id, text=text, blocks=(*blocks, *comments))


def _of_kind(block: Block, kinds: dict[int, BlockKind]) -> Block:
    kind = kinds.get(block.start, block.kind)
    return msgspec.structs.replace(block, kind=kind) if block.kind == "paragraph" else block


def _starts(texts: Iterable[str]) -> Iterator[int]:
    at = 0
    for text in texts:
        yield at
        at += len(text) + 1
