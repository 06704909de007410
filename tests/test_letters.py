"""Letters that a pattern takes for one are one in the dictionary, and no letter moves."""

from __future__ import annotations

import re
import sys
from functools import cache

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.proof.examples import TOPICS, examples
from pipeline.text.letters import fold_letters


@cache
def cased() -> str:
    """Return every letter that has a case."""
    letters = map(chr, range(sys.maxunicode + 1))
    return "".join(c for c in letters if c != c.lower() or c != c.upper() or c != c.casefold())


def test_letters_that_ignorecase_takes_for_one_are_folded_to_one() -> None:
    letters = cased()
    assert len(letters) > 2000
    apart = [
        (letter, other)
        for letter in letters
        for other in re.findall(re.escape(letter), letters, re.IGNORECASE)
        if fold_letters(letter) != fold_letters(other)
    ]
    assert not apart


@given(st.deferred(lambda: st.text(st.sampled_from(cased() + "İıſK aΣ一"))))
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
