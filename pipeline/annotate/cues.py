"""Finds the words that may tell a deal: one pass over the whole text, so that only sentences with a cue cost more."""

from __future__ import annotations

from collections.abc import Collection

import ahocorasick_rs as ac

from pipeline.marks import CueMark
from pipeline.rules.frames import DealLanguage
from pipeline.text.letters import is_latin
from pipeline.text.scripts import is_hangul
from pipeline.text.words import HAN, words

TAIL = 4  # characters behind a word that no cue is, enough for the word that its last character may begin


class CueIndex:
    """All cue words of all languages; a longer word of a language that is no cue hides the cue inside it."""

    def __init__(self, languages: Collection[DealLanguage]) -> None:
        frames: dict[str, dict[str, tuple[str, ...]]] = {}
        for language in languages:
            for word in language.deals.not_cues:
                frames.setdefault(_spelled(word.lower()), {})[language.code] = ()
            for cue, several in language.cues.items():
                frames.setdefault(_spelled(cue), {})[language.code] = tuple(frame.id for frame in several)
        self._hung = {each.code: _act_nouns(each) for each in languages if each.syntax.words.compounds}
        """The nouns for acts that a hyphen hangs on whom they are done to: die A-Übernahme."""
        self._words = list(frames)
        self._frames = frames
        self._automaton = ac.AhoCorasick(self._words)

    def find(self, text: str) -> list[CueMark]:
        """Return the cues of a text in reading order; a word that is one in several languages is one of each."""
        lowered = text.lower()
        if len(lowered) != len(text):  # a few capitals grow when lowered
            lowered = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
        found: list[CueMark] = []
        ends: dict[str, int] = {}
        for number, start, end in self._words_alone(_spelled(lowered)):
            hung = text[start - 1 : start] == "-" and is_latin(text[start])
            for language, frames in self._frames[self._words[number]].items():
                if hung and not (text[start].isupper() and self._words[number] in self._hung.get(language, ())):
                    continue
                if start < ends.get(language, 0) or (not frames and _runs_into_word(text, start, end)):
                    continue
                ends[language] = end
                if frames:
                    found.append(CueMark(start, end, text[start:end], language, frames))
        return found

    def _words_alone(self, lowered: str) -> list[tuple[int, int, int]]:
        """Return the words that stand alone, the longest of those that begin at one place first."""
        every = self._automaton.find_matches_as_indexes(lowered, overlapping=True)
        alone = [match for match in every if _stands_alone(lowered, match[1], match[2], hung=bool(self._hung))]
        return sorted(alone, key=lambda match: (match[1], -match[2]))


def _act_nouns(language: DealLanguage) -> frozenset[str]:
    """Return the nouns for acts of a language that are done to whom a hyphen hangs them on, as they are looked for."""
    done_to = (frame for frame in language.deals.frame if "object" in frame.target)
    return frozenset(_spelled(noun.lower()) for frame in done_to for noun in frame.nouns)


def _runs_into_word(text: str, start: int, end: int) -> bool:
    """Return whether a word goes on past the end of `text[start:end]`: 收购人|工智能, 购买日|本."""
    if not (HAN.match(text, end - 1) and HAN.match(text, end)):
        return False
    return any(word.start < end < word.end for word in words(text, start, min(len(text), end + TAIL)))


def _spelled(text: str) -> str:
    """Return a text with one apostrophe for the two in use, as long as before."""
    return text.replace("’", "'")


def _stands_alone(text: str, start: int, end: int, *, hung: bool) -> bool:
    """Return whether a Latin word is a whole one, not part of Nvidia-backed (unless it may be `hung` on a name) or
    Lease.com, and a Hangul one begins a word; Han shows no borders."""
    first, last = text[start], text[end - 1]
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return not (
        (is_hangul(first) and is_hangul(before))
        or (is_latin(first) and ((before == "-" and not hung) or is_latin(before)))
        or (is_latin(last) and is_latin(after))
        or (after == "." and text[end + 1 : end + 2].isalpha() and is_latin(first))
    )
