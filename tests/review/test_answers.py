"""Answers beyond yes and no: two deals that are one, one that is two, several at once, what was wrong, a swap."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.judging.judgements import judge
from pipeline.models import MergedDeal
from pipeline.review import Desk, learning
from pipeline.review.desk import seen_as
from pipeline.review.order import Filter, Learned
from pipeline.run import run
from pipeline.store import Store
from tests.projects import source
from tests.review import world
from tests.review.window import Window, by_payer, recorded


def token(window: Window) -> str:
    found = re.search(r'name="token" value="([^"]+)"', window.get("/queue").text)
    assert found
    return found[1]


def last(page: str) -> str:
    found = re.search(r'name="at" value="([^"]+)"', page)
    assert found
    return found[1]


def test_two_deals_are_joined_marked_and_taken_back(window: Window, deals: list[MergedDeal], desk: Desk, project: Path):
    one, two = by_payer(deals, "NVIDIA"), by_payer(deals, "Quayside")
    path, shared = f"/deal/{one.id}/compare", {"token": token(window), "filter": "", "other": two.id}
    page = window.post(path, {**shared, "answer": "same"})
    assert "the next run makes one of them" in page.text
    assert len(desk.queue(Filter())) == 7
    (line,) = recorded(project)
    assert (line.answer, line.deal, line.other and line.other.deal) == ("same", one.id, two.id)
    shown = window.post("/undo", {"token": token(window), "filter": "", "at": last(page.text)})
    assert shown.url.path == f"/deal/{one.id}"
    assert len(desk.queue(Filter())) == 8
    assert [each.answer for each in recorded(project)] == ["same", "undone"]
    assert window.post(path, {**shared, "answer": "accepted"}).status_code == 403
    assert window.post(path, {**shared, "answer": "same", "other": "nothing"}).status_code == 409


def test_the_deals_that_may_be_the_same_are_offered(window: Window, deals: list[MergedDeal]):
    invests = by_payer(deals, "NVIDIA")
    page = window.get(f"/deal/{invests.id}?state=all").text
    assert "The same deal?" in page
    alone = window.get(f"/deal/{by_payer(deals, 'Quayside').id}?state=all").text
    assert "The same deal?" not in alone


def test_tellings_of_a_deal_are_said_to_tell_another(window: Window, deals: list[MergedDeal], project: Path):
    deal = next(each for each in deals if len(each.mentions) > 1)
    chosen = deal.mentions[-1].deal.id
    path, shared = f"/deal/{deal.id}/split", {"token": token(window), "filter": ""}
    assert window.post(path, {**shared, "telling": chosen}).status_code == 200
    (line,) = recorded(project)
    assert line.answer == "different"
    assert line.other
    assert line.other.tellings == (chosen,)
    assert chosen not in line.judged["tellings"]
    every = [each.deal.id for each in deal.mentions]
    assert window.post(path, {**shared, "telling": every}).status_code == 409


def test_several_rows_are_answered_at_once_as_they_were_seen(window: Window, desk: Desk, project: Path):
    items = desk.queue(Filter())[:3]
    boxes = [f"{each.id} {seen_as(each.verdict)}" for each in items]
    shared = {"token": token(window), "filter": ""}
    page = window.post("/bulk", {**shared, "deal": boxes, "answer": "rejected"})
    assert "Rejected</strong>: <bdi>3 deals" in page.text
    assert {line.answer for line in recorded(project)} == {"rejected"}
    again = window.post("/bulk", {**shared, "deal": [f"{items[0].id} other"], "answer": "accepted"})
    assert again.status_code == 409
    assert window.post("/bulk", {**shared, "answer": "accepted"}).status_code == 403
    assert len(recorded(project)) == 3


def test_what_was_wrong_is_said_after_the_rejection_and_reported(
    window: Window, deals: list[MergedDeal], project: Path
):
    page = window.answer(deals[0], "rejected")
    assert "What was wrong?" in page.text
    fields = {"token": token(window), "filter": "", "at": last(page.text), "to": "/queue", "fault": "direction"}
    told = window.post("/fault", fields)
    assert "wrong direction" in told.text
    assert "What was wrong?" not in told.text
    assert [line.answer for line in recorded(project)] == ["rejected", "undone", "rejected"]
    faults = next(part for part in learning.report(recorded(project)) if part.title == "fault")
    assert [(row.name, row.rejected) for row in faults.rows] == [("direction", 1)]
    shown = window.post("/undo", {"token": token(window), "filter": "", "at": last(told.text)})
    assert shown.url.path == f"/deal/{deals[0].id}"
    assert window.post("/fault", {**fields, "to": "https://evil.example/"}).status_code == 409


def test_the_direction_is_swapped_with_what_was_corrected_before_kept(
    window: Window, deals: list[MergedDeal], desk: Desk
):
    deal = by_payer(deals, "Oracle")
    window.answer(deal, "edited", status="denied")
    window.answer(deal, "swapped")
    mended = desk.items[deal.id].verdict.deal
    assert [(each.role, each.name) for each in mended.parties] == [("payee", "Oracle"), ("payer", "NVIDIA")]
    assert mended.status == "denied"


@pytest.mark.parametrize(
    ("typed", "value", "currency"),
    [("108.4bn", "108400000000", "USD"), ("3亿", "300000000", "USD"), ("€2.5 billion", "2500000000", "EUR")],
)
def test_amounts_are_corrected_as_people_write_them(
    window: Window, deals: list[MergedDeal], desk: Desk, typed: str, value: str, currency: str
):
    deal = by_payer(deals, "Oracle")
    window.answer(deal, "edited", figure=typed)
    amount = desk.items[deal.id].verdict.deal.amount
    assert amount
    assert (str(amount.value), amount.currency) == (value, currency)


def test_every_field_is_corrected(window: Window, deals: list[MergedDeal], desk: Desk):
    deal = by_payer(deals, "Oracle")
    more = {
        "valuation": "US$5bn", "asset_kind": "chips", "asset_text": "accelerators", "quantity": "40万颗芯片",
        "round": "B轮", "speaker": "a spokesman", "stake": "up to 10%", "date": "22 September 2025",
    }  # fmt: skip
    page = window.answer(deal, "edited", **more)
    assert page.status_code == 200
    mended = desk.items[deal.id].verdict.deal
    assert mended.valuation
    assert mended.asset
    assert mended.quantity
    assert mended.round
    assert mended.stake
    assert mended.date
    assert (str(mended.valuation.value), mended.valuation.currency) == ("5000000000", "USD")
    assert (mended.asset.kind, mended.asset.text) == ("chips", "accelerators")
    assert (str(mended.quantity.value), mended.quantity.unit) == ("400000", "chips")
    assert (mended.round.value, mended.speaker, mended.date.value) == ("series-b", "a spokesman", "2025-09-22")
    assert (str(mended.stake.percent), mended.stake.qualifier) == ("10", "up-to")
    page = window.get(f"/deal/{deal.id}?state=all").text
    assert "<ins>USD 5 billion</ins>" in page
    assert 'value="USD 5 billion"' in window.get(f"/deal/{deal.id}?state=all&edit=1").text


def test_doubt_is_learned_from_the_answers(desk: Desk, deals: list[MergedDeal]):
    item = next(each for each in desk.queue(Filter()) if each.verdict.extracted.rule == "en.lend")
    before = Learned().doubt(item)
    wrong = [judge(item.verdict.extracted, "rejected", by="mei", at=str(number)) for number in range(9)]
    right = [judge(item.verdict.extracted, "accepted", by="mei", at=str(number)) for number in range(9)]
    assert Learned(right).doubt(item) < before < Learned(wrong).doubt(item)


def test_a_correction_taken_back_after_a_run_took_it_up_shows_what_was_read(project: Path):
    source(project, "desk", {"a.txt": "微软以75亿美元收购GitHub。"})
    run()
    with Store.open() as store:
        desk = world.desk(store, project)
        (deal,) = desk.items
        desk.answer([deal], "edited", changes={"amount": {"value": "8000000000", "currency": "USD"}})
        run()
        desk.refresh()
        (item,) = desk.items.values()
        assert (item.verdict.state, int(item.verdict.extracted.amount.value)) == ("edited", 8_000_000_000)
        desk.undo()
        desk.refresh()
        (item,) = desk.items.values()
        assert (item.verdict.state, int(item.verdict.deal.amount.value)) == ("open", 7_500_000_000)
        desk.answer([deal], "edited", changes={"amount": {"value": "9000000000", "currency": "USD"}})
        assert int(desk.items[deal].verdict.deal.amount.value) == 9_000_000_000
        run()
        desk.refresh()
        (item,) = desk.items.values()
        assert (item.verdict.state, int(item.verdict.deal.amount.value)) == ("edited", 9_000_000_000)


def test_rules_that_change_while_the_desk_is_open_read_its_documents(project: Path):
    source(project, "desk", {"a.txt": "微软鲸吞蓝河水泵。"})
    run()
    with Store.open() as store:
        desk = world.desk(store, project)
        document = store.document("desk/a.txt")
        assert document
        assert desk.read(document).deals == ()
        rules = project / "rules" / "languages" / "zh"
        rules.mkdir(parents=True)
        (rules / "deals.toml").write_text("[[frame]]\nid = 'acquire'\ncues = ['鲸吞']\n", "utf-8")
        assert [deal.kind for deal in desk.read(document).deals] == ["acquisition"]
