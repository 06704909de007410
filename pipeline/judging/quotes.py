"""Finds the deals that a judgement speaks of: by the sentences it quotes and the parties it names.

Neither runs nor offsets nor ids count, so that a judgement survives new rules, new versions and an empty database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pipeline.judging import edits
from pipeline.models import Judgement, MergedDeal, substance
from pipeline.times.instants import in_order

PIECE = 8  # characters; shorter shared pieces ("the company") join sentences that have nothing to do with each other


def match(deals: Sequence[MergedDeal], answers: Sequence[Judgement]) -> dict[str, list[Judgement]]:
    """Return the judgements that speak of each deal, by deal id: same quote and parties, or the nearest there is.

    A judgement goes first to the deals that say just what its person saw; only where none does, to those of the same
    quote whose parties overlap most, and there not over another judgement's deal.
    """
    if not answers:
        return {}
    places = _Places(deals, answers)
    found: dict[str, list[Judgement]] = defaultdict(list)
    left: list[tuple[Judgement, list[MergedDeal]]] = []
    for answer in answers:
        near = places.near(answer)
        exact = [deal for deal in near if as_meant(answer, deal)]
        for deal in exact:
            found[deal.id].append(answer)
        if not exact:
            left.append((answer, near))
    claimed = set(found)
    for answer, near in left:
        for deal in _closest(answer, [deal for deal in near if deal.id not in claimed]):
            found[deal.id].append(answer)
    return {deal: sorted(matched, key=lambda answer: in_order(answer.at)) for deal, matched in found.items()}


def _closest(answer: Judgement, deals: Sequence[MergedDeal]) -> list[MergedDeal]:
    """Return the deals whose parties are most like those judged, at least half of them the same."""
    judged = saw(answer)
    scores = [_likeness(judged, edits.seen(deal)) for deal in deals]
    best = max(scores, default=0)
    return [deal for deal, score in zip(deals, scores, strict=True) if score == best and best >= 0.5]


def _likeness(judged: edits.Fields, now: edits.Fields) -> float:
    """Return the shared part of the parties, 0 to 1; the same kind decides between equals."""
    left, right = judged.parties or (), now.parties or ()
    if not left:
        return 1.0
    part = edits.shared(left, right) / max(len(left), len(right))
    return part + 0.01 * (judged.kind == now.kind) if part >= 0.5 else 0.0


def quoted(deal: MergedDeal) -> Iterator[str]:
    """Yield every evidence text of a deal."""
    yield deal.evidence.text
    yield from (mention.deal.evidence.text for mention in deal.mentions)


def as_seen(answer: Judgement, deal: MergedDeal) -> bool:
    """Return whether a deal still says what the person saw."""
    return answer.substance == substance(deal) or edits.agree(saw(answer), edits.seen(deal))


def saw(answer: Judgement) -> edits.Fields:
    """Return what the person saw of the deal; all unset where a hand-written line does not tell."""
    known = edits.Fields.__struct_fields__
    return edits.fields({name: value for name, value in answer.judged.items() if name in known})


def tellings_seen(answer: Judgement) -> tuple[str, ...]:
    """Return the ids of the tellings that the judged deal had; none where a line does not tell."""
    told = answer.judged.get("tellings")
    return tuple(map(str, told)) if isinstance(told, list) else ()


def result(answer: Judgement) -> edits.Fields:
    """Return what the person holds true of the deal: what was seen, with what was corrected."""
    return edits.overlaid(saw(answer), edits.fields(answer.fields))


def as_meant(answer: Judgement, deal: MergedDeal) -> bool:
    """Return whether a deal says what the person saw, or what the person made of it."""
    return as_seen(answer, deal) or (answer.answer == "edited" and edits.agree(result(answer), edits.seen(deal)))


def fold(text: str) -> str:
    """Return a quote without its white space, which another reader of the same page may set otherwise."""
    return "".join(text.split())


def near(text: str, quote: str) -> bool:
    """Return whether two folded quotes are one sentence, cut at other places."""
    return text == quote or (min(len(text), len(quote)) >= PIECE and (text in quote or quote in text))


class _Places:
    """Finds the deals told in the sentence that a judgement quotes."""

    def __init__(self, deals: Sequence[MergedDeal], answers: Sequence[Judgement]) -> None:
        self.by_quote: defaultdict[str, list[MergedDeal]] = defaultdict(list)
        self.by_document: defaultdict[str, list[MergedDeal]] = defaultdict(list)
        for deal in deals:
            for text in {fold(text) for text in quoted(deal)}:
                self.by_quote[text].append(deal)
            for document in deal.documents:
                self.by_document[document].append(deal)
        lost = {fold(quote) for answer in answers for quote in answer.quotes} - self.by_quote.keys()
        self.pieces = _pieces(lost, self.by_quote) if lost else {}

    def near(self, answer: Judgement) -> list[MergedDeal]:
        """Return the deals with a quote of the judgement, else with a part of one, else of its document."""
        quotes = [fold(quote) for quote in answer.quotes]
        same = [deal for quote in quotes for deal in self.by_quote.get(quote, ())]
        part = [deal for quote in quotes for text in self.pieces.get(quote, ()) for deal in self.by_quote[text]]
        rest = [deal for document in answer.judged.get("documents", ()) for deal in self.by_document[document]]
        return list({deal.id: deal for deal in same or part or rest}.values())


def _pieces(quotes: Iterable[str], texts: Iterable[str]) -> dict[str, list[str]]:
    """Return for each quote the texts that hold it or lie in it, in time linear in their lengths."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    quotes_by_head: defaultdict[str, list[str]] = defaultdict(list)
    texts_by_head: defaultdict[str, list[str]] = defaultdict(list)
    for quote in quotes:
        quotes_by_head[quote[:PIECE]].append(quote)
    for text in texts:
        texts_by_head[text[:PIECE]].append(text)
        for quote in _starting(text, quotes_by_head):
            found[quote].append(text)
    for quote in (quote for group in quotes_by_head.values() for quote in group):
        found[quote] += [text for text in _starting(quote, texts_by_head) if text not in found[quote]]
    return found


def _starting(whole: str, by_head: dict[str, list[str]]) -> Iterator[str]:
    """Yield the strings, filed by their first characters, that lie in the whole."""
    heads = {whole[at : at + PIECE] for at in range(len(whole) - PIECE + 1)}
    return (piece for head in heads if head in by_head for piece in by_head[head] if piece in whole)
