"""Shares of companies, quantities and rounds: exact spans, data that is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.annotate.numbers.reader import number_reader
from pipeline.annotate.values.quantities import find_quantities
from pipeline.annotate.values.rounds import find_rounds
from pipeline.annotate.values.stakes import find_stakes
from pipeline.models import Span
from pipeline.rules.knowledge import Knowledge
from pipeline.rules.loading import RuleError
from pipeline.settings import OURS, Settings
from pipeline.text.conversion import simplify

FINDERS: dict[str, Callable[[str, str], Sequence[Span]]] = {
    "stakes": find_stakes,
    "quantities": find_quantities,
    "rounds": find_rounds,
}
HOSTILE = [
    "1" * 20_000, "10%" * 7_000, "一" * 20_000, "百分之" * 7_000, "1," * 10_000, "占公司总股本的" * 3_000 + "1%",
    "10% of the " * 2_000, "about " * 4_000 + "10%", "1万亿" * 6_000 + "股", "Series " * 3_000, "A、" * 8_000 + "轮",
    "5块" + "英" * 20_000 + "芯片", "股" * 20_000,
]  # fmt: skip


@pytest.mark.parametrize("finder", FINDERS)
@pytest.mark.parametrize("language", ["zh", "zh-Hant", "en"])
@given(text=st.text(alphabet="019.,%％股权份约万亿 ofstake三成百分之至-AB轮GW块芯片", max_size=50))
def test_what_is_found_is_the_characters_it_points_at(finder: str, language: str, text: str) -> None:
    for found in FINDERS[finder](text, language):
        assert text[found.start : found.end] == found.text


@pytest.mark.parametrize("finder", FINDERS)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:8])
def test_in_hostile_repetition_what_is_found_is_the_characters_it_points_at(
    finder: str, language: str, text: str
) -> None:
    for found in FINDERS[finder](text, language):
        assert text[found.start : found.end] == found.text


@pytest.mark.parametrize("finder", FINDERS)
def test_a_language_without_rules_has_none(finder: str) -> None:
    assert list(FINDERS[finder]("10%股权 A轮 6吉瓦", "und")) == []


@pytest.mark.parametrize(
    ("language", "said", "value"),
    [
        ("zh", "一千二百", "1200"),
        ("zh", "三亿五千万", "350000000"),
        ("zh", "5千万", "50000000"),
        ("zh", "十二", "12"),
        ("zh", "一亿半", "150000000"),
        ("en", "1.5 million", "1500000"),
        ("en", "twenty-five", "25"),
        ("en", "two hundred", "200"),
        ("en", "3 dozen", "36"),
        ("en", "three quarters of a billion", "750000000"),
    ],
)
def test_a_figure_reads_as_its_number(language: str, said: str, value: str) -> None:
    (number,) = number_reader(language).find(said)
    assert (number.value, number.start, number.end) == (Decimal(value), 0, len(said))


@pytest.mark.parametrize(
    ("text", "value", "low", "high", "qualifier"),
    [
        ("3 to 5 million chips", None, 3_000_000, 5_000_000, "range"),
        ("several million chips", None, 1_000_000, 9_000_000, "order-of-magnitude"),
        ("up to 500 chips", 500, None, 500, "up-to"),
        ("500 chips or more", 500, 500, None, "at-least"),
        ("500 chips", 500, None, None, "exact"),
    ],
)
def test_a_quantity_has_the_bounds_that_its_words_tell(
    text: str, value: int | None, low: int | None, high: int | None, qualifier: str
) -> None:
    (quantity,) = find_quantities(text, "en")
    assert (quantity.text, quantity.value, quantity.low, quantity.high) == (text, value, low, high)
    assert quantity.qualifier == qualifier


def test_a_stake_has_the_bounds_that_its_words_tell() -> None:
    stakes = find_stakes(
        "It bought up to 30% of the shares, then at least 40% of the shares, 5% to 7% of the shares.", "en"
    )
    assert [(stake.percent, stake.low, stake.high) for stake in stakes] == [(30, None, 30), (40, 40, None), (7, 5, 7)]


@pytest.mark.parametrize(
    ("topic", "rules", "message"),
    [
        ("rounds", "gate = 'x'\n[[rules]]\npattern = '('\nvalue = 'a'", "mend the pattern"),
        ("stakes", "signs = ['%']\nsurely = ['{equity}']\njoin = ','", "no part is called 'equity'"),
        ("quantities", "counter = '('\n[units]\nGW = ['GW']\n[things]", "mend the pattern"),
        ("quantities", "counter = ''\n[unit]\nGW = ['GW']\n[things]", "unit"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_used_are_refused_by_name(topic: str, rules: str, message: str, tmp_path: Path) -> None:
    folder = tmp_path / "xx"
    folder.mkdir()
    (folder / f"{topic}.toml").write_text(rules, "utf-8")
    known = Knowledge.load(Settings(languages=tmp_path))
    with pytest.raises(RuleError, match=rf"{topic}\.toml") as refused:
        FINDERS[topic]("10% x", "xx", known)
    assert message in str(refused.value)


@pytest.mark.parametrize("name", ["numbers", "amounts", "stakes", "quantities", "rounds"])
def test_rules_that_read_simplified_text_hold_no_traditional_character(name: str) -> None:
    rules = (OURS / "languages" / "zh" / f"{name}.toml").read_text("utf-8")
    assert [(line, simplify(line)) for line in rules.splitlines() if line != simplify(line)] == []
