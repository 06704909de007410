"""Takes from a page's tree what its readers do not read as its words, and parts what its elements part."""

from __future__ import annotations

import re
from typing import Any

STRUCK = ("del", "s", "strike", "rt", "rp", "template", "ix:header")
"""What was taken back, how a word is spoken, what is shown nowhere."""
LAID_OUT = "data-laid-out"
"""Marks the parts of a table that only laid out a page."""
STRUCK_STYLE = re.compile(r"text-decoration[\w-]*\s*:\s*[^;]*line-through", re.IGNORECASE)
STYLED = "//span[@style] | //font[@style]"
NOTED = "//sup | //sub | //a[starts-with(normalize-space(@href), '#')]"
NOTE_MARK = re.compile(r"[\[(（【]?\s*(?:\d{1,3}(?:\s*[,，、–-]\s*\d{1,3})*|[*†‡§¶#]{1,3}|[a-z])\s*[\])）】]?")
IN_BRACKETS = re.compile(r"[\[【]\s*\d{1,3}\s*[\]】]")
POWER = re.compile(r"(?:^|[^\w$€£¥₩.,])(?:10|[kcmµ]?m|ft|mi|[A-Za-z])\s?$")
"""What stands before a power: of ten, of a unit of length, of a letter of a formula."""
FORMULA = re.compile(r"(?:^|[^a-z])(?:[A-Z][a-z]?|[a-z])\s?$|[)\]]$|log$")
"""What stands before a small figure that is its own: of an element, of a variable, of a group of them."""
GLUED = re.compile(r"[\w.,;:!?%\"”’。，；：！？）)]$")
"""What a footnote's mark hangs on; the link in `section 2` stands apart."""
BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LAYOUT = ("article", "section", "table", "ul", "ol", *HEADINGS)
"""What a cell of figures and names does not hold: a table with it only lays out a page."""
PARTS_OF_TABLE = ("table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th")


def tidied(tree: Any) -> Any:
    """Return the tree, changed in place: without struck-out words, readings and the marks of footnotes."""
    for element in list(tree.iter(*STRUCK)):
        _drop(element)
    for element in [one for one in tree.xpath(STYLED) if STRUCK_STYLE.search(one.get("style"))]:
        _drop(element)
    for element in [one for one in tree.xpath(NOTED) if _is_note_mark(one)]:
        _drop(element)
    for table in [one for one in tree.iter("table") if _is_layout(one)]:
        for part in [table, *_own_parts(table)]:
            part.tag = "div"
            part.set(LAID_OUT, "")
    return tree


def _drop(element: Any) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _is_note_mark(element: Any) -> bool:
    """Return whether an element is the mark of a footnote, which is no digit of the figure before it."""
    said = "".join(element.itertext()).strip()
    links = [element] if element.tag == "a" else list(element.iter("a"))
    leads_below = any((link.get("href") or "").lstrip().startswith("#") for link in links)
    before = _before(element)
    if element.tag == "a":
        hangs = said.isdigit() and NOTE_MARK.fullmatch(said) and GLUED.search(before)
        return leads_below and (hangs is not None or IN_BRACKETS.fullmatch(said) is not None)
    if not NOTE_MARK.fullmatch(said):
        return False
    belongs = POWER if element.tag == "sup" else FORMULA
    is_own = said.isdigit() and belongs.search(before) is not None
    return leads_below or not (said.isalpha() or is_own)


def _before(element: Any) -> str:
    """Return the last characters before an element within its parent."""
    above = element.getprevious()
    if above is not None:
        return (above.tail or "".join(above.itertext()))[-8:]
    parent = element.getparent()
    return ((parent.text or "") if parent is not None else "")[-8:]


def _is_layout(table: Any) -> bool:
    """Return whether a table only lays out a page: its cells hold headings, lists or several paragraphs."""
    cells = (part for part in _own_parts(table) if part.tag in ("td", "th"))
    return any(
        next(cell.iterdescendants(*LAYOUT), None) is not None or sum(child.tag == "p" for child in cell) > 1
        for cell in cells
    )


def _own_parts(table: Any) -> list[Any]:
    """Return the rows and cells of a table without those of tables within it."""
    found, open_ = [], list(table)
    while open_:
        element = open_.pop()
        if element.tag in PARTS_OF_TABLE and element.tag != "table":
            found.append(element)
            open_ += list(element)
    return found
