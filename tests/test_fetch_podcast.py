"""Podcasts: the best of an episode's transcripts, one made here, or its notes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from pipeline.fetch.client import LISTING, Client
from pipeline.fetch.manners import Manners
from pipeline.fetch.podcast import read_episodes
from pipeline.models import Source
from pipeline.read import read
from tests.server import NewsServer, Reply
from tests.visiting import Found, Notebook, source

pytestmark = pytest.mark.usefixtures("project")

VTT = """WEBVTT

00:01.000 --> 00:06.500
<v 主持人>微软2018年6月宣布以75亿美元收购GitHub。

00:07.000 --> 00:11.000
<v 嘉宾>现在回头看，这笔交易很划算。
"""
SRT = "1\n00:00:01,000 --> 00:00:06,000\nHost: Microsoft agreed to buy GitHub for $7.5 billion in June 2018.\n"
JSON = json.dumps(
    {
        "version": "1.0.0",
        "segments": [
            {"speaker": "主持人", "startTime": 61.5, "endTime": 66, "body": "微软2018年6月宣布以75亿美元收购GitHub。"},
            {"speaker": "嘉宾", "startTime": 67, "endTime": 70, "body": "现在回头看，这笔交易很划算。"},
        ],
    }
)
TYPES = {"json": "application/json", "vtt": "text/vtt", "srt": "application/x-subrip", "html": "text/html"}
NOTES = "<description>本期聊微软2018年6月以75亿美元收购GitHub的来龙去脉，以及之后的故事。</description>"


def put_episode(server: NewsServer, *transcripts: tuple[str, str, str], notes: str = NOTES) -> Source:
    """Put a podcast of one episode with these transcripts (path, type, language), and return its source."""
    named = "".join(
        f'<podcast:transcript url="{path}" type="{TYPES[kind]}" language="{language}"/>'
        for path, kind, language in transcripts
    )
    item = f'<title>第1期</title><link>/1</link><enclosure url="/1.mp3" type="audio/mpeg"/>{notes}{named}'
    namespace = 'xmlns:podcast="https://podcastindex.org/namespace/1.0"'
    feed = f'<rss version="2.0" {namespace}><channel><title>t</title><item>{item}</item></channel></rss>'
    server.put("/feed.xml", feed, "application/rss+xml")
    server.put("/1.vtt", VTT, "text/vtt")
    server.put("/1.srt", SRT, "application/x-subrip")
    server.put("/1.json", JSON, "application/json")
    return replace(source(server.url("/feed.xml"), "podcast"), language="zh-Hans")


ALL = [("/1.srt", "srt", "en"), ("/1.vtt", "vtt", "zh-CN"), ("/1.json", "json", "zh")]


def test_of_three_transcripts_the_one_in_the_sources_language_and_best_form_is_fetched(server: NewsServer) -> None:
    found = Found(put_episode(server, *ALL), Notebook())
    assert server.asked() == ["/feed.xml", "/1.json"]
    capture = found.captures[0]
    assert (capture.id, capture.kind, capture.url) == (server.url("/1"), "json", server.url("/1.mp3"))
    assert capture.hints == {"language": "zh", "title": "第1期"}
    assert found.issues == []


def test_the_wanted_languages_come_before_the_sources_own(server: NewsServer) -> None:
    here = put_episode(server, *ALL)
    found = Found(replace(here, options={**here.options, "languages": ["en", "zh"]}), Notebook())
    assert server.asked() == ["/feed.xml", "/1.srt"]
    assert found.captures[0].hints["language"] == "en"


def test_the_next_best_transcript_is_taken_where_one_is_missing(server: NewsServer) -> None:
    here = put_episode(server, *ALL)
    del server.routes["/1.json"]
    found = Found(here, Notebook())
    assert found.captures[0].kind == "vtt"
    assert [(issue.message, issue.severity) for issue in found.issues] == [("transcript: HTTP 404", "warning")]


@pytest.mark.parametrize(
    "broken", ['{"segments": [{"startTime": 1', "<!doctype html><!-- none --><p>Not found</p>", "[]"]
)
def test_the_next_best_transcript_is_taken_where_one_is_none(server: NewsServer, broken: str) -> None:
    here = put_episode(server, ("/1.json", "json", "zh"), ("/2.vtt", "vtt", "zh"), ("/1.srt", "srt", "zh"))
    server.put("/1.json", broken)
    server.put("/2.vtt", broken)
    found = Found(here, Notebook())
    assert found.captures[0].kind == "srt"
    assert found.messages == ["transcript: is no transcript in JSON", "transcript: is no transcript in VTT"]


@pytest.mark.parametrize(("kind", "second"), [("vtt", 1.0), ("json", 61.5)])
def test_speakers_and_seconds_survive(server: NewsServer, kind: str, second: float) -> None:
    capture = Found(put_episode(server, (f"/1.{kind}", kind, "zh")), Notebook()).captures[0]
    document = read(capture)
    first = document.blocks[0]
    assert (first.speaker, first.second) == ("主持人", second)
    assert (document.title, document.url) == ("第1期", server.url("/1.mp3"))


def test_an_episode_without_a_transcript_is_read_from_its_notes(server: NewsServer) -> None:
    capture = Found(put_episode(server), Notebook()).captures[0]
    assert (capture.kind, capture.url) == ("html", server.url("/1"))
    assert "本期聊微软" in capture.data.decode()


def test_a_transcript_that_fails_for_now_is_waited_for(server: NewsServer) -> None:
    here = put_episode(server, ("/1.vtt", "vtt", "zh"))
    good = server.routes["/1.vtt"]
    server.routes["/1.vtt"] = Reply(status=503)
    memory = Notebook()
    assert Found(here, memory).captures == []
    server.routes["/1.vtt"] = good
    assert Found(here, memory).captures[0].kind == "vtt"


def test_a_transcript_that_comes_later_replaces_the_notes(server: NewsServer) -> None:
    memory = Notebook()
    assert Found(put_episode(server), memory).captures[0].kind == "html"
    found = Found(put_episode(server, ("/1.vtt", "vtt", "zh")), memory)
    assert [(capture.id, capture.kind) for capture in found.captures] == [(server.url("/1"), "vtt")]


def test_an_episode_is_not_fetched_twice(server: NewsServer) -> None:
    here, memory = put_episode(server, *ALL), Notebook()
    Found(here, memory)
    assert Found(here, memory).unchanged == [server.url("/1")]
    assert server.count("/1.json") == 1


RECOGNISER = """
import pathlib, sys
audio, transcript = map(pathlib.Path, sys.argv[1:])
assert audio.read_bytes() == b"sound" * 1000, audio
transcript.write_text("WEBVTT\\n\\n00:05.000 --> 00:09.000\\n甲骨文2021年12月宣布以283亿美元收购Cerner。\\n", "utf-8")
"""


def recognised(here: Source, program: Path, **more: Any) -> Source:
    """Return the source with a recogniser, a program in Python."""
    command = [sys.executable, str(program), "{audio}", "{transcript}"]
    return replace(here, options={**here.options, "transcribe": {"command": command, **more}})


def test_a_recogniser_of_the_users_makes_the_transcript_that_is_missing(server: NewsServer, tmp_path: Path) -> None:
    (tmp_path / "hear.py").write_text(RECOGNISER, "utf-8")
    server.put("/1.mp3", b"sound" * 1000, "audio/mpeg")
    found = Found(recognised(put_episode(server), tmp_path / "hear.py"), Notebook())
    capture = found.captures[0]
    assert (capture.kind, capture.url, found.issues) == ("vtt", server.url("/1.mp3"), [])
    assert read(capture).blocks[0].second == 5.0


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("import sys; sys.exit('no model')", "ended with 1: no model"),
        ("pass", "wrote no transcript"),
        ("import time; time.sleep(60)", "was not done after 1 seconds"),
    ],
)
def test_a_recogniser_that_fails_is_an_issue_and_the_notes_are_read(
    server: NewsServer, tmp_path: Path, program: str, message: str
) -> None:
    (tmp_path / "hear.py").write_text(program, "utf-8")
    server.put("/1.mp3", b"sound", "audio/mpeg")
    found = Found(recognised(put_episode(server), tmp_path / "hear.py", seconds=1.0), Notebook())
    assert message in found.messages[0]
    assert found.captures[0].kind == "html"


def test_audio_beyond_the_limit_is_not_transcribed(server: NewsServer, tmp_path: Path) -> None:
    server.put("/1.mp3", b"sound" * 1000, "audio/mpeg")
    found = Found(recognised(put_episode(server), tmp_path, audio_bytes=4_999), Notebook())
    assert found.messages == ["not transcribed: 5,000 bytes announced, more than 4,999"]


def test_an_episode_with_nothing_to_read_is_an_issue(server: NewsServer) -> None:
    found = Found(put_episode(server, notes=""), Notebook())
    assert (found.messages, found.captures) == (["has neither transcript nor notes"], [])


def test_transcripts_stay_with_their_episodes(server: NewsServer) -> None:
    namespace = 'xmlns:podcast="https://podcastindex.org/namespace/1.0"'
    items = "".join(
        f"<item><link>/{n}</link>"
        + (f'<podcast:transcript url="/{n}.vtt" type="text/vtt"/>' if n % 2 else "")
        + "</item>"
        for n in range(6)
    )
    server.put("/feed.xml", f'<rss version="2.0" {namespace}><channel>{items}</channel></rss>', "text/xml")
    here = source(server.url("/feed.xml"), "podcast")
    with Client(here, Manners(delay=0.0)) as client:
        episodes = list(read_episodes(client.get(here.url or "", types=LISTING), here, ()))
    assert [[one.url for one in episode.transcripts] for episode in episodes] == [
        [server.url(f"/{n}.vtt")] if n % 2 else [] for n in range(6)
    ]
