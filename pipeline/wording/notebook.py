"""What was read out of a text, for spaCy's displaCy in a notebook: `marks` in the text, `arrows` of its deals."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

from pipeline import wording
from pipeline.models import Deal, Extraction, Span

DEALT = ("amount", "stake", "valuation", "quantity", "round", "date")
Named = tuple[str, Span]


def marks(read: Extraction) -> dict[str, Any]:
    """Return a text with its values marked: `displacy.render(marks(read), style="ent", manual=True)`.

    A value of a deal bears the name of what it is there (`PAYER`, `AMOUNT`), another that of its kind; offsets count
    code points of the text as written. Of two that lie over each other the first in this order is marked.
    """
    taken: list[Named] = []
    for name, span in [*(each for deal in read.deals for each in _of_deal(deal)), *_others(read)]:
        if all(span.end <= other.start or other.end <= span.start for _, other in taken):
            taken.append((name, span))
    found = sorted(taken, key=lambda named: named[1].start)
    ents = [{"start": span.start, "end": span.end, "label": name.upper()} for name, span in found]
    # displaCy puts a title into the page as it is
    return {"text": read.text, "ents": ents, "title": html.escape(read.title) if read.title else None}


def arrows(read: Extraction) -> list[dict[str, Any]]:
    """Return each deal as arrows from who pays: `displacy.render(arrows(read), style="dep", manual=True)`."""
    return [_arrow(deal) for deal in read.deals if deal.parties]


def _arrow(deal: Deal) -> dict[str, Any]:
    order = {role: place for place, role in enumerate(("payer", "partner", "payee", "target"))}
    parties = sorted(deal.parties, key=lambda party: order[party.role])
    words = [{"text": party.name, "tag": party.role} for party in parties]
    label = " ".join(filter(None, (deal.kind, deal.status, wording.worth(deal))))
    arcs = [{"start": 0, "end": place, "label": label, "dir": "right"} for place in range(1, len(words))]
    return {"words": words, "arcs": arcs}


def _of_deal(deal: Deal) -> Iterator[Named]:
    yield from ((party.role, party) for party in deal.parties)
    yield from ((name, span) for name in DEALT if (span := getattr(deal, name)) is not None)


def _others(read: Extraction) -> Iterator[Named]:
    yield from (("company", each) for each in read.companies)
    yield from (("amount", each) for each in read.amounts)
    yield from (("date", each) for each in read.dates)
