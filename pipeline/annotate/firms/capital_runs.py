"""Runs of capitalised words that may be a name: where they begin, and how far they go."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.annotate.firms.capital_context import Context
from pipeline.annotate.firms.capital_lists import Lists
from pipeline.annotate.firms.capital_words import DOMAIN, CapitalLine, CapitalWord

MAX_WORDS = 14  # of a name; the longest of the examples has nine
GLUED = re.compile(r"\d[\d.,]*$")
"""The number that a broken page leaves hanging on a word: December31."""
OPENS = re.compile(r"(?:^|[.!?:•\n]|[.!?]?[\"”“’)])\s*$")
CONTRACTED = re.compile(r"[’'](?:ve|ll|re|d|m|t)$")
SMALL = re.compile(r"[a-zà-ÿ]{4,}|\d{1,2}[a-zà-ÿ]{1,12}\d?")
"""trivago, 4imprint, 8x8."""
STOPPED = re.compile(r"(?:^|[.!?][\"”’)]?)\s*$")
NUMBER = re.compile(r"\d{1,3}")
ORDINAL = re.compile(r"\d{1,3}(?:st|nd|rd|th)|\d[A-Z]")
"""22nd Century Group, 4E Exchange."""


class CapitalRuns:
    """Finds runs by the lists of one `companies.toml`."""

    def __init__(self, lists: Lists, context: Context) -> None:
        self.lists = lists
        self.acts, self.is_subject = context.acts_alone, context.is_subject

    def find(self, text: str, line: CapitalLine) -> Iterator[tuple[int, int]]:
        """Yield the first and last word of each run that may be a name."""
        at = 0
        while at < len(line.words):
            if self._numbered(text, line, at):
                last = self._last(text, line, at + 1)
                yield at, last
                at = last + 1
                continue
            if not self._opens(line, at) and not self._small(text, line, at):
                at += 1
                continue
            last = self._last(text, line, at)
            yield at, last
            at = last + 1

    def _numbered(self, text: str, line: CapitalLine, at: int) -> bool:
        """Return whether a number begins a name whose form tells it: 365 Data Centers, 22nd Century Group."""
        word = line.words[at]
        opens = opens_sentence(text, word, line)
        if not ((opens and NUMBER.fullmatch(word.text)) or ORDINAL.fullmatch(word.text)) or at + 1 == len(line.words):
            return False
        if text[word.end : line.words[at + 1].start] != " " or not self._opens(line, at + 1):
            return False
        last = self._last(text, line, at + 1)
        acts = opens and self.acts(text, line.words[last].end)
        return self.lists.formed(line.words[at : last + 1]) or acts or (opens and last > at + 1 and not line.headline)

    def _small(self, text: str, line: CapitalLine, at: int) -> bool:
        """Return whether a small word opens a text or a sentence as only a name does: letgo, an app for."""
        word = line.words[at]
        if at or word.capital or word.start != line.start or not SMALL.fullmatch(word.text):
            return False
        if not STOPPED.search(text, max(0, word.start - 8), word.start) or word.text.capitalize() in self.lists.hollow:
            return False
        return self.is_subject(text, word.end)

    def _opens(self, line: CapitalLine, at: int) -> bool:
        word = line.words[at]
        return word.capital and not self._ends_names(line, word) and word.text not in self.lists.roles

    def _ends_names(self, line: CapitalLine, word: CapitalWord) -> bool:
        said = word.text.capitalize() if line.shouted else word.text
        if said in self.lists.enders or GLUED.sub("", said) in self.lists.enders or self.lists.describing.search(said):
            return True
        if CONTRACTED.search(said):
            return True
        return line.headline and said in self.lists.verbs

    def _last(self, text: str, line: CapitalLine, first: int) -> int:
        words, last = line.words, first
        while last + 1 < len(words) and last - first < MAX_WORDS and not words[last].owner:
            step = self._step(text, line, last)
            if not step or (words[last].text in self.lists.legal and words[last + step].text not in self.lists.legal):
                break
            last += step
        return last

    def _step(self, text: str, line: CapitalLine, last: int) -> int:
        """Return how many words on the name goes from its word `last`, 0 where that is its end."""
        words = line.words
        here, after = words[last], words[last + 1]
        gap = text[here.end : after.start]
        if after.text in self.lists.legal and gap in (" ", ", ", ",", " ,"):
            return 1
        if gap == " (" and self._place_inside(text, line, last):
            return 2
        if gap not in (" ", "\u00a0", "\n") or DOMAIN.fullmatch(here.text):
            return 0
        if after.capital and not self._ends_names(line, after):
            return 1
        beyond = self._beyond(text, line, last)
        small = after.text.lower()
        if beyond and after.capital and not line.headline and small in (self.lists.of | self.lists.particles):
            return beyond  # Nacional De Telecomunicaciones
        if beyond and small in self.lists.of and self._is_branch(text, line, last + beyond):
            return beyond
        return beyond if beyond and self._ties(here, after, words[last + beyond]) else 0

    def _beyond(self, text: str, line: CapitalLine, last: int) -> int:
        """Return how far the next capital stands behind a small word or two, 0 where none does."""
        words = line.words
        for step in (2, 3):
            if last + step < len(words) and text[words[last + step - 1].end : words[last + step].start] == " ":
                word = words[last + step]
                if word.capital and not self._ends_names(line, word):
                    return step
                if word.text not in self.lists.articles:
                    return 0
        return 0

    def _is_branch(self, text: str, line: CapitalLine, at: int) -> bool:
        """Return whether a place, with a legal form behind it, ends a name: Galaxy de Venezuela, C.A."""
        place, form = line.words[at], line.words[at + 1] if at + 1 < len(line.words) else None
        if place.text not in self.lists.places or form is None or form.text not in self.lists.legal:
            return False
        return text[place.end : form.start] in (" ", ", ")

    def _ties(self, here: CapitalWord, small: CapitalWord, beyond: CapitalWord) -> bool:
        if small.text == "&":
            return True
        if f"{here.text} {small.text}" in self.lists.tied:
            return True
        if small.text in self.lists.of:
            return here.text in self.lists.heads_of
        if small.text == "and":
            initials = len(here.text) == len(beyond.text) == 1  # D and K Financial
            return initials or (here.text in self.lists.pairs and beyond.text in self.lists.pairs)
        return small.text in self.lists.particles

    def _place_inside(self, text: str, line: CapitalLine, last: int) -> bool:
        """Return whether a place in brackets stands inside the name: Pixaya (UK) Limited."""
        words = line.words
        if last + 2 >= len(words) or text[words[last + 1].end : words[last + 2].start] != ") ":
            return False
        return words[last + 1].text in self.lists.places and words[last + 2].text in self.lists.formal


def opens_sentence(text: str, word: CapitalWord, line: CapitalLine) -> bool:
    """Return whether a word stands at the head of its sentence."""
    return word.start <= line.start or bool(OPENS.search(text, max(0, word.start - 6), word.start))
