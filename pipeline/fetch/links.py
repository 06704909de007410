"""Links: the ones of a page, and the patterns that choose among them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html

from pipeline.fetch.answer import Answer
from pipeline.fetch.urls import resolve
from pipeline.fetch.visit import ListingError, Options


class Filtered(Options, frozen=True, kw_only=True):
    """Options of a source that chooses addresses by pattern (regular expressions, found anywhere in the address)."""

    include: str | None = None
    exclude: str | None = None

    def __post_init__(self) -> None:
        """Raise where a pattern is none."""
        super().__post_init__()
        for pattern in (self.include, self.exclude):
            try:
                re.compile(pattern or "")
            except re.error as error:
                raise ValueError(f"'{pattern}' is no regular expression: {error}") from error

    def takes(self, url: str) -> bool:
        """Return whether an address is one of those wanted."""
        wanted = self.include is None or re.search(self.include, url) is not None
        return wanted and not (self.exclude is not None and re.search(self.exclude, url))


def links(answer: Answer) -> Iterator[str]:
    """Yield the addresses a page links to, in its order; raise `ListingError` where it is no page."""
    try:
        parser = lxml_html.HTMLParser(encoding=_known(answer.charset()), huge_tree=False)
        root = lxml_html.document_fromstring(answer.data, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise ListingError(f"is no page: {error}") from error
    base = resolve(answer.url, next(iter(root.xpath("//base/@href")), "")) or answer.url
    for href in root.xpath("//a/@href"):
        url = resolve(base, href)
        if url:
            yield url


def _known(charset: str | None) -> str | None:
    """Return a charset under a name that lxml knows, or None, and it looks into the page."""
    try:
        lxml_html.HTMLParser(encoding=charset)
    except LookupError:
        return None
    return charset
