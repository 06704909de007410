"""A mention made ready to be compared: its sides, its figure, its time and its place in the order of mentions."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

import msgspec

from pipeline.merge.tolerances import MergeRules
from pipeline.models import Amount, DealMention, Kind, Party
from pipeline.times.days import Days, days

Fold = Callable[[str], str]
Names = frozenset[str]
PAID_BY_NOBODY, PAID_TO_NOBODY = "<", ">"


class Figure(msgspec.Struct, frozen=True):
    """An amount as merging sees it: what it can be, at least and at most."""

    value: Decimal | None
    least: Decimal
    most: Decimal
    currency: str | None
    per: str | None
    said: bool
    """The phrase itself names the currency."""


class Telling(msgspec.Struct, frozen=True):
    """A mention, and what decides which others tell the same deal."""

    mention: DealMention
    kind: Kind
    payers: Names
    others: Names
    """Payees and targets."""
    targets: Names
    partners: Names
    figure: Figure | None
    published: Days | None
    told: Days | None
    roots: Mapping[str, str]
    """For a company that belongs to another: the topmost one."""

    @property
    def when(self) -> Days | None:
        """Return when the deal was made, as told, or when it was written about."""
        return self.told or self.published

    @property
    def companies(self) -> Names:
        """Return all parties."""
        return self.payers | self.others | self.partners

    @property
    def day(self) -> int:
        """Return the number of its day, 0 where none is known."""
        return self.when[0].toordinal() if self.when else 0

    def root(self, names: Names) -> Names:
        """Return the topmost companies these belong to."""
        return frozenset(self.roots.get(name, name) for name in names) if self.roots else names

    @property
    def evidence(self) -> tuple[str, int, int]:
        """Return where it is told: mentions of one place were told together."""
        span = self.mention.deal.evidence
        return self.mention.document, span.start, span.end


def order(mention: DealMention) -> tuple[str, str, int, int, str]:
    """Return what mentions are sorted by: publication (undated last), document, position."""
    deal = mention.deal
    return mention.published or "~", mention.document, deal.evidence.start, deal.evidence.end, deal.id


def folded(name: str) -> str:
    """Return a company's name without case, width and spaces."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def teller(rules: MergeRules, parents: Mapping[str, str], fold: Fold) -> Callable[[DealMention], Telling]:
    """Return the function that makes a mention ready to be compared."""
    roots = {company: _root(company, parents) for company in parents}
    keys: dict[tuple[str | None, str], str] = {}

    def key(party: Party) -> str:
        known = party.company_id, party.name
        if known not in keys:
            keys[known] = party.company_id or f"?{folded(fold(party.name))}"
        return keys[known]

    return lambda mention: telling(mention, rules, roots, key)


def tellings(mentions: Iterable[DealMention], tell: Callable[[DealMention], Telling]) -> list[Telling]:
    """Return the tellings of mentions in their order, each id once."""
    ordered = {mention.deal.id: mention for mention in sorted(mentions, key=order, reverse=True)}
    return [tell(mention) for mention in reversed(ordered.values())]


def telling(mention: DealMention, rules: MergeRules, roots: Mapping[str, str], key: Callable[[Party], str]) -> Telling:
    """Return the telling of one mention."""
    deal = mention.deal
    sides: dict[str, set[str]] = {"payer": set(), "payee": set(), "target": set(), "partner": set()}
    for party in deal.parties:
        sides[party.role].add(key(party))
    everyone = set().union(*sides.values())
    return Telling(
        mention=mention,
        kind=counted(mention, rules),
        payers=frozenset(sides["payer"]),
        others=frozenset(sides["payee"] | sides["target"]),
        targets=frozenset(sides["target"]),
        partners=frozenset(sides["partner"]),
        figure=figure(deal.amount, rules),
        published=days(mention.published),
        told=_told(mention),
        roots={name: roots[name] for name in everyone if name in roots},
    )


def _told(mention: DealMention) -> Days | None:
    """Return when the deal was made, where the text says; a day still to come when it was written is not that."""
    told, published = mention.deal.date and days(mention.deal.date.value), days(mention.published)
    return told if told and (published is None or told[0] <= published[1]) else None


def counted(mention: DealMention, rules: MergeRules) -> Kind:
    """Return the kind a mention counts as: what a text calls acquiring may be buying."""
    deal = mention.deal
    other = rules.counts_as.get(deal.kind)
    return other.kind if other and deal.asset and deal.asset.kind in other.assets else deal.kind


def figure(amount: Amount | None, rules: MergeRules) -> Figure | None:
    """Return what an amount says, None where it says nothing."""
    if amount is None or (amount.value is None and amount.low is None and amount.high is None):
        return None
    least, most = reach(amount, rules)
    return Figure(
        value=amount.value,
        least=least,
        most=most,
        currency=None if amount.currency_inferred else amount.currency,
        per=amount.per,
        said=amount.currency is not None and not amount.currency_inferred,
    )


def reach(amount: Amount, rules: MergeRules) -> tuple[Decimal, Decimal]:
    """Return the least and the most that an amount can be."""
    value, figures = amount.value, rules.figures
    known = [each for each in (amount.low, value, amount.high) if each is not None]
    if amount.qualifier == "order-of-magnitude":
        return min(known), max(known) * (1 + figures.about)
    if value is None or amount.qualifier == "range":
        return min(known), max(known)
    match amount.qualifier:
        case "exact" | "up-to":
            return value, value
        case "about":
            return value * (1 - figures.about), value * (1 + figures.about)
        case "over" | "at-least":
            return value, value * (1 + figures.open)
        case "under":
            return value * (1 - figures.open), value


def pairs(telling: Telling) -> list[tuple[str, str]]:
    """Return the pairs of topmost companies between which value passes, each in one order; one side may be nobody."""
    payers, others = telling.root(telling.payers), telling.root(telling.others)
    found = {_pair(payer, other) for payer in payers or {PAID_BY_NOBODY} for other in others or {PAID_TO_NOBODY}}
    if telling.partners:
        everyone = sorted(telling.root(telling.companies))
        found = {(left, right) for at, left in enumerate(everyone) for right in everyone[at + 1 :]}
    return sorted(found)


def halves(telling: Telling) -> list[tuple[str, str]]:
    """Return the pairs that a telling of the same deal would have if it left one side out."""
    payers, others = telling.root(telling.payers), telling.root(telling.others)
    return sorted(
        [*(_pair(each, PAID_TO_NOBODY) for each in payers), *(_pair(PAID_BY_NOBODY, each) for each in others)]
    )


def _pair(left: str, right: str) -> tuple[str, str]:
    return (left, right) if left < right else (right, left)


def _root(company: str, parents: Mapping[str, str]) -> str:
    seen = {company}
    while (above := parents.get(company)) and above not in seen:
        seen.add(above)
        company = above
    return company
