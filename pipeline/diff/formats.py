"""Writes changes for people and machines: a table for the terminal, Markdown and HTML for pull requests, JSON."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import wording
from pipeline.models import Change, MergedDeal, Noun, to_json

if TYPE_CHECKING:
    from rich.console import Console

SIGNS = {"added": "+", "gone": "−", "changed": "~", "split": "⑂", "merged": "⑃"}
COLOURS = {"added": "green", "gone": "red", "changed": "yellow", "split": "cyan", "merged": "cyan"}
QUOTED = 160  # characters of evidence shown: two lines of a terminal


class CauseGroup(Noun, frozen=True, kw_only=True):
    """The changes of one cause."""

    cause: str
    changes: tuple[Change, ...]


def groups(changes: Iterable[Change]) -> list[CauseGroup]:
    """Return the changes by cause, in the order they come."""
    return [
        CauseGroup(cause=cause, changes=tuple(some)) for cause, some in groupby(changes, lambda change: change.cause)
    ]


def title(change: Change) -> str:
    """Return what a change is about, in one line."""
    if change.kind == "merged":
        return f"{len(change.old)} deals are one: {_names(change.new)}"
    if change.kind == "split":
        return f"one deal is {len(change.new)}: {_names(change.new)}"
    return line((change.new or change.old)[0])


def _names(deals: Sequence[MergedDeal]) -> str:
    return " and ".join(line(deal) for deal in deals)


def line(deal: MergedDeal) -> str:
    """Return a deal in one line: who pays whom, what for, how much."""
    amount = f", {wording.amount(deal.amount)}" if deal.amount else ""
    return f"{wording.title(deal)} ({deal.kind}, {deal.status}{amount})"


def why(change: Change) -> str:
    """Return the cause of a change, with the rules it names."""
    return f"{change.cause}: {', '.join(change.rules)}" if change.rules else change.cause


def quote(change: Change) -> str:
    """Return the evidence of a change, cut to a line or two."""
    text = " ".join((change.new or change.old)[0].evidence.text.split())
    return text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"


def summary(changes: Sequence[Change]) -> str:
    """Return how many changes of each kind there are."""
    counts = {kind: sum(change.kind == kind for change in changes) for kind in SIGNS}
    return ", ".join(f"{count} {kind}" for kind, count in counts.items() if count) or "no difference"


def visible(text: str) -> str:
    """Return a text whose control and direction characters are written out, so that none acts on the screen."""
    return "".join(
        f"\\u{ord(c):04x}" if unicodedata.category(c) in ("Cc", "Cf") and c not in "\n\t" else c for c in text
    )


def to_table(changes: Sequence[Change], console: Console) -> None:
    """Print the changes, grouped by cause."""
    from rich.text import Text

    for group in groups(changes):
        console.print(Text(f"\n{group.cause} ({len(group.changes)})", style="bold"))
        for change in group.changes:
            console.print(Text(f" {SIGNS[change.kind]} {change.kind} ", style=COLOURS[change.kind]), end="")
            console.print(Text(visible(title(change))), soft_wrap=True)
            for field in change.fields:
                told = f"     {field.field}: {field.old or '—'} ⇒ {field.new or '—'}"
                console.print(Text(visible(told)), soft_wrap=True)
            if change.rules:
                console.print(Text(visible(f"     rule {', '.join(change.rules)}"), style="dim"))
            console.print(Text(visible(f"     {quote(change)}"), style="dim"), soft_wrap=True)
    console.print(Text(f"\n{summary(changes)}", style="bold"))


def to_markdown(changes: Sequence[Change], old: str, new: str) -> str:
    """Return the changes as Markdown for a pull request."""
    lines = [f"## Deals: {mark(old)} → {mark(new)}", "", summary(changes)]
    for group in groups(changes):
        lines += ["", f"### {group.cause} ({len(group.changes)})", ""]
        for change in group.changes:
            lines.append(f"- {SIGNS[change.kind]} **{change.kind}** {mark(title(change))}")
            if change.rules:
                lines.append(f"  rule {mark(', '.join(change.rules))}")
            lines += [
                f"  - {field.field}: {mark(field.old or '—')} ⇒ {mark(field.new or '—')}" for field in change.fields
            ]
            lines.append(f"  > {mark(quote(change))}")
    return "\n".join(lines) + "\n"


def mark(text: str) -> str:
    """Return a text in which nothing is Markdown or HTML."""
    plain = html.escape(" ".join(visible(text).split()), quote=False)
    return re.sub(r"([\\`*_{}\[\]()#+!|~@:-])", r"\\\1", plain)


def to_html(changes: Sequence[Change], old: str, new: str) -> str:
    """Return the changes as a page of its own, without scripts."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = Path(__file__).parent / "templates"
    pages = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    page = pages.get_template("diff.html")
    return page.render(
        groups=groups(changes), old=old, new=new, summary=summary(changes), title=title, quote=quote, signs=SIGNS,
        visible=visible,
    )  # fmt: skip


def to_lines(changes: Sequence[Change], old: str, new: str) -> str:
    """Return the changes as one JSON document."""
    return to_json({"old": old, "new": new, "changes": list(changes)}).decode() + "\n"


FORMATS: dict[str, Callable[[Sequence[Change], str, str], str]] = {
    "markdown": to_markdown,
    "json": to_lines,
    "html": to_html,
}
