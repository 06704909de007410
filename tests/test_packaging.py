"""What pyproject.toml declares is what the code imports, and what the first command installs is enough and not more."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from typing import Any

import pytest

from tests.projects import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
NOT_IMPORTED = {
    "fastapi": "bounds what Prefect's own server runs on",
    "psycopg": "SQLAlchemy loads it where a URL begins with postgresql",
}
NAMED = {"postgresql+psycopg": "psycopg"}
PROGRAMS = {"datasette", "import-linter", "mypy", "pandas", "pytest-xdist", "ruff"}
"""What tests, or README's snippets in them, run and do not import here."""
COMPILED = {"followthemoney": "PyICU"}
"""What a machine without a compiler cannot install, and why."""


def name(requirement: str) -> str:
    """Return the name in a requirement: `psycopg[binary]~=3.3` is psycopg."""
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def declared(requirements: Iterable[Any]) -> set[str]:
    """Return the names of requirements, those of groups that they include among them."""
    found: set[str] = set()
    for one in requirements:
        group = one["include-group"] if isinstance(one, dict) else None
        found |= declared(PROJECT["dependency-groups"][group]) if group else {name(one)}
    return found


NEEDED = declared(PROJECT["project"]["dependencies"])
EXTRA = declared(one for group in PROJECT["project"]["optional-dependencies"].values() for one in group)
GROUPS = {group: declared(ones) for group, ones in PROJECT["dependency-groups"].items()}


def imports(path: Path) -> Iterator[str]:
    """Yield the top names of the modules that a file imports, by `import_module("…")` or `tool("…")` too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (alias.name.partition(".")[0] for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]
            case ast.Call(func=ast.Name(id="import_module" | "tool"), args=[given, *_]):
                first = given.values[0] if isinstance(given, ast.JoinedStr) else given
                if isinstance(first, ast.Constant):
                    yield str(first.value).partition(".")[0]


@cache
def imported(*places: str) -> frozenset[str]:
    """Return the distributions that the Python below some places imports."""
    found = ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py") for place in places)
    paths = [path for some in found for path in some]
    ours = {"pipeline", "flows", "tests", *sys.stdlib_module_names}
    modules = {module for path in paths for module in imports(path)} - ours
    assert modules
    return frozenset(distribution(module) for module in modules)


@cache
def installed() -> Mapping[str, list[str]]:
    """Return which distributions bring each module."""
    return packages_distributions()


def distribution(module: str) -> str:
    """Return the package that brings a module: yaml is of pyyaml."""
    known = {found.lower().replace("_", "-") for found in installed().get(module, ())}
    declared_ones = known & (NEEDED | EXTRA | set().union(*GROUPS.values()))
    return next(iter(sorted(declared_ones or known)), module.replace("_", "-"))


def test_what_the_program_needs_is_imported() -> None:
    assert NEEDED - imported("pipeline", "flows.py") == set(NOT_IMPORTED)


def test_what_the_program_imports_is_declared() -> None:
    assert imported("pipeline", "flows.py") - NEEDED - EXTRA == set()


def test_what_is_declared_without_an_import_is_still_needed() -> None:
    assert any(name(one) == "fastapi" for one in requires("prefect") or ())
    text = "".join(path.read_text("utf-8") for path in (ROOT / "pipeline").rglob("*.py"))
    assert all(word in text for word in NAMED)


def test_what_tests_import_is_declared_and_the_other_way_round() -> None:
    grouped = set().union(*GROUPS.values())
    used = imported("tests", ".ci")
    assert used - grouped - NEEDED - EXTRA == set()
    assert grouped - used - PROGRAMS == set()


def test_the_first_command_brings_nothing_that_is_compiled() -> None:
    first = NEEDED.union(*(GROUPS[group] for group in PROJECT["tool"]["uv"]["default-groups"]))
    assert first & set(COMPILED) == set()
    assert set(COMPILED) <= GROUPS["proof"], "what needs a compiler is proved by those who have one"


@pytest.mark.parametrize("module", ["pytest", "xdist", "hypothesis"])
def test_the_second_command_finds_its_tools_without_a_group_named(module: str) -> None:
    first = NEEDED.union(*(GROUPS[group] for group in PROJECT["tool"]["uv"]["default-groups"]))
    assert distribution(module) in first
