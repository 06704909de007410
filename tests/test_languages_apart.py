"""Languages stand apart: one taken away, every other tells of its texts what it told."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from pipeline.annotate.firms.capital_rules import CapitalRules
from pipeline.extraction import Extractor
from pipeline.models import Document
from pipeline.proof.examples import examples
from pipeline.rules.knowledge import Knowledge
from pipeline.settings import Settings

EACH = 25
"""Sentences of each language: enough to try its frames, its names and its numbers."""


@cache
def whole() -> Knowledge:
    """Return what is shipped."""
    return Knowledge.load(Settings(root=Path("/nowhere")))


def without(code: str) -> Knowledge:
    """Return what is shipped but for one language."""
    files = [(place, path) for place, paths in whole().files.items() for path in paths]
    return Knowledge([(p, path) for p, path in files if not p.startswith(f"languages/{code}/")], whole().settings)


@cache
def documents() -> dict[str, list[Document]]:
    """Return sentences that tell deals, by language."""
    found: dict[str, list[Document]] = {}
    for each in examples():
        if each.topic == "deals" and each.expected and not each.gap:
            own = found.setdefault(each.language.partition("-")[0], [])
            if len(own) < EACH:
                own.append(Document(id=each.place, text=each.text, language=each.language))
    return found


@cache
def told_by_all(code: str) -> list[str]:
    """Return what the whole program tells of a language's sentences."""
    return told(Extractor(whole()), code)


def told(reader: Extractor, code: str) -> list[str]:
    return [f"{document.text}: {reader(document).deals}" for document in documents()[code]]


def apart() -> list[str]:
    """Return the languages that serve no other: not the one whose legal forms all know, nor that of Han names."""
    files = whole().files
    lists = whole().rules("companies.toml", CapitalRules)
    return [
        code
        for code in sorted(documents())
        if f"languages/{code}/han_names.toml" not in files and not (code in lists and lists[code].serves_all)
    ]


@pytest.mark.parametrize("code", apart())
def test_a_language_taken_away_changes_no_other(code: str) -> None:
    reader = Extractor(without(code))
    assert code not in reader.knowledge.languages
    others = sorted(set(documents()) - {code})
    assert len(others) > 1
    for other in others:
        assert told(reader, other) == told_by_all(other)


def test_what_is_compared_tells_deals_and_the_language_taken_away_tells_none() -> None:
    code = apart()[-1]
    assert all("Deal(" in line for line in told_by_all(code))
    reader = Extractor(without(code))
    assert told(reader, code) != told_by_all(code)
