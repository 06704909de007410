"""How time grows with a text that is made to hurt: what is read in proportion doubles when the text doubles."""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.annotate.firms.capitals import find_capitalized
from pipeline.annotate.money.amounts import find_amounts
from pipeline.annotate.values.dates import find_dates
from pipeline.extraction import extract
from pipeline.models import Document
from pipeline.normalize import normalize
from pipeline.read import ReadError, read
from pipeline.settings import OURS
from tests import test_capitals, test_dates, test_deals, test_normalize, test_read, test_stakes
from tests.benchmarks.timing import Report, seconds

TWICE = 3.0
"""Times as long for twice the text at most; in proportion is 2."""
SHORT = 0.005
"""Seconds below which growth says nothing."""
PART = 4
"""The share of a text that shows how it grows: the whole takes minutes."""


def growth(find: Callable[[str], object], text: str) -> float:
    """Return how many times as long a text takes as its first half; 0 where it is too quick to tell."""
    started = time.process_time()
    find(text)
    if time.process_time() - started < SHORT:
        return 0.0
    return seconds(lambda: find(text), 2) / seconds(lambda: find(text[: len(text) // 2]), 2)


def worst(finder: Callable[[str], object], texts: list[str]) -> tuple[float, str]:
    """Return the largest growth among some texts, and how that text begins."""
    finder("")
    return max((growth(finder, text[: len(text) // PART]), text[:12]) for text in texts)


def finders() -> Iterator[tuple[str, Callable[[str], object], list[str]]]:
    """Yield what is measured: a name, what reads a text, and texts that hurt it."""
    for language in ("zh", "en"):
        for name, find in test_stakes.FINDERS.items():
            yield f"{name} ({language})", lambda text, f=find, of=language: f(text, of), test_stakes.HOSTILE  # type: ignore[misc]
        yield f"dates ({language})", lambda text, of=language: find_dates(text, of, "2025-10-08"), test_dates.HOSTILE  # type: ignore[misc]
    yield "names in Latin letters", lambda text: find_capitalized(text, 0, len(text), "en"), test_capitals.HOSTILE
    yield "deals", extract, list(test_deals.HOSTILE.values())
    units = [unit * (200_000 // len(unit)) for unit in test_normalize.UNITS]
    yield "normalizing", lambda text: normalize(Document(id="d", text=text)), units


FINDERS = {name: (find, texts) for name, find, texts in finders()}


@pytest.mark.parametrize("name", FINDERS)
def test_time_in_proportion(name: str, at_most: Report) -> None:
    grown, text = worst(*FINDERS[name])
    at_most(f"{name}, twice the text: {text!r}", grown, TWICE, "times")


def first_words(table: object) -> Iterator[str]:
    """Yield the first word of every list in a file of rules, without what may end it in brackets."""
    if isinstance(table, dict):
        for value in table.values():
            yield from first_words(value)
    elif isinstance(table, list) and table and isinstance(table[0], str):
        yield re.sub(r"\(.*", "", table[0])


@pytest.mark.parametrize("path", sorted((OURS / "languages").glob("*/amounts.toml")), ids=lambda path: path.parent.name)
def test_amounts_in_proportion(path: Path, at_most: Report) -> None:
    words = first_words(tomllib.loads(path.read_text("utf-8")))
    signs = ["1", "1,", "1 ", "1.", "$", "$1 ", "1$", "(", "(1$", "1 . ", "1/2 ", "一", "〇"]
    pieces = signs + [f"{word} " for word in words]
    texts = [text * 240 for piece in pieces for text in (piece, f"1{piece}", f"{piece}$")]
    language = path.parent.name
    grown, text = worst(lambda text: find_amounts(text, language), texts)
    at_most(f"amounts ({language}), twice the text: {text!r}", grown, TWICE, "times")


@pytest.mark.parametrize("html", test_read.HOSTILE.values(), ids=test_read.HOSTILE)
def test_a_page_made_to_hurt(html: str, request: pytest.FixtureRequest, at_most: Report) -> None:
    def attempt() -> None:
        try:
            read(test_read.capture(html, place="hostile.html"))
        except ReadError as error:
            assert error.place == "hostile.html"

    at_most(f"a page of hostile {request.node.callspec.id}", seconds(attempt, 1), 8, "s")
