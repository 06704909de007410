"""Finds sums of money in a text: their value, currency, how exactly they are meant, and per what.

The words are data (`languages/*/amounts.toml`, `tables/currencies.toml`); what a word such as dollar or 元 means where
several currencies share it is settled by the language's region, then by the document, then by the language.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

import msgspec

from pipeline.annotate.money.amount_rules import AmountRules, amount_rules
from pipeline.annotate.money.money_lexicon import MoneyLexicon, lexicon
from pipeline.annotate.money.money_marks import MoneyMarks
from pipeline.annotate.money.sum_groups import with_low, with_ranges
from pipeline.annotate.money.sums import read_money
from pipeline.annotate.money.tails import ReadSum
from pipeline.annotate.numbers.folding import fold, is_letter
from pipeline.annotate.numbers.numerals import number_before
from pipeline.annotate.numbers.reader import Bounds, NumberReader, bounds, number_readers
from pipeline.models import Amount, Per, Qualifier, plain
from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.text.scripts import is_hangul

BEYOND = 16  # characters behind a range that show whether things are counted with its last figure


def find_amounts(text: str, language: str, knowledge: Knowledge | None = None) -> list[Amount]:
    """Return the amounts of a text in a language (BCP 47), in reading order."""
    return amount_finder(language, knowledge).find(text)


def find_bare_amounts(
    text: str, start: int, end: int, language: str, knowledge: Knowledge | None = None
) -> list[Amount]:
    """Return the figures with a scale but no currency (支付1000亿) in a range of a text, where they can be money."""
    return amount_finder(language, knowledge).find_bare(text, start, end)


def amount_finder(language: str, knowledge: Knowledge | None = None) -> AmountFinder:
    """Return the finder for a BCP 47 tag; a language without rules is read as English and all others at once."""
    return (knowledge or shipped()).once(amount_finders)(language)


def amount_finders(knowledge: Knowledge) -> Callable[[str], AmountFinder]:
    """Return the function that gives the finder for a tag, made once a tag."""
    rules, reader_for = amount_rules(knowledge), knowledge.once(number_readers)

    @lru_cache(maxsize=32)
    def marks(order: tuple[str, ...]) -> MoneyMarks:  # many tags share an order, and making the marks takes long
        return MoneyMarks([rules[name] for name in order], knowledge.currencies)

    @lru_cache(maxsize=64)
    def finder(tag: str) -> AmountFinder:
        reader = reader_for(tag)
        return AmountFinder(tag, rules, reader, marks(tuple(name for name in reader.order if name in rules)))

    return finder


class AmountFinder:
    """Finds the sums of money in texts of one language."""

    def __init__(self, tag: str, rules: Mapping[str, AmountRules], reader: NumberReader, marks: MoneyMarks) -> None:
        self.lexicon = lexicon(tag, rules, reader, marks)

    def find(self, text: str) -> list[Amount]:
        """Return the amounts of a text, in reading order."""
        words, folded = self.lexicon, fold(text)
        sums = read_money(words, text, folded)
        if not sums:
            return []
        meant = settle(words, sums)
        found = with_ranges(words, folded, sums)
        return [
            amount(words, text, folded, money, meant, found[place - 1].end if place else 0)
            for place, money in enumerate(found)
        ]

    def find_bare(self, text: str, start: int, end: int) -> list[Amount]:
        """Return the figures with a scale but no currency in a range of a text, where they can be money."""
        piece = text[start : end + BEYOND]
        folded = fold(piece)
        found = reversed(list(self._bare(piece, folded, end - start)))
        amounts = (amount(self.lexicon, piece, folded, money, {}, 0) for money in found)
        return [msgspec.structs.replace(each, start=each.start + start, end=each.end + start) for each in amounts]

    def _bare(self, piece: str, folded: str, limit: int) -> Iterator[ReadSum]:
        told = read_money(self.lexicon, piece, folded)
        for _, _, stop in reversed(self.lexicon.reader.scales.find_matches_as_indexes(folded)):
            money = bare(self.lexicon, folded, stop) if stop <= limit else None
            if money and not any(other.start < money.end and money.start < other.end for other in told):
                yield money
                limit = money.start


def bare(words: MoneyLexicon, folded: str, end: int) -> ReadSum | None:
    """Return the figure that ends with the scale before `end` as a sum, unless things are counted with it."""
    number = number_before(folded, end, 0, words.numbers)
    if number is None or number.scale is None or number.implied or words.beside.ordinals.before(folded, number.start):
        return None
    more = words.numbers.words.get(folded[end : end + 1])
    if more and more.kind == "more":
        number, end = number._replace(more=True), end + 1
    following = folded[end : end + 1] or " "
    if words.around.units.after(folded, end) or is_letter(following) or following.isdigit():
        return None  # 1만|6000톤급
    if is_hangul(following) and not any(c.isdigit() for c in folded[number.start : end]):
        return None  # 구조|재
    rest = folded[end : end + 2].lstrip(" ")
    if rest and is_letter(rest[0]) and not words.around.goes_on.after(folded, end):
        return None
    money = ReadSum(number.start, end, number)
    return with_low(words, folded, money, 0) or money


def document_currency(amounts: Sequence[Amount], language: str) -> str | None:
    """Return the currency that a document counts in: the one it names most, null where it names none."""
    named = [amount.currency for amount in amounts if amount.currency]
    if not named:
        return None
    home = amount_finder(language).lexicon.home
    counted = Counter(named)
    return max(counted, key=lambda code: (counted[code], code == home, -named.index(code)))


def settle(words: MoneyLexicon, sums: Sequence[ReadSum]) -> dict[str, str | None]:
    """Return what each shared word means in this document: its region's currency, the one it names, the usual one."""
    told = Counter(money.currency for money in sums if money.currency)
    bare = Counter(money.family for money in sums if money.family)
    meant: dict[str, str | None] = {}
    for name, uses in bare.items():
        family = words.table.family[name]
        named = [code for code in family.members if told[code]]
        if words.home in family.members:
            meant[name] = words.home
        elif len(named) == 1 and named[0] in family.document and told[named[0]] >= uses:
            meant[name] = named[0]
        else:
            meant[name] = words.default(name)
    return meant


def amount(
    words: MoneyLexicon, text: str, folded: str, money: ReadSum, meant: dict[str, str | None], floor: int
) -> Amount:
    """Return a sum as an amount, with the qualifier before or after it."""
    start, end, qualifier = words.reader.qualified(folded, money.number, money.start, money.end, floor)
    value, low, high = worth(money, qualifier)
    currency = money.currency or (meant[money.family] if money.family else None)
    return Amount(
        start=start,
        end=end,
        text=text[start:end],
        value=value,
        low=low,
        high=high,
        currency=currency,
        currency_inferred=money.currency is None and currency is not None,
        qualifier=qualifier,
        per=per(words, folded, start, end, floor),
    )


def worth(money: ReadSum, qualifier: Qualifier) -> Bounds:
    """Return the best single figure of a sum, the least and the most it can be: of a range, the best is its middle."""
    number = money.number
    value, low, high = bounds(money.worth(number.value), money.worth(number.low), money.worth(number.high), qualifier)
    if qualifier == "range" and low is not None and high is not None:
        value = plain((low + high) / 2)
    return value, low, high


def per(words: MoneyLexicon, folded: str, start: int, end: int, floor: int) -> Per | None:
    """Return what the sum is paid for each of: a share, a year, a month, a unit."""
    found = words.around.per.after(folded, end) or words.around.per_before.before(folded, start, floor)
    return found[1] if found else None
