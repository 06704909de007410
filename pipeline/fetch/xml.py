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
    """Return the text of an XML document: in the encoding that the answer declares, else the document, else UTF-8."""
    match = DECLARED.search(data, 0, 1024)
    inside = match[1].decode("ascii") if match else None
    marked = "utf-16" if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else None
    for name in (marked, charset, inside, "utf-8-sig", "gb18030", "big5hkscs"):
        try:
            known = codecs.lookup(name or "").name
            return data.decode(WIDER.get(known, known)).lstrip("\ufeff")
        except (LookupError, ValueError):
            continue
    return data.decode("utf-8-sig", "replace")


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
