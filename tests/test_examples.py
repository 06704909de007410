"""The examples beside the rules are the specification: a sentence, and exactly what it yields, including nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from pipeline.proof.examples import TOPICS, Example, example, examples, read, yields
from pipeline.rules.loading import RuleError

EXAMPLES = examples()
FILES = {file: list(of_file) for file, of_file in groupby(EXAMPLES, lambda each: each.place.rpartition(": ")[0])}


def unlike(told: Example) -> Iterator[str]:
    """Yield how an example is not as it says it is: a gap is one that must not be met until it closes."""
    try:
        found = yields(told)
    except Exception as error:
        error.add_note(f"{told.place}: {told.text!r}")
        raise
    if told.gap and found == told.expected:
        yield f"{told.place}: the gap is closed ({told.gap}): {told.text!r}"
    elif not told.gap and found != told.expected:
        yield f"{told.place}: {told.text!r}\n  yields {found}\n  not    {told.expected}"


@pytest.mark.parametrize("told", FILES.values(), ids=["/".join(Path(file).parts[-2:]) for file in FILES])
def test_every_example_of_a_file_yields_exactly_what_it_says(told: list[Example]) -> None:
    wrong = [line for each in told for line in unlike(each)]
    assert not wrong, "\n".join(wrong)


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
