"""Knows the words around numbers, of one language and of English: qualifiers, ranges, lists, ordinals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from pipeline.annotate.numbers.folding import is_letter
from pipeline.annotate.numbers.number_rules import NumberRules
from pipeline.annotate.numbers.spelling import spell_all
from pipeline.models import Qualifier

REACH = 32  # characters: the longest phrase of the data, with room for the spaces beside it
BREAKS = frozenset(".,;:!?)]}\"'”’。、》」』】")

Fold = Callable[[str], str]
Meaning = TypeVar("Meaning")


class Phrases(Generic[Meaning]):
    """Phrases, folded, and what each means; the longest that fits counts."""

    def __init__(self, tables: Iterable[Mapping[Meaning, Sequence[str]]], fold: Fold) -> None:
        self.meanings: dict[str, Meaning] = {}
        for meaning, words in ((meaning, words) for table in tables for meaning, words in table.items()):
            for word in spell_all(tuple(words)):
                self.meanings.setdefault(fold(word), meaning)
        self.all = tuple(self.meanings)
        self.lengths = sorted({len(phrase) for phrase in self.meanings}, reverse=True)

    def before(self, text: str, end: int, floor: int = 0) -> tuple[int, Meaning] | None:
        """Return where the phrase begins that ends right before `end`, spaces aside, and what it means."""
        if not self.all:
            return None
        base = max(floor, end - REACH)
        head = text[base:end].rstrip(" ")
        if not head.endswith(self.all):
            return None
        for length in self.lengths:
            at = len(head) - length
            if at >= 0 and head[at:] in self.meanings and not (at and is_letter(head[at]) and is_letter(head[at - 1])):
                return base + at, self.meanings[head[at:]]
        return None

    def after(self, text: str, start: int) -> tuple[int, Meaning] | None:
        """Return where the phrase ends that begins right at `start`, spaces aside, and what it means."""
        rest = text[start : start + REACH].lstrip(" ")
        if not rest.startswith(self.all):
            return None
        at = start + len(text[start : start + REACH]) - len(rest)
        for length in self.lengths:
            phrase, tail = rest[:length], rest[length : length + 1]
            if phrase in self.meanings and not (tail and is_letter(phrase[-1]) and is_letter(tail)):
                return at + length, self.meanings[phrase]
        return None


class NumberAround(NamedTuple):
    """What may stand around a number."""

    qualifiers: Phrases[Qualifier]
    before_scale: Phrases[Qualifier]
    qualifiers_after: Phrases[Qualifier]
    to: Phrases[None]
    between: Phrases[str]
    neighbours: Phrases[None]
    changes: Phrases[None]
    kept: Phrases[None]
    lists: Phrases[None]
    ordinals: Phrases[None]


def number_around(rules: Sequence[NumberRules], fold: Fold) -> NumberAround:
    """Return the phrases of these languages; where they differ, the first one's meanings stand."""
    ranges = [each.ranges for each in rules]
    return NumberAround(
        qualifiers=Phrases((each.qualifiers for each in rules), fold),
        before_scale=Phrases((each.qualifiers_before_scale for each in rules), fold),
        qualifiers_after=Phrases((each.qualifiers_after for each in rules), fold),
        to=Phrases(({None: each.to} for each in ranges), fold),
        between=Phrases(({fold(second): (first,)} for each in ranges for first, second in each.between.items()), fold),
        neighbours=Phrases(({None: each.neighbours} for each in ranges), fold),
        changes=Phrases(({None: each.changes} for each in ranges), fold),
        kept=Phrases(({None: each.kept} for each in ranges), fold),
        lists=Phrases(({None: each.lists} for each in ranges), fold),
        ordinals=Phrases(({None: each.ordinals} for each in rules), fold),
    )


def ends_phrase(text: str, at: int) -> bool:
    """Return whether nothing more is said at `at`: a mark, a line's end or the text's."""
    rest = text[at : at + 3].lstrip(" ")
    return not rest or rest[0] == "\n" or rest[0] in BREAKS
