"""A run merges what changed; what stands is what a store that never saw another state would hold."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from pipeline.extraction import default
from pipeline.judging import additions, judgements
from pipeline.models import Document, Extraction, Judgement, MergedDeal
from pipeline.publish import publish
from pipeline.publish.pieces import index, splice
from pipeline.publish.republishing import NOUNS, ROWS
from pipeline.rules.knowledge import shipped
from pipeline.runs.consolidation import all_told, combine, consolidate
from pipeline.runs.publishing import publish_again
from pipeline.store import Store, tables
from pipeline.store.connect import engine, writing
from pipeline.text import duplicates
from tests.projects import published
from tests.telling import tell

WORDS = [
    f"On day {day} the people of the harbour told that ship {day * 7} had left for the north. " for day in range(9)
]
LONG = ["".join(WORDS), "".join(WORDS[:8]) + "It was late, and rain fell.", "".join(reversed(WORDS))]
COMPANIES = shipped().companies
QUOTE = "firm a buys firm b for five dollars"


def text(number: int, more: str = "") -> str:
    """Return one of three long texts, two of which are alike."""
    return LONG[number] + more


@some.composite
def documents(draw: some.DrawFn, name: str) -> tuple[Document, Extraction] | None:
    """Give what a document says and tells; None where it is gone."""
    if draw(some.integers(0, 4)) == 0:
        return None
    published = draw(some.sampled_from([None, "2025-01-02", "2025-02-03"]))
    mentions = [
        tell(
            name, draw(some.sampled_from(["purchase", "investment"])),
            payer=draw(some.sampled_from(["openai", "b", "deepmind"])),
            payee=draw(some.sampled_from(["microsoft", "d"])), amount=draw(some.sampled_from([None, 5, 5, 900])),
            published=published, at=1000 * place,
        )
        for place in range(draw(some.integers(0, 2)))
    ]  # fmt: skip
    said = text(draw(some.integers(0, 2)), draw(some.sampled_from(["", QUOTE])))
    document = Document(id=name, url=f"https://{name}.example", text=said, published=published, source="made")
    deals = tuple(each.deal for each in mentions)
    return document, Extraction(id=name, text=said, language="en", published=published, deals=deals)


Step = tuple[dict[str, tuple[Document, Extraction] | None], int | None]


@some.composite
def histories(draw: some.DrawFn) -> list[Step]:
    """Give what changes step by step: documents, and whether a person adds a deal (1) or takes it back (0)."""
    names = ["n1", "n2", "n3", "n4", "n5"]

    def step() -> Step:
        chosen = draw(some.lists(some.sampled_from(names), max_size=3, unique=True))
        return {name: draw(documents(name)) for name in chosen}, draw(some.sampled_from([None, None, 0, 1]))

    return [step() for _ in range(draw(some.integers(2, 5)))]


def answers(step: int, answer: int, named: str = "n1") -> Judgement:
    """Return a person's addition of a deal, or the word that it was none."""
    document = Document(id=named, text=text(0, QUOTE))
    start = document.text.index(QUOTE)
    parties = [{"role": "payer", "name": "a", "company_id": "a"}, {"role": "target", "name": "b", "company_id": "b"}]
    told = {"kind": "acquisition", "status": "announced", "parties": parties}
    added = additions.add(document, start, start + len(QUOTE), told, by="mei", at=f"2025-03-01T00:00:{step:02}+00:00")
    return added if answer else replace(added, answer="undone")


def everything(store: Store, given: Sequence[Judgement], before: Iterable[MergedDeal]) -> tuple[MergedDeal, ...]:
    """Return what merging all mentions anew makes of the deals before."""
    mentions = store.mentions()
    copies = duplicates.copies(store.sketches(), duplicates.tellings(mentions))
    assert store.copies() == copies
    told, _ = all_told(store, mentions, copies, given)
    return combine(told, before, given, default().knowledge)


def step_of(store: Store, changed: dict[str, tuple[Document, Extraction] | None], run: int) -> None:
    """Save what changed, as a run does."""
    with store.together():
        for name, made in changed.items():
            if made:
                store.save_extraction(run, *made)
            else:
                store.forget(run, [name])


def test_any_history_ends_where_merging_everything_does(store: Store, database: str) -> None:
    @settings(max_examples=20)
    @given(histories())
    def hold(history: list[Step]) -> None:
        empty(database)
        given: list[Judgement] = []
        standing: list[MergedDeal] = []
        for number, (changed, answer) in enumerate(history):
            run = store.start_run(["made"], "")
            step_of(store, changed, run)
            given += [] if answer is None else [answers(number, answer)]
            found = consolidate(run, store, given, default().knowledge, tuple)
            whole = everything(store, given, standing)
            assert tuple(store.merged()) == whole
            assert {deal.id for deal in found.before} == {deal.id for deal in standing if deal not in whole}
            assert {deal.id for deal in found.after} == {deal.id for deal in whole if deal not in standing}
            standing = list(whole)

    hold()


def empty(database: str) -> None:
    """Take all rows out of a database."""
    with writing(engine(database)) as connection:
        for table in tables.metadata.tables.values():
            connection.execute(table.delete())


def test_any_history_publishes_what_publishing_everything_does(project: Path, tmp_path: Path) -> None:
    numbers = count()

    @settings(max_examples=10)
    @given(histories())
    def hold(history: list[Step]) -> None:
        place = tmp_path / str(next(numbers))
        with pytest.MonkeyPatch.context() as patch, Store.open(f"sqlite:///{place / 'deals.db'}") as store:
            patch.setenv("DEALS_ROOT", str(place))
            for changed, _ in history:
                run = store.start_run(["made"], "")
                step_of(store, changed, run)
                moved = consolidate(run, store, (), default().knowledge, tuple)
                told = publish_again(store, (), moved)
                merged = judgements.apply_judgements(store.merged(), ())
                documents = duplicates.joined(store.documents(), store.copies())
                publish(place / "whole" / "extracted", merged, companies=COMPANIES, documents=documents)
                assert published(place) == published(place / "whole")
                assert (told.deals, told.in_conflict) == (len(merged), sum(bool(deal.conflicts) for deal in merged))

    hold()


def test_a_file_of_many_rows_is_spliced_as_if_written_anew(tmp_path: Path) -> None:
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    rows = {f"{number:05}": f'{number:05},"a\nb ""{number}"""\n'.encode() for number in range(2_000)}

    def written(told: dict[str, bytes]) -> bytes:
        return b"id,text\n" + b"".join(row for _, row in sorted(told.items()))

    old.write_bytes(written(rows))
    where = index(old)
    dice = random.Random(5)
    for _ in range(12):
        changes = {f"{dice.randrange(2_500):05}": b"" for _ in range(dice.choice([1, 30]))}
        changes |= {key: f'{key},"x\n{dice.random()}"\n{key},y\n'.encode() for key in changes if dice.random() < 0.6}
        where = splice(old, new, where, changes)
        rows = {key: row for key, row in (rows | changes).items() if row}
        assert new.read_bytes() == written(rows)
        assert all(new.read_bytes()[place:].startswith(key.encode()) for key, place in where)
        new.replace(old)


def test_every_file_that_a_run_publishes_is_one_that_a_change_writes_again(tmp_path: Path) -> None:
    """A format that only a full publish knew would be left as it was by every later run."""
    written = {path.relative_to(tmp_path).as_posix() for path in publish(tmp_path, [])}
    whatever_the_deals = {name for name in written if name.startswith("schema/")} | {"datapackage.json"}
    assert written - whatever_the_deals == {*ROWS, *NOUNS}
