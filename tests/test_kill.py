"""A run that is killed at any moment costs nothing: the next one publishes what an undisturbed one does."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.projects import project, published, source
from tests.server import NewsServer, Reply, Request, put_news
from tests.warm import Nursery

ARTICLES = 12
KILLS = 20
TOML = """
title = 'News'
kind = 'feed'
url = '{url}'
allow_private = true
[options]
delay = 0.0
"""


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """Give a process that starts runs quickly."""
    started = Nursery()
    yield started
    started.close()


@pytest.fixture
def slow(server: NewsServer) -> NewsServer:
    """Give the news site, where every article takes a moment, so that kills hit fetching too."""
    for path in put_news(server, ARTICLES):
        page = server.routes[path]
        assert isinstance(page, Reply)

        def later(request: Request, page: Reply = page) -> Reply:
            time.sleep(0.03)
            return page

        server.routes[path] = later
    return server


def fresh(folder: Path, server: NewsServer) -> Path:
    """Return a new project with the news site as its source."""
    made = project(folder, samples=False)
    source(made, "news", {}, TOML.format(url=server.url("/feed.xml")))
    return made


def files(folder: Path) -> dict[str, bytes]:
    """Return what a project has published, without its captures."""
    return {name: data for name, data in published(folder).items() if not name.startswith("captures/")}


def read_through(folder: Path) -> int:
    """Return how many records a project's captures hold; raise where one cannot be read."""
    number = 0
    for path in (folder / "extracted" / "captures").rglob("*"):
        if path.is_file():
            assert path.name.endswith(".warc.gz"), path
            with path.open("rb") as stream:
                for record in ArchiveIterator(stream, check_digests="raise"):
                    record.content_stream().read()
                    number += 1
    return number


def test_what_a_killed_run_leaves_behind_makes_no_difference(
    slow: NewsServer, nursery: Nursery, tmp_path: Path
) -> None:
    calm = fresh(tmp_path / "calm", slow)
    started = time.monotonic()
    assert nursery.run(calm) == 0
    lasts = time.monotonic() - started
    expected = files(calm)
    assert expected["deals.jsonl"].count(b"\n") >= ARTICLES / 2
    dice = random.Random(11)
    killed = 0
    for number in range(KILLS):
        moment = lasts * (number + dice.random()) / KILLS
        folder = fresh(tmp_path / str(number), slow)
        if nursery.run(folder, kill_after=moment) == -9:
            killed += 1
        else:
            lasts *= 0.8  # the machine has become faster than it was at the first run
        assert nursery.run(folder) == 0, moment
        assert files(folder) == expected, moment
        assert read_through(folder) > ARTICLES, moment
        shutil.rmtree(folder)
    assert killed >= KILLS * 0.7, "too few runs were killed before they ended"


def test_a_run_killed_twice_and_a_feed_that_grows_lose_no_article(
    slow: NewsServer, nursery: Nursery, tmp_path: Path
) -> None:
    folder, calm = fresh(tmp_path / "killed", slow), fresh(tmp_path / "calm", slow)
    put_news(slow, ARTICLES - 4)
    nursery.run(folder, kill_after=0.3)
    put_news(slow, ARTICLES)
    nursery.run(folder, kill_after=0.5)
    assert nursery.run(folder) == nursery.run(calm) == 0
    assert files(folder) == files(calm)
