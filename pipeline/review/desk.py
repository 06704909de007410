"""The desk: a person's answers about the deals in memory, checked against what the person saw, and recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from pipeline.errors import DealsError
from pipeline.judging import additions, edits, judgements, retelling
from pipeline.judging.judgements import Verdict
from pipeline.models import (
    Answer,
    Document,
    Fault,
    Judgement,
    MergedDeal,
    OneDeal,
    fingerprint,
)
from pipeline.review.memory import DeskMemory
from pipeline.review.order import QueueItem
from pipeline.rules.company_answers import CompanyAnswer
from pipeline.times.instants import in_order


class Stale(DealsError):
    """A deal that is no longer what the person saw when answering."""


class Desk(DeskMemory):
    """What people answer; where `by` is left out, the person whose desk it is."""

    def _person(self, by: str | None) -> str:
        if not (by or self.by):
            raise ValueError("the desk of a team is told who answers")
        return by or self.by

    def answer(
        self,
        deals: Sequence[str],
        given: Answer,
        *,
        why: str | None = None,
        changes: dict[str, Any] | None = None,
        seen: Mapping[str, str] | None = None,
        by: str | None = None,
    ) -> list[Judgement]:
        """Return the judgements recorded: one answer about each of these deals.

        `seen` names by deal what the person saw (`seen_as`); raises `Stale` where it is another thing now.
        """
        with self._lock:
            items = self._standing(deals, seen)
            at = self._now()
            made = [self._judge(each.verdict, given, at, why, changes, self._person(by)) for each in items]
            self._record(made)
            return made

    def _standing(self, deals: Sequence[str], seen: Mapping[str, str] | None = None) -> list[QueueItem]:
        """Return these deals; raise `Stale` where one is gone or is not what the person saw."""
        self.refresh()
        items = [self.items[deal] for deal in deals if deal in self.items]
        changed = (seen is not None and seen.get(each.id) != seen_as(each.verdict) for each in items)
        if len(items) != len(deals) or any(changed):
            raise Stale("the deal changed while you were looking at it; here it is as it stands now")
        return items

    def settle(self, deal: str, side: str, *, why: str | None = None, by: str | None = None) -> Judgement:
        """Return the judgement recorded: of several answers about a deal, that of the person `side` counts."""
        with self._lock:
            (item,) = self._standing([deal])
            theirs = next((each for each in item.verdict.answers if each.by == side), None)
            if theirs is None or item.verdict.state != "disputed":
                raise Stale("people do not disagree about it any more")
            given: Answer = "accepted" if theirs.answer == "added" else theirs.answer
            made = self._judge(item.verdict, given, self._now(), why, theirs.fields, self._person(by))
            made = replace(made, settles=True, fault=theirs.fault)
            self._record([made])
            return made

    def compare(
        self, deal: str, other: str, given: Answer, *, why: str | None = None, by: str | None = None
    ) -> Judgement:
        """Return the judgement recorded: that two deals are one (`same`), or that they are not (`different`)."""
        with self._lock:
            left, right = (each.verdict.extracted for each in self._standing([deal, other]))
            made = self._tie(left, given, retelling.one_deal(right), why, self._person(by))
            self._record([made])
            return made

    def join(self, deals: Sequence[str], seen: Mapping[str, str], *, by: str | None = None) -> list[Judgement]:
        """Return the judgements recorded: that all these deals are one, the first of them."""
        with self._lock:
            first, *rest = (each.verdict.extracted for each in self._standing(deals, seen))
            if not rest:
                raise Stale("to join takes two deals; check another box")
            at = self._now()
            made = [self._tie(first, "same", retelling.one_deal(each), None, self._person(by), at) for each in rest]
            self._record(made)
            return made

    def split(self, deal: str, tellings: Sequence[str], *, why: str | None = None, by: str | None = None) -> Judgement:
        """Return the judgement recorded: that these tellings of a deal tell another one."""
        with self._lock:
            found = self._standing([deal])[0].verdict.extracted
            rest = [each.deal.id for each in found.mentions if each.deal.id not in tellings]
            chosen = [each.deal.id for each in found.mentions if each.deal.id in tellings]
            if not rest or not chosen:
                raise Stale("check the boxes of the tellings that tell another deal, and leave one unchecked")
            left = retelling.one_deal(found, rest)
            made = self._tie(found, "different", retelling.one_deal(found, chosen), why, self._person(by))
            told = {**made.judged, "tellings": list(left.tellings)}
            made = replace(made, deal=left.deal, quotes=left.quotes, judged=told)
            self._record([made])
            return made

    def _tie(
        self, deal: MergedDeal, given: Answer, other: OneDeal, why: str | None, by: str, at: str | None = None
    ) -> Judgement:
        document = self.documents.get(deal.documents[0])
        made = judgements.judge(deal, given, by=by, at=at or self._now(), why=why, document=document)
        return replace(made, other=other)

    def blame(self, at: str, fault: Fault, *, by: str | None = None) -> list[Judgement]:
        """Return the rejections of a moment recorded anew with what was wrong with the deals."""
        with self._lock:
            self.refresh()
            lines = judgements.standing(self._lines)
            person = self._person(by)
            mine = [each for each in lines if (each.by, each.at, each.answer) == (person, at, "rejected")]
            if not mine:
                raise Stale("that rejection does not stand any more")
            now, then = self._now(), self._now()
            self._record([*(undone(each, now) for each in mine), *(replace(e, at=then, fault=fault) for e in mine)])
            return [each for each in judgements.standing(self._lines) if each.by == person and each.at == then]

    def _judge(
        self, verdict: Verdict, given: Answer, at: str, why: str | None, changes: dict[str, Any] | None, by: str
    ) -> Judgement:
        """Return one answer; to accept what another person mended is to say the same as that person."""
        if given == "accepted" and verdict.deal.judgement == "edited":
            mended = next(answer for answer in reversed(verdict.answers) if answer.answer == "edited")
            given, changes = "edited", mended.fields
        document = self.documents.get(verdict.extracted.documents[0])
        return judgements.judge(verdict.extracted, given, by=by, at=at, why=why, changes=changes, document=document)

    def add(
        self,
        document: Document,
        start: int,
        end: int,
        fields: dict[str, Any],
        *,
        date: str | None = None,
        why: str | None = None,
        by: str | None = None,
    ) -> Judgement:
        """Return the judgement recorded: a deal that the rules missed, told between two places of a document."""
        with self._lock:
            self.refresh()
            told = {mention.deal.id for each in self.items.values() for mention in each.verdict.extracted.mentions}
            taken = told | {line.deal for line in judgements.additions(self._lines)}
            made = additions.add(
                document, start, end, fields, by=self._person(by), at=self._now(), why=why, date=date, taken=taken
            )
            self._record([made])
            return made

    def mend(self, answer: CompanyAnswer) -> CompanyAnswer:
        """Return what was recorded of a company, with its moment."""
        with self._lock:
            self.refresh()
            made = replace(answer, at=self._now())
            self.companies.record(made)
            return made

    def unmend(self, at: str | None = None, *, by: str | None = None) -> CompanyAnswer | None:
        """Return what this person said of a company at a moment, or last, and is taken back now; None if nothing."""
        with self._lock:
            self.refresh()
            person = self._person(by)
            mine = [each for each in self.companies.standing() if each.by == person and at in (None, each.at)]
            if not mine:
                return None
            self.companies.record(replace(mine[-1], act="undone", company=mine[-1].at, at=self._now()))
            return mine[-1]

    def last(self, by: str | None = None) -> str | None:
        """Return the moment of this person's last answer about a deal that stands."""
        given = [*judgements.standing(self._lines), *judgements.pairs(self._lines)]
        return max((line.at for line in given if line.by == self._person(by)), key=in_order, default=None)

    def undo(self, at: str | None = None, *, by: str | None = None) -> list[Judgement]:
        """Return the answers taken back: this person's last ones, or those of a given moment if they still stand."""
        with self._lock:
            self.refresh()
            given = [*judgements.standing(self._lines), *judgements.pairs(self._lines)]
            mine = [line for line in given if line.by == self._person(by)]
            moment = at or max((line.at for line in mine), key=in_order, default=None)
            taken = [line for line in mine if line.at == moment]
            now = self._now()
            self._record([undone(line, now) for line in taken])
            if any(line.answer in ("added", "edited") for line in taken):
                self._seen = None  # a deal may have gone with it, or says what it said before: read all again
            return taken


def undone(line: Judgement, at: str) -> Judgement:
    """Return the line that takes an answer back."""
    return replace(line, answer="undone", at=at, fields={}, judged={}, fault=None, settles=False, why=None)


def seen_as(verdict: Verdict) -> str:
    """Return what names the state of a deal on a page: what was read, and what people made of it."""
    return fingerprint(edits.seen(verdict.extracted), edits.seen(verdict.deal))
