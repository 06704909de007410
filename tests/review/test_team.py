"""A desk that several people share: who comes in, whose answer it is, what others see of it, and how they settle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from pipeline.cli import review
from pipeline.models import MergedDeal
from pipeline.review import Desk, Team, checked, team
from pipeline.review.order import Filter
from pipeline.review.team import TeamError
from pipeline.store import Store
from tests.projects import deals as command
from tests.review import world
from tests.review.test_safety import Inline
from tests.review.window import recorded

HOST = "desk.example.org"
TOKENS = {"mei": "m" * 30, "jan": "j" * 30}
BY_HEADER = Team(host=HOST, user_header="X-Forwarded-User")
BY_TOKEN = Team(host=HOST, tokens=TOKENS)


@pytest.fixture
def shared(opened: Store, deals: list[MergedDeal], project: Path) -> Desk:
    """Give a desk that is nobody's own."""
    return world.desk(opened, project, by="")


@contextmanager
def visitor(address: str, **headers: str) -> Iterator[httpx.Client]:
    """Give a browser as the proxy passes it on: by HTTPS to the outside, by its name."""
    told = {"host": HOST, "origin": f"https://{HOST}", **headers}
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in told.items()]
    with httpx.Client(base_url=address, headers=raw, timeout=30) as client:
        yield client


def sign_in(client: httpx.Client, token: str) -> httpx.Response:
    """Sign in; what the browser would keep for HTTPS alone is handed on here, where the proxy would be."""
    answer = client.post("/sign-in", data={"secret": token, "to": "/queue"})
    if kept := re.match(r"(__Host-deals=[^;]+)", answer.headers.get("set-cookie", "")):
        client.headers["cookie"] = kept[1]
    return answer


def fields(client: httpx.Client, deal: str) -> dict[str, str]:
    form = client.get(f"/deal/{deal}?state=all").text.split('class="actions"')[-1]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def answer(client: httpx.Client, deal: str, given: str) -> int:
    return client.post(f"/deal/{deal}/answer", data={**fields(client, deal), "answer": given}).status_code


def test_a_trusted_header_says_who_answers(shared: Desk, deals: list[MergedDeal], project: Path):
    with world.serving(shared, BY_HEADER) as address:
        for name in ("mei", "蔡美兒"):
            with visitor(address, x_forwarded_user=name) as client:
                assert f"<strong>{name}</strong>" in client.get("/queue").text
                assert answer(client, deals[0].id, "accepted") == 303
    assert [line.by for line in recorded(project)] == ["mei", "蔡美兒"]


@pytest.mark.parametrize(
    ("served", "headers"),
    [
        (BY_HEADER, {}),
        (BY_HEADER, {"x_forwarded_user": "\u202emei"}),
        (BY_HEADER, {"x_forwarded_user": "m" * 101}),
        (BY_HEADER, {"x_remote_user": "mei"}),
        (BY_HEADER, {"cookie": "__Host-deals=mei"}),
        (Team(host=HOST, user_header="X-Forwarded-User", proxies=("10.0.0.0/8",)), {"x_forwarded_user": "mei"}),
        (Team(host=HOST, user_header="X-Forwarded-User", proxies=("10.0.0.0/8",)),
         {"x_forwarded_user": "mei", "x_forwarded_for": "10.0.0.1"}),
        (BY_TOKEN, {"x_forwarded_user": "mei"}),
        (BY_TOKEN, {"cookie": f"__Host-deals={TOKENS['mei']}"}),
        (BY_TOKEN, {"authorization": f"Bearer {TOKENS['mei']}"}),
    ],
)  # fmt: skip
def test_whom_nobody_vouches_for_sees_nothing(
    shared: Desk, deals: list[MergedDeal], project: Path, served: Team, headers: dict[str, str]
):
    with world.serving(shared, served) as address, visitor(address, **headers) as client:
        for path in ("/queue", f"/deal/{deals[0].id}", "/documents", "/search?q=nv", "/nowhere", "/static/nowhere"):
            page = client.get(path)
            assert page.status_code in (303, 401, 404)
            assert "NVIDIA" not in page.text
            assert "judged" not in page.text
        for path in ("/undo", f"/deal/{deals[0].id}/answer", "/accept-all"):
            assert client.post(path, data={"answer": "accepted"}).status_code == 401
    assert recorded(project) == []


def test_two_names_in_the_header_are_nobody(shared: Desk):
    with world.serving(shared, BY_HEADER) as address, visitor(address) as client:
        twice = [("x-forwarded-user", "mei"), ("x-forwarded-user", "jan"), ("host", HOST)]
        assert client.get("/queue", headers=twice).status_code == 401


def test_a_person_signs_in_with_a_token_and_out(shared: Desk, deals: list[MergedDeal], project: Path):
    with world.serving(shared, BY_TOKEN) as address, visitor(address) as client:
        assert client.get("/deal/x").headers["location"] == "/sign-in?to=%2Fdeal%2Fx"
        page = client.get("/sign-in")
        Inline().feed(page.text)
        assert "unsafe" not in page.headers["content-security-policy"]
        assert sign_in(client, "guess").status_code == 403
        assert "cookie" not in client.headers
        kept = sign_in(client, TOKENS["jan"]).headers["set-cookie"]
        assert {"HttpOnly", "Secure", "Path=/"} <= set(kept.split("; "))
        assert TOKENS["jan"] not in kept
        assert answer(client, deals[0].id, "accepted") == 303
        token = fields(client, deals[0].id)["token"]
        assert client.post("/sign-out", data={"token": token}).headers["set-cookie"].startswith('__Host-deals="";')
    assert [line.by for line in recorded(project)] == ["jan"]
    other = Team(host=HOST, tokens={**TOKENS, "jan": "k" * 30})
    with world.serving(shared, other) as address, visitor(address, cookie=kept.partition(";")[0]) as client:
        assert client.get("/queue").status_code == 303  # another token, and the old way in is closed


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
def test_signing_in_leads_to_no_other_site(shared: Desk, to: str):
    with world.serving(shared, BY_TOKEN) as address, visitor(address) as client:
        done = client.post("/sign-in", data={"secret": TOKENS["mei"], "to": to})
        assert done.headers["location"] == "/queue"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": f"http://{HOST}"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"host": "127.0.0.1"}, 403),
        ({"host": "evil.example"}, 403),
        ({}, 303),
    ],
)
def test_a_team_is_answered_at_its_own_address_only(
    shared: Desk, deals: list[MergedDeal], headers: dict[str, str], status: int
):
    with world.serving(shared, BY_HEADER) as address, visitor(address, x_forwarded_user="mei") as client:
        form = {**fields(client, deals[0].id), "answer": "accepted"}
        assert client.post(f"/deal/{deals[0].id}/answer", data=form, headers=headers).status_code == status


def test_nobody_answers_with_the_form_of_another(shared: Desk, deals: list[MergedDeal], project: Path):
    with world.serving(shared, BY_HEADER) as address:
        with visitor(address, x_forwarded_user="mei") as client:
            form = fields(client, deals[0].id)
        with visitor(address, x_forwarded_user="jan") as client:
            done = client.post(f"/deal/{deals[0].id}/answer", data={**form, "answer": "accepted"})
    assert done.status_code == 403
    assert recorded(project) == []


def test_two_people_see_each_others_answers_and_one_settles_what_they_dispute(
    shared: Desk, deals: list[MergedDeal], project: Path
):
    deal = deals[0].id
    serving = Team(host=HOST, user_header="X-Forwarded-User", adjudicators=("ada",))
    with world.serving(shared, serving) as address:
        with visitor(address, x_forwarded_user="mei") as mei, visitor(address, x_forwarded_user="jan") as jan:
            assert answer(mei, deal, "accepted") == 303
            assert "1 of 8 judged" in jan.get("/queue").text
            assert "by <strong>mei</strong>" in jan.get(f"/deal/{deal}?state=all").text
            assert answer(jan, deal, "rejected") == 303
            page = mei.get(f"/deal/{deal}?state=all").text
            assert "People disagree" in page
            assert "settle it so" not in page
            refused = mei.post(f"/deal/{deal}/settle", data={**fields(mei, deal), "side": "mei"})
            assert refused.status_code == 403
        with visitor(address, x_forwarded_user="ada") as ada:
            page = ada.get(f"/deal/{deal}?state=all").text
            assert page.count("settle it so") == 2
            assert ada.post(f"/deal/{deal}/settle", data={**fields(ada, deal), "side": "jan"}).status_code == 303
            assert shared.items[deal].verdict.state == "rejected"
            assert "settles what was disputed" in ada.get(f"/deal/{deal}?state=all").text
            token = fields(ada, deals[1].id)["token"]
            assert ada.post("/undo", data={"token": token, "filter": "", "at": ""}).status_code == 303
    assert shared.items[deal].verdict.state == "disputed"
    assert [(line.by, line.answer, line.settles) for line in recorded(project)] == [
        ("mei", "accepted", False), ("jan", "rejected", False), ("ada", "rejected", True), ("ada", "undone", False),
    ]  # fmt: skip


def test_what_was_settled_holds_in_what_is_published_until_somebody_speaks_again(shared: Desk, deals: list[MergedDeal]):
    deal = deals[0].id
    shared.answer([deal], "accepted", by="mei")
    shared.answer([deal], "edited", changes={"status": "denied"}, by="jan")
    shared.settle(deal, "jan", why="the paper says so", by="ada")
    verdict = shared.items[deal].verdict
    assert (verdict.state, verdict.deal.status, verdict.deal.judgement) == ("edited", "denied", "edited")
    shared.answer([deal], "rejected", by="mei")
    assert shared.items[deal].verdict.state == "disputed"
    assert deal in {item.id for item in shared.queue(Filter(reason="disputed"))}


def test_the_desk_of_a_team_takes_no_answer_of_nobody(shared: Desk, deals: list[MergedDeal], project: Path):
    with pytest.raises(ValueError, match="who answers"):
        shared.answer([deals[0].id], "accepted")
    assert recorded(project) == []


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ("host = 'desk.example.org'", "says not who may come in"),
        ("host = 'https://desk.example.org/'\nuser_header = 'X'", "host is a name"),
        ("host = 'd'\nuser_header = 'X'\nproxies = ['10.0.0.300']", "proxies"),
        ("host = 'd'\ntokens = { mei = 'plain' }", r"as '\$DEALS_TOKEN'"),
        ("host = 'd'\ntokens = { mei = '$SHORT' }", "24 characters"),
        ("host = 'd'\ntokens = { mei = '$UNSET' }", "24 characters"),
        ("hosts = ['d']", "unknown field"),
    ],
)
def test_settings_that_let_anybody_in_or_nobody_are_refused(tmp_path: Path, told: str, message: str):
    path = tmp_path / "deals.toml"
    path.write_text(f"[review]\n{told}\n[notify]\nleast_usd = 1e8\n", "utf-8")
    with pytest.raises(TeamError, match=message):
        checked(team(path, {"SHORT": "s"}), path)


def test_the_command_refuses_to_serve_the_world(project: Path):
    done = command("review", "--host", HOST, "--no-browser", folder=project)
    assert done.returncode == 1
    assert "says not who may come in" in done.stderr


def test_a_proxy_elsewhere_is_listened_to_where_it_is_said():
    with review.listening(0, "127.0.0.2") as heard:
        assert heard.getsockname()[0] == "127.0.0.2"
