"""Sitemaps, listing pages and web archives."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from msgspec.structs import replace
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.fetch.captures import replay
from pipeline.models import Capture, Source
from tests.server import NewsServer, article, bomb
from tests.visiting import HASTY, Found, Notebook, source

pytestmark = pytest.mark.usefixtures("project")
XML = "application/xml"
DAY = timedelta(days=1)


def ago(days: float) -> str:
    """Return the moment so many days ago."""
    return (datetime.now(UTC) - days * DAY).isoformat(timespec="seconds")


def sitemap(server: NewsServer, pages: dict[str, str | None], *, index: bool = False) -> str:
    """Return a sitemap of paths and when they changed, or an index of sitemaps."""
    outer, inner = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    entries = "".join(
        f"<{inner}><loc>{server.url(path)}</loc>{f'<lastmod>{when}</lastmod>' if when else ''}</{inner}>"
        for path, when in pages.items()
    )
    return f'<{outer} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{outer}>'


def put_pages(server: NewsServer, count: int) -> list[str]:
    """Put so many articles and return their paths."""
    paths = [f"/news/{number}.html" for number in range(count)]
    for number, path in enumerate(paths):
        server.put(path, article(number))
    return paths


def test_a_sitemap_gives_its_pages_latest_first_without_the_old_ones(server: NewsServer) -> None:
    paths = put_pages(server, 4)
    dates = [ago(3), ago(1), ago(40), None]
    server.put("/sitemap.xml", sitemap(server, dict(zip(paths, dates, strict=True))), XML)
    found = Found(source(server.url("/sitemap.xml"), "sitemap"), Notebook())
    assert found.ids == [server.url(paths[at]) for at in (1, 0, 3)]


def test_a_page_is_fetched_again_when_its_lastmod_changes(server: NewsServer) -> None:
    paths = put_pages(server, 2)
    here, memory = source(server.url("/sitemap.xml"), "sitemap"), Notebook()
    server.put("/sitemap.xml", sitemap(server, dict.fromkeys(paths, ago(2))), XML)
    Found(here, memory)
    server.put(paths[1], article(1, more="<p>更正。</p>"))
    server.put("/sitemap.xml", sitemap(server, {paths[0]: ago(2), paths[1]: ago(1)}), XML)
    found = Found(here, memory)
    assert found.ids == [server.url(paths[1])]
    assert found.unchanged == [server.url(paths[0])]


def test_an_index_leads_to_its_sitemaps_and_those_that_did_not_change_are_not_fetched_again(server: NewsServer) -> None:
    paths = put_pages(server, 3)
    changed = ago(1)
    server.put("/new.xml", sitemap(server, {paths[0]: changed}), XML)
    server.put("/plain.xml", sitemap(server, {paths[1]: None}), XML)
    server.put("/old.xml", sitemap(server, {paths[2]: None}), XML)
    index = {"/new.xml": changed, "/plain.xml": None, "/old.xml": ago(99)}
    server.put("/sitemap.xml", sitemap(server, index, index=True), XML)
    here, memory = source(server.url("/sitemap.xml"), "sitemap"), Notebook()
    assert Found(here, memory).ids == [server.url(path) for path in paths[:2]]
    assert Found(here, memory).unchanged == [server.url(path) for path in paths[:2]]
    assert [server.count(path) for path in ("/sitemap.xml", "/new.xml", "/plain.xml", "/old.xml")] == [2, 1, 2, 0]


def test_a_news_sitemap_tells_title_day_language_and_publisher(server: NewsServer) -> None:
    put_pages(server, 1)
    news = (
        "<news:news><news:publication><news:name>某報</news:name><news:language>zh-tw</news:language></news:publication>"
        f"<news:publication_date>{ago(1)}</news:publication_date><news:title>微軟收購動視暴雪</news:title></news:news>"
    )
    spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    server.put("/sitemap.xml", f"<urlset {spaces}><url><loc>/news/0.html</loc>{news}</url></urlset>", XML)
    hints = Found(source(server.url("/sitemap.xml"), "sitemap"), Notebook()).captures[0].hints
    assert hints == {
        "title": "微軟收購動視暴雪", "published": ago(1)[:10], "language": "zh-tw", "publisher": "某報"
    }  # fmt: skip


def test_a_packed_or_plain_text_sitemap_is_read(server: NewsServer) -> None:
    paths = put_pages(server, 2)
    server.put("/sitemap.xml.gz", gzip.compress(sitemap(server, dict.fromkeys(paths)).encode()), "application/gzip")
    server.put("/sitemap.txt", "\ufeff" + "\n".join(map(server.url, paths)), "text/plain")
    for path in ("/sitemap.xml.gz", "/sitemap.txt"):
        assert Found(source(server.url(path), "sitemap"), Notebook()).ids == [server.url(page) for page in paths]


def test_a_sitemap_that_is_a_bomb_or_leads_into_itself_ends(server: NewsServer) -> None:
    server.put("/bomb.gz", bomb(60), "application/gzip")
    server.put("/circle.xml", sitemap(server, {"/circle.xml": None}, index=True), XML)
    assert "more than 52,428,800 bytes" in Found(source(server.url("/bomb.gz"), "sitemap"), Notebook()).messages[0]
    assert "deep" in Found(source(server.url("/circle.xml"), "sitemap"), Notebook()).messages[0]


def test_patterns_choose_what_is_taken(server: NewsServer) -> None:
    paths = put_pages(server, 4)
    server.put("/sitemap.xml", sitemap(server, dict.fromkeys(paths)), XML)
    found = Found(source(server.url("/sitemap.xml"), "sitemap", include=r"/[123]\.html$", exclude=r"/2\."), Notebook())
    assert found.ids == [server.url(path) for path in (paths[1], paths[3])]


def test_a_pattern_that_is_none_is_an_issue(server: NewsServer) -> None:
    found = Found(source(server.url("/sitemap.xml"), "sitemap", include="("), Notebook())
    assert "'(' is no regular expression" in found.messages[0]


def listing(*links: str) -> str:
    """Return a page of links."""
    anchors = "".join(f'<li><a href="{link}">收购</a></li>' for link in links)
    return f'<html><head><base href="/list/"></head><body><ul>{anchors}</ul><a href="/about">关于</a></body></html>'


def test_a_page_gives_the_documents_its_links_lead_to(server: NewsServer) -> None:
    paths = put_pages(server, 3)
    server.put("/list/", listing("../news/2.html#top", paths[0], "javascript:x", "http://[", paths[0]))
    server.put("/list/2", listing(paths[1]))
    here = source(server.url("/list/"), "page", include=r"/news/\d+\.html", pages=[server.url("/list/2")])
    assert Found(here, Notebook()).ids == [server.url(paths[at]) for at in (2, 0, 1)]


def test_a_page_on_which_no_link_matches_any_more_is_an_issue(server: NewsServer) -> None:
    server.put("/list/", listing("/other"))
    found = Found(source(server.url("/list/"), "page", include=r"/news/"), Notebook())
    assert found.messages == ["no link on it matches '/news/'"]


def test_a_page_needs_a_pattern(server: NewsServer) -> None:
    found = Found(source(server.url("/list/"), "page"), Notebook())
    assert found.messages == ["options: Object missing required field `include`"]


def archive(*pages: tuple[str, bytes, str]) -> bytes:
    """Return a web archive of these pages: address, body, type."""
    writer = WARCWriter(BytesIO(), gzip=True, warc_version="1.1")
    for url, body, kind in pages:
        http = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(url, "response", payload=BytesIO(body), length=len(body), http_headers=http)
        )
    written: bytes = writer.out.getvalue()
    return written


PAGES = (
    ("https://a.example/1?utm_source=x", article(0).encode(), "text/html"),
    ("https://a.example/logo.png", b"\x89PNG", "image/png"),
    ("https://b.example/2", article(1).encode("gb18030"), "text/html; charset=gb18030"),
)


def warc_source(folder: Path, *paths: str, **options: object) -> Source:
    """Return a source of archives in a folder."""
    return Source(title="t", name="news", kind="warc", folder=str(folder), paths=paths, options={**HASTY, **options})


def test_an_archive_gives_its_pages(tmp_path: Path) -> None:
    (tmp_path / "one.warc.gz").write_bytes(archive(*PAGES))
    found = Found(warc_source(tmp_path, "*.warc.gz"), Notebook())
    assert found.ids == ["https://a.example/1", "https://b.example/2"]
    assert (found.captures[1].charset, found.captures[1].data) == ("gb18030", PAGES[2][1])


def test_an_archive_that_did_not_change_is_not_read_again(tmp_path: Path) -> None:
    (tmp_path / "one.warc.gz").write_bytes(archive(*PAGES))
    here, memory = warc_source(tmp_path, "*.warc.gz"), Notebook()
    Found(here, memory)
    assert Found(here, memory).unchanged == ["https://a.example/1", "https://b.example/2"]


def test_hosts_and_patterns_choose_among_an_archives_pages(tmp_path: Path) -> None:
    (tmp_path / "one.warc.gz").write_bytes(archive(*PAGES))
    assert Found(warc_source(tmp_path, "*.gz", hosts=["b.example"]), Notebook()).ids == ["https://b.example/2"]
    assert Found(warc_source(tmp_path, "*.gz", exclude="a.example"), Notebook()).ids == ["https://b.example/2"]


def test_of_a_broken_archive_the_whole_records_are_read_every_time_and_it_is_an_issue(tmp_path: Path) -> None:
    (tmp_path / "one.warc.gz").write_bytes(archive(*PAGES)[:-30])
    (tmp_path / "two.warc.gz").write_bytes(b"no archive")
    here, memory = warc_source(tmp_path, "*.warc.gz", "*.none"), Notebook()
    for _ in range(2):
        found = Found(here, memory)
        assert "https://a.example/1" in found.ids
        assert [issue.place for issue in found.issues if issue.severity == "error"][-2:] == [
            str(tmp_path / "two.warc.gz"),
            str(tmp_path),
        ]


def test_archives_on_the_web_are_streamed_once_and_can_be_read_again_without_it(server: NewsServer) -> None:
    server.put("/news/1.warc.gz", archive(*PAGES[:2]), "application/octet-stream")
    server.put("/news/2.warc.gz", archive(PAGES[2]), "application/octet-stream")
    server.put("/warc.paths.gz", gzip.compress(b"news/1.warc.gz\nnews/2.warc.gz\n"), "application/gzip")
    here = replace(warc_source(Path(), server.url("/warc.paths.gz")), allow_private=True)
    memory = Notebook()
    runs = [Found(here, memory) for _ in range(3)]
    assert [run.ids for run in runs] == [["https://b.example/2"], ["https://a.example/1"], []]
    assert [server.count(f"/news/{number}.warc.gz") for number in (1, 2)] == [1, 1]
    again = [capture for capture in replay(here) if isinstance(capture, Capture)]
    assert [capture.id for capture in again] == ["https://b.example/2", "https://a.example/1"]
    assert again[0].data == PAGES[2][1]
