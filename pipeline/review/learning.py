"""What judgements teach: how often each rule, language and source was right, and how much it missed."""

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


class AnswerTally(Noun, frozen=True, kw_only=True):
    """How people answered about the deals of one rule, language or source."""

    name: str
    accepted: int
    edited: int
    rejected: int
    added: int = 0
    """Deals that no rule told and that a person added."""

    @property
    def precision(self) -> float | None:
        """The part of its deals that stood as they were read; none where it told no deal."""
        told = self.accepted + self.edited + self.rejected
        return self.accepted / told if told else None

    @property
    def recall(self) -> float | None:
        """The part of the deals there are that was told, rightly or nearly so; none where there are none."""
        there = self.accepted + self.edited + self.added
        return (self.accepted + self.edited) / there if there else None


class Part(Noun, frozen=True, kw_only=True):
    """One breakdown of the answers."""

    title: str
    rows: tuple[AnswerTally, ...]


def report(given: Iterable[Judgement]) -> tuple[Part, ...]:
    """Return the answers by rule, by language and by source, those most often wrong first.

    `fault` counts what people said was wrong with the rejected ones, `all` sums them up.
    """
    given = list(given)
    decided = [each for each in judgements.standing(given) if each.answer in DECIDED and not _by_a_person(each)]
    decided += judgements.additions(given)
    parts = [Part(title=part, rows=_rows(part, decided)) for part in PARTS]
    faults = Counter(each.fault for each in decided if each.answer == "rejected" and each.fault)
    rows = tuple(_row(name, {"rejected": count}) for name, count in faults.most_common())
    return (*parts, Part(title="fault", rows=rows), Part(title="all", rows=_rows("all", decided)))


def _by_a_person(answer: Judgement) -> bool:
    """Return whether an answer is about a deal that a person told: it says nothing of a rule."""
    return answer.judged.get("rule") == judgements.PERSON


def _rows(part: str, decided: Iterable[Judgement]) -> tuple[AnswerTally, ...]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for answer in decided:
        counts["all" if part == "all" else str(answer.judged.get(part) or "unknown")][answer.answer] += 1
    rows = [_row(name, count) for name, count in counts.items()]
    return tuple(sorted(rows, key=_order))


def _order(row: AnswerTally) -> tuple[float, int, str]:
    """Return what rows are sorted by: those most often wrong first."""
    right = row.recall if row.precision is None else row.precision
    return right or 0.0, -row.rejected - row.edited - row.added, row.name


def _row(name: str, count: Mapping[str, int]) -> AnswerTally:
    return AnswerTally(name=name, **{answer: count.get(answer, 0) for answer in (*DECIDED, "added")})


def table(part: Part) -> Table:
    """Return a breakdown as a table for the terminal."""
    from rich.table import Table
    from rich.text import Text

    made = Table(title=f"By {part.title}" if part.title != "all" else "All", title_justify="left")
    made.add_column(part.title)
    for name in ("accepted", "corrected", "rejected", "missed", "precision", "recall"):
        made.add_column(name, justify="right")
    for row in part.rows:
        figures = (row.accepted, row.edited, row.rejected, row.added)
        # what was missed is no single rule's: only languages, sources and all together can be asked how much they found
        shares = (row.precision, None if part.title == "rule" and not row.added else row.recall)
        made.add_row(Text(row.name), *map(str, figures), *("" if share is None else f"{share:.2f}" for share in shares))
    return made
