"""Where a reader finds the sentence that a deal shows: address, title and publisher."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pipeline.models import DocumentRecord, MergedDeal


class Origin(NamedTuple):
    """The document behind a deal, as a reader is shown it."""

    url: str | None
    title: str | None
    publisher: str | None


def origin(deal: MergedDeal, documents: Mapping[str, DocumentRecord]) -> Origin:
    """Return the document whose sentence a deal shows, else the first that tells it."""
    shown = (mention for mention in deal.mentions if mention.deal.evidence == deal.evidence)
    mention = next(shown, None) or next(iter(deal.mentions), None)
    if mention is None:
        return Origin(None, None, None)
    document = documents.get(mention.document)
    if document is None:
        return Origin(mention.url, None, None)
    return Origin(mention.url or document.url, document.title, document.publisher)
