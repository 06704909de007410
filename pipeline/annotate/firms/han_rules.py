"""The shape of `han_names.toml`, and its lists compiled for finding names of firms in Han text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.annotate.firms.capitals import CapitalFinder
from pipeline.rules import loading
from pipeline.rules.frames import Parties
from pipeline.text.compiled import compiled
from pipeline.text.words import teach


class HanNameRules(loading.Rules, frozen=True, kw_only=True):
    """The shape of `han_names.toml`: see the comments there."""

    legal: tuple[str, ...]
    trades: tuple[str, ...]
    descriptors: tuple[str, ...]
    stop: tuple[str, ...]
    inside: tuple[str, ...]
    acronyms: tuple[str, ...]
    defines: tuple[str, ...]
    extends: tuple[str, ...]
    proofs: tuple[str, ...]
    function: str
    not_first: tuple[str, ...]
    kinds: tuple[str, ...]
    kinds_inside: tuple[str, ...]
    limited: tuple[str, ...]
    groups: tuple[str, ...]
    same: tuple[str, ...]
    bracketed: tuple[str, ...]
    """Legal forms that begin with a bracket: 甲乙(股)公司."""
    plain_trades: tuple[str, ...]
    relations: tuple[str, ...]
    joints: tuple[str, ...]
    receives: tuple[str, ...]
    directions: tuple[str, ...]
    adverbs: str
    follows: str
    after_joined: str
    soft: str
    districts: tuple[str, ...]
    not_last: tuple[str, ...]
    goods: tuple[str, ...]
    makers: tuple[str, ...]
    kinds_before: tuple[str, ...]
    announces: tuple[str, ...]
    heads: tuple[str, ...]
    acts: tuple[str, ...]
    acted_on: tuple[str, ...]
    lies_in: tuple[str, ...]
    joins: tuple[str, ...]
    agrees: tuple[str, ...]
    says: tuple[str, ...]
    titles: tuple[str, ...]
    honours: tuple[str, ...]
    reports: tuple[str, ...]
    surnames: str
    numerals: str
    """Two or three of them are a word of a name."""
    lone_numerals: str
    """One of them is."""
    owning: tuple[str, ...]
    """Between a firm and what is its own: 甲乙旗下子公司."""
    share: str
    """What shares are counted by: 3万股."""
    shares: tuple[str, ...]
    """They end a figure and begin no name: 5%股份."""
    together: tuple[str, ...]
    """Verbs that others do with the firm before, though they may end a name."""
    measures: str
    """First characters of adverbs before a figure: 投资约3亿元."""
    counters_inside: str
    """Counters that begin a name where no number stands before."""
    flags: tuple[str, ...]
    """What an exchange puts before a name: ST."""
    national: tuple[str, ...]
    """Ends of bodies whose country is part of the name: 新加坡交易所."""
    bought: tuple[str, ...]
    """Verbs whose object changes hands, be it a product's maker or its business."""
    seats: tuple[str, ...]
    """Bodies that have departments: 大学."""
    departments: tuple[str, ...]
    """What ends the name of one, or who works there: 学系, 教授."""
    stakes: tuple[str, ...]
    """Words for shares, right behind the firm's name."""
    firm: str
    listing: tuple[str, ...]
    """They join the last name of a list."""
    counts: str
    """Scales that a figure may end in."""
    before_alias: tuple[str, ...]
    """Between a word of `defines` and the short name: 简称为甲乙."""
    acronyms_inside: tuple[str, ...]
    latin_ends: tuple[str, ...]
    products: tuple[str, ...]
    products_after: tuple[str, ...]
    called_by: tuple[str, ...] = ()
    """Right before a name of any words these say that a firm is meant."""
    called_acts: tuple[str, ...] = ()
    """Right behind it these are its own doing."""
    called_bought: tuple[str, ...] = ()
    """Between one of these and a stake stands a firm, whatever its words: 收购|开封碳素|100%股权."""


class HanVocabulary:
    """The words that make, end, describe or never belong to a name; `breaks` are the words the deal rules know."""

    def __init__(
        self,
        data: HanNameRules,
        parties: Parties,
        breaks: frozenset[str],
        language: str,
        capitals: CapitalFinder,
    ) -> None:
        self.capitals = capitals
        self.data = data
        self.breaks = breaks
        self.language = language
        self.issuer = parties.issuer
        self.descriptors = frozenset(data.descriptors)
        self.stop = frozenset(data.stop) | frozenset(parties.persons) | self.descriptors
        self.inside = frozenset(data.inside) | frozenset(data.trades) | frozenset(data.legal)
        self.trades = frozenset(data.trades) - frozenset(data.plain_trades)
        self.latin_legal = frozenset(word.rstrip(".").upper() for word in capitals.lists.legal)
        self.acronyms = frozenset(data.acronyms)
        self.extends = frozenset(data.extends)
        self.verbs_inside = _longest_first(set(data.inside) & breaks)
        self.proof = compiled(rf"(?:{either(data.proofs)})|\([^()\s]{{0,12}}\d{{4,6}}[^()\s]{{0,6}}\)")
        self.numeral = compiled(f"[{data.numerals}]{{2,3}}|[{data.lone_numerals}]")
        self.before_alias = compiled(rf"(?:[:“\" ]|{either(data.before_alias)})*")
        self.listing = frozenset(data.listing)
        self.counts = frozenset("0123456789" + data.counts)
        self.soft = frozenset(data.soft)
        self.registered = frozenset(word for word in data.legal if len(word) > 2 and word not in self.descriptors)
        self.defines = _longest_first(data.defines)
        related = [*parties.persons, *(word for word in data.descriptors if word.endswith(data.relations))]
        self.doing = frozenset([*data.acts, *data.announces]) - breaks
        self.shares = frozenset(data.shares)
        self.held = compiled(rf"\d[\d.,]{{0,12}}(?:%|[{data.counts}]{{0,2}}{data.share})|(?:{either(data.stakes)})")
        """Right behind a firm these say that shares of it are meant."""
        self.seat = compiled(f"(.{{2,12}}?(?:{either(data.seats)}))(?=.{{0,12}}(?:{either(data.departments)}))")
        """A body with departments, and one of them behind it."""
        self.related = compiled(f"(?:{either(data.owning)})?(?:{either(related)})")
        self.announced = compiled(either(parties.announce))
        self.form_end = compiled(f"(?:{either([*data.legal, *data.trades])})$")
        self.legal_end = compiled(f"(?:{either(data.legal)})$")
        self.legal_start = compiled(either(data.legal))
        self.latin_ends = compiled(rf"\s?(?:{either(data.latin_ends)})")
        self.products = frozenset(data.products)
        makers = f"(?:{either(data.goods)})?(?:{either(data.makers)})"
        made = [*data.goods, *data.makers]
        self.kind = compiled(f"(?:{either([*made, *data.trades])})+(?:{either(data.kinds)})|(?:{either(made)})+")
        self.maker_end = compiled(rf"(?:{either(data.kinds_before)})\s?$")
        splits = [
            word for word in data.descriptors if not word.endswith(data.firm) or word in parties.issuer or len(word) > 3
        ]
        self.splitter = compiled(f"({either(data.legal)})|({either(splits)}|{makers})")
        teach([*data.legal, *data.trades, *data.descriptors, *data.stop, *parties.persons, *data.goods], "n")


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=len, reverse=True)


def either(words: Iterable[str]) -> str:
    """Return the source of a pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in _longest_first(words))
