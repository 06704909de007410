"""`deals serve`: sources run on their schedules, unaided."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import pytest
from msgspec.structs import replace

from pipeline.models import RunRecord
from pipeline.runs import schedule
from tests.listening import Dying
from tests.projects import DEALS, deals, environment, pairs, project, source, tool
from tests.review import chromium
from tests.server import NewsServer, article, put_news, rss
from tests.visiting import source as at

TOML = """
title = 'News'
kind = 'feed'
url = '{url}'
allow_private = true
schedule = 'every 5 seconds'
[options]
delay = 0.0
"""
LONGEST = 300.0
"""Seconds: 25 for Prefect's server, 20 for the run, the rest for a busy machine."""


@pytest.fixture
def folder(tmp_path: Path, server: NewsServer) -> Path:
    """Give a project with a feed of three articles that is due every five seconds."""
    put_news(server, 3)
    made = project(tmp_path / "project", samples=False)
    source(made, "news", {}, TOML.format(url=server.url("/feed.xml")))
    return made


class Serving(NamedTuple):
    """`deals serve` at work, and what it prints."""

    process: subprocess.Popen[bytes]
    log: Path


@pytest.fixture
def serving(folder: Path) -> Iterator[Serving]:
    """Give `deals serve` while it serves the project."""
    log = folder / "serve.log"
    with log.open("wb") as said:
        process = subprocess.Popen([DEALS, "serve"], stderr=said, stdout=said, env=environment(folder))
        yield Serving(process, log)
        process.kill()


def test_a_new_article_is_published_on_schedule(folder: Path, server: NewsServer, serving: Serving) -> None:
    server.put("/news/new.html", article(6))
    paths = [f"/news/{number}.html" for number in range(3)]
    server.put("/feed.xml", rss(server, ["/news/new.html", *paths]), "application/rss+xml")
    said = told(serving, r"news: 4 new; \d deals told")
    assert ("Microsoft", "GitHub") in pairs(folder), said
    address = re.search(r"serving at (http://127\.0\.0\.1:\d+)", said)
    assert address, said
    shown = page(f"{address[1]}/runs")
    assert re.search(r"news \d{4}-\d\d-\d\d", shown), shown
    serving.process.send_signal(signal.SIGTERM)
    assert serving.process.wait(30) == 0
    with pytest.raises(OSError, match="refused"):
        urlopen(address[1])


def told(serving: Serving, line: str) -> str:
    """Return all that was logged, once it holds a line: a run tells its counts after it has published."""
    ends = time.monotonic() + LONGEST
    said = serving.log.read_text()
    while not re.search(line, said):
        assert serving.process.poll() is None, said
        assert time.monotonic() < ends, said
        time.sleep(0.2)
        said = serving.log.read_text()
    return said


def page(address: str) -> str:
    """Return what a person reads on a page of Prefect's, in Chromium, once it has asked its server for the runs."""
    sync_api = tool("playwright.sync_api")
    with sync_api.sync_playwright() as playwright, chromium.launched(playwright) as browser:
        window = browser.new_page()
        window.goto(address)
        window.get_by_text(re.compile(r"^news \d{4}-")).first.wait_for(timeout=60_000)
        return str(window.inner_text("body"))


def test_without_a_schedule_there_is_nothing_to_serve(tmp_path: Path) -> None:
    done = deals("serve", folder=project(tmp_path))
    assert done.returncode == 1
    assert "no enabled source has a schedule" in done.stderr


def test_a_source_that_nobody_knows_is_wrong_usage(tmp_path: Path) -> None:
    assert deals("serve", "nosuch", folder=project(tmp_path)).returncode == 2


def test_a_server_that_is_not_there_is_one_message(tmp_path: Path) -> None:
    done = deals("run", folder=project(tmp_path), PREFECT_API_URL="http://127.0.0.1:9/api")
    assert (done.returncode, done.stdout) == (1, "")
    [told] = done.stderr.splitlines()
    assert "127.0.0.1:9/api: no Prefect server answers" in told
    assert "unset PREFECT_API_URL" in told


def test_a_server_that_dies_while_it_is_used_is_one_message(tmp_path: Path) -> None:
    with Dying() as address:
        done = deals("run", folder=project(tmp_path), PREFECT_API_URL=address, PREFECT_CLIENT_MAX_RETRIES="0")
    assert (done.returncode, done.stdout) == (1, "")
    [told] = done.stderr.splitlines()
    assert told.startswith("deals: the Prefect server gave up: ")
    assert not (tmp_path / "extracted" / "deals.jsonl").exists()


def test_a_project_is_served_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    monkeypatch.setenv("DEALS_ROOT", str(folder))
    schedule.hidden().mkdir(parents=True)
    with (schedule.hidden() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = deals("serve", folder=folder)
    assert done.returncode == 1
    assert "another `deals serve` serves" in done.stderr


def test_the_last_run_of_a_source_is_its_last_that_ended() -> None:
    def run(number: int, at: str, ended: bool, *sources: str) -> RunRecord:
        finished = at if ended else None
        return RunRecord(id=number, sources=sources, fingerprint="f", started_at=at, finished_at=finished)

    runs = [
        run(1, "2025-10-08T07:00:00+00:00", True, "a", "b"),
        run(2, "2025-10-08T08:00:00+00:00", True, "a"),
        run(3, "2025-10-08T09:00:00+00:00", False, "a"),
    ]
    last = schedule.last_runs(runs)
    assert (last["a"].hour, last["b"].hour) == (8, 7)


def test_a_source_whose_time_passed_unserved_is_caught_up_with() -> None:
    now = datetime.now(UTC)
    daily = replace(at("http://a.example/feed"), schedule=f"{now.minute} {now.hour} * * *", timezone="UTC")
    often = replace(daily, schedule="every 2 hours")
    assert [schedule.missed(often, now - timedelta(hours=hours)) for hours in (1, 3)] == [False, True]
    lasts = {
        "two days": now - timedelta(days=2),
        "one second before it was due": now.replace(second=0, microsecond=0) - timedelta(seconds=1),
        "now": now + timedelta(seconds=1),
        "never": None,
    }
    due = {name: schedule.missed(daily, last) for name, last in lasts.items()}
    assert due == {"two days": True, "one second before it was due": True, "now": False, "never": False}


def test_a_served_source_is_a_deployment_that_never_overlaps_with_itself() -> None:
    import flows

    made = flows._deployment(replace(at("http://a.example/feed"), schedule="0 7 * * *", timezone="Asia/Taipei"))
    assert (made.name, made.parameters, made.entrypoint) == ("news", {"sources": ["news"]}, "flows.deals")
    assert (made.concurrency_limit, made.concurrency_options.collision_strategy) == (1, "CANCEL_NEW")
    often = flows._deployment(replace(at("http://a.example/feed"), schedule="every 20 minutes"))
    assert [one.schedule.interval for one in often.schedules] == [timedelta(minutes=20)]
    assert [(one.schedule.cron, one.schedule.timezone) for one in made.schedules] == [("0 7 * * *", "Asia/Taipei")]
    assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
