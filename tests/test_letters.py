"""Letters that a pattern takes for one are one in the dictionary, and no letter moves."""

from __future__ import annotations

import re
import sys

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.proof.examples import TOPICS, examples
from pipeline.text.letters import fold_letters

CASED = "".join(c for c in map(chr, range(sys.maxunicode + 1)) if len({c, c.lower(), c.upper(), c.casefold()}) > 1)


def test_letters_that_ignorecase_takes_for_one_are_folded_to_one() -> None:
    assert len(CASED) > 2000
    apart = [
        (letter, other)
        for letter in CASED
        for other in re.findall(re.escape(letter), CASED, re.IGNORECASE)
        if fold_letters(letter) != fold_letters(other)
    ]
    assert not apart


@given(st.text(st.sampled_from(CASED + "İıſK aΣ一")))
def test_folding_moves_no_letter(text: str) -> None:
    folded = fold_letters(text)
    assert len(folded) == len(text)
    assert folded == "".join(map(fold_letters, text))
    assert fold_letters(folded) == folded


SAME = str.maketrans({"i": "ı", "I": "İ", "s": "ſ", "k": "\u212a", "μ": "µ", "ς": "σ"})
"""Letters for which IGNORECASE takes another."""


@pytest.mark.parametrize("topic", TOPICS)
def test_no_reader_loses_a_text_over_a_letter_that_only_a_pattern_knows(topic: str) -> None:
    told = [example for example in examples() if example.topic == topic]
    for each in told:
        text = each.text.translate(SAME)
        TOPICS[topic](msgspec.structs.replace(each, text=text))
