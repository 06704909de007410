"""What a run did, in the text format of Prometheus: for node_exporter's textfile collector, or whatever reads it."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.runs.summary import RunSummary

HELP = {
    "deals_standing": "deals that are published",
    "deals_in_conflict": "deals whose tellings disagree",
    "deals_changes": "what the last run changed, by kind",
    "deals_issues": "what the last run met, by severity",
    "deals_run": "the number of the last run",
    "deals_run_seconds": "how long the last run took, by stage",
    "deals_run_timestamp_seconds": "when the last run ended",
    "deals_source_documents": "documents of a source in its last run, by what became of them",
    "deals_source_told": "deals told by what a source offers",
    "deals_source_failing": "1 where a source as a whole went wrong in its last run",
    "deals_source_timestamp_seconds": "when a source was last run",
}
LINE = re.compile(r'(?P<name>deals_source_\w+)\{source="(?P<source>(?:[^"\\]|\\.)*)"')


def write(path: Path, summary: RunSummary) -> None:
    """Write the file whole; sources that this run was not over keep what their last one said."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = [*_lines(summary), *_kept(path, {_quoted(source.name) for source in summary.sources})]
    draft = path.with_name(f".{path.name}.new")
    draft.write_text("".join(_grouped(told)), "utf-8")
    draft.replace(path)


def _grouped(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of each name together, under what it means."""
    by_name: dict[str, list[str]] = {name: [] for name in HELP}
    for line in lines:
        by_name[re.split(r"[{ ]", line, maxsplit=1)[0]].append(line)
    for name, found in by_name.items():
        if found:
            yield f"# HELP {name} {HELP[name]}\n# TYPE {name} gauge\n"
            yield from (f"{line}\n" for line in found)


def _lines(summary: RunSummary) -> Iterator[str]:
    now = f"{time.time():.0f}"
    failing = {issue.source for issue in summary.broken}
    yield f"deals_standing {summary.published}"
    yield f"deals_in_conflict {summary.in_conflict}"
    yield f"deals_run {summary.run}"
    yield f"deals_run_timestamp_seconds {now}"
    for kind, number in sorted(Counter(change.kind for change in summary.changes).items()):
        yield f'deals_changes{{kind="{kind}"}} {number}'
    for severity, number in sorted(Counter(issue.severity for issue in summary.issues).items()):
        yield f'deals_issues{{severity="{severity}"}} {number}'
    for stage, seconds in summary.seconds.items():
        yield f'deals_run_seconds{{stage="{stage}"}} {seconds:.3f}'
    for source in summary.sources:
        label = f'source="{_quoted(source.name)}"'
        for outcome, number in sorted(source.outcomes.items()):
            yield f'deals_source_documents{{{label},outcome="{outcome}"}} {number}'
        yield f"deals_source_told{{{label}}} {source.deals}"
        yield f"deals_source_failing{{{label}}} {int(source.name in failing)}"
        yield f"deals_source_timestamp_seconds{{{label}}} {now}"


def _kept(path: Path, fresh: set[str]) -> list[str]:
    old = path.read_text("utf-8").splitlines() if path.exists() else []
    return [line for line in old if (match := LINE.match(line)) and match["source"] not in fresh]


def _quoted(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
