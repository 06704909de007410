"""Patterns for many words: what they match is what the words one beside the other would."""

import re

from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.alternation import alternation

LETTERS = "abé0甲乙.[-^ "
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=5), max_size=12)


def one_by_one(words: list[str], bounded: bool) -> str:
    def spelled(word: str) -> str:
        before = "(?<![a-z0-9é])" if bounded and word[0] in "abé0" else ""
        after = "(?![a-z0-9é])" if bounded and word[-1] in "abé0" else ""
        return before + re.escape(word) + after

    return "|".join(map(spelled, sorted(set(words), key=len, reverse=True))) or "(?!)"


@given(WORDS, st.text(LETTERS, max_size=30), st.booleans())
def test_the_longest_of_the_words_is_found_wherever_one_stands(words: list[str], text: str, bounded: bool) -> None:
    tree = re.compile(alternation(words, "a-z0-9é" if bounded else ""))
    assert [found.span() for found in tree.finditer(text)] == [
        found.span() for found in re.finditer(one_by_one(words, bounded), text)
    ]


def test_it_is_a_group_that_larger_patterns_may_repeat_or_leave_out() -> None:
    assert re.fullmatch(f"{alternation(['拟', '将'])}?收购", "收购")
    assert re.fullmatch(f"{alternation(['ab', 'a'])}+c", "aabac")


def test_no_word_matches_nothing() -> None:
    assert re.search(alternation([]), "anything") is None
