"""Publishes what changed since the last time: files of which no row changed stay, of the others the rest is copied.

A format whose file has rows for each deal, in the order of their ids, is one line of ROWS.
"""

from __future__ import annotations

import csv as table
import io
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from pipeline.models import Company, DocumentRecord, PublishedDeal, to_json
from pipeline.publish import csv, datapackage, edge_list
from pipeline.publish.pieces import Index, index, splice
from pipeline.rules.rates import Rates


class Surroundings(NamedTuple):
    """What a deal's rows may tell besides the deal."""

    companies: Mapping[str, Company]
    documents: Mapping[str, DocumentRecord]
    rates: Rates


def _line(noun: object) -> bytes:
    return to_json(noun) + b"\n"


def _table(rows: Iterable[Iterable[str]]) -> bytes:
    made = io.StringIO(newline="")
    table.writer(made, lineterminator="\n").writerows(rows)
    return made.getvalue().encode()


ROWS: dict[str, Callable[[PublishedDeal, Surroundings], bytes]] = {
    "deals.jsonl": lambda deal, around: _line(deal),
    "deals.csv": lambda deal, around: _table([csv.row(deal, around.documents)]),
    "edges.csv": lambda deal, around: _table(
        [csv.written(row[name]) for name in edge_list.COLUMNS] for row in edge_list.rows(deal, *around)
    ),
}
"""What a deal is written as in each file that has rows for deals."""
NOUNS = ("companies.jsonl", "documents.jsonl")


class Changed(NamedTuple):
    """What is to be published otherwise than it is."""

    deals: Collection[PublishedDeal]
    """Those that are new or changed, or whose documents are."""
    gone: Collection[str]
    companies: Mapping[str, Company | None]
    """Those that are named now or no more, by id."""
    documents: Mapping[str, DocumentRecord | None]
    """Those that are new or changed, or tell no deal any more, by id."""


def indexes(folder: Path) -> dict[str, Index]:
    """Return where rows lie in the published files that can be written in pieces."""
    return {name: index(folder / name) for name in (*ROWS, *NOUNS)}


def draft_again(
    folder: Path, draft: Path, where: Mapping[str, Index], changed: Changed, around: Surroundings
) -> dict[str, Index]:
    """Write into a draft the files of a folder in which something changes; return where rows lie in all of them."""
    found = dict(where)
    for name, rows in _rows(changed, around).items():
        if rows:
            found[name] = splice(folder / name, draft / name, where[name], rows)
    if any(draft.iterdir()):
        datapackage.write_again(folder, draft, around.rates)
    return found


def _rows(changed: Changed, around: Surroundings) -> dict[str, dict[str, bytes]]:
    """Return what becomes of rows by file and key; none where they go."""
    gone = dict.fromkeys(changed.gone, b"")
    told = {name: gone | {deal.id: row(deal, around) for deal in changed.deals} for name, row in ROWS.items()}
    for name, nouns in zip(NOUNS, (changed.companies, changed.documents), strict=True):
        told[name] = {key: _line(noun) if noun else b"" for key, noun in nouns.items()}
    return told
