"""The pages of runs and sources: what each gave beside what is expected, its issues over time, its last success."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.run import run
from pipeline.store import Store
from tests.projects import source
from tests.review import world
from tests.review.window import Window

LISTED = "title = 'Our <b>desk</b>'\nkind = 'files'\npaths = ['*.txt']\nschedule = '0 7 * * *'\n"
EXPECTS = f"{LISTED}expect = {{ documents = [2, 9], deals = [0, 5] }}\n"
GREAT = "微软以75亿美元收购GitHub。"


@pytest.fixture
def lived(project: Path) -> Iterator[Window]:
    """Give a window on a project after three runs: two that went well, and one in which a source has no file."""
    folder = source(project, "desk", {"a.txt": GREAT, "b.txt": "Nothing."}, EXPECTS)
    source(project, "other", {"a.txt": GREAT}, LISTED.replace("Our <b>desk</b>", "Other"))
    source(project, "broken", {}, "title = 'Broken'\nkind = 'fils'\n")
    run()
    (folder / "b.txt").write_bytes(b"\x00\xff\xfe\x81" * 40)
    run()
    for name in ("a.txt", "b.txt"):
        (folder / name).unlink()
    run()
    with Store.open() as store, world.serving(world.desk(store, project)) as address:
        yield Window(address)


def test_each_source_is_listed_with_what_it_gave_and_what_is_expected(lived: Window):
    page = lived.get("/runs").text
    rows = dict(re.findall(r'<tr><th scope="row"><a href="/source/(\w+)"(.*?)</tr>', page, re.DOTALL))
    assert set(rows) == {"desk", "other"}
    assert "Our &lt;b&gt;desk&lt;/b&gt;" in page
    assert 'class="state disputed">of 2 to 9' in rows["desk"]
    assert 'class="soft">of 0 to 5' in rows["desk"]
    assert "Issues of the last 3 runs: 0, " in rows["desk"]
    assert "Issues of the last 3 runs: 0, 0, 0" in rows["other"]
    assert "fils" in page.split("<table")[0]


def test_a_source_has_a_page_with_what_it_gave_over_time(lived: Window):
    page = lived.get("/source/desk").text
    assert [int(number) for number in re.findall(r"data-row>Run (\d)</a>", page)] == [3, 2, 1]
    assert "documents expected: 2 to 9" in page
    assert "where a normal run has 2 to 9" in page
    assert lived.get("/source/nothing").status_code == 404


def test_the_last_success_is_that_of_the_last_run_in_which_the_source_did_not_fail(lived: Window):
    page = lived.get("/source/desk").text
    succeeded = re.search(r"Last went well in <a href=\"/run/(\d)\">", page)
    assert succeeded
    with Store.open() as store:
        broken = [each.id for each in store.runs() if each.gave["desk"].broken]
    assert (int(succeeded[1]), broken) == (1, [2, 3])  # too few documents is a failure of the source as well
