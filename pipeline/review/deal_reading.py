"""What one screen tells about a deal: its text with the spans marked, its older readings, and what was judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from msgspec import UNSET
from msgspec.structs import replace

from pipeline import wording
from pipeline.judging import edits, quotes
from pipeline.judging.judgements import Verdict
from pipeline.models import (
    Amount,
    Deal,
    DealMention,
    Document,
    FieldChange,
    MergedDeal,
    Normalized,
    Noun,
    Quantity,
    Stake,
)
from pipeline.review.marked_text import Excerpt, Marked, MarkedPiece, as_normalized, excerpt, marks, pieces

WINDOW = 240  # characters of a sentence in a list: two lines
AHEAD = 30  # of them before the first value


class Version(Noun, frozen=True, kw_only=True):
    """What a run made of a deal that stood before."""

    run: int
    before: int
    fields: tuple[FieldChange, ...]


def chosen(deal: MergedDeal, mention: str | None) -> DealMention:
    """Return the telling that a person wants to read: the one asked for, else the one that gave the evidence."""
    asked = next((each for each in deal.mentions if each.deal.id == mention), None)
    main = next((each for each in deal.mentions if each.deal.evidence == deal.evidence), None)
    return asked or main or deal.mentions[0]


class DealWindow(Noun, frozen=True, kw_only=True):
    """The words around a deal's values, marked, and whether more of its sentence stands before and after."""

    pieces: tuple[MarkedPiece, ...]
    before: bool
    after: bool


def passage(deal: MergedDeal) -> DealWindow:
    """Return a window of the text that tells a deal, with its values in it."""
    told = chosen(deal, None).deal
    whole = told.evidence
    spans = [each for each in marks(told) if each.mark != "evidence"]
    inside = [each for each in spans if whole.start <= each.start < each.end <= whole.end]
    first = min((each.start for each in inside), default=whole.start)
    start = whole.start if whole.end - whole.start <= WINDOW else max(whole.start, first - AHEAD)
    end = min(whole.end, start + WINDOW)
    shift = whole.start
    shown = [
        replace(each, start=each.start - shift, end=min(each.end, end) - shift) for each in inside if each.start < end
    ]
    found = tuple(pieces(whole.text, start - shift, end - shift, shown))
    return DealWindow(pieces=found, before=start > whole.start, after=end < whole.end)


def text(
    document: Document | None, deal: Deal, *, whole: bool, normalize: Callable[[Document], Normalized] | None
) -> Excerpt:
    """Return the text around a telling with its spans marked: as written, or as the rules read it."""
    document, spans = placed(document, deal)
    if normalize:
        document, spans = as_normalized(normalize(document), spans)
    return excerpt(document, spans, whole=whole)


def placed(document: Document | None, deal: Deal) -> tuple[Document, list[Marked]]:
    """Return a text and where the spans lie in it: the document, or the evidence alone where it no longer holds it."""
    spans, evidence = marks(deal), deal.evidence
    at = -1
    if document:
        there = document.text[evidence.start : evidence.end] == evidence.text
        at = evidence.start if there else document.text.find(evidence.text)
    if document is None or at < 0:
        document, at = Document(id="", text=evidence.text, language=document.language if document else None), 0
    shift = at - evidence.start
    moved = [replace(span, start=span.start + shift, end=span.end + shift) for span in spans]
    return document, [span for span in moved if document.text[span.start : span.end] == span.text and span.start >= 0]


def against(verdict: Verdict) -> tuple[FieldChange, ...]:
    """Return what a person judged beside what the deal says now, where the two differ."""
    if verdict.before is None:
        return ()
    return _differing(quotes.result(verdict.before), edits.seen(verdict.deal))


def mended(verdict: Verdict) -> tuple[FieldChange, ...]:
    """Return what was read beside what a person made of it: since a run took it up, the deal says the latter."""
    edit = next((each for each in reversed(verdict.answers) if each.answer == "edited"), None)
    if verdict.deal.judgement != "edited" or edit is None:
        return ()
    return _differing(quotes.saw(edit), quotes.result(edit))


def _differing(then: edits.Fields, now: edits.Fields) -> tuple[FieldChange, ...]:
    told = [name for name in edits.Fields.__struct_fields__ if getattr(then, name) is not UNSET]
    rows = [(name, words(then, name), words(now, name)) for name in told]
    return tuple(FieldChange(field=name, old=old, new=new) for name, old, new in rows if old != new)


def words(seen: edits.Fields, name: str) -> str | None:
    """Return a field as a person reads it."""
    value = getattr(seen, name)
    if value is UNSET or value is None:
        return None
    if isinstance(value, edits.SeenAmount):
        shape = {field: getattr(value, field) for field in ("value", "low", "high", "currency", "qualifier", "per")}
        return wording.amount(Amount(start=0, end=0, text=value.text or "", **shape))
    if isinstance(value, edits.SeenStake):
        return wording.stake(
            Stake(start=0, end=0, text="", percent=value.percent, low=value.low, high=value.high,
                  qualifier=value.qualifier)
        )  # fmt: skip
    if isinstance(value, edits.SeenQuantity):
        shape = {field: getattr(value, field) for field in ("value", "low", "high", "unit", "qualifier")}
        return wording.quantity(Quantity(start=0, end=0, text=value.text or "", **shape))
    if isinstance(value, edits.SeenAsset):
        return f"{value.kind}: {value.text}"
    if name == "parties":
        return "; ".join(f"{party.role}: {party.name}" for party in value)
    return str(value)


def versions(
    readings: Sequence[tuple[int, MergedDeal]], fields: Callable[[MergedDeal, MergedDeal], list[FieldChange]]
) -> tuple[Version, ...]:
    """Return what each run changed in a deal, the last one first."""
    return tuple(
        Version(run=run, before=earlier, fields=tuple(fields(old, new)))
        for (earlier, old), (run, new) in pairwise(readings)
    )[::-1]
