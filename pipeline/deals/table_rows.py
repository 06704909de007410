"""Deals that a table or a note tells by its form: a row by the heads of its columns, a line by its arrow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar, get_args

import msgspec

from pipeline.deals.annotated import Annotated
from pipeline.models import Amount, Block, Date, Deal, Kind, Party, Role, Span, Status, deal_id
from pipeline.rules.frames import Org
from pipeline.rules.knowledge import Knowledge
from pipeline.rules.loading import Rules

BAR = re.compile(r"\s*\|\s*")
SEPARATORS = (BAR, re.compile(r"\t"), re.compile(r""",(?=(?:[^"]*"[^"]*")*[^"]*$)"""), re.compile(";"))
"""What stands between the cells of a row: of Markdown and of pages, of a table copied, of comma-separated values."""
AROUND = " \t\"'|*_`\u3000"
LEAST_HEADS = 3  # columns known by their heads that make a table of deals
LONGEST_ROW = 600
LONGEST_NAME = 60
BEFORE = re.compile(r"\s*(?:[-*+•·]\s+)?(?:(?P<date>[^:|]{4,30}):\s*)?")
"""What stands before the first firm of a note: a bullet, a date."""
Meaning = TypeVar("Meaning")
ARROW = re.compile(r"\s*(?:→|⟶|⇒|➔|-{1,2}>|=>|[–—])\s*")
"""Between two firms of a note: money goes from the first to the second."""
SURENESS = 0.9  # as sure as the figure of a table: the form leaves nothing to guess but the kind


class DealColumns(Rules, frozen=True, kw_only=True):
    """A language's `columns.toml`: what heads the columns of a table of deals, in small letters."""

    payer: frozenset[str] = frozenset()
    payee: frozenset[str] = frozenset()
    target: frozenset[str] = frozenset()
    amount: frozenset[str] = frozenset()
    date: frozenset[str] = frozenset()
    kind: frozenset[str] = frozenset()
    status: frozenset[str] = frozenset()
    kinds: dict[str, Kind] = msgspec.field(default_factory=dict)
    """What a head, a cell or a note says of the kind of a deal."""
    statuses: dict[str, Status] = msgspec.field(default_factory=dict)
    """What a cell or a note says of its status."""


class Heads(NamedTuple):
    """The words of all languages: the column that each heads, and the kind and status that each tells."""

    columns: Mapping[str, str]
    kinds: Mapping[str, Kind]
    statuses: Mapping[str, Status]


class Cell(NamedTuple):
    """A cell of a row, as a range of the normalized text."""

    start: int
    end: int
    text: str


class Table(NamedTuple):
    """The columns of a table, by their heads; None for one that says nothing of deals."""

    columns: list[str | None]
    kind: Kind | None


def heads(knowledge: Knowledge) -> Heads:
    """Return what heads columns in any language."""
    loaded = knowledge.rules("columns.toml", DealColumns).values()
    names = ("payer", "payee", "target", "amount", "date", "kind", "status")
    columns = {word: name for one in loaded for name in names for word in getattr(one, name)}
    kinds = {word: kind for one in loaded for word, kind in one.kinds.items()}
    return Heads(columns, kinds, {word: status for one in loaded for word, status in one.statuses.items()})


def told_by_form(annotated: Annotated, words: Heads) -> Iterator[Deal]:
    """Yield the deals of the tables and notes of a document, in reading order."""
    table: Table | None = None
    for block in annotated.normalized.blocks():
        if block.kind in ("comment", "boilerplate") or block.end - block.start > LONGEST_ROW:
            table = None
            continue
        cells = _cells(annotated.text, block)
        if head := _head(cells, words):
            table = head
        elif table and len(cells) == len(table.columns):
            deal = _of_row(annotated, block, table, cells, words)
            if deal:
                yield deal
        else:
            table = None
            if deal := _of_note(annotated, block, words):
                yield deal


def _cells(text: str, block: Block) -> list[Cell]:
    """Return the cells of a row; one where it is none."""
    start, end = block.start, block.end
    while start < end and text[start] in "| \t":
        start += 1
    while end > start and text[end - 1] in "| \t":
        end -= 1
    for separator in SEPARATORS:
        marks = list(separator.finditer(text[start:end]))
        if len(marks) + 1 >= LEAST_HEADS:
            begins = [start, *(start + mark.end() for mark in marks)]
            ends = [*(start + mark.start() for mark in marks), end]
            return [_stripped(text, *cell) for cell in zip(begins, ends, strict=True)]
    return [Cell(start, end, text[start:end])]


def _stripped(text: str, start: int, end: int) -> Cell:
    said = text[start:end]
    start += len(said) - len(said.lstrip(AROUND))
    said = said.strip(AROUND)
    return Cell(start, start + len(said), said)


def _head(cells: Sequence[Cell], words: Heads) -> Table | None:
    """Return the table that a row heads, or None where it heads none."""
    columns = [words.columns.get(cell.text.lower()) for cell in cells]
    if sum(column is not None for column in columns) < LEAST_HEADS or not {"payer", "target"} & set(columns):
        return None
    return Table(columns, next((kind for cell in cells if (kind := words.kinds.get(cell.text.lower()))), None))


def _of_row(annotated: Annotated, block: Block, table: Table, cells: Sequence[Cell], words: Heads) -> Deal | None:
    """Return the deal of a row: its parties by the columns they stand in."""
    named = [(column, cell) for column, cell in zip(table.columns, cells, strict=True) if column and cell.text]
    parties = [
        party for column, cell in named if column in get_args(Role) for party in _parties(annotated, column, cell)
    ]
    amounts = [
        a for column, cell in named if column == "amount" for a in annotated.values(cell.start, cell.end).amounts
    ]
    dates = [d for column, cell in named if column == "date" for d in annotated.values(cell.start, cell.end).dates]
    kind = next((words.kinds.get(cell.text.lower()) for column, cell in named if column == "kind"), None) or table.kind
    status = next((words.statuses.get(cell.text.lower()) for column, cell in named if column == "status"), None)
    if not parties or (len(parties) < 2 and not amounts):
        return None
    return _deal(annotated, block, parties, amounts, dates, kind, status)


def _parties(annotated: Annotated, role: str, cell: Cell) -> Iterator[Party]:
    """Yield the firms of a cell; all of it where none is known in it and it may be a name."""
    found: list[Org] = annotated.inside("orgs", cell.start, cell.end)
    for org in found:
        yield _party(org, role)
    if not found and len(cell.text) <= LONGEST_NAME and any(sign.isalpha() for sign in cell.text):
        yield Party(start=cell.start, end=cell.end, text=cell.text, name=cell.text, role=_role(role))


def _party(org: Org, role: str) -> Party:
    return Party(
        start=org.start, end=org.end, text=org.text, company_id=org.company_id, name=org.name, role=_role(role)
    )


def _role(name: str) -> Role:
    return next(role for role in get_args(Role) if role == name)


def _of_note(annotated: Annotated, block: Block, words: Heads) -> Deal | None:
    """Return the deal of a line such as `22 Sep 2025: A → B, letter of intent, $5 billion`, or None."""
    text = annotated.text
    orgs: list[Org] = annotated.inside("orgs", block.start, block.end)
    if len(orgs) < 2:
        return None
    payer, other = orgs[:2]
    begin = BEFORE.fullmatch(text, block.start, payer.start)
    if begin is None:
        return None
    values = annotated.values(block.start, block.end)
    dated = begin["date"] is not None and any(date.start < begin.end("date") for date in values.dates)
    if not ARROW.fullmatch(text, payer.end, other.start) or not (dated or values.amounts):
        return None
    rest = text[other.end : block.end].lower()
    kind = _said(rest, words.kinds)
    parties = [_party(payer, "payer"), _party(other, "target" if kind == "acquisition" else "payee")]
    return _deal(annotated, block, parties, values.amounts, values.dates, kind, _said(rest, words.statuses))


def _said(text: str, words: Mapping[str, Meaning]) -> Meaning | None:
    """Return what the first word of a text means that means anything."""
    found = [(at, -len(word), meaning) for word, meaning in words.items() if (at := text.find(word)) >= 0]
    return min(found, key=lambda each: each[:2])[2] if found else None


def _deal(
    annotated: Annotated,
    block: Block,
    parties: Sequence[Party],
    amounts: Sequence[Amount],
    dates: Sequence[Date],
    kind: Kind | None,
    status: Status | None,
) -> Deal:
    back, document = annotated.normalized.original, annotated.normalized.document
    evidence = back(Span(start=block.start, end=block.end, text=""))
    own = tuple(map(back, parties))
    roles = {party.role for party in own}
    return Deal(
        id=deal_id(document.id, evidence.text, own),
        kind=kind or ("acquisition" if "target" in roles else "investment"),
        status=status or "announced",
        parties=own,
        amount=back(amounts[0]) if amounts else None,
        date=back(dates[0]) if dates else None,
        evidence=evidence,
        speaker=block.speaker or document.speaker,
        second=block.second,
        block=block.told_as,
        rule="form.row",
        confidence=SURENESS,
    )
