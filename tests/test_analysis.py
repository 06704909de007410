"""What README shows for analysis: each snippet run on files published from our samples, by the tool it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import ROOT, tool
from tests.readme import PICTURE, Step, analysed, steps

TOOLS = {"duckdb": "import duckdb", "pandas": "import pandas", "networkx": "import networkx",
         "datasette": "uv run --group analysis datasette", "circles": "uv run deals circles"}  # fmt: skip
pytestmark = pytest.mark.xdist_group("analysis")  # its steps run once, one after the other
AGAIN = "`uv run --group analysis python -m tests.readme` writes it anew"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an empty folder for a project."""
    return tmp_path_factory.mktemp("project")


@pytest.fixture(scope="module")
def outputs(folder: Path) -> dict[Step, str]:
    """Give each step with what it prints."""
    for name in ("datasette", "duckdb", "pandas"):
        tool(name)
    return dict(zip(steps(), analysed(folder), strict=True))


def lines(text: str) -> set[str]:
    """Return the lines of an output; a ring of companies as told from the first by name, wherever it begins."""
    return {" → ".join(_ring(line.split(" → "))) for line in text.splitlines()}


def _ring(names: list[str]) -> list[str]:
    if len(names) == 1 or names[0] != names[-1]:
        return names
    first = names.index(min(names))
    return [*names[first:-1], *names[: first + 1]]


@pytest.mark.parametrize("tool", TOOLS)
def test_a_snippet_prints_what_stands_below_it(tool: str, outputs: dict[Step, str]) -> None:
    (step,) = (step for step in outputs if TOOLS[tool] in step.code)
    assert outputs[step].strip()
    if step.printed is not None:
        assert lines(outputs[step]) == lines(step.printed), AGAIN


@pytest.mark.parametrize("tool", ["networkx", "circles"])
def test_the_circle_that_our_samples_tell_of_is_found(tool: str, outputs: dict[Step, str]) -> None:
    (found,) = (lines(output) for step, output in outputs.items() if TOOLS[tool] in step.code)
    assert "NVIDIA → OpenAI → Oracle → NVIDIA" in found


def test_the_picture_is_the_one_the_command_draws(outputs: dict[Step, str], folder: Path) -> None:
    assert (folder / PICTURE).read_text("utf-8") == (ROOT / PICTURE).read_text("utf-8"), AGAIN
