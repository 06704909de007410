"""Takes pictures of the review page: `python -m tests.review.screenshots [FOLDER]`, a run of our samples behind them.

Every page, light and dark, at a desk's width and a phone's; README shows two, which are kept in `docs`.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from playwright.sync_api import Page, sync_playwright

from pipeline.review import Desk, Team
from pipeline.review.order import Filter
from pipeline.run import run
from pipeline.store import Store
from tests.review.chromium import launched
from tests.review.world import desk, serving

PROJECT = Path(__file__).parents[2]
SIZES = {"desk": (1360, 900), "phone": (390, 844)}
SCHEMES = ("light", "dark")
MEMO = "samples%2Fmergers-memo.md"
SENTENCE = "Salesforce reported revenue of $9.8 billion for the quarter."
TEAM = Team(host="127.0.0.1:PORT", tokens={"mei": "seen by nobody, typed by nobody"})
SHOWN = {"deal-desk-light.png": "review.png", "add-desk-light.png": "add.png"}
"""The pictures that README shows."""


def pages(address: str, deal: str, desk: Desk) -> dict[str, str]:
    """Return what to look at, by name."""
    memo = desk.records.document(unquote(MEMO))
    assert memo
    start, end = memo.text.index(SENTENCE), memo.text.index(SENTENCE) + len(SENTENCE)
    return {
        "queue": f"{address}/queue",
        "accept-all": f"{address}/accept-all",
        "deal": f"{address}/deal/{deal}?state=all",
        "edit": f"{address}/deal/{deal}?state=all&edit=1",
        "documents": f"{address}/documents",
        "document": f"{address}/document/{MEMO}",
        "add": f"{address}/document/{MEMO}?start={start}&end={end}",
        "companies": f"{address}/companies",
        "company": f"{address}/company/nvidia",
        "unknown": f"{address}/companies?q=Opella",
        "diff": f"{address}/diff",
        "flows": f"{address}/flows",
        "flows-of-one": f"{address}/flows?company=openai&zoom=2",
        "flow": f"{address}/flow?payer=nvidia&receiver=openai",
        "runs": f"{address}/runs",
        "run": f"{address}/run/2",
        "source": f"{address}/source/samples",
        "message": f"{address}/deal/nothing",
    }


def take(found: Mapping[str, str], folder: Path) -> Iterator[Path]:
    """Yield the pictures taken."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, launched(playwright) as browser:
        for size, (width, height) in SIZES.items():
            for scheme in SCHEMES:
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme, device_scale_factor=1.5
                )
                page = context.new_page()
                for name, target in found.items():
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
        with world(root) as reviewed, serving(reviewed) as address, serving(reviewed, TEAM) as shared:
            found = pages(address, reviewed.queue(Filter())[0].id, reviewed)
            for path in take({**found, "sign-in": f"{shared}/sign-in"}, folder):
                print(path)
    for name, place in SHOWN.items():
        shutil.copyfile(folder / name, PROJECT / "docs" / place)


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
