"""Checks whether a source gave about what its source.toml expects of a normal run."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.models import Issue, Source
from pipeline.runs.summary import SourceCount


def check(source: Source, count: SourceCount) -> Iterator[Issue]:
    """Yield an issue for each count outside what the source expects: silence and flood are both worth a look."""
    counts = {"documents": count.documents, "deals": count.deals}
    for what, (least, most) in source.expect.items():
        if not least <= counts[what] <= most:
            message = f"{counts[what]:,} {what}, where a normal run has {least:,} to {most:,}"
            yield Issue(message=message, source=source.name, place=source.folder)
