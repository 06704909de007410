"""Finds the percentages that are a share of a company: those that stand beside a word of ownership, and none else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from pipeline.annotate.numbers.figures import Figures, alternatives, exactness, figures, read_figure
from pipeline.models import Stake, plain
from pipeline.rules import loading
from pipeline.rules.loading import RuleError, Rules, load
from pipeline.text.letters import fold_letters

BEFORE = 48  # characters in front of a percentage that may say what it is a share of: longest lead of the examples 31
LEAD, TAIL = 40, 24  # characters before and behind the sign of a percentage that may belong to it
MOST = Decimal(100)


class Around(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What makes a stake only where both sides of the percentage say so."""

    before: str
    after: str


class StakeRules(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A language's `stakes.toml`."""

    gate: str
    """The sign of a percentage: only around it the rest is tried."""
    percent: tuple[str, ...]
    """Ways to write a percentage: `{figure}` and what makes it one."""
    range: str
    """What stands between the two ends of a range."""
    words: dict[str, Decimal] = msgspec.field(default_factory=dict)
    """Shares told in words, which count only right before the word of ownership: 半数, one third."""
    parts: dict[str, str] = msgspec.field(default_factory=dict)
    before: tuple[str, ...]
    """What makes a stake of the percentage behind it."""
    surely: tuple[str, ...]
    """What settles it right behind a percentage, and the only thing that makes a stake of a word."""
    after: tuple[str, ...]
    """What makes a stake of the percentage in front of it."""
    around: tuple[Around, ...] = ()
    not_before: tuple[str, ...] = ()
    """What the percentage behind it is of, where it is no stake."""
    not_after: tuple[str, ...] = ()
    join: str
    """What stands between two percentages that are stakes together."""


class StakeGrammar(NamedTuple):
    """The compiled rules of one language."""

    figures: Figures
    gate: re.Pattern[str]
    percent: re.Pattern[str]
    words: dict[str, Decimal]
    before: re.Pattern[str]
    surely: re.Pattern[str]
    after: re.Pattern[str]
    not_before: re.Pattern[str]
    not_after: re.Pattern[str]
    join: re.Pattern[str]
    around: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]


class Percent(NamedTuple):
    """A percentage, a share of something."""

    stake: Stake
    owned: bool | None
    """Whether it is a share of a company; None where nothing says."""


def find_stakes(text: str, language: str) -> list[Stake]:
    """Return the shares of companies that a text tells, in percent and in reading order."""
    grammar = _grammar(language.partition("-")[0], loading.folders())
    if grammar is None:
        return []
    percents = [percent for start, end in _places(text, grammar) for percent in _percents(text, start, end, grammar)]
    return [percent.stake for percent in _together(text, percents, grammar) if percent.owned]


def _places(text: str, grammar: StakeGrammar) -> list[tuple[int, int]]:
    """Return the stretches around the signs of a percentage: the patterns are tried there only."""
    places: list[tuple[int, int]] = []
    for sign in grammar.gate.finditer(text):
        start, end = sign.start() - LEAD, sign.end() + TAIL
        if places and start <= places[-1][1]:
            places[-1] = (places[-1][0], end)
        else:
            places.append((max(0, start), end))
    return places


@cache
def _grammar(code: str, folders: tuple[Path, ...]) -> StakeGrammar | None:
    told = figures(code)
    paths = [path for folder in folders if folder.name == code and (path := folder / "stakes.toml").is_file()]
    if not paths:
        return None
    if told is None:
        raise RuleError(f"{paths[-1]}: needs a figures.toml beside it, which tells how figures are written")
    return _compiled(load(paths[-1], StakeRules), told, paths[-1])


def _compiled(source: StakeRules, told: Figures, path: Path) -> StakeGrammar:
    parts = {**source.parts, "figure": told.small}

    def filled(patterns: Iterable[str]) -> str:
        return re.sub(r"\{([a-z_]+)\}", lambda mark: f"(?:{parts[mark[1]]})", "|".join(patterns) or "(?!)")

    def behind(patterns: Iterable[str]) -> re.Pattern[str]:
        return re.compile(filled(patterns))

    def ahead(patterns: Iterable[str]) -> re.Pattern[str]:
        return re.compile(f"(?:{filled(patterns)})$")

    try:
        return StakeGrammar(
            figures=told,
            gate=re.compile(source.gate, re.IGNORECASE),
            percent=_percent_pattern(source, told),
            words={fold_letters(word): share for word, share in source.words.items()},
            before=ahead(source.before),
            surely=behind(source.surely),
            after=behind(source.after),
            not_before=ahead(source.not_before),
            not_after=behind(source.not_after),
            join=re.compile(source.join),
            around=tuple((ahead([sides.before]), behind([sides.after])) for sides in source.around),
        )
    except re.error as error:
        raise RuleError(f"{path}: {error}; mend the pattern {str(error.pattern)[-80:]!r}") from error
    except KeyError as error:
        raise RuleError(f"{path}: no part is called {error}; name it under [parts]") from error


def _percent_pattern(source: StakeRules, told: Figures) -> re.Pattern[str]:
    """Return what a percentage looks like: a figure or a range of two with its sign, or a word, and how exact it is."""
    ways = (way.replace("{figure}", f"(?P<figure_{number}>{told.small})") for number, way in enumerate(source.percent))
    low = rf"(?:(?P<low>{told.small})(?:{source.range})(?=\d))?"
    words = f"(?P<word>{alternatives(source.words)})"
    said = rf"{low}(?:{'|'.join(ways)})|{words}"
    return re.compile(said, re.IGNORECASE)


def _percents(text: str, start: int, end: int, grammar: StakeGrammar) -> Iterator[Percent]:
    for match in grammar.percent.finditer(text, start, end):
        stake = _read(text, match, grammar)
        if stake is not None:
            yield Percent(stake, _owned(text, stake, bool(match["word"]), grammar))


def _read(text: str, match: re.Match[str], grammar: StakeGrammar) -> Stake | None:
    told, word = grammar.figures, match["word"]
    low = read_figure(match["low"], told) if match["low"] else None
    percent = grammar.words[fold_letters(word)] if word else read_figure(_figure(match), told)
    if percent > MOST or (low is not None and low >= percent):
        return None
    start, end, qualifier = exactness(text, match.start(), match.end(), told)
    return Stake(
        start=start,
        end=end,
        text=text[start:end],
        percent=plain(percent),
        low=low,
        high=None if low is None else plain(percent),
        qualifier=qualifier if low is None else "range",
    )


def _figure(match: re.Match[str]) -> str:
    return next(said for name, said in match.groupdict().items() if name.startswith("figure_") and said)


def _owned(text: str, stake: Stake, in_words: bool, grammar: StakeGrammar) -> bool | None:
    start, end = stake.start, stake.end
    if grammar.surely.match(text, end):
        return True
    lead = max(0, start - BEFORE)
    if in_words or grammar.not_after.match(text, end) or grammar.not_before.search(text, lead, start):
        return False
    if grammar.after.match(text, end) or grammar.before.search(text, lead, start):
        return True
    return True if any(a.search(text, lead, start) and b.match(text, end) for a, b in grammar.around) else None


def _together(text: str, percents: list[Percent], grammar: StakeGrammar) -> list[Percent]:
    """Return the percentages, those that nothing is said of taking after the neighbour they are told together with."""
    done = list(percents)
    pairs = list(zip(range(len(done)), range(1, len(done)), strict=False))
    for known, open_ in [*pairs, *((right, left) for left, right in reversed(pairs))]:
        left, right = sorted((known, open_))
        gap = done[left].stake.end, done[right].stake.start
        if (
            done[open_].owned is None
            and done[known].owned
            and gap[1] - gap[0] <= 24
            and grammar.join.fullmatch(text, *gap)
        ):
            done[open_] = done[open_]._replace(owned=True)
    return done
