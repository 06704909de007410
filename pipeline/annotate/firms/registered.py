"""Registered names in Han text: from the legal form at their end left to the next mark, marker or verb."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.annotate.firms.han_rules import HanVocabulary
from pipeline.text.words import HAN, Word

Row = Sequence[Word | None]  # the words of a sentence, None where a known firm stands
LONGEST_PLACE = 4  # characters; the segmenter takes some for persons
LONGEST = 20  # words of a registered name: the longest ones of the zh examples have 38 characters


def registered_runs(row: Row, vocabulary: HanVocabulary) -> dict[int, tuple[int, int] | None]:
    """Return the words of registered names by index; the last word's carries the name's range in the text."""
    runs: dict[int, tuple[int, int] | None] = {}
    for index, word in enumerate(row):
        if word is None or word.text not in vocabulary.registered:
            continue
        first = _first_word(row, index, runs, vocabulary)
        begin = row[first]
        if first < index and begin and word.end - begin.start > len(word.text) + 1:
            runs.update(dict.fromkeys(range(first, index)))
            runs[index] = (begin.start, word.end)
    return runs


def _first_word(row: Row, index: int, taken: dict[int, tuple[int, int] | None], vocabulary: HanVocabulary) -> int:
    """Return the index of the first word of the name that ends at `index`, without what describes it."""
    first = index
    while first > 0 and first - 1 not in taken and index - first < LONGEST:
        before = row[first - 1]
        if before and before.text in vocabulary.data.joints and first > 1 and _is_half(row[first - 2], vocabulary):
            first -= 2  # 盛和网络: half a word before 和 is no firm of its own
        elif first > 3 and _in_brackets(row[first - 3 : first], vocabulary):
            first -= 3
        elif before and (_belongs(before, vocabulary) or _is_trade(row, first - 1, vocabulary)):
            first -= 1
        else:
            break
    while first < index and (word := row[first]):
        following = row[first + 1]
        if first + 1 < index and following and word.text + following.text in vocabulary.descriptors:
            first += 2  # 萨摩亚|商|甲有限公司
        elif _is_before(word, following, vocabulary):
            first += 1
        else:
            break
    return first


def _is_before(word: Word, following: Word | None, vocabulary: HanVocabulary) -> bool:
    """Return whether a word only stands before a registered name: what describes it, or a verb with the name behind."""
    if word.text in vocabulary.descriptors:
        return True
    if word.text in vocabulary.soft and following is not None and following.tag == "ns" and len(following.text) > 1:
        return True  # 拟同|上海甲有限公司, (原|上海甲有限公司)
    verb = word.text in vocabulary.breaks and word.tag[0] == "v"
    return verb and following is not None and following.text not in vocabulary.inside


def _belongs(word: Word, vocabulary: HanVocabulary) -> bool:
    """Return whether a word left of a legal form still belongs to the registered name."""
    text, tag, data = word.text, word.tag, vocabulary.data
    if text in vocabulary.inside or text == "·" or tag == "eng":
        return True
    if text in vocabulary.soft:
        return True
    if text in vocabulary.breaks or tag[0] in "xpcurdt" or (tag[0] == "m" and text[0].isdigit()):
        return False
    if tag[0] == "v" and text in data.function:
        return False
    if text in vocabulary.descriptors:
        return text in data.kinds_inside
    return len(text) == 1 or tag[0] != "v"


def _is_half(word: Word | None, vocabulary: HanVocabulary) -> bool:
    if word is None or len(word.text) != 1:
        return False
    return HAN.match(word.text) is not None and word.text not in vocabulary.data.function


def _is_trade(row: Row, index: int, vocabulary: HanVocabulary) -> bool:
    """Return whether a verb is the trade of a registered name, for a place stands before it: 浙江省疏浚工程."""
    word, before = row[index], row[index - 1] if index else None
    if word is None or before is None or word.tag != "v":
        return False
    return word.text not in vocabulary.breaks and before.tag in ("ns", "nz")


def _in_brackets(row: Row, vocabulary: HanVocabulary) -> bool:
    """Return whether three words are a place or the like in brackets, inside a registered name: 甲乙(北京)科技."""
    first, inner, last = row
    if first is None or inner is None or last is None or first.text != "(" or last.text != ")":
        return False
    place = HAN.match(inner.text) and 1 < len(inner.text) <= LONGEST_PLACE and inner.text not in vocabulary.stop
    return bool(place) or inner.text in vocabulary.data.groups
