"""Finds what a change makes of syndicated copies: which documents are copies now, and which are no more.

A document is a copy of the earliest original that says the same. So a document that came, changed or went can only
touch those after it that are like it, and those only if it is an original: nothing else is looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Protocol

from pipeline.text.duplicates import ALIKE, Sketch, bands, order

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Library(Protocol):
    """The documents that are not gone: their sketches, what their deals say, and which were copies."""

    def sketches(self, documents: Iterable[str]) -> list[Sketch]:
        """Return what is compared of these documents."""

    def every_sketch(self, *, wordless: bool) -> Iterator[list[Sketch]]:
        """Yield what is compared of all documents, or of those that tell no deal."""

    def says(self, documents: Iterable[str]) -> dict[str, set[int]]:
        """Return what the deals of each of these documents say."""

    def saying(self, keys: Iterable[int]) -> set[str]:
        """Return the documents whose deals say one of these."""

    def originals_of(self, documents: Iterable[str]) -> dict[str, str]:
        """Return the original of each of these that was a copy."""

    def copies_of(self, originals: Iterable[str]) -> dict[str, str]:
        """Return those that were copies of these, each with its original."""


def copies_again(changed: Collection[str], library: Library) -> dict[str, str | None]:
    """Return the documents that are now copies, of another original, or none any more, where these changed.

    It is what `duplicates.copies` would tell of all documents, against what was told before.
    """
    if not changed:
        return {}
    alike = _Alike(library)
    affected, spreading = set(changed), set(changed)
    spread: set[str] = set()
    while spreading:
        affected |= set(library.copies_of(spreading)) | alike.after(spreading)
        spread |= spreading
        now = _judged(affected, alike, library)
        before = library.originals_of(affected)
        spreading = {name for name in affected if now.get(name) != before.get(name)} - spread
    return {name: now.get(name) for name in affected if now.get(name) != before.get(name)}


def _judged(affected: set[str], alike: _Alike, library: Library) -> dict[str, str]:
    """Return the original of each of these that is a copy, given what all others are."""
    found: dict[str, str] = {}
    alike.learn(affected)
    known = library.originals_of({name for each in affected for name in alike.before(each)} - affected)
    for name in sorted(affected & alike.sketches.keys(), key=lambda name: order(alike.sketches[name])):
        earlier = sorted(alike.before(name), key=lambda name: order(alike.sketches[name]))
        original = next((each for each in earlier if each not in known and each not in found), None)
        if original is not None:
            found[name] = original
    return found


class _Alike:
    """Which documents could be copies of which, learnt as far as it is asked."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._pairs: dict[str, set[str]] = {}
        self._says: dict[str, AbstractSet[int]] = {}
        self.sketches: dict[str, Sketch] = {}

    def before(self, name: str) -> set[str]:
        """Return the documents that one says no more than, all before it."""
        return {one for one in self._pairs.get(name, ()) if self._copies(name, one)}

    def after(self, names: Collection[str]) -> set[str]:
        """Return the documents after these that say no more than one of them."""
        self.learn(names)
        return {one for name in names for one in self._pairs.get(name, ()) if self._copies(one, name)}

    def _copies(self, copy: str, original: str) -> bool:
        """Return whether a document could be a copy of one that is like it."""
        one, other = self.sketches[copy], self.sketches[original]
        said = self._says[copy]
        return order(other) < order(one) and said <= self._says[original] and (bool(said) or _banded(one, other))

    def learn(self, names: Collection[str]) -> None:
        """Find the documents that are like these."""
        new = {sketch.id: sketch for sketch in self._library.sketches(set(names) - self._pairs.keys())}
        self._pairs.update({name: set() for name in {*names} - self._pairs.keys()})
        if not new:
            return
        self.sketches |= new
        said = self._library.says(new)
        self._says |= {name: said.get(name, frozenset()) for name in new}
        near = self._library.saying({key for keys in said.values() for key in keys})
        for sketch in self._library.sketches(near):
            self._meet([sketch], {name: one for name, one in new.items() if name in said})
        wordless = not all(name in said for name in new)
        for some in self._library.every_sketch(wordless=not wordless):
            self._meet(some, new)

    def _meet(self, others: list[Sketch], new: dict[str, Sketch]) -> None:
        """Note which of the others are like which of the new ones."""
        import numpy as np

        rows = np.stack([_rows(other) for other in others])
        met: dict[str, Sketch] = {}
        for name, sketch in new.items():
            for at in np.flatnonzero((rows == _rows(sketch)).mean(axis=1) >= ALIKE):
                if (other := others[at]).id != name:
                    self._pairs[name].add(other.id)
                    met[other.id] = other
        unknown = met.keys() - self.sketches.keys()
        if unknown:
            said = self._library.says(unknown)
            self._says |= {name: said.get(name, frozenset()) for name in unknown}
            self.sketches |= {name: met[name] for name in unknown}


def _rows(sketch: Sketch) -> NDArray[np.uint32]:
    import numpy as np

    return np.frombuffer(sketch.rows, dtype="<u4")


def _banded(one: Sketch, other: Sketch) -> bool:
    """Return whether two sketches share a band, by which documents that tell no deal are found."""
    return not set(bands(_rows(one))).isdisjoint(bands(_rows(other)))
