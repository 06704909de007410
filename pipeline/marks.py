"""What annotate hands on to deals: everything marked in one document, as one noun that any spaCy `Doc` carries.

All offsets count into `Marks.text`, the normalized text; `Marks.normalized.original` leads a noun back. Each group is
in reading order. A `Doc` holds its marks under one key of `user_data`; `of(doc)` returns them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

from pipeline.models import Amount, Date, Deal, Normalized, Noun, Quantity, Round, Span, Stake
from pipeline.rules.frames import SURE, Org

if TYPE_CHECKING:
    from spacy.tokens import Doc

KEY = "deals.Marks.v1"
"""Where a document's `user_data` holds its marks, and what names them where they are written as bytes."""

Group = Literal["companies", "amounts", "stakes", "quantities", "rounds", "dates", "cues"]

S = TypeVar("S", bound=Span)


class Sentence(NamedTuple):
    """A sentence that holds a cue, and the language it is written in (BCP 47)."""

    start: int
    end: int
    language: str


class CueMark(NamedTuple):
    """A word that may tell a deal: the language it is of, and the ids of that language's frames it may open."""

    start: int
    end: int
    text: str
    language: str
    frames: tuple[str, ...]


class Hit(NamedTuple):
    """A place where a token pattern fits: its label is a rule (`en.acquire`), `COMPANY` or `NOT_COMPANY`."""

    start: int
    end: int
    label: str


class Marks(Noun, frozen=True, kw_only=True):
    """All that the deals of one document are made of."""

    normalized: Normalized
    """The text read, its language, the way back, and the document itself: id, published, blocks."""
    borders: tuple[int, ...] = (0,)
    """Where each sentence begins, whether or not it holds a cue."""
    sentences: tuple[Sentence, ...] = ()
    """Those that hold a cue."""
    cues: tuple[CueMark, ...] = ()
    hits: tuple[Hit, ...] = ()
    orgs: tuple[Org, ...] = ()
    """Firms, sure and possible ones; `companies` are the sure ones."""
    amounts: tuple[Amount, ...] = ()
    bare: tuple[Amount, ...] = ()
    """Figures with a scale and no currency, in sentences with a cue."""
    stakes: tuple[Stake, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    rounds: tuple[Round, ...] = ()
    dates: tuple[Date, ...] = ()
    deals: tuple[Deal, ...] = ()
    """What the last component makes of it all; its offsets count into the original text."""

    @property
    def text(self) -> str:
        """Return the normalized text, into which all offsets count."""
        return self.normalized.text

    @property
    def companies(self) -> tuple[Org, ...]:
        """Return the firms that stand on their own."""
        return tuple(org for org in self.orgs if org.strength in SURE)

    def around(self, at: int) -> tuple[int, int]:
        """Return the range of the sentence that holds a place."""
        index = bisect_right(self.borders, at) - 1
        end = self.borders[index + 1] if index + 1 < len(self.borders) else len(self.text)
        return self.borders[index], end


def inside(marks: Sequence[S], start: int, end: int) -> Sequence[S]:
    """Return the marks of a group that begin in a range of the normalized text."""
    first = bisect_left(marks, start, key=lambda mark: mark.start)
    return marks[first : bisect_left(marks, end, lo=first, key=lambda mark: mark.start)]


def of(doc: Doc) -> Marks:
    """Return the marks of a document; ValueError where no component has marked it."""
    marks = doc.user_data.get(KEY)
    if not isinstance(marks, Marks):
        raise ValueError("nothing is marked in this document; deals_cues must stand first in the pipeline")
    return marks
