"""Publishes what a run left, where that is not what the files say already: then nothing is written and nothing loaded.

What the files were written from lies beside them, hidden: the store and its state, people's answers, rules and code.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from pipeline.extraction import default
from pipeline.judging import judgements
from pipeline.models import Company, DocumentRecord, Judgement, MergedDeal, Noun, fingerprint, from_json, to_json
from pipeline.publish import Edition, drafting, publish, put
from pipeline.publish.pieces import Index
from pipeline.publish.republishing import Changed, Surroundings, draft_again, indexes
from pipeline.rules.rates import PLACE, rates
from pipeline.runs.consolidation import Consolidated
from pipeline.runs.signature import reads_with
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.text import duplicates

NAME = ".published.json"
STORE = "store"
"""The state that tells one store from another that was made in its place."""
SHOWN = 40
"""Deals in conflict that a run names."""
Stamp = tuple[int, int, int]
"""A file's size, time and number."""


class Published(Noun, frozen=True, kw_only=True):
    """What the published files were made from, and what they hold."""

    of: str
    files: dict[str, Stamp]
    deals: int
    in_conflict: int
    conflicts: tuple[str, ...]
    """The ids of the first deals whose tellings disagree."""
    where: dict[str, Index]
    """Where rows lie in the files that can be written in pieces."""

    def paths(self, folder: Path) -> tuple[Path, ...]:
        """Return the files."""
        return tuple(folder / name for name in sorted(self.files))


def publish_again(store: Store, answers: Sequence[Judgement], moved: Consolidated) -> Published:
    """Return what is published: what the store holds when the files are written, whoever else is running."""
    folder = Settings.from_environment().extracted
    before, after = (_state(store, answers, changes) for changes in (moved.since, moved.now))
    while True:
        of = _state(store, answers, store.last_changes())
        found = _standing(folder)
        if found is None or found.of != of:
            ours = found is not None and (found.of, of) == (before, after) and not answers
            ours = ours and moved.documents is not None
            found = _some_written(folder, store, moved, found, of) if found and ours else None
            found = found or _written(folder, store, answers, of)
        if _state(store, answers, store.last_changes()) == of:
            return found


def _state(store: Store, answers: Sequence[Judgement], changes: tuple[str, ...]) -> str:
    """Return the name of all that decides what is published."""
    name = store.state(STORE)
    if name is None:
        name = uuid.uuid4().hex
        store.note(STORE, name)
    settings = Settings.from_environment()
    registers = [(path.name, path.stat().st_mtime_ns) for path in sorted(settings.registry.glob("*.db"))]
    code = default().knowledge.once(reads_with)
    worth = [path.read_bytes() for path in default().knowledge.files[PLACE]]
    return fingerprint(name, *changes, code, *worth, *registers, *map(to_json, answers))


def _standing(folder: Path) -> Published | None:
    """Return what the files of a folder were made from, None where they are not those that we wrote."""
    try:
        found = from_json((folder / NAME).read_bytes(), Published)
        stands = all(_stamp(folder / name) == stamp for name, stamp in found.files.items())
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return None
    return found if stands else None


def _stamp(path: Path) -> Stamp:
    told = path.stat()
    return told.st_size, told.st_mtime_ns, told.st_ino


def _written(folder: Path, store: Store, answers: Sequence[Judgement], of: str) -> Published:
    (folder / NAME).unlink(missing_ok=True)  # until all is written, the files are of no one state
    merged = store.merged()
    companies = _companies(merged)
    store.save_companies(companies)
    deals = judgements.apply_judgements(merged, answers)
    files = publish(
        folder,
        deals,
        companies=companies,
        documents=duplicates.joined(store.documents(), store.copies()),
        rates=default().knowledge.once(rates),
    )
    told = [deal for deal in deals if deal.judgement != "rejected"]
    disagreeing = [deal.id for deal in told if deal.conflicts]
    where = indexes(folder)
    names = [path.relative_to(folder).as_posix() for path in files]
    return _noted(folder, of, names, len(told), len(disagreeing), disagreeing, where)


def _noted(
    folder: Path,
    of: str,
    names: Iterable[str],
    deals: int,
    in_conflict: int,
    conflicts: Iterable[str],
    where: dict[str, Index],
) -> Published:
    found = Published(
        of=of,
        files={name: _stamp(folder / name) for name in names},
        deals=deals,
        in_conflict=in_conflict,
        conflicts=tuple(sorted(conflicts)[:SHOWN]),
        where=where,
    )
    draft = folder / f"{NAME}.{uuid.uuid4().hex}"
    draft.write_bytes(to_json(found))
    draft.replace(folder / NAME)
    return found


def _some_written(folder: Path, store: Store, moved: Consolidated, standing: Published, of: str) -> Published:
    """Write what changed since the files were written, by what the merging told; nobody judged anything."""
    before, after = ({deal.id: deal for deal in deals} for deals in (moved.before, moved.after))
    named = {name for deal in (*moved.before, *moved.after) for name in deal.documents} | (moved.documents or set())
    told = store.told_in(named)
    retold = {deal.id: deal for deal in store.named({each.deal for each in told} - after.keys())}
    deals = {name: replace(deal, judgement=None) for name, deal in {**retold, **after}.items()}
    documents = _documents(store, {name for deal in deals.values() for name in deal.documents})
    telling = {each.document for each in told}
    edition = Edition.of(deals.values(), _companies(deals.values()), documents.values())
    companies = {company.id: company for company in edition.companies}
    store.save_companies(companies.values())
    changed = Changed(
        deals=edition.deals,
        gone=before.keys() - after.keys(),
        companies=companies | dict.fromkeys(_unnamed(folder, store, moved, companies)),
        documents={name: documents.get(name) if name in telling else None for name in named},
    )
    (folder / NAME).unlink(missing_ok=True)
    around = Surroundings(companies, documents, default().knowledge.once(rates))
    with drafting(folder) as draft:
        where = draft_again(folder, draft, standing.where, changed, around)
        put(draft, folder)
    disagreeing = [{name for name, deal in each.items() if deal.conflicts} for each in (before, after)]
    conflicts = (set(standing.conflicts) - before.keys()) | disagreeing[1]
    number = standing.in_conflict - len(disagreeing[0]) + len(disagreeing[1])
    size = standing.deals - len(before) + len(after)
    return _noted(folder, of, standing.files, size, number, conflicts, where)


def _documents(store: Store, names: set[str]) -> dict[str, DocumentRecord]:
    """Return these documents, each with the addresses of its copies."""
    copies = store.copies_of(names)
    records = store.documents({*names, *copies})
    return {record.id: record for record in duplicates.joined(records, copies)}


def _unnamed(folder: Path, store: Store, moved: Consolidated, named: Collection[str]) -> set[str]:
    """Return the companies that stand in the files and that no deal names any more, nor any company that one names."""
    parties = {party.company_id for deal in moved.before for party in deal.parties if party.company_id}
    listed = {company.id: company for company in _lines(folder / "companies.jsonl")}
    above = {name: company.parent for name, company in listed.items()}
    waiting = sorted(parties - set(named))
    gone: set[str] = set()
    while waiting:
        name = waiting.pop()
        held = name in named or store.is_named(name) or any(up == name and low not in gone for low, up in above.items())
        if name in listed and name not in gone and not held:
            gone.add(name)
            waiting += [parent for parent in (above[name],) if parent]
    return gone


def _lines(path: Path) -> Iterator[Company]:
    with path.open("rb") as lines:
        yield from (from_json(line, Company) for line in lines)


def _companies(deals: Iterable[MergedDeal]) -> tuple[Company, ...]:
    """Return the companies of the tables, and those of the registers that the deals name."""
    extractor = default()
    return extractor.registry.complete(extractor.knowledge.companies, deals)
