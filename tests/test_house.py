"""The house rules that a machine can check: lint, types, import contracts, and what may not be committed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent

CHECKS = {
    "ruff": ["ruff", "check", "."],
    "mypy": ["mypy"],
    "import contracts": ["lint-imports"],
}
HOSTS = ("pypi" + ".org", "python" + "hosted", "npm" + "js", "index" + "-url")
"""Words of package registries, which no committed file may name."""
MACHINE = re.compile("|".join(("/wo" + "rk/", "/ro" + "ot/", "/ho" + r"me/\w", r"[A-Z]:\\Us" + "ers")))
"""Paths that only one machine has."""
LOCKS = ("uv.lock", "poetry.lock", "package-lock.json", "pylock.toml")
VAGUE = ("helpers", "utils", "util", "common", "misc")


@pytest.mark.parametrize("command", CHECKS.values(), ids=CHECKS)
def test_the_tree_passes(command: list[str]) -> None:
    done = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def tracked() -> list[Path]:
    """Return the files that git tracks; a user without git skips what needs them."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode and not os.environ.get("CI"):
        pytest.skip("needs a git checkout")
    files = [ROOT / name for name in done.stdout.split("\0") if name]
    assert files, done.stderr
    return [path for path in files if path.is_file()]


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        for number, line in enumerate(text.splitlines(), 1):
            if any(host in line for host in HOSTS) or MACHINE.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert not found, "\n".join(found)


def test_no_lock_file_is_committed() -> None:
    assert not [path for path in tracked() if path.name in LOCKS]


def modules() -> list[Path]:
    """Return every module of the program."""
    found = sorted((ROOT / "pipeline").rglob("*.py"))
    assert found
    return found


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not [path for path in modules() if path.stem in VAGUE]


def test_only_the_flow_imports_prefect() -> None:
    imports = re.compile(r"^\s*(?:from|import) prefect", re.MULTILINE)
    assert not [path for path in modules() if imports.search(path.read_text("utf-8"))]


def test_every_module_says_what_it_does() -> None:
    assert not [path for path in modules() if not path.read_text("utf-8").startswith('"""')]


def test_importing_the_package_imports_nothing_of_ours_and_nothing_heavy() -> None:
    code = "import pipeline, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"msgspec", "spacy", "typer", "rich", "sqlalchemy", "trafilatura", "prefect"}
    assert not [name for name in done.stdout.split() if name.startswith("pipeline.")]
