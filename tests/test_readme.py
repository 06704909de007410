"""What README says is so: its commands, the excerpts of what they print, its code, its links."""

from __future__ import annotations

import contextlib
import io
import re
import tomllib
from pathlib import Path

import pytest

from pipeline.cli import COMMANDS
from pipeline.proof.examples import example, yields
from pipeline.runs.sources import read_source
from tests.projects import ROOT
from tests.readme import ANALYSIS, SKIPPED, Excerpt, excerpts, printed

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", ANALYSIS.sub("", README), re.DOTALL)


def blocks(language: str) -> list[str]:
    """Return the code blocks of a language; a README without one would pass on nothing."""
    found = [code for name, code in BLOCKS if name == language]
    assert found
    return found


def test_the_two_commands_stand_on_the_first_screen_word_for_word() -> None:
    screen = "\n".join(README.splitlines()[:40])
    assert "\npip install uv && uv run deals run\n" in screen
    assert "\npip install uv && uv run pytest\n" in screen


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"`deals {name}" in README


@pytest.mark.parametrize("excerpt", excerpts(), ids=lambda excerpt: excerpt.command.split()[0])
def test_an_excerpt_is_what_the_command_prints(excerpt: Excerpt) -> None:
    """`uv run --group analysis python -m tests.readme` writes the excerpts anew."""
    real = iter(printed(excerpt.command))
    for line in excerpt.lines:
        assert line == SKIPPED or line in real, f"{line!r} is not printed there"


def test_there_are_excerpts() -> None:
    assert {excerpt.command.split()[0] for excerpt in excerpts()} >= {"run", "explain"}


@pytest.mark.parametrize("code", blocks("python"), ids=lambda code: code.strip().splitlines()[0])
def test_the_python_in_the_readme_runs(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(code, "README.md", "exec"), {})
    assert said.getvalue().strip()


def test_the_source_in_the_readme_is_one(tmp_path: Path) -> None:
    [described] = [code for code in blocks("toml") if "kind = 'files'" in code]
    path = tmp_path / "desk" / "source.toml"
    path.parent.mkdir()
    path.write_text(described, "utf-8")
    assert read_source(path).paths


@pytest.mark.parametrize("code", blocks("toml"), ids=lambda code: code.strip().splitlines()[0])
def test_the_toml_in_the_readme_is_toml(code: str) -> None:
    assert tomllib.loads(code)


def test_every_link_leads_to_a_file() -> None:
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert linked
    assert [name for name in linked if not (ROOT / name).exists()] == []


def test_the_rule_example_in_the_readme_is_met() -> None:
    [shown] = [tomllib.loads(code) for code in blocks("toml") if "[[example]]" in code]
    for number, row in enumerate(shown["example"], 1):
        told = example(Path("README.md"), number, {"language": "zh", **row})
        assert yields(told) == told.expected
