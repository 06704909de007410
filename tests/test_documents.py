"""Every document of ours gives the deals that a person wrote down beside it, in `NAME.expected.toml`, and no others."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from pipeline.extraction import extract
from pipeline.fetch.files import fetch
from pipeline.models import Capture, Deal, Extraction, Role
from pipeline.proof.examples import FIELDS
from pipeline.read import read
from pipeline.rules.loading import RuleError, Rules, load
from pipeline.runs.sources import read_source

SOURCES = Path(__file__).parent.parent / "sources"
ROLES = get_args(Role)
ENDING = ".expected.toml"


class Expected(Rules, frozen=True, kw_only=True):
    """A `NAME.expected.toml`: the deals of the document of that name, written as in the examples beside the rules."""

    deal: tuple[dict[str, Any], ...] = ()
    """Any of FIELDS and the names in each role; `gap` says why it is not found yet."""
    gap: str | None = None
    """Why something is found that is not told."""


def expected() -> dict[Path, Expected]:
    """Return what is expected of each document."""
    found = {path.with_name(path.name.removesuffix(ENDING)): path for path in sorted(SOURCES.glob(f"*/*{ENDING}"))}
    if not found:
        raise RuleError(f"no {SOURCES}/*/*{ENDING}")
    return {document: load(path, Expected) for document, path in found.items()}


EXPECTED = expected()


def marks(gap: str | None) -> list[Any]:
    """Return the mark of a known gap, which must fail until it closes."""
    return [pytest.mark.xfail(reason=gap, strict=True)] if gap else []


@cache
def extraction(document: Path) -> Extraction:
    """Return what is read out of a document, fetched as its source fetches it."""
    source = read_source(document.parent / "source.toml")
    captures = (item for item in fetch(source) if isinstance(item, Capture))
    return extract(read(next(capture for capture in captures if Path(capture.place) == document)))


def written(deal: Deal, like: dict[str, Any]) -> dict[str, Any]:
    """Return a deal as the expectation writes it: who is in each role, and the fields that it names."""
    fields = {name: tell(deal) for name, tell in FIELDS.items() if name in like}
    return fields | {role: sorted(deal.names(role)) for role in ROLES}


def fits(deal: Deal, like: dict[str, Any]) -> bool:
    """Return whether a deal is the one expected."""
    wanted = {name: value for name, value in like.items() if name != "gap"}
    return written(deal, like) == wanted | {role: sorted(like.get(role, [])) for role in ROLES}


CASES = [
    pytest.param(document, deal, marks=marks(deal.get("gap")), id=f"{document.name}-{number}")
    for document, known in EXPECTED.items()
    for number, deal in enumerate(known.deal, 1)
]


@pytest.mark.parametrize(("document", "deal"), CASES)
def test_a_document_tells_this_deal(document: Path, deal: dict[str, Any]) -> None:
    assert set(deal) <= {*FIELDS, *ROLES, "gap"}
    assert any(fits(found, deal) for found in extraction(document).deals)


@pytest.mark.parametrize(
    "document", [pytest.param(path, marks=marks(known.gap), id=path.name) for path, known in EXPECTED.items()]
)
def test_a_document_tells_nothing_else(document: Path) -> None:
    told = extraction(document).deals
    others = [deal for deal in told if not any(fits(deal, each) for each in EXPECTED[document].deal)]
    assert [(deal.rule, deal.evidence.text) for deal in others] == []


def test_every_document_of_our_samples_has_its_deals_beside_it() -> None:
    source = read_source(SOURCES / "samples" / "source.toml")
    documents = {Path(item.place) for item in fetch(source) if isinstance(item, Capture)}
    assert documents == {path for path in EXPECTED if path.parent.name == "samples"}
    assert len(documents) >= 6
