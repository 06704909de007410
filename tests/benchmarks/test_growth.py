"""What a run costs as a project grows: the first, one in which nothing changed, one with a document more.

`uv run pytest -n 0 tests/benchmarks/test_growth.py --documents 1000 --documents 10000` for the sizes that
docs/growth.md shows; the files that are published are those of a run from nothing, at every step. With `--made`, the
first documents are not read (see `made_documents`), for sizes that would take hours.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.extraction import default
from pipeline.models import to_json
from tests.benchmarks.made_documents import ReadyMade, document, lines
from tests.benchmarks.timing import Report
from tests.projects import DEALS, ROOT, environment, project, published, source

EACH = 1_000  # documents a file


class Cost(NamedTuple):
    """What a run took."""

    seconds: float
    cpu: float
    megabytes: float
    """Of memory, at most."""
    written: int
    """Bytes of files that were published anew."""


def grown(folder: Path, size: int) -> Path:
    """Return a new project of so many documents."""
    made = project(folder, samples=False)
    source(made, "made", {f"{at}.jsonl": lines(at, min(at + EACH, size)) for at in range(0, size, EACH)})
    return made


RUN = [str(DEALS), "run"]
MADE = [sys.executable, "-m", "tests.benchmarks.made_documents"]
"""A run whose documents are not read."""


def cost(folder: Path, *more: str, command: Sequence[str] = RUN) -> Cost:
    """Return what a run of a project takes, as a process of its own."""
    before = inodes(folder)
    started = time.monotonic()
    ran = subprocess.Popen([*command, *more], env=environment(folder), cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(ran.pid, 0)
    ran.returncode = os.waitstatus_to_exitcode(status)
    assert ran.returncode == 0
    anew = [name for name, number in inodes(folder).items() if before.get(name) != number]
    written = sum((folder / "extracted" / name).stat().st_size for name in anew)
    return Cost(time.monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, written)


def inodes(folder: Path) -> dict[str, int]:
    """Return the number of each published file: one that is written anew has another."""
    if not (folder / "extracted").exists():
        return {}
    return {name: (folder / "extracted" / name).stat().st_ino for name in published(folder)}


def test_what_is_made_is_what_is_read() -> None:
    read, made = default(), ReadyMade(default())
    for number in range(1, 300, 7):
        each = document(number)
        assert to_json(made(each)) == to_json(read(each))


def test_growth(tmp_path: Path, at_most: Report, documents: int, first_run: Sequence[str]) -> None:
    bare = cost(grown(tmp_path / "bare", 1))
    folder = grown(tmp_path / "grown", documents)
    first = cost(folder, command=first_run)
    cost(folder)  # some files were a few seconds old when they were read, so that they are read once more
    idle = cost(folder)
    (folder / "sources" / "made" / "more.jsonl").write_text(lines(documents, documents + 1), "utf-8")
    one = cost(folder)
    anew = grown(tmp_path / "anew", documents)
    (anew / "sources" / "made" / "more.jsonl").write_text(lines(documents, documents + 1), "utf-8")
    cost(anew, command=first_run)
    assert published(folder) == published(anew)
    for what, ran in (("bare", bare), ("first", first), ("nothing new", idle), ("one new", one)):
        at_most(f"{documents:,} documents, {what}: CPU", ran.cpu, 10_000, "s")
        at_most(f"{documents:,} documents, {what}: memory", ran.megabytes, 300 if what == "one new" else 10_000, "MB")
        at_most(f"{documents:,} documents, {what}: published anew", ran.written / 1e6, 10_000, "MB")
    at_most(f"{documents:,} documents: nothing new over bare", idle.cpu - bare.cpu, 1.5, "s")
    at_most(f"{documents:,} documents: one new over bare", one.cpu - bare.cpu, 2, "s")


def test_two_processes(tmp_path: Path, at_least: Report, documents: int) -> None:
    one, two = (cost(grown(tmp_path / str(jobs), documents), "--jobs", str(jobs)).seconds for jobs in (1, 2))
    at_least(f"{documents:,} documents, first run: --jobs 2 over one", one / two, 1.7, "times")


@pytest.fixture
def first_run(request: pytest.FixtureRequest) -> Sequence[str]:
    """Give the command of a first run."""
    return MADE if request.config.getoption("made") else RUN


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what grows at each size asked for."""
    if "documents" in metafunc.fixturenames:
        metafunc.parametrize("documents", metafunc.config.getoption("documents") or [300])
