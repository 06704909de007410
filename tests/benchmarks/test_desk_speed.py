"""What a person waits for at a desk of 5,000 deals: the queue, a long document, the companies, an answer."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

from pipeline.extraction import extract
from pipeline.store import Store
from tests.benchmarks.timing import Report, seconds
from tests.review import world
from tests.review.window import Window

SIZE = 5_000
LINE = "Harbor Freight Cloud bought a 12.5% stake in Mistral Bay for €850 million, and nobody said what came of it.\n"


def test_a_desk_of_five_thousand_deals(project: Path, at_most: Report) -> None:
    with Store.open() as store:
        made = world.many(store, SIZE)
        long = world.document("long", (LINE * 500)[:50_000], title="Long", language="en")
        run = store.start_run(["samples"], "test")
        store.save_extraction(run, long, extract(long))
        store.finish_run(run, {}, {})
        with world.serving(world.desk(store, project)) as address:
            window = Window(address)
            pages = {
                "the queue": ("/queue", 100),
                "a document of 50,000 characters": ("/document/long", 300),
                "the companies": ("/companies", 300),
                "a deal": (f"/deal/{made[0].id}?state=all", 100),
            }
            for what, (path, limit) in pages.items():
                assert window.get(path).status_code == 200
                taken = seconds(partial(window.get, path), clock=time.monotonic)
                at_most(f"a desk of 5,000 deals: {what}", 1000 * taken, limit, "ms")
            fields = [{**window.hidden(f"/deal/{deal.id}?state=all"), "answer": "accepted"} for deal in made[7:12]]
            answers = iter(zip(made[7:12], fields, strict=True))

            def answer() -> None:
                deal, field = next(answers)
                assert window.send(f"/deal/{deal.id}/answer", field).status_code == 303

            at_most("a desk of 5,000 deals: an answer", 1000 * seconds(answer, 5, clock=time.monotonic), 100, "ms")
