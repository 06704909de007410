"""What each `languages/*/amounts.toml` must hold, and how the files are read and checked."""

from __future__ import annotations

import msgspec

from pipeline.annotate.numbers.spelling import Words, spell_all
from pipeline.models import Per
from pipeline.rules.common_tables import CurrencyTable
from pipeline.rules.knowledge import Knowledge
from pipeline.rules.loading import RuleError, Rules


class Default(Rules, frozen=True, kw_only=True):
    """What a word shared by several currencies means under a language tag."""

    tag: str
    family: str
    currency: str


class MoneyWords(Rules, frozen=True, kw_only=True):
    """The words for currencies."""

    conversions: Words = ()
    """Before the second sum: it is the first in another currency."""
    before: Words = ()
    weak: Words = ()
    """Words of other meanings too: a smaller unit only after the larger one, a unit only where the phrase ends."""
    counted: Words = ()
    """Words of other meanings too that are money only after digits or a scale: 5 pesos, never un peso."""
    before_year: Words = ()
    """Before a year that only looks like a sum: in 2019 dollars."""
    fractions: dict[str, Words] = msgspec.field(default_factory=dict)
    families: dict[str, Words] = msgspec.field(default_factory=dict)
    currencies: dict[str, Words] = msgspec.field(default_factory=dict)
    not_money: dict[str, str] = msgspec.field(default_factory=dict)


class BareWords(Rules, frozen=True, kw_only=True):
    """What shows whether a figure with a scale and no currency is a sum of money."""

    units: Words = ()
    """What is counted: 500万用户."""
    goes_on: Words = ()
    """Words in Latin letters that may follow a sum; any other word is taken for what is counted."""


class AmountRules(Rules, frozen=True, kw_only=True):
    """One language's `amounts.toml`; the English file says what each entry is for."""

    sign_first: bool = False
    """A sign between two figures belongs to the second: $ 5."""
    tags: tuple[Default, ...] = ()
    """What shared words mean in this language where neither region nor document says."""
    per: dict[Per, Words] = msgspec.field(default_factory=dict)
    per_before: dict[Per, Words] = msgspec.field(default_factory=dict)
    money: MoneyWords
    bare: BareWords = BareWords()


def amount_rules(knowledge: Knowledge) -> dict[str, AmountRules]:
    """Return every language's rules of sums; raises RuleError where a file cannot be used."""
    found = knowledge.rules("amounts.toml", AmountRules)
    for code, rules in found.items():
        try:
            check(rules, knowledge.currencies)
        except ValueError as error:
            raise RuleError(f"{knowledge.path(f'languages/{code}/amounts.toml')}: {error}") from error
    return found


def check(rules: AmountRules, table: CurrencyTable) -> None:
    """Raise ValueError where the rules name a currency, family or figure that does not exist."""
    codes = [*rules.money.currencies, *(default.currency for default in rules.tags)]
    if stray := [code for code in codes if code not in table.currency]:
        raise ValueError(f"currency '{stray[0]}' is not in tables/currencies.toml; mend the code or add it there")
    families = [*rules.money.families, *(default.family for default in rules.tags)]
    if stray := [name for name in families if name not in table.family]:
        raise ValueError(f"family '{stray[0]}' is not in tables/currencies.toml; mend the name or add it there")
    for figure in rules.money.fractions:
        float(figure)  # raises ValueError that names the figure
    check_twice(rules)


def check_twice(rules: AmountRules) -> None:
    """Raise ValueError where one word is given to two currencies."""
    owners: dict[str, str] = {}
    for owner, words in [*rules.money.families.items(), *rules.money.currencies.items()]:
        for word in spell_all(words):
            if owners.setdefault(word, owner) != owner:
                raise ValueError(f"'{word}' is given to {owners[word]} and to {owner}; keep it in one place")
