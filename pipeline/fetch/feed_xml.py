"""XML from strangers: any encoding they really use, and no entity of theirs is ever expanded."""

from __future__ import annotations

import codecs
import html
import re
from typing import Any

from lxml import etree

from pipeline.errors import DealsError

DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w:.-]{2,40})""")
DOCTYPE = "<!DOCTYPE"
DOCTYPE_END = re.compile(r"\]\s*>")
NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
BARE = re.compile(r"&(?!#\d{1,7};|#x[0-9A-Fa-f]{1,6};|(?:amp|lt|gt|quot|apos);)")
OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
"""Entities that XML itself knows; HTML's are written out before the parser meets them, any other is plain text."""
INVALID = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "iso8859-1": "cp1252", "ascii": "cp1252"}
"""What is declared, and the encoding that holds all that is really used under that name."""
NO_UTF_8 = re.compile(r"utf[-_]?(?:7|16|32)|iso2022|hz")
"""Encodings that UTF-8 may fit and is wrong: their bytes are ASCII's."""
UNREADABLE = "\ufffd"
WHOLE = 10
"""Characters beyond ASCII for each damaged one, from which a text is UTF-8 all the same."""


class NotXml(DealsError):
    """Bytes that no parser makes a tree of."""


def tree(text: str) -> Any:
    """Return the root of a document that `mended` gave; raise `NotXml` where it is none.

    lxml could mend more, but in that mode it drops every `&amp;` after the first fault, and so breaks addresses.
    """
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotXml(f"is no XML: {error}") from error


def mended(data: bytes, charset: str | None) -> str:
    """Return a document's text without what breaks most: control characters, bare ampersands, a DOCTYPE."""
    text = _without_doctype(decode(data, charset))
    return BARE.sub("&amp;", NAMED.sub(_written_out, INVALID.sub("", text))).strip()


def _without_doctype(text: str) -> str:
    start = text.find(DOCTYPE)
    if start < 0:
        return text
    bracket, end = text.find("[", start), text.find(">", start)
    if 0 <= bracket < end:
        match = DOCTYPE_END.search(text, bracket)
        end = match.end() - 1 if match else -1
    return text[:start] + text[end + 1 :] if end >= 0 else text[:start]


def decode(data: bytes, charset: str | None) -> str:
    """Return the text of an XML document.

    UTF-8 comes first, for hardly anything else fits it by chance; then what the answer declares, then the document.
    """
    match = DECLARED.search(data, 0, 1024)
    inside = match[1].decode("ascii") if match else None
    marked = "utf-16" if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else None
    declared = [name for one in (charset, inside) if (name := _known(one))]
    first = [name for name in declared if NO_UTF_8.match(name)]
    for name in filter(None, (marked, *first, "utf-8-sig")):
        if (text := _strict(data, name)) is not None:
            return text
    if (text := _hardly_damaged(data)) is not None:
        return text
    for name in (*declared, "gb18030", "big5hkscs"):
        if (text := _strict(data, name)) is not None:
            return text
    return data.decode("utf-8-sig", "replace")


def _known(name: str | None) -> str | None:
    try:
        known = codecs.lookup(name or "").name
    except (LookupError, ValueError):
        return None
    return WIDER.get(known, known)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding).lstrip("\ufeff")
    except (LookupError, ValueError):
        return None


def _hardly_damaged(data: bytes) -> str | None:
    """Return text in UTF-8 of which a few bytes are broken or cut off: many characters beyond ASCII fit it still."""
    text = data.decode("utf-8-sig", "replace")
    damaged = text.count(UNREADABLE)
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return text if beyond > WHOLE * damaged else None


def _written_out(match: re.Match[str]) -> str:
    return match[0] if match[1] in OWN else html.unescape(match[0]).replace("&", "&amp;")


def name(element: Any) -> str:
    """Return an element's name without its namespace; empty for a comment."""
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def text(element: Any, child: str) -> str | None:
    """Return the text of an element's first child of this name, or None where there is none."""
    for one in element:
        if name(one) == child:
            return " ".join("".join(one.itertext()).split()) or None
    return None
