"""Documents of one shape for projects of any size, and what reading them gives, without reading each.

`python -m tests.benchmarks.made_documents` is `deals run` in the project that `DEALS_ROOT` names, but it reads one
document alone: each other gives what that one gave, with its own names, figures and day. What is stored, merged and
published is what `deals run` gives.
"""

from __future__ import annotations

import json
import random
import re
from datetime import datetime
from unittest import mock

from msgspec.structs import replace

from pipeline.extraction import Extractor, default
from pipeline.models import Deal, Document, Extraction, deal_id, from_json, to_json
from pipeline.run import run

# of one length each, so that all documents have their words at the same places
FIRST = ("Amber", "Birch", "Coral", "Delta", "Ember", "Fjord", "Hazel", "Inlet", "Kauri", "Krill", "Lumen", "Maple")
SECOND = ("Foods Ltd", "Media Ltd", "Metal Ltd", "Motor Ltd", "Paper Ltd", "Steel Ltd", "Tools Ltd", "Water Ltd")
TOLD = (
    "{a} will buy {b} for ${n} million, it said on {day}.",
    "{a} invested ${n} million in {b} on {day}.",
    "{a} agreed to buy software worth ${n} million from {b}.",
)


def document(number: int) -> Document:
    """Return a document that tells three deals of firms that others tell of too."""
    words = _words(number)
    told = [
        text.format(a=words[at], b=words[at + 1], n=words[at + 2], day=words[-1])
        for at, text in zip((0, 3, 6), TOLD, strict=True)
    ]
    return Document(id=f"n{number}", text="\n\n".join(told), published=f"2025-{1 + number % 12:02}-01")


def lines(first: int, last: int) -> str:
    """Return documents as JSON Lines."""
    made = map(document, range(first, last))
    given = ({"id": each.id, "text": each.text, "published": each.published} for each in made)
    return "".join(json.dumps(each) + "\n" for each in given)


def _words(number: int) -> list[str]:
    """Return the names, the figure in millions of each deal, and the day of a document, in the order of its text."""
    dice = random.Random(number)

    def firm() -> str:
        return f"{dice.choice(FIRST)} {dice.choice(FIRST)[:3]}{dice.randint(100, 399)} {dice.choice(SECOND)}"

    deals = [(firm(), firm(), str(dice.randint(102, 899))) for _ in TOLD]
    return [*(word for deal in deals for word in deal), f"{dice.randint(10, 28)} June {dice.randint(2015, 2025)}"]


class ReadyMade:
    """Gives what reading a made document would give, by what it gave for the first."""

    def __init__(self, read: Extractor) -> None:
        first = document(0)
        self._read = to_json(read(first)).decode()
        self._words = re.compile("|".join(map(re.escape, _said(first, _words(0)))))
        assert len(set(_words(0))) == len(_words(0)), "each word of the pattern is to be told from the others"

    def __call__(self, made: Document) -> Extraction:
        """Return what is read out of a document, whose id may have a source before its number."""
        number = int(made.id.rpartition("n")[2])
        told = dict(zip(_said(document(0), _words(0)), _said(document(number), _words(number)), strict=True))
        found = from_json(self._words.sub(lambda word: told[word[0]], self._read), Extraction)
        return replace(found, id=made.id, deals=tuple(_named(made, deal) for deal in found.deals))


def _said(made: Document, words: list[str]) -> list[str]:
    """Return what differs between the extractions of two documents, in one order; dates as they are written out too."""
    *told, day = words
    figures = [f"{word}000000" for word in told if word.isdigit()]
    return [*figures, *told, day, str(datetime.strptime(day, "%d %B %Y").date()), made.published or ""]


def _named(made: Document, deal: Deal) -> Deal:
    return replace(deal, id=deal_id(made.id, deal.evidence.text, deal.parties))


if __name__ == "__main__":
    with mock.patch.object(Extractor, "__call__", ReadyMade(default())):
        run()
