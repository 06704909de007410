"""What stands in brackets behind a name: a ticker, or the short name by which the text goes on to call it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from pipeline.text.compiled import compiled

BRACKETS = re.compile(r"\s?,?\s?(?:\(\s?([^()\n]{1,120}?)\s?\)|<([A-Z0-9][\w.=^-]{0,11})>)")
QUOTED = re.compile(r"[\"“'‘]\s?([^\"“”'‘’]{2,40}?),?\s?[\"”'’]")
MOST = 4  # brackets in a row behind one name
CODE = r"[A-Z0-9][\w.=^-]{0,11}"
BY_SUFFIX = re.compile(r"[A-Z0-9]{1,6}\.[A-Z]{1,4}(?:\s?[:,]\s?[\w ,]{1,60})?")
"""A code with the letters of its exchange, and what a page links with it: IDB.TO: Quote, Profile, Research."""


class Behind(NamedTuple):
    """Brackets that belong to a name: where they end, the aliases they define, what they prove it a firm by."""

    end: int
    aliases: tuple[str, ...]
    listed: bool
    """A ticker."""
    quoted: bool
    """A short name in quotation marks."""


class CapitalAliases:
    """Reads the brackets behind names by the words that define an alias and the exchanges of tickers."""

    def __init__(self, defines: Iterable[str], exchanges: Iterable[str], pronouns: Iterable[str]) -> None:
        self.pronouns = frozenset(pronouns)
        words = "|".join(sorted(map(re.escape, defines), key=len, reverse=True))
        self.lead = compiled(rf"(?:(?:{words})\s?,?\s?){{0,4}}", re.IGNORECASE)
        self.between = compiled(rf"[\s,;/]*(?:(?:{words})\s?,?\s?){{0,4}}", re.IGNORECASE)
        listed = "|".join(sorted(map(re.escape, exchanges), key=len, reverse=True))
        one = rf"(?:{listed})(?:\s[A-Z]{{2,6}})?\s?[:：]\s?{CODE}"
        self.ticker = compiled(
            rf"{one}(?:\s?(?:[,;/|&]|and|or)\s?(?:{one}|(?!or)[A-Z]{{1,6}}(?![\w(])))*|{BY_SUFFIX.pattern}"
            rf"|{CODE}\s?:\s?(?:{listed})\b(?:\s?[,;|/]\s?{CODE}\s?:\s?(?:{listed})\b)*"
        )

    def behind(self, text: str, name: str, at: int) -> Behind | None:
        """Return what the brackets at `at` say of the name before them, None where they say something else."""
        end, aliases, listed, quoted = at, list[str](), False, False
        for _ in range(MOST):
            brackets = BRACKETS.match(text, end)
            read = self._in(brackets, name) if brackets else None
            if brackets is None or read is None:
                break
            end, listed, quoted = brackets.end(), listed or read.listed, quoted or read.quoted
            aliases += read.aliases
        return Behind(end, tuple(dict.fromkeys(aliases)), listed, quoted) if end > at else None

    def tickers(self, text: str, start: int, stop: int) -> list[tuple[int, int]]:
        """Return where brackets stand that hold nothing but tickers."""
        found = BRACKETS.finditer(text, start, stop)
        return [each.span() for each in found if each[2] or self.ticker.match(each[1])]

    def _in(self, brackets: re.Match[str], name: str) -> Behind | None:
        """Return what one pair of brackets says; angle brackets hold a code alone: <TLGO.MC>."""
        return self._read(brackets[1], name) if brackets[1] else Behind(0, (), listed=True, quoted=False)

    def _read(self, inside: str, name: str) -> Behind | None:
        ticker = self.ticker.match(inside)
        rest = inside[ticker.end() :].lstrip(" ,;/") if ticker else inside
        aliases, quoted = self._aliases(rest, name, sure=bool(ticker))
        return Behind(0, aliases, bool(ticker), quoted) if ticker or aliases else None

    def _aliases(self, said: str, name: str, *, sure: bool) -> tuple[tuple[str, ...], bool]:
        """Return the short names defined, and whether quotation marks say so."""
        quoted, at = list[str](), 0
        for each in QUOTED.finditer(said):
            lead = self.between.fullmatch(said[at : each.start()])
            if lead is None or each[1].lower() in self.pronouns:
                break
            article = lead.group().lower().rstrip().endswith("the")
            quoted.append(f"the {each[1]}" if article else each[1])
            at = each.end()
        if quoted or QUOTED.search(said):
            return tuple(quoted), bool(quoted)
        plain = self._plain(said, name, sure=sure)
        return ((plain,) if plain else ()), False

    def _plain(self, said: str, name: str, *, sure: bool) -> str | None:
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
