"""The review page as a server: what it shows and what it records."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from pipeline.judging import judgements
from pipeline.judging.judgements import judge
from pipeline.models import MergedDeal
from pipeline.review import Desk
from pipeline.review.order import Filter, FilterError
from pipeline.store import Store
from tests.review import world
from tests.review.window import Window, by_payer, recorded

# What is shown


@pytest.mark.parametrize("path", ["/queue", "/diff", "/runs", "/run/1", "/flows", "/company/nvidia", "/accept-all"])
def test_every_page_answers(window: Window, path: str):
    assert window.get(path).status_code == 200


def test_every_deal_has_its_screen(window: Window, deals: list[MergedDeal]):
    for deal in deals:
        page = window.get(f"/deal/{deal.id}?edit=1")
        assert page.status_code == 200
        assert deal.rule.split("<")[0] in page.text


@pytest.mark.parametrize("path", ["/deal/none", "/company/none", "/run/99", "/nowhere"])
def test_what_is_not_there_is_said(window: Window, path: str):
    assert window.get(path).status_code == 404


@pytest.mark.parametrize("query", ["state=lost", "least=nan", "least=-", "kind=%00", "status=<script>"])
def test_a_filter_that_no_one_can_mean_is_said(window: Window, query: str):
    assert window.get(f"/queue?{query}").status_code == 400


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=99999999999999999999", "least=" + "9" * 30, "q=%00", "q=" + "x" * 5000]
)
def test_a_strange_address_still_shows_the_queue(window: Window, query: str):
    assert window.get(f"/queue?{query}").status_code == 200


def test_a_former_id_leads_to_the_deal_it_became(desk: Desk, opened: Store, window: Window):
    run = opened.start_run(["samples"], "test")
    first, second, *rest = opened.merged()
    opened.save_merged(run, [replace(first, former_ids=(second.id,)), *rest])
    opened.finish_run(run, {}, {})
    assert window.get(f"/deal/{second.id}").url.path == f"/deal/{first.id}"


def test_spans_are_marked_and_named_in_the_script_of_the_page(window: Window, deals: list[MergedDeal]):
    page = window.get(f"/deal/{by_payer(deals, 'Oracle').id}").text
    assert '<mark class="payer">甲骨文<span class="tag">' in page
    assert '<mark class="amount">400億美元<span class="tag">' in page
    assert 'lang="zh-Hant"' in page


def test_the_normalized_reading_is_one_key_away(window: Window, deals: list[MergedDeal]):
    path = f"/deal/{by_payer(deals, 'Oracle').id}"
    assert re.search(r'href="([^"]*)reading=normalized[^"]*" data-key="t"', window.get(path).text)
    assert '<mark class="payee">辉达<span class="tag">' in window.get(f"{path}?reading=normalized").text


def test_the_rule_that_fired_is_shown_as_it_stands(window: Window, deals: list[MergedDeal]):
    page = window.get(f"/deal/{by_payer(deals, 'NVIDIA').id}").text
    assert "languages/zh/deals.toml:" in page
    assert "id = &#34;invest&#34;" in page


def test_every_telling_can_be_read(window: Window, deals: list[MergedDeal]):
    deal = next(deal for deal in deals if len(deal.mentions) > 1)
    for mention in deal.mentions:
        assert mention.deal.parties[0].text in window.get(f"/deal/{deal.id}?mention={mention.deal.id}").text


def test_hostile_text_is_text_and_hostile_links_are_none(window: Window, deals: list[MergedDeal]):
    deal = by_payer(deals, "Oxbow")
    for path in (f"/deal/{deal.id}?edit=1", "/queue", "/run/1", "/flows", "/company/Oxbow"):
        page = window.get(path).text
        assert "<script>document" not in page
        assert "<img" not in page
        assert "\u202e" not in page
        assert 'href="javascript:' not in page
    assert "U+202E" in window.get(f"/deal/{deal.id}").text


def test_the_queue_comes_most_pressing_first(desk: Desk, deals: list[MergedDeal]):
    first = desk.queue(Filter())[0]
    assert first.reasons[0] in ("conflict", "big")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 8),
        ({"q": "oxbow"}, 1),
        ({"q": "甲骨文 40"}, 1),
        ({"kind": "purchase"}, 3),
        ({"status": "rumored"}, 1),
        ({"language": "zh-Hant"}, 3),
        ({"source": "samples"}, 8),
        ({"company": "nvidia"}, 3),
        ({"rule": "en.lend"}, 1),
        ({"least": "100000000000"}, 3),
        ({"reason": "doubtful"}, 3),
        ({"state": "accepted"}, 0),
        ({"page": "3", "did": "accepted"}, 8),
    ],
)
def test_a_filter_leaves_what_it_says(desk: Desk, query: dict[str, str], count: int):
    chosen = Filter.of(query)
    assert len(desk.queue(chosen)) == count
    assert Filter.of(dict(httpx.QueryParams(chosen.query))) == chosen


def test_a_filter_of_an_unknown_kind_is_refused():
    with pytest.raises(FilterError, match="kind"):
        Filter.of({"kind": "theft"})


def test_companies_are_found_by_any_name(window: Window):
    assert {"id": "nvidia", "name": "NVIDIA", "also": "輝達"} in window.get("/search?q=輝達").json()
    assert window.get("/search?q=").json() == []


def test_the_money_that_comes_back_stands_out(window: Window):
    page = window.get("/flows").text
    assert page.count('class="node circle"') == 3
    assert "NVIDIA</bdi> → <bdi>OpenAI</bdi> → <bdi>Oracle</bdi> → <bdi>NVIDIA" in page


# What is recorded


@pytest.mark.parametrize("given", ["accepted", "rejected", "unsure"])
def test_an_answer_is_kept_with_who_when_and_why(
    window: Window, deals: list[MergedDeal], project: Path, opened: Store, given: str
):
    page = window.answer(deals[0], given, why="both say so")
    assert page.status_code == 200
    (kept,) = recorded(project)
    assert (kept.answer, kept.by, kept.why, kept.deal) == (given, "mei", "both say so", deals[0].id)
    assert kept.judged["language"]
    assert [line.answer for line in opened.judgements()] == [given]


def test_an_answer_leads_to_the_next_deal_of_the_filter(window: Window, desk: Desk):
    first, second, *_ = desk.queue(Filter(kind="purchase"))
    hidden = window.hidden(f"/deal/{first.id}?kind=purchase")
    page = window.post(f"/deal/{first.id}/answer", {**hidden, "answer": "accepted"})
    assert page.url.path == f"/deal/{second.id}"
    assert page.url.params["kind"] == "purchase"


def test_answers_are_there_after_a_restart(window: Window, deals: list[MergedDeal], opened: Store, project: Path):
    window.answer(deals[0], "accepted")
    again = world.desk(opened, project)
    assert again.items[deals[0].id].verdict.state == "accepted"
    assert again.progress().judged == 1


def test_nothing_comes_back_after_another_run_but_what_changed(
    window: Window, deals: list[MergedDeal], opened: Store, desk: Desk
):
    for deal in deals:
        window.answer(deal, "accepted")
    world.fill(opened, [tell() for tell in world.WORLD])
    desk.refresh()
    assert desk.queue(Filter()) == []
    told, (deal, *rest) = world.english()
    more = replace(deal, status="withdrawn")
    world.fill(opened, [(told, (more, *rest))])
    desk.refresh()
    (item,) = desk.queue(Filter())
    assert item.verdict.state == "changed"
    page = window.get(f"/deal/{item.id}").text
    assert "Changed since mei accepted it" in page
    assert "<ins>withdrawn</ins>" in page


def test_a_judgement_without_a_database_counts(opened: Store, deals: list[MergedDeal], project: Path):
    judgements.append(project / "sources" / "judgements.jsonl", [judge(deals[0], "rejected", by="jo", at="2026-01-01")])
    assert world.desk(opened, project).items[deals[0].id].verdict.state == "rejected"
    assert [line.by for line in opened.judgements()] == ["jo"]


EDIT = {
    "kind": "loan",
    "status": "completed",
    "role": ["payer", "payee", "payee"],
    "name": ["OpenAI", "Oracle", ""],
    "company": ["openai", "oracle", ""],
    "figure": "1.5bn",
    "to": "",
    "currency": "eur",
    "qualifier": "at-least",
    "per": "",
    "stake": "12.5",
    "date": "2025-09",
}


def test_a_correction_records_what_changed(window: Window, deals: list[MergedDeal], project: Path, desk: Desk):
    deal = by_payer(deals, "Oracle")
    window.answer(deal, "edited", **EDIT)
    (kept,) = recorded(project)
    assert set(kept.fields) == {"kind", "status", "parties", "amount", "stake", "date"}
    assert kept.fields["amount"] == {
        "value": Decimal("1500000000"),
        "low": Decimal("1500000000"),
        "high": None,
        "currency": "EUR",
        "qualifier": "at-least",
        "per": None,
    }
    mended = desk.items[deal.id].verdict.deal
    assert (mended.judgement, mended.kind, mended.parties[0].name) == ("edited", "loan", "OpenAI")


def test_what_was_read_stands_beside_what_was_corrected(window: Window, deals: list[MergedDeal]):
    deal = by_payer(deals, "Oracle")
    window.answer(deal, "edited", **EDIT)
    page = window.get(f"/deal/{deal.id}").text
    assert "<del>USD 40 billion</del>" in page
    assert "<ins>at least EUR 1.5 billion</ins>" in page


def test_a_company_typed_by_its_name_is_known(window: Window, deals: list[MergedDeal], project: Path):
    fields = {**EDIT, "name": ["OpenAI", "甲骨文", ""], "company": ["openai", "", ""]}
    window.answer(by_payer(deals, "Oracle"), "edited", **fields)
    assert recorded(project)[0].fields["parties"][1]["company_id"] == "oracle"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("figure", "a lot", "is no sum"),
        ("currency", "dollars", "is not an ISO 4217 currency"),
        ("qualifier", "range", "upper end"),
        ("stake", "120", "percentage"),
        ("date", "soon", "is no date"),
        ("name", ["", "", ""], "at least one party"),
        ("kind", "theft", "has to be chosen"),
    ],
)
def test_a_wrong_correction_is_told_and_nothing_is_recorded(
    window: Window, deals: list[MergedDeal], project: Path, field: str, value: Any, message: str
):
    page = window.answer(by_payer(deals, "Oracle"), "edited", **{**EDIT, field: value})
    assert page.status_code == 422
    assert message in page.text
    assert recorded(project) == []


def test_a_correction_that_changes_nothing_is_told(window: Window, deals: list[MergedDeal], project: Path):
    page = window.answer(by_payer(deals, "Oracle"), "edited", **typed(by_payer(deals, "Oracle")))
    assert page.status_code == 422
    assert "nothing differs" in page.text


def typed(deal: MergedDeal) -> dict[str, Any]:
    from pipeline.review.deal_forms import shown

    return shown(deal)


def test_accepting_what_another_mended_says_the_same(
    window: Window, deals: list[MergedDeal], opened: Store, project: Path
):
    deal = by_payer(deals, "Oracle")
    window.answer(deal, "edited", **EDIT)
    other = world.desk(opened, project, by="jo")
    other.answer([deal.id], "accepted")
    assert [(line.by, line.answer) for line in recorded(project)] == [("mei", "edited"), ("jo", "edited")]
    assert other.items[deal.id].verdict.state == "edited"


def test_two_people_who_disagree_are_both_shown(window: Window, deals: list[MergedDeal], opened: Store, project: Path):
    window.answer(deals[0], "accepted")
    world.desk(opened, project, by="jo").answer([deals[0].id], "rejected", why="never happened")
    page = window.get(f"/deal/{deals[0].id}").text
    assert "People disagree" in page
    assert "never happened" in page
    assert "<strong>mei</strong>" in page


def test_undo_takes_back_the_last_answer_and_shows_the_deal(
    window: Window, deals: list[MergedDeal], desk: Desk, project: Path
):
    window.answer(deals[0], "accepted")
    window.answer(deals[1], "rejected")
    page = window.post("/undo", {"token": window.hidden(f"/deal/{deals[0].id}?state=all")["token"]})
    assert page.url.path == f"/deal/{deals[1].id}"
    assert [desk.items[deal.id].verdict.state for deal in deals[:2]] == ["accepted", "open"]
    assert [line.answer for line in recorded(project)] == ["accepted", "rejected", "undone"]


def test_undo_again_goes_further_back(desk: Desk, deals: list[MergedDeal]):
    desk.answer([deals[0].id], "accepted")
    desk.answer([deals[0].id], "rejected")
    desk.undo()
    assert desk.items[deals[0].id].verdict.state == "accepted"
    desk.undo()
    assert desk.items[deals[0].id].verdict.state == "open"
    assert desk.undo() == []


def test_all_of_a_filter_are_accepted_at_once_and_taken_back_at_once(window: Window, desk: Desk):
    page = window.get("/accept-all?kind=purchase").text
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.split('class="bulk"')[1]))
    done = window.post("/accept-all", fields)
    assert "3 deals" in done.text
    assert desk.progress().judged == 3
    window.post("/undo", {"token": fields["token"]})
    assert desk.progress().judged == 0


def test_a_filter_that_holds_other_deals_by_now_accepts_nothing(window: Window, desk: Desk, deals: list[MergedDeal]):
    page = window.get("/accept-all").text
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.split('class="bulk"')[1]))
    desk.answer([deals[0].id], "rejected")
    assert window.post("/accept-all", fields).status_code == 409
    assert desk.progress().judged == 1


def test_two_windows_lose_no_answer(desk: Desk, window: Window, deals: list[MergedDeal], project: Path):
    left, right = Window(window.address), Window(window.address)
    forms = [each.hidden(f"/deal/{deals[0].id}") for each in (left, right)]
    for each, form, given in zip((left, right), forms, ("accepted", "rejected"), strict=True):
        each.post(f"/deal/{deals[0].id}/answer", {**form, "answer": given})
    assert [line.answer for line in recorded(project)] == ["accepted", "rejected"]
    assert desk.items[deals[0].id].verdict.state == "rejected"


def test_an_answer_about_a_deal_that_changed_meanwhile_is_not_taken(
    window: Window, deals: list[MergedDeal], opened: Store, project: Path
):
    deal = by_payer(deals, "Quayside")
    form = window.hidden(f"/deal/{deal.id}")
    told, (first, second, third) = world.english()
    world.fill(opened, [(told, (first, second, replace(third, status="announced")))])
    page = window.post(f"/deal/{deal.id}/answer", {**form, "answer": "accepted"})
    assert page.status_code == 409
    assert recorded(project) == []


def test_another_programs_answers_show_up_by_themselves(window: Window, deals: list[MergedDeal], project: Path):
    judgements.append(project / "sources" / "judgements.jsonl", [judge(deals[0], "rejected", by="jo", at="2026-01-01")])
    assert "1 of 8 judged" in window.get("/queue").text


def test_an_unreadable_line_is_named_on_every_page(window: Window, project: Path):
    (project / "sources").mkdir(exist_ok=True)
    (project / "sources" / "judgements.jsonl").write_text("{\n")
    assert "judgements.jsonl:1" in window.get("/queue").text


# The command


def test_the_command_serves_until_it_is_interrupted(project: Path, deals: list[MergedDeal]):
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "review", "--port", "0", "--no-browser"]
    with subprocess.Popen(
        [*command, "--by", "zoë"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as served:
        assert served.stdout is not None
        address = served.stdout.readline().split()[2]
        page = httpx.get(f"{address}queue", timeout=30).text
        served.send_signal(signal.SIGINT)
        assert served.wait(20) in (0, 130, -signal.SIGINT)
    assert "8 deals to judge" in page
    assert "<strong>zoë</strong>" in page


def test_the_command_reports_precision(project: Path, deals: list[MergedDeal]):
    given = [judge(deal, "rejected", by="mei", at="2026-01-01") for deal in deals[:3]]
    judgements.append(project / "sources" / "judgements.jsonl", given)
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "review", "--report"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "100"})
    assert "By rule" in ran.stdout
    assert "0.00" in ran.stdout
