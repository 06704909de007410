"""What review asks of the rest of the pipeline: the shapes that the store and the other stages fill."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

from pipeline.models import (
    Amount,
    Change,
    Company,
    Date,
    Document,
    DocumentRecord,
    Extraction,
    FieldChange,
    Issue,
    Judgement,
    MergedDeal,
    Normalized,
    Noun,
    Quantity,
    Round,
    RunRecord,
    Source,
    Stake,
)


class Records(Protocol):
    """The part of the store that review reads and writes; the store says what each of these does."""

    def merged(self, run: int | None = None) -> list[MergedDeal]: ...
    def appeared(self, run: int) -> set[str]: ...
    def versions(self, deal: str) -> list[tuple[int, MergedDeal]]: ...
    def documents(self) -> list[DocumentRecord]: ...
    def document(self, document: str, version: int | None = None) -> Document | None: ...
    def untold(self) -> dict[str, int]: ...
    def holding(self, words: Sequence[str]) -> set[str]: ...
    def runs(self) -> list[RunRecord]: ...
    def last_change(self) -> tuple[int, int] | None: ...
    def issues(self, run: int) -> list[Issue]: ...
    def judgements(self) -> list[Judgement]: ...
    def add_judgements(self, judgements: Iterable[Judgement]) -> None: ...


class Typed(Protocol):
    """Reads what a person types into a field as the texts are read; None where it is no such value."""

    def amount(self, typed: str) -> Amount | None: ...
    def stake(self, typed: str) -> Stake | None: ...
    def quantity(self, typed: str) -> Quantity | None: ...
    def round(self, typed: str) -> Round | None: ...
    def date(self, typed: str) -> Date | None: ...


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
    extract: Callable[[Document], Extraction]
    written: Callable[[], object]
    """What changes when somebody changes the rules that texts are read with."""
    fold: Callable[[str], str]
    companies: Callable[[], Sequence[Company]]
    """Those of the tables, before anyone mended them."""
    likely: Callable[[str], Sequence[tuple[Company, str]]]
    """Companies that a name may mean, each with why."""
    currencies: Callable[[], Iterable[str]]
    typed: Callable[[], Typed]
    fields: Callable[[MergedDeal, MergedDeal], list[FieldChange]]
    compare: Callable[[str | None, str | None], Comparison]
    rule: Callable[[str], RuleText | None]
    sources: Callable[[], tuple[Sequence[Source], Sequence[Issue]]]
    """Those that runs are over, and what is wrong with the others."""
