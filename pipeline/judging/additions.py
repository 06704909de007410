"""Deals that a person found where the rules found none: kept as judgements, told again by their text in every run.

An addition quotes its sentence and remembers where it stood. It is found again by its words, nearest to its old place,
also where white space or a word beside its values changed; where the text no longer says it, it is told to be lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

import msgspec
from msgspec import UNSET

from pipeline.judging import edits, quotes
from pipeline.judging.judgements import PERSON, additions
from pipeline.models import (
    Amount,
    Asset,
    Block,
    Date,
    Deal,
    DealMention,
    Document,
    Issue,
    Judgement,
    Party,
    Quantity,
    Round,
    Span,
    Stake,
    deal_id,
    substance,
)
from pipeline.text.sentence_spans import sentences

ALIKE = 0.8
"""How like its quote a sentence must be to be the same one, reworded; its values must stand in it besides."""
LONGEST = 2_000
"""Characters that an addition may quote: a long paragraph."""


def add(
    document: Document,
    start: int,
    end: int,
    fields: Mapping[str, Any],
    *,
    by: str,
    at: str,
    why: str | None = None,
    date: str | None = None,
    taken: Iterable[str] = (),
) -> Judgement:
    """Return a person's addition of a deal told between two places of a document.

    `fields` are those of `edits.Fields`, `date` the words that tell the date; `taken` are ids of other deals.
    """
    told = edits.fields(dict(fields))
    evidence = _evidence(document, start, end)
    if told.kind is UNSET or told.status is UNSET or told.parties is UNSET:
        raise edits.EditError("a deal has a kind, a status and at least one party")
    place = {"start": evidence.start, "end": evidence.end}
    words = {"date_text": date} if date else {}
    origin = {name: getattr(document, name) for name in ("language", "source", "published")}
    deal = _deal("", document, evidence, told, date)
    name, used = deal_id(document.id, evidence.text, deal.parties), set(taken)
    nth = 1
    while name in used:
        name, nth = deal_id(document.id, evidence.text, deal.parties, nth=nth), nth + 1
    seen: dict[str, Any] = msgspec.to_builtins(edits.seen(deal), builtin_types=(Decimal,))
    return Judgement(
        answer="added",
        deal=name,
        quotes=(evidence.text,),
        parties=tuple(f"{party.role}:{party.name}" for party in deal.parties),
        judged={
            **seen, "rule": PERSON, "confidence": 1.0, "documents": [document.id], **origin, "place": place, **words,
        },
        substance=substance(deal),
        by=by,
        at=at,
        why=why,
    )  # fmt: skip


def _evidence(document: Document, start: int, end: int) -> Span:
    """Return the words between two places, without white space around them."""
    if not 0 <= start < end <= len(document.text):
        raise edits.EditError("evidence: it lies outside the text")
    words = document.text[start:end]
    start += len(words) - len(words.lstrip())
    words = words.strip()
    if not words:
        raise edits.EditError("evidence: there are no words in it")
    if len(words) > LONGEST:
        raise edits.EditError(f"evidence: {len(words):,} characters are more than a sentence; at most {LONGEST:,}")
    return Span(start=start, end=start + len(words), text=words)


def told_too(
    mentions: Sequence[DealMention],
    answers: Iterable[Judgement],
    document: Callable[[str], Document | None],
    originals: Mapping[str, str],
) -> tuple[list[DealMention], list[Issue]]:
    """Return all tellings, those that people added among them, and an issue for each that its text no longer tells.

    `document` gives a document that is not gone; `originals` leads from a syndicated copy to its original. Where a rule
    now tells the same of the same words, it is the rule's; where it tells it otherwise, the person's stands.
    """
    by_id = {mention.deal.id: mention for mention in mentions}
    issues: list[Issue] = []
    for answer in additions(answers):
        name = of_document(answer)
        home = document(originals.get(name, name))
        telling = mention(answer, home) if home else None
        if telling is None:
            gone = "its document is not there any more" if home is None else "its text no longer tells it"
            told = f"the deal that {answer.by} added is left out, {gone}: {answer.quotes[0][:120]}"
            issues.append(Issue(message=told, severity="warning", document=name))
        elif answer.deal not in by_id or substance(by_id[answer.deal].deal) != substance(telling.deal):
            by_id[answer.deal] = telling
    return list(by_id.values()), issues


def of_document(answer: Judgement) -> str:
    """Return the document that an addition was found in."""
    return str(next(iter(answer.judged.get("documents") or ()), ""))


def mention(answer: Judgement, document: Document) -> DealMention | None:
    """Return the telling that a person added, where the text has it now; None where it has it no longer."""
    evidence = place(answer, document.text)
    if evidence is None:
        return None
    told = quotes.saw(answer)
    return DealMention.of(document, _deal(answer.deal, document, evidence, told, answer.judged.get("date_text")))


def place(answer: Judgement, text: str) -> Span | None:
    """Return where a text says what an addition quotes: the same words, else the sentence most like it."""
    quote, near = answer.quotes[0], _start(answer)
    span = _nearest(text, re.escape(quote), near) or _nearest(
        text, r"\s*".join(re.escape(sign) for sign in quotes.fold(quote)), near
    )
    return span or _reworded(text, quote, _words(quotes.saw(answer)))


def _start(answer: Judgement) -> int:
    told = answer.judged.get("place")
    start = told.get("start", 0) if isinstance(told, dict) else 0
    return start if isinstance(start, int) else 0


def _nearest(text: str, pattern: str, near: int) -> Span | None:
    """Return the match that begins nearest to a place."""
    found = min(re.finditer(pattern, text), key=lambda match: abs(match.start() - near), default=None)
    return found and Span(start=found.start(), end=found.end(), text=found[0])


def _words(told: edits.Fields) -> list[str]:
    """Return the words of a text that give a deal its values."""
    values = [*(told.parties or ()), told.amount, told.stake, told.valuation, told.quantity]
    return [value.text for value in values if value is not None and value is not UNSET and value.text]


def _reworded(text: str, quote: str, words: Sequence[str]) -> Span | None:
    """Return the sentence most like a quote, if it is like it and all those words that the quote held stand in it."""
    held = [word for word in words if word in quote and word != quote]
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(quote)
    best, most = None, ALIKE
    for span in sentences(text):
        if all(word in span.text for word in held):
            matcher.set_seq1(span.text)
            if matcher.real_quick_ratio() >= most and matcher.quick_ratio() >= most and matcher.ratio() >= most:
                best, most = span, matcher.ratio()
    return best


def _deal(name: str, document: Document, evidence: Span, told: edits.Fields, date: str | None) -> Deal:
    """Return the deal that a person told, each value where its words stand in the text."""
    assert told.kind is not UNSET and told.status is not UNSET and told.parties is not UNSET
    block = next((each for each in document.blocks if each.start <= evidence.start < each.end), None)
    block = block or Block(kind="paragraph", start=0, end=0)

    def span(*words: str | None) -> dict[str, Any]:
        found = _standing(document.text, evidence, words)
        return {"start": found.start, "end": found.end, "text": found.text}

    amount, stake, valuation = told.amount or None, told.stake or None, told.valuation or None
    asset, many = told.asset or None, told.quantity or None
    return Deal(
        id=name,
        kind=told.kind,
        status=told.status,
        parties=tuple(
            Party(**span(party.text, party.name), role=party.role, name=party.name, company_id=party.company_id)
            for party in told.parties
        ),
        amount=amount
        and Amount(
            **span(amount.text), value=amount.value, low=amount.low, high=amount.high,
            currency=amount.currency, qualifier=amount.qualifier, per=amount.per,
        ),
        stake=stake
        and Stake(
            **span(stake.text), percent=stake.percent, low=stake.low, high=stake.high, qualifier=stake.qualifier
        ),
        valuation=valuation
        and Amount(
            **span(valuation.text), value=valuation.value, low=valuation.low, high=valuation.high,
            currency=valuation.currency, qualifier=valuation.qualifier, per=valuation.per,
        ),
        asset=asset and Asset(kind=asset.kind, text=asset.text),
        quantity=many
        and Quantity(
            **span(many.text), value=many.value, low=many.low, high=many.high, unit=many.unit, qualifier=many.qualifier
        ),
        round=Round(**span(None), value=told.round) if told.round else None,
        date=Date(**span(date), value=told.date) if told.date else None,
        evidence=evidence,
        speaker=told.speaker or block.speaker,
        second=block.second,
        block=block.told_as,
        rule=PERSON,
        confidence=1.0,
    )  # fmt: skip


def _standing(text: str, evidence: Span, words: Iterable[str | None]) -> Span:
    """Return where one of the words stands: in the evidence, else nearest to it; the evidence where none does."""
    for word in filter(None, words):
        at = evidence.text.find(word)
        if at >= 0:
            start = evidence.start + at
            return Span(start=start, end=start + len(word), text=word)
        if found := _nearest(text, re.escape(word), evidence.start):
            return found
    return evidence
