"""What a run did: its documents by what became of them, its merged deals against those before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.diff.snapshots import deals_of
from pipeline.models import Change, Issue, MergedDeal, Noun, Source, SourceYield

OUTCOMES = ("new", "changed", "same", "failed", "gone")
"""What can become of a document in a run."""
LISTED_WHOLE = ("files",)
"""Kinds of source whose listing is complete: a document that they no longer offer is gone."""


class Done(Noun, frozen=True, kw_only=True):
    """What became of some documents of a source: the outcome of each, by its id."""

    source: str
    outcomes: dict[str, str]
    issues: tuple[Issue, ...] = ()


class SourceCount(Noun, frozen=True, kw_only=True):
    """How much one source gave in a run."""

    name: str
    outcomes: dict[str, int]
    """Number of documents by what became of them."""
    deals: int
    """Tellings of deals in the documents it offers."""

    @property
    def documents(self) -> int:
        """Number of documents it offers and that can be read."""
        return sum(count for outcome, count in self.outcomes.items() if outcome not in ("failed", "gone"))


class RunSummary(Noun, frozen=True, kw_only=True):
    """What a run saw, and what became of the merged deals."""

    run: int
    sources: tuple[SourceCount, ...]
    published: int
    """Number of deals that are published."""
    in_conflict: int
    """Number of those whose tellings disagree."""
    conflicts: tuple[MergedDeal, ...]
    """The first of them."""
    changes: tuple[Change, ...]
    """Against what was published before."""
    issues: tuple[Issue, ...]
    seconds: dict[str, float]
    files: tuple[str, ...]

    @property
    def deals(self) -> tuple[MergedDeal, ...]:
        """All that are published, as the files have them now."""
        return tuple(deal for file in self.files if file.endswith("deals.jsonl") for deal in deals_of(Path(file)))

    @property
    def failed(self) -> bool:
        """Whether anything went wrong that a person should look at."""
        return any(issue.severity == "error" for issue in self.issues)

    @property
    def broken(self) -> tuple[Issue, ...]:
        """What went wrong with a source as a whole, not with one of its documents."""
        return tuple(issue for issue in self.issues if issue.severity == "error" and issue.document is None)

    def gave(self) -> dict[str, SourceYield]:
        """Return what history keeps of each source, those too of which nothing could be read."""
        counts = {each.name: each for each in self.sources}
        met: dict[str, Counter[str]] = {}
        for issue in self.issues:
            if issue.source:
                met.setdefault(issue.source, Counter())[issue.severity] += 1
        broken = {issue.source for issue in self.broken}
        return {
            name: SourceYield(
                documents=counts[name].documents if name in counts else 0,
                deals=counts[name].deals if name in counts else 0,
                issues=dict(met.get(name, {})),
                broken=name in broken,
            )
            for name in sorted(counts.keys() | met.keys())
        }

    def counts(self) -> dict[str, int]:
        """Return the numbers that history keeps of a run."""
        documents: Counter[str] = Counter()
        for source in self.sources:
            documents.update(source.outcomes)
        changes = Counter(change.kind for change in self.changes)
        return {
            **{f"documents {outcome}": number for outcome, number in sorted(documents.items())},
            "deals": self.published,
            **{f"deals {kind}": number for kind, number in sorted(changes.items())},
            "deals in conflict": self.in_conflict,
        }


def count(source: Source, done: Iterable[Done], told: Mapping[str, int]) -> SourceCount:
    """Return how much a source gave; `told` is the number of deals told in each document."""
    outcomes = {name: outcome for each in done if each.source == source.name for name, outcome in each.outcomes.items()}
    return SourceCount(
        name=source.name,
        outcomes=dict(Counter(outcomes.values())),
        deals=sum(told.get(name, 0) for name in outcomes),
    )


def listing(sources: Iterable[Source], done: Iterable[Done]) -> dict[str, set[str]]:
    """Return the ids of all documents that a source offers, for each source that surely told them all."""
    whole = {source.name: set[str]() for source in sources if source.kind in LISTED_WHOLE}
    read: set[str] = set()
    for each in done:
        if each.source in whole:
            whole[each.source].update(each.outcomes)
            read.update([each.source] if set(each.outcomes.values()) - {"failed"} else [])
    broken = {
        each.source for each in done for issue in each.issues if issue.document is None and issue.severity == "error"
    }
    return {name: ids for name, ids in whole.items() if name in read - broken}
