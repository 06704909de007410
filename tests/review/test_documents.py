"""The pages of documents and the form that adds a deal: what they show, record, take back and refuse."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from pipeline.judging import judgements
from pipeline.models import Document
from pipeline.review import Desk
from pipeline.store import Store
from tests.review import world
from tests.review.window import Window, recorded

MISSED = "The ledger holds one odd line: Lumen Grove, Nvidia, $40 million, 3 March 2025."
NOTE = f"A <b>note</b> of the spring.\n{MISSED} It was cold.\n"
HERE = f"/document/{quote('notes/odd #1?.md', safe='')}"


@pytest.fixture
def note(opened: Store, desk: Desk) -> Document:
    """Give a document that tells a deal which the rules do not find."""
    from pipeline.extraction import extract

    told = world.document("notes/odd #1?.md", NOTE, title="An odd note", published="2025-04-01", language="en")
    run = opened.start_run(["samples"], "test")
    opened.save_extraction(run, told, extract(told))
    opened.finish_run(run, {}, {})
    return told


def opened_form(window: Window, quote: str = MISSED) -> tuple[str, dict[str, Any]]:
    """Return a page with the form for a sentence, and the fields of that form as a browser would send them."""
    at = NOTE.index(quote)
    page = window.get(f"{HERE}?start={at}&end={at + len(quote)}").text
    form = page.split('id="add-form"')[1].split("</form>")[0]
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input[^>]*name="(\w+)" value="([^"]*)"', form):
        fields.setdefault(name, []).append(value)
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r"<option selected>([^<]*)", options)
        first = "" if 'value=""' in options else re.findall(r"<option>([^<]*)", options)[0]
        fields.setdefault(name, []).append(chosen[1] if chosen else first)
    return page, fields


def test_documents_that_may_tell_a_deal_and_tell_none_come_first(window: Window, note: Document):
    page = window.get("/documents").text
    rows = re.findall(r'<a href="/document/([^"]*)" data-row>', page)
    assert len(rows) == 5
    assert f"/document/{rows[0]}" == HERE
    assert page.count("money and a firm, no deal") == 1
    assert "3 deals" in page


@pytest.mark.parametrize(
    ("asked", "count"),
    [("odd", 1), ("LUMEN grove", 1), ("甲骨文", 1), ("nowhere", 0), ("paragraph", 0), ("%", 1), ("<b>", 1)],
)
def test_titles_and_texts_are_searched(window: Window, note: Document, asked: str, count: int):
    page = window.client.get("/documents", params={"q": asked}).text
    assert len(re.findall(r'<a href="/document/[^"]*" data-row>', page)) == count


def test_a_document_is_shown_with_its_marks_and_its_markup_as_text(window: Window, note: Document):
    page = window.get(HERE).text
    assert "A &lt;b&gt;note&lt;/b&gt; of the spring." in page
    assert '<mark class="company">Nvidia' in page
    assert '<mark class="amount">$40 million' in page
    told = window.get(f"/document/{quote('notes/memo.md', safe='')}").text
    assert '<mark class="payer">Nvidia' in told
    for path in ("/document/nothing", f"{HERE}/add"):
        assert window.get(path).status_code == 404


@pytest.mark.parametrize(
    "query", ["start=5", "start=9&end=3", "start=0&end=999999", "start=-1&end=4", "part=x", "part=99"]
)
def test_an_address_that_names_no_words_shows_no_form(window: Window, note: Document, query: str):
    page = window.get(f"{HERE}?{query}")
    assert page.status_code == 200
    assert 'id="add-form"' not in page.text


def test_the_form_is_filled_by_what_is_marked_and_records_an_addition(window: Window, note: Document, project: Path):
    _, fields = opened_form(window)
    assert "NVIDIA" in fields["name"]
    assert (fields["figure"], fields["currency"], fields["date"]) == (["40000000"], ["USD"], ["2025-03-03"])
    done = window.post(f"{HERE}/add", {**fields, "kind": "purchase", "status": "completed", "why": "seen on paper"})
    assert done.status_code == 200
    assert "Added, told by the next run" in done.text
    (line,) = recorded(project)
    assert (line.answer, line.quotes, line.by, line.why) == ("added", (MISSED,), "mei", "seen on paper")
    assert line.judged["documents"] == [note.id]
    assert line.judged["amount"]["text"] == "$40 million"
    assert "1 added" in window.get("/documents").text


def test_an_addition_is_taken_back(window: Window, note: Document, project: Path, desk: Desk):
    _, fields = opened_form(window)
    page = window.post(f"{HERE}/add", {**fields, "kind": "purchase"})
    token, at = (re.search(rf'name="{name}" value="([^"]+)"', page.text)[1] for name in ("token", "at"))
    shown = window.post("/undo", {"token": token, "filter": "", "at": at})
    assert shown.url.path.startswith("/document/")
    assert [line.answer for line in recorded(project)] == ["added", "undone"]
    assert judgements.additions(recorded(project)) == []
    assert desk.waiting() == []


def test_the_same_words_can_tell_two_deals(window: Window, note: Document, project: Path):
    for kind in ("purchase", "loan"):
        _, fields = opened_form(window)
        window.post(f"{HERE}/add", {**fields, "kind": kind})
    assert len({line.deal for line in recorded(project)}) == 2


@pytest.mark.parametrize(
    ("changes", "status", "told"),
    [
        ({}, 422, "kind has to be chosen"),
        ({"kind": "purchase", "name": ""}, 422, "at least one party"),
        ({"kind": "purchase", "figure": "<i>much</i>"}, 422, "&lt;i&gt;much&lt;/i&gt;"),
        ({"kind": "purchase", "seen": "other"}, 409, "changed while you were reading"),
        ({"kind": "purchase", "end": "999999"}, 403, "which words tell it"),
        ({"kind": "purchase", "token": "x"}, 403, "load it again"),
    ],
)
def test_what_cannot_be_added_is_told_and_nothing_is_recorded(
    window: Window, note: Document, project: Path, changes: dict[str, Any], status: int, told: str
):
    _, fields = opened_form(window)
    answer = window.post(f"{HERE}/add", {**fields, **changes})
    assert answer.status_code == status
    assert told in answer.text
    assert recorded(project) == []


def test_an_addition_from_another_origin_is_refused(window: Window, note: Document, project: Path):
    _, fields = opened_form(window)
    answer = window.post(f"{HERE}/add", {**fields, "kind": "purchase"}, headers={"origin": "http://evil.example"})
    assert answer.status_code == 403
    assert recorded(project) == []
