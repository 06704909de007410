"""Feeds, over real HTTP: nothing fetched twice, nothing lost, hostile ones an issue."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from pipeline.fetch.articles import decide
from pipeline.fetch.urls import canonical, resolve
from pipeline.fetch.visit import ListedItem
from pipeline.models import PageState
from tests.server import ENCODINGS, NewsServer, Reply, article, put_news, rss
from tests.visiting import Found, Notebook, source

pytestmark = pytest.mark.usefixtures("project")
RSS = "application/rss+xml"


def test_thirty_articles_in_three_encodings_are_captured_in_the_feeds_order(server: NewsServer) -> None:
    paths = put_news(server, 30)
    found = Found(source(server.url("/feed.xml")), Notebook())
    assert found.ids == [server.url(path) for path in paths]
    assert found.issues == []
    assert [capture.charset for capture in found.captures] == list(ENCODINGS) * 10
    assert "微软" in found.captures[0].data.decode("utf-8")
    assert "博通" in found.captures[1].data.decode("gb18030")
    assert "將以350億美元收購" in found.captures[2].data.decode("big5")


def test_a_second_run_is_told_that_the_feed_did_not_change_and_asks_for_nothing_else(server: NewsServer) -> None:
    paths = put_news(server, 30)
    memory = Notebook()
    first = Found(source(server.url("/feed.xml")), memory)
    before = len(server.requests)
    second = Found(source(server.url("/feed.xml")), memory)
    assert [request.path for request in server.requests[before:]] == ["/robots.txt", "/feed.xml"]
    assert server.requests[-1].headers["if-none-match"]
    assert all(server.count(path) == 1 for path in paths)
    assert (second.captures, second.unchanged) == ([], first.ids)


def test_a_feed_without_an_etag_costs_one_request_and_no_article_is_fetched_twice(server: NewsServer) -> None:
    paths = put_news(server, 5)
    feed = server.routes["/feed.xml"]
    assert isinstance(feed, Reply)
    del feed.headers["ETag"]
    memory = Notebook()
    for _ in range(3):
        Found(source(server.url("/feed.xml")), memory)
    assert server.count("/feed.xml") == 3
    assert all(server.count(path) == 1 for path in paths)


def test_a_new_entry_is_the_only_one_fetched(server: NewsServer) -> None:
    paths = put_news(server, 5)
    memory = Notebook()
    Found(source(server.url("/feed.xml")), memory)
    server.put("/news/new.html", article(9))
    server.put("/feed.xml", rss(server, ["/news/new.html", *paths]), RSS)
    found = Found(source(server.url("/feed.xml")), memory)
    assert found.ids == [server.url("/news/new.html")]
    assert len(found.unchanged) == 5
    assert all(server.count(path) == 1 for path in paths)


def test_an_article_that_its_feed_says_has_changed_is_a_new_capture_of_the_same_document(server: NewsServer) -> None:
    paths = put_news(server, 3)
    memory = Notebook()
    Found(source(server.url("/feed.xml")), memory)
    server.put(paths[1], article(1, more="<p>更正：交易总值包括债务。</p>"))
    updated = "<description>更正：交易总值包括债务。</description>"
    server.put("/feed.xml", rss(server, paths, extra={paths[1]: updated}), RSS)
    found = Found(source(server.url("/feed.xml")), memory)
    assert found.ids == [server.url(paths[1])]
    assert [server.count(path) for path in paths] == [1, 2, 1]
    assert server.requests[-1].headers["if-none-match"]


def test_an_article_is_asked_for_again_when_the_source_says_to_revisit(server: NewsServer) -> None:
    paths = put_news(server, 2)
    memory = Notebook()
    Found(source(server.url("/feed.xml")), memory)
    server.put(paths[0], article(0, more="<p>更正。</p>"))
    found = Found(source(server.url("/feed.xml"), revisit=0.0), memory)
    assert (found.ids, found.unchanged) == ([server.url(paths[0])], [server.url(paths[1])])


def test_what_failed_is_asked_again_though_the_feed_did_not_change(server: NewsServer) -> None:
    paths = put_news(server, 3)
    good = server.routes[paths[1]]
    server.routes[paths[1]] = Reply(status=500)
    memory = Notebook()
    first = Found(source(server.url("/feed.xml")), memory)
    assert (len(first.captures), first.messages) == (2, ["HTTP 500"])
    server.routes[paths[1]] = good
    assert Found(source(server.url("/feed.xml")), memory).ids == [server.url(paths[1])]


def test_what_is_over_the_limit_is_fetched_by_later_runs(server: NewsServer) -> None:
    paths = put_news(server, 5)
    memory = Notebook()
    runs = [Found(source(server.url("/feed.xml"), limit=2), memory) for _ in range(4)]
    assert [name for run in runs for name in run.ids] == [server.url(path) for path in paths]
    assert [len(run.captures) for run in runs] == [2, 2, 1, 0]
    assert "3 left for a later run" in runs[0].messages[0]


def test_an_entrys_own_text_stands_in_for_an_article_that_is_gone(server: NewsServer) -> None:
    own = "<description>&lt;p&gt;甲骨文2021年12月20日宣布，将以283亿美元收购Cerner。&lt;/p&gt;</description>"
    server.put("/feed.xml", rss(server, ["/gone.html"], extra={"/gone.html": own}), RSS)
    memory = Notebook()
    found = Found(source(server.url("/feed.xml")), memory)
    assert found.messages == ["HTTP 404; the feed's own text is read instead"]
    assert found.ids == [server.url("/gone.html")]
    assert "<p>甲骨文2021年12月20日宣布" in found.captures[0].data.decode()
    assert Found(source(server.url("/feed.xml")), memory).unchanged == [server.url("/gone.html")]


def test_an_entrys_own_text_stands_in_after_three_runs_that_failed(server: NewsServer) -> None:
    own = "<description>甲骨文2021年12月20日宣布，将以283亿美元收购Cerner。</description>"
    server.put("/feed.xml", rss(server, ["/a.html"], extra={"/a.html": own}), RSS)
    server.routes["/a.html"] = Reply(status=502)
    memory = Notebook()
    runs = [Found(source(server.url("/feed.xml"), retries=0), memory) for _ in range(3)]
    assert [len(run.captures) for run in runs] == [0, 0, 1]


def test_a_feed_that_holds_whole_articles_is_read_without_asking_for_them(server: NewsServer) -> None:
    own = "<description>甲骨文2021年12月20日宣布，将以283亿美元收购Cerner。</description>"
    server.put("/feed.xml", rss(server, ["/a.html"], extra={"/a.html": own}), RSS)
    found = Found(source(server.url("/feed.xml"), articles=False), Notebook())
    assert server.asked() == ["/feed.xml"]
    assert found.ids == [server.url("/a.html")]


def test_a_feed_tells_title_day_and_tags_and_its_source_the_rest(server: NewsServer) -> None:
    item = (
        "<category>并购</category><pubDate>Tue, 07 Oct 2025 23:30:00 GMT</pubDate>"
        "<title>思科&amp;amp;Splunk</title><link>/a.html</link>"
    )
    server.put("/a.html", article(20))
    server.put("/feed.xml", f"<rss version='2.0'><channel><item>{item}</item></channel></rss>", RSS)
    here = replace(source(server.url("/feed.xml")), timezone="Asia/Shanghai", language="zh-Hans", publisher="某报")
    assert Found(here, Notebook()).captures[0].hints == {
        "title": "思科&Splunk", "published": "2025-10-08", "tags": ["并购"], "language": "zh-Hans", "publisher": "某报",
    }  # fmt: skip


def test_an_atom_feed_is_read(server: NewsServer) -> None:
    server.put("/a.html", article(0))
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><title>A</title><id>1</id>'
        '<link rel="self" href="/self"/><link rel="alternate" href="/a.html"/>'
        "<published>2025-10-08T07:00:00+08:00</published></entry></feed>"
    )
    server.put("/feed.xml", atom, "application/atom+xml")
    capture = Found(source(server.url("/feed.xml")), Notebook()).captures[0]
    assert (capture.id, capture.hints["published"]) == (server.url("/a.html"), "2025-10-08")


def test_a_json_feed_is_read(server: NewsServer) -> None:
    server.put("/a.html", article(0))
    items = [{"id": 1, "url": server.url("/a.html"), "title": "A", "date_published": "2025-10-08T07:00:00+08:00"}]
    server.put("/feed.json", json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}))
    capture = Found(source(server.url("/feed.json")), Notebook()).captures[0]
    assert (capture.id, capture.hints) == (server.url("/a.html"), {"title": "A", "published": "2025-10-08"})


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_feed_may_be_in_the_encoding_that_it_or_its_header_declares(server: NewsServer, encoding: str) -> None:
    server.put("/a.html", article(0))
    item = "<item><title>收購案</title><link>/a.html</link></item>"
    body = f"<rss version='2.0'><channel>{item}</channel></rss>"
    inside = f"<?xml version='1.0' encoding='{'gb2312' if encoding == 'gb18030' else encoding}'?>{body}"
    for path, data, kind in [
        ("/inside.xml", inside.encode(encoding), RSS),
        ("/header.xml", body.encode(encoding), f"{RSS}; charset={encoding}"),
    ]:
        server.put(path, data, kind)
        assert Found(source(server.url(path)), Notebook()).captures[0].hints["title"] == "收購案"


def test_a_broken_feed_is_mended_as_far_as_it_can_be(server: NewsServer) -> None:
    put_news(server, 2)
    whole = rss(server, ["/news/0.html", "/news/1.html"])
    for broken in (whole.replace("<title>t</title>", "<title>A & B&nbsp;<b></title>"), whole[:-40], "\n\n" + whole):
        server.put("/feed.xml", broken.replace(".html<", ".html?a=1&amp;b=2<"), RSS)
        found = Found(source(server.url("/feed.xml")), Notebook())
        assert sorted(server.asked("/news")[-2:]) == ["/news/0.html?a=1&b=2", "/news/1.html?a=1&b=2"], found.messages


@pytest.mark.parametrize(
    "body", ["", "not a feed", "<html><body>Access denied</body></html>", "{]", '{"items": 3}', "\0\1"]
)
def test_what_is_no_feed_is_an_issue_that_names_it(server: NewsServer, body: str) -> None:
    server.put("/feed.xml", body, "text/xml")
    found = Found(source(server.url("/feed.xml")), Notebook())
    assert "is no " in found.messages[0]
    assert found.issues[0].place == server.url("/feed.xml")
    assert (found.captures, found.issues[0].severity) == ([], "error")


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "head",
    [
        f'<!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE rss [<!ENTITY l11 SYSTEM "file:///etc/passwd">]>',
        f'<!DOCTYPE rss [<!ENTITY l11 "{"x" * 200_000}">]>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/evil.dtd">',
        "\n" * 300_000,
        "<?x " + "?" * 300_000 + "?>",
        "<!-- " + "-" * 300_000 + " -->",
        "<!DOCTYPE [ " * 30_000 + "]>",
        "<!DOCTYPE [" + "] " * 100_000 + ">",
    ],
    ids=["laughs", "file", "quadratic", "dtd", "newlines", "instruction", "comment", "doctypes", "brackets"],
)
def test_a_hostile_feed_is_read_without_its_entities(server: NewsServer, head: str) -> None:
    server.put("/news/0.html", article(0))
    feed = rss(server, ["/news/0.html"]).partition("?>")[2].replace("<title>t</title>", "<title>&l11;&l11;</title>")
    server.put("/feed.xml", head + feed.replace("<title>/news", "<title>&l11;/news"), RSS)
    found = Found(source(server.url("/feed.xml")), Notebook())
    assert [capture.hints["title"] for capture in found.captures] == ["&l11;/news/0.html"]


@pytest.mark.parametrize(
    "body",
    ["<item>" * 200_000, "<a>" * 300_000, "<rss><channel>" + "<item><title>" * 20_000],
    ids=["items", "elements", "titles"],
)
def test_endless_nesting_ends(server: NewsServer, body: str) -> None:
    server.put("/feed.xml", body, "text/xml")
    found = Found(source(server.url("/feed.xml")), Notebook())
    assert found.captures == []


def test_an_entry_without_a_link_is_named_after_its_feed(server: NewsServer) -> None:
    text = "<description>微软2018年6月4日宣布收购GitHub。</description>"
    item = f"<item><guid isPermaLink='false'>n-1</guid>{text}</item>"
    server.put("/feed.xml", f"<rss version='2.0'><channel>{item}</channel></rss>", RSS)
    found = Found(source(server.url("/feed.xml"), articles=False), Notebook())
    assert found.ids[0].startswith(server.url("/feed.xml?entry="))


def test_an_entry_of_a_title_alone_is_what_it_tells_and_no_made_up_address_is_asked_for(server: NewsServer) -> None:
    items = "<item><title>微软宣布以75亿美元收购GitHub，双方已签约</title></item><item><title>快讯</title></item>"
    server.put("/feed.xml", f"<rss version='2.0'><channel>{items}</channel></rss>", RSS)
    found = Found(source(server.url("/feed.xml")), Notebook())
    assert ["75亿美元" in capture.data.decode() for capture in found.captures] == [True]
    assert server.asked() == ["/feed.xml"]


def test_a_packed_feed_is_read_though_no_header_says_so(server: NewsServer) -> None:
    put_news(server, 3)
    feed = server.routes["/feed.xml"]
    assert isinstance(feed, Reply)
    server.put("/feed.xml.gz", gzip.compress(feed.body), "application/octet-stream")
    assert len(Found(source(server.url("/feed.xml.gz")), Notebook()).captures) == 3
    server.put("/cut.xml.gz", gzip.compress(feed.body)[:-20], "application/octet-stream")
    assert "is no feed" in Found(source(server.url("/cut.xml.gz")), Notebook()).issues[0].message


def test_entries_that_share_one_page_are_documents_by_what_they_tell(server: NewsServer) -> None:
    told = ("微软2018年6月4日宣布收购GitHub，作价75亿美元。", "甲骨文2021年12月20日宣布收购Cerner，作价283亿美元。")
    items = "".join(
        f"<item><link>/flash</link><guid>/flash</guid><description>{text}</description></item>" for text in told
    )
    server.put("/flash", article(0))
    server.put("/feed.xml", f"<rss version='2.0'><channel>{items}{items}</channel></rss>", RSS)
    memory = Notebook()
    found = Found(source(server.url("/feed.xml")), memory)
    assert [text in capture.data.decode() for text, capture in zip(told, found.captures, strict=True)] == [True, True]
    assert all(name.startswith(server.url("/flash?entry=")) for name in found.ids)
    assert server.asked("/flash") == []
    assert Found(source(server.url("/feed.xml")), memory).unchanged == found.ids


def test_an_entry_listed_twice_is_one_document(server: NewsServer) -> None:
    server.put("/a.html", article(0))
    item = "<item><link>/a.html</link><description>微软2018年6月4日宣布收购GitHub，作价75亿美元。</description></item>"
    server.put("/feed.xml", f"<rss version='2.0'><channel>{item}{item}</channel></rss>", RSS)
    assert Found(source(server.url("/feed.xml")), Notebook()).ids == [server.url("/a.html")]


@pytest.mark.parametrize("declared", ["ISO-8859-1", "gb2312", "windows-1252"])
def test_utf_8_is_read_as_such_whatever_is_declared_and_though_a_character_is_cut(
    server: NewsServer, declared: str
) -> None:
    title = "Société Générale’s €9 deal, 法国兴业银行出售资产"
    body = f"<rss version='2.0'><channel><item><title>{title}</title><link>/a</link></item></channel></rss>"
    whole = f"<?xml version='1.0' encoding='{declared}'?>{body}".encode()
    server.put("/a", article(0))
    for data, expected in ((whole, title), (whole.replace("产".encode(), "产".encode()[:2]), title[:-1] + "\ufffd")):
        server.put("/feed.xml", data, RSS)
        assert Found(source(server.url("/feed.xml")), Notebook()).captures[0].hints["title"] == expected


def test_two_sources_that_list_one_article_fetch_it_once(server: NewsServer) -> None:
    server.put("/a.html", article(0))
    server.put("/one.xml", rss(server, ["/a.html?utm_source=one"]), RSS)
    server.put("/two.xml", rss(server, ["/a.html?utm_source=two"], extra={"/a.html?utm_source=two": "<b/>"}), RSS)
    server.routes["/a.html?utm_source=one"] = server.routes["/a.html"]
    memory = Notebook()
    first = Found(source(server.url("/one.xml")), memory)
    second = Found(replace(source(server.url("/two.xml")), name="other"), memory)
    assert first.ids == second.unchanged == [server.url("/a.html")]
    assert server.asked("/a.html") == ["/a.html?utm_source=one"]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://Example.com:443/a//b/?utm_source=rss&id=5#top", "https://example.com/a/b/?id=5"),
        ("https://x.cn/a?20251008", "https://x.cn/a?20251008"),
        ("http://x.cn/news.php?cid=12&aid=3", "http://x.cn/news.php?aid=3&cid=12"),
        ("https://x.cn/a?q=%CE%C2%D6%DD", "https://x.cn/a?q=%CE%C2%D6%DD"),
        ("https://x.cn/a?spm=a.b&b=1&a=", "https://x.cn/a?a=&b=1"),
        ("https://x.com", "https://x.com/"),
        ("https://x.com/{a}/b?url=https://y.com/b", "https://x.com/%7Ba%7D/b?url=https://y.com/b"),
        ("https://x.cn/文章/1", "https://x.cn/%E6%96%87%E7%AB%A0/1"),
    ],
)
def test_an_address_keeps_what_names_its_article_and_nothing_else(url: str, name: str) -> None:
    assert canonical(url) == name
    assert canonical(name) == name


def test_links_that_lead_nowhere_on_the_web_are_none() -> None:
    assert resolve("https://x.com/a/", "../b?c#d") == "https://x.com/b?c"
    for href in ("javascript:x", "mailto:a@b", "http://[", "//", "data:text/html,x", None):
        assert resolve("ftp://x.com/", href) is None, href


NOW = datetime(2025, 10, 8, 12, tzinfo=UTC)
AGO = (NOW - timedelta(hours=5)).isoformat()
READ = PageState(url="u", source="s", fetched_at=AGO, listed="1", document="d")


@pytest.mark.parametrize(
    ("state", "listed", "revisit", "step"),
    [
        (PageState(url="u", source="s"), "1", None, "ask"),
        (READ, "1", None, "known"),
        (READ, "2", None, "ask"),
        (READ, None, None, "known"),
        (READ, "1", 4.0, "ask"),
        (READ, "1", 6.0, "known"),
        (replace(READ, source="other"), "2", None, "known"),
        (replace(READ, failures=1), "1", None, "ask"),
        (replace(READ, retry_after=(NOW + timedelta(hours=1)).isoformat()), "2", 0.0, "wait"),
        (replace(READ, retry_after=AGO, failures=1), "1", None, "ask"),
    ],
)
def test_what_to_do_about_a_document_follows_from_what_is_known(
    state: PageState, listed: str | None, revisit: float | None, step: str
) -> None:
    assert decide(ListedItem(url="u", hints={}, listed=listed), state, "s", NOW, revisit) == step
