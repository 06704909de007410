"""What stands around a name that has no form of a firm: evidence for one, or for a person, a place or a team."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pipeline.annotate.firms.capital_rules import CapitalRules
from pipeline.annotate.firms.capital_words import CapitalLine, CapitalWord
from pipeline.text.compiled import compiled

# How much each kind of evidence weighs; what sums up below NONE is no firm.
NONE = 0
DESCRIBED = 2  # retailer X
ACTS = 1  # X agreed to
FORMED = 4  # the text has it elsewhere with its form: X Inc
PERSON = -3
PLACE = -3
MATTER = -3  # the text is about sport or politics
QUOTED = -1  # a title: the game “X”
OPENER = -2  # a word with the ending of a verb or an adverb at the head of a sentence
MATTER_LEAST = 3  # different words of sport or politics around a name, from the quiet passages; two are met in any news
REACH = 40  # characters on either side that are looked at

AFTER_PERSON = re.compile(
    r",\s(?:\d\d,\s)?(?:an?\s|the\s|its\s|our\s)?(?:[\w’'&-]{2,15}\s){0,3}(?:analyst|strategist|economist|lawyer|attorney"
    r"|spokes\w{1,8}|chief|chair\w{0,8}|president|director|founder|co-founder|partner\sat|manager\sat|head\sof|who|age\s\d"
    r"|CEO|CFO|COO|CTO|coach|minister|senator|governor|mayor|author|professor)\b"
    r"|\s(?:is|was|has\sbeen|serves\sas|served\sas|became)\s(?:an?\s|the\s|its\s|our\s|named\s|appointed\s|elected\s)?"
    r"(?:CEO|CFO|[Cc]hief|[Cc]hair\w{0,8}|[Pp]resident|[Dd]irector|[Ff]ounder|[Ee]xecutive|[Mm]anaging)\b"
    r"|,\s\d\d,"
)
FULL_NAME = re.compile(r"\b([A-ZÀ-Þ][a-zà-ÿ’'-]+)\s(?:[A-Z]\.\s)?([A-ZÀ-Þ][\w’'-]*[a-zà-ÿ])")
QUOTES = frozenset('“”"')
OPENING = re.compile(r"[A-Z][a-z]{3,}(?:ing|ed|ly)")
ABBREVIATED = re.compile(r"[A-Z][a-z]?[A-Z0-9][A-Za-z0-9&-]{0,6}")


class Context:
    """Weighs what stands around names, by the lists of one `companies.toml`."""

    def __init__(self, data: CapitalRules) -> None:
        self.first_names = frozenset(data.first_names)
        self.titles = frozenset(data.titles)
        self.sport, self.politics = frozenset(data.sport), frozenset(data.politics)
        self.business = frozenset(data.business)
        self.opening_endings = data.opening_endings
        self.acts, self.makers = frozenset(data.acts), frozenset(data.makers)
        self.place_before, self.place_behind = frozenset(data.place_before), frozenset(data.place_behind)
        self.person_before = frozenset(data.person_before)
        self.person_acts = frozenset(data.person_acts)
        self.financiers, self.introducing = frozenset(data.financiers), frozenset(data.introduces)
        objects = rf"[A-ZÀ-Þ\d$€£¥]|(?:{_alternatives(data.sole_objects)})\s"
        self.sole_acts = compiled(rf"\s(?:{_alternatives(data.sole_acts)})\s(?={objects})")
        self.owned_by_none = compiled(rf"\s?[,.;:)]|\s(?:{_alternatives(data.owned_by_none)})\s")
        self.appositive = compiled(rf",\s(?:{_alternatives(data.appositive)})\s")
        self.formed = compiled(rf",?\s(?:{_alternatives(data.legal)})(?!\w)")

    def weigh(self, text: str, line: CapitalLine, first: int, last: int, *, opens: bool) -> int:
        """Return the sum of the evidence around the words `first` to `last` of a line."""
        words = line.words[first : last + 1]
        start, end = words[0].start, words[-1].end
        before = _tails(text[max(line.start, start - REACH) : start])
        behind = _heads(text[end : end + REACH])
        acts = not behind.isdisjoint(self.acts)
        total = 0
        if not before.isdisjoint(self.financiers):
            return MATTER + DESCRIBED if self._of_another_matter(line) else DESCRIBED
        buys = len(words) > 1 and not behind.isdisjoint(self.person_acts)
        if self._is_person(text, line, first, last, before) and not buys:
            total += PERSON
        if not before.isdisjoint(self.place_before) or not behind.isdisjoint(self.place_behind):
            total += PLACE
        if opens and not acts and self._opening(words):
            total += OPENER
        if text[start - 1 : start] in QUOTES and text[end : end + 2].strip(",.")[:1] in QUOTES:
            total += QUOTED
        if self._of_another_matter(line):
            total += MATTER
        if not before.isdisjoint(self.makers):
            total += DESCRIBED
        if total < NONE and acts:
            total += ACTS
        if total < NONE and self._formed_elsewhere(text, text[start:end]):
            total += FORMED
        return total

    def introduces(self, text: str, line: CapitalLine, start: int) -> bool:
        """Return whether a firm is named at a place by the words right before it: led by."""
        return not _tails(text[max(line.start, start - REACH) : start]).isdisjoint(self.introducing)

    def acts_alone(self, text: str, end: int) -> bool:
        """Return whether an act with its object follows at a place, so that even a common word is a firm."""
        return self.sole_acts.match(text, end) is not None

    def is_subject(self, text: str, end: int) -> bool:
        """Return whether the first word of a sentence, which ends at a place, acts, or is told what it is."""
        return self.acts_alone(text, end) or self.appositive.match(text, end) is not None

    def keeps_genitive(self, text: str, name: str, end: int) -> bool:
        """Return whether the genitive up to `end` is the name's own: it owns nothing, nowhere is the name without."""
        if not (self.owned_by_none.match(text, end) or self.acts_alone(text, end)):
            return False
        return re.search(rf"\b{re.escape(name)}(?![\w'’])", text) is None

    def _opening(self, words: Sequence[CapitalWord]) -> bool:
        """Return whether a run begins with a word whose end is no name's; alone, with a noun's of the language."""
        said = words[0].text
        return bool(OPENING.fullmatch(said)) or (len(words) == 1 and said.endswith(self.opening_endings))

    def _is_person(self, text: str, line: CapitalLine, first: int, last: int, before: frozenset[str]) -> bool:
        words = line.words[first : last + 1]
        if len(words) > 4 or any(word.text == "&" for word in words):
            return False
        title = line.words[first - 1] if first else None
        if title and title.text in self.titles and text[title.end : words[0].start] == " ":
            return True
        if not before.isdisjoint(self.person_before) and not ABBREVIATED.fullmatch(words[0].text):
            return True
        if len(words) == 1:
            return words[0].text in surnames(text, self.first_names) or text.startswith(", who ", words[0].end)
        if words[0].text in self.first_names or self._has_initial(words):
            return True
        return bool(AFTER_PERSON.match(text, words[-1].end))

    def _has_initial(self, words: Sequence[CapitalWord]) -> bool:
        return len(words[0].text) > 1 and re.fullmatch(r"[A-Z]\.?", words[1].text) is not None

    def _of_another_matter(self, line: CapitalLine) -> bool:
        """Return whether the text around is about sport or politics: its words outweigh those of business."""
        small = line.nearby.small
        most = max(len(small & self.sport), len(small & self.politics))
        return most >= MATTER_LEAST and most > len(small & self.business)

    def _formed_elsewhere(self, text: str, name: str) -> bool:
        at = text.find(name)
        while at >= 0:
            if self.formed.match(text, at + len(name)):
                return True
            at = text.find(name, at + 1)
        return False


@lru_cache(maxsize=8)
def surnames(text: str, first_names: frozenset[str]) -> frozenset[str]:
    """Return the surnames of the persons that a text calls by first name and surname."""
    return frozenset(name[2] for name in FULL_NAME.finditer(text) if name[1] in first_names)


def _tails(before: str) -> frozenset[str]:
    """Return the last one, two and three words of what stands right before a name, in lower case."""
    if not before.endswith(" "):
        return frozenset()
    words = before.lower().split()
    words = words[:-1] if words[-1:] == ["the"] else words
    return frozenset(" ".join(words[-count:]).lstrip('"“(') for count in range(1, min(3, len(words)) + 1))


def _heads(behind: str) -> frozenset[str]:
    """Return the first one, two and three words of what stands right behind a name."""
    words = re.match(r"(?:[’']s?)?((?:\s[\w-]+){0,3})", behind)
    said = words[1].split() if words else []
    return frozenset(" ".join(said[:count]) for count in range(1, len(said) + 1))


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
