"""Makes project folders for tests, runs the real command line in them, and reads what was published."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.cli import app

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "sources" / "samples"
DEALS = Path(sys.executable).parent / "deals"


def interruptible() -> None:
    """Let a program that is being started be interrupted: one in the background may be told to ignore it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def tool(name: str) -> Any:
    """Return a module that reads what we write and that only the group `proof` brings; skip a test without it."""
    return pytest.importorskip(name, reason=f"{name} is missing: uv run --group proof pytest")


def project(folder: Path, *, samples: bool = True) -> Path:
    """Return a new project folder, with our samples as its source or with none."""
    sources = folder / "sources"
    if samples:
        shutil.copytree(SAMPLES, sources / "samples")
    else:
        sources.mkdir(parents=True)
    return folder


def source(folder: Path, name: str, files: dict[str, str | bytes], toml: str | None = None) -> Path:
    """Return a new source of kind `files` in a project."""
    place = folder / "sources" / name
    place.mkdir(parents=True)
    (place / "source.toml").write_text(toml or f"title = '{name}'\nkind = 'files'\npaths = ['[!s]*']\n", "utf-8")
    for file, said in files.items():
        (place / file).write_bytes(said if isinstance(said, bytes) else said.encode())
    return place


def environment(folder: Path) -> dict[str, str]:
    """Return the environment for a command in a project: ours, without what would lead it elsewhere."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DEALS_", "PREFECT_"))}
    return {**kept, "DEALS_ROOT": str(folder), "COLUMNS": "100"}


def deals(
    *arguments: str,
    folder: Path = ROOT,
    given: str | bytes = b"",
    before: Callable[[], object] | None = None,
    **more: str,
) -> subprocess.CompletedProcess[str]:
    """Return what `deals` with these arguments printed and how it ended, as a process of its own in a project.

    `before` is called in the new process, and `more` is added to its environment.
    """
    data = given.encode() if isinstance(given, str) else given
    done = subprocess.run(
        [DEALS, *arguments], input=data, capture_output=True, env=environment(folder) | more, preexec_fn=before
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def invoke(*arguments: str, folder: Path = ROOT, given: str | bytes = b"") -> subprocess.CompletedProcess[str]:
    """Return the same as `deals`, run in this process: what is slow to load is loaded once for all tests."""
    settings: dict[str, str | None] = {"DEALS_ROOT": str(folder), "DEALS_DATABASE_URL": None, "COLUMNS": "100"}
    done = CliRunner().invoke(app, list(arguments), input=given, env=settings)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(list(arguments), done.exit_code, done.stdout, done.stderr)


def published(folder: Path) -> dict[str, bytes]:
    """Return every published file of a project, by name, but those that tell of moments.

    The database and what is hidden is not published.
    """
    files = (path for path in (folder / "extracted").rglob("*") if path.is_file())
    names = {path.relative_to(folder / "extracted").as_posix(): path for path in files}
    return {
        name: path.read_bytes()
        for name, path in names.items()
        if not name.startswith(("deals.db", ".", "changes.", "feed."))
    }


def merged(folder: Path) -> list[dict[str, Any]]:
    """Return the merged deals that a project has published."""
    return [json.loads(line) for line in (folder / "extracted" / "deals.jsonl").read_text("utf-8").splitlines()]


def pairs(folder: Path) -> set[tuple[str, str]]:
    """Return who pays whom (or what is bought) in a project's published deals, by name."""
    return {
        (payer["name"], other["name"])
        for deal in merged(folder)
        for payer in deal["parties"]
        for other in deal["parties"]
        if payer["role"] == "payer" and other["role"] in ("payee", "target")
    }
