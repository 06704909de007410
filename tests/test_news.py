"""What changed is a file and a feed, and reaches people: by a signed webhook and by mail, once, after a failure too."""

from __future__ import annotations

import base64
import email
import email.policy
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as some

from pipeline.models import Change
from pipeline.notify import NotifyError, targets, webhook
from pipeline.publish import changelog
from pipeline.publish import lines as lines_module
from tests.listening import Hook, Mailbox
from tests.projects import invoke, project, source, tool

GITHUB = "微软以75亿美元收购GitHub。"
SLACK = "Salesforce同意以277亿美元收购Slack。"
SECRET = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a project with one note."""
    source(project(tmp_path, samples=False), "news", {"2025-03-09.txt": GITHUB})
    return tmp_path


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    """Give a webhook, which is tried again at once."""
    monkeypatch.setattr(webhook, "PAUSE", 0.0)
    listening = Hook()
    yield listening
    listening.close()


def tell(folder: Path, hook: Hook, more: str = "") -> None:
    """Have a project tell a webhook."""
    (folder / "deals.toml").write_text(f'[notify]\n{more}\n[[notify.webhook]]\nurl = "{hook.url}"\n', "utf-8")


def run(folder: Path, code: int = 0) -> str:
    """Run a project; return what it said went wrong."""
    done = invoke("run", folder=folder)
    assert done.returncode == code, done.stderr
    return done.stderr


def lines(folder: Path) -> list[dict[str, Any]]:
    """Return the lines of a project's changes."""
    return [json.loads(line) for line in (folder / "extracted" / "changes.jsonl").read_text("utf-8").splitlines()]


def note(folder: Path, name: str, text: str) -> None:
    """Write a note of the project's source."""
    (folder / "sources" / "news" / name).write_text(text, "utf-8")


# Files


def test_each_publish_that_changes_something_adds_its_lines(folder: Path) -> None:
    run(folder)
    note(folder, "2025-03-10.txt", SLACK)
    note(folder, "2025-03-09.txt", GITHUB.replace("75", "76"))
    run(folder)
    run(folder)
    note(folder, "2025-03-10.txt", "今天没有新闻。")
    run(folder)
    told = [(line["edition"], line["kind"], line["cause"]) for line in lines(folder)]
    assert told == [
        (1, "added", "new document"), (2, "added", "new document"), (2, "changed", "document changed"),
        (3, "gone", "document changed"),
    ]  # fmt: skip
    assert {"field": "amount", "old": "USD 7.5 billion", "new": "USD 7.6 billion"} in lines(folder)[2]["fields"]
    assert lines(folder)[3]["old"][0]["evidence"]["text"] == SLACK


def test_a_feed_reader_gets_new_and_changed_deals_the_latest_first(folder: Path) -> None:
    run(folder)
    first = feedparser.parse((folder / "extracted" / "feed.atom").read_bytes())
    note(folder, "2025-03-09.txt", GITHUB.replace("75", "76"))
    run(folder)
    feed = feedparser.parse((folder / "extracted" / "feed.atom").read_bytes())
    assert not feed.bozo and feed.version == "atom10" and feed.feed.id == first.feed.id
    assert [entry.title for entry in feed.entries] == [
        "changed: Microsoft → GitHub: acquisition, USD 7.6 billion (announced)",
        "Microsoft → GitHub: acquisition, USD 7.5 billion (announced)",
    ]
    assert len({entry.id for entry in feed.entries}) == 2
    assert feed.entries[0].updated_parsed and "amount: USD 7.5 billion" in feed.entries[0].content[0].value


def test_what_a_person_judged_is_told_by_the_next_publish_and_once(folder: Path) -> None:
    run(folder)
    [deal] = lines(folder)[0]["new"]
    answer = {"answer": "rejected", "deal": deal["id"], "quotes": [GITHUB], "by": "mei", "at": "2999-01-01T00:00:00Z"}
    (folder / "sources" / "judgements.jsonl").write_text(json.dumps(answer) + "\n", "utf-8")
    assert invoke("publish", folder=folder).returncode == 0
    run(folder)
    assert [(line["kind"], line["cause"]) for line in lines(folder)[1:]] == [("gone", "judgement")]


def test_a_judgement_between_two_runs_is_told_by_the_second(folder: Path) -> None:
    run(folder)
    [deal] = lines(folder)[0]["new"]
    answer = {"answer": "rejected", "deal": deal["id"], "quotes": [GITHUB], "by": "mei", "at": "2999-01-01T00:00:00Z"}
    (folder / "sources" / "judgements.jsonl").write_text(json.dumps(answer) + "\n", "utf-8")
    run(folder)
    assert [(line["edition"], line["kind"], line["cause"]) for line in lines(folder)[1:]] == [(2, "gone", "judgement")]


def test_since_a_day_only_what_was_published_since(folder: Path, tmp_path: Path) -> None:
    run(folder)
    for day, number in (("2000-01-01", 1), ("2999-01-01", 0)):
        out = tmp_path / day
        done = invoke("publish", "--since", day, "--to", str(out), "--format", "jsonl", folder=folder)
        assert done.returncode == 0, done.stderr
        assert len((out / "changes.jsonl").read_bytes().splitlines()) == number
        assert {"deals.jsonl", "datapackage.json", "feed.atom"} <= {path.name for path in out.iterdir()}


def test_old_editions_go_and_the_last_stays_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(folder)
    monkeypatch.setattr(changelog, "KEPT", 1)
    note(folder, "2025-03-10.txt", SLACK)
    note(folder, "2025-03-11.txt", "博通以610亿美元收购VMware。")
    run(folder)
    assert [line["edition"] for line in lines(folder)] == [2, 2]


def test_what_another_may_have_told_is_looked_for_in_lines_since_a_moment_and_in_the_latest(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(folder)
    note(folder, "2025-03-10.txt", SLACK)
    run(folder)
    monkeypatch.setattr(changelog, "KEPT", 1)
    extracted = folder / "extracted"
    first, second = changelog.read(extracted)
    told = [Change(kind=each.kind, cause=each.cause, new=each.new) for each in (first, second)]
    later = "2999-01-01T00:00:00+00:00"
    assert changelog.add(extracted, told, later) == ()
    assert changelog.add(extracted, told, later, since=first.at) == ()
    assert [line.new for line in changelog.add(extracted, told, later, since=later)] == [first.new]


@given(some.lists(some.binary(max_size=7)), some.integers(1, 9))
def test_lines_are_read_backwards_as_they_are_read_forwards(rows: list[bytes], block: int) -> None:
    data = b"\n".join(rows)
    with mock.patch.object(lines_module, "BLOCK", block):
        assert list(lines_module.backwards(io.BytesIO(data))) == list(reversed(list(io.BytesIO(data))))


def test_a_run_that_was_killed_after_merging_is_told_by_the_next(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(folder)
    note(folder, "2025-03-10.txt", SLACK)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("pipeline.run.publish_again", killed)
        assert invoke("run", folder=folder).returncode == 130
    run(folder)
    assert [(line["edition"], line["kind"]) for line in lines(folder)] == [(1, "added"), (2, "added")]


# A webhook


def test_a_webhook_is_told_once_with_a_signature_its_library_accepts(
    folder: Path, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_SECRET", f"whsec_{SECRET}")
    (folder / "deals.toml").write_text(
        f'[[notify.webhook]]\nurl = "{hook.url}"\nsecret = "$HOOK_SECRET"\n', "utf-8"
    )  # fmt: skip
    run(folder)
    run(folder)
    [(headers, body)] = hook.got
    told = tool("standardwebhooks").Webhook(f"whsec_{SECRET}").verify(body.decode(), headers)
    assert told["type"] == "deals.changed"
    [change] = told["data"]["changes"]
    assert (change["change"], change["title"], change["worth"]) == ("added", "Microsoft → GitHub", "USD 7.5 billion")
    assert change["deal"]["evidence"]["text"] == GITHUB


def test_a_webhook_that_fails_is_tried_again_and_then_told_by_the_next_run(folder: Path, hook: Hook) -> None:
    hook.answers = [503, 503, 503, 503, 200]
    tell(folder, hook)
    said = run(folder, code=1)
    assert "answers 503" in said and "hidden" not in said
    assert len(hook.got) == webhook.TRIES
    note(folder, "2025-03-10.txt", SLACK)
    run(folder)
    assert hook.titles()[-2:] == ["Microsoft → GitHub", "Salesforce → Slack"]
    assert hook.got[-2][0]["webhook-id"] == hook.got[0][0]["webhook-id"]


def test_a_webhook_that_refuses_is_not_asked_again_in_a_run(folder: Path, hook: Hook) -> None:
    hook.answers = [404]
    tell(folder, hook)
    assert "answers 404" in run(folder, code=1)
    assert len(hook.got) == 1


def test_many_changes_are_told_in_batches(folder: Path, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.notify.messages.BATCH", 1)
    note(folder, "2025-03-10.txt", SLACK)
    tell(folder, hook)
    run(folder)
    assert [len(body["data"]["changes"]) for body in hook.told()] == [1, 1]
    assert len({headers["webhook-id"] for headers, _ in hook.got}) == 2


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        ('companies = ["slack"]', ["Salesforce → Slack"]),
        ("least_usd = 1e10", ["Salesforce → Slack"]),
        ('statuses = ["denied"]', []),
        ('kinds = ["loan"]', []),
        ("least_confidence = 0.999", []),
        ('changes = ["gone"]', []),
    ],
)
def test_filters_choose_what_is_told(folder: Path, hook: Hook, wanted: str, titles: list[str]) -> None:
    note(folder, "2025-03-10.txt", SLACK)
    tell(folder, hook, wanted)
    run(folder)
    assert hook.titles() == titles


def test_how_a_deal_was_read_is_no_news(folder: Path, hook: Hook) -> None:
    run(folder)
    tell(folder, hook)
    note(folder, "2025-03-10.txt", GITHUB)
    run(folder)
    assert hook.got == []


def test_a_source_that_falls_silent_is_told_once_and_so_is_that_it_gives_again(folder: Path, hook: Hook) -> None:
    toml = "title = 'News'\nkind = 'files'\npaths = ['*.txt']\nexpect = { documents = [2, 9] }\n"
    (folder / "sources" / "news" / "source.toml").write_text(toml, "utf-8")
    tell(folder, hook, 'kinds = ["loan"]')
    run(folder, code=1)
    run(folder, code=1)
    note(folder, "2025-03-10.txt", SLACK)
    run(folder)
    assert [(body["type"], body["data"]) for body in hook.told()] == [
        ("sources.changed", {"failing": {"news": ["1 documents, where a normal run has 2 to 9"]}, "recovered": []}),
        ("sources.changed", {"failing": {}, "recovered": ["news"]}),
    ]


# Mail


def test_people_are_told_by_mail(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Mailbox("desk", "open sesame")
    monkeypatch.setenv("MAIL_PASSWORD", "open sesame")
    (folder / "deals.toml").write_text(
        '[[notify.email]]\nto = ["mei@example.org"]\nsender = "deals@example.org"\nhost = "127.0.0.1"\n'
        f'port = {box.port}\nsecurity = "none"\nuser = "desk"\npassword = "$MAIL_PASSWORD"\n',
        "utf-8",
    )
    try:
        run(folder)
        run(folder)
        [envelope] = box.mails
    finally:
        box.close()
    mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert envelope.rcpt_tos == ["mei@example.org"]
    assert mail["Subject"] == "[deals] added: Microsoft → GitHub, USD 7.5 billion"
    assert f"“{GITHUB}”" in mail.get_content()


def test_a_server_of_mail_that_is_not_there_is_told_in_a_line(folder: Path) -> None:
    (folder / "deals.toml").write_text(
        '[[notify.email]]\nto = ["mei@example.org"]\nsender = "deals@example.org"\nhost = "127.0.0.1"\nport = 1\n',
        "utf-8",
    )
    assert "the mail was not taken" in run(folder, code=1)
    assert (folder / "extracted" / "deals.jsonl").exists()


# deals.toml


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[notify]\nkind = ['loan']\n", "unknown field `kind`"),
        ("[[notify.webhook]]\nurl = 'ftp://x'\n", "url must begin with http"),
        ("[[notify.webhook]]\nurl = 'http://x'\nsecret = 'whsec_abc'\n", "secret"),
        ("[[notify.email]]\nto = []\nsender = 'a@b'\nhost = 'h'\n", "to is empty"),
        ("[[notify.email]]\nto = ['a@b']\nsender = 'a@b'\nhost = 'h'\npassword = 'plain'\n", "environment variable"),
        ("[notify\n", "deals.toml"),
    ],
)
def test_a_deals_toml_that_cannot_be_used_is_named_with_its_mend(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "deals.toml").write_text(text, "utf-8")
    with pytest.raises(NotifyError, match=message):
        targets(tmp_path / "deals.toml")
