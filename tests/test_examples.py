"""The examples beside the rules are the specification: a sentence, and exactly what it yields, including nothing.

A topic is one line of TOPICS: the key an example asks for, and the function that reads the sentence and returns
what it found in the notation the examples use.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipeline.models import Amount, Stake
from pipeline.names import NameIndex
from pipeline.rules import RuleError, folders, read_toml


def amounts(text: str, language: str, published: str | None) -> list[str]:
    from pipeline.annotate.amounts import find_amounts

    return [amount_notation(amount) for amount in find_amounts(text, language, published=published)]


def amount_notation(amount: Amount) -> str:
    """Return an amount as the examples write it: `up-to 100000000000 USD /year`, `?` where no currency is said."""
    figure = f"{amount.value:f}" if amount.value is not None else ""
    if amount.qualifier in ("range", "order-of-magnitude"):
        figure = f"{amount.low:f}..{amount.high:f}"
    qualifier = [] if amount.qualifier == "exact" else [amount.qualifier]
    per = [f"/{amount.per}"] if amount.per else []
    return " ".join([*qualifier, figure, amount.currency or "?", *per])


def dates(text: str, language: str, published: str | None) -> list[str]:
    from pipeline.annotate.dates import find_dates

    return [date.value or "?" for date in find_dates(text, language, published)]


def stakes(text: str, language: str, published: str | None) -> list[str]:
    from pipeline.annotate.stakes import find_stakes

    return [stake_notation(stake) for stake in find_stakes(text, language)]


def stake_notation(stake: Stake) -> str:
    """Return a stake as the examples write it: `up-to 10`, `range 3..5`, in percent."""
    figure = f"{stake.low:f}..{stake.high:f}" if stake.qualifier == "range" else f"{stake.percent:f}"
    return figure if stake.qualifier == "exact" else f"{stake.qualifier} {figure}"


def quantities(text: str, language: str, published: str | None) -> list[str]:
    from pipeline.annotate.quantities import find_quantities

    return [
        f"{'' if found.qualifier == 'exact' else found.qualifier + ' '}{found.value:f} {found.unit}"
        for found in find_quantities(text, language)
    ]


def rounds(text: str, language: str, published: str | None) -> list[str]:
    from pipeline.annotate.rounds import find_rounds

    return [found.value for found in find_rounds(text, language)]


def companies(text: str, language: str, published: str | None) -> list[str]:
    from pipeline.normalize import fold

    return [hit.companies[0].name for hit in name_index().find(fold(text))]


@cache
def name_index() -> NameIndex:
    """Return the index of our tables."""
    from pipeline import tables
    from pipeline.normalize import fold

    return NameIndex.build(tables.companies(), fold)


def capitals(text: str, language: str, published: str | None) -> list[str]:
    from pipeline.annotate.capitals import find_capitalized

    return [
        f"{'' if found.strength == 'strong' else '~'}{found.text}{f' = {found.alias}' if found.alias else ''}"
        for found in find_capitalized(text, 0, len(text), language)
    ]


TOPICS: dict[str, Callable[[str, str, str | None], list[str]]] = {
    "amounts": amounts,
    "dates": dates,
    "stakes": stakes,
    "quantities": quantities,
    "rounds": rounds,
    "capitals": capitals,
    "companies": companies,
}

DETAILS = {"text", "language", "published", "gap"}


def examples() -> list[Any]:
    """Return every example of every language as a test case; a gap is a case that must fail until it closes."""
    cases = [case for folder in folders() for path in sorted(folder.glob("*.examples.toml")) for case in _cases(path)]
    if not cases:
        raise RuleError(f"no *.examples.toml in {[str(folder) for folder in folders()]}")
    return cases


def _cases(path: Path) -> list[Any]:
    rows = read_toml(path)
    if set(rows) != {"example"}:
        raise RuleError(f"{path}: holds {sorted(rows)}; an examples file holds [[example]] tables and nothing else")
    return [_case(path, number, row) for number, row in enumerate(rows["example"], 1)]


def _case(path: Path, number: int, row: dict[str, Any]) -> Any:
    place = f"{path}: example {number}"
    topics = [key for key in row if key not in DETAILS]
    if len(topics) != 1 or topics[0] not in TOPICS or not isinstance(row.get("text"), str):
        raise RuleError(f"{place}: needs a text and one of {sorted(TOPICS)}; it has {sorted(row)}")
    marks = [pytest.mark.xfail(reason=row["gap"], strict=True)] if "gap" in row else []
    language = row.get("language", path.parent.name)
    values = (topics[0], row["text"], language, row.get("published"), row[topics[0]])
    return pytest.param(*values, marks=marks, id=f"{path.parent.name}/{topics[0]}/{number}")


EXAMPLES = examples()


@pytest.mark.parametrize(("topic", "text", "language", "published", "expected"), EXAMPLES)
def test_an_example_yields_exactly_what_it_says(
    topic: str, text: str, language: str, published: str | None, expected: list[str]
) -> None:
    assert TOPICS[topic](text, language, published) == expected


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_examples(topic: str) -> None:
    assert any(case.values[0] == topic for case in EXAMPLES)


def test_an_example_of_an_unknown_topic_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"example 1: needs a text and one of"):
        _case(tmp_path / "amounts.examples.toml", 1, {"text": "以36.57亿元收购", "amonts": []})
