"""Finds the funding rounds that a text names: seed, Series A, Pre-IPO."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from pipeline.models import Round
from pipeline.rules import loading
from pipeline.rules.loading import RuleError, Rules, load, rule_files


class RoundRule(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way to name a round, and the round it names; `{letter}` and `{more}` in it are groups of the pattern."""

    pattern: str
    value: str


class RoundRules(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A language's `rounds.toml`; the first rule that fits counts."""

    gate: str
    """What every name of a round holds: a text without it is not looked at."""
    rules: list[RoundRule]


def find_rounds(text: str, language: str) -> list[Round]:
    """Return the funding rounds that a text names, in reading order."""
    finder = round_finder(language)
    return finder.find(text) if finder else []


def round_finder(language: str) -> RoundFinder | None:
    """Return the finder for a BCP 47 tag, None where no rules name its rounds."""
    return _finder(language.partition("-")[0], loading.folders())


@lru_cache(maxsize=64)
def _finder(code: str, folders: tuple[Path, ...]) -> RoundFinder | None:
    path = dict(rule_files("rounds.toml")).get(code)
    if path is None:
        return None
    try:
        return RoundFinder(load(path, RoundRules))
    except re.error as error:
        raise RuleError(f"{path}: {error}; mend the pattern") from error


class RoundFinder:
    """Finds the funding rounds in texts of one language."""

    def __init__(self, rules: RoundRules) -> None:
        pieces = (
            re.sub(r"\(\?P<(letter|more)>", rf"(?P<\1_{at}>", rule.pattern) for at, rule in enumerate(rules.rules)
        )
        self.gate = re.compile(rules.gate, re.IGNORECASE)
        self.pattern = re.compile("|".join(f"(?P<rule_{number}>{piece})" for number, piece in enumerate(pieces)))
        self.values = [rule.value for rule in rules.rules]

    def find(self, text: str) -> list[Round]:
        """Return the funding rounds that a text names, in reading order."""
        return [self._round(match) for match in self.pattern.finditer(text)] if self.gate.search(text) else []

    def _round(self, match: re.Match[str]) -> Round:
        number = int(str(match.lastgroup).removeprefix("rule_"))
        parts = match.groupdict()
        more = (parts.get(f"more_{number}") or "").replace("＋", "+")
        value = self.values[number].format(letter=parts.get(f"letter_{number}") or "", more=more).lower()
        return Round(start=match.start(), end=match.end(), text=match.group(), value=value)
