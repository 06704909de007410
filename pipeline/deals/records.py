"""A candidate that won, written as the deal it tells, in offsets into the original text."""

from __future__ import annotations

from pipeline.deals.annotated import Annotated
from pipeline.deals.candidates import Candidate
from pipeline.deals.confidence import Confidence
from pipeline.deals.money import asset
from pipeline.deals.sentence import Sentence
from pipeline.deals.status import status
from pipeline.models import Deal, Party, Span, deal_id

IN_COMMENT = 0.15  # what a reader's comment costs: it is no report
ASSET_REACH = 40  # characters behind the object that name what is bought; from the zh and en examples


def record(candidate: Candidate, sentence: Sentence, annotated: Annotated, confidence: Confidence) -> Deal:
    """Return the deal that a candidate of a sentence tells."""
    rule = f"{candidate.cue.language}.{candidate.frame.id}"
    back, document = annotated.normalized.original, annotated.normalized.document
    first, last = candidate.evidence or (sentence.start, sentence.end)
    headings = {org.start for org in annotated.named_headings.values()}
    first = min([first, *(org.start for _, org in candidate.parties if org.start in headings)])
    evidence = back(_evidence(sentence.text, first, last))
    parties = tuple(
        back(Party(start=org.start, end=org.end, text=org.text, company_id=org.company_id, name=org.name, role=role))
        for role, org in candidate.parties
    )
    cue, arguments = candidate.cue, candidate.arguments
    cues = annotated.inside("cues", sentence.start, sentence.end)
    bare = sentence.grammar.syntax.passives  # is alone tells no act of its own: the takeover | is | off
    others = [each.start for each in cues if each.start != cue.start and each.text.lower() not in bare]
    told, status_cue = status(sentence, cue, candidate.frame, arguments, others)
    block = annotated.block(evidence.start)
    if block and block.kind == "heading":
        block = annotated.block(back(_evidence(sentence.text, sentence.start, sentence.end)).start)
    kind = block.told_as if block else "paragraph"
    asset_from = arguments.after_object or cue.end
    return Deal(
        id=deal_id(document.id, evidence.text, parties),
        kind=candidate.kind,
        status=told,
        parties=parties,
        amount=candidate.amount and back(candidate.amount),
        stake=candidate.stake and back(candidate.stake),
        valuation=candidate.valuation and back(candidate.valuation),
        asset=asset(sentence, asset_from, min(arguments.window[1], asset_from + ASSET_REACH)),
        quantity=candidate.quantity and back(candidate.quantity),
        round=candidate.round and back(candidate.round),
        date=candidate.date and back(candidate.date),
        evidence=evidence,
        status_cue=status_cue and back(status_cue),
        speaker=block.speaker if block else document.speaker,
        second=block.second if block else None,
        block=kind,
        rule=rule,
        confidence=round(confidence.of(rule, candidate.confidence - (IN_COMMENT if kind == "comment" else 0)), 2),
    )


def _evidence(text: str, start: int, end: int) -> Span:
    """Return a range of the text without white space around it."""
    told = text[start:end]
    start += len(told) - len(told.lstrip())
    return Span(start=start, end=start + len(told.strip()), text="")
