"""Takes pictures of the review page: `python -m tests.review.screenshots [FOLDER]`, a run of our samples behind them.

Light and dark, a desk's width and a phone's; `docs/review.png` is the one that README shows.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from pipeline.review import Desk
from pipeline.review.order import Filter
from pipeline.run import run
from pipeline.store import Store
from tests.review.chromium import launched
from tests.review.world import desk, serving

PROJECT = Path(__file__).parents[2]
SIZES = {"desk": (1360, 900), "phone": (390, 844)}
SCHEMES = ("light", "dark")


def pages(address: str, deal: str) -> dict[str, str]:
    """Return what to look at, by name."""
    return {
        "queue": f"{address}/queue",
        "deal": f"{address}/deal/{deal}?state=all",
        "edit": f"{address}/deal/{deal}?state=all&edit=1",
        "documents": f"{address}/documents",
        "companies": f"{address}/companies",
        "company": f"{address}/company/nvidia",
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
    """Run our samples twice in a folder of their own, judge a little, serve them, and take all pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / ".cache" / "screenshots"
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        os.environ |= {"DEALS_ROOT": str(root), "DEALS_DATABASE_URL": f"sqlite:///{root / 'deals.db'}"}
        shutil.copytree(PROJECT / "sources" / "samples", root / "sources" / "samples")
        with world(root) as reviewed, serving(reviewed) as address:
            first = reviewed.queue(Filter())[0]
            for path in take(address, first.id, folder):
                print(path)
    shutil.copyfile(folder / "deal-desk-light.png", PROJECT / "docs" / "review.png")


@contextmanager
def world(root: Path) -> Iterator[Desk]:
    """Give a desk after two runs, the second of which found another document, with some deals judged between them."""
    late = root / "sources" / "samples" / "mergers-memo.md"
    text = late.read_bytes()
    late.unlink()
    run()
    with Store.open() as store:
        made = desk(store, root)
        for item, answer in zip(made.queue(Filter())[3:6], ("accepted", "rejected", "unsure"), strict=True):
            made.answer([item.id], answer)
        late.write_bytes(text)
        run()
        made.refresh()
        yield made


if __name__ == "__main__":
    main()
