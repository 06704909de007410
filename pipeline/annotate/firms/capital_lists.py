"""The lists of a `companies.toml` as names are looked up in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from pipeline.annotate.firms.capital_rules import CapitalRules
from pipeline.annotate.firms.capital_words import CapitalWord
from pipeline.rules.loading import RuleError
from pipeline.text.compiled import compiled

SHORT = 4  # letters from which a first word can stand for a firm
NUMERAL = re.compile(r"[IVX]{1,4}|\d{1,2}")


class Lists:
    """The words of names by what they tell, and the few patterns made of them."""

    def __init__(self, data: CapitalRules, path: Path) -> None:
        for word in sorted(set(data.trades) & set(data.generic)):
            raise RuleError(f"{path}: '{word}' is both a trade and generic; keep it in one list")
        self.capital_tells = frozenset(data.capital_tells)
        self.legal = frozenset(data.legal)
        self.legal_endings = data.legal_endings
        self.forms = frozenset(word.lower() for word in data.forms)
        self.places = frozenset(data.places)
        self.nationalities = frozenset(data.nationalities)
        self.titles = frozenset(data.titles)
        self.roles = frozenset(data.roles)
        self.generic = frozenset(data.generic)
        self.heads_of = frozenset(data.heads_of)
        self.pairs = frozenset(data.pairs)
        self.particles = frozenset(data.particles)
        self.first_names = frozenset(data.first_names)
        self.trades = frozenset(data.trades)
        self.enders = frozenset(data.joints) | frozenset(data.titles)
        self.verbs = frozenset(data.verbs)
        self.inflected = frozenset(verb for verb in data.verbs if verb.endswith(("s", "ed", "ing")))
        self.refused = frozenset([*data.not_a_company, *data.places, *data.nationalities])
        self.fillers = frozenset([*data.common, *data.generic, *data.roles])
        self.leading, self.telling = self.fillers - self.trades, self.fillers | self.trades
        self.trimmed = self.fillers - self.trades - self.legal
        self.empty = self.fillers | self.enders | frozenset([*data.nationalities, *data.places])
        self.qualifying = frozenset([*data.common, *data.nationalities]) - frozenset(data.generic)
        self.hollow = self.empty | self.refused
        self.publics, self.tied = frozenset(data.publics), frozenset(data.tied)
        self.before_places = frozenset(data.before_places)
        unnamed = [*data.generic, *data.roles, *self.enders, *data.nationalities, *data.places, *data.unnamed]
        self.ordinary = frozenset(word for word in data.common if not word.endswith(data.plurals)) - frozenset(unnamed)
        """Common words that can be a firm's whole name: Square."""
        self.formal = self.trades | self.legal
        self.nameless = (self.empty | self.trades) - frozenset(data.places)
        self.of, self.articles = frozenset(data.of), frozenset(data.articles)
        self.elided = compiled(any_of(data.elisions) or r"(?!)", re.IGNORECASE)
        self.dotted = frozenset(word for word in [*data.legal, *data.titles, *data.places] if word.endswith("."))
        self.possessive = frozenset([*data.possessive, *(name.replace("'", "’") for name in data.possessive)])
        self.describing = compiled(rf"-(?:{any_of(data.describing)}|[a-z]+(?:ed|ing))$")
        self.more_legal = compiled(rf",?\s(?:{any_of(data.more_legal)})(?!\w)")
        self.form_behind = compiled(rf"(?:,?\s(?:{any_of(data.legal)})(?!\w)){{1,2}}")
        self.makers = compiled(rf"\s(?:{any_of(data.makers)})\b")

    def formed(self, words: Iterable[CapitalWord]) -> bool:
        """Return whether the run ends as firms' names do."""
        said = [word.text for word in words]
        while len(said) > 1 and NUMERAL.fullmatch(said[-1]):
            said.pop()
        if said[-1] in self.legal or said[-1].lower().endswith(self.legal_endings):
            return len(said) > 1
        return len(said) > 1 and said[-1] in self.trades and any(word not in self.nameless for word in said[:-1])

    def describe(self, said: str) -> bool:
        """Return whether the words before a name only say whence or what the firm is: The, British, Retailer."""
        return all(word == "The" or word in self.nationalities or word in self.roles for word in said.split())

    def are_legal(self, said: str) -> bool:
        """Return whether what follows a name is only its legal form: , Inc."""
        return all(
            word in self.legal or word in (".", "&") or word.lower().rstrip(".") in self.forms
            for word in said.replace(",", " ").split()
        )

    def short_names(self, said: str) -> set[str]:
        """Return what a text may call a firm after its full name: without its legal form, by its first word."""
        words = said.replace(",", " ").split()
        while len(words) > 1 and words[-1] in self.legal:
            words.pop()
        bare = said[: said.index(words[-1], sum(map(len, words[:-1]))) + len(words[-1])]
        telling = len(words[0]) >= SHORT and words[0] not in self.hollow and words[0] not in self.trades
        return {bare, words[0]} if telling else {bare}

    def with_form(self, text: str, start: int, end: int) -> int:
        """Return where the legal form behind a known firm's name ends, the name's own end where there is none."""
        if text.startswith(".", end) and text[start:end].rpartition(" ")[2] + "." in self.legal:
            return end + 1
        found = self.form_behind.match(text, end)
        return found.end() if found else end


def any_of(words: Iterable[str]) -> str:
    """Return a pattern for the longest of the words at a place."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
