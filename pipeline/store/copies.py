"""The part of the store that remembers which documents are syndicated copies, and what each document's deals say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

import sqlalchemy as sa

from pipeline.store import tables
from pipeline.store.session import Session, chunks
from pipeline.text.duplicates import Sketch

_D, _S, _C = tables.documents.c, tables.says.c, tables.copies.c
SKETCHED = sa.select(_D.id, _D.published, _D.sketch).where(_D.gone_run.is_(None), _D.sketch.is_not(None))
AT_ONCE = 5_000  # sketches of half a kilobyte


class Copies(Session):
    """Copies and their originals."""

    def copies(self) -> dict[str, str]:
        """Return the original of each document that is a copy."""
        with self._reading() as connection:
            return dict(connection.execute(sa.select(_C.document, _C.original)).tuples().all())

    def originals_of(self, documents: Iterable[str]) -> dict[str, str]:
        """Return the original of each of these documents that is a copy."""
        return self._pairs(_C.document, documents)

    def copies_of(self, originals: Iterable[str]) -> dict[str, str]:
        """Return the copies of these documents, each with its original."""
        return self._pairs(_C.original, originals)

    def _pairs(self, column: sa.Column[str], names: Iterable[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        with self._reading() as connection:
            for some in chunks(names):
                found.update(
                    connection.execute(sa.select(_C.document, _C.original).where(column.in_(some))).tuples().all()
                )
        return found

    def save_copies(self, changed: Mapping[str, str | None]) -> None:
        """Note that documents are copies now, of another original, or none any more."""
        with self._writing() as connection:
            for some in chunks(changed):
                connection.execute(tables.copies.delete().where(_C.document.in_(some)))
            new = [{"document": name, "original": original} for name, original in changed.items() if original]
            if new:
                connection.execute(tables.copies.insert(), new)

    def says(self, documents: Iterable[str]) -> dict[str, set[int]]:
        """Return what the deals of each of these documents say, where they tell any."""
        found: dict[str, set[int]] = defaultdict(set)
        with self._reading() as connection:
            for some in chunks(documents):
                for key, name in connection.execute(sa.select(_S.key, _S.document).where(_S.document.in_(some))):
                    found[name].add(key)
        return found

    def saying(self, keys: Iterable[int]) -> set[str]:
        """Return the documents whose deals say one of these."""
        found: set[str] = set()
        with self._reading() as connection:
            for some in chunks(keys):
                found.update(connection.execute(sa.select(_S.document).where(_S.key.in_(some))).scalars())
        return found

    def save_says(self, said: Mapping[str, Collection[int]], *, anew: bool = False) -> None:
        """Note what the deals of documents say, of all there are where `anew`."""
        with self._writing() as connection:
            if anew:
                connection.execute(tables.says.delete())
            else:
                for some in chunks(said):
                    connection.execute(tables.says.delete().where(_S.document.in_(some)))
            new = [{"key": key, "document": name} for name, keys in said.items() for key in set(keys)]
            if new:
                connection.execute(tables.says.insert(), new)

    def sketches(self, documents: Iterable[str] | None = None) -> list[Sketch]:
        """Return what is compared of each document, or of these, that is not gone."""
        asked = [SKETCHED] if documents is None else [SKETCHED.where(_D.id.in_(some)) for some in chunks(documents)]
        with self._reading() as connection:
            return [_sketch(row) for one in asked for row in connection.execute(one)]

    def every_sketch(self, *, wordless: bool) -> Iterator[list[Sketch]]:
        """Yield what is compared of all documents, some at a time; only of those that tell no deal if `wordless`."""
        says = sa.select(_S.key).where(_S.document == _D.id).exists()
        asked = SKETCHED.where(~says) if wordless else SKETCHED
        with self._reading() as connection:
            found = connection.execute(asked, execution_options={"stream_results": True, "yield_per": AT_ONCE})
            for some in found.partitions(AT_ONCE):
                yield [_sketch(row) for row in some]


def _sketch(row: sa.Row[tuple[str, str | None, bytes | None]]) -> Sketch:
    return Sketch(id=row[0], published=row[1], rows=row[2] or b"")
