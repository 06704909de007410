"""The excerpts of README: what stands there, what the commands and snippets really print, and a way to write it anew.

uv run --group analysis python -m tests.readme
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.projects import DEALS, ROOT, deals, environment, project

README = ROOT / "README.md"
EXCERPT = re.compile(r"(<!-- excerpt of: deals (?P<command>.+?) -->\n```text\n)(?P<lines>.*?)(```)", re.DOTALL)
ANALYSIS = re.compile(r"^## For analysis\n.*?(?=^## )", re.DOTALL | re.MULTILINE)
"""The section whose snippets run one after the other in a project that has run."""
STEP = re.compile(r"```(?P<language>sh|python)\n(?P<code>.*?)```\n(?:\n```text\n(?P<printed>.*?)```\n)?", re.DOTALL)
PICTURE = Path("docs", "circles.svg")
"""What the last step of that section draws."""
SKIPPED = "…"
SHOWN = {"run": [(0, 24), (-9, None)]}
"""Which lines of a long output are shown; others are shown whole."""


class Excerpt(NamedTuple):
    """A command and the lines that README shows of what it prints."""

    command: str
    lines: list[str]


class Step(NamedTuple):
    """A snippet for analysis, and what README shows of what it prints."""

    language: str
    code: str
    printed: str | None

    def showing(self, output: str | None) -> str:
        """Return the snippet as README has it above an output."""
        return f"```{self.language}\n{self.code}```\n\n```text\n{output}```\n"


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


def steps() -> list[Step]:
    """Return the snippets for analysis, in their order."""
    section = ANALYSIS.search(README.read_text("utf-8"))
    assert section
    return [Step(**match.groupdict()) for match in STEP.finditer(section[0])]


def analysed(folder: Path) -> list[str]:
    """Return what each step prints in a new project with our samples."""
    (project(folder) / PICTURE).parent.mkdir()
    assert deals("run", folder=folder).returncode == 0
    return [_output(step, folder) for step in steps()]


def _output(step: Step, folder: Path) -> str:
    """Return what a snippet prints in a project; `uv run` is what runs us already."""
    given = step.code.removeprefix("uv run ").removeprefix("--group analysis ")
    command = [sys.executable, "-c", given] if step.language == "python" else shlex.split(given)
    # networkx walks sets: without a seed a ring would begin with another company on every run
    told = {**environment(folder), "PATH": f"{DEALS.parent}{os.pathsep}{os.environ['PATH']}", "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, cwd=folder, env=told, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.strip("\n").splitlines())


def write() -> None:
    """Write the excerpts of README and its picture anew."""

    def fresh(match: re.Match[str]) -> str:
        return f"{match[1]}{chr(10).join(shown(match['command'])).strip(chr(10))}\n{match[4]}"

    text = EXCERPT.sub(fresh, README.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        for step, output in zip(steps(), analysed(Path(folder)), strict=True):
            if step.printed is not None:
                text = text.replace(step.showing(step.printed), step.showing(output))
        shutil.copyfile(Path(folder) / PICTURE, ROOT / PICTURE)
    README.write_text(text, "utf-8")


if __name__ == "__main__":
    write()
