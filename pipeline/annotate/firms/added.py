"""Companies that somebody else names: a user's patterns and a trained pipeline, laid over those that we find."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.annotate.patterns import COMPANY, NOT_COMPANY
from pipeline.marks import Hit
from pipeline.rules.frames import SURE, Org


def with_hits(orgs: list[Org], hits: Sequence[Hit], text: str) -> list[Org]:
    """Return the companies with those that a user's pattern names, without those it forbids."""
    over = [hit for hit in hits if hit.label in (COMPANY, NOT_COMPANY)]
    if not over:
        return orgs
    own = [_by_form(hit.start, hit.end, text) for hit in over if hit.label == COMPANY]
    kept = [org for org in orgs if not any(org.start < hit.end and hit.start < org.end for hit in over)]
    return sorted(kept + own)


def with_more(orgs: list[Org], more: Iterable[tuple[int, int]], text: str) -> list[Org]:
    """Return the companies with further candidates, in place of names that were only possible."""
    sure = [org for org in orgs if org.strength in SURE]
    fresh = [
        _by_form(start, end, text)
        for start, end in more
        if not any(org.start < end and start < org.end for org in sure)
    ]
    kept = [org for org in orgs if not any(org.start < f.end and f.start < org.end for f in fresh)]
    return sorted(kept + fresh)


def _by_form(start: int, end: int, text: str) -> Org:
    return Org(start, end, text[start:end], text[start:end], None, "form")
