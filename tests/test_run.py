"""A run: what is new, changed and gone; what bad input gets; that it can be killed at any moment."""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.diff.snapshots import snapshot
from pipeline.errors import DealsError
from pipeline.extraction import extract
from pipeline.judging import judgements
from pipeline.models import Capture, MergedDeal, PageState, Source, from_json
from pipeline.run import begin, run, work
from pipeline.runs.gather import Batch, SourceMemory, gather
from pipeline.runs.summary import RunSummary
from pipeline.settings import Settings
from pipeline.store import Store
from tests.projects import DEALS, environment, interruptible, invoke, merged, pairs, project, published, source

NEWS = "2025年9月22日,英伟达宣布向OpenAI投资1000亿美元。"
OTHER = "2025年9月10日,OpenAI同意以3000亿美元向甲骨文购买算力。"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty project, to which `run` in this process belongs."""
    monkeypatch.setenv("DEALS_ROOT", str(tmp_path))
    monkeypatch.delenv("DEALS_DATABASE_URL", raising=False)
    return project(tmp_path, samples=False)


def outcomes(summary: RunSummary) -> dict[str, int]:
    """Return how many documents became what, over all sources."""
    found: dict[str, int] = {}
    for counted in summary.sources:
        for outcome, number in counted.outcomes.items():
            found[outcome] = found.get(outcome, 0) + number
    return found


def changes(summary: RunSummary) -> list[tuple[str, str]]:
    """Return the kind and the cause of every change."""
    return [(change.kind, change.cause) for change in summary.changes]


def test_a_first_run_stores_and_publishes_and_a_second_changes_not_one_byte(root: Path) -> None:
    source(root, "news", {"2025-09-22.txt": NEWS, "2025-09-10.txt": OTHER})
    first = run()
    assert outcomes(first) == {"new": 2}
    assert pairs(root) == {("NVIDIA", "OpenAI"), ("OpenAI", "Oracle")}
    before = published(root)
    assert {"deals.jsonl", "deals.csv", "companies.jsonl", "documents.jsonl", "schema/deal.schema.json"} <= set(before)
    second = run()
    assert outcomes(second) == {"same": 2}
    assert second.changes == ()
    assert published(root) == before


def test_a_document_that_changed_is_read_again_and_only_that_one(root: Path) -> None:
    place = source(root, "news", {"2025-09-22.txt": NEWS, "2025-09-10.txt": OTHER})
    run()
    (place / "2025-09-22.txt").write_text(NEWS.replace("1000亿", "900亿"), "utf-8")
    summary = run()
    assert outcomes(summary) == {"changed": 1, "same": 1}
    assert changes(summary) == [("changed", "document changed")]


def test_a_file_that_is_gone_takes_its_deals_along_and_brings_them_back(root: Path) -> None:
    place = source(root, "news", {"2025-09-22.txt": NEWS, "2025-09-10.txt": OTHER})
    run()
    before = published(root)
    (place / "2025-09-10.txt").unlink()
    summary = run()
    assert outcomes(summary) == {"same": 1, "gone": 1}
    assert changes(summary) == [("gone", "document gone")]
    assert pairs(root) == {("NVIDIA", "OpenAI")}
    (place / "2025-09-10.txt").write_text(OTHER, "utf-8")
    assert outcomes(run()) == {"same": 1, "new": 1}
    assert published(root) == before


def test_a_source_whose_folder_is_gone_is_forgotten_by_a_run_over_all(root: Path) -> None:
    place = source(root, "news", {"2025-09-22.txt": NEWS})
    source(root, "other", {"2025-09-10.txt": OTHER})
    run()
    place.rename(root / "away")
    run(["other"])
    assert len(merged(root)) == 2
    run()
    assert pairs(root) == {("OpenAI", "Oracle")}


def test_a_folder_that_suddenly_holds_nothing_keeps_its_deals_and_is_told(root: Path) -> None:
    place = source(root, "news", {"2025-09-22.txt": NEWS})
    run()
    (place / "2025-09-22.txt").unlink()
    summary = run()
    assert [issue.message for issue in summary.issues] == ["no file matches '[!s]*'"]
    assert len(merged(root)) == 1


def test_one_name_runs_one_source(root: Path) -> None:
    source(root, "news", {"2025-09-22.txt": NEWS})
    source(root, "other", {"2025-09-10.txt": OTHER})
    summary = run(["news"])
    assert [counted.name for counted in summary.sources] == ["news"]
    assert pairs(root) == {("NVIDIA", "OpenAI")}


def test_lines_of_json_are_documents_and_a_bad_line_is_one_issue(root: Path) -> None:
    lines = [f'{{"id": "a", "text": "{NEWS}"}}', '{"id": "b"', f'{{"id": "c", "text": "{OTHER}"}}']
    source(root, "news", {"all.jsonl": "\n".join(lines)})
    summary = run()
    assert outcomes(summary) == {"new": 2, "failed": 1}
    [issue] = summary.issues
    assert issue.place and issue.place.endswith("all.jsonl:2")
    assert outcomes(run()) == {"same": 2, "failed": 1}


BAD = {
    "empty.txt": b"",
    "broken.md": b"---\ntitle: [unclosed\n---\n\ntext\n",
    "bytes.txt": bytes(range(128, 256)) * 20,
    "endless.txt": b"\xe5\xad\x97" * 17_000_000,
    "packed.txt.gz": b"\x1f\x8b\x08\x00 no gzip",
}


def test_bad_files_are_one_issue_each_with_their_place_and_the_others_go_on(root: Path) -> None:
    source(root, "news", {**BAD, "2025-09-22.txt": NEWS})
    source(root, "broken", {}, toml="title = 'B'\nkind = 'files'\npath = ['*']\n")
    summary = run()
    assert summary.failed
    assert pairs(root) == {("NVIDIA", "OpenAI")}
    told = {(issue.place or "").rpartition("/")[2].partition(":")[0] for issue in summary.issues}
    assert told == {*BAD, "source.toml"}
    assert len(summary.issues) == len(BAD) + 1


def test_issues_are_kept_with_the_run(root: Path) -> None:
    source(root, "news", {"empty.txt": b"", "2025-09-22.txt": NEWS})
    summary = run()
    with Store.open(Settings.from_environment().database) as store:
        assert store.issues(summary.run) == list(summary.issues)
        [record] = store.runs()
    assert {name: number for name, number in record.counts.items() if number} == {
        "documents failed": 1, "documents new": 1, "deals": 1, "deals added": 1,
    }  # fmt: skip
    assert set(record.seconds) == {"read", "merge", "publish"}


def test_a_source_that_breaks_off_is_an_issue_and_loses_none_of_its_documents(root: Path) -> None:
    source(root, "news", {"2025-09-22.txt": NEWS})
    source(root, "web", {}, toml="title = 'W'\nkind = 'feed'\nurl = 'http://127.0.0.1:9/feed'\nallow_private = true\n")
    summary = run()
    assert {issue.source for issue in summary.broken} == {"web"}
    assert pairs(root) == {("NVIDIA", "OpenAI")}


def test_silence_and_flood_are_told_against_what_a_source_expects(root: Path) -> None:
    toml = "title = 'N'\nkind = 'files'\npaths = ['*.txt']\nexpect = { documents = [2, 9], deals = [0, 0] }\n"
    source(root, "news", {"2025-09-22.txt": NEWS}, toml)
    assert [issue.message for issue in run().broken] == [
        "1 documents, where a normal run has 2 to 9",
        "1 deals, where a normal run has 0 to 0",
    ]


def test_changed_rules_read_every_document_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source(root, "news", {"2025-09-22.txt": NEWS})
    run()
    monkeypatch.setattr("pipeline.runs.signature.reads_with", lambda knowledge: "other rules")
    summary = run()
    assert outcomes(summary) == {"same": 1}  # read again, and it reads the same
    with Store.open() as store:
        assert store.signatures(["news/2025-09-22.txt"])["news/2025-09-22.txt"].endswith(" other rules")


def test_a_rejected_deal_is_not_published(root: Path) -> None:
    source(root, "news", {"2025-09-22.txt": NEWS, "2025-09-10.txt": OTHER})
    [deal] = [each for each in run().deals if "Oracle" in str(each.parties)]
    answer = judgements.judge(deal, "rejected", by="mei", at="2025-10-01T09:00:00+00:00")
    judgements.append(Settings.from_environment().judgements, [answer])
    run()
    assert pairs(root) == {("NVIDIA", "OpenAI")}
    with Store.open() as store:
        assert [(known.deal, known.answer) for known in store.judgements()] == [(deal.id, "rejected")]


def test_an_empty_store_goes_on_from_the_published_files(root: Path) -> None:
    """A fresh clone has the published files and no database: ids and days must come out as they were."""
    source(root, "news", {"undated.txt": NEWS})
    run()
    path = root / "extracted" / "deals.jsonl"
    [deal] = [from_json(line, MergedDeal) for line in path.read_bytes().splitlines()]
    path.write_bytes(path.read_bytes().replace(deal.first_seen.encode(), b"2026-01-01"))
    before = published(root)["deals.jsonl"]
    for file in (root / "extracted").glob("deals.db*"):
        file.unlink()
    run()
    assert published(root)["deals.jsonl"] == before


def test_the_store_knows_the_companies_that_its_deals_name(root: Path) -> None:
    source(root, "news", {"news.txt": NEWS})
    run()
    with Store.open() as store:
        names = {company.id: company.name for company in store.companies()}
        parties = [party for deal in store.merged() for party in deal.parties if party.company_id]
    assert parties
    assert all(names[party.company_id or ""] == party.name for party in parties)


def test_a_run_can_be_looked_up_afterwards(root: Path) -> None:
    source(root, "news", {"2025-09-22.txt": NEWS})
    summary = run()
    assert snapshot(str(summary.run)).deals == summary.deals


def test_the_cause_is_told_against_the_last_run_that_ended(root: Path) -> None:
    """A run that was killed, or is still reading beside this one, has saved documents and no deals."""
    place = source(root, "news", {"2025-09-22.txt": NEWS})
    run()
    (place / "2025-09-22.txt").write_text(NEWS.replace("1000", "900"), "utf-8")
    with Store.open() as store:
        job = begin(store)
        for batch in gather(job.sources[0], store):
            work(job, batch, store)
    assert [change.cause for change in run().changes] == ["document changed"]


def test_what_cannot_be_saved_is_an_issue_and_the_batch_with_it_is_not_lost(root: Path) -> None:
    place = source(root, "news", {"a.txt": NEWS})
    described = Source(title="N", kind="files", name="news", folder=str(place), paths=("*.txt",))
    names = ("one", "t\udcffwo", "three")  # the second can be read, but no database takes its name
    items = [Capture(id=f"news/{name}", data=NEWS.encode(), source="news", place="news.txt") for name in names]
    with Store.open() as store:
        done = work(begin(store), Batch(source=described, items=tuple(items)), store)
        stored = [record.id for record in store.documents()]
    assert stored == ["news/one", "news/three"]
    assert sorted(done.outcomes.values()) == ["failed", "new", "new"]
    (issue,) = done.issues
    assert (issue.document, issue.severity) == ("news/t\udcffwo", "error")
    assert re.match(r"cannot be stored: UnicodeEncodeError: .* \(pipeline/models/nouns\.py:\d+\)$", issue.message)


def test_a_published_file_that_is_broken_is_named_with_its_line(root: Path) -> None:
    source(root, "news", {"2025-09-22.txt": NEWS})
    (root / "extracted").mkdir()
    (root / "extracted" / "deals.jsonl").write_text("\n{}\n", "utf-8")
    with pytest.raises(DealsError, match=r"deals\.jsonl:2: .*id"):
        run()


def test_threads_read_what_one_thread_reads() -> None:
    texts = [f"2025年9月22日,英伟达宣布向OpenAI投资{number}亿美元。" for number in range(1, 60)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(extract, texts)) == [extract(text) for text in texts]


# What fetching remembers


def test_an_address_is_remembered_only_with_the_documents_it_led_to(root: Path) -> None:
    """A crash between the two would lose the article: its source would call it unchanged for ever."""
    page = PageState(url="http://news.example/1", etag="1")
    with Store.open() as store:
        memory = SourceMemory(store)
        memory.save_page(page)
        assert memory.page(page.url) == page
        assert store.page(page.url) is None
        assert memory.take() == (page,)
        assert memory.take() == ()
        assert memory.page(page.url) == page


def test_documents_come_in_batches(root: Path) -> None:
    place = source(root, "news", {f"{number}.txt": NEWS for number in range(7)})
    described = Source(title="N", kind="files", name="news", folder=str(place), paths=("*.txt",))
    with Store.open() as store:
        assert [len(batch.items) for batch in gather(described, store, size=3)] == [3, 3, 1]
        assert [len(batch.items) for batch in gather(described, store, size=3, patience=-1)] == [1] * 7


# Interrupted runs, as real processes


def start(folder: Path) -> subprocess.Popen[bytes]:
    """Return a running `deals run`."""
    return subprocess.Popen(
        [DEALS, "run"],
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=interruptible,
    )


def many(folder: Path, number: int) -> Path:
    """Return a project with this many documents, each telling a deal of its own and one that all tell."""
    told = "2025年9月2日,英伟达宣布以{price}亿美元收购{name}软件有限公司。" + NEWS
    digits = str.maketrans("0123456789", "甲乙丙丁戊己庚辛壬癸")
    texts = {f"2025-09-02-{n}.txt": told.format(price=n + 1, name=str(n).translate(digits)) for n in range(number)}
    source(project(folder, samples=False), "news", texts)
    return folder


def stop(folder: Path, ending: signal.Signals) -> tuple[int, str]:
    """Return how a run ended, and what it said, that got a signal once it had saved documents."""
    before = stored(folder)
    process = start(folder)
    while process.poll() is None and stored(folder) == before:
        time.sleep(0.01)
    process.send_signal(ending)
    _, errors = process.communicate()
    assert before < stored(folder), "documents that were read are kept"
    return process.returncode, errors.decode()


def stored(folder: Path) -> int:
    """Return how many documents a project's database holds; 0 where it has no tables yet."""
    try:
        with closing(sqlite3.connect(f"file:{folder}/extracted/deals.db?mode=ro", uri=True)) as database:
            return int(database.execute("SELECT count(*) FROM documents").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def test_a_run_that_is_killed_or_stopped_keeps_what_was_read_and_the_next_one_completes(tmp_path: Path) -> None:
    calm, folder = many(tmp_path / "calm", 600), many(tmp_path / "stopped", 600)
    status, _ = stop(folder, signal.SIGKILL)
    assert status == -signal.SIGKILL
    status, errors = stop(folder, signal.SIGINT)
    assert status == 130, errors
    assert "the next run goes on from there" in errors
    assert stored(folder) < 600
    assert not (folder / "extracted" / "deals.jsonl").exists()
    assert invoke("run", folder=folder).returncode == invoke("run", folder=calm).returncode == 0
    assert published(folder) == published(calm)
