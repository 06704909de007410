"""What review asks of the rest of the pipeline: the shapes that the store and the other stages fill."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

from pipeline.models import (
    Change,
    Company,
    Document,
    DocumentRecord,
    FieldChange,
    Issue,
    Judgement,
    MergedDeal,
    Normalized,
    Noun,
    RunRecord,
)


class Records(Protocol):
    """The part of the store that review reads and writes."""

    def merged(self, run: int | None = None) -> list[MergedDeal]:
        """Return the merged deals as they stand, or as a run left them."""
        ...

    def appeared(self, run: int) -> set[str]:
        """Return the ids of the deals that stood for the first time after this run."""
        ...

    def versions(self, deal: str) -> list[tuple[int, MergedDeal]]:
        """Return each reading of a deal with the run that left it, oldest first."""
        ...

    def documents(self) -> list[DocumentRecord]:
        """Return all documents without their text."""
        ...

    def document(self, document: str, version: int | None = None) -> Document | None:
        """Return a document with its text."""
        ...

    def runs(self) -> list[RunRecord]:
        """Return all runs, oldest first."""
        ...

    def issues(self, run: int) -> list[Issue]:
        """Return the issues of a run."""
        ...

    def judgements(self) -> list[Judgement]:
        """Return the judgements that the store knows."""
        ...

    def add_judgements(self, judgements: Iterable[Judgement]) -> None:
        """Save judgements, each once."""
        ...


class RuleText(Noun, frozen=True, kw_only=True):
    """A rule as it stands in its file."""

    name: str
    place: str
    text: str


class Comparison(Noun, frozen=True, kw_only=True):
    """Two states by their names, and what changed between them."""

    old: str
    new: str
    changes: tuple[Change, ...]


class Stages(NamedTuple):
    """What other stages do for review."""

    normalize: Callable[[Document], Normalized]
    fold: Callable[[str], str]
    companies: Callable[[], Sequence[Company]]
    currencies: Callable[[], Iterable[str]]
    fields: Callable[[MergedDeal, MergedDeal], list[FieldChange]]
    compare: Callable[[str | None, str | None], Comparison]
    rule: Callable[[str], RuleText | None]
