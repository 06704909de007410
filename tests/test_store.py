"""The store: what it remembers, on SQLite and PostgreSQL, and what happens when several processes write."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from pipeline.merge import merge
from pipeline.models import Capture, Company, DealMention, Document, Issue, Judgement, MergedDeal, PageState
from pipeline.store import Store, StoreError, connect, tables
from pipeline.store.migrate import FOLDER
from tests.projects import DEALS, environment, merged, project, published
from tests.telling import document_of, money, tell


def save(store: Store, run: int, *told: DealMention) -> str:
    """Return what the store says of a document that tells these."""
    return store.save_extraction(run, *document_of(*told))


def begin(store: Store) -> int:
    """Return a new run."""
    return store.start_run(["made"], "f" * 16)


def merging(mentions: list[DealMention], previous: list[MergedDeal]) -> tuple[MergedDeal, ...]:
    """Return the merged deals, as a run does it."""
    return merge(mentions, previous=previous)


def test_a_document_is_new_then_the_same_then_changed(store: Store) -> None:
    first = tell("a", "purchase", payer="x", payee="y", amount=5)
    second = tell("a", "purchase", payer="x", payee="z", amount=7)
    outcomes = [save(store, begin(store), *told) for told in ([first], [first], [first, second])]
    assert outcomes == ["new", "same", "changed"]
    assert {mention.deal.id for mention in store.mentions()} == {first.deal.id, second.deal.id}


def test_only_the_current_version_of_a_document_tells_deals_and_earlier_texts_stay(store: Store) -> None:
    old, new = (tell("a", "purchase", payer="x", payee="y", amount=amount) for amount in (5, 6))
    document, extraction = document_of(old)
    store.save_extraction(begin(store), document, extraction)
    changed = Document(id="a", text="Another text.", published="2025-11-11")
    assert store.save_extraction(begin(store), changed, document_of(new)[1]) == "changed"
    assert [mention.deal for mention in store.mentions()] == [new.deal]
    assert store.document("a") == changed
    assert store.document("a", version=1) == document
    assert store.document("b") is None


def test_a_mention_comes_back_as_it_was_with_its_date_and_an_address_that_leads_to_the_second(store: Store) -> None:
    told = tell("a", "purchase", payer="x", payee="y", amount="12345678901234567890.123456")
    document, extraction = document_of(told)
    document = Document(**{**_fields(document), "url": "https://example.org/talk"})
    store.save_extraction(begin(store), document, extraction)
    (back,) = store.mentions()
    assert (back.deal, back.published, back.url) == (told.deal, told.published, document.url)


def _fields(noun: object) -> dict[str, object]:
    return {name: getattr(noun, name) for name in noun.__struct_fields__}  # type: ignore[attr-defined]


def test_sums_too_large_and_texts_no_column_takes_are_kept_whole_in_the_record(store: Store) -> None:
    told = tell("a", "purchase", payer="x\0y", payee="z", amount=money("9" * 40, "USD", "exact"), evidence="a\0b")
    save(store, begin(store), told)
    assert store.mentions()[0].deal == told.deal


def test_a_document_gone_tells_no_deal_until_it_comes_back(store: Store) -> None:
    told = tell("a", "purchase", payer="x", payee="y")
    save(store, begin(store), told)
    run = begin(store)
    assert store.forget(run, ["a", "never-seen"]) == 1
    assert (store.mentions(), store.documents(), store.forget(run, ["a"])) == ([], [], 0)
    assert save(store, begin(store), told) == "new"
    assert len(store.mentions()) == 1


def test_thousands_of_documents_are_forgotten_at_once(store: Store) -> None:
    run = begin(store)
    assert store.forget(run, [f"doc-{n}" for n in range(2_000)]) == 0


def test_documents_are_listed_by_id_without_their_text(store: Store) -> None:
    run = begin(store)
    for name in ("b", "C", "a", "é"):
        save(store, run, tell(name, "purchase", payer="x", payee="y"))
    assert [record.id for record in store.documents()] == ["C", "a", "b", "é"]
    assert store.documents()[0].characters == len("Text of C.")


def test_what_is_written_together_is_written_whole_or_not_at_all(store: Store) -> None:
    run = begin(store)
    with pytest.raises(RuntimeError), store.together():
        save(store, run, tell("a", "purchase", payer="x", payee="y"))
        with store.together():
            save(store, run, tell("b", "purchase", payer="x", payee="y"))
        raise RuntimeError
    assert store.documents() == []


def test_a_run_is_one_row_of_history_with_its_counts_and_issues(store: Store) -> None:
    run = begin(store)
    noted = [Issue(message="cannot\0read", place="x.html"), Issue(message="slow", severity="warning")]
    record = store.finish_run(run, {"documents": 3}, {"read": 0.12345}, noted)
    assert [record] == store.runs()
    assert (record.id, record.sources, record.fingerprint) == (run, ("made",), "f" * 16)
    assert (record.counts, record.seconds) == ({"documents": 3}, {"read": 0.123})
    assert record.issues == {"error": 1, "warning": 1}
    assert record.finished_at and record.finished_at >= record.started_at
    assert [issue.message for issue in store.issues(run)] == ["cannotread", "slow"]


def test_a_run_that_was_killed_has_no_end(store: Store) -> None:
    begin(store)
    assert store.runs()[0].finished_at is None


def test_a_run_that_is_not_there_is_named(store: Store) -> None:
    for ask in (lambda: store.merged(7), lambda: store.save_merged(7, []), lambda: store.finish_run(7, {}, {})):
        with pytest.raises(StoreError, match="no run 7"):
            ask()


def test_merged_deals_stand_as_each_run_left_them(store: Store) -> None:
    first, second = tell("a", "purchase", payer="x", payee="y"), tell("b", "loan", payer="x", payee="y")
    runs = []
    for told in (first, second, None):
        runs.append(begin(store))
        if told:
            save(store, runs[-1], told)
        else:
            store.forget(runs[-1], ["a"])
        store.consolidate(runs[-1], merging)
    idle = begin(store)
    standing = [{deal.id for deal in store.merged(run)} for run in (*runs, idle)]
    assert standing == [{first.deal.id}, {first.deal.id, second.deal.id}, {second.deal.id}, {second.deal.id}]
    assert store.merged() == store.merged(runs[-1])


def test_merged_deals_come_back_as_they_were(store: Store) -> None:
    run = begin(store)
    merged = merge(
        [
            tell(
                "a", "purchase", payer=("x", "z"), payee="y", amount="10..99", published="2025-01-01", status="rumored"
            ),
            tell("b", "acquisition", payer="x", target="y", amount=300, stake="12.5", date="2025-09"),
        ]
    )
    store.save_merged(run, merged)
    assert tuple(store.merged()) == merged


def test_a_deal_without_parties_is_stored(store: Store) -> None:
    merged = merge([tell("a", "purchase", amount=5)])
    store.save_merged(begin(store), merged)
    assert tuple(store.merged()) == merged


def test_companies_and_pages_are_replaced_and_judgements_are_only_added(store: Store) -> None:
    for name in ("X", "X Inc"):
        store.save_companies([Company(id="x", name=name), Company(id="a", name="A")])
        store.save_page(PageState(url="https://example.org", etag=name))
    assert [company.name for company in store.companies()] == ["A", "X Inc"]
    page = store.page("https://example.org")
    assert page and page.etag == "X Inc"
    assert store.page("https://example.org/other") is None
    yes, no = (
        Judgement(answer=answer, deal="d", quotes=("q",), by="mei", at=at)  # type: ignore[arg-type]
        for answer, at in (("accepted", "2025-01-02"), ("rejected", "2025-01-01"))
    )
    for some in ([yes, no], [yes], []):
        store.add_judgements(some)
    assert store.judgements() == [no, yes]


def test_a_capture_is_noted_without_its_bytes(store: Store, database: str) -> None:
    document, extraction = document_of(tell("a", "purchase", payer="x", payee="y"))
    capture = Capture(id="a", source="made", data=b"<html>", place="a.html")
    store.save_extraction(begin(store), document, extraction, capture)
    with connect.engine(database).connect() as connection:
        (row,) = connection.execute(sa.select(tables.captures))
        assert (row.document, row.size, row.place) == ("a", 6, "a.html")
        assert connection.execute(sa.select(tables.versions.c.capture)).scalar_one() == row.hash


def test_views_tell_in_sql_what_stands_and_which_rules_read_it(store: Store, database: str) -> None:
    old, new = (
        tell("a", "purchase", payer=("x", "z"), payee="y", amount=amount, evidence="said") for amount in (5, 10**11)
    )
    for fingerprint, told in (("old rules", old), ("new rules", new)):
        run = store.start_run(["made"], fingerprint)
        save(store, run, told)
        store.consolidate(run, merging)
    with connect.engine(database).connect() as connection:
        ask = connection.exec_driver_sql
        assert ask("SELECT id, amount FROM deals_now").all() == [(new.deal.id, 10**11)]
        assert ask("SELECT payer, receiver, amount, currency FROM money_now ORDER BY payer").all() == [
            ("x", "y", 10**11, "USD"),
            ("z", "y", 10**11, "USD"),
        ]
        assert ask("SELECT document, rule, rules FROM mentions_now").all() == [("a", "test.rule", "new rules")]


# Opening


def test_the_migrations_make_exactly_the_tables_the_code_knows(store: Store, database: str) -> None:
    with connect.engine(database).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, tables.metadata) == []


def test_an_older_database_is_migrated_and_keeps_what_it_holds(database: str) -> None:
    _at_revision(database, "0001")
    row = {"fingerprint": "f", "started_at": "t", "record": '{"id":0,"fingerprint":"f","started_at":"t"}'}
    with connect.writing(connect.engine(database)) as connection:
        connection.execute(tables.runs.insert().values(row))
    with Store.open(database) as store:
        assert [run.fingerprint for run in store.runs()] == ["f"]
        save(store, begin(store), tell("a", "purchase", payer="x", payee="y"))


def _at_revision(url: str, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with connect.writing(connect.engine(url)) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_a_newer_database_is_refused_and_left_alone(store: Store, database: str) -> None:
    engine = connect.engine(database)
    with connect.writing(engine) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(
        StoreError, match=r"written by a newer deal-pipeline \(tables 9999, this one knows up to \d{4}\)"
    ):
        Store.open(database)
    assert store.runs() == []


def test_tables_of_something_else_are_refused(database: str) -> None:
    with connect.writing(connect.engine(database)) as connection:
        connection.execute(sa.text("CREATE TABLE recipes (name TEXT)"))
    with pytest.raises(StoreError, match="holds tables of something else"):
        Store.open(database)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("oracle://here/db", "oracle: no such kind of database; known: postgres"),
        ("deals.db", "no such kind of database"),
        ("sqlite://", "needs a file"),
        ("sqlite:////proc/nowhere/deals.db", "/proc/nowhere: "),
        ("postgresql://127.0.0.1:1/none", "127.0.0.1:1"),
    ],
)
def test_a_database_that_cannot_be_opened_is_named(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        Store.open(url)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "deals.db").write_text("no database at all " * 100)
    with pytest.raises(StoreError, match=r"deals\.db: file is not a database"):
        Store.open(f"sqlite:///{tmp_path / 'deals.db'}")


def test_a_password_is_never_told() -> None:
    with pytest.raises(StoreError) as error:
        Store.open("postgresql://someone:s3cret@127.0.0.1:1/none")
    assert "s3cret" not in str(error.value)


# Several at once


def test_readers_see_what_stood_while_another_thread_writes(store: Store) -> None:
    run = begin(store)
    save(store, run, tell("a", "purchase", payer="x", payee="y"))
    with store.together():
        save(store, run, tell("b", "purchase", payer="x", payee="y"))
        seen: list[int] = []
        reader = threading.Thread(target=lambda: seen.append(len(store.documents())))
        reader.start()
        reader.join()
    assert seen == [1]
    assert len(store.documents()) == 2


INGEST = """
import sys
from pipeline.merge import merge
from pipeline.store import Store
from tests.test_store import five_hundred

with Store.open(sys.argv[1]) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    run = store.start_run(["made"], "f" * 16)
    documents = five_hundred()
    for first in range(0, 500, 25):
        with store.together():
            for document, extraction in documents[first : first + 25]:
                store.save_extraction(run, document, extraction)
    store.consolidate(run, lambda mentions, previous: merge(mentions, previous=previous))
    store.finish_run(run, {"documents": 500}, {}, [])
"""


def five_hundred() -> list[tuple]:  # type: ignore[type-arg]
    """Return 500 documents that tell 1,000 times of a hundred deals."""
    return [
        document_of(*(
            tell(f"doc-{n}", "purchase", payer=f"p{(n + k) % 10}", payee=f"q{n % 10}", amount=n % 10 + 1, at=k * 100)
            for k in range(2)
        ))
        for n in range(500)
    ]  # fmt: skip


def ingest(database: str, processes: int) -> None:
    """Let several processes ingest the same 500 documents at once."""
    command = [sys.executable, "-c", INGEST, database]
    root = Path(__file__).parent.parent
    running = [
        subprocess.Popen(command, cwd=root, env=os.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for process in running:
        assert process.stdout and process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.close()
    for process in running:
        assert process.stdout
        process.stdout.close()
        assert process.wait(timeout=120) == 0


def test_two_processes_at_once_leave_what_one_process_leaves(database: str, tmp_path: Path) -> None:
    alone = f"sqlite:///{tmp_path / 'alone.db'}"
    ingest(alone, 1)
    ingest(database, 2)
    with Store.open(alone) as one, Store.open(database) as two:
        assert two.merged() == one.merged()
        assert len(one.merged()) > 10
        assert two.mentions() == one.mentions()
        assert two.documents() == one.documents()
        assert [len(store.runs()) for store in (one, two)] == [1, 2]
        assert all(run.finished_at for run in two.runs())


def test_a_new_database_opened_by_many_at_once_is_made_once(database: str) -> None:
    errors: list[BaseException] = []

    def open_it() -> None:
        try:
            Store.open(database).close()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_runs_on_a_server_publish_what_a_run_on_a_file_does(database: str, tmp_path: Path) -> None:
    """Two runs at once on the database given, one on a file of its own; the samples are what all three read."""
    folders = [project(tmp_path / name) for name in ("file", "one", "two")]
    urls = [f"sqlite:///{tmp_path / 'own.db'}", database, database]
    running = [
        subprocess.Popen([DEALS, "run"], env={**environment(folder), "DEALS_DATABASE_URL": url})
        for folder, url in zip(folders, urls, strict=True)
    ]
    assert [process.wait(timeout=300) for process in running] == [0, 0, 0]
    alone, *both = [published(folder) for folder in folders]
    assert len(merged(folders[0])) > 5
    assert both == [alone, alone]
