"""What a run over local pages costs beside its stages called in a loop."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.timing import Report
from tests.projects import ROOT, environment, project, source
from tests.server import NewsServer, article, rss

PAGES = 250
MOST = 1.3
"""Times the CPU of the bare stages; measured on 1,000 pages: 1.0, and 1.2 as a Prefect flow."""
MEASURE = """
import os, sys, time
from pipeline.rules.knowledge import shipped
from pipeline.settings import Settings
from pipeline.fetch import fetch
from pipeline.merge import merge
from pipeline.models import PageState
from pipeline.normalize import fold
from pipeline.publish import publish
from pipeline.read import read
from pipeline.extraction import extract
from pipeline.run import run
from pipeline.runs.sources import find_sources
from pipeline.store import Store

class Nothing:
    def page(self, url): return None
    def save_page(self, page): pass

def loop():
    with Store.open() as store:
        number = store.start_run(["news"], "")
        for capture in fetch(find_sources(Settings.from_environment().sources)[0][0], Nothing()):
            document = read(capture)
            store.save_extraction(number, document, extract(document), capture)
        merged = store.consolidate(number, lambda mentions, before: merge(mentions, previous=before, fold=fold))
        extracted = Settings.from_environment().extracted
        publish(extracted, merged, companies=shipped().companies, documents=store.documents())

def cpu(work, folder):
    os.environ["DEALS_ROOT"] = folder
    started = time.process_time()
    work()
    return time.process_time() - started

cpu(loop, sys.argv[1])
bare, whole = cpu(loop, sys.argv[2]), cpu(run, sys.argv[3])
print(whole / bare)
"""


def test_what_a_run_costs_over_its_stages(server: NewsServer, tmp_path: Path, at_most: Report) -> None:
    dice = random.Random(3)
    paths = [f"/{number}.html" for number in range(PAGES)]
    for number, path in enumerate(paths):
        filler = "".join(chr(dice.randrange(0x4E00, 0x5200)) for _ in range(1200))
        server.put(path, article(number, more=f"<p>{filler}。</p>"))
    server.put("/few.xml", rss(server, paths[:5]), "application/rss+xml")
    server.put("/feed.xml", rss(server, paths), "application/rss+xml")
    folders = []
    for name in ("few", "feed", "again"):
        folder = project(tmp_path / name, samples=False)
        feed = server.url("/few.xml" if name == "few" else "/feed.xml")
        toml = f"title = 'News'\nkind = 'feed'\nurl = '{feed}'\nallow_private = true\n[options]\ndelay = 0.0\n"
        source(folder, "news", {}, toml)
        folders.append(str(folder))
    command = [sys.executable, "-c", MEASURE, *folders]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment(tmp_path))
    assert done.returncode == 0, done.stderr
    at_most("a run over its stages called in a loop", float(done.stdout), MOST, "times")
