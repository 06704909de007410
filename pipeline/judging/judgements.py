"""People's answers about deals: read, appended, matched to deals by quoted evidence, applied to what is published.

A judgement finds its deal again through the sentences it quotes and the parties it names, never through a run or an
offset. It holds as long as the deal still says what the person saw; a rejected deal stays out until its text changes.
Nothing is ever rewritten: a changed mind is a new line, and `undone` takes back the same person's last line on a deal.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from pipeline.judging import edits, quotes
from pipeline.judging.corrections import edited
from pipeline.models import (
    Answer,
    Document,
    DocumentRecord,
    Fault,
    Issue,
    Judgement,
    MergedDeal,
    Noun,
    substance,
    to_json,
)
from pipeline.times.instants import in_order

State = Literal["open", "accepted", "rejected", "edited", "unsure", "changed", "disputed"]
PERSON = "person"
"""What stands in place of a rule where a person told a deal (see `additions`)."""
DECISIVE: tuple[Answer, ...] = ("accepted", "rejected", "edited")
PAIRED: tuple[Answer, ...] = ("same", "different")
"""Answers about two deals."""
SETTLED: tuple[State, ...] = ("accepted", "rejected", "edited")

_decoder = msgspec.json.Decoder(Judgement, float_hook=Decimal)


class Verdict(Noun, frozen=True, kw_only=True):
    """A deal and where the people's answers leave it."""

    deal: MergedDeal
    """With edits applied and `judgement` set: what is published."""
    extracted: MergedDeal
    """As the pipeline reads it."""
    state: State
    answers: tuple[Judgement, ...] = ()
    """Each person's standing answer, oldest first."""
    before: Judgement | None = None
    """For `changed`: the answer that no longer fits, with what its person saw."""


def read(path: Path) -> tuple[tuple[Judgement, ...], tuple[Issue, ...]]:
    """Return the judgements of a file, oldest first, and an issue for each line that is none."""
    return parse(path.read_bytes(), str(path)) if path.exists() else ((), ())


def parse(data: bytes, place: str) -> tuple[tuple[Judgement, ...], tuple[Issue, ...]]:
    """Return the judgements of JSON Lines, oldest first, and an issue for each line that is none."""
    found: list[Judgement] = []
    issues: list[Issue] = []
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found.append(_checked(_decoder.decode(line)))
        except (msgspec.DecodeError, edits.EditError, UnicodeDecodeError) as error:
            issues.append(Issue(message=f"not a judgement: {error}", place=f"{place}:{number}"))
    return tuple(found), tuple(issues)


def _checked(judgement: Judgement) -> Judgement:
    edits.fields(judgement.fields)
    saw = quotes.saw(judgement)
    if judgement.answer == "added" and not (judgement.quotes and saw.kind and saw.status and saw.parties):
        raise edits.EditError("added: quotes its sentence and tells kind, status and parties")
    if judgement.answer in PAIRED and judgement.other is None:
        raise edits.EditError(f"{judgement.answer}: tells the other deal")
    if not isinstance(judgement.judged.get("documents", []), list):
        raise edits.EditError("judged.documents: a list of document ids")
    return judgement


def led(judgements: Iterable[Judgement], lead: Callable[[list[Any]], list[Any]]) -> tuple[Judgement, ...]:
    """Return the judgements with their parties, as plain data, as `lead` has them: companies were mended since."""
    return tuple(replace(line, judged=_led(line.judged, lead), fields=_led(line.fields, lead)) for line in judgements)


def _led(told: dict[str, Any], lead: Callable[[list[Any]], list[Any]]) -> dict[str, Any]:
    parties = told.get("parties")
    return {**told, "parties": lead(parties)} if isinstance(parties, list) else told


def append(path: Path, judgements: Sequence[Judgement]) -> None:
    """Write judgements at the end of the file, whole or not at all, whoever else is writing."""
    import fcntl

    path.parent.mkdir(parents=True, exist_ok=True)
    lines = b"".join(to_json(judgement) + b"\n" for judgement in judgements)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        end = file.seek(0, os.SEEK_END)
        if end and os.pread(file.fileno(), 1, end - 1) != b"\n":
            lines = b"\n" + lines  # a writer died in mid-line; its piece must not swallow ours
        try:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            os.ftruncate(file.fileno(), end)
            raise


def judge(
    deal: MergedDeal,
    answer: Answer,
    *,
    by: str,
    at: str,
    why: str | None = None,
    changes: dict[str, Any] | None = None,
    document: Document | DocumentRecord | None = None,
    fault: Fault | None = None,
) -> Judgement:
    """Return a person's answer about a deal, with all that finds the deal again and tells what was judged."""
    if answer == "edited":
        edits.fields(changes or {})
    return Judgement(
        answer=answer,
        deal=deal.id,
        quotes=tuple(dict.fromkeys(quotes.quoted(deal))),
        parties=tuple(f"{party.role}:{party.name}" for party in deal.parties),
        fields=changes or {},
        judged=judged(deal, document),
        substance=substance(deal),
        fault=fault if answer == "rejected" else None,
        by=by,
        at=at,
        why=why,
    )


def judged(deal: MergedDeal, document: Document | DocumentRecord | None) -> dict[str, Any]:
    """Return what a person sees of a deal, and where it comes from, as plain data."""
    told: dict[str, Any] = msgspec.to_builtins(edits.seen(deal), builtin_types=(Decimal,))
    origin = {name: getattr(document, name) for name in ("language", "source", "published")} if document else {}
    tellings = [mention.deal.id for mention in deal.mentions]
    found = {"rule": deal.rule, "confidence": deal.confidence, "documents": list(deal.documents), "tellings": tellings}
    return {**told, **found, **origin}


def apply_judgements(merged: Iterable[MergedDeal], judgements: Sequence[Judgement]) -> tuple[MergedDeal, ...]:
    """Return the deals with `judgement` set and edited fields applied; publishing leaves the rejected ones out."""
    return tuple(verdict.deal for verdict in verdicts(merged, judgements))


def verdicts(merged: Iterable[MergedDeal], judgements: Sequence[Judgement]) -> list[Verdict]:
    """Return where the judgements leave each deal, in the deals' order."""
    adders = {line.deal: line.by for line in additions(judgements)}
    deals = [_with_adder(deal, adders) for deal in told(merged, judgements)]
    matched = quotes.match(deals, standing(judgements))
    return [verdict(deal, matched.get(deal.id, ())) for deal in deals]


def _with_adder(deal: MergedDeal, adders: Mapping[str, str]) -> MergedDeal:
    """Return a deal that a person told with that person's name."""
    if deal.rule != PERSON:
        return deal
    names = (adders.get(mention.deal.id) for mention in deal.mentions)
    return replace(deal, added_by=next(filter(None, names), None))


def standing(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Return the last answer of each person on each deal that was not undone, oldest first."""
    last = (stack[-1] for stack in _stacks(judgements))
    return sorted((each for each in last if each.other is None), key=lambda judgement: in_order(judgement.at))


def pairs(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Return the last answer of each person on each two deals that was not undone, oldest first."""
    last = (stack[-1] for stack in _stacks(judgements))
    return sorted((each for each in last if each.other is not None), key=lambda judgement: in_order(judgement.at))


def additions(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Return the deals that people added and did not take back, whatever was answered about them since."""
    added = [line for stack in _stacks(judgements) for line in stack if line.answer == "added"]
    by_deal = {line.deal: line for line in sorted(added, key=lambda line: in_order(line.at))}
    return list(by_deal.values())


def taken_back(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Return the corrections that people took back and did not give again since."""
    given = sorted(judgements, key=lambda judgement: in_order(judgement.at))
    stacks: defaultdict[tuple[str, str], list[Judgement]] = defaultdict(list)
    lost: dict[tuple[str, str], Judgement] = {}
    for line in (each for each in given if each.other is None):
        key = line.by, line.deal
        if line.answer != "undone":
            stacks[key].append(line)
            if line.answer == "edited":
                lost.pop(key, None)
        elif stacks[key] and (last := stacks[key].pop()).answer == "edited":
            lost[key] = last
    return list(lost.values())


def told(merged: Iterable[MergedDeal], judgements: Iterable[Judgement]) -> list[MergedDeal]:
    """Return the deals without those that only people told and took back since they were merged."""
    deals = list(merged)
    alone = [deal for deal in deals if all(mention.deal.rule == PERSON for mention in deal.mentions)]
    held = {line.deal for line in additions(judgements)} if alone else set()
    lost = {deal.id for deal in alone if deal.mentions and not held & {each.deal.id for each in deal.mentions}}
    return [deal for deal in deals if deal.id not in lost]


def _stacks(judgements: Iterable[Judgement]) -> list[list[Judgement]]:
    """Return each person's answers on each deal, and on each two, that were not undone, oldest first."""
    stacks: defaultdict[tuple[str, ...], list[Judgement]] = defaultdict(list)
    for judgement in sorted(judgements, key=lambda judgement: in_order(judgement.at)):
        stack = stacks[judgement.by, judgement.deal, judgement.other.deal if judgement.other else ""]
        if judgement.answer != "undone":
            stack.append(judgement)
        elif stack:
            stack.pop()
    return [stack for stack in stacks.values() if stack]


def verdict(extracted: MergedDeal, answers: Iterable[Judgement]) -> Verdict:
    """Return where the matching answers, oldest first, leave one deal.

    Who adds a telling holds true what it says; of a deal that other tellings made another, that is no answer.
    """
    speaking = (answer for answer in answers if answer.answer != "added" or quotes.as_seen(answer, extracted))
    latest = tuple({answer.by: answer for answer in speaking}.values())
    holding = heard(answer for answer in latest if _holds(answer, extracted))
    decisive = [answer for answer in holding if answer.answer != "unsure"]
    outcome = Verdict(deal=replace(extracted, judgement=None), extracted=extracted, state="open", answers=latest)
    if not latest:
        return outcome
    if len({_position(answer, extracted) for answer in decisive}) > 1:
        return replace(outcome, state="disputed")
    if decisive:
        return _decided(outcome, decisive[-1])
    if holding:
        return replace(outcome, state="unsure")
    return replace(outcome, deal=_kept_edits(extracted, latest[-1]), state="changed", before=latest[-1])


def heard(answers: Iterable[Judgement]) -> list[Judgement]:
    """Return the answers that count, oldest first: from the last one on that settles what people disagreed about."""
    given = sorted(answers, key=lambda answer: in_order(answer.at))
    first = max((place for place, answer in enumerate(given) if answer.settles), default=0)
    return given[first:]


def _decided(outcome: Verdict, answer: Judgement) -> Verdict:
    if answer.answer == "rejected":
        deal = replace(outcome.extracted, judgement="rejected")
        if quotes.as_seen(answer, outcome.extracted):
            return replace(outcome, deal=deal, state="rejected")
        return replace(outcome, deal=deal, state="changed", before=answer)
    if answer.answer == "edited":
        deal = edited(outcome.extracted, edits.fields(answer.fields))
        return replace(outcome, deal=replace(deal, judgement="edited"), state="edited")
    return replace(outcome, deal=replace(outcome.extracted, judgement="accepted"), state="accepted")


def _kept_edits(extracted: MergedDeal, answer: Judgement) -> MergedDeal:
    """Return the deal with those edits whose field still reads as it did when the person mended it."""
    saw, now = quotes.saw(answer), edits.seen(extracted)
    kept = {name: value for name, value in answer.fields.items() if edits.same_field(name, saw, now)}
    if not kept:
        return replace(extracted, judgement=None)
    return replace(edited(extracted, edits.fields(kept)), judgement="edited")


def _holds(answer: Judgement, deal: MergedDeal) -> bool:
    if answer.answer == "rejected":
        return _covers(answer, deal)
    return quotes.as_meant(answer, deal)


def _covers(answer: Judgement, deal: MergedDeal) -> bool:
    """Return whether everything that tells the deal was rejected: new evidence may make a wrong deal right."""
    judged = [quotes.fold(quote) for quote in answer.quotes]
    told = {quotes.fold(text) for text in quotes.quoted(deal)}
    parties = quotes.saw(answer).parties or ()
    known = all(any(quotes.near(text, quote) for quote in judged) for text in told)
    return known and (not parties or edits.same_parties(parties, edits.seen(deal).parties or (), roles=False))


def _position(answer: Judgement, deal: MergedDeal) -> str:
    """Return what a person holds true of a deal, so that two can be compared."""
    if answer.answer == "rejected":
        return "rejected"
    return substance(edited(deal, edits.fields(answer.fields)))
