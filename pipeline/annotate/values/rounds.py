"""Finds the funding rounds that a text names: seed, Series A, Pre-IPO."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipeline.models import Round
from pipeline.rules import loading
from pipeline.rules.loading import RuleError, Rules, load


class RoundRule(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way to name a round, and the round it names; `{letter}` and `{more}` in it are groups of the pattern."""

    pattern: str
    value: str


class RoundRules(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A language's `rounds.toml`; the first rule that fits counts."""

    gate: str
    """What every name of a round holds: a text without it is not looked at."""
    rules: list[RoundRule]


class RoundGrammar(NamedTuple):
    """The compiled rules of one language."""

    gate: re.Pattern[str]
    pattern: re.Pattern[str]
    values: tuple[str, ...]


def find_rounds(text: str, language: str) -> list[Round]:
    """Return the funding rounds that a text names, in reading order."""
    grammar = _grammar(language.partition("-")[0], loading.folders())
    if grammar is None or not grammar.gate.search(text):
        return []
    return [_round(match, grammar) for match in grammar.pattern.finditer(text)]


@cache
def _grammar(code: str, folders: tuple[Path, ...]) -> RoundGrammar | None:
    paths = [path for folder in folders if folder.name == code and (path := folder / "rounds.toml").is_file()]
    return _compiled(load(paths[-1], RoundRules), paths[-1]) if paths else None


def _compiled(source: RoundRules, path: Path) -> RoundGrammar:
    pieces = []
    for number, rule in enumerate(source.rules):
        named = re.sub(r"\(\?P<(letter|more)>", rf"(?P<\1_{number}>", rule.pattern)
        pieces.append(f"(?P<rule_{number}>{named})")
    try:
        gate, pattern = re.compile(source.gate, re.IGNORECASE), re.compile("|".join(pieces))
    except re.error as error:
        raise RuleError(f"{path}: {error}; mend the pattern") from error
    return RoundGrammar(gate, pattern, tuple(rule.value for rule in source.rules))


def _round(match: re.Match[str], grammar: RoundGrammar) -> Round:
    number = int(str(match.lastgroup).removeprefix("rule_"))
    parts = match.groupdict()
    more = (parts.get(f"more_{number}") or "").replace("＋", "+")
    value = grammar.values[number].format(letter=parts.get(f"letter_{number}") or "", more=more).lower()
    return Round(start=match.start(), end=match.end(), text=match.group(), value=value)
