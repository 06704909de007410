"""What judgements teach: how often each rule, language and source was right."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pipeline.judging import judgements
from pipeline.models import Judgement, Noun

if TYPE_CHECKING:
    from rich.table import Table

PARTS = ("rule", "language", "source")
DECIDED = ("accepted", "edited", "rejected")


class Row(Noun, frozen=True, kw_only=True):
    """How people answered about the deals of one rule, language or source."""

    name: str
    accepted: int
    edited: int
    rejected: int

    @property
    def precision(self) -> float:
        """The part of its deals that stood as they were read."""
        return self.accepted / (self.accepted + self.edited + self.rejected)


class Part(Noun, frozen=True, kw_only=True):
    """One breakdown of the answers."""

    title: str
    rows: tuple[Row, ...]


def report(given: Iterable[Judgement]) -> tuple[Part, ...]:
    """Return the answers by rule, by language and by source, those most often wrong first; `all` sums them up."""
    decided = [answer for answer in judgements.standing(given) if answer.answer in DECIDED]
    parts = [Part(title=part, rows=_rows(part, decided)) for part in PARTS]
    return (*parts, Part(title="all", rows=_rows("all", decided)))


def _rows(part: str, decided: Iterable[Judgement]) -> tuple[Row, ...]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for answer in decided:
        counts["all" if part == "all" else str(answer.judged.get(part) or "unknown")][answer.answer] += 1
    rows = [_row(name, count) for name, count in counts.items()]
    return tuple(sorted(rows, key=lambda row: (row.precision, -row.rejected - row.edited, row.name)))


def _row(name: str, count: Mapping[str, int]) -> Row:
    return Row(name=name, accepted=count["accepted"], edited=count["edited"], rejected=count["rejected"])


def table(part: Part) -> Table:
    """Return a breakdown as a table for the terminal."""
    from rich.table import Table
    from rich.text import Text

    made = Table(title=f"By {part.title}" if part.title != "all" else "All", title_justify="left")
    made.add_column(part.title)
    for name in ("accepted", "corrected", "rejected", "precision"):
        made.add_column(name, justify="right")
    for row in part.rows:
        figures = (row.accepted, row.edited, row.rejected)
        made.add_row(Text(row.name), *map(str, figures), f"{row.precision:.2f}")
    return made
