"""Words and their meanings, found in any case and never lost between the pattern and the dictionary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.letters import fold_letters
from pipeline.text.lexicon import Lexicon, words_of

SIDES: Lexicon[str] = Lexicon(
    {"in talks": "talks", "as": "like", "in": "place", "100k": "sum", "收购": "buy", "收": "take"}
)


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("IN TALKS", ["talks"]),
        ("İn talks", ["talks"]),
        ("ın talks", ["talks"]),
        ("aſ", ["like"]),
        ("100\u212a", ["sum"]),
        ("main gas task", []),
        ("收购与收", ["buy", "take"]),
        ("他在in收购", ["place", "buy"]),
    ],
)
def test_words_mean_the_same_however_they_are_written(text: str, meanings: list[str]) -> None:
    assert [found.meaning for found in SIDES.find(text)] == meanings


def test_a_place_is_that_of_the_text_as_it_stands() -> None:
    text = "İİ İn Talks"
    [found] = SIDES.find(text)
    assert text[found.start : found.end] == "İn Talks"
    assert SIDES.at(text, 3) == found
    assert SIDES.at(text, 4) is None
    assert SIDES.first(text, 4) is None


def test_unbounded_words_stand_inside_longer_ones() -> None:
    assert [found.start for found in words_of(["ab"], bounded=False).find("xabab")] == [1, 3]
    assert list(words_of(["ab"]).find("xabab")) == []


def test_a_lexicon_without_words_finds_nothing() -> None:
    assert not words_of([])
    assert list(words_of([]).find("anything")) == []


@given(st.text(st.characters(max_codepoint=0x2200)))
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold_letters(text)) == len(text)
    assert fold_letters(fold_letters(text)) == fold_letters(text)


@given(st.text(st.sampled_from("iİıIsſSkK\u212aKaA收 "), min_size=1), st.text(st.sampled_from("iİıIsſSkK\u212aKaA收 ")))
def test_whatever_is_found_has_its_meaning(word: str, text: str) -> None:
    for found in Lexicon({word: 1}, bounded=False).find(text + word):
        assert found.meaning == 1
