"""Decides whether two tellings can be one deal, and how well they fit: the words of `tables/merge.toml` as code."""

from __future__ import annotations

from decimal import Decimal

from pipeline.merge.telling import Figure, Names, Telling
from pipeline.merge.tolerances import MergeRules, Relation
from pipeline.models import Quantity
from pipeline.times.days import gap

RANK: dict[Relation, int] = {"same": 5, "near": 4, "rounded": 3, "slipped": 2, "absent": 1, "other": 0}
"""How much a relation of amounts speaks for one deal."""

Fit = tuple[int, bool, bool, float, bool, int]
"""How well a telling fits: amount, document, parties as said, share of them, kind, days between; more is better."""


def fit(left: Telling, right: Telling, rules: MergeRules) -> Fit | None:
    """Return how well two tellings fit as one deal, None where they cannot be one."""
    relation = relate(left.figure, right.figure, rules)
    join = rules.join[relation]
    parties = _parties(left, right, relation)
    if (
        parties is None
        or (join.kinds == "family" and not rules.kin(left.kind, right.kind))
        or (join.said_currency and not (left.figure and right.figure and left.figure.said and right.figure.said))
        or (join.same_parties and not _same_parties(left, right))
        or _far(left, right, join.days, join.told_days)
    ):
        return None
    share = len(left.companies & right.companies) / len(left.companies | right.companies)
    return (
        RANK[relation],
        one_document(left, right),
        parties == "said",
        share,
        left.kind == right.kind,
        -gap(left.when, right.when),
    )


def relate(left: Figure | None, right: Figure | None, rules: MergeRules) -> Relation:
    """Return what two figures say of each other."""
    if left is None or right is None or left.per != right.per:
        return "absent"
    if left.currency and right.currency and left.currency != right.currency:
        return "absent"
    if left.value is not None and left.value == right.value:
        return "same"
    if (left.value is None or right.value is None) and (left.least, left.most) == (right.least, right.most):
        return "same"
    if left.least <= right.most and right.least <= left.most:
        return "near"
    low, high = sorted((_middle(left), _middle(right)))
    if low > 0 and high / low <= 1 + rules.figures.rounded:
        return "rounded"
    return "slipped" if low > 0 and high / low in rules.figures.slips else "other"


def _middle(figure: Figure) -> Decimal:
    return figure.least if figure.value is None else figure.value


def _parties(left: Telling, right: Telling, relation: Relation) -> str | None:
    """Return `said` where the parties agree as named, `linked` where by parent or with a side left out, else None."""
    same = relation == "same"
    if left.partners or right.partners:
        if len(left.companies & right.companies) >= 2:
            return "said"
        return "linked" if same and len(left.root(left.companies) & right.root(right.companies)) >= 2 else None
    if not _meet(left.targets, right.targets):
        return None  # two firms bought of one seller are two deals
    if _agree(left.payers, right.payers) and _agree(left.others, right.others):
        return "said"
    roots = (left.root(left.payers), right.root(right.payers)), (left.root(left.others), right.root(right.others))
    linked = same and all(_meet(*side) for side in roots) and any(one & other for one, other in roots)
    return "linked" if linked else None


def _agree(left: Names, right: Names) -> bool:
    """Return whether two sides name a company in common, or both nobody."""
    return bool(left & right) or not (left or right)


def _meet(left: Names, right: Names) -> bool:
    """Return whether two sides name a company in common, or one leaves it open."""
    return not left or not right or bool(left & right)


def _same_parties(left: Telling, right: Telling) -> bool:
    return left.payers == right.payers and left.others == right.others and left.partners == right.partners


def told_apart(left: Telling, right: Telling, rules: MergeRules) -> bool:
    """Return whether the texts themselves make two deals of two tellings with the same parties."""
    relation = relate(left.figure, right.figure, rules)
    one, other = left.mention.deal, right.mention.deal
    if one.round and other.round and one.round.value != other.round.value:
        return True
    if left.evidence == right.evidence and (relation not in ("same", "absent") or one.kind != other.kind):
        return True
    if relation == "other" and rules.join["other"].other_document and one_document(left, right):
        return True
    if relation != "absent":
        return False
    if one.stake and other.stake and one.stake.percent != other.stake.percent:
        return True
    return bool(one.quantity and other.quantity and _count_apart(one.quantity, other.quantity))


def _count_apart(one: Quantity, other: Quantity) -> bool:
    """Return whether two numbers of the same things cannot be one: 3 and 5 GW, and not 3 to 5 and 4 GW."""
    (least, most), (other_least, other_most) = _span(one), _span(other)
    if one.unit != other.unit or least is None or other_least is None or most is None or other_most is None:
        return False
    return least > other_most or other_least > most


def _span(quantity: Quantity) -> tuple[Decimal | None, Decimal | None]:
    if quantity.value is not None:
        return quantity.value, quantity.value
    return quantity.low, quantity.high


def one_document(left: Telling, right: Telling) -> bool:
    """Return whether both are told in one document."""
    return left.mention.document == right.mention.document


def _far(left: Telling, right: Telling, days: int, told_days: int) -> bool:
    if left.told and right.told:
        return gap(left.told, right.told) > told_days
    if (left.told or right.told) and one_document(left, right):
        return False  # a document dates a deal once
    return gap(left.when, right.when) > days
