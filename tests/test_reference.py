"""The reference in docs/reference is what the code says, and tells of every rule file, command and published key."""

from __future__ import annotations

import re

import pytest

from pipeline.cli import COMMANDS
from pipeline.publish.schema import deal_schema
from pipeline.settings import OURS
from tests.reference import FOLDER, PAGES, page, rule_shapes

TEXTS = {name: (FOLDER / name).read_text("utf-8") for name in PAGES}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_says(name: str) -> None:
    assert TEXTS[name] == page(name), "`uv run python -m tests.reference` writes it anew"


def test_every_rule_file_that_is_shipped_has_its_shape() -> None:
    places = rule_shapes()
    paths = (path for kind in ("languages", "tables") for path in (OURS / kind).rglob("*.toml"))
    names = {path.name for path in paths if not path.name.endswith(".examples.toml")}
    assert len(names) > 15
    assert {place.rpartition("/")[2] for place in places} == names
    assert all(f"`{place}`" in TEXTS["rules.md"] for place in places)


def test_every_command_and_every_key_of_the_schema_is_told_of() -> None:
    assert [name for name in COMMANDS if f"\n## deals {name}\n" not in TEXTS["commands.md"]] == []
    assert [key for key in deal_schema()["properties"] if f"\n| `{key}` |" not in TEXTS["files.md"]] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_link_within_a_page_leads_to_a_heading(name: str) -> None:
    headings = {line.strip("# ").lower().replace(" ", "-") for line in TEXTS[name].splitlines() if line[:1] == "#"}
    assert [link for link in re.findall(r"\]\(#([^)]+)\)", TEXTS[name]) if link not in headings] == []
