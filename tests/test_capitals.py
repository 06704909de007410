"""Names in Latin letters: exact spans, lists that contradict each other are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.annotate.firms.capitals import CapitalFinder, CapitalRules, find_capitalized
from pipeline.rules.loading import RuleError, load
from pipeline.settings import OURS

HOSTILE = [
    "A " * 10_000, "A" * 20_000, "Inc. " * 4_000, "A&" * 8_000, "(" * 20_000, "Aa (" * 5_000, "O'" * 9_000,
    "A." * 9_000, "Bank of " * 3_000, "Oil and " * 3_000, 'Acme ("' * 3_000, "Acme (NYSE: " * 2_000,
    "PARIS, " * 4_000, "Paris -- May 3, " * 2_000, "/Ab/ " * 4_000, "“A” (" * 4_000, "A-B " * 6_000, "of Bank " * 3_000,
]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh", "de"])
@given(text=st.text(alphabet="ABCabc.,&'’()\"“” -华团集Inc12é\n", max_size=60))
def test_a_name_is_the_characters_it_points_at(language: str, text: str) -> None:
    end = 0
    for found in find_capitalized(text, 0, len(text), language):
        assert text[found.start : found.end] == found.text
        assert found.start >= end, "names do not overlap"
        end = found.end


def test_only_the_stretch_asked_for_is_read() -> None:
    text = "Acme Corp. sold it. Beta Holdings bought it. Gamma Inc. paid."
    start, end = text.index("Beta"), text.index(" Gamma")
    assert [found.text for found in find_capitalized(text, start, end, "en")] == ["Beta Holdings"]


def test_a_word_written_small_nearby_is_no_name_where_it_opens_a_sentence() -> None:
    text = "Widgets sell. The plant makes widgets."
    assert find_capitalized(text, 0, 13, "en") == []
    assert [found.text for found in find_capitalized("Zapier sells. The plant.", 0, 13, "en")] == ["Zapier"]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:8])
def test_in_hostile_repetition_a_name_is_the_characters_it_points_at(text: str) -> None:
    for found in find_capitalized(text, 0, len(text), "en"):
        assert text[found.start : found.end] == found.text


def test_a_word_in_two_lists_that_contradict_is_refused(tmp_path: Path) -> None:
    ours = OURS / "languages" / "en" / "companies.toml"
    broken = tmp_path / "companies.toml"
    broken.write_text(ours.read_text("utf-8").replace("generic = [", "generic = ['Bank', ", 1), "utf-8")
    with pytest.raises(RuleError, match=r"companies\.toml: 'Bank' is both a trade and generic"):
        CapitalFinder(load(broken, CapitalRules), broken)
