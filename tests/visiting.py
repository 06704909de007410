"""What tests of fetching share: a source at a local server, a memory between runs, and what a visit found."""

from __future__ import annotations

from typing import Any

from pipeline.fetch import fetch
from pipeline.models import Capture, Issue, PageState, Source, Unchanged

HASTY = {"delay": 0.0, "backoff": 0.01, "retries": 2}
"""Manners for a server of our own."""


class Notebook:
    """A memory in a dict."""

    def __init__(self) -> None:
        self.pages: dict[str, PageState] = {}

    def page(self, url: str) -> PageState | None:
        """Return what is known of an address."""
        return self.pages.get(url)

    def save_page(self, page: PageState) -> None:
        """Remember it."""
        self.pages[page.url] = page


class Found:
    """What one visit brought."""

    def __init__(self, source: Source, memory: Notebook) -> None:
        items = list(fetch(source, memory))
        self.captures = [item for item in items if isinstance(item, Capture)]
        self.issues = [item for item in items if isinstance(item, Issue)]
        self.unchanged = [item.id for item in items if isinstance(item, Unchanged)]

    @property
    def ids(self) -> list[str]:
        """The ids of its captures, in order."""
        return [capture.id for capture in self.captures]

    @property
    def messages(self) -> list[str]:
        """What its issues say."""
        return [issue.message for issue in self.issues]


def source(url: str, kind: Any = "feed", **options: Any) -> Source:
    """Return a source at a local server."""
    return Source(title="News", name="news", kind=kind, url=url, allow_private=True, options={**HASTY, **options})
