"""The examples beside the rules are the specification: a sentence, and exactly what it yields, including nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.proof.examples import TOPICS, Example, example, examples, read, yields
from pipeline.rules.loading import RuleError

EXAMPLES = examples()


def cases() -> list[Any]:
    """Return every example as a test case; a gap is a case that must fail until it closes."""
    return [_case(each) for each in EXAMPLES]


def _case(told: Example) -> Any:
    marks = [pytest.mark.xfail(reason=told.gap, strict=True)] if told.gap else []
    path, _, number = told.place.rpartition(": example ")
    return pytest.param(told, marks=marks, id=f"{Path(path).parent.name}/{Path(path).name.split('.')[0]}/{number}")


@pytest.mark.parametrize("told", cases())
def test_an_example_yields_exactly_what_it_says(told: Example) -> None:
    assert yields(told) == told.expected


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_examples(topic: str) -> None:
    assert any(each.topic == topic for each in EXAMPLES)


def test_an_example_of_an_unknown_topic_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"example 1: needs a text and one of"):
        example(tmp_path / "amounts.examples.toml", 1, {"text": "以36.57亿元收购", "amonts": []})


def test_a_deal_with_an_unknown_field_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"example 2: a deal has no \['buyer'\]; it has"):
        example(tmp_path / "deals.examples.toml", 2, {"text": "甲收购乙", "deals": [{"buyer": ["甲"]}]})


def test_a_file_that_holds_anything_but_examples_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "amounts.examples.toml"
    path.write_text("[[exmaple]]\ntext = 'x'\namounts = []\n", "utf-8")
    with pytest.raises(RuleError, match=r"holds \['exmaple'\]"):
        read(path)
