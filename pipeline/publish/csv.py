"""`deals.csv`: the merged deals flattened, one a row, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from pipeline.models import DocumentRecord, PublishedDeal, Role, plain
from pipeline.publish.edition import Edition
from pipeline.publish.origin import Origin, origin

Cell = str | Decimal | int | float | bool | None
FORMULA = re.compile(r"(?:^|(?<=;))(?=\s*[=+\-@＝＋－＠]|[\t\r\n])")
"""Where a spreadsheet could see a formula begin: at a cell's start, and after what many countries' sheets split at."""
SIGNS = re.compile(r"[=+\-@＝＋－＠\t\r\n]")
"""What a formula needs: most cells hold none, and to look for these alone takes a fifth of the time."""
JOINT = "; "


def _role(role: Role, field: str) -> Callable[[PublishedDeal], Cell]:
    return lambda deal: JOINT.join(getattr(party, field) or "" for party in deal.parties if party.role == role)


def _part(of: str, field: str) -> Callable[[PublishedDeal], Cell]:
    def cell(deal: PublishedDeal) -> Cell:
        part: Any = getattr(deal, of)
        return None if part is None else getattr(part, field)

    return cell


def _plain(field: str) -> Callable[[PublishedDeal], Cell]:
    return lambda deal: getattr(deal, field)


COLUMNS: dict[str, Callable[[PublishedDeal], Cell]] = {
    "id": _plain("id"),
    "kind": _plain("kind"),
    "status": _plain("status"),
    **{role: _role(role, "name") for role in get_args(Role)},
    **{f"{role}_id": _role(role, "company_id") for role in get_args(Role)},
    **{
        of if field == "value" else f"{of}_{field}": _part(of, field)
        for of in ("amount", "valuation")
        for field in ("value", "low", "high", "currency", "currency_inferred", "qualifier", "per", "text")
    },
    "stake_percent": _part("stake", "percent"),
    "asset": _part("asset", "kind"),
    "asset_text": _part("asset", "text"),
    "quantity": _part("quantity", "value"),
    "quantity_low": _part("quantity", "low"),
    "quantity_high": _part("quantity", "high"),
    "quantity_unit": _part("quantity", "unit"),
    "round": _part("round", "value"),
    "date": _part("date", "value"),
    "announced": _part("announced", "value"),
    "announced_basis": _part("announced", "basis"),
    "first_published": _plain("first_published"),
    "first_seen": _plain("first_seen"),
    "last_seen": _plain("last_seen"),
    "judgement": _plain("judgement"),
    "confidence": _plain("confidence"),
    "rule": _plain("rule"),
    "added_by": _plain("added_by"),
    "speaker": _plain("speaker"),
    "evidence": _part("evidence", "text"),
    "documents": lambda deal: JOINT.join(deal.documents),
    "mentions": lambda deal: len(deal.mentions),
    "conflicts": lambda deal: JOINT.join(conflict.field for conflict in deal.conflicts),
    "former_ids": lambda deal: JOINT.join(deal.former_ids),
}
"""The columns of the deal itself in order, and where each comes from; those of `Origin` stand behind them."""


HEADER = (*COLUMNS, *Origin._fields)


def write(folder: Path, edition: Edition) -> None:
    """Write `deals.csv`."""
    with (folder / "deals.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(HEADER)
        documents = {document.id: document for document in edition.documents}
        table.writerows(row(deal, documents) for deal in edition.deals)


def row(deal: PublishedDeal, documents: Mapping[str, DocumentRecord]) -> list[str]:
    """Return the cells of a deal."""
    return [written(cell) for cell in (*(column(deal) for column in COLUMNS.values()), *origin(deal, documents))]


def written(cell: Cell) -> str:
    """Return a cell as text that a spreadsheet shows and never runs: a quote goes before what looks like a formula."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case Decimal():
            return format(plain(cell), "f")
        case str():
            cell = cell.replace("\0", "")
            return FORMULA.sub("'", cell) if SIGNS.search(cell) else cell
        case _:
            return str(cell)
