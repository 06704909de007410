"""Finds the percentages that are a share of a company: those that stand beside a word of ownership, and none else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

import ahocorasick_rs as ac
import msgspec

from pipeline.annotate.numbers.folding import fold, is_letter
from pipeline.annotate.numbers.reader import NumberReader, bounds, number_readers
from pipeline.annotate.numbers.spelling import spell_all
from pipeline.annotate.numbers.tally import Number
from pipeline.models import Stake, plain
from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.rules.loading import RuleError, Rules

BEFORE = 48  # characters in front of a percentage that may say what it is a share of: longest lead of the examples 31
LONGEST_JOIN = 24  # characters between two percentages that are stakes together
MOST = Decimal(100)
LONGEST_GLUED = 8
GLUED = re.compile(r"(?<=[a-z])\d{1,3}(?:\.\d{1,3})?$")
PART = re.compile(r"\{([a-z_]+)\}")


class Around(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What makes a stake only where both sides of the percentage say so."""

    before: str
    after: str


class StakeRules(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A language's `stakes.toml`."""

    signs: tuple[str, ...]
    """What makes a percentage of the number in front of it."""
    openers: tuple[str, ...] = ()
    """What makes a percentage of the number behind it: 百分之."""
    words: dict[str, Decimal] = msgspec.field(default_factory=dict)
    """Shares told in words, which count only right before the word of ownership: 半数, one third."""
    parts: dict[str, str] = msgspec.field(default_factory=dict)
    before: tuple[str, ...] = ()
    """What makes a stake of the percentage behind it."""
    surely: tuple[str, ...]
    """What settles it right behind a percentage, and the only thing that makes a stake of a word."""
    after: tuple[str, ...] = ()
    """What makes a stake of the percentage in front of it."""
    around: tuple[Around, ...] = ()
    not_before: tuple[str, ...] = ()
    """What the percentage behind it is of, where it is no stake."""
    not_after: tuple[str, ...] = ()
    join: str
    """What stands between two percentages that are stakes together."""


class Percent(NamedTuple):
    """A percentage, a share of something."""

    stake: Stake
    owned: bool | None
    """Whether it is a share of a company; None where nothing says."""
    in_words: bool = False


def find_stakes(text: str, language: str, knowledge: Knowledge | None = None) -> list[Stake]:
    """Return the shares of companies that a text tells, in percent and in reading order."""
    finder = stake_finder(language, knowledge)
    return finder.find(text) if finder else []


def stake_finder(language: str, knowledge: Knowledge | None = None) -> StakeFinder | None:
    """Return the finder for a BCP 47 tag, None where no rule tells its stakes."""
    return (knowledge or shipped()).once(stake_finders)(language)


def stake_finders(knowledge: Knowledge) -> Callable[[str], StakeFinder | None]:
    """Return the function that gives the finder for a tag, made once a tag."""

    reader_for = knowledge.once(number_readers)

    @lru_cache(maxsize=64)
    def finder(tag: str) -> StakeFinder | None:
        code = tag.partition("-")[0]
        rules = knowledge.rule(code, "stakes.toml", StakeRules)
        path = knowledge.path(f"languages/{code}/stakes.toml")
        try:
            return StakeFinder(rules, reader_for(tag)) if rules else None
        except re.error as error:
            raise RuleError(f"{path}: {error}; mend the pattern {str(error.pattern)[-80:]!r}") from error
        except KeyError as error:
            raise RuleError(f"{path}: no part is called {error}; name it under [parts]") from error

    return finder


class StakeFinder:
    """Finds the shares of companies in texts of one language."""

    def __init__(self, rules: StakeRules, reader: NumberReader) -> None:
        self.reader = reader
        self.parts = rules.parts
        self.shares = {fold(word): share for word, share in rules.words.items()}
        self.openers = frozenset(map(fold, rules.openers))
        self.marks = [*dict.fromkeys([*map(fold, spell_all(rules.signs)), *self.openers, *self.shares])]
        self.finder = ac.AhoCorasick(self.marks, matchkind=ac.MatchKind.LeftmostLongest)
        self.before, self.not_before = self._ahead(rules.before), self._ahead(rules.not_before)
        self.surely, self.after = self._behind(rules.surely), self._behind(rules.after)
        self.not_after, self.join = self._behind(rules.not_after), re.compile(rules.join)
        self.around = [(self._ahead([sides.before]), self._behind([sides.after])) for sides in rules.around]

    def find(self, text: str) -> list[Stake]:
        """Return the shares of companies that a text tells, in reading order."""
        folded = fold(text)
        percents = [self._judged(text, percent) for percent in self._ranges(text, folded)]
        return [percent.stake for percent in self._together(text, percents) if percent.owned]

    def _behind(self, patterns: Iterable[str]) -> re.Pattern[str]:
        return re.compile(self._either(patterns))

    def _ahead(self, patterns: Iterable[str]) -> re.Pattern[str]:
        return re.compile(f"(?:{self._either(patterns)})$")

    def _either(self, patterns: Iterable[str]) -> str:
        return PART.sub(lambda mark: f"(?:{self.parts[mark[1]]})", "|".join(patterns) or "(?!)")

    def _ranges(self, text: str, folded: str) -> list[Percent]:
        """Return the percentages of a text, two that make a range as one: 5% to 10%."""
        found: list[Percent] = []
        for percent in self._percents(text, folded):
            both = self._joined(text, folded, found[-1], percent) if found else None
            found[-1:] = [both] if both else [*found[-1:], percent]
        return found

    def _percents(self, text: str, folded: str) -> Iterator[Percent]:
        floor = 0
        for index, start, end in self.finder.find_matches_as_indexes(folded):
            word = self.marks[index]
            if start < floor or (is_letter(word[-1]) and is_letter(folded[end : end + 1] or " ")):
                continue
            number = self._number(folded, word, start, end, floor)
            stake = _stake(text, number, max(end, number.end)) if number else None
            if stake:
                floor = stake.end
                yield Percent(stake, None, word in self.shares)

    def _number(self, folded: str, word: str, start: int, end: int, floor: int) -> Number | None:
        """Return the figure of the percentage that a word is the mark of, in percent, with its qualifier."""
        if word in self.shares:
            if is_letter(word[0]) and start and is_letter(folded[start - 1]):
                return None
            number = Number(start, end, self.shares[word])
        elif word in self.openers:
            told = self.reader.after(folded, end, end)
            if told is None or folded[end : told.start]:
                return None
            number = told._replace(start=start)
        else:
            line_end = start and folded[start - 1] == "\n"
            told = self.reader.before(folded, start - 1 if line_end else start, floor) or _glued(folded, start, floor)
            if told is None:
                return None
            number = told
        if number.qualifier != "exact":
            return number._replace(end=max(number.end, end))
        return self._qualified(folded, number, max(number.end, end), floor)

    def _qualified(self, folded: str, number: Number, end: int, floor: int) -> Number:
        start, end, qualifier = self.reader.qualified(folded, number, number.start, end, floor)
        value, low, high = bounds(number.value, number.low, number.high, qualifier)
        return number._replace(start=start, end=end, value=value, low=low, high=high, qualifier=qualifier)

    def _joined(self, text: str, folded: str, one: Percent, two: Percent) -> Percent | None:
        """Return two percentages as a range, where only `to` stands between them."""
        low, high = one.stake, two.stake
        if two.in_words or one.in_words or "range" in (low.qualifier, high.qualifier) or low.percent >= high.percent:
            return None
        to = self.reader.around.to.before(folded, high.start, low.end)
        if to is None or folded[low.end : to[0]].strip(" ") or high.qualifier != "exact":
            return None
        if self.reader.ranges.is_change(folded, low.start, high.end):
            return None
        return Percent(
            Stake(
                start=low.start, end=high.end, text=text[low.start : high.end], percent=high.percent, low=low.percent,
                high=high.percent, qualifier="range",
            ),
            None,
        )  # fmt: skip

    def _judged(self, text: str, percent: Percent) -> Percent:
        return percent._replace(owned=self._owned(text, percent.stake, in_words=percent.in_words))

    def _owned(self, text: str, stake: Stake, *, in_words: bool) -> bool | None:
        start, end = stake.start, stake.end
        if self.surely.match(text, end):
            return True
        lead = max(0, start - BEFORE)
        if in_words or self.not_after.match(text, end) or self.not_before.search(text, lead, start):
            return False
        if self.after.match(text, end) or self.before.search(text, lead, start):
            return True
        return True if any(a.search(text, lead, start) and b.match(text, end) for a, b in self.around) else None

    def _together(self, text: str, percents: list[Percent]) -> list[Percent]:
        """Return the percentages, those that nothing is said of taking after the neighbour they are told with."""
        done = list(percents)
        pairs = list(zip(range(len(done)), range(1, len(done)), strict=False))
        for known, open_ in [*pairs, *((right, left) for left, right in reversed(pairs))]:
            left, right = sorted((known, open_))
            gap = done[left].stake.end, done[right].stake.start
            unsaid = done[open_].owned is None and done[known].owned
            if unsaid and gap[1] - gap[0] <= LONGEST_JOIN and self.join.fullmatch(text, *gap):
                done[open_] = done[open_]._replace(owned=True)
        return done


def _glued(folded: str, start: int, floor: int) -> Number | None:
    """Return the digits before a sign that stand right behind the letters of a name: 甲乙ABC50%股权."""
    digits = GLUED.search(folded, max(floor, start - LONGEST_GLUED), start)
    return Number(digits.start(), start, Decimal(digits.group()), digits=True) if digits else None


def _stake(text: str, number: Number, end: int) -> Stake | None:
    """Return a number of percent as a stake to `end`: of a range, the percentage is the most it can be."""
    percent = number.high if number.value is None else number.value
    if percent is None or number.several or percent > MOST or percent < 0:
        return None
    return Stake(
        start=number.start, end=end, text=text[number.start : end], percent=plain(percent), low=number.low,
        high=number.high, qualifier=number.qualifier,
    )  # fmt: skip
