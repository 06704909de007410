"""The queue: why a deal wants a look, what comes first, and what a filter leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import log10
from typing import Literal, get_args
from urllib.parse import urlencode

import msgspec

from pipeline.errors import DealsError
from pipeline.judging.judgements import DECISIVE, SETTLED, State, Verdict
from pipeline.models import DocumentRecord, Judgement, Kind, Noun, Status, fingerprint
from pipeline.rules.sizes import in_dollars

Reason = Literal["disputed", "conflict", "big", "doubtful", "changed", "new"]
REASONS: tuple[Reason, ...] = get_args(Reason)
"""In the order in which they are told."""
BIG = 1_000_000_000  # dollars: from here on a wrong figure misleads whoever sums the flows
TRUST = 10  # answers that weigh as much as the measured confidence
CONFLICT = 0.5  # least doubt where sources disagree: one of two is wrong
LITTLE = 0.3  # of the weight, where no money is expected to flow
DOUBTFUL = 0.7  # confidence; above 0.8 four in five deals are right, so here a look pays
VOID: frozenset[Status] = frozenset(("hypothetical", "denied", "withdrawn"))
"""Of these no money is expected to flow, however much is named."""
TODO: frozenset[State] = frozenset(("open", "changed", "disputed"))


class QueueItem(Noun, frozen=True, kw_only=True):
    """A deal in the queue, with all that a filter asks."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    dollars: float
    languages: tuple[str, ...]
    sources: tuple[str, ...]
    words: str
    """What a search looks through, in lower case."""
    joined: str | None = None
    """The deal that a person joined it to; the next run makes one of them."""

    @property
    def id(self) -> str:
        """The deal's id."""
        return self.verdict.extracted.id

    @property
    def todo(self) -> bool:
        """Whether it waits for an answer."""
        return self.verdict.state in TODO and self.joined is None

    def rank(self, learned: Learned) -> tuple[bool, bool, float, str]:
        """Return where it stands in the queue, first to last: disputes, what changed since, then by a minute's worth.

        That is how likely it is wrong times how much a wrong one misleads.
        """
        deal = self.verdict.deal
        doubt = max(learned.doubt(self), CONFLICT if "conflict" in self.reasons else 0.0)
        weight = (1 + log10(1 + self.dollars / 1_000_000)) * (LITTLE if deal.status in VOID else 1)
        state = self.verdict.state
        return state != "disputed", state != "changed", -doubt * weight, self.id


class Learned:
    """How often people found deals right, by the rule and the source that told them."""

    def __init__(self, answers: Iterable[Judgement] = ()) -> None:
        self._told: Counter[tuple[str, str]] = Counter()
        self._right: Counter[tuple[str, str]] = Counter()
        for answer in answers:
            if answer.answer in DECISIVE:
                for part in ("rule", "source"):
                    key = part, str(answer.judged.get(part) or "")
                    self._told[key] += 1
                    self._right[key] += answer.answer == "accepted"

    def doubt(self, item: QueueItem) -> float:
        """Return how likely a deal is wrong: its confidence, which as many answers as `TRUST` outweigh."""
        deal = item.verdict.extracted
        keys = [("rule", deal.rule), *(("source", source) for source in item.sources)]
        told, right = sum(self._told[key] for key in keys), sum(self._right[key] for key in keys)
        return 1 - (TRUST * deal.confidence + right) / (TRUST + told)


def item(
    verdict: Verdict,
    documents: Mapping[str, DocumentRecord],
    appeared: Collection[str],
    joined: str | None = None,
    names: Mapping[str, str] | None = None,
) -> QueueItem:
    """Return a deal as it stands in the queue."""
    deal = verdict.deal
    records = [documents[document] for document in deal.documents if document in documents]
    titles = [record.title or "" for record in records]
    firms = [text for party in deal.parties for text in (party.name, party.text, party.company_id or "")]
    firms += [(names or {}).get(party.company_id or "", "") for party in deal.parties]
    texts = [mention.deal.evidence.text for mention in deal.mentions] or [deal.evidence.text]
    dollars = in_dollars(deal)
    return QueueItem(
        verdict=verdict,
        reasons=reasons(verdict, dollars, new=deal.id in appeared),
        dollars=dollars,
        languages=tuple(sorted({record.language for record in records if record.language})),
        sources=tuple(sorted({record.source for record in records if record.source})),
        words="\n".join((deal.id, *firms, *titles, *texts)).lower(),
        joined=joined,
    )


def reasons(verdict: Verdict, dollars: float, *, new: bool) -> tuple[Reason, ...]:
    """Return why a deal wants a look, most pressing first."""
    holds: dict[Reason, bool] = {
        "disputed": verdict.state == "disputed",
        "conflict": bool(verdict.deal.conflicts),
        "big": dollars >= BIG and verdict.deal.status not in VOID,
        "doubtful": verdict.deal.confidence < DOUBTFUL,
        "changed": verdict.state == "changed",
        "new": new,
    }
    return tuple(reason for reason in REASONS if holds[reason])


class FilterError(DealsError):
    """A filter that no one can mean."""


class Filter(Noun, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person wants to see of the queue."""

    state: State | Literal["todo", "all", "settled"] = "todo"
    reason: Reason | None = None
    kind: Kind | None = None
    status: Status | None = None
    language: str | None = None
    source: str | None = None
    company: str | None = None
    rule: str | None = None
    least: int | None = None
    """Dollars."""
    q: str | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filter:
        """Return the filter of an address; what is not a filter's is passed over."""
        asked = {name: query[name].strip() for name in cls.__struct_fields__ if query.get(name, "").strip()}
        try:
            return msgspec.convert(asked, cls, strict=False)
        except msgspec.ValidationError as error:
            raise FilterError(str(error)) from error

    @property
    def query(self) -> str:
        """The filter as it stands in an address."""
        told = {name: getattr(self, name) for name in self.__struct_fields__}
        default = Filter()
        return urlencode({name: value for name, value in told.items() if value != getattr(default, name)})

    def takes(self, item: QueueItem) -> bool:
        """Return whether an item passes."""
        deal = item.verdict.deal
        return (
            self._takes_state(item)
            and (self.reason is None or self.reason in item.reasons)
            and (self.kind is None or self.kind == deal.kind)
            and (self.status is None or self.status == deal.status)
            and (self.language is None or self.language in item.languages)
            and (self.source is None or self.source in item.sources)
            and (self.rule is None or self.rule == deal.rule)
            and (self.least is None or item.dollars >= self.least)
            and (self.company is None or any(self.company in (p.company_id, p.name) for p in deal.parties))
            and (self.q is None or all(word in item.words for word in self.q.lower().split()))
        )

    def _takes_state(self, item: QueueItem) -> bool:
        if self.state == "todo":
            return item.todo
        if self.state == "settled":
            return item.verdict.state in SETTLED
        return self.state in ("all", item.verdict.state)


def ordered(items: Iterable[QueueItem], answers: Iterable[Judgement] = ()) -> list[QueueItem]:
    """Return items, those first where a person's minute is worth most, as the answers so far tell."""
    learned = Learned(answers)
    return sorted(items, key=lambda each: each.rank(learned))


def after(queue: Sequence[QueueItem], item: QueueItem) -> QueueItem | None:
    """Return the item that follows in a queue, the first one after the last; none where it is alone."""
    place = next((n for n, each in enumerate(queue) if each.id == item.id), None)
    if place is None:
        return queue[0] if queue else None
    rest = [*queue[place + 1 :], *queue[:place]]
    return rest[0] if rest else None


def set_name(items: Sequence[QueueItem]) -> str:
    """Return what names exactly these deals as they stand."""
    return fingerprint(*(f"{item.id}{item.verdict.state}" for item in items))
