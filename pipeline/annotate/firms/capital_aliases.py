"""What stands in brackets behind a name: a ticker, or the short name by which the text goes on to call it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

BRACKETS = re.compile(r"\s?,?\s?\(\s?([^()\n]{1,80}?)\s?\)")
QUOTED = re.compile(r"[\"“'‘]\s?([^\"“”'‘’]{2,40}?),?\s?[\"”'’]")
NOBODY = frozenset({"we", "us", "our", "it", "they"})


class Behind(NamedTuple):
    """Brackets that belong to a name: where they end, and the alias they define."""

    end: int
    alias: str | None


class Aliases:
    """Reads the brackets behind names by the words that define an alias and the exchanges of tickers."""

    def __init__(self, defines: Iterable[str], exchanges: Iterable[str]) -> None:
        words = "|".join(sorted(map(re.escape, defines), key=len, reverse=True))
        self.lead = re.compile(rf"(?:(?:{words})\s?,?\s?){{0,4}}", re.IGNORECASE)
        listed = "|".join(sorted(map(re.escape, exchanges), key=len, reverse=True))
        self.ticker = re.compile(rf"(?:{listed})(?:\s[A-Z]{{2,6}})?\s?[:：]\s?[A-Z0-9][\w.]{{0,9}}")

    def behind(self, text: str, name: str, at: int) -> Behind | None:
        """Return what the brackets at `at` say of the name before them, None where they say something else."""
        brackets = BRACKETS.match(text, at)
        if brackets is None:
            return None
        inside = brackets[1]
        ticker = self.ticker.match(inside)
        rest = inside[ticker.end() :].lstrip(" ,;/") if ticker else inside
        alias = self._alias(rest, name, sure=bool(ticker))
        return Behind(brackets.end(), alias) if ticker or alias else None

    def _alias(self, said: str, name: str, *, sure: bool) -> str | None:
        quoted = QUOTED.search(said)
        if quoted:
            lead = self.lead.fullmatch(said[: quoted.start()])
            if lead is None or quoted[1].lower() in NOBODY:
                return None
            return f"the {quoted[1]}" if lead.group().lower().rstrip().endswith("the") else quoted[1]
        lead = self.lead.match(said)
        plain = said[lead.end() :] if lead else said
        if not re.fullmatch(r"[A-Z][\w&.’' -]{0,38}", plain):
            return None
        if _short_for(plain, name):
            return plain
        article = said.lower().startswith("the ") and plain.split()[-1] in name.split()
        return f"the {plain}" if article else plain if sure and "or " in said[:3] else None


def _short_for(alias: str, name: str) -> bool:
    """Return whether an alias is made of the words of a name, or of letters of it in their order."""
    words = [word.strip(",.").lower() for word in name.split()]
    if all(word.strip(",.").lower() in words for word in alias.split()):
        return True
    if not alias.isupper() or len(alias) > 8 or " " in alias:
        return False
    letters = iter(name.upper())
    return alias[0] == name[0].upper() and all(letter in letters for letter in alias if letter.isalnum())
