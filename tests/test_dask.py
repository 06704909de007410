"""Beyond one machine: Dask workers that share nothing but PostgreSQL, and one that has a store of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.projects import deals, environment, merged, project, source, tool

pytestmark = [pytest.mark.postgresql, pytest.mark.xdist_group("prefect")]
LONGEST = 90.0
NOTES = {f"2025-03-{day:02}.txt": "微软宣布以75亿美元收购GitHub。" for day in range(1, 4)}


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a Dask scheduler."""
    tool("prefect_dask")
    folder = tmp_path_factory.mktemp("scheduler")
    told = folder / "scheduler.json"
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0",
               "--no-dashboard", "--scheduler-file", told]  # fmt: skip
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + LONGEST
    while not told.exists() and time.monotonic() < until:
        time.sleep(0.2)
    yield str(json.loads(told.read_text())["address"])
    process.terminate()
    process.wait(10)


class Workers(NamedTuple):
    """Workers of a scheduler, each in a folder of its own."""

    processes: list[subprocess.Popen[bytes]]

    def add(self, scheduler: str, folder: Path, **variables: str) -> None:
        """Start one more."""
        folder.mkdir()
        command = [sys.executable, "-m", "distributed.cli.dask_worker", scheduler, "--nthreads", "1", "--no-nanny",
                   "--no-dashboard", "--local-directory", folder]  # fmt: skip
        told = {**environment(folder), **variables}
        self.processes.append(
            subprocess.Popen(command, cwd=folder, env=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )


@pytest.fixture
def workers() -> Iterator[Workers]:
    """Give workers to start, which are ended."""
    made = Workers([])
    yield made
    for process in made.processes:
        process.terminate()
    for process in made.processes:
        process.wait(20)


class Asked(NamedTuple):
    """Whom a run has read its batches, and tells what it does."""

    scheduler: str
    server: str

    def run(self, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Return how a run ended."""
        asked = {"DEALS_TASK_RUNNER": "dask", "DEALS_DASK_SCHEDULER": self.scheduler, "PREFECT_API_URL": self.server}
        return deals("run", folder=folder, **asked, **variables)


@pytest.fixture
def asked(scheduler: str, prefect_server: str) -> Asked:
    """Give a Dask scheduler and a Prefect server."""
    return Asked(scheduler, prefect_server)


@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_two_workers_in_other_folders_read_into_one_database(
    tmp_path: Path, database: str, asked: Asked, workers: Workers
) -> None:
    folder = project(tmp_path / "ours", samples=False)
    source(folder, "news", dict(NOTES))
    for name in ("one", "two"):
        workers.add(asked.scheduler, tmp_path / name, DEALS_DATABASE_URL=database)
    done = asked.run(folder, DEALS_DATABASE_URL=database)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [deal["documents"] for deal in merged(folder)] and "3" in done.stdout
    assert not (tmp_path / "one" / "extracted").exists()


def test_a_worker_with_another_store_fails_the_run_with_a_message(
    tmp_path: Path, asked: Asked, workers: Workers
) -> None:
    folder = project(tmp_path / "ours", samples=False)
    source(folder, "news", dict(NOTES))
    workers.add(asked.scheduler, tmp_path / "stray")
    done = asked.run(folder)
    assert done.returncode == 1
    assert "set DEALS_DATABASE_URL to one database that all of them reach" in done.stderr
    assert "retr" not in done.stderr, "it would never go better"
    assert not (folder / "extracted" / "deals.jsonl").exists()
