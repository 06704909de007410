"""The excerpts of README: what stands there, what the commands really print, and a way to write it anew.

    uv run python -m tests.readme
"""

from __future__ import annotations

import re
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.projects import ROOT, deals, project

README = ROOT / "README.md"
EXCERPT = re.compile(r"(<!-- excerpt of: deals (?P<command>.+?) -->\n```text\n)(?P<lines>.*?)(```)", re.DOTALL)
SKIPPED = "…"
SHOWN = {"run": [(0, 24), (-9, None)]}
"""Which lines of a long output are shown; others are shown whole."""


class Excerpt(NamedTuple):
    """A command and the lines that README shows of what it prints."""

    command: str
    lines: list[str]


def excerpts() -> list[Excerpt]:
    """Return the excerpts of README."""
    found = EXCERPT.finditer(README.read_text("utf-8"))
    return [Excerpt(match["command"], match["lines"].splitlines()) for match in found]


def printed(command: str) -> list[str]:
    """Return the lines that a command prints in a new project with our samples."""
    with tempfile.TemporaryDirectory() as folder:
        done = deals(*shlex.split(command), folder=project(Path(folder)))
        assert done.returncode == 0, done.stderr
        return [line.rstrip().replace(f"{folder}/", "") for line in done.stdout.splitlines()]


def shown(command: str) -> Iterator[str]:
    """Yield the lines that README should show of a command."""
    lines = printed(command)
    for number, (first, last) in enumerate(SHOWN.get(command, [(0, None)])):
        yield from [SKIPPED] if number else []
        yield from lines[first:last]


def write() -> None:
    """Write the excerpts of README anew."""

    def fresh(match: re.Match[str]) -> str:
        return f"{match[1]}{chr(10).join(shown(match['command'])).strip(chr(10))}\n{match[4]}"

    README.write_text(EXCERPT.sub(fresh, README.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    write()
