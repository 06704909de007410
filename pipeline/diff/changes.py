"""Tells what became of the deals between two states, field by field, and why. Pure: no files, no clock, no database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Literal, get_args

from pipeline import wording
from pipeline.judging import edits, quotes
from pipeline.judging.judgements import PERSON
from pipeline.models import Cause, Change, DealMention, FieldChange, Judgement, MergedDeal, Noun, to_json

CAUSES: tuple[Cause, ...] = get_args(Cause)
"""In the order they are shown; of several that apply, the first is the cause."""


class Known(Noun, frozen=True, kw_only=True):
    """What is known about a state besides its deals."""

    documents: dict[str, str] | None = None
    """The fingerprint of each document's text, also of those that tell no deal; null where nothing is known."""
    judgements: tuple[Judgement, ...] = ()


FIELDS: dict[str, Callable[[MergedDeal], str | None]] = {
    "parties": lambda deal: wording.parties(deal.parties),
    "kind": lambda deal: deal.kind,
    "status": lambda deal: deal.status,
    "amount": lambda deal: wording.amount(deal.amount) if deal.amount else None,
    "stake": lambda deal: wording.stake(deal.stake) if deal.stake else None,
    "valuation": lambda deal: wording.amount(deal.valuation) if deal.valuation else None,
    "asset": lambda deal: f"{deal.asset.kind}: {deal.asset.text}" if deal.asset else None,
    "quantity": lambda deal: wording.quantity(deal.quantity) if deal.quantity else None,
    "round": lambda deal: deal.round.value if deal.round else None,
    "date": lambda deal: deal.date.value or deal.date.text if deal.date else None,
    "speaker": lambda deal: deal.speaker,
    "judgement": lambda deal: deal.judgement,
    "conflicts": lambda deal: "; ".join(wording.conflict(conflict) for conflict in deal.conflicts) or None,
    "documents": lambda deal: ", ".join(deal.documents) or None,
    "evidence": lambda deal: deal.evidence.text,
    "first seen": lambda deal: deal.first_seen,
    "last seen": lambda deal: deal.last_seen,
    "rule": lambda deal: deal.rule,
    "confidence": lambda deal: f"{deal.confidence:g}",
    "companies": lambda deal: ", ".join(party.company_id or "?" for party in deal.parties),
}


def diff(
    old: Sequence[MergedDeal], new: Sequence[MergedDeal], before: Known | None = None, after: Known | None = None
) -> list[Change]:
    """Return every change from the old deals to the new, by cause, then kind, then parties."""
    evidence = _Evidence(old, new, before or Known(), after or Known())
    changes = [
        _change(olds, news, evidence)
        for olds, news in _pairs(old, new)
        if list(olds) != list(news)  # equal nouns: nothing happened
    ]
    return sorted(changes, key=lambda change: (CAUSES.index(change.cause), change.kind, _title(change)))


def _title(change: Change) -> tuple[str, str]:
    first = (change.new or change.old)[0]
    return wording.title(first), first.id


def _change(olds: Sequence[MergedDeal], news: Sequence[MergedDeal], evidence: _Evidence) -> Change:
    gained, lost = _moved(olds, news), _moved(news, olds)
    cause = evidence.cause(olds, news, gained, lost)
    touched = gained + lost
    rules = {mention.deal.rule for mention in touched} or {deal.rule for deal in (*olds, *news)}
    return Change(
        kind=_kind(olds, news),
        cause=cause,
        rules=tuple(sorted(rules)) if cause == "rule changed" else (),
        documents=tuple(sorted({mention.document for mention in touched})),
        fields=tuple(fields(olds[0], news[0])) if len(olds) == len(news) == 1 else (),
        old=tuple(olds),
        new=tuple(news),
    )


def _kind(
    olds: Sequence[MergedDeal], news: Sequence[MergedDeal]
) -> Literal["added", "gone", "changed", "split", "merged"]:
    if not olds:
        return "added"
    if not news:
        return "gone"
    if len(olds) == len(news) == 1:
        return "changed"
    return "merged" if len(olds) >= len(news) else "split"


def fields(old: MergedDeal, new: MergedDeal) -> list[FieldChange]:
    """Return the fields that read otherwise; `details` stands for what no field shows, such as moved offsets."""
    told = [(name, read(old), read(new)) for name, read in FIELDS.items()]
    found = [FieldChange(field=name, old=left, new=right) for name, left, right in told if left != right]
    if not found and old != new:
        return [FieldChange(field="details", old=None, new=None)]
    return found


def _moved(before: Iterable[MergedDeal], after: Iterable[MergedDeal]) -> list[DealMention]:
    """Return the tellings that stand after and did not stand so before."""
    known = {mention.deal.id: mention.deal for deal in before for mention in deal.mentions}
    mentions = chain.from_iterable(deal.mentions for deal in after)
    return [mention for mention in mentions if known.get(mention.deal.id) != mention.deal]


# Which old deals became which new ones


def _pairs(old: Sequence[MergedDeal], new: Sequence[MergedDeal]) -> list[tuple[list[MergedDeal], list[MergedDeal]]]:
    """Return groups of old and new deals that belong together: by id and mentions, then by what the text tells."""
    groups = _Groups(old, new)
    by_mention: defaultdict[str, list[str]] = defaultdict(list)
    for deal in old:
        for key in {deal.id, *(mention.deal.id for mention in deal.mentions)}:
            by_mention[key].append(deal.id)
    for deal in new:
        for key in {deal.id, *deal.former_ids, *(mention.deal.id for mention in deal.mentions)}:
            for former in by_mention[key]:
                groups.join(former, deal.id)
    for former, later in _retold(groups.single("old"), groups.single("new")):
        groups.join(former, later)
    return groups.all()


def _retold(gone: Iterable[MergedDeal], added: Iterable[MergedDeal]) -> list[tuple[str, str]]:
    """Return (old id, new id) of deals that one document told of mostly the same parties, each used once."""
    places: defaultdict[str, list[MergedDeal]] = defaultdict(list)
    for deal in added:
        for document in deal.documents:
            places[document].append(deal)
    rated = [
        (likeness, former.id, later.id)
        for former in gone
        for later in {deal.id: deal for document in former.documents for deal in places[document]}.values()
        if (likeness := _likeness(former, later)) >= 1
    ]
    taken: set[tuple[str, str]] = set()
    pairs = []
    for _, left, right in sorted(rated, key=lambda pair: (-pair[0], *pair[1:])):
        if not {("old", left), ("new", right)} & taken:
            taken |= {("old", left), ("new", right)}
            pairs.append((left, right))
    return pairs


def _likeness(former: MergedDeal, later: MergedDeal) -> float:
    """Return how surely two tellings are one deal: at least 1 where all parties agree, or half and the sentence."""
    left, right = edits.seen(former).parties or (), edits.seen(later).parties or ()
    parties = edits.shared(left, right) / max(len(left), len(right))
    same_text = quotes.near(quotes.fold(former.evidence.text), quotes.fold(later.evidence.text))
    return parties + (0.5 if same_text else 0.0) + (0.1 if parties and former.kind == later.kind else 0.0)


class _Groups:
    """Old and new deals, joined where they share anything."""

    def __init__(self, old: Sequence[MergedDeal], new: Sequence[MergedDeal]) -> None:
        self.deals = {("old", deal.id): deal for deal in old} | {("new", deal.id): deal for deal in new}
        self.parent = {key: key for key in self.deals}
        self.joined: set[tuple[str, str]] = set()

    def root(self, key: tuple[str, str]) -> tuple[str, str]:
        """Return the key that names a group."""
        while self.parent[key] != key:
            self.parent[key] = key = self.parent[self.parent[key]]
        return key

    def join(self, old: str, new: str) -> None:
        """Note that an old deal became, at least in part, a new one."""
        self.parent[self.root(("new", new))] = self.root(("old", old))
        self.joined |= {("old", old), ("new", new)}

    def single(self, side: str) -> list[MergedDeal]:
        """Return the deals of a side that nothing was joined to."""
        return [deal for key, deal in self.deals.items() if key[0] == side and key not in self.joined]

    def all(self) -> list[tuple[list[MergedDeal], list[MergedDeal]]]:
        """Return the groups, each as its old and its new deals."""
        groups: dict[tuple[str, str], tuple[list[MergedDeal], list[MergedDeal]]] = {}
        for key, deal in self.deals.items():
            olds, news = groups.setdefault(self.root(key), ([], []))
            (olds if key[0] == "old" else news).append(deal)
        return list(groups.values())


# Why


class _Evidence:
    """Finds the cause of a change from what both states know."""

    def __init__(self, old: Sequence[MergedDeal], new: Sequence[MergedDeal], before: Known, after: Known) -> None:
        self.before, self.after = before.documents, after.documents
        self.told_before = {document for deal in old for document in deal.documents} | set(before.documents or ())
        self.told_after = {document for deal in new for document in deal.documents} | set(after.documents or ())
        past = {to_json(judgement) for judgement in before.judgements}
        fresh = [judgement for judgement in after.judgements if to_json(judgement) not in past]
        self.judged = set(quotes.match([*old, *new], fresh))

    def cause(
        self,
        olds: Sequence[MergedDeal],
        news: Sequence[MergedDeal],
        gained: Sequence[DealMention],
        lost: Sequence[DealMention],
    ) -> Cause:
        """Return why a group of deals changed."""
        causes = {self._of_document(mention.document) for mention in (*gained, *lost)} - {None}
        if causes:
            return min((cause for cause in causes if cause), key=CAUSES.index)
        if self._is_judgement(olds, news) or _by_people(gained, lost):
            return "judgement"
        return self._of_reading(gained, lost)

    def _of_document(self, document: str) -> Cause | None:
        if document not in self.told_before:
            return "new document"
        if document not in self.told_after:
            return "document gone" if self.after is not None else None
        if self.before is None or self.after is None:
            return None
        return "document changed" if self.before.get(document) != self.after.get(document) else None

    def _is_judgement(self, olds: Sequence[MergedDeal], news: Sequence[MergedDeal]) -> bool:
        if not olds or not news:  # a rejected deal is gone from the files, an undone rejection brings it back
            return any(deal.id in self.judged for deal in (*olds, *news))
        return {deal.judgement for deal in olds} != {deal.judgement for deal in news}

    def _of_reading(self, gained: Sequence[DealMention], lost: Sequence[DealMention]) -> Cause:
        twins = [(old, new) for old in lost for new in gained if old.document == new.document]
        if any(_renamed(old, new) for old, new in twins):
            return "company table changed"
        unsure = self.before is None or self.after is None
        same_sentence = any(_same_sentence(old, new) for old, new in twins)
        return "document changed" if twins and unsure and not same_sentence else "rule changed"


def _by_people(gained: Sequence[DealMention], lost: Sequence[DealMention]) -> bool:
    """Return whether all that came and went are tellings that people added or took back."""
    moved = (*gained, *lost)
    return bool(moved) and all(mention.deal.rule == PERSON for mention in moved)


def _same_sentence(old: DealMention, new: DealMention) -> bool:
    return quotes.near(quotes.fold(old.deal.evidence.text), quotes.fold(new.deal.evidence.text))


def _renamed(old: DealMention, new: DealMention) -> bool:
    """Return whether the same words in the same roles now stand for other companies."""
    words = [sorted((party.role, party.text) for party in mention.deal.parties) for mention in (old, new)]
    firms = [sorted((party.company_id or "", party.name) for party in mention.deal.parties) for mention in (old, new)]
    return _same_sentence(old, new) and words[0] == words[1] and firms[0] != firms[1]
