"""Finds the funding rounds that a text names: seed, Series A, Pre-IPO."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from pipeline.models import Round
from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.rules.loading import RuleError, Rules


class RoundRule(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way to name a round, and the round it names; `{letter}` and `{more}` in it are groups of the pattern."""

    pattern: str
    value: str


class RoundRules(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A language's `rounds.toml`; the first rule that fits counts."""

    gate: str
    """What every name of a round holds: a text without it is not looked at."""
    rules: list[RoundRule]


def find_rounds(text: str, language: str, knowledge: Knowledge | None = None) -> list[Round]:
    """Return the funding rounds that a text names, in reading order."""
    finder = round_finder(language, knowledge)
    return finder.find(text) if finder else []


def round_finder(language: str, knowledge: Knowledge | None = None) -> RoundFinder | None:
    """Return the finder for a BCP 47 tag, None where no rule names its rounds."""
    return (knowledge or shipped()).once(round_finders)(language)


def round_finders(knowledge: Knowledge) -> Callable[[str], RoundFinder | None]:
    """Return the function that gives the finder for a tag, made once a tag."""

    @lru_cache(maxsize=64)
    def finder(tag: str) -> RoundFinder | None:
        code = tag.partition("-")[0]
        rules = knowledge.rule(code, "rounds.toml", RoundRules)
        path = knowledge.path(f"languages/{code}/rounds.toml")
        try:
            return RoundFinder(rules) if rules else None
        except re.error as error:
            raise RuleError(f"{path}: {error}; mend the pattern {str(error.pattern)[-80:]!r}") from error

    return finder


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
