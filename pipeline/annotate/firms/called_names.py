"""Names of everyday words between what says that a firm is meant and what it does: 社区电商平台|邻里优选|宣布."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.annotate.firms.han_rules import HanVocabulary, either
from pipeline.text import scripts
from pipeline.text.compiled import compiled
from pipeline.text.words import words

LEAST, MOST = 2, 8  # characters of such a name; from the zh examples
FUNCTION_TAGS = frozenset("pcudrmtfqy")
"""The segmenter's tags, by their first letter, of words that stand in no name."""
Range = tuple[int, int]


class CalledNames:
    """Finds the names that what stands before and behind them leaves no doubt of."""

    def __init__(self, vocabulary: HanVocabulary) -> None:
        data = vocabulary.data
        letters = rf"[{scripts.HAN}A-Za-z0-9]"
        self.pattern = compiled(
            rf"(?:{either(data.called_by)})[“「\"『]?({letters}{{{LEAST},{MOST}}}?)[”」\"』]?(?={either(data.called_acts)})"
        )
        self.first = compiled(either(data.called_by))
        owning = f"(?:{either(data.owning)})?"
        self.bought = compiled(
            rf"(?:{either(data.called_bought)})[“「\"『]?({letters}{{{LEAST},{MOST}}}?)[”」\"』]?"
            rf"(?=\s?{owning}\d[\d.]{{0,6}}%{owning}(?:{either(data.shares)}))"
        )
        described = either([*vocabulary.descriptors, *data.relations])
        self.no_name = re.compile(f"[{data.surnames}].{{1,2}}|.*(?:{described})")
        """A person, or who is only described: 甲乙母公司."""
        self.joints = frozenset(data.joints)
        self.not_in = vocabulary.stop | vocabulary.descriptors | frozenset(data.titles)
        self.not_first = tuple(data.not_first)
        self.not_last = tuple(data.not_last)
        self.function = frozenset(data.function) - vocabulary.soft

    def find(self, text: str, start: int, end: int, known: Sequence[Range]) -> list[Range]:
        """Return where the names of a stretch of text stand, outside the known spans."""
        found = []
        for match in self.pattern.finditer(text, start, end):
            first, last = match.span(1)
            inner = [each for each in self.first.finditer(text, first, last) if each.end() < last]
            first = inner[-1].end() if inner else first  # 公司旗下平台|甲乙宣布
            if last - first >= LEAST and self._is_name(text, first, last, known):
                found.append((first, last))
        return sorted([*found, *self._bought(text, start, end, known)])

    def _bought(self, text: str, start: int, end: int, known: Sequence[Range]) -> Iterator[Range]:
        """Yield the names that a verb before and a stake behind leave no doubt of: 收购|开封碳素|100%股权."""
        for match in self.bought.finditer(text, start, end):
            first, last = match.span(1)
            if not self.no_name.fullmatch(match[1]) and self._is_name(text, first, last, known):
                yield first, last

    def _is_name(self, text: str, first: int, last: int, known: Sequence[Range]) -> bool:
        name = text[first:last]
        if any(start < last and first < end for start, end in known):
            return False
        if name.startswith(self.not_first) or name.endswith(self.not_last) or name[0] in self.function:
            return False
        inner = words(text, first, last)
        coined = all(len(word.text) == 1 for word in inner)
        joints = self.joints if coined else frozenset()  # 亲|和|源
        return not any(
            (len(word.text) > 1 and word.text in self.not_in)
            or (word.tag[0] in FUNCTION_TAGS and len(word.text) < len(name) and word.text not in joints)
            for word in inner
        )
