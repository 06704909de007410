"""Words in Latin letters as names are made of: with their full stops, genitives and capitals told apart."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

LETTER = "A-Za-zÀ-ÖØ-öø-ÿĀ-ſ"
WORD = re.compile(
    rf"(?<![{LETTER}\d])(?:[A-Z]\.(?:\s?[A-Za-z]\.){{1,4}}(?:[A-Z](?![{LETTER}]))?"
    rf"|[{LETTER}\d]{{1,40}}(?:(?:\.-|[’'&.+/@!-])[{LETTER}\d]{{1,40}}){{0,6}}(?:[’'](?![{LETTER}]))?[.+!]?|&)"
)
"""A word with what belongs inside it: U.S., S.p.A., AT&T, Yahoo!, O'Reilly, NYTimes.com, Industries', Md.-based."""
DOMAIN = re.compile(r"(?!www\.)[a-z\d][\w-]*\.(?:com|ai|io)(?!\w)")
CAPITAL = re.compile(
    r"[A-ZÀ-ÖØ-Þ]|[a-z]{1,8}[A-Z][A-Za-z]|(?:\d-)?\d{1,3}-?[A-Z][a-z]|\d{1,3}[a-z]{3,12}[A-Z]|" + DOMAIN.pattern
)
"""Boeing, eBay, redBus, 21Vianet, 1-800-Contacts, 23andMe, monday.com; not 10K."""
INITIALS = re.compile(r"(?:[A-Za-z]\.\s?){2,5}")
INITIAL = re.compile(r"[A-Z]\.")
SMALL = re.compile(rf"(?<![{LETTER}\d-])[a-zà-öø-ÿ]{{2,30}}(?![{LETTER}\d-])")
NOTHING = re.compile(r"(?!)")
LOOKED_AROUND = 2500  # characters on either side of a sentence that tell a word from a name
STRETCH = 1000  # characters whose sentences share what is around them
HEADLINE = 0.75  # share of words of four letters and more with a capital from which a line is in title case
STOPPED = 0.85  # the same where the line ends in a full stop, as headlines seldom do
SHOUTED = 0.7  # and of capital letters among letters, from which it is all capitals


class CapitalWord(NamedTuple):
    """A word of the text: where it stands without its genitive, how it reads, and what its shape tells."""

    start: int
    end: int
    text: str
    capital: bool
    owner: bool
    """Whether a genitive follows it, so that the next word belongs to another name."""


class Nearby:
    """The text around a sentence."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end

    @cached_property
    def small(self) -> frozenset[str]:
        """The words written in small letters: such a word is no name where it opens a sentence or stands in a title."""
        return small_words(self.text, self.start // STRETCH, self.end // STRETCH)


@lru_cache(maxsize=8)
def small_words(text: str, first: int, last: int) -> frozenset[str]:
    """Return the words in small letters around the stretches `first` to `last` of a text."""
    return frozenset(SMALL.findall(text, max(0, first * STRETCH - LOOKED_AROUND), (last + 1) * STRETCH + LOOKED_AROUND))


class CapitalLine(NamedTuple):
    """The words of a sentence, and how its capitals are to be read."""

    start: int
    """Where it begins, behind its dateline."""
    words: Sequence[CapitalWord]
    headline: bool
    shouted: bool
    nearby: Nearby


def read_line(
    text: str,
    start: int,
    end: int,
    dotted: Container[str],
    possessive: Container[str],
    elided: re.Pattern[str] = NOTHING,
) -> CapitalLine:
    """Return the words of `text[start:end]`; `dotted` ones keep their stop and `possessive` ones their genitive.

    What is `elided` before a word, with its apostrophe, is no part of it.
    """
    words = [_word(match, dotted, possessive, elided) for match in WORD.finditer(text, start, end)]
    long = [word for word in words if len(word.text) > 3 and word.text[0].isalpha()]
    capitals = sum(word.capital for word in long)
    letters = [letter for word in words for letter in word.text if letter.isalpha()]
    stopped = text[start:end].rstrip().endswith(".")
    return CapitalLine(
        start,
        words,
        headline=len(long) > 3 and capitals >= (STOPPED if stopped else HEADLINE) * len(long),
        shouted=len(words) > 3 and sum(letter.isupper() for letter in letters) >= SHOUTED * len(letters),
        nearby=Nearby(text, start, end),
    )


def _word(
    match: re.Match[str], dotted: Container[str], possessive: Container[str], elided: re.Pattern[str]
) -> CapitalWord:
    said = match.group()
    before = elided.match(said)
    cut = before.end() if before and before.end() < len(said) else 0
    said = said[cut:]
    abbreviated = said in dotted or INITIAL.fullmatch(said) or INITIALS.fullmatch(said)
    if said.endswith(".") and not abbreviated:
        said = said[:-1]
    short = said
    if said not in possessive:
        short = said[:-2] if said[-2:] in ("'s", "’s") else said.rstrip("'’")
    start = match.start() + cut
    return CapitalWord(start, start + len(short), short, bool(CAPITAL.match(short)), len(short) < len(said))
