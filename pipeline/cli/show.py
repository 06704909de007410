"""Prints for people: what a document tells, why, and what a run did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline import wording
from pipeline.diff.formats import COLOURS, visible
from pipeline.models import Change, Extraction, Issue, MergedDeal
from pipeline.runs.summary import OUTCOMES, RunSummary

if TYPE_CHECKING:
    from pipeline.deals.explanation import Explained, Try
    from pipeline.proof.calibration import KeptPromise
    from pipeline.proof.check import Proof

STATUS_STYLES = {
    "rumored": "yellow",
    "intended": "cyan",
    "announced": "green",
    "completed": "bold green",
    "withdrawn": "red",
    "denied": "red",
    "hypothetical": "dim",
}
SEVERITY_STYLES = {"error": "bold red", "warning": "yellow", "note": "dim"}
SPAN_STYLES = {
    "companies": "bold cyan",
    "amounts": "bold green",
    "stakes": "green",
    "quantities": "green",
    "rounds": "green",
    "dates": "blue",
    "cues": "bold magenta",
}
WIDTH = 100  # characters where no terminal tells
MOST = 40  # rows of a run's table; `deals diff` shows all


def console(*, errors: bool = False) -> Console:
    """Return where to print: colours on a terminal, plain text else."""
    made = Console(stderr=errors, highlight=False, markup=False)
    return made if made.is_terminal else Console(stderr=errors, highlight=False, markup=False, width=WIDTH)


def issue(told: Issue) -> None:
    """Print an issue on standard error."""
    console(errors=True).print(_issue(told), soft_wrap=True)


def _issue(told: Issue) -> Text:
    where = " · ".join(dict.fromkeys(part for part in (told.source, told.place or told.document) if part))
    said = f"{where}: {told.message}" if where else told.message
    return Text.assemble((told.severity, SEVERITY_STYLES[told.severity]), f" {visible(said)}")


def extraction(found: Extraction) -> None:
    """Print the deals of a document as a table."""
    said = " · ".join(part for part in (visible(found.title or found.id), found.published, found.language) if part)
    if not found.deals:
        console().print(Text.assemble((said, "bold"), "\n  no deal told\n"))
        return
    table = _table(said)
    for name in ("who → whom", "kind", "amount", "status", "sure", "evidence"):
        table.add_column(name, overflow="fold", justify="right" if name in ("amount", "sure") else "left")
    for deal in found.deals:
        table.add_row(
            visible(str(wording.sides(deal.parties))),
            deal.kind,
            wording.worth(deal),
            Text(deal.status, STATUS_STYLES[deal.status]),
            f"{deal.confidence:.2f}",
            visible(deal.evidence.text),
        )
    console().print(table)


def _table(title: str) -> Table:
    return Table(title=Text(title, "bold"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)


def explanation(sentences: Sequence[Explained]) -> None:
    """Print the sentences with a cue, what was marked in each, and the rules tried."""
    out = console()
    if not sentences:
        out.print("no sentence holds a word that any rule looks for")
    for sentence in sentences:
        text = Text(sentence.text.replace("\x1b", "␛"))
        for mark in sentence.marks:
            text.stylize(SPAN_STYLES[mark.group], mark.start, mark.end)
        out.print(text)
        for line in _reading(sentence):
            out.print(line, soft_wrap=True)
        if not sentence.tries:
            out.print("  no rule was tried", style="dim")
        for each in sentence.tries:
            out.print(_try(each))
        out.print()


def _reading(sentence: Explained) -> Iterator[Text]:
    """Yield the phrases of a sentence, whom the text before makes it about, and the cues that tell nothing."""
    if sentence.phrases:
        phrases = (part for each in sentence.phrases for part in (f"  {visible(each.text)}", (f"/{each.role}", "dim")))
        yield Text.assemble("  phrases", *phrases)
    if sentence.about:
        yield Text("".join(["  about", *(f"  {how}={visible(who)}" for how, who in sentence.about.items())]))
    for cue in sentence.hidden:
        yield Text.assemble("  – ", (visible(cue), SPAN_STYLES["cues"]), ("  tells nothing here", "dim"))


def _try(each: Try) -> Text:
    sign = ("  ✓ ", "bold green") if each.won else ("  ✗ ", "red")
    slots = "".join(f"  {name}={visible(said)}" for name, said in each.slots.items())
    verdict = ("" if each.won else f"  {each.verdict}", "yellow")
    return Text.assemble(sign, (each.cue, SPAN_STYLES["cues"]), f"  {each.rule}{slots}", verdict)


def proof(found: Proof) -> None:
    """Print what the rules and their examples lack, then how many there are."""
    out = console()
    for each in found.findings:
        out.print(Text.assemble((each.where, "bold red"), f": {visible(each.message)}"), soft_wrap=True)
    wrong = f"{len(found.findings):,} findings" if found.findings else "all proved and opposed"
    out.print(f"{found.rules:,} deal rules, {found.examples:,} examples, {found.gaps:,} known gaps: {wrong}")


def promise(bands: Sequence[KeptPromise]) -> None:
    """Print what confidence promised and what was right, a band a line."""
    table = _table("what confidence promised")
    for name in ("confidence", "deals", "promised", "right"):
        table.add_column(name, justify="left" if name == "confidence" else "right")
    for band in bands:
        table.add_row(band.band, f"{band.deals:,}", f"{band.promised:.2f}", f"{band.right / band.deals:.2f}")
    console().print(table)


def run(summary: RunSummary) -> None:
    """Print what a run saw, what became of the deals and, on standard error, what went wrong."""
    out = console()
    if not summary.sources:
        out.print(
            "no source is enabled: a source is a folder of sources/ with a source.toml, where enabled = true turns it"
            " on; deals init DIR makes a project with some to begin with",
            soft_wrap=True,
        )
    else:
        out.print(_sources(summary))
    if summary.changes:
        out.print(_changes(summary.changes, summary.run))
    if conflicts := summary.conflicts:
        out.print(_conflicts(conflicts, summary.in_conflict))
    out.print(_closing(summary), soft_wrap=True)
    if not summary.published and any(source.documents for source in summary.sources):
        out.print("no document tells a deal: deals explain FILE shows what the rules see in one", soft_wrap=True)
    for told in summary.issues:
        issue(told)


def _sources(summary: RunSummary) -> Table:
    table = _table("documents")
    table.add_column("source")
    for outcome in OUTCOMES:
        table.add_column(outcome, justify="right")
    table.add_column("deals told", justify="right")
    for source in summary.sources:
        numbers = (source.outcomes.get(outcome, 0) for outcome in OUTCOMES)
        table.add_row(source.name, *(f"{number:,}" for number in (*numbers, source.deals)))
    return table


def _changes(changes: Sequence[Change], number: int) -> Table:
    """Return the first of a run's changes as a table, a row a deal, the largest first; causes where they differ."""
    from pipeline.rules.sizes import in_dollars

    causes = {change.cause for change in changes}
    one = f" ({causes.pop()})" if len(causes) == 1 else ""
    table = _table(f"what became of the deals{one}")
    for name in ("", "who → whom", "kind", "amount", "status", *([] if one else ["why"])):
        table.add_column(name, overflow="fold", no_wrap=name in ("kind", "status"))
    by_size = sorted(changes, key=lambda change: -in_dollars((change.new or change.old)[0]))
    for change in by_size[:MOST]:
        deal = (change.new or change.old)[0]
        table.add_row(
            Text(change.kind, COLOURS[change.kind]),
            visible(wording.title(deal)),
            deal.kind,
            wording.worth(deal),
            Text(deal.status, STATUS_STYLES[deal.status]),
            *([] if one else [change.cause]),
        )
    if len(changes) > MOST:
        table.caption = f"and {len(changes) - MOST:,} more: deals diff {number - 1} {number}"
    return table


def _conflicts(deals: Sequence[MergedDeal], number: int) -> Table:
    """Return the deals whose tellings disagree as a table, with what each side says."""
    table = _table("in conflict")
    table.add_column("who → whom", overflow="fold")
    table.add_column("the documents say", overflow="fold")
    for deal in deals:
        said = "\n".join(wording.conflict(conflict) for conflict in deal.conflicts)
        table.add_row(visible(wording.title(deal)), visible(said))
    if number > len(deals):
        table.caption = f"and {number - len(deals):,} more: deals review"
    return table


def _closing(summary: RunSummary) -> str:
    """Return the last line: how many deals stand, and what the run changed."""
    kinds = Counter[str](change.kind for change in summary.changes)
    changed = ", ".join(f"{kinds[kind]:,} {kind}" for kind in COLOURS if kinds[kind]) or "nothing changed"
    folder = PurePath(summary.files[0]).parent if summary.files else "nowhere"
    return f"{summary.published:,} deals in {folder}: {changed}, {summary.in_conflict:,} in conflict"
