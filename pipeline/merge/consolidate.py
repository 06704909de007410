"""Says what a deal of several mentions is: each field from the mention that tells it best, disagreement listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from pipeline.merge.agree import relate
from pipeline.merge.status_history import history
from pipeline.merge.telling import Figure, Telling
from pipeline.merge.tolerances import MergeRules
from pipeline.models import Amount, Conflict, ConflictValue, Date, Deal, Kind, MergedDeal, Quantity, Status, plain
from pipeline.times.days import days, gap

T = TypeVar("T")


def consolidate(told: Sequence[Telling], rules: MergeRules, today: str | None) -> MergedDeal:
    """Return the merged deal of tellings in the order of mentions; its id is that of the first."""
    voices = [each for each in told if each.mention.deal.block != "comment"] or list(told)
    kind = _kind(voices, rules)
    money = _agreeing(voices)
    figure = max(money, key=_standing, default=None)
    best = _best(voices, kind, figure)
    steps = history([each.mention for each in voices], rules.status)
    deal, date = best.mention.deal, _date(best, voices)
    dates = sorted(each.mention.published for each in told if each.mention.published)
    return MergedDeal(
        id=told[0].mention.deal.id,
        kind=kind,
        status=steps[-1].status,
        parties=deal.parties,
        amount=_amount(figure[1]) if figure else None,
        stake=_most_told(best, voices, lambda deal: deal.stake, lambda stake: stake.percent),
        valuation=_most_told(best, voices, lambda deal: deal.valuation, lambda amount: amount.value),
        asset=_most_told(best, voices, lambda deal: deal.asset, lambda asset: asset.kind),
        quantity=_most_told(best, voices, lambda deal: deal.quantity, _counted),
        round=_most_told(best, voices, lambda deal: deal.round, lambda round: round.value),
        date=date,
        evidence=deal.evidence,
        speaker=deal.speaker,
        rule=deal.rule,
        confidence=max(each.mention.deal.confidence for each in voices),
        documents=tuple(dict.fromkeys(each.mention.document for each in told)),
        mentions=tuple(each.mention for each in told),
        conflicts=tuple(_conflicts(told, best, date, kind, figure and figure[0], steps[-1].status, rules)),
        history=steps,
        first_seen=dates[0][:10] if dates else today,
        last_seen=dates[-1][:10] if dates else today,
    )


def _standing(told: tuple[Figure, list[Telling]]) -> tuple[bool, int, int, int]:
    """Return how well a figure stands: plainly told, by most; of 220亿 and 224亿 told equally often, the unrounded."""
    value = told[0].value
    digits = len(value.normalize().as_tuple().digits) if value is not None else 0
    return value is not None, *_votes(told[1]), digits


def _votes(told: Iterable[Telling]) -> tuple[int, int]:
    """Return how many documents and how many mentions say something."""
    mentions = [each.mention for each in told]
    return len({mention.document for mention in mentions}), len(mentions)


def _agreeing(told: Iterable[Telling]) -> list[tuple[Figure, list[Telling]]]:
    """Return each figure told and who tells it; one without its currency goes with the same one that has it."""
    groups: dict[Hashable, list[Telling]] = defaultdict(list)
    for each in told:
        if found := each.figure:
            groups[found.value, None if found.value is not None else (found.least, found.most), found.per].append(each)
    return [pair for several in groups.values() for pair in _by_currency(several)]


def _by_currency(told: list[Telling]) -> list[tuple[Figure, list[Telling]]]:
    said: dict[str, list[Telling]] = {}
    for each in told:
        if each.figure and each.figure.currency:
            said.setdefault(each.figure.currency, []).append(each)
    unsaid = [each for each in told if each.figure and not each.figure.currency]
    if not said:
        return [(_figure_of(unsaid[0]), unsaid)]
    first, *rest = said.values()
    first.extend(unsaid)
    return [(_figure_of(several[0]), several) for several in (first, *rest)]


def _figure_of(telling: Telling) -> Figure:
    assert telling.figure is not None
    return telling.figure


def _kind(told: Sequence[Telling], rules: MergeRules) -> Kind:
    """Return the kind most documents tell; a weak one only where there is no other, and none that nobody says."""
    said = {each.mention.deal.kind for each in told}
    votes: dict[Kind, list[Telling]] = defaultdict(list)
    for each in told:
        votes[each.kind if each.kind in said else each.mention.deal.kind].append(each)
    strong = [kind for kind in votes if kind not in rules.kinds.weak] or list(votes)
    return max(strong, key=lambda kind: (*_votes(votes[kind]), -rules.kinds.order.index(kind)))


def _best(told: Sequence[Telling], kind: Kind, figure: tuple[Figure, list[Telling]] | None) -> Telling:
    """Return the telling that shows the deal best: its kind, its amount, most parties, surest; the first of equals."""
    telling_it = set(_ids(figure[1])) if figure else set()
    return max(
        told,
        key=lambda each: (
            each.mention.deal.kind == kind,
            each.mention.deal.id in telling_it,
            len(each.companies),
            each.mention.deal.confidence,
        ),
    )


def _amount(told: Sequence[Telling]) -> Amount | None:
    """Return the amount as a mention names it, currency and all, qualified as most are; `up to` gets lost easily."""
    qualifiers: dict[str, list[Telling]] = defaultdict(list)
    for each in told:
        if each.mention.deal.amount:
            qualifiers[each.mention.deal.amount.qualifier].append(each)

    def weight(each: Telling) -> tuple[bool, bool, int, int, bool]:
        amount = each.mention.deal.amount
        assert amount is not None
        named = amount.currency is not None
        return (
            named and not amount.currency_inferred,
            named,
            *_votes(qualifiers[amount.qualifier]),
            amount.qualifier != "exact",
        )

    return max(told, key=weight).mention.deal.amount


def _counted(quantity: Quantity) -> Hashable:
    return quantity.value, quantity.low, quantity.high, quantity.unit


def _most_told(
    best: Telling, told: Sequence[Telling], field: Callable[[Deal], T | None], same: Callable[[T], Hashable]
) -> T | None:
    """Return a field as the best telling has it, else as most documents do."""
    if (own := field(best.mention.deal)) is not None:
        return own
    values: dict[Hashable, list[Telling]] = defaultdict(list)
    for each in told:
        if (value := field(each.mention.deal)) is not None:
            values[same(value)].append(each)
    return field(max(values.values(), key=_votes)[0].mention.deal) if values else None


def _date(best: Telling, told: Sequence[Telling]) -> Date | None:
    """Return the date as the best telling or most documents have it, in the words of who tells it most exactly."""
    date = _most_told(best, told, lambda deal: deal.date, lambda date: date.value)
    meant = days(date.value) if date else None
    if meant is None:
        return date
    others = ((each.mention.deal.date, days(each.mention.deal.date.value)) for each in told if each.mention.deal.date)
    agreeing = [
        (span[1] - span[0], at, other) for at, (other, span) in enumerate(others) if span and not gap(span, meant)
    ]
    return min(agreeing, key=lambda each: each[:2])[2]


def _conflicts(
    told: Sequence[Telling],
    best: Telling,
    date: Date | None,
    kind: Kind,
    figure: Figure | None,
    status: Status,
    rules: MergeRules,
) -> Iterable[Conflict]:
    """Yield each field on which mentions disagree, the value that stands first."""
    money = [
        (each, several)
        for each, several in _agreeing(told)
        if figure and (each == figure or _disagree(each, figure, rules))
    ]
    if len(money) > 1:
        money.sort(key=lambda each: figure is not None and _disagree(each[0], figure, rules))
        yield Conflict(field="amount", values=tuple(_money_value(several) for _, several in money))
    yield from _conflict("kind", told, lambda each: kind if each.kind == kind else each.mention.deal.kind, kind)
    yield from _conflict("stake", told, _stake, _stake(best))
    yield from _conflict("date", told, lambda each: _other_date(each, date), date.value if date else None)
    yield from _conflict("parties", told, lambda each: _other_parties(each, best), _parties(best))
    yield from _conflict("status", told, lambda each: _against(each, status, rules), status)


def _disagree(left: Figure, right: Figure, rules: MergeRules) -> bool:
    """Return whether two figures cannot both be right, or can only if one currency is converted."""
    if left.currency and right.currency and left.currency != right.currency:
        return True
    return relate(left, right, rules) not in ("same", "near", "absent")


def _money_value(told: Sequence[Telling]) -> ConflictValue:
    amount = _amount(told)
    assert amount is not None
    return ConflictValue(value=amount.text, amount=amount, mentions=_ids(told))


def _ids(told: Iterable[Telling]) -> tuple[str, ...]:
    return tuple(each.mention.deal.id for each in told)


def _conflict(
    field: str, told: Sequence[Telling], value: Callable[[Telling], str | None], standing: str | None
) -> Iterable[Conflict]:
    """Yield the conflict of a field whose mentions tell more than one value; those telling none take no part."""
    values: dict[str, list[Telling]] = defaultdict(list)
    for each in told:
        if (said := value(each)) is not None:
            values[said].append(each)
    if len(values) > 1:
        ranked = sorted(values.items(), key=lambda each: each[0] != standing)
        yield Conflict(
            field=field,  # type: ignore[arg-type]
            values=tuple(ConflictValue(value=said, mentions=_ids(several)) for said, several in ranked),
        )


def _stake(telling: Telling) -> str | None:
    stake = telling.mention.deal.stake
    return f"{plain(stake.percent):f}%" if stake else None


def _other_date(telling: Telling, date: Date | None) -> str | None:
    """Return the date told, as the deal's own where one only is less exact than the other."""
    told = telling.mention.deal.date
    if told is None or told.value is None or date is None:
        return told.value if told else None
    return told.value if gap(days(told.value), days(date.value)) else date.value


def _other_parties(telling: Telling, best: Telling) -> str:
    """Return the parties told, as the best telling's where it names all of them, a parent for its unit too."""
    if best.root(best.companies) >= telling.root(telling.companies):
        return _parties(best)
    return _parties(telling)


def _parties(telling: Telling) -> str:
    """Return who is who, as text."""
    return ", ".join(f"{party.role} {party.name}" for party in telling.mention.deal.parties)


def _against(telling: Telling, status: Status, rules: MergeRules) -> str | None:
    """Return a mention's status where it speaks against the one that stands: one says it is off, one that it is on."""
    stops = rules.status.stops
    said = telling.mention.deal.status
    return said if said == status or (said in stops) != (status in stops) else None
