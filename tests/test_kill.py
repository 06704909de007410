"""A run that is killed at any moment costs nothing: the next one publishes what an undisturbed one does."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.projects import project, published, source
from tests.server import NewsServer, put_news
from tests.warm import Nursery

ARTICLES = 12
KILLS = 6
LATER_KILLS = 20
pytestmark = pytest.mark.xdist_group("kill")  # one nursery for all
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
def news(server: NewsServer) -> NewsServer:
    """Give the news site with its articles."""
    put_news(server, ARTICLES)
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
    news: NewsServer, nursery: Nursery, tmp_path: Path
) -> None:
    calm = fresh(tmp_path / "calm", news)
    whole = nursery.run(calm, kill_before=0)
    assert whole.status == 0
    expected = files(calm)
    assert expected["deals.jsonl"].count(b"\n") >= ARTICLES / 2
    assert whole.steps > 10 * KILLS, "steps that are counted"
    dice = random.Random(11)
    for number in range(KILLS):
        step = 1 + int((whole.steps - 10) * (number + dice.random()) / KILLS)
        folder = fresh(tmp_path / str(number), news)
        assert nursery.run(folder, kill_before=step) == (-9, step)
        assert nursery.run(folder).status == 0, step
        assert files(folder) == expected, step
        assert read_through(folder) > ARTICLES, step
        shutil.rmtree(folder)


def test_a_run_killed_twice_and_a_feed_that_grows_lose_no_article(
    news: NewsServer, nursery: Nursery, tmp_path: Path
) -> None:
    folder, calm = fresh(tmp_path / "killed", news), fresh(tmp_path / "calm", news)
    whole = nursery.run(calm, kill_before=0)
    put_news(news, ARTICLES - 4)
    assert nursery.run(folder, kill_before=whole.steps // 3).status == -9
    put_news(news, ARTICLES)
    assert nursery.run(folder, kill_before=whole.steps // 2).status == -9
    assert nursery.run(folder).status == whole.status == 0
    assert files(folder) == files(calm)


def test_a_run_killed_while_it_merges_and_publishes_what_changed_loses_nothing(
    news: NewsServer, nursery: Nursery, tmp_path: Path
) -> None:
    grown = fresh(tmp_path / "grown", news)
    put_news(news, ARTICLES - 3)
    assert nursery.run(grown).status == 0
    put_news(news, ARTICLES)
    calm = shutil.copytree(grown, tmp_path / "calm")
    whole = nursery.run(calm, kill_before=0)
    expected = files(calm)
    assert (whole.status, expected["deals.jsonl"]) != (0, files(grown)["deals.jsonl"])
    dice = random.Random(7)
    for number in range(LATER_KILLS):
        step = 1 + int((whole.steps - 10) * (number + dice.random()) / LATER_KILLS)
        folder = shutil.copytree(grown, tmp_path / str(number))
        assert nursery.run(folder, kill_before=step).status == -9
        assert nursery.run(folder).status == 0, step
        assert files(folder) == expected, step
        shutil.rmtree(folder)
