"""The house rules that a machine can check: lint, types, import contracts, and what may not be committed."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.rules.knowledge import shipped
from pipeline.text import scripts

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


def test_no_two_modules_or_classes_have_one_name() -> None:
    """A name met in a message or a search leads to one place; folders and `__init__.py` have their path."""
    places: dict[str, list[str]] = {}
    for path in modules():
        place = str(path.relative_to(ROOT))
        if path.stem != "__init__":
            places.setdefault(path.name, []).append(place)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(place)
    twice = {name: found for name, found in places.items() if len(found) > 1}
    assert not twice


def strings(module: ast.Module) -> Iterator[ast.Constant]:
    """Yield the strings of a module that are no docstrings."""
    told = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node


def test_no_module_holds_a_word_in_chinese_japanese_or_korean() -> None:
    words = re.compile(rf"(?![\u3099\u309a])[{scripts.HAN}{scripts.KANA}{scripts.HANGUL}]")  # two are mere accents
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.value!r}"
        for path in modules()
        if path != Path(scripts.__file__) and path.parent.name != "cli"  # the ranges; and examples that help shows
        for node in strings(ast.parse(path.read_text("utf-8")))
        if words.search(node.value)
    ]
    assert not found, "\n".join(["words of a language are data of its folder:", *found])


def asked(node: ast.AST) -> list[ast.expr]:
    """Return what something is compared with: `code == "xx"`, `tag.startswith("xx")`, `case "xx"`."""
    match node:
        case ast.Compare(left=left, comparators=others):
            return [left, *others]
        case ast.Call(func=ast.Attribute(attr="startswith" | "endswith"), args=args):
            return args
        case ast.MatchValue(value=value):
            return [value]
    return []


def test_no_module_asks_for_one_language() -> None:
    codes = re.compile(rf"({'|'.join(shipped().codes)})(-\w+)*-?")
    found = [
        f"{path.relative_to(ROOT)}:{said.lineno}: {said.value!r}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for each in asked(node)
        for said in ast.walk(each)
        if isinstance(said, ast.Constant) and isinstance(said.value, str) and codes.fullmatch(said.value)
    ]
    assert not found, "\n".join(["what one language does otherwise is data of its folder:", *found])


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
