"""Writes the files other tools load: whole or not at all, sorted, and the same bytes for the same deals.

A format is one module with `write(folder, edition)`, registered in EXPORTERS.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from pipeline.models import Company, DocumentRecord, MergedDeal
from pipeline.publish import csv, datapackage, edge_list, ftm, graphml, lines, parquet, schema
from pipeline.publish.datapackage import NAME, strangers
from pipeline.publish.edition import Edition, PublishError, choose
from pipeline.rules.rates import Rates

__all__ = ["DEFAULT", "EXPORTERS", "Edition", "PublishError", "choose", "drafting", "publish", "put", "strangers"]


def _parquet(folder: Path, edition: Edition) -> None:
    parquet.write(folder, edition)
    edge_list.write_parquet(folder, edition)


EXPORTERS: dict[str, Callable[[Path, Edition], None]] = {
    "jsonl": partial(lines.write, what="deals"),
    "csv": csv.write,
    "edges": edge_list.write,
    "parquet": _parquet,
    "graphml": graphml.write,
    "ftm": ftm.write,
    "companies": partial(lines.write, what="companies"),
    "documents": partial(lines.write, what="documents"),
    "schema": schema.write,
    "datapackage": datapackage.write,  # last: it describes the files of all others
}
"""Format by name, in the order they are written; each writes its files into the folder given."""
DEFAULT = ("jsonl", "csv", "edges", "companies", "documents", "schema", "datapackage")
LEFTOVER = 86_400  # seconds after which the unfinished files of a killed publish are swept up


def publish(
    folder: Path,
    merged: Iterable[MergedDeal],
    *,
    companies: Iterable[Company] = (),
    documents: Iterable[DocumentRecord] = (),
    rates: Rates | None = None,
    formats: Collection[str] = DEFAULT,
    since: str | None = None,
    statuses: Collection[str] = (),
    kinds: Collection[str] = (),
    accepted_only: bool = False,
    by_month: bool = False,
) -> list[Path]:
    """Return the files written: the deals asked for, and the companies and documents they name.

    Sums are told in US dollars by `rates`, else by those we ship.
    Raises `PublishError` where a format, status, kind or date asked for is none.
    """
    for name in formats:
        if name not in EXPORTERS:
            raise PublishError(f"'{name}' is not one of {', '.join(EXPORTERS)}")
    exporters = [export for name, export in EXPORTERS.items() if name in formats]
    deals = choose(merged, since=since, statuses=statuses, kinds=kinds, accepted_only=accepted_only)
    edition = Edition.of(deals, companies, documents, rates=rates, by_month=by_month)
    with drafting(folder) as draft:
        for export in exporters:
            export(draft, edition)
        return put(draft, folder)


@contextmanager
def drafting(folder: Path) -> Iterator[Path]:
    """Give a folder in which files are made ready for another (see `put`)."""
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    draft = Path(tempfile.mkdtemp(prefix=".publish-", dir=folder))
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def put(draft: Path, folder: Path) -> list[Path]:
    """Move every file of a draft to its place, once all are safely on disk; what describes them comes last."""
    files = sorted((path for path in draft.rglob("*") if path.is_file()), key=lambda path: (path.name == NAME, path))
    placed = [folder / path.relative_to(draft) for path in files]
    for path, place in zip(files, placed, strict=True):
        _sync(path)
        place.parent.mkdir(parents=True, exist_ok=True)
    for path, place in zip(files, placed, strict=True):
        path.replace(place)
    for months in draft.glob("*-by-month"):
        _drop_other_months(folder / months.name, set(placed))
    for place in {path.parent for path in placed}:
        _sync(place)
    return sorted(placed)


def _drop_other_months(folder: Path, placed: set[Path]) -> None:
    """Remove the months of an earlier publish in which no deal is left."""
    for path in folder.glob("month=*/*"):
        if path not in placed:
            path.unlink()
            path.parent.rmdir()


def _sync(path: Path) -> None:
    """Wait until a file or folder is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(folder: Path) -> None:
    """Remove what a killed publish left behind, but nothing that another may be writing now."""
    for draft in folder.glob(".publish-*"):
        with suppress(FileNotFoundError):  # the other has just finished
            if time.time() - draft.stat().st_mtime > LEFTOVER:
                shutil.rmtree(draft, ignore_errors=True)
