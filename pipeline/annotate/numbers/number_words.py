"""Gathers the words figures are told in, of all languages, one language's own meanings first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from pipeline.annotate.numbers.number_rules import NumberRules
from pipeline.annotate.numbers.numerals import Meaning, NumberWords
from pipeline.annotate.numbers.spelling import spell_all, without_accents
from pipeline.annotate.numbers.tally import SCALES, FigureToken, Kind, add_up
from pipeline.rules.common_tables import Scales
from pipeline.text.compiled import compiled

LONGEST_COMPOUND = 60
TEN = Decimal(10)

Fold = Callable[[str], str]


def number_words(
    rules: Sequence[NumberRules], fold: Fold, decimal: str, unknown: Scales, *, known: bool
) -> NumberWords:
    """Return the number words of these languages; the barred ones of a language `known` to be the text's stay out."""
    words: dict[str, Meaning] = {}
    letters: dict[str, Meaning] = {}
    pieces: dict[str, Meaning] = {}
    barred = {fold(word) for word in spell_all(rules[0].not_numbers)} if known else set()
    for each in rules:
        meant = dict(meanings(each, fold))
        if each.joined:
            pieces |= {word: meaning for word, meaning in meant.items() if word.isalpha() and word not in pieces}
        for word, meaning in meant.items():
            if each is rules[0] or word not in barred or meaning.kind == "number":
                words.setdefault(word, meaning)
        for figure, names in each.letters.items():
            for name in spell_all(names):
                letters.setdefault(fold(name), Meaning("scale", Decimal(figure)))
    if known:
        words |= singulars(words, rules, fold)
    compound = lru_cache(maxsize=2048)(Compounds(pieces).read)
    return NumberWords(
        words,
        letters,
        compound,
        decimal,
        rules[0].space_groups,
        frozenset(barred),
        unknown_scales(unknown, fold),
        zeros="".join(dict.fromkeys("".join(each.zeros for each in rules))),
        ones=next((each.digits for each in rules if each.digits), ""),
    )


def singulars(words: Mapping[str, Meaning], rules: Sequence[NumberRules], fold: Fold) -> dict[str, Meaning]:
    """Return the first language's scales that in the singular may be another language's, with what they are there."""
    singular = rules[0].singular
    meant: dict[str, Meaning] = {}
    for word in map(fold, spell_all(singular.words)):
        others = (other for each in rules[1:] for said, other in meanings(each, fold) if said == word)
        other = next((meaning for meaning in others if meaning.kind in SCALES), None)
        if other:
            meant[word] = words[word]._replace(otherwise=other.value, below=singular.below)
    return meant


def unknown_scales(unknown: Scales, fold: Fold) -> re.Pattern[str]:
    """Return the pattern of a word behind a figure that may be a scale of a language nobody knows here."""
    words = sorted({fold(word) for word in spell_all(unknown.words)}, key=len, reverse=True)
    return compiled(rf" ?(?:{unknown.like}|{'|'.join(map(re.escape, words))})(?![^\W\d_])")


def meanings(rules: NumberRules, fold: Fold) -> Iterator[tuple[str, Meaning]]:
    """Yield each word of a language and what it says in a figure."""
    figures: dict[Kind, dict[str, tuple[str, ...]]] = {
        "number": rules.numbers, "base": rules.bases, "multiplier": rules.multipliers, "scale": rules.scales,
        "plural": rules.plurals, "fraction": rules.parts,
    }  # fmt: skip
    lists: dict[Kind, tuple[str, ...]] = {
        "join": rules.joins, "of": rules.of, "article": rules.articles, "several": rules.several,
        "more": rules.more, "point": rules.point, "measure": rules.measures,
    }  # fmt: skip
    for kind, table in figures.items():
        for figure, words in table.items():
            yield from ((fold(word), Meaning(kind, Decimal(figure))) for word in spell_all(words))
    for kind, words in lists.items():
        yield from ((fold(word), Meaning(kind)) for word in spell_all(words))


class Compounds:
    """Reads numbers that are one word: fünfundvierzig, duecentocinquanta, honderdvijftig."""

    def __init__(self, pieces: Mapping[str, Meaning]) -> None:
        self.pieces = pieces
        self.longest = max(map(len, pieces), default=0)
        self.starts = {piece[:2] for piece in pieces}

    def read(self, word: str) -> Meaning | None:
        """Return the number a word tells, or None."""
        if len(word) > LONGEST_COMPOUND or word[:2] not in self.starts:
            return None
        parts = self._split(without_accents(word))
        if parts is None or parts[0].kind == "join":
            return None
        value = add_up([FigureToken(part.kind, part.value, 0, 0) for part in tens_after_units(parts)])
        return None if value is None else Meaning("number", value)

    def _split(self, word: str) -> list[Meaning] | None:
        """Return the pieces that make up the whole word: the longest that leave a word that can be split too."""
        rests: list[list[Meaning] | None] = [None] * len(word) + [[]]
        for at in range(len(word) - 1, -1, -1):
            for end in range(min(len(word), at + self.longest), at, -1):
                rest = rests[end]
                if rest is not None and (piece := self.pieces.get(word[at:end])):
                    rests[at] = [piece, *rest]
                    break
        return rests[0]


def tens_after_units(parts: Sequence[Meaning]) -> list[Meaning]:
    """Return the parts with fünf·und·vierzig made one."""
    made: list[Meaning] = []
    for part in parts:
        if len(made) > 1 and made[-1].kind == "join" and made[-2].value < TEN and part.value in range(20, 100, 10):
            made[-2:] = [Meaning("number", made[-2].value + part.value)]
        else:
            made.append(part)
    return made
