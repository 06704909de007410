"""From a news site to published deals and back: what a run over real HTTP stores, publishes and reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.run import run
from pipeline.runs.summary import RunSummary
from pipeline.store import Store
from tests.projects import deals, pairs, source
from tests.projects import project as new_project
from tests.server import NewsServer, Reply, article, put_news, rss

RSS = "application/rss+xml"


def site(folder: Path, server: NewsServer, name: str = "news", *, path: str = "/feed.xml", more: str = "") -> None:
    """Put a source at the news site into a project."""
    if not (folder / "sources").exists():
        new_project(folder, samples=False)
    toml = f"title = 'News'\nkind = 'feed'\nurl = '{server.url(path)}'\nallow_private = true\n{more}\n"
    source(folder, name, {}, f"{toml}[options]\ndelay = 0.0\nbackoff = 0.01\nretries = 1\n")


def documents(folder: Path) -> list[dict[str, Any]]:
    """Return the published documents."""
    return [json.loads(line) for line in (folder / "extracted" / "documents.jsonl").read_text("utf-8").splitlines()]


def outcomes(summary: RunSummary) -> dict[str, dict[str, int]]:
    """Return what became of each source's documents."""
    return {counted.name: counted.outcomes for counted in summary.sources}


def messages(summary: RunSummary) -> list[str]:
    """Return what a run's issues say."""
    return [issue.message for issue in summary.issues]


def test_articles_in_three_encodings_are_read_once(server: NewsServer, project: Path) -> None:
    paths = put_news(server, 30)
    site(project, server)
    assert outcomes(run()) == {"news": {"new": 30}}
    assert outcomes(run()) == {"news": {"same": 30}}
    assert all(server.count(path) == 1 for path in paths)
    assert {("Microsoft", "GitHub"), ("NVIDIA", "Mellanox"), ("AMD", "Xilinx")} <= pairs(project)


def test_an_article_that_changed_is_a_new_version_of_its_document(server: NewsServer, project: Path) -> None:
    paths = put_news(server, 2)
    site(project, server)
    run()
    more = "<p>同一天，IBM宣布将以340亿美元收购红帽。</p>"
    server.put(paths[0], article(0, more=more))
    server.put("/feed.xml", rss(server, paths, extra={paths[0]: f"<description>{more}</description>"}), RSS)
    summary = run()
    assert outcomes(summary) == {"news": {"changed": 1, "same": 1}}
    added = [deal for change in summary.changes if change.kind == "added" for deal in change.new]
    assert [{party.name for party in deal.parties} for deal in added] == [{"IBM", "Red Hat"}]
    with Store.open() as store:
        first = store.document(server.url(paths[0]), version=1)
        second = store.document(server.url(paths[0]))
    assert first and second
    assert ("红帽" in first.text, "红帽" in second.text) == (False, True)


def test_syndicated_copies_are_one_document_with_several_urls(server: NewsServer, project: Path) -> None:
    more = "<p>" + "这笔交易将由董事会和监管机构审查，预计明年上半年完成，双方的产品会继续单独销售。" * 3 + "</p>"
    server.put("/a/1.html", article(6, more=more))
    server.put("/b/1.html", article(6, more=more + "<p>本文由合作媒体授权转载。</p>", script="zh-Hant"))
    for name in "ab":
        server.put(f"/{name}.xml", rss(server, [f"/{name}/1.html"]), RSS)
        site(project, server, name, path=f"/{name}.xml")
    assert outcomes(run()) == {"a": {"new": 1}, "b": {"new": 1}}
    original = documents(project)
    assert [(one["id"], one["urls"]) for one in original] == [(server.url("/a/1.html"), [server.url("/b/1.html")])]
    assert pairs(project) == {("Microsoft", "GitHub")}


def test_what_went_wrong_is_named_and_the_rest_goes_on(server: NewsServer, project: Path) -> None:
    paths = put_news(server, 5)
    server.routes[paths[1]] = Reply(status=404)
    server.routes[paths[2]] = Reply(status=500)
    server.put(paths[3], b"%PDF-1.7", "application/pdf")
    site(project, server)
    summary = run()
    assert outcomes(summary) == {"news": {"new": 2, "failed": 3}}
    told = {issue.place: issue.message for issue in summary.issues}
    assert told == {
        server.url(paths[1]): "HTTP 404",
        server.url(paths[2]): "HTTP 500",
        server.url(paths[3]): "content type application/pdf is not read here",
    }
    put_news(server, 5)
    server.routes[paths[1]] = Reply(status=404)
    assert outcomes(run()) == {"news": {"new": 1, "same": 2}}


CONSENT = "<p>Before you go on: we and our partners set cookies to measure how this site is used.</p>" * 3
TOLD = "甲骨文2021年12月20日宣布，将以283亿美元收购医疗软件公司Cerner，双方董事会都已同意。"


def test_a_page_that_asks_for_consent_does_not_replace_what_its_feed_tells(server: NewsServer, project: Path) -> None:
    server.put("/a.html", f"<html><body><div><h1>Your privacy</h1>{CONSENT}</div></body></html>")
    server.put("/feed.xml", rss(server, ["/a.html"], extra={"/a.html": f"<description>{TOLD}</description>"}), RSS)
    site(project, server)
    assert messages(run()) == ["the page does not hold what its feed tells; the feed's own text is read instead"]
    assert pairs(project) == {("Oracle", "Cerner")}


def test_a_page_that_shows_only_the_beginning_does_not_replace_a_whole_text(server: NewsServer, project: Path) -> None:
    story = f"<p>{TOLD}</p>" + "<p>分析师认为，两家公司的客户多有重叠，整合不会太难，监管机构大概也不会反对。</p>" * 20
    server.put("/a.html", f"<html><body><article><h1>收购</h1><p>{TOLD[:30]}……</p>{CONSENT}</article></body></html>")
    own = f"<description><![CDATA[{story}]]></description>"
    server.put("/feed.xml", rss(server, ["/a.html"], extra={"/a.html": own}), RSS)
    site(project, server)
    assert "own text is read instead" in messages(run())[0]
    assert pairs(project) == {("Oracle", "Cerner")}


def test_a_page_without_an_article_is_read_from_its_feed(server: NewsServer, project: Path) -> None:
    server.put("/a.html", "<html><body><div id='app'></div><script>start()</script></body></html>")
    own = "<description>甲骨文2021年12月20日宣布，将以283亿美元收购Cerner。</description>"
    server.put("/feed.xml", rss(server, ["/a.html"], extra={"/a.html": own}), RSS)
    site(project, server)
    summary = run()
    assert outcomes(summary) == {"news": {"new": 1}}
    assert [issue.severity for issue in summary.issues] == ["warning"]
    assert pairs(project) == {("Oracle", "Cerner")}


def test_a_source_that_falls_silent_or_floods_is_an_issue(server: NewsServer, project: Path) -> None:
    put_news(server, 6)
    site(project, server, more="expect = { documents = [5, 10], deals = [1, 50] }")
    assert messages(run()) == []
    assert messages(run()) == [], "what is known and still offered counts"
    server.put("/feed.xml", rss(server, []), RSS)
    assert messages(run()) == [
        "0 documents, where a normal run has 5 to 10",
        "0 deals, where a normal run has 1 to 50",
    ]
    put_news(server, 12)
    assert messages(run()) == ["12 documents, where a normal run has 5 to 10"]


def test_everything_is_read_again_from_captures_without_the_network(server: NewsServer, tmp_path: Path) -> None:
    put_news(server, 6)
    site(tmp_path, server)
    assert deals("run", folder=tmp_path).returncode == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "extracted").glob("*.jsonl")}
    for path in (tmp_path / "extracted").glob("deals.*"):
        path.unlink()
    server.close()
    done = deals("run", "--from-captures", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert {path.name: path.read_bytes() for path in (tmp_path / "extracted").glob("*.jsonl")} == before


def test_a_source_whose_host_is_gone_fails_alone(server: NewsServer, project: Path) -> None:
    put_news(server, 2)
    site(project, server)
    site(project, server, "other", path="/missing.xml")
    summary = run()
    assert outcomes(summary) == {"news": {"new": 2}, "other": {"failed": 1}}
    assert [(issue.source, issue.message) for issue in summary.broken] == [("other", "HTTP 404")]


def test_a_podcast_deal_tells_who_said_it_and_when(server: NewsServer, project: Path) -> None:
    said = "WEBVTT\n\n01:05.000 --> 01:09.000\n<v 主持人>微软2018年6月宣布以75亿美元收购GitHub。\n"
    server.put("/1.vtt", said, "text/vtt")
    item = (
        '<item><title>第1期</title><link>/1</link><enclosure url="/1.mp3" type="audio/mpeg"/>'
        '<podcast:transcript url="/1.vtt" type="text/vtt"/></item>'
    )
    namespace = 'xmlns:podcast="https://podcastindex.org/namespace/1.0"'
    server.put("/feed.xml", f'<rss version="2.0" {namespace}><channel>{item}</channel></rss>', RSS)
    toml = f"title = 'P'\nkind = 'podcast'\nurl = '{server.url('/feed.xml')}'\nallow_private = true\n"
    (project / "sources").mkdir()
    source(project, "podcast", {}, toml)
    mention = run().deals[0].mentions[0]
    assert (mention.deal.speaker, mention.deal.second) == ("主持人", 65.0)
    assert mention.url == server.url("/1.mp3#t=65")
