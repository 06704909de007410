"""The pages of companies: what they list and find, the answers they take, and that these are taken back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.models import MergedDeal
from pipeline.review import Desk
from pipeline.review.order import Filter
from pipeline.rules import company_answers
from tests.review.window import Window, by_payer, recorded


def send(window: Window, act: str, key: str, **more: Any) -> Any:
    token = re.search(r'name="token" value="([^"]+)"', window.get("/companies").text)
    assert token
    return window.post("/companies/mend", {"token": token[1], "act": act, "key": key, **more})


def said(project: Path) -> list[str]:
    return [each.act for each in company_answers.read(project / "sources" / "company_answers.jsonl")]


def test_names_that_no_table_knows_come_first_with_who_they_may_be(window: Window):
    page = window.get("/companies").text
    unknown, known = page.split('id="known-title"')
    assert "Quayside" in unknown
    assert "NVIDIA" in known
    assert 'name="act" value="no-company"' in unknown


@pytest.mark.parametrize("asked", ["輝達", "英伟达", "nvidia", "엔비디아"])
def test_any_name_in_any_script_finds_a_company_and_its_deals(window: Window, asked: str):
    page = window.client.get("/companies", params={"q": asked}).text
    assert 'href="/company/nvidia"' in page
    rows = window.client.get("/queue", params={"q": asked}).text
    assert rows.count("data-row>") >= 3


def test_a_name_becomes_a_firm_of_its_own_and_is_taken_back(
    window: Window, desk: Desk, deals: list[MergedDeal], project: Path
):
    deal = by_payer(deals, "Quayside")
    page = send(window, "new", "Quayside")
    assert page.url.path == "/company/quayside"
    assert desk.items[deal.id].verdict.deal.parties[0].company_id == "quayside"
    assert "Quayside" not in window.get("/companies").text.split('id="known-title"')[0]
    token, at = (re.search(rf'name="{name}" value="([^"]+)"', page.text) for name in ("token", "at"))
    assert token and at
    window.post("/undo", {"token": token[1], "filter": "", "at": at[1]})
    assert said(project) == ["new", "undone"]
    window.get("/companies")
    assert desk.items[deal.id].verdict.deal.parties[0].company_id is None


def test_a_name_is_said_to_be_a_known_company_and_an_answer_given_before_stays(
    window: Window, desk: Desk, deals: list[MergedDeal]
):
    deal = by_payer(deals, "Quayside")
    window.answer(deal, "accepted")
    send(window, "merge", "Quayside", into="甲骨文", company="")
    assert desk.items[deal.id].verdict.deal.parties[0].name == "Oracle"
    assert desk.items[deal.id].verdict.state == "accepted"


def test_two_companies_are_merged_and_the_old_address_leads_on(window: Window, desk: Desk, deals: list[MergedDeal]):
    window.answer(by_payer(deals, "Oracle"), "accepted")
    page = send(window, "merge", "oracle", company="nvidia", into="")
    assert page.url.path == "/company/nvidia"
    assert window.get("/company/oracle").url.path == "/company/nvidia"
    names = {party.company_id for item in desk.queue(Filter(state="all")) for party in item.verdict.deal.parties}
    assert "oracle" not in names
    assert desk.progress().states["accepted"] == 1


@pytest.mark.parametrize(
    ("act", "key", "more", "status"),
    [
        ("fly", "nvidia", {}, 403),
        ("merge", "nvidia", {"company": "nobody", "into": ""}, 422),
        ("rename", "nvidia", {"name": "a\u202eb"}, 422),
        ("alias", "nvidia", {"names": ""}, 422),
    ],
)
def test_what_cannot_be_said_of_a_company_is_told(
    window: Window, project: Path, act: str, key: str, more: dict[str, str], status: int
):
    assert send(window, act, key, **more).status_code == status
    assert said(project) == []


@pytest.mark.parametrize(
    ("name", "company", "act"),
    [("甲骨文", "", "alias"), ("Oracle", "oracle", "alias"), ("Quayside Partners", "", "new"), ("", "", "no-company")],
)
def test_a_correction_of_a_company_holds_always_where_the_person_says_so(
    window: Window, deals: list[MergedDeal], project: Path, name: str, company: str, act: str
):
    deal = by_payer(deals, "Quayside")
    fields = {**window.hidden(f"/deal/{deal.id}?state=all"), "answer": "edited"}
    parties = {"role": ["payer", "payee"], "name": [name, "Lantern AI"], "company": [company, ""]}
    assert window.send(f"/deal/{deal.id}/answer", {**fields, **parties, "always": "yes"}).status_code == 303
    assert said(project) == [act]
    (answer,) = company_answers.read(project / "sources" / "company_answers.jsonl")
    assert "Quayside" in (answer.company, *answer.names)
    assert answer.by == "mei"


def test_a_correction_says_nothing_of_companies_by_itself_and_nothing_that_cannot_be(
    window: Window, deals: list[MergedDeal], project: Path
):
    deal = by_payer(deals, "Quayside")
    fields = {**window.hidden(f"/deal/{deal.id}?state=all"), "answer": "edited"}
    parties = {"role": ["payer", "payee"], "name": ["NVIDIA", "Lantern AI"], "company": ["nobody", ""]}
    assert window.send(f"/deal/{deal.id}/answer", {**fields, **parties, "always": "yes"}).status_code == 422
    assert (said(project), recorded(project)) == ([], [])
    parties["company"] = ["nvidia", ""]
    assert window.send(f"/deal/{deal.id}/answer", {**fields, **parties}).status_code == 303
    assert said(project) == []
