"""Finds sums of money in a text: their value, currency, how exactly they are meant, and per what.

The words are data (`languages/*/amounts.toml`, `tables/currencies.toml`); what a word such as dollar or 元 means where
several currencies share it is settled by the language's region, then by the document, then by the language.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from pipeline.annotate.money.groups import with_low, with_ranges
from pipeline.annotate.money.lexicon import Lexicon, lexicon
from pipeline.annotate.money.reading import read_money
from pipeline.annotate.money.tails import Money
from pipeline.annotate.numbers.folding import is_letter
from pipeline.annotate.numbers.reading import number_before
from pipeline.models import Amount, Per, Qualifier, plain
from pipeline.rules.tables import currencies

Bounds = tuple[Decimal | None, Decimal | None, Decimal | None]

LOWEST = ("at-least", "over")
HIGHEST = ("up-to", "under")
BEYOND = 16  # characters behind a range that show whether things are counted with its last figure


def find_amounts(text: str, language: str, *, published: str | None = None) -> list[Amount]:
    """Return the amounts of a text in a language (BCP 47), in reading order."""
    words = lexicon(language)
    folded = words.fold(text)
    sums = read_money(words, text, folded)
    if not sums:
        return []
    meant = settle(words, sums)
    found = with_ranges(words, folded, sums)
    return [
        amount(words, text, folded, money, meant, found[place - 1].end if place else 0)
        for place, money in enumerate(found)
    ]


def find_bare_amounts(text: str, start: int, end: int, language: str) -> list[Amount]:
    """Return the figures with a scale but no currency (支付1000亿) in a range of a text, where they can be money."""
    words = lexicon(language)
    piece = text[start : end + BEYOND]
    folded = words.fold(piece)
    told = read_money(words, piece, folded)
    found: list[Money] = []
    limit = end - start
    for _, _, stop in reversed(words.scales.find_matches_as_indexes(folded)):
        money = bare(words, folded, stop) if stop <= limit else None
        if money and not any(other.start < money.end and money.start < other.end for other in told):
            found.insert(0, money)
            limit = money.start
    amounts = (amount(words, piece, folded, money, {}, 0) for money in found)
    return [msgspec.structs.replace(each, start=each.start + start, end=each.end + start) for each in amounts]


def bare(words: Lexicon, folded: str, end: int) -> Money | None:
    """Return the figure that ends with the scale before `end` as a sum, unless things are counted with it."""
    number = number_before(folded, end, 0, words.numbers)
    if number is None or number.scale is None or number.implied or words.around.ordinals.before(folded, number.start):
        return None
    more = words.numbers.words.get(folded[end : end + 1])
    if more and more.kind == "more":
        number, end = number._replace(more=True), end + 1
    if words.around.units.after(folded, end) or is_letter(folded[end : end + 1] or " "):
        return None
    rest = folded[end : end + 2].lstrip(" ")
    if rest and is_letter(rest[0]) and not words.around.goes_on.after(folded, end):
        return None
    money = Money(number.start, end, number)
    return with_low(words, folded, money, 0) or money


def document_currency(amounts: Sequence[Amount], language: str) -> str | None:
    """Return the currency that a document counts in: the one it names most, null where it names none."""
    named = [amount.currency for amount in amounts if amount.currency]
    if not named:
        return None
    home = lexicon(language).home
    counted = Counter(named)
    return max(counted, key=lambda code: (counted[code], code == home, -named.index(code)))


def settle(words: Lexicon, sums: Sequence[Money]) -> dict[str, str | None]:
    """Return what each shared word means in this document: its region's currency, the one it names, the usual one."""
    told = Counter(money.currency for money in sums if money.currency)
    bare = Counter(money.family for money in sums if money.family)
    meant: dict[str, str | None] = {}
    for name, uses in bare.items():
        family = currencies().family[name]
        named = [code for code in family.members if told[code]]
        if words.home in family.members:
            meant[name] = words.home
        elif len(named) == 1 and named[0] in family.document and told[named[0]] >= uses:
            meant[name] = named[0]
        else:
            meant[name] = words.default(name)
    return meant


def amount(words: Lexicon, text: str, folded: str, money: Money, meant: dict[str, str | None], floor: int) -> Amount:
    """Return a sum as an amount, with the qualifier before or after it."""
    start, end, qualifier = qualified(words, folded, money, floor)
    value, low, high = bounds(money, qualifier)
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


def qualified(words: Lexicon, folded: str, money: Money, floor: int) -> tuple[int, int, Qualifier]:
    """Return where the sum begins and ends with its qualifier, and which it is."""
    around, number = words.around, money.number
    start, end = money.start, money.end
    told: Qualifier = "over" if number.more else "exact"
    found = around.qualifiers.before(folded, start, floor)
    if found is None and number.leads:
        found = around.before_scale.before(folded, start, floor)
    if found:
        told = found[1]
        start = start if told == "exact" else found[0]
    if told == "exact" and (after := around.qualifiers_after.after(folded, end)):
        end, told = after if after[1] != "exact" else (end, told)
    if number.several:
        return start, end, "order-of-magnitude"
    return start, end, "range" if number.value is None else told


def bounds(money: Money, qualifier: Qualifier) -> Bounds:
    """Return the best single figure of a sum, the least and the most it can be, as its qualifier says."""
    figures = (money.worth(figure) for figure in (money.number.value, money.number.low, money.number.high))
    value, low, high = (None if figure is None else plain(figure) for figure in figures)
    if value is None:
        middle = plain((low + high) / 2) if qualifier == "range" and low is not None and high is not None else None
        return middle, low, high
    return value, value if qualifier in LOWEST else None, value if qualifier in HIGHEST else None


def per(words: Lexicon, folded: str, start: int, end: int, floor: int) -> Per | None:
    """Return what the sum is paid for each of: a share, a year, a month, a unit."""
    found = words.around.per.after(folded, end) or words.around.per_before.before(folded, start, floor)
    return found[1] if found else None
