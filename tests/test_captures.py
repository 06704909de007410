"""Captures: every response that is read is kept, whole or not at all, and read again without the network."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipeline.fetch.captures import Archive, folder, repair, replay
from pipeline.models import Capture, Issue
from tests.server import NewsServer, article, put_news, rss
from tests.visiting import Found, Notebook, source

pytestmark = pytest.mark.usefixtures("project")


def archives() -> list[Path]:
    """Return the files of captures there are."""
    return sorted(folder("news").iterdir()) if folder("news").exists() else []


def records(path: Path) -> list[tuple[str, str, str]]:
    """Return type, address and protocol of each record of an archive."""
    with path.open("rb") as stream:
        return [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.rec_headers.protocol)
            for record in ArchiveIterator(stream, check_digests="raise")
        ]


def visited(server: NewsServer, count: int = 6) -> Found:
    """Return what a first visit to a feed of so many articles brought."""
    put_news(server, count)
    return Found(source(server.url("/feed.xml")), Notebook())


def test_every_response_that_is_read_is_a_record_of_warc_1_1(server: NewsServer) -> None:
    found = visited(server)
    kept = records(archives()[0])
    assert kept[0] == ("warcinfo", None, "WARC/1.1")
    pages = [server.url("/feed.xml"), *found.ids]
    assert kept[1:] == [("response", page, "WARC/1.1") for page in pages]


def test_a_run_that_read_nothing_leaves_no_file(server: NewsServer) -> None:
    put_news(server, 2)
    memory = Notebook()
    for _ in range(2):
        Found(source(server.url("/feed.xml")), memory)
    assert len(archives()) == 1


def test_what_was_kept_is_read_again_as_it_was_fetched(server: NewsServer) -> None:
    own = "<description>甲骨文2021年12月20日宣布，将以283亿美元收购Cerner。</description>"
    server.put("/a.html", article(0).encode("gb18030"), "text/html; charset=gb18030")
    server.put("/feed.xml", rss(server, ["/a.html", "/gone.html"], extra=dict.fromkeys(["/a.html", "/gone.html"], own)))
    here = source(server.url("/feed.xml"))
    found = Found(here, Notebook())
    requests = len(server.requests)
    again = [item for item in replay(here) if isinstance(item, Capture)]
    assert len(server.requests) == requests
    for before, after in zip(found.captures, again, strict=True):
        for field in ("id", "source", "data", "url", "content_type", "charset", "kind", "hints", "fallback"):
            assert getattr(after, field) == getattr(before, field), field


def test_a_packed_response_is_kept_packed_and_read_unpacked(server: NewsServer) -> None:
    import gzip

    server.put("/a.html", gzip.compress(article(0).encode()), **{"Content-Encoding": "gzip"})
    server.put("/feed.xml", rss(server, ["/a.html"]))
    here = source(server.url("/feed.xml"))
    found = Found(here, Notebook())
    assert found.captures[0].data == article(0).encode()
    assert [item.data for item in replay(here) if isinstance(item, Capture)] == [article(0).encode()]


def test_only_the_latest_capture_of_a_document_is_read_again(server: NewsServer) -> None:
    paths = put_news(server, 3)
    here, memory = source(server.url("/feed.xml"), revisit=0.0), Notebook()
    Found(here, memory)
    server.put(paths[0], article(0, more="<p>更正。</p>"))
    Found(here, memory)
    again = [item for item in replay(here) if isinstance(item, Capture)]
    assert [item.id for item in again] == [server.url(paths[at]) for at in (1, 2, 0)]
    assert "更正" in again[2].data.decode()


def test_a_file_cut_off_anywhere_keeps_its_whole_records(server: NewsServer) -> None:
    visited(server)
    whole = archives()[0].read_bytes()
    before = records(archives()[0])
    archives()[0].unlink()
    dice = random.Random(5)
    for cut in [0, 1, 17, len(whole) - 1, *(dice.randrange(len(whole)) for _ in range(30))]:
        path = folder("news") / "x.warc.gz.open"
        path.write_bytes(whole[:cut])
        repair(folder("news"))
        left = archives()
        if left:
            kept = records(left[0])
            assert kept == before[: len(kept)]
            assert len(left[0].read_bytes()) <= cut
            assert whole.startswith(left[0].read_bytes())
            left[0].unlink()
        else:
            assert cut < len(whole) / 2


def test_a_repair_loses_at_most_the_last_response(server: NewsServer) -> None:
    visited(server)
    path = archives()[0]
    before = records(path)
    path.rename(path.with_name("x.warc.gz.open")).write_bytes(archives()[0].read_bytes()[:-5])
    repair(folder("news"))
    assert records(archives()[0]) == before[:-1]


def test_junk_after_the_last_record_goes(server: NewsServer) -> None:
    visited(server)
    path = archives()[0]
    whole = path.read_bytes()
    for junk in (b"\0" * 5000, b"junk", b"\x1f\x8b" + b"\0" * 99, whole[:40]):
        path.unlink()
        path.with_name("x.warc.gz.open").write_bytes(whole + junk)
        repair(folder("news"))
        path = archives()[0]
        assert path.read_bytes() == whole


def test_a_file_that_another_run_is_writing_is_left_alone(server: NewsServer) -> None:
    here = source(server.url("/feed.xml"))
    with Archive(here) as archive:
        archive.keep_text(Capture(id="a", source="news", data=b"<p>x", place="http://a.example/"))
        repair(folder("news"))
        assert [path.suffix for path in archives()] == [".open"]
    assert [path.suffix for path in archives()] == [".gz"]


def test_the_lock_of_a_run_that_was_killed_is_gone_with_it(server: NewsServer) -> None:
    program = (
        "import os\nfrom pipeline.fetch.captures import Archive\nfrom pipeline.models import Capture, Source\n"
        "archive = Archive(Source(title='t', kind='feed', name='news'))\n"
        "archive.keep_text(Capture(id='a', source='news', data=b'<p>x', place='http://a.example/'))\n"
        "os.kill(os.getpid(), 9)\n"
    )
    import sys

    subprocess.run([sys.executable, "-c", program], check=False)
    assert [path.suffix for path in archives()] == [".open"]
    again = list(replay(source(server.url("/feed.xml"))))
    assert [item.id for item in again if isinstance(item, Capture)] == ["a"]
    assert [path.suffix for path in archives()] == [".gz"]


def test_a_broken_archive_is_an_issue_and_the_others_are_read(server: NewsServer) -> None:
    visited(server, 3)
    (folder("news") / "0.warc.gz").write_bytes(b"\x1f\x8bno archive")
    items = list(replay(source(server.url("/feed.xml"))))
    assert len([item for item in items if isinstance(item, Capture)]) == 3
    assert [item.place for item in items if isinstance(item, Issue)] == [str(folder("news") / "0.warc.gz")]
