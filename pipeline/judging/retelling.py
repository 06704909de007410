"""What people said of single tellings, before they are merged: corrected, held to be one deal, or held apart.

A telling is meant by its id, and where a run gives it another, by its sentence and its parties.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec import UNSET
from msgspec.structs import replace

from pipeline.judging import edits, judgements, quotes
from pipeline.judging.corrections import edited
from pipeline.models import DealMention, Judgement, MergedDeal, OneDeal


class Ties(NamedTuple):
    """Which tellings are one deal and which are not, by their ids, as people said."""

    same: tuple[frozenset[str], ...] = ()
    apart: tuple[tuple[frozenset[str], frozenset[str]], ...] = ()


def corrected(mentions: Iterable[DealMention], answers: Iterable[Judgement]) -> list[DealMention]:
    """Return the tellings as people corrected them, so that two corrected alike become one deal.

    A field is corrected where the telling says what the person saw; where people disagree, nothing is.
    """
    mentions = list(mentions)
    given = [each for each in judgements.standing(answers) if each.answer in judgements.DECISIVE]
    if not any(each.answer == "edited" for each in given):
        return mentions
    find = _finder(mentions)
    speaking: defaultdict[str, list[Judgement]] = defaultdict(list)
    for answer in given:
        side = OneDeal(
            deal=answer.deal, quotes=answer.quotes, parties=answer.parties, tellings=quotes.tellings_seen(answer)
        )
        for name in find(side):
            speaking[name].append(answer)
    return [_as_corrected(mention, judgements.heard(speaking.get(mention.deal.id, ()))) for mention in mentions]


def _as_corrected(mention: DealMention, answers: Sequence[Judgement]) -> DealMention:
    if not answers or any(each.answer != "edited" or each.fields != answers[0].fields for each in answers):
        return mention
    saw, now = quotes.saw(answers[0]), edits.seen(mention.deal)
    changes = {name: value for name, value in answers[0].fields.items() if edits.same_field(name, saw, now)}
    return replace(mention, deal=edited(mention.deal, edits.fields(changes))) if changes else mention


def uncorrected(merged: Iterable[MergedDeal], answers: Sequence[Judgement]) -> list[MergedDeal]:
    """Return merged deals with what the rules read where a person took back a correction that a run had taken up.

    The next run merges them anew; until then the telling whose words a deal shows speaks for it.
    """
    deals, lost = list(merged), judgements.taken_back(answers)
    if not lost:
        return deals
    places = {deal.id: n for n, deal in enumerate(deals)}
    by_telling = {mention.deal.id: deal.id for deal in deals for mention in deal.mentions}
    for answer in lost:
        named = {by_telling[name] for name in (answer.deal, *quotes.tellings_seen(answer)) if name in by_telling}
        for place in (places[name] for name in named):
            deals[place] = _without(deals[place], edits.fields(answer.fields))
    return deals


def _without(deal: MergedDeal, changes: edits.Fields) -> MergedDeal:
    mended = [name for name in edits.Fields.__struct_fields__ if getattr(changes, name) is not UNSET]
    told = next((each.deal for each in deal.mentions if each.deal.evidence == deal.evidence), deal.mentions[0].deal)
    same = [name for name in mended if edits.same_field(name, edits.seen(deal), changes)]
    return replace(deal, **{name: getattr(told, name) for name in same})


def as_read(merged: Iterable[MergedDeal], mentions: Iterable[DealMention]) -> tuple[MergedDeal, ...]:
    """Return merged deals whose tellings are those given, as the rules read them."""
    by_id = {mention.deal.id: mention for mention in mentions}
    return tuple(
        replace(deal, mentions=tuple(by_id.get(each.deal.id, each) for each in deal.mentions)) for deal in merged
    )


def ties(mentions: Iterable[DealMention], answers: Iterable[Judgement]) -> Ties:
    """Return which of these tellings people hold to be one deal and which not; where they disagree, neither."""
    find = _finder(mentions)
    given: defaultdict[frozenset[str], list[Judgement]] = defaultdict(list)
    for answer in judgements.pairs(answers):
        if answer.other:
            given[frozenset((answer.deal, answer.other.deal))].append(answer)
    same, apart = [], []
    for several in given.values():
        if len({each.answer for each in several}) > 1:
            continue
        for answer in several:
            left, right = (find(side) for side in sides(answer))
            if not left or not right:
                continue
            if answer.answer == "same":
                same.append(frozenset(left | right))
            elif left - right and right - left:
                apart.append((frozenset(left - right), frozenset(right - left)))
    return Ties(tuple(same), tuple(apart))


def sides(answer: Judgement) -> tuple[OneDeal, OneDeal]:
    """Return the two deals that a person compared."""
    assert answer.other is not None
    seen = quotes.tellings_seen(answer)
    return OneDeal(deal=answer.deal, quotes=answer.quotes, parties=answer.parties, tellings=seen), answer.other


def one_deal(deal: MergedDeal, tellings: Sequence[str] = ()) -> OneDeal:
    """Return what finds a deal again, or only some of its tellings."""
    chosen = [each for each in deal.mentions if not tellings or each.deal.id in tellings]
    return OneDeal(
        deal=deal.id if not tellings else chosen[0].deal.id,
        quotes=tuple(dict.fromkeys(each.deal.evidence.text for each in chosen)),
        parties=tuple(f"{party.role}:{party.name}" for party in deal.parties),
        tellings=tuple(each.deal.id for each in chosen),
    )


def _finder(mentions: Iterable[DealMention]) -> Callable[[OneDeal], set[str]]:
    """Return the function that gives the ids of the tellings that a person meant."""
    by_id: dict[str, DealMention] = {}
    by_quote: defaultdict[str, list[DealMention]] = defaultdict(list)
    for mention in mentions:
        by_id[mention.deal.id] = mention
        by_quote[quotes.fold(mention.deal.evidence.text)].append(mention)
    return lambda side: _meant(side, by_id, by_quote)


def _meant(side: OneDeal, by_id: Mapping[str, DealMention], by_quote: Mapping[str, list[DealMention]]) -> set[str]:
    known = {name for name in side.tellings if name in by_id}
    held = {quotes.fold(by_id[name].deal.evidence.text) for name in known}
    names = {party.partition(":")[2] for party in side.parties}
    for quote in {quotes.fold(each) for each in side.quotes} - held:
        for mention in by_quote.get(quote, ()):
            told = {party.name for party in mention.deal.parties}
            if not names or 2 * len(names & told) >= max(len(names), len(told)):
                known.add(mention.deal.id)
    return known
