"""Fixtures of the review page: a project with a run over the small world, its desk, and a window on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.models import MergedDeal
from pipeline.review import Desk
from pipeline.store import Store
from tests.review import world
from tests.review.window import Window


@pytest.fixture
def opened(project: Path) -> Iterator[Store]:
    """Give the project's store."""
    with Store.open() as store:
        yield store


@pytest.fixture
def deals(opened: Store) -> list[MergedDeal]:
    """Give the merged deals of a run over the whole small world."""
    return world.fill(opened, [tell() for tell in world.WORLD])


@pytest.fixture
def desk(opened: Store, deals: list[MergedDeal], project: Path) -> Desk:
    """Give the desk over these deals."""
    return world.desk(opened, project)


@pytest.fixture
def window(desk: Desk) -> Iterator[Window]:
    """Give a window on the desk's page."""
    with world.serving(desk) as address:
        yield Window(address)
