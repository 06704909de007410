"""`feed.atom`: new and changed deals for a feed reader (RFC 4287), the latest first."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pipeline import wording
from pipeline.models import FieldChange, MergedDeal
from pipeline.text.xml_characters import xml_text

ATOM = "http://www.w3.org/2005/Atom"
SHOWN = 100
"""Entries that a feed wants at most: readers ask again within hours."""


class Entry(NamedTuple):
    """One entry of the feed."""

    id: str
    title: str
    at: str
    url: str | None
    kind: str
    status: str
    text: str

    @classmethod
    def of(cls, edition: int, at: str, kind: str, fields: Iterable[FieldChange], deal: MergedDeal) -> Entry:
        """Return what to tell of a deal that is new or was changed in an edition."""
        worth = wording.worth(deal)
        title = f"{wording.title(deal)}: {deal.kind}{f', {worth}' if worth else ''} ({deal.status})"
        told = [f"{each.field}: {each.old or 'nothing'} → {each.new or 'nothing'}" for each in fields]
        url = next((mention.url for mention in deal.mentions if (mention.url or "").startswith("http")), None)
        return cls(
            id=f"urn:deal:{deal.id}:{edition}",
            title=title if kind == "added" else f"{kind}: {title}",
            at=at,
            url=url,
            kind=deal.kind,
            status=deal.status,
            text="\n".join([deal.evidence.text, *told]),
        )


def feed(entries: Sequence[Entry], at: str, identity: str) -> bytes:
    """Return the feed of these entries, which come oldest first."""
    from lxml import etree

    root: Any = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _add(root, "id", identity)
    _add(root, "title", "Deals between companies")
    _add(root, "updated", entries[-1].at if entries else at)
    _add(_add(root, "author", None), "name", "deal-pipeline")
    for entry in reversed(entries):
        told = _add(root, "entry", None)
        _add(told, "id", entry.id)
        _add(told, "title", entry.title)
        _add(told, "updated", entry.at)
        if entry.url:
            _add(told, "link", None, href=entry.url, rel="alternate")
        _add(told, "category", None, term=entry.kind)
        _add(told, "category", None, term=entry.status)
        _add(told, "content", entry.text, type="text")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _add(parent: Any, name: str, text: str | None, **attributes: str) -> Any:
    from lxml import etree

    element = etree.SubElement(parent, f"{{{ATOM}}}{name}", {key: xml_text(told) for key, told in attributes.items()})
    element.text = None if text is None else xml_text(text)
    return element


def identity(path: Path) -> str:
    """Return what a feed goes by, which it keeps for good: what the file says, a new one where there is none."""
    from lxml import etree

    try:
        known = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).findtext(f"{{{ATOM}}}id")
    except (OSError, etree.XMLSyntaxError):
        known = None
    return str(known or uuid.uuid4().urn)
