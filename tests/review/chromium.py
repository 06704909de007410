"""Debian's Chromium under Playwright, which downloads nothing; a user without it skips, a build does not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--disable-default-apps", "--no-first-run", "--metrics-recording-only",
    "--disable-extensions", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]  # fmt: skip


def found() -> str:
    """Return where Chromium is; skip the test of a user who has none."""
    path = os.environ.get("DEALS_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None and not os.environ.get("CI"):
        pytest.skip("no Chromium (`apt-get install chromium`, or DEALS_CHROMIUM names one)")
    assert path, "Chromium is missing: apt-get install chromium"
    return path


@contextmanager
def launched(playwright: Playwright) -> Iterator[Browser]:
    """Give a running browser."""
    browser = playwright.chromium.launch(executable_path=found(), args=ARGUMENTS)
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def sound(context: BrowserContext) -> Iterator[Page]:
    """Give a new page; a script error or a breach of its policy fails the test."""
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(message.text) if _grave(message) else None)
    yield opened
    assert complaints == []


def _grave(message: ConsoleMessage) -> bool:
    return message.type == "error" and "status of 4" not in message.text  # a refused form is a page, not a fault


def press(page: Page, *keys: str) -> None:
    """Press keys that stay on the page."""
    for key in keys:
        page.keyboard.press(key)


def go(page: Page, key: str) -> None:
    """Press a key that leads to another page, and wait for that page."""
    with page.expect_navigation():
        page.keyboard.press(key)
    page.wait_for_load_state()
