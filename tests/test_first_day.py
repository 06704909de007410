"""A newcomer's path: the wheel in a clean environment elsewhere, a project, an own note, and what comes of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.listening import Hook
from tests.projects import ROOT, invoke, merged, project, source, tool

NOTE = "---\npublished: 2018-06-04\n---\n\n微软宣布以75亿美元收购GitHub。\n"


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the `deals` of a clean environment that only our wheel was installed into."""
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("uv is missing: pip install uv")
    folder = tmp_path_factory.mktemp("elsewhere")
    newest = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["uv"]["exclude-newer"]
    python = folder / "venv" / "bin" / "python"
    for command in (
        [uv, "build", "-q", "--wheel", "--out-dir", folder, ROOT],
        [uv, "venv", "-q", "--python", sys.executable, folder / "venv"],
    ):
        subprocess.run(command, check=True)
    [wheel] = folder.glob("*.whl")
    install = [uv, "pip", "install", "-q", "--python", python, "--exclude-newer", newest, wheel]
    subprocess.run(install, check=True, cwd=folder)
    return folder / "venv" / "bin" / "deals"


@pytest.fixture
def hook() -> Iterator[Hook]:
    """Give a webhook."""
    listening = Hook()
    yield listening
    listening.close()


def test_a_newcomer_gets_from_the_wheel_to_an_edge_list_and_a_webhook(
    elsewhere: Path, tmp_path: Path, hook: Hook
) -> None:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DEALS_", "PREFECT_", "PYTHON"))}

    def deals(*arguments: str) -> str:
        done = subprocess.run([elsewhere, *arguments], cwd=tmp_path, env=kept, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert deals("--version").startswith("deals 0.")
    deals("init", "ours")
    ours = tmp_path / "ours"
    (ours / "sources" / "notes" / "2018-06-04.md").write_text(NOTE, "utf-8")
    with (ours / "deals.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[[notify.webhook]]\nurl = "{hook.url}"\n')
    assert "2 added" in deals("--root", "ours", "run")
    edges = tool("pandas").read_csv(ours / "extracted" / "edges.csv").set_index("payee")
    assert edges.loc["GitHub", ["payer", "usd", "announced"]].tolist() == ["Microsoft", 7.5e9, "2018-06-04"]
    assert sorted(hook.titles()) == ["Microsoft → Activision Blizzard", "Microsoft → GitHub"]
    assert "nothing changed" in deals("--root", "ours", "run")
    assert len(hook.got) == 1


# The project that `deals init` makes


def test_a_new_project_has_all_it_names_and_its_rules_are_proved(tmp_path: Path) -> None:
    ours = tmp_path / "ours"
    assert invoke("init", str(ours)).returncode == 0
    assert {path.name for path in ours.iterdir()} == {
        ".gitignore", "README.md", "deals.toml", "rules", "sources",
    }  # fmt: skip
    (ours / "sources" / "notes" / "own.md").write_text("Blue River Pumps hoovered up "
                                                      "Slack for $2 million.\n", "utf-8")  # fmt: skip
    done = invoke("run", folder=ours)
    assert done.returncode == 0, done.stderr
    told = {tuple(party["company_id"] for party in deal["parties"]) for deal in merged(ours)}
    assert ("blue-river-pumps", "slack") in told


def test_what_is_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    done = invoke("init", str(tmp_path))
    assert done.returncode == 2 and "is not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_without_a_project_the_next_step_is_named(tmp_path: Path) -> None:
    done = subprocess.run([Path(sys.executable).parent / "deals", "--root", tmp_path, "run"],
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 1 and "deals init DIR" in done.stderr


def test_every_empty_state_names_the_next_step(tmp_path: Path) -> None:
    empty = project(tmp_path, samples=False)
    assert "deals init DIR" in invoke("run", folder=empty).stdout
    assert "deals run makes one" in invoke("diff", folder=empty).stderr
    assert "deals run reads the sources" in invoke("circles", folder=empty).stderr
    assert "deals companies add" in invoke("companies", "search", "Quillmark Sensors", folder=empty).stderr
    assert "write schedule = " in invoke("serve", folder=empty).stderr
    source(empty, "notes", {"a.txt": "It rained all day."})
    assert "deals explain FILE" in invoke("run", folder=empty).stdout
