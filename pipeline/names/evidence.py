"""Tells a firm from a word by what stands beside its name: the rules of `languages/*/names.toml`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

import msgspec

from pipeline.rules.knowledge import Knowledge
from pipeline.rules.loading import RuleError, Rules, load
from pipeline.text.letters import fold_letters
from pipeline.text.lexicon import Lexicon, words_of

SENTENCE_END = re.compile(r"[。!?！？;；\n]|\.\s")
Fold = Callable[[str], str]


class Evidence(Rules, frozen=True, kw_only=True):
    """Words in lower case that tell the firm: right before its name, right after, within reach."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    """Words within reach that say it is no firm, whatever else is there."""
    mid_sentence: bool = False
    """Whether a capital is enough where a small word stands before it."""
    like: str | None = None
    """The name whose evidence this one shares."""


class NameRules(Rules, frozen=True, kw_only=True):
    """One language's `names.toml`."""

    reach: int = 30
    """How many characters away a word of `around` or `unless` may stand, in the same sentence."""
    firm: Evidence = Evidence()
    """Evidence for any name that is a word too."""
    word: dict[str, Evidence] = msgspec.field(default_factory=dict)
    """Names with evidence of their own, which replaces the general one; with `unless` alone a name needs no other."""
    joints: tuple[str, ...] = ()
    """What joins the names of a list: beside a firm stands a firm."""
    capital: tuple[str, ...] = ()
    """Names that are words where they are written small."""
    runs_on: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """The last word of names, and what follows it in a longer word that is no name: 银行, 业."""
    not_a_company: dict[str, str] = msgspec.field(default_factory=dict)
    """Longer words that hold a name, each with what it means."""
    legal_forms: tuple[str, ...] = ()
    """What may end a firm's name and does not tell it from another: Inc, 股份有限公司."""
    sounds: tuple[str, ...] = ()
    """Characters that are written for each other in foreign names, one group a string: 威维伟韦."""


def name_rules(knowledge: Knowledge) -> tuple[NameRules, ...]:
    """Return the name rules of every language that has some, checked."""
    return knowledge.once(_name_rules)


def _name_rules(knowledge: Knowledge) -> tuple[NameRules, ...]:
    found = knowledge.rules("names.toml", NameRules)
    return tuple(checked(rules, knowledge.path(f"languages/{code}/names.toml")) for code, rules in found.items())


def load_name_rules(path: Path) -> NameRules:
    """Return the name rules of one file, checked."""
    return checked(load(path, NameRules), path)


def checked(rules: NameRules, path: Path) -> NameRules:
    """Return name rules that can be used; raise RuleError where a word is written as none is found.

    Names that share the evidence of another have it.
    """
    for name, own in rules.word.items():
        if own.like is not None and own.like not in rules.word:
            raise RuleError(f"{path}: word.{name}: '{own.like}' has no evidence to share; say how it is told")
    shared = {name: rules.word[own.like] for name, own in rules.word.items() if own.like is not None}
    rules = msgspec.structs.replace(rules, word=rules.word | shared)
    for place, evidence in {"firm": rules.firm, **{f"word.{name}": own for name, own in rules.word.items()}}.items():
        for word in (*evidence.before, *evidence.after, *evidence.around, *evidence.unless):
            if word != word.lower() or not word.strip():
                raise RuleError(
                    f"{path}: {place}: '{word}' is held against small letters; write it small, and not empty"
                )
    if vague := [trap for trap, meaning in rules.not_a_company.items() if not meaning.strip()]:
        raise RuleError(f"{path}: not_a_company '{vague[0]}' has no meaning; say what it is")
    return rules


class Clues:
    """Evidence made fast: the words by length, and one pattern for those within reach."""

    def __init__(self, evidence: Evidence, reach: int) -> None:
        self.reach = reach
        self._before, self._before_lengths = by_length(map(fold_letters, evidence.before))
        self._after, self._after_lengths = by_length(map(fold_letters, evidence.after))
        self._around = words_of(evidence.around, bounded=False)
        self._unless = words_of(evidence.unless, bounded=False)
        self._mid_sentence = evidence.mid_sentence
        self.confirm = bool(evidence.before or evidence.after or evidence.around)
        """Whether it can say yes; if not, it only ever says no."""

    def deny(self, left: str, right: str) -> bool:
        """Return whether a word on either side says that it is no firm."""
        return self._near(self._unless, left, right)

    def tell(self, left: str, right: str, after_small: bool) -> bool:
        """Return whether a word on either side says that it is a firm; `after_small`: so may its capital."""
        close_left = left.rstrip(" ")
        return (
            (after_small and self._mid_sentence)
            or self.follow(right.lstrip(" "))
            or any(close_left[-length:] in self._before for length in self._before_lengths)
            or self._near(self._around, left, right)
        )

    def follow(self, right: str) -> bool:
        """Return whether the text after a name begins with one of the words."""
        return any(right[:length] in self._after for length in self._after_lengths)

    def _near(self, words: Lexicon[str], left: str, right: str) -> bool:
        if not words:
            return False
        return bool(words.first(right, 0, self.reach) or words.first(left, max(0, len(left) - self.reach)))


class Words:
    """The rules of all languages, folded like the text they are held against."""

    def __init__(self, rules: Collection[NameRules], fold: Fold) -> None:
        self.reach = max((each.reach for each in rules), default=0)
        self.general = [(Clues(each.firm, each.reach), each.joints) for each in rules]
        self.own: dict[str, list[Clues]] = {}
        for name, clues in ((name, Clues(own, each.reach)) for each in rules for name, own in each.word.items()):
            self.own.setdefault(fold_letters(fold(name)), []).append(clues)
        self.capital = {fold_letters(name) for each in rules for name in each.capital}
        self.runs_on = {fold_letters(fold(end)): words for each in rules for end, words in each.runs_on.items()}
        self.ends = tuple(self.runs_on)
        self.traps = tuple(fold(trap) for each in rules for trap in each.not_a_company)

    def goes_on(self, right: str) -> bool:
        """Return whether what follows a name still speaks of the firm: 公司, 集团."""
        return any(clues.follow(right) for clues, _ in self.general)


def sides(text: str, start: int, end: int, reach: int) -> tuple[str, str]:
    """Return what stands left and right of a name, within reach and within its sentence."""
    left, right = text[max(0, start - reach) : start], text[end : end + reach]
    stop = SENTENCE_END.search(right)
    return SENTENCE_END.split(left)[-1], right[: stop.start()] if stop else right


def by_length(words: Iterable[str]) -> tuple[frozenset[str], tuple[int, ...]]:
    """Return the words as a set, and the lengths they have."""
    found = frozenset(words)
    return found, tuple(sorted({len(word) for word in found}))
