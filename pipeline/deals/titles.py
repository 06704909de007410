"""Quoted titles of works: 甲得标乙“北港污水处理统包工程”. What such a title says tells no deal of its own."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.deals.grammar import Grammar
from pipeline.rules.frames import Cue, Org

BESIDE = 1  # characters between whose work it is and its title


def outside_titles(
    text: str, start: int, end: int, cues: Sequence[Cue], orgs: Sequence[Org], grammar: Grammar
) -> tuple[list[Cue], list[Org]]:
    """Return the cues and firms of a sentence without those that stand in the title of a work whose owner is told."""
    titles = [found.span() for found in grammar.titles.finditer(text, start, end)]
    owned = [title for title in titles if any(0 <= title[0] - org.end <= BESIDE for org in orgs)]
    return (
        [cue for cue in cues if not _within(cue.start, owned)],
        [org for org in orgs if not _within(org.start, owned)],
    )


def _within(at: int, titles: Sequence[tuple[int, int]]) -> bool:
    return any(first <= at < last for first, last in titles)
