"""Fixtures of the review page: a project with a run over the small world, its desk, and a window on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.models import MergedDeal
from pipeline.review import Desk
from pipeline.store import Store
from tests.projects import tool
from tests.review import chromium, world
from tests.review.window import Window

if TYPE_CHECKING:
    from playwright.sync_api import Browser


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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a real browser."""
    with tool("playwright.sync_api").sync_playwright() as playwright, chromium.launched(playwright) as launched:
        yield launched
