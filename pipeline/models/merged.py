"""A deal as all its tellings tell it, and how it changed from run to run."""

from __future__ import annotations

from typing import Literal

from pipeline.models.deal import Amount, Asset, Date, Deal, Kind, Party, Quantity, Round, Stake, Status
from pipeline.models.document import Document
from pipeline.models.nouns import Noun, Span, fingerprint

Cause = Literal[
    "judgement", "new document", "document changed", "document gone", "company table changed", "rule changed",
]  # fmt: skip


class DealMention(Noun, frozen=True, kw_only=True):
    """One telling of a merged deal: the deal as that sentence tells it, and where."""

    document: str
    url: str | None = None
    """The document's address, with `#t=` and the second for a recording."""
    published: str | None = None
    deal: Deal

    @classmethod
    def of(cls, document: Document, deal: Deal) -> DealMention:
        """Return a deal as a document tells it, with an address that leads a player to the second."""
        at = "" if deal.second is None else f"#t={deal.second:.0f}"
        url = document.url and f"{document.url}{at}"
        return cls(document=document.id, url=url, published=document.published, deal=deal)


class Conflict(Noun, frozen=True, kw_only=True):
    """A field on which the mentions of a merged deal disagree, with what each mention says."""

    field: Literal["amount", "date", "kind", "status", "stake", "parties"]
    values: tuple[ConflictValue, ...]


class ConflictValue(Noun, frozen=True, kw_only=True):
    """One of the values in conflict, as text, and the ids of the mentions that say it."""

    value: str
    amount: Amount | None = None
    mentions: tuple[str, ...]


class StatusChange(Noun, frozen=True, kw_only=True):
    """From when on a merged deal has a status, and the mention that says so."""

    status: Status
    since: str | None = None
    """Publication date of the document that says so."""
    mention: str


class MergedDeal(Noun, frozen=True, kw_only=True):
    """One real deal with all its evidence."""

    id: str
    former_ids: tuple[str, ...] = ()
    kind: Kind
    status: Status
    parties: tuple[Party, ...]
    amount: Amount | None = None
    stake: Stake | None = None
    valuation: Amount | None = None
    asset: Asset | None = None
    quantity: Quantity | None = None
    round: Round | None = None
    date: Date | None = None
    evidence: Span
    speaker: str | None = None
    rule: str
    confidence: float
    documents: tuple[str, ...]
    mentions: tuple[DealMention, ...]
    conflicts: tuple[Conflict, ...] = ()
    history: tuple[StatusChange, ...] = ()
    """How its status came about, oldest first."""
    first_seen: str | None = None
    """ISO date: the earliest publication date of its documents, else the day of the run that found it."""
    last_seen: str | None = None
    judgement: Literal["accepted", "rejected", "edited"] | None = None
    added_by: str | None = None
    """Who told it, where the rule is `person`: nobody's rule did."""


class Announced(Noun, frozen=True, kw_only=True):
    """When a deal came to be known: one date to plot it by (ISO 8601 or EDTF), and what that date rests on."""

    value: str
    basis: Literal["text", "document", "fetched"]
    """Said in the text; the day of the first document that tells it; the day it was first read."""


class PublishedDeal(MergedDeal, frozen=True, kw_only=True):
    """One real deal with all its evidence, and what is worked out of it for readers: a line of `deals.jsonl`."""

    announced: Announced | None = None
    first_published: str | None = None
    """When the first document that tells it was published, null where none says so."""


class FieldChange(Noun, frozen=True, kw_only=True):
    """A field that reads otherwise than before, in words for people; null where there was or is nothing."""

    field: str
    old: str | None
    new: str | None


class Change(Noun, frozen=True, kw_only=True):
    """What became of a deal between two states, and why; `split` and `merged` hold several deals on one side."""

    kind: Literal["added", "gone", "changed", "split", "merged"]
    cause: Cause
    rules: tuple[str, ...] = ()
    """For a changed rule: the rules that read it otherwise now."""
    documents: tuple[str, ...] = ()
    """The documents in which it shows."""
    fields: tuple[FieldChange, ...] = ()
    old: tuple[MergedDeal, ...] = ()
    new: tuple[MergedDeal, ...] = ()


def substance(deal: Deal | MergedDeal) -> str:
    """Return the fingerprint of what a reviewer judges: who, what kind, how much, how sure; not where it is told."""
    money = deal.amount and (deal.amount.value, deal.amount.low, deal.amount.high, deal.amount.currency)
    stake = deal.stake and deal.stake.percent
    told = sorted(f"{party.role}:{party.company_id or party.name}" for party in deal.parties)
    return fingerprint(deal.kind, deal.status, money, stake, *told)
