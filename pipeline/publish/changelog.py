"""`changes.jsonl` and `feed.atom`: what became of the deals, publish by publish, for who follows and does not compare.

Each publish that changed something is an *edition*, numbered from 1; what one change was is a line that stays. The
file keeps the latest editions, and at least the last one whole. Neither file is part of the data package: they tell
how the files beside them came about.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec.structs import asdict

from pipeline.models import Change, from_json, to_json
from pipeline.publish import atom
from pipeline.publish.lines import backwards

NAME = "changes.jsonl"
FEED = "feed.atom"
FEW = 100  # deals that lines are searched for; for more, every line is read
KEPT = 5_000  # changes, some 10 MB; the last edition is kept whole even where it alone is more
NEWS = frozenset((
    "parties", "kind", "status", "amount", "stake", "valuation", "asset", "quantity", "round", "date", "judgement",
))  # fmt: skip
"""The fields whose change is news; the others (`confidence`, `rule`, …) say how a deal was read."""


class EditionChange(Change, frozen=True, kw_only=True):
    """What became of a deal in one publish: a line of `changes.jsonl`."""

    edition: int
    at: str
    """When it was published: ISO 8601, UTC."""

    @property
    def is_news(self) -> bool:
        """Whether it says something of the deal itself, not only of how it was read."""
        return self.kind != "changed" or any(field.field in NEWS for field in self.fields)


def add(folder: Path, changes: Iterable[Change], at: str, since: str | None = None) -> tuple[EditionChange, ...]:
    """Return the lines added to a folder's files as its next edition; what its last line on a deal says is not told
    again. That is looked for in lines since a moment (as `at`), where none before it can say the same.
    """
    changes = tuple(changes)
    if not changes and (folder / NAME).exists():
        return ()  # most runs change nothing, and what is kept is ten megabytes
    with _alone(folder):
        kept, told = _latest(folder, {deal.id for change in changes for deal in (*change.old, *change.new)}, since)
        fresh = _fresh(told, changes)
        edition = kept[-1].edition + 1 if kept else 1
        lines = tuple(EditionChange(**asdict(change), edition=edition, at=at) for change in fresh)
        if lines or not (folder / NAME).exists():
            _write(folder, [*kept, *lines], at)
    return lines


def write_since(folder: Path, kept: Sequence[EditionChange], since: str, at: str) -> list[Path]:
    """Return the files written of what was published on a day (ISO 8601, or its beginning) or later."""
    return _write(folder, [line for line in kept if line.at >= since], at, keep=len(kept))


def read(folder: Path) -> list[EditionChange]:
    """Return the lines of a folder, oldest first; one that is none (of another version) is left out."""
    path = folder / NAME
    if not path.exists():
        return []
    with path.open("rb") as file:
        return list(_lines(file))


def _latest(folder: Path, deals: Collection[str], since: str | None) -> tuple[list[EditionChange], list[EditionChange]]:
    """Return the latest lines of a folder, and all since a moment that may speak of these deals, both oldest first.

    An edition may have told of every deal of a project: its other lines are not held.
    """
    path = folder / NAME
    if not path.exists():
        return [], []
    names = [name.encode() for name in deals]
    latest: list[bytes] = []
    told: list[bytes] = []
    with path.open("rb") as file:
        for line in backwards(file):
            if len(latest) < KEPT:
                latest.append(line)
            elif since and line.rpartition(b'"at":"')[2] < since.encode():
                break
            if len(names) > FEW or any(name in line for name in names):
                told.append(line)
    return list(_lines(reversed(latest))), list(_lines(reversed(told)))


def _lines(file: Iterable[bytes]) -> Iterator[EditionChange]:
    for line in file:
        try:
            yield from_json(line, EditionChange)
        except msgspec.DecodeError:
            continue


def _fresh(kept: Iterable[EditionChange], changes: Iterable[Change]) -> Iterator[Change]:
    """Yield the changes but those that were told: of a run that was killed, or of one beside which another ran."""
    last = {deal.id: line for line in kept for deal in (*line.old, *line.new)}
    for change in changes:
        before = {last.get(deal.id) for deal in (*change.old, *change.new)}
        if not any(line and line.kind == change.kind and line.new == change.new for line in before):
            yield change


def _write(folder: Path, lines: list[EditionChange], at: str, keep: int | None = None) -> list[Path]:
    keep = KEPT if keep is None else keep
    latest = lines[-1].edition if lines else 0
    shown = [line for number, line in enumerate(lines) if number >= len(lines) - keep or line.edition == latest]
    news = [line for line in shown if line.is_news and line.kind != "gone"]
    latest_news = [(line, deal) for line in news for deal in line.new][-atom.SHOWN :]
    entries = [atom.Entry.of(line.edition, line.at, line.kind, line.fields, deal) for line, deal in latest_news]
    files = {
        NAME: b"".join(to_json(line) + b"\n" for line in shown),
        FEED: atom.feed(entries, at, atom.identity(folder / FEED)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    return [_place(folder / name, data) for name, data in files.items()]


def _place(path: Path, data: bytes) -> Path:
    """Return a file that was put in its place whole."""
    handle, draft = tempfile.mkstemp(prefix=".changes-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), 0o644)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)
    return path


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process at a time add to a folder's changes."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".changes.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
