"""What annotate hands on to deals: everything marked in one document, as one noun that any spaCy `Doc` carries.

All offsets count into `Marks.text`, the normalized text; `Marks.normalized.original` leads a noun back. Each group is
in reading order. A `Doc` holds its marks under one key of `user_data`; `of(doc)` returns them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeVar

import msgspec

from pipeline.models import Amount, Date, Deal, Normalized, Noun, Quantity, Round, Stake
from pipeline.rules.frames import SURE, Org

if TYPE_CHECKING:
    from spacy.tokens import Doc

KEY = "deals.Marks.v1"
"""Where a document's `user_data` holds its marks, and what names them where they are written as bytes."""

Group = Literal["companies", "amounts", "stakes", "quantities", "rounds", "dates", "cues"]


class Placed(Protocol):
    """Anything marked: a range of the normalized text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


P = TypeVar("P", bound=Placed)


class CuedSentence(NamedTuple):
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
    languages: tuple[str, ...] = ()
    """The language of each of these sentences; one without figure or cue has that of its block."""
    sentences: tuple[CuedSentence, ...] = ()
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

    def spoken(self) -> list[CuedSentence]:
        """Return every sentence with its language."""
        return [CuedSentence(*range_, code) for range_, code in zip(self._ranges(), self.languages, strict=True)]

    def _ranges(self) -> Iterator[tuple[int, int]]:
        return pairwise([*self.borders, len(self.text)])

    def around(self, at: int) -> tuple[int, int]:
        """Return the range of the sentence that holds a place."""
        index = bisect_right(self.borders, at) - 1
        end = self.borders[index + 1] if index + 1 < len(self.borders) else len(self.text)
        return self.borders[index], end


def inside(marks: Sequence[P], start: int, end: int) -> Sequence[P]:
    """Return the marks of a group that begin in a range of the normalized text."""
    first = bisect_left(marks, start, key=lambda mark: mark.start)
    return marks[first : bisect_left(marks, end, lo=first, key=lambda mark: mark.start)]


def of(doc: Doc) -> Marks:
    """Return the marks of a document; ValueError where no component has marked it."""
    marks = doc.user_data.get(KEY)
    if not isinstance(marks, Marks):
        raise ValueError("nothing is marked in this document; deals_cues must stand first in the pipeline")
    return marks


# spaCy writes `user_data` by srsly's msgpack, which finds these two by their entry points


def pack(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    """Return marks as what msgpack takes, anything else as the next encoder has it."""
    if isinstance(value, Marks):
        return {KEY: msgspec.msgpack.encode(value)}
    return chain(value) if chain else value


def unpack(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    """Return the marks that `pack` wrote, anything else as the next decoder has it."""
    if isinstance(value, dict) and len(value) == 1 and isinstance(written := value.get(KEY), bytes):
        return msgspec.msgpack.decode(written, type=Marks)
    return chain(value) if chain else value
