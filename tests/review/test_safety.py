"""The page keeps to the person in front of it: other hosts, origins and forms are refused, and nothing runs in it."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipeline.cli import review
from pipeline.models import MergedDeal
from tests.review.window import Window, recorded


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
    window: Window, deals: list[MergedDeal], project: Path, headers: dict[str, str]
):
    form = window.hidden(f"/deal/{deals[0].id}")
    page = window.post(f"/deal/{deals[0].id}/answer", {**form, "answer": "accepted"}, headers)
    assert page.status_code == 403
    assert recorded(project) == []


def test_an_answer_that_does_not_say_where_it_comes_from_is_refused(window: Window, deals: list[MergedDeal]):
    form = window.hidden(f"/deal/{deals[0].id}")
    answer = window.client.post(f"/deal/{deals[0].id}/answer", data={**form, "answer": "accepted"})
    assert answer.status_code == 403


@pytest.mark.parametrize("token", ["", "guess", None])
def test_an_answer_without_the_token_is_refused(
    window: Window, deals: list[MergedDeal], project: Path, token: str | None
):
    form = {**window.hidden(f"/deal/{deals[0].id}"), "answer": "accepted", "token": token}
    page = window.post(
        f"/deal/{deals[0].id}/answer", {name: value for name, value in form.items() if value is not None}
    )
    assert page.status_code == 403
    assert recorded(project) == []


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


def test_an_unknown_answer_is_refused(window: Window, deals: list[MergedDeal], project: Path):
    assert window.answer(deals[0], "undone").status_code == 403
    assert recorded(project) == []


def test_reading_changes_nothing(window: Window, deals: list[MergedDeal], project: Path):
    for path in (f"/deal/{deals[0].id}/answer?answer=accepted", "/undo"):
        assert window.get(path).status_code in (404, 405)
    assert recorded(project) == []


def test_no_file_outside_is_served(window: Window):
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static//etc/passwd"):
        assert window.get(path).status_code == 404


def test_only_this_machine_is_listened_to():
    with review.listening(0) as heard:
        assert heard.getsockname()[0] == "127.0.0.1"
        with pytest.raises(review.ReviewError, match="--port"):
            review.listening(heard.getsockname()[1])
