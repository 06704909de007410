"""Takes pictures of the review page: `python -m tests.review_screenshots [FOLDER]`, a run of our samples behind them.

Light and dark, a desk's width and a phone's; `docs/review.png` is the one that README shows.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.chromium import launched

PROJECT = Path(__file__).parents[1]
SIZES = {"desk": (1360, 900), "phone": (390, 844)}
SCHEMES = ("light", "dark")


def pages(address: str, deal: str) -> dict[str, str]:
    """Return what to look at, by name."""
    return {
        "queue": f"{address}/queue",
        "deal": f"{address}/deal/{deal}?state=all",
        "edit": f"{address}/deal/{deal}?state=all&edit=1",
        "diff": f"{address}/diff",
        "flows": f"{address}/flows",
        "runs": f"{address}/runs",
    }


def take(address: str, deal: str, folder: Path) -> Iterator[Path]:
    """Yield the pictures taken."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, launched(playwright) as browser:
        for size, (width, height) in SIZES.items():
            for scheme in SCHEMES:
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme, device_scale_factor=1.5
                )
                page = context.new_page()
                for name, target in pages(address, deal).items():
                    yield picture(page, target, folder / f"{name}-{size}-{scheme}.png")
                context.close()


def picture(page: Page, target: str, path: Path) -> Path:
    """Return the picture of one page."""
    page.goto(target)
    page.screenshot(path=path)
    return path


def main() -> None:
    """Run our samples in a folder of their own, serve them, and take all pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / "docs"
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        os.environ |= {"DEALS_ROOT": str(root), "DEALS_DATABASE_URL": f"sqlite:///{root / 'deals.db'}"}
        shutil.copytree(PROJECT / "sources" / "samples", root / "sources" / "samples")
        from pipeline.review.order import Filter
        from pipeline.run import run
        from pipeline.store import Store
        from tests.review_world import desk, serving

        run()
        with Store.open() as store:
            made = desk(store, root)
            first = made.queue(Filter())[0]
            with serving(made) as address:
                for path in take(address, first.id, folder):
                    print(path)


if __name__ == "__main__":
    main()
