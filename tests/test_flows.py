"""The Prefect flow does what the run does: the same files, with retries, a run page, and failure where it is due."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pipeline import run
from pipeline.fetch import files
from pipeline.models import Source
from pipeline.run import Job
from pipeline.runs.gather import Batch
from pipeline.runs.sources import UnknownSource
from pipeline.runs.summary import Done
from pipeline.store import Store
from tests.projects import deals, project, published, source

NEWS = "2025年9月22日,英伟达宣布向OpenAI投资1000亿美元。"

pytestmark = pytest.mark.xdist_group("prefect")


@pytest.fixture(scope="module")
def flows(prefect_server: str) -> ModuleType:
    """Give the module under test, loaded where its tests run alone: it takes Prefect seconds."""
    import flows

    return flows


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a project with our samples."""
    monkeypatch.setenv("DEALS_ROOT", str(tmp_path))
    return project(tmp_path)


def test_the_flow_publishes_what_a_run_publishes(
    flows: ModuleType, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    summary = flows.run_deals()
    assert [counted.outcomes for counted in summary.sources] == [{"new": 17}]
    plain = project(tmp_path_factory.mktemp("plain"))
    assert deals("run", folder=plain).returncode == 0
    assert published(root) == published(plain)


def test_files_that_nobody_wrote_are_handed_to_nobody(
    flows: ModuleType, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "YOUNG", 0.0)
    flows.run_deals()
    before = published(root)
    with Store.open() as store:
        job = run.begin(store)
        batches = [batch for source in job.sources for batch in flows.fetch.fn(job, source)]
    assert [(len(batch.items), len(batch.same)) for batch in batches] == [(0, 17)]
    assert [counted.outcomes for counted in flows.run_deals().sources] == [{"same": 17}]
    assert published(root) == before


def test_the_run_page_tells_counts_and_changes(flows: ModuleType, root: Path) -> None:
    summary = flows.run_deals()
    page = run_page()
    assert f"{len(summary.deals):,} deals stand" in page
    assert "NVIDIA" in page


def run_page() -> str:
    """Return the page of the last run, asked of the server itself."""
    import prefect

    wanted = {"artifacts": {"key": {"any_": ["deals-run"]}}, "sort": "CREATED_DESC", "limit": 1}
    with prefect.get_client(sync_client=True) as client:
        [page] = client.request("POST", "/artifacts/filter", json=wanted).json()
    return str(page["data"])


def test_documents_go_in_batches_of_a_hundred(flows: ModuleType, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    work = run.work

    def counting(job: Job, batch: Batch, store: Store) -> Done:
        sizes.append(len(batch.items))
        return work(job, batch, store)

    monkeypatch.setattr(run, "work", counting)
    source(root, "news", {f"{number}.txt": NEWS for number in range(250)})
    assert flows.run_deals(["news"]).sources[0].outcomes == {"new": 250}
    assert sizes == [100, 100, 50]


def test_a_batch_that_fails_once_is_tried_again(flows: ModuleType, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []
    work = run.work

    def shaky(job: Job, batch: Batch, store: Store) -> Done:
        tries.append(len(batch.items))
        if len(tries) == 1:
            raise ConnectionError("the database went away")
        return work(job, batch, store)

    monkeypatch.setattr(run, "work", shaky)
    monkeypatch.setattr(flows, "read", flows.read.with_options(retry_delay_seconds=0))
    summary = flows.run_deals()
    assert tries == [17, 17]
    assert not summary.failed


def test_a_batch_that_keeps_failing_fails_the_run_and_loses_nothing(
    flows: ModuleType, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(job: Job, batch: Batch, store: Store) -> Done:
        if batch.source.name == "news":
            raise ConnectionError("the database went away")
        return work(job, batch, store)

    source(root, "news", {"2025-09-22.txt": NEWS})
    flows.run_deals()
    before = published(root)
    work = run.work
    monkeypatch.setattr(run, "work", broken)
    monkeypatch.setattr(flows, "read", flows.read.with_options(retries=0))
    state = flows.deals(return_state=True)
    assert state.type == "FAILED"
    assert "the database went away" in str(state.message)
    assert published(root) == before
    assert "a batch failed" in str(state.message)


def test_a_silent_source_fails_the_flow_run_and_is_still_published(flows: ModuleType, root: Path) -> None:
    toml = "title = 'N'\nkind = 'files'\npaths = ['*.txt']\nexpect = { documents = [5, 9] }\n"
    source(root, "news", {"2025-09-22.txt": NEWS}, toml)
    state = flows.deals(["news"], return_state=True)
    assert state.type == "FAILED"
    assert state.message == "news: 1 documents, where a normal run has 5 to 9"
    failure = state.result(raise_on_failure=False)
    assert repr(failure) == f"SourceFailure('{state.message}')", "all that it holds would stand in the log"
    assert b"NVIDIA" in published(root)["deals.jsonl"]


def test_one_bad_document_does_not_fail_the_flow_run(flows: ModuleType, root: Path) -> None:
    source(root, "news", {"2025-09-22.txt": NEWS, "empty.txt": ""})
    state = flows.deals(["news"], return_state=True)
    assert state.type == "COMPLETED"


def test_an_unknown_source_is_told_as_in_a_plain_run(flows: ModuleType, root: Path) -> None:
    with pytest.raises(UnknownSource, match="did you mean 'samples'"):
        flows.run_deals(["sample"])


def test_runs_and_tasks_are_named_after_sources_and_days_and_the_log_has_a_line_a_source(
    flows: ModuleType, root: Path
) -> None:
    import prefect

    source(root, "news", {"2025-09-22.txt": NEWS})
    state = flows.deals(["news"], return_state=True)
    number = state.state_details.flow_run_id
    with prefect.get_client(sync_client=True) as client:
        run = client.read_flow_run(number)
        asked = {"task_runs": {"flow_run_id": {"any_": [str(number)]}}}
        tasks = [each["name"] for each in client.request("POST", "/task_runs/filter", json=asked).json()]
    assert re.fullmatch(r"news \d{4}-\d\d-\d\d \d\d:\d\d", run.name)
    assert sorted(tasks) == ["fetch news", "publish run 1", "read news 1"]
    assert state.result() == {"documents new": 1, "deals": 1, "deals added": 1, "deals in conflict": 0}


def test_fetching_is_tried_again_where_a_fault_breaks_it_off(
    flows: ModuleType, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []
    gather = flows.gather

    def shaky(source: Source, store: Store, **more: Any) -> Iterator[Batch]:
        tries.append(source.name)
        if len(tries) == 1:
            raise ConnectionError("the database went away")
        yield from gather(source, store, **more)

    monkeypatch.setattr(flows, "gather", shaky)
    monkeypatch.setattr(flows, "fetch", flows.fetch.with_options(retry_delay_seconds=0))
    assert not flows.run_deals().failed
    assert tries == ["samples", "samples"]
