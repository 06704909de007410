"""Reads the deals as they stood: after a run, in a file or folder, in a git revision, or now."""

from __future__ import annotations

import gzip
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec.structs import replace

from pipeline.diff.changes import Known
from pipeline.errors import DealsError
from pipeline.judging import judgements
from pipeline.models import DocumentRecord, Issue, Judgement, MergedDeal, Noun, from_json
from pipeline.settings import Settings
from pipeline.times.instants import instant

if TYPE_CHECKING:
    from pipeline.store import Store

T = TypeVar("T")
FILES = ("deals.jsonl", "documents.jsonl")


class SnapshotError(DealsError):
    """A state that cannot be read; the message says which and why."""


class Snapshot(Noun, frozen=True, kw_only=True):
    """The deals at some time, and what is known around them."""

    name: str
    deals: tuple[MergedDeal, ...]
    known: Known = Known()
    issues: tuple[Issue, ...] = ()


def snapshot(name: str) -> Snapshot:
    """Return the state that a person names: a run's number, a path, or a git revision."""
    if name == "0" and not Path(name).exists():
        return Snapshot(name="before the first run", deals=())
    if name.isdigit() and not Path(name).exists():
        return of_run(int(name))
    if Path(name).exists():
        return of_path(Path(name))
    return of_revision(name)


def accepted() -> Snapshot:
    """Return the last accepted state: what git has committed, else what the run before the last one left."""
    try:
        return of_revision("HEAD")
    except SnapshotError as no_git:
        runs = _finished()
        if len(runs) < 2:
            told = "and fewer than two runs are stored; deals run makes one"
            raise SnapshotError(f"nothing to compare with: {no_git}, {told}") from no_git
        return of_run(runs[-2])


def now() -> Snapshot:
    """Return the published state of this moment, else what the last run left."""
    if not (Settings.from_environment().extracted / FILES[0]).exists():
        return last()
    return replace(of_path(Settings.from_environment().extracted), name="what is published")


def last() -> Snapshot:
    """Return what the last finished run left, as it is judged by now."""
    runs = _finished()
    if not runs:
        where = Settings.from_environment().root.resolve()
        raise SnapshotError("no run is stored here yet; `deals run` makes one", where)
    return _of_run(runs[-1], until=None)


def _finished() -> list[int]:
    from pipeline.store import NothingStored

    try:
        with _store() as store:
            return [run.id for run in store.runs() if run.finished_at]
    except NothingStored:
        return []


def of_run(number: int) -> Snapshot:
    """Return what a run left, as it was judged when it ended."""
    with _store() as store:
        ended = next((run.finished_at for run in store.runs() if run.id == number), None)
    return _of_run(number, until=ended)


def _of_run(number: int, *, until: str | None) -> Snapshot:
    given, issues = judgements.read(Settings.from_environment().judgements)
    given = tuple(answer for answer in given if until is None or instant(answer.at) <= instant(until))
    with _store() as store:
        deals = published(store.merged(number), given)
        known = Known(documents=store.texts(number), judgements=given)
    return Snapshot(name=f"run {number}", deals=deals, known=known, issues=issues)


def published(merged: list[MergedDeal], given: tuple[Judgement, ...]) -> tuple[MergedDeal, ...]:
    """Return the deals as they are published: judged, and without those that a person rejected."""
    judged = judgements.apply_judgements(merged, given)
    return tuple(deal for deal in judged if deal.judgement != "rejected")


def of_path(path: Path) -> Snapshot:
    """Return the deals of a JSON Lines file, or of a folder that holds `deals.jsonl`."""
    whole = path.is_dir()
    if whole:
        inside = [path / FILES[0], path / "extracted" / FILES[0]]
        path = next((file for file in inside if file.exists()), inside[0])
    folder = path.parent
    if not path.exists():
        raise SnapshotError(f"no such file; a folder of published deals holds {FILES[0]}", path)
    beside = folder / FILES[1]
    documents = _documents(_bytes(beside), str(beside)) if beside.exists() and path.name.startswith("deals.") else None
    given, issues = judgements.read(folder.parent / "sources" / "judgements.jsonl")
    deals = deals_of(path)
    issues += _mixed(folder) if whole else ()
    return Snapshot(name=str(path), deals=deals, known=Known(documents=documents, judgements=given), issues=issues)


def deals_of(path: Path) -> tuple[MergedDeal, ...]:
    """Return the deals of a JSON Lines file; raise `SnapshotError` with the line where one is none."""
    return tuple(_lines(_bytes(path), MergedDeal, str(path)))


def _mixed(folder: Path) -> tuple[Issue, ...]:
    """Return an issue for each file that is of another publish than the one its folder describes."""
    from pipeline.publish import strangers

    told = "is not of the publish that datapackage.json describes; `deals publish` writes all of them anew"
    return tuple(Issue(message=told, severity="warning", place=str(folder / name)) for name in strangers(folder))


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix == ".gz" else data
    except (OSError, EOFError, gzip.BadGzipFile) as error:
        raise SnapshotError(f"cannot be read: {error}", path) from error


def of_revision(revision: str) -> Snapshot:
    """Return the deals that a git revision has published."""
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        raise SnapshotError(f"'{revision}' is no run, no path and no git revision here")
    name = commit.decode().strip()
    deals = _shown(name, Settings.from_environment().extracted / FILES[0])
    if deals is None:
        raise SnapshotError(f"has no {Settings.from_environment().extracted / FILES[0]}", revision)
    documents = _shown(name, Settings.from_environment().extracted / FILES[1])
    given = _shown(name, Settings.from_environment().judgements)
    return Snapshot(
        name=revision,
        deals=tuple(_lines(deals, MergedDeal, f"{revision}:{FILES[0]}")),
        known=Known(
            documents=None if documents is None else _documents(documents, f"{revision}:{FILES[1]}"),
            judgements=judgements.parse(given or b"", f"{revision}:judgements.jsonl")[0],
        ),
    )


def _shown(commit: str, path: Path) -> bytes | None:
    """Return a file as a commit has it, None where it has none."""
    return _git("show", f"{commit}:./{path.relative_to(Settings.from_environment().root).as_posix()}")


def _git(*arguments: str) -> bytes | None:
    """Return what git prints, None where it fails or is not there."""
    root = Settings.from_environment().root
    try:
        ran = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except OSError:
        return None
    return ran.stdout if ran.returncode == 0 else None


def _documents(data: bytes, place: str) -> dict[str, str]:
    return {record.id: record.fingerprint for record in _lines(data, DocumentRecord, place)}


def _lines(data: bytes, kind: type[T], place: str) -> Iterator[T]:
    for number, line in enumerate(data.splitlines(), 1):
        if line.strip():
            try:
                yield from_json(line, kind)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise SnapshotError(str(error), f"{place}:{number}") from error


def _store() -> Store:
    from pipeline.store import Store

    return Store.open(writes=False)
