"""The review page as a server: what it shows, what it records, and what it refuses."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from pipeline import judgements, review_cli
from pipeline.judgements import judge
from pipeline.models import DealMention, Document, Judgement, MergedDeal, Normalized, Offsets, Span
from pipeline.review import Desk, learning
from pipeline.review.forms import figure
from pipeline.review.order import Filter, FilterError
from pipeline.review.text import Marked, Piece, as_normalized, excerpt, pieces
from pipeline.store import Store
from tests import review_world as world


class Window:
    """A browser window without a browser: follows links and sends forms as a page of ours does."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.client = httpx.Client(base_url=address, follow_redirects=True, timeout=30)

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def post(self, path: str, fields: dict[str, Any], headers: dict[str, str] | None = None) -> httpx.Response:
        return self.client.post(path, data=fields, headers={"origin": self.address, **(headers or {})})

    def send(self, path: str, fields: dict[str, Any]) -> httpx.Response:
        """Send a form and follow nothing."""
        return self.client.post(path, data=fields, headers={"origin": self.address}, follow_redirects=False)

    def hidden(self, path: str) -> dict[str, str]:
        """Return the hidden fields of the answer form of a page."""
        form = self.get(path).text.split('class="actions"')[-1]
        return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))

    def answer(self, deal: MergedDeal, given: str, **fields: Any) -> httpx.Response:
        """Send an answer from a deal's page."""
        path = f"/deal/{deal.id}"
        return self.post(f"{path}/answer", {**self.hidden(f"{path}?state=all"), "answer": given, **fields})


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a project folder, the one that everything here works in."""
    monkeypatch.setenv("DEALS_ROOT", str(tmp_path))
    monkeypatch.setenv("DEALS_DATABASE_URL", f"sqlite:///{tmp_path / 'deals.db'}")
    return tmp_path


@pytest.fixture
def opened(root: Path) -> Iterator[Store]:
    with Store.open() as store:
        yield store


@pytest.fixture
def deals(opened: Store) -> list[MergedDeal]:
    """Give the merged deals of a run over the whole small world."""
    return world.fill(opened, [tell() for tell in world.WORLD])


@pytest.fixture
def desk(opened: Store, deals: list[MergedDeal], root: Path) -> Desk:
    return world.desk(opened, root)


@pytest.fixture
def window(desk: Desk) -> Iterator[Window]:
    with world.serving(desk) as address:
        yield Window(address)


def by_payer(deals: list[MergedDeal], name: str) -> MergedDeal:
    return next(deal for deal in deals if any((party.role, party.name) == ("payer", name) for party in deal.parties))


def recorded(root: Path) -> list[Judgement]:
    found, issues = judgements.read(root / "sources" / "judgements.jsonl")
    assert issues == ()
    return list(found)


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
    assert [item.rank() for item in desk.queue(Filter())] == sorted(item.rank() for item in desk.queue(Filter()))


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
    window: Window, deals: list[MergedDeal], root: Path, opened: Store, given: str
):
    page = window.answer(deals[0], given, why="both say so")
    assert page.status_code == 200
    (kept,) = recorded(root)
    assert (kept.answer, kept.by, kept.why, kept.deal) == (given, "mei", "both say so", deals[0].id)
    assert kept.judged["language"]
    assert [line.answer for line in opened.judgements()] == [given]


def test_an_answer_leads_to_the_next_deal_of_the_filter(window: Window, desk: Desk):
    first, second, *_ = desk.queue(Filter(kind="purchase"))
    hidden = window.hidden(f"/deal/{first.id}?kind=purchase")
    page = window.post(f"/deal/{first.id}/answer", {**hidden, "answer": "accepted"})
    assert page.url.path == f"/deal/{second.id}"
    assert page.url.params["kind"] == "purchase"


def test_answers_are_there_after_a_restart(window: Window, deals: list[MergedDeal], opened: Store, root: Path):
    window.answer(deals[0], "accepted")
    again = world.desk(opened, root)
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


def test_a_judgement_without_a_database_counts(opened: Store, deals: list[MergedDeal], root: Path):
    judgements.append(root / "sources" / "judgements.jsonl", [judge(deals[0], "rejected", by="jo", at="2026-01-01")])
    assert world.desk(opened, root).items[deals[0].id].verdict.state == "rejected"
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


def test_a_correction_records_what_changed(window: Window, deals: list[MergedDeal], root: Path, desk: Desk):
    deal = by_payer(deals, "Oracle")
    window.answer(deal, "edited", **EDIT)
    (kept,) = recorded(root)
    assert set(kept.fields) == {"kind", "status", "parties", "amount", "stake", "date"}
    assert kept.fields["amount"] == {
        "value": Decimal("1500000000"),
        "low": Decimal("1500000000"),
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


def test_a_company_typed_by_its_name_is_known(window: Window, deals: list[MergedDeal], root: Path):
    fields = {**EDIT, "name": ["OpenAI", "甲骨文", ""], "company": ["openai", "", ""]}
    window.answer(by_payer(deals, "Oracle"), "edited", **fields)
    assert recorded(root)[0].fields["parties"][1]["company_id"] == "oracle"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("figure", "a lot", "is no sum"),
        ("currency", "dollars", "is not an ISO 4217 currency"),
        ("qualifier", "range", "upper end"),
        ("stake", "120", "percentage"),
        ("date", "soon", "is no date"),
        ("name", ["", "", ""], "at least one party"),
        ("kind", "theft", "Invalid enum value"),
    ],
)
def test_a_wrong_correction_is_told_and_nothing_is_recorded(
    window: Window, deals: list[MergedDeal], root: Path, field: str, value: Any, message: str
):
    page = window.answer(by_payer(deals, "Oracle"), "edited", **{**EDIT, field: value})
    assert page.status_code == 422
    assert message in page.text
    assert recorded(root) == []


def test_a_correction_that_changes_nothing_is_told(window: Window, deals: list[MergedDeal], root: Path):
    page = window.answer(by_payer(deals, "Oracle"), "edited", **typed(by_payer(deals, "Oracle")))
    assert page.status_code == 422
    assert "nothing differs" in page.text


def typed(deal: MergedDeal) -> dict[str, Any]:
    from pipeline.review.forms import shown

    return shown(deal)


def test_accepting_what_another_mended_says_the_same(
    window: Window, deals: list[MergedDeal], opened: Store, root: Path
):
    deal = by_payer(deals, "Oracle")
    window.answer(deal, "edited", **EDIT)
    other = world.desk(opened, root, by="jo")
    other.answer([deal.id], "accepted")
    assert [(line.by, line.answer) for line in recorded(root)] == [("mei", "edited"), ("jo", "edited")]
    assert other.items[deal.id].verdict.state == "edited"


def test_two_people_who_disagree_are_both_shown(window: Window, deals: list[MergedDeal], opened: Store, root: Path):
    window.answer(deals[0], "accepted")
    world.desk(opened, root, by="jo").answer([deals[0].id], "rejected", why="never happened")
    page = window.get(f"/deal/{deals[0].id}").text
    assert "People disagree" in page
    assert "never happened" in page
    assert "<strong>mei</strong>" in page


def test_undo_takes_back_the_last_answer_and_shows_the_deal(
    window: Window, deals: list[MergedDeal], desk: Desk, root: Path
):
    window.answer(deals[0], "accepted")
    window.answer(deals[1], "rejected")
    page = window.post("/undo", {"token": window.hidden(f"/deal/{deals[0].id}?state=all")["token"]})
    assert page.url.path == f"/deal/{deals[1].id}"
    assert [desk.items[deal.id].verdict.state for deal in deals[:2]] == ["accepted", "open"]
    assert [line.answer for line in recorded(root)] == ["accepted", "rejected", "undone"]


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


def test_two_windows_lose_no_answer(desk: Desk, window: Window, deals: list[MergedDeal], root: Path):
    left, right = Window(window.address), Window(window.address)
    forms = [each.hidden(f"/deal/{deals[0].id}") for each in (left, right)]
    for each, form, given in zip((left, right), forms, ("accepted", "rejected"), strict=True):
        each.post(f"/deal/{deals[0].id}/answer", {**form, "answer": given})
    assert [line.answer for line in recorded(root)] == ["accepted", "rejected"]
    assert desk.items[deals[0].id].verdict.state == "rejected"


def test_an_answer_about_a_deal_that_changed_meanwhile_is_not_taken(
    window: Window, deals: list[MergedDeal], opened: Store, root: Path
):
    deal = by_payer(deals, "Quayside")
    form = window.hidden(f"/deal/{deal.id}")
    told, (first, second, third) = world.english()
    world.fill(opened, [(told, (first, second, replace(third, status="announced")))])
    page = window.post(f"/deal/{deal.id}/answer", {**form, "answer": "accepted"})
    assert page.status_code == 409
    assert recorded(root) == []


def test_another_programs_answers_show_up_by_themselves(window: Window, deals: list[MergedDeal], root: Path):
    judgements.append(root / "sources" / "judgements.jsonl", [judge(deals[0], "rejected", by="jo", at="2026-01-01")])
    assert "1 of 8 judged" in window.get("/queue").text


def test_an_unreadable_line_is_named_on_every_page(window: Window, root: Path):
    (root / "sources").mkdir(exist_ok=True)
    (root / "sources" / "judgements.jsonl").write_text("{\n")
    assert "judgements.jsonl:1" in window.get("/queue").text


# What is refused


def test_pages_allow_no_script_or_style_of_their_own(window: Window, deals: list[MergedDeal]):
    for path in ("/queue", f"/deal/{deals[0].id}", "/flows", "/static/review.js", "/nowhere"):
        answer = window.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        if "html" in answer.headers["content-type"]:
            Inline().feed(answer.text)


class Inline(HTMLParser):
    """Fails on a script or style that stands in the page itself."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        names = {name for name, _ in attrs}
        assert tag != "style"
        assert tag != "script" or "src" in names
        assert not [name for name in names if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:80", ""])
def test_another_host_is_refused(window: Window, host: str):
    assert window.client.get("/queue", headers={"host": host}).status_code == 403


def test_this_machines_other_name_is_served(window: Window):
    port = window.address.rpartition(":")[2]
    assert window.client.get("/queue", headers={"host": f"localhost:{port}"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_an_answer_from_another_origin_is_refused(
    window: Window, deals: list[MergedDeal], root: Path, headers: dict[str, str]
):
    form = window.hidden(f"/deal/{deals[0].id}")
    page = window.post(f"/deal/{deals[0].id}/answer", {**form, "answer": "accepted"}, headers)
    assert page.status_code == 403
    assert recorded(root) == []


def test_an_answer_that_does_not_say_where_it_comes_from_is_refused(window: Window, deals: list[MergedDeal]):
    form = window.hidden(f"/deal/{deals[0].id}")
    answer = window.client.post(f"/deal/{deals[0].id}/answer", data={**form, "answer": "accepted"})
    assert answer.status_code == 403


@pytest.mark.parametrize("token", ["", "guess", None])
def test_an_answer_without_the_token_is_refused(window: Window, deals: list[MergedDeal], root: Path, token: str | None):
    form = {**window.hidden(f"/deal/{deals[0].id}"), "answer": "accepted", "token": token}
    page = window.post(
        f"/deal/{deals[0].id}/answer", {name: value for name, value in form.items() if value is not None}
    )
    assert page.status_code == 403
    assert recorded(root) == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"answer=accepted", "text/plain"),
        (b"{}", "application/json"),
        (b"x=" + b"y" * 100_000, "application/x-www-form-urlencoded"),
        (b"\xff=\xfe", "application/x-www-form-urlencoded"),
        (b"&".join([b"a=1"] * 500), "application/x-www-form-urlencoded"),
    ],
)
def test_what_is_no_form_of_ours_is_refused(window: Window, deals: list[MergedDeal], body: bytes, kind: str):
    headers = {"origin": window.address, "content-type": kind}
    assert window.client.post(f"/deal/{deals[0].id}/answer", content=body, headers=headers).status_code == 403


def test_an_unknown_answer_is_refused(window: Window, deals: list[MergedDeal], root: Path):
    assert window.answer(deals[0], "undone").status_code == 403
    assert recorded(root) == []


def test_reading_changes_nothing(window: Window, deals: list[MergedDeal], root: Path):
    for path in (f"/deal/{deals[0].id}/answer?answer=accepted", "/undo"):
        assert window.get(path).status_code in (404, 405)
    assert recorded(root) == []


def test_no_file_outside_is_served(window: Window):
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static//etc/passwd"):
        assert window.get(path).status_code == 404


def test_only_this_machine_is_listened_to():
    with review_cli.listening(0) as heard:
        assert heard.getsockname()[0] == "127.0.0.1"
        with pytest.raises(review_cli.ReviewError, match="--port"):
            review_cli.listening(heard.getsockname()[1])


# How fast


def many(opened: Store, count: int) -> list[MergedDeal]:
    """Return as many deals as a busy year leaves to judge."""
    run = opened.start_run(["samples"], "test")
    told, (deal, *_) = world.english()
    made = []
    for number in range(count):
        text = f"{deal.evidence.text} No. {number}"
        evidence = Span(start=0, end=len(text), text=text)
        one = replace(deal, id=f"{number:016x}", evidence=evidence, confidence=number % 100 / 100)
        made.append(world.merged_from(DealMention(document=told.id, deal=one)))
    opened.save_merged(run, made)
    opened.finish_run(run, {}, {})
    return made


def test_twenty_thousand_deals_open_in_a_second_and_an_answer_takes_a_tenth(opened: Store, root: Path):
    made = many(opened, 20_000)
    desk = world.desk(opened, root)
    with world.serving(desk) as address:
        window = Window(address)
        window.get("/queue")
        assert timed(lambda: window.get("/queue")) < 1
        assert timed(lambda: window.get("/queue?q=No.+777&reason=big")) < 1
        took = []
        for deal in made[7:12]:
            fields = {**window.hidden(f"/deal/{deal.id}?state=all"), "answer": "accepted"}
            took.append(timed(partial(window.send, f"/deal/{deal.id}/answer", fields)))
        assert desk.progress().judged == 5
        assert sorted(took)[2] < 0.1


def timed(step: Any) -> float:
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


# Pure parts


def words(found: Any) -> str:
    return "".join(f"[{p.sign}]" if p.sign else f"<{p.mark} {words(p.pieces)}>" if p.mark else p.text for p in found)


def marked(text: str, word: str, mark: str) -> Marked:
    at = text.index(word)
    return Marked(start=at, end=at + len(word), text=word, mark=mark)


def test_marks_nest_and_those_that_cross_leave_the_longer():
    text = "Harbor Chips pays Lantern AI $2 billion today"
    spans = [
        marked(text, "Harbor Chips pays", "evidence"),
        marked(text, "Harbor Chips", "payer"),
        marked(text, "pays Lantern", "cue"),
    ]
    assert (
        words(pieces(text, 0, len(text), spans)) == "<evidence <payer Harbor Chips> pays> Lantern AI $2 billion today"
    )


def test_characters_that_act_stand_by_their_number():
    assert words(pieces("a\u202eb\u0000c", 0, 5, [])) == "a[U+202E]b[U+0000]c"


def test_an_excerpt_shows_the_paragraphs_around_the_evidence():
    text = "\n".join(f"Paragraph {number} {'x' * 900}" for number in range(9))
    shown = excerpt(Document(id="1", text=text), [marked(text, "Paragraph 4", "evidence")])
    assert (shown.before, len(shown.paragraphs), shown.after) == (3, 3, 3)
    assert excerpt(Document(id="1", text=text), [], whole=True).after == 0


def test_a_paragraph_without_end_is_cut_around_the_evidence():
    text = "x" * 300_000 + "here" + "x" * 300_000
    shown = excerpt(Document(id="1", text=text), [marked(text, "here", "evidence")])
    assert "<evidence here>" in words(shown.paragraphs[0].pieces)
    assert len(words(shown.paragraphs[0].pieces)) < 100_000


def test_spans_move_to_the_normalized_text_where_noise_was_repaired():
    told = Document(id="1", text="發(fā)現(xiàn)金")
    read = Normalized(
        document=told,
        text="发现金",
        offsets=Offsets(starts=(0, 1, 2), shifts=(0, 4, 9), widths=(1, 1, 1)),
        language="zh-Hant",
    )
    moved, (span,) = as_normalized(read, [Marked(start=11, end=12, text="金", mark="amount")])
    assert moved.text[span.start : span.end] == "金"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1,250,000", "1250000"),
        ("1.25bn", "1250000000"),
        ("12.5亿", "1250000000"),
        ("3 trillion", "3000000000000"),
        ("0.1", "0.1"),
    ],
)
def test_sums_are_read_as_people_type_them(typed: str, value: str):
    assert figure(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["", "x", "1.2.3", "-5", "1e9", "5 apples", "1" * 100])
def test_what_is_no_sum_is_refused(typed: str):
    with pytest.raises(ValueError, match="no sum"):
        figure(typed)


def test_the_report_tells_how_often_rules_were_right(deals: list[MergedDeal]):
    given = [
        judge(deal, answer, by="mei", at=str(number), changes={"status": "denied"} if answer == "edited" else None)
        for number, (deal, answer) in enumerate(zip(deals, ["accepted", "rejected", "edited", "unsure"], strict=False))
    ]
    *_, total = learning.report(given)
    assert [(row.accepted, row.edited, row.rejected) for row in total.rows] == [(1, 1, 1)]
    assert total.rows[0].precision == pytest.approx(1 / 3)


def test_the_report_is_plain_when_nobody_judged():
    assert all(part.rows == () for part in learning.report([]))


def test_the_search_endpoint_gives_json_and_nothing_else(window: Window):
    answer = window.get("/search?q=<script>")
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.text) == []


def test_pieces_hold_the_text_itself():
    assert list(pieces("plain", 0, 5, [])) == [Piece(text="plain")]


# The command


def test_the_command_serves_until_it_is_interrupted(root: Path, deals: list[MergedDeal]):
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


def test_the_command_reports_precision(root: Path, deals: list[MergedDeal]):
    given = [judge(deal, "rejected", by="mei", at="2026-01-01") for deal in deals[:3]]
    judgements.append(root / "sources" / "judgements.jsonl", given)
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "review", "--report"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "100"})
    assert "By rule" in ran.stdout
    assert "0.00" in ran.stdout
