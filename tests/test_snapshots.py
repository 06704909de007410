"""States of the deals: after a run, as the store remembers it on either database, and with rules on trial."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from msgspec.structs import replace

from pipeline.diff import snapshots
from pipeline.diff.changes import diff
from pipeline.extraction import default, extract
from pipeline.judging.judgements import append, judge
from pipeline.models import Document, fingerprint
from pipeline.proof import trial
from pipeline.publish import publish
from pipeline.rules.loading import RuleError
from pipeline.runs.consolidation import combine
from pipeline.settings import OURS
from pipeline.store import Store
from tests.projects import invoke, merged, source
from tests.review import world


def test_a_run_knows_what_each_document_held(store: Store):
    told, deals = world.english()
    world.fill(store, [(told, deals)])
    world.fill(store, [(replace(told, text=told.text + "More.\n"), deals), world.comments()])
    first, second = store.contents(1), store.contents(2)
    assert set(first) == {told.id}
    assert set(second) == {told.id, "forum/1"}
    assert first[told.id] != second[told.id]
    assert store.texts(1)[told.id] == fingerprint(told.text)
    assert store.texts(2) == {record.id: record.fingerprint for record in store.documents()}


def test_a_forgotten_document_is_not_held_any_more(store: Store):
    told, _ = world.english()
    world.fill(store, [world.english()])
    run = store.start_run(["samples"], "test")
    store.forget(run, [told.id])
    assert store.contents(run) == {}
    assert set(store.contents(run - 1)) == {told.id}


def test_deals_appear_once(store: Store):
    first = world.fill(store, [world.chinese()])
    world.fill(store, [world.chinese()])
    every = world.fill(store, [world.chinese(), world.comments()])
    assert store.appeared(1) == {deal.id for deal in first}
    assert store.appeared(2) == set()
    assert store.appeared(3) == {deal.id for deal in every} - {deal.id for deal in first}


def test_each_reading_of_a_deal_is_remembered(store: Store):
    told, (deal, *rest) = world.english()
    world.fill(store, [(told, (deal, *rest))])
    (merged, *_) = [each for each in store.merged() if each.rule == "en.invest"]
    world.fill(store, [(told, (replace(deal, status="denied"), *rest))])
    assert [(run, reading.status) for run, reading in store.versions(merged.id)] == [(1, "announced"), (2, "denied")]


def test_two_runs_are_compared_as_they_are_published(project: Path):
    with Store.open() as store:
        world.fill(store, [world.english()])
        deals = world.fill(store, [world.english(), world.comments()])
    append(project / "sources" / "judgements.jsonl", [judge(deals[0], "rejected", by="mei", at="2000-01-01")])
    before, after = snapshots.snapshot("1"), snapshots.snapshot("2")
    changes = diff(before.deals, after.deals, before.known, after.known)
    assert {change.cause for change in changes} == {"new document"}
    assert deals[0].id not in {deal.id for deal in after.deals}


def test_a_run_knows_the_answers_that_were_given_before_it_ended_in_any_zone(project: Path):
    with Store.open() as store:
        deals = world.fill(store, [world.english()])
        ended = datetime.fromisoformat(store.runs()[0].finished_at or "")
    given = [
        judge(deals[0], "accepted", by=who, at=(ended + late).astimezone(timezone(zone)).isoformat())
        for who, late, zone in (
            ("before", timedelta(minutes=-5), timedelta(hours=8)),  # as text, after it
            ("after", timedelta(minutes=5), timedelta(hours=-8)),  # as text, before it
        )
    ]
    append(project / "sources" / "judgements.jsonl", given)
    assert [answer.by for answer in snapshots.snapshot("1").known.judgements] == ["before"]
    with Store.open() as store:
        store.add_judgements(given)
        assert [answer.by for answer in store.judgements()] == ["before", "after"]


def test_a_judgement_is_the_cause_between_two_runs(project: Path):
    with Store.open() as store:
        deals = world.fill(store, [world.english()])
        append(project / "sources" / "judgements.jsonl", [judge(deals[0], "accepted", by="mei", at="9999-01-01")])
        world.fill(store, [world.english()])
    before, after = snapshots.snapshot("1"), snapshots.last()
    (change,) = diff(before.deals, after.deals, before.known, after.known)
    assert (change.cause, change.old[0].judgement, change.new[0].judgement) == ("judgement", None, "accepted")


def test_without_git_the_last_run_is_compared_with_the_one_before(project: Path):
    with Store.open() as store:
        world.fill(store, [world.english()])
        world.fill(store, [world.english(), world.comments()])
    assert (snapshots.accepted().name, snapshots.now().name) == ("run 1", "run 2")


def test_nothing_to_compare_is_said(project: Path):
    with pytest.raises(snapshots.SnapshotError, match="deals run"):
        snapshots.now()
    with pytest.raises(snapshots.SnapshotError, match="fewer than two runs"):
        snapshots.accepted()


def test_files_of_two_publishes_are_told_to_who_compares_them(project: Path):
    with Store.open() as store:
        deals = world.fill(store, [world.english()])
    publish(project / "extracted", deals)
    assert snapshots.now().issues == ()
    publish(project / "extracted", deals[1:], formats=["jsonl"])
    (issue,) = snapshots.now().issues
    assert (issue.place, issue.severity) == (str(project / "extracted" / "deals.jsonl"), "warning")


# Rules on trial


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("zh/deals.toml", "languages/zh/deals.toml"),
        ("tables/companies.toml", "tables/companies.toml"),
        ("languages/xx/amounts.toml", "languages/xx/amounts.toml"),
    ],
)
def test_a_rule_file_has_its_place_from_its_folder(tmp_path: Path, path: str, place: str):
    file = tmp_path / "mine" / path
    file.parent.mkdir(parents=True)
    file.write_text("")
    for given in (file, file.parent):
        assert list(trial.placed(given)) == [(place, file)]


def test_a_rule_file_of_no_language_is_refused(tmp_path: Path):
    (tmp_path / "deals.toml").write_text("")
    with pytest.raises(snapshots.SnapshotError, match="folder named as its language"):
        list(trial.placed(tmp_path / "deals.toml"))


def test_a_folder_without_rules_is_refused(tmp_path: Path):
    with pytest.raises(snapshots.SnapshotError, match="holds no rule file"):
        list(trial.placed(tmp_path))


def test_rules_that_change_nothing_change_no_deal(tmp_path: Path):
    """What a run knows beyond the mentions counts in a trial too: here, that one company is another's unit."""
    source(tmp_path, "mine", {
        "a.txt": "OpenAI signed a contract to pay Amazon Web Services $38 billion for computing power.",
        "b.txt": "OpenAI will buy cloud services worth $38 billion from Amazon.",
    })  # fmt: skip
    assert invoke("run", folder=tmp_path).returncode == 0
    (deal,) = merged(tmp_path)
    assert deal["documents"] == ["mine/a.txt", "mine/b.txt"]
    rules = tmp_path / "en" / "deals.toml"
    rules.parent.mkdir()
    rules.write_bytes((OURS / "languages" / "en" / "deals.toml").read_bytes())
    tried = invoke("diff", "--rules", str(rules), folder=tmp_path)
    assert (tried.returncode, tried.stderr) == (0, ""), tried.stdout


@pytest.fixture
def read(project: Path) -> Path:
    """Give a project whose one run read a sentence with our own rules."""
    told = Document(id="one", text="甲骨文以60亿美元收购了塞纳。\n", language="zh-Hans", source="samples")
    with Store.open() as store:
        run = store.start_run(["samples"], "test")
        store.save_extraction(run, told, extract(told))
        merged = store.consolidate(run, lambda told, before: combine(told, before, (), default().knowledge))
        store.finish_run(run, {}, {})
    assert [deal.kind for deal in merged] == ["acquisition"]
    return project


def test_rules_are_tried_on_what_is_stored(read: Path, tmp_path: Path):
    ours = OURS / "languages" / "zh" / "deals.toml"
    mine = tmp_path / "mine" / "zh" / "deals.toml"
    mine.parent.mkdir(parents=True)
    mine.write_text("replace = true\n" + ours.read_text("utf-8").replace('"收购"', '"买断"'), "utf-8")
    before = snapshots.last()
    assert [deal.kind for deal in before.deals] == ["acquisition"]
    changes = diff(before.deals, trial.snapshot(mine).deals, before.known, before.known)
    assert [(change.kind, change.cause, change.rules) for change in changes] == [
        ("gone", "rule changed", (before.deals[0].rule,))
    ]


def test_a_broken_rule_on_trial_is_named_where_it_stands(read: Path, tmp_path: Path):
    mine = tmp_path / "mine" / "zh" / "deals.toml"
    mine.parent.mkdir(parents=True)
    mine.write_text("frame = 1\n", "utf-8")
    with pytest.raises(RuleError, match=str(mine)):
        trial.snapshot(mine)
