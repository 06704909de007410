"""Writes what a run did as Markdown, for the page of a flow run."""

from __future__ import annotations

from pipeline.diff.formats import mark, to_markdown
from pipeline.models import Issue
from pipeline.runs.summary import OUTCOMES, RunSummary


def markdown(summary: RunSummary) -> str:
    """Return a run's counts by source, what went wrong and what became of the deals."""
    cells = [["source", *OUTCOMES, "deals told"], ["---"] * (len(OUTCOMES) + 2)]
    for source in summary.sources:
        counts = (*(source.outcomes.get(outcome, 0) for outcome in OUTCOMES), source.deals)
        cells.append([mark(source.name), *(f"{count:,}" for count in counts)])
    lines = [f"| {' | '.join(row)} |" for row in cells]
    lines += ["", f"{summary.published:,} deals stand, {summary.in_conflict:,} in conflict.", ""]
    lines += [f"- **{issue.severity}** {mark(told(issue))}" for issue in summary.issues]
    return "\n".join(lines) + "\n\n" + to_markdown(summary.changes, "before", f"run {summary.run}")


def told(issue: Issue) -> str:
    """Return an issue in a line, its source first."""
    return ": ".join(part for part in (issue.source, issue.place or issue.document, issue.message) if part)
