"""Merges what a run changed: only the deals that a changed document, copy or answer can touch are merged again.

What comes out is what merging everything gives, and everything is merged where other rules or code than ours made what
is stored, or where much of it changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import NamedTuple

from pipeline.extraction import default
from pipeline.judging import additions, judgements, quotes, retelling
from pipeline.judging.judgements import PERSON
from pipeline.merge import Tell, enters, merge, merge_again, merge_rules, teller
from pipeline.merge.group import Node
from pipeline.models import DealMention, Document, Issue, Judgement, MergedDeal, fingerprint, to_json
from pipeline.normalize import fold
from pipeline.rules.knowledge import Knowledge
from pipeline.runs.signature import reads_with
from pipeline.store import Filed, StandingMention, Store
from pipeline.text import duplicates
from pipeline.text.copying import copies_again

DOCUMENTS = "documents"
"""The state that names the last run in which any document changed."""
MERGED_WITH = "merged with"
"""The state that names the rules and the code that made what is stored."""
SHAPING = ("edited", "same", "different")
"""Answers by which people change what is merged: where there are any, everything is merged again."""
FEW, SHARE = 200, 20
"""Documents that are always merged piecewise, and the part (one in so many) of all from which on it is no gain."""


class Consolidated(NamedTuple):
    """The merged deals that are not as they were, before and now, and what their merging told."""

    edition: int
    before: list[MergedDeal]
    after: list[MergedDeal]
    issues: list[Issue]
    """Of deals that people added and that no text tells any more."""
    documents: set[str] | None
    """Those that came, changed or went, and the copies and originals among them; None where everything was merged."""
    since: tuple[str, ...] = ()
    """The store's last changes before (see `Store.last_changes`)."""
    now: tuple[str, ...] = ()
    """The same after."""


def consolidate(
    run: int,
    store: Store,
    answers: Sequence[Judgement],
    knowledge: Knowledge,
    published: Callable[[], Iterable[MergedDeal]],
) -> Consolidated:
    """Return what became of the merged deals; `published` gives their ids to a store that has none."""
    with store.together():
        since, touched = store.last_changes(), store.touched()
        shaping = any(answer.answer in SHAPING for answer in answers)
        made_with = fingerprint(knowledge.once(reads_with), *(map(to_json, answers) if shaping else ()))
        few = len(touched) <= FEW or len(touched) * SHARE <= store.number_of_documents()
        if few and store.state(MERGED_WITH) == made_with and not (shaping and touched):
            found = _some(run, store, answers, knowledge, touched)
        else:
            found = _all(run, store, answers, knowledge, published)
            store.note(MERGED_WITH, made_with)
        if touched:
            store.note(DOCUMENTS, str(run))
        store.untouch()
        now = store.last_changes()
    return found._replace(since=since, now=now)


def all_told(
    store: Store, mentions: Iterable[DealMention], copies: Mapping[str, str], answers: Iterable[Judgement]
) -> tuple[list[DealMention], list[Issue]]:
    """Return the tellings that are merged: those of no copies, with what people added; and what went lost of that."""

    def standing(document: str) -> Document | None:
        return store.document(document) if store.signatures([document]) else None

    original = [mention for mention in mentions if mention.document not in copies]
    return additions.told_too(original, answers, standing, copies)


def combine(
    mentions: Sequence[DealMention],
    previous: Iterable[MergedDeal],
    answers: Sequence[Judgement],
    knowledge: Knowledge | None = None,
) -> tuple[MergedDeal, ...]:
    """Return the merged deals of these mentions as people corrected and joined them, with what the tables tell."""
    knowledge = knowledge or default().knowledge
    ties = retelling.ties(mentions, answers)
    merged = merge(
        retelling.corrected(mentions, answers), previous=previous, parents=_parents(knowledge), fold=fold,
        today=today(), rules=merge_rules(knowledge), same=ties.same, apart=ties.apart,
    )  # fmt: skip
    return retelling.as_read(merged, mentions)


def today() -> str:
    """Return the day, in UTC, as ISO 8601."""
    return datetime.now(UTC).date().isoformat()


def _parents(knowledge: Knowledge) -> dict[str, str]:
    return {company.id: company.parent for company in knowledge.companies if company.parent}


def _all(
    run: int,
    store: Store,
    answers: Sequence[Judgement],
    knowledge: Knowledge,
    published: Callable[[], Iterable[MergedDeal]],
) -> Consolidated:
    """Merge everything, and file all that is needed to merge only some of it the next time."""
    mentions = store.mentions()
    said = duplicates.tellings(mentions)
    copies = duplicates.copies(store.sketches(), said)
    standing = store.merged()
    told, lost = all_told(store, mentions, copies, answers)
    merged = combine(told, standing or published(), answers, knowledge)
    tell = teller(merge_rules(knowledge), _parents(knowledge), fold)
    before, after = _moved(standing, merged)
    edition = store.move(run, before, after, {}, {})
    store.file_anew(merged, {deal.id: _filed(deal, tell) for deal in merged})
    store.save_says({name: set(map(_hashed, each)) for name, each in said.items()}, anew=True)
    store.save_copies({**dict.fromkeys(store.copies()), **copies})
    return Consolidated(edition, before, after, lost, None)


def _moved(standing: Iterable[MergedDeal], merged: Iterable[MergedDeal]) -> tuple[list[MergedDeal], list[MergedDeal]]:
    """Return the deals that are not written as they were, before and now."""
    old = {deal.id: deal for deal in standing}
    new = {deal.id: deal for deal in merged}
    same = {name for name in old.keys() & new.keys() if to_json(old[name]) == to_json(new[name])}
    return (
        [deal for name, deal in old.items() if name not in same],
        [deal for name, deal in new.items() if name not in same],
    )


def _some(
    run: int, store: Store, answers: Sequence[Judgement], knowledge: Knowledge, touched: set[str]
) -> Consolidated:
    """Merge what these documents and what people said can touch."""
    said = duplicates.tellings(store.mentions_in(touched))
    store.save_says({name: set(map(_hashed, said.get(name, ()))) for name in touched})
    turned = copies_again(touched, store)
    originals = set(store.originals_of(touched | turned.keys()).values())  # whose addresses are more or fewer
    originals |= {original for original in turned.values() if original}
    store.save_copies(turned)
    now, was, lost = _changed(store, answers, touched | turned.keys())
    digests = {name: _digest(mention) for name, mention in now.items()}
    gone = {name for name, told in was.items() if digests.get(name) != told.digest}
    came = [mention for name, mention in now.items() if name not in was or was[name].digest != digests[name]]
    rules = merge_rules(knowledge)
    tell = teller(rules, _parents(knowledge), fold)
    before, after = merge_again(gone, came, _Held(store), tell, rules, today())
    filed = [{deal.id: _filed(deal, tell) for deal in deals} for deals in (before, after)]
    documents = {*touched, *turned, *originals}
    return Consolidated(store.move(run, before, after, *filed), before, after, lost, documents)


def _changed(
    store: Store, answers: Sequence[Judgement], documents: Collection[str]
) -> tuple[dict[str, DealMention], dict[str, StandingMention], list[Issue]]:
    """Return the mentions that may differ, as they are now and as they were merged, by id; and what went lost."""
    copies = store.originals_of(documents)
    now = {each.deal.id: each for each in store.mentions_in(documents) if each.document not in copies}
    was = {told.mention: told for told in store.told_in(documents)}
    added = judgements.additions(answers)
    people = {answer.deal for answer in added} | {told.mention for told in store.told_by_people()}
    if not people:
        return now, was, []
    homes = store.originals_of({additions.of_document(answer) for answer in added})
    rules = store.mentions_as(people)
    copied = store.originals_of({mention.document for mention in rules})
    told, lost = all_told(store, rules, {**homes, **copied}, answers)
    by_id = {mention.deal.id: mention for mention in told}
    now = {name: each for name, each in now.items() if name not in people} | by_id
    return now, was | {told.mention: told for told in store.told_as(people)}, lost


def _filed(deal: MergedDeal, tell: Tell) -> Filed:
    told = [
        StandingMention(
            mention=each.deal.id, deal=deal.id, document=each.document, digest=_digest(each),
            quote=_hashed(quotes.fold(each.deal.evidence.text)), person=each.deal.rule == PERSON,
        )
        for each in deal.mentions
    ]  # fmt: skip
    return Filed(told, {_key(node) for each in deal.mentions for node in enters(tell(each))})


def _digest(mention: DealMention) -> str:
    return fingerprint(to_json(mention))


def _key(node: Node) -> int:
    return _hashed(repr(node))


def _hashed(text: str) -> int:
    """Return a number that names a text, as databases keep it: 64 bits with a sign."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


class _Held:
    """The merged deals that stand in a store, each read once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: dict[str, MergedDeal] = {}

    def under(self, nodes: Collection[Node]) -> list[MergedDeal]:
        """Return those with a telling under one of these keys."""
        return self.named(self._store.under(map(_key, nodes)))

    def holding(self, mentions: Collection[str]) -> list[MergedDeal]:
        """Return those that hold one of these mentions."""
        return self.named({told.deal for told in self._store.told_as(mentions)})

    def named(self, ids: Collection[str]) -> list[MergedDeal]:
        """Return those of these ids."""
        unread = [name for name in ids if name not in self._read]
        self._read |= {deal.id: deal for deal in self._store.named(unread)}
        return [self._read[name] for name in ids if name in self._read]

    def once_named(self, ids: Collection[str]) -> list[MergedDeal]:
        """Return those that had one of these ids."""
        return self.named(self._store.once_named(ids))
