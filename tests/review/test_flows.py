"""The pages of flows: what a filter leaves, what an arrow opens, the file to take away, labels that cover nothing."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import combinations
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pipeline.circles.rings import find_circles
from pipeline.models import Amount, Deal, DealMention, MergedDeal, Party, Span
from pipeline.review import graph
from pipeline.review.flow_filter import FlowFilter, closed
from tests.review import world
from tests.review.window import Window

NAMES = [
    "NVIDIA",
    "OpenAI",
    "甲骨文公司",
    "A",
    "Harbor Freight Cloud Holdings (Cayman) Limited",
    "株式会社三菱UFJ銀行",
    "Oxbow",
    "ミ",
]


def paid(payer: str, receiver: str, value: int = 10**9, seen: str = "2025-09-23", **fields: Any) -> MergedDeal:
    """Return a deal in which one company pays another."""
    text = f"{payer} > {receiver}: {value}"
    span = {"start": 0, "end": len(text), "text": text}
    parties = tuple(Party(**span, role=role, name=name) for role, name in (("payer", payer), ("payee", receiver)))
    told = Deal(
        id=f"{payer}/{receiver}/{seen}", **{"kind": "investment", "status": "announced", **fields}, parties=parties,
        amount=Amount(**span, value=Decimal(value), currency="USD"), evidence=Span(**span), rule="x", confidence=0.9,
    )  # fmt: skip
    return world.merged_from(DealMention(document="one", deal=told, published=seen))


RING = [
    paid("Oxbow", "Kestrel", seen="2025-03-01"), paid("Kestrel", "Plover", seen="2025-06-01"),
    paid("Plover", "Oxbow", 5 * 10**9, seen="2025-09-01", kind="purchase"),
    paid("Heron", "Egret", 10**6, seen="2025-09-02", status="rumored"),
]  # fmt: skip


@given(some.lists(some.tuples(*[some.sampled_from(NAMES)] * 2, some.integers(1, 10**12)), max_size=70))
def test_no_label_covers_a_name_or_another_label(pairs: list[tuple[str, str, int]]):
    picture = graph.draw([paid(*pair, seen=f"2025-01-{place % 28 + 1:02d}") for place, pair in enumerate(pairs)], ())
    boxes = [(node.x, node.y, node.half, 15.0) for node in picture.nodes]
    labels = [(each.x, each.y, 3.2 * len(each.label), 6.0) for each in picture.arrows if each.label]
    for one, other in [*combinations(labels, 2), *((label, box) for label in labels for box in boxes)]:
        assert abs(one[0] - other[0]) >= one[2] + other[2] or abs(one[1] - other[1]) >= one[3] + other[3]
    for one, other in combinations(boxes, 2):
        assert abs(one[0] - other[0]) >= one[2] + other[2] or abs(one[1] - other[1]) >= 30


def test_a_few_arrows_are_all_labelled():
    assert all(arrow.label for arrow in graph.draw(RING, ()).arrows)


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ({}, 4),
        ({"company": "heron"}, 0),
        ({"company": "Heron"}, 1),
        ({"company": "Oxbow"}, 3),  # with the circle that it is in
        ({"kind": "purchase"}, 1),
        ({"status": "rumored"}, 1),
        ({"status": "denied"}, 0),
        ({"since": "2025-06"}, 3),
        ({"until": "2025-06"}, 2),
        ({"until": "2025"}, 4),
        ({"since": "2025-05", "until": "2025-08"}, 1),
        ({"least": "2000000000"}, 1),
        ({"company": "Oxbow", "kind": "purchase"}, 1),
    ],
)
def test_flows_are_filtered_by_company_time_kind_status_and_amount(query: dict[str, str], left: int):
    assert len(FlowFilter.of(query).flowing(RING, ())) == left


def test_a_circle_closes_with_its_last_step():
    (circle,) = find_circles(RING)
    assert closed(circle) == "2025-09"
    assert find_circles(FlowFilter.of({"until": "2025-08"}).flowing(RING, ())) == ()


def test_the_page_filters_and_steps_through_time(window: Window):
    page = window.get("/flows").text
    assert page.count("1 circle, ") >= 1
    assert 'data-key="["' in page
    assert "since <time>2025-09</time>" in page
    assert window.get("/flows?until=2025-08").text.count('class="node circle"') == 0
    assert window.get("/flows?company=輝達&least=1000000000").text.count('class="node circle"') == 3
    assert "Nothing flows that passes this filter" in window.get("/flows?company=nobody").text
    for wrong in ("kind=gift", "least=much", "zoom=9"):
        assert window.get(f"/flows?{wrong}").status_code == 400


def test_an_arrow_opens_its_deals_with_their_sentences(window: Window):
    page = window.get("/flows").text
    (address,) = set(re.findall(r'href="(/flow\?payer=nvidia&amp;receiver=openai[^"]*)"', page))
    opened = window.get(address.replace("&amp;", "&")).text
    assert "agreed to invest" in opened
    assert "輝達" in opened
    assert "/document/notes%2Fmemo.md?start=" in opened
    assert window.get("/flow?payer=openai&receiver=nvidia").status_code == 404


def test_the_picture_to_take_away_is_a_file_of_its_own(window: Window):
    answer = window.get("/flows.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "attachment" in answer.headers["content-disposition"]
    tree = ElementTree.fromstring(answer.text)
    texts = [each.text for each in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert {"NVIDIA", "OpenAI", "Oracle"} <= set(texts)
    names = {each.tag.partition("}")[2] for each in tree.iter()}
    assert names == {"svg", "title", "rect", "g", "path", "polygon", "text"}
    assert "class=" not in answer.text
    smaller = ElementTree.fromstring(window.get("/flows.svg?company=Quayside").text)
    assert len(list(smaller.iter())) < len(list(tree.iter()))
