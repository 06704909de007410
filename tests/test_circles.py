"""Circles: the rings that are found, and what is printed and drawn of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from pipeline.circles.rings import find_circles
from pipeline.circles.svg import draw, sources
from pipeline.merge import merge
from pipeline.models import Company, MergedDeal
from pipeline.publish import publish
from tests.telling import BILLION, tell

RING = merge([
    tell("talk", "investment", payer="NVIDIA", payee="OpenAI", amount=100 * BILLION, qualifier="up-to"),
    tell("note", "investment", payer="NVIDIA", payee="OpenAI", amount=100 * BILLION, evidence="The note says it too."),
    tell("talk", "purchase", payer="OpenAI", payee="Oracle", amount=300 * BILLION),
    tell("talk", "purchase", payer="Oracle", payee="NVIDIA", amount="10000000000..99000000000"),
    tell("talk", "purchase", payer="OpenAI", payee="AMD", amount=BILLION),
    tell("talk", "partnership", partner=("AMD", "OpenAI")),
    tell("talk", "acquisition", payer="AMD", target="OpenAI", amount=BILLION, status="denied"),
])  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"


def names(deals: tuple[MergedDeal, ...], *companies: Company, longest: int = 5) -> list[str]:
    """Return the circles in words."""
    return [" → ".join(circle.names) for circle in find_circles(deals, companies, longest=longest)]


def ring(*steps: str, **more: object) -> list[MergedDeal]:
    """Return deals that pay from company to company."""
    told = [tell(f"{n}", "purchase", payer=a, payee=b, **more) for n, (a, b) in enumerate(map(str.split, steps))]  # type: ignore[arg-type]
    return list(merge(told))


def test_money_that_comes_back_is_a_circle_with_the_deals_and_sources_of_each_edge() -> None:
    assert names(RING) == ["NVIDIA → OpenAI → Oracle → NVIDIA"]
    (circle,) = find_circles(RING)
    assert [edge.deals[0].amount.value for edge in circle.edges if edge.deals[0].amount] == [10**11, 3 * 10**11, None]
    assert set(circle.edges[0].deals[0].documents) == {"talk", "note"}


def test_what_is_off_or_never_meant_and_what_no_one_pays_makes_no_circle() -> None:
    for status in ("denied", "withdrawn", "hypothetical"):
        assert names(tuple(ring("a b", "b a", status=status))) == []
    assert names(merge([tell("x", "partnership", partner=("a", "b"))])) == []


def test_a_unit_pays_for_the_company_it_belongs_to() -> None:
    cloud, firm = Company(id="cloud", name="The Cloud", parent="firm"), Company(id="firm", name="The Firm")
    assert names(tuple(ring("cloud b", "b firm")), cloud, firm) == ["b → The Firm → b"]
    assert names(tuple(ring("cloud firm")), cloud, firm) == []


def test_companies_that_belong_to_each_other_in_a_ring_end_the_search() -> None:
    odd = Company(id="a", name="A", parent="b"), Company(id="b", name="B", parent="a")
    assert names(tuple(ring("a c", "c a")), *odd) == ["B → c → B"]


def test_a_circle_is_told_once_however_long_and_no_longer_than_asked() -> None:
    steps = tuple(ring("a b", "b c", "c d", "d a", "b a"))
    assert names(steps) == ["a → b → a", "a → b → c → d → a"]
    assert names(steps, longest=3) == ["a → b → a"]


pairs = some.tuples(some.sampled_from("abcdef"), some.sampled_from("abcdef")).filter(lambda pair: pair[0] != pair[1])


@settings(max_examples=60, deadline=None)
@given(some.lists(pairs, max_size=14))
def test_the_circles_are_those_networkx_finds(edges: list[tuple[str, str]]) -> None:
    found = find_circles(ring(*(" ".join(edge) for edge in edges)), longest=6)
    expected = networkx.simple_cycles(networkx.DiGraph(edges))
    assert {frozenset(zip(circle.names, circle.names[1:], strict=False)) for circle in found} == {
        frozenset(zip(cycle, [*cycle[1:], cycle[0]], strict=True)) for cycle in expected
    }


def test_a_network_in_which_everyone_pays_everyone_is_searched_in_seconds() -> None:
    everyone = [f"c{n}" for n in range(40)]
    assert find_circles(ring(*(f"{a} {b}" for a in everyone for b in everyone if a != b)), longest=8)


def test_the_picture_shows_every_company_amount_and_sentence_and_is_sound_xml() -> None:
    hostile = tuple(ring("a b", "b a", amount=5, evidence="<script>alert('x')</script> & \x00 more"))
    for deals in (RING, hostile):
        circles = find_circles(deals)
        root = ElementTree.fromstring(draw(circles))
        words = " ".join(root.itertext())
        assert root.tag == f"{SVG}svg"
        assert not root.findall(f".//{SVG}script")
        assert all(edge.payer in words and edge.deals[0].kind in words for c in circles for edge in c.edges)
        assert len(root.findall(f".//{SVG}path")) == 2 * len(circles[0].edges)
    picture = draw(find_circles(RING))
    assert "1. up to USD 100 billion" in picture
    assert "The note says it too." in picture


def test_a_deal_without_an_amount_shows_what_else_it_measures() -> None:
    power = ring("a b", "b a", quantity=(6, "GW"))
    assert "6 GW · purchase, announced" in draw(find_circles(power))
    assert "no amount · purchase, announced" in draw(find_circles(ring("a b", "b a")))


def test_a_document_is_quoted_where_it_says_the_amount() -> None:
    (deal,) = merge([
        tell("a", "investment", payer="x", payee="y", amount=10, at=1, evidence="The stake."),
        tell("a", "investment", payer="x", payee="y", amount=100, at=2, evidence="The whole hundred."),
        tell("b", "investment", payer="x", payee="y", amount=100, at=3, evidence="A hundred."),
        tell("c", "investment", payer="x", payee="y", at=4, evidence="Money."),
    ])  # fmt: skip
    assert dict(sources(deal)) == {"a": "The whole hundred.", "b": "A hundred.", "c": "Money."}


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Give a folder with the ring published in it."""
    publish(tmp_path / "extracted", RING)
    return tmp_path


def command(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Return what `deals circles` did in a folder."""
    code = [sys.executable, "-c", "from pipeline.cli import main; main()", "--root", str(root), "circles", *arguments]
    return subprocess.run(code, capture_output=True, text=True, check=False)


def test_the_command_prints_each_edge_with_its_sentences_and_draws_the_picture(published: Path) -> None:
    ran = command(published, "--svg", str(published / "ring.svg"))
    assert ran.returncode == 0, ran.stderr
    printed = ran.stdout.splitlines()
    assert printed[0] == "NVIDIA → OpenAI → Oracle → NVIDIA"
    assert printed[-1] == "1 circle"
    assert any("note: “The note says it too.”" in line for line in printed)
    assert ElementTree.parse(published / "ring.svg").getroot().tag == f"{SVG}svg"


def test_the_command_writes_json_for_other_tools(published: Path) -> None:
    (line,) = command(published, "--output", "json").stdout.splitlines()
    found = json.loads(line)
    assert found["companies"] == ["NVIDIA", "OpenAI", "Oracle", "NVIDIA"]
    assert found["edges"][1]["deals"][0]["amount"]["value"] == 300 * BILLION


def test_the_command_tells_what_it_cannot_do(published: Path) -> None:
    ran = command(published, "--svg", str(published / "no" / "ring.svg"))
    assert ran.returncode == 2
    assert "No such file" in ran.stderr
    assert command(published / "nowhere").returncode == 1
