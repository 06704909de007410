"""Reading: whatever form a document comes in, its text, blocks and fields come out, or one error that says where."""

from __future__ import annotations

import gzip
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models import Block, Capture, Document, Issue
from pipeline.read import READERS, ReadError, lines, read
from pipeline.read.document_fields import day, tag
from pipeline.read.plain_text import blocks
from pipeline.rules.knowledge import shipped

SIMPLIFIED = "2010年,吉利以18亿美元从福特手中买下沃尔沃轿车,这是当时中国车企最大的一笔海外并购。"
TRADITIONAL = "2016年,鴻海以三千八百八十八億日圓取得夏普六成六的股權,郭台銘與戴正吳在大阪簽約。"
GERMAN = (
    "Bayer übernahm 2018 den Saatgutkonzern Monsanto für 63 Milliarden Dollar – die größte Übernahme seiner Geschichte."
)
KOREAN = "삼성전자는 2017년 미국의 자동차 부품 회사 하만을 80억 달러에 인수했다."
JAPANESE = "ソフトバンクは2016年に英アームを約3兆3000億円で買収した。"


def capture(data: str | bytes, **known: Any) -> Capture:
    """Return a capture of these bytes, from a file unless told otherwise."""
    data = data.encode() if isinstance(data, str) else data
    return Capture(**{"id": "one", "source": "shelf", "data": data, "place": "note.txt", **known})


@pytest.mark.parametrize(
    ("text", "published"), [(f"# Deals\n\n{KOREAN}\n", "2025-10-08"), (f"2025-01-02\n\n{KOREAN}\n", "2025-01-02")]
)
def test_a_file_that_tells_no_day_has_that_of_its_name(text: str, published: str) -> None:
    assert read(capture(text, place="2025-10-08-deals.md", hints={"named": "2025-10-08"})).published == published


def told(document: Document) -> list[tuple[str, str | None, str]]:
    """Return kind, speaker and words of every block."""
    return [(block.kind, block.speaker, document.text[block.start : block.end]) for block in document.blocks]


# --- bytes -----------------------------------------------------------------------------------------------------------

ENCODED = [
    (SIMPLIFIED, "utf-8"), (SIMPLIFIED, "gbk"), (SIMPLIFIED, "gb18030"), (SIMPLIFIED, "utf-16"), (TRADITIONAL, "big5"),
    (TRADITIONAL, "utf-8-sig"), (TRADITIONAL, "gb18030"), (GERMAN, "cp1252"), (KOREAN, "euc-kr"),
    (JAPANESE, "euc-jp"), (JAPANESE, "shift_jis"), ("L’opérateur dit : « un prêt garanti » – à Paris.", "cp1252"),
]  # fmt: skip


@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1", "gb2312", "Big5", "no-such-charset"])
@pytest.mark.parametrize(("text", "encoding"), ENCODED)
def test_text_is_read_in_its_encoding_whatever_is_declared(text: str, encoding: str, declared: str | None) -> None:
    assert read(capture(text.encode(encoding), charset=declared)).text == text


def test_a_footer_in_another_encoding_costs_no_article() -> None:
    head = '<!doctype html><html><head><meta charset="utf-8"></head><body><article>'
    page = f"{head}<p>{SIMPLIFIED}</p><p>{SIMPLIFIED}</p></article><footer>".encode()
    document = read(
        capture(page + "版权所有，未经许可不得转载".encode("gbk") + b"</footer></body></html>", kind="html")
    )
    assert document.text == f"{SIMPLIFIED}\n{SIMPLIFIED}"
    [issue] = document.issues
    assert (issue.severity, "beside the article" in issue.message) == ("warning", True)


@pytest.mark.parametrize("encoding", ["shift_jis", "euc-jp", "iso-2022-jp"])
def test_a_declared_encoding_that_nothing_contradicts_is_believed(encoding: str) -> None:
    assert read(capture(JAPANESE.encode(encoding), charset=encoding)).text == JAPANESE


@pytest.mark.parametrize("encoding", ["gb2312", "big5"])
def test_a_page_declares_its_encoding_in_its_head(encoding: str) -> None:
    text = {"gb2312": SIMPLIFIED, "big5": TRADITIONAL}[encoding]
    page = f'<html><head><meta charset="{encoding}"><title>x</title></head><body><p>{text}</p></body></html>'
    assert read(capture(page.encode(encoding), place="page.html")).text == text


def test_a_few_damaged_characters_cost_an_issue_and_not_the_document() -> None:
    data = (SIMPLIFIED * 20).encode("gbk") + b"\xff" + SIMPLIFIED.encode("gbk")
    document = read(capture(data))
    assert SIMPLIFIED in document.text
    assert [issue.severity for issue in document.issues] == ["warning"]


HARBOUR = (
    "<html><head><script>var a = 1;</script></head><body><article><h1>Harbour news</h1>"
    "<p>Blue River agreed to buy Old Mill for $5 billion, both firms said on Monday.</p>"
    "<p>The two had been in talks since the spring, and shares of both rose by a tenth.</p></article></body></html>"
)
STRAY = ["\0", "\x01", "\x1f", "\x1a", "\x7f", "&#8;", "&#x1F;", "&#0;", "&#31"]


@pytest.mark.parametrize("where", ["River", "var a", "</body>"])
@pytest.mark.parametrize("stray", STRAY, ids=ascii)
def test_a_stray_control_character_costs_a_page_a_warning_and_itself(stray: str, where: str) -> None:
    clean = read(capture(HARBOUR, place="page.html"))
    document = read(capture(HARBOUR.replace(where, stray + where), place="page.html"))
    assert document.text == clean.text
    assert "Blue River" in document.text
    (issue,) = document.issues
    assert (issue.severity, issue.place, issue.message[:33]) == (
        "warning",
        "page.html",
        "1 control character is dropped: n",
    )


@pytest.mark.parametrize("stray", [mark for mark in STRAY if len(mark) == 1], ids=ascii)
def test_a_stray_control_character_costs_a_text_a_warning_and_itself(stray: str) -> None:
    document = read(capture(f"{SIMPLIFIED}{stray}"))
    assert document.text == SIMPLIFIED
    assert [issue.severity for issue in document.issues] == ["warning"]


def test_a_character_written_by_number_that_only_begins_like_a_control_stays() -> None:
    page = HARBOUR.replace("Monday", "Monday &#8212; &#8220;at last&#8221; &#x1F600; &#12345;")
    document = read(capture(page, place="page.html"))
    assert "Monday \u2014 \u201cat last\u201d \U0001f600 \u3039" in document.text
    assert document.issues == ()


def test_binary_is_a_share_of_the_characters() -> None:
    dropped = read(capture(SIMPLIFIED * 100 + "\0" * 20))
    assert (dropped.text.count("\0"), dropped.issues[0].message[:2]) == (0, "20")
    with pytest.raises(ReadError, match=r"is binary: it holds the control character U\+0000") as error:
        read(capture("one\ntwo" + "\0" * 20))
    assert error.value.place == "note.txt:2"


BROKEN = {
    "empty": b"",
    "blank": b" \n\t\n",
    "empty gzip": gzip.compress(b""),
    "binary": bytes(range(1, 256)) * 40,
    "pdf": b"%PDF-1.7 ...",
    "docx": b"PK\x03\x04 word/document.xml",
    "cut gzip": gzip.compress(SIMPLIFIED.encode() * 50)[:-20],
    "damaged gzip": b"\x1f\x8b" + b"\x00" * 40,
    "no encoding": bytes([0xFE, 0x81, 0xFF, 0x20, 0x80, 0x80, 0xFF, 0x9F] * 50),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_read_is_one_error_that_names_the_file(data: bytes) -> None:
    with pytest.raises(ReadError, match=r"note\.txt") as error:
        read(capture(data))
    assert error.value.place.startswith("note.txt")
    assert error.value.message


def test_gzip_is_read_whatever_the_name_says() -> None:
    assert read(capture(gzip.compress(SIMPLIFIED.encode()))).text == SIMPLIFIED


def test_a_gzip_bomb_is_refused_without_unpacking_it() -> None:
    bomb = gzip.compress(b"a" * 200_000_000)
    with pytest.raises(ReadError, match="more than"):
        read(capture(bomb))


@pytest.mark.parametrize(
    ("data", "message"), [(b"word " * 10_000_000, "paragraph of"), (b"a\n" * 600_000, "lines")], ids=["line", "lines"]
)
def test_what_no_article_has_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read(capture(data))


def test_an_unknown_reader_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError, match="docx"):
        read(capture("x", kind="docx"))


FORMS = {
    "html": ("page.htm", "<p>x</p>"),
    "markdown": ("note.md.gz", "x"),
    "vtt": ("show.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHi"),
}


@pytest.mark.parametrize(("kind", "place", "data"), [(kind, *form) for kind, form in FORMS.items()])
def test_a_name_tells_the_reader(kind: str, place: str, data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    used = []
    monkeypatch.setitem(READERS, kind, lambda text, *_: used.append(kind) or Document(id="x", text=text))
    read(capture(data, place=place))
    assert used == [kind]


SNIFFED = [
    ("<!DOCTYPE html><html><body><p>Nokia bought Alcatel-Lucent in 2016.</p></body></html>", "Nokia"),
    ("---\ntitle: Nokia\n---\nIt bought Alcatel-Lucent in 2016.", "It bought"),
    ("WEBVTT\n\n00:01.000 --> 00:02.000\nIt bought Alcatel-Lucent.", "It bought"),
    ("1\n00:00:01,000 --> 00:00:02,000\nIt bought Alcatel-Lucent.", "It bought"),
    ('{"id": "n", "text": "It bought Alcatel-Lucent."}', "It bought"),
    ('{"version": "1.0.0", "segments": [{"startTime": 1, "body": "It bought Alcatel-Lucent."}]}', "It bought"),
]


@pytest.mark.parametrize(("data", "start"), SNIFFED)
def test_without_a_name_the_content_tells_the_reader(data: str, start: str) -> None:
    assert read(capture(data)).text.startswith(start)


def test_what_the_fetch_knows_stands_above_what_the_document_says() -> None:
    note = "---\ntitle: Old\ndate: 2020-01-02\n---\nNokia bought Alcatel-Lucent."
    document = read(capture(note, hints={"title": "New", "published": "2016-01-14", "tags": ["a", "b"]}))
    assert (document.title, document.published, document.tags) == ("New", "2016-01-14", ("a", "b"))
    assert document.source == "shelf"


# --- plain text ------------------------------------------------------------------------------------------------------

TALK = """\
芯片业的并购季
以下是节目的文字整理:
主持人陈默:今天我们聊博通收购威睿。
林岚:这笔交易高达610亿美元。
陈默:为什么这么贵?
林岚:因为企业软件的收入很稳定。
王宇:我补充一句,监管批准用了一年半。
陈默:谢谢两位。
"""


def test_lines_of_a_talk_are_speeches_of_their_speakers() -> None:
    document = read(capture(TALK))
    assert document.title == "芯片业的并购季"
    assert told(document) == [
        ("heading", None, "芯片业的并购季"),
        ("paragraph", None, "以下是节目的文字整理:"),
        ("speech", "主持人陈默", "今天我们聊博通收购威睿。"),
        ("speech", "林岚", "这笔交易高达610亿美元。"),
        ("speech", "陈默", "为什么这么贵?"),
        ("speech", "林岚", "因为企业软件的收入很稳定。"),
        ("speech", "王宇", "我补充一句,监管批准用了一年半。"),
        ("speech", "陈默", "谢谢两位。"),
    ]


NO_TALK = [
    "道理很简单:\n甲骨文出租机房,客户按年付款。\n换句话说:谁有电,谁就有客户。",
    "公司:赛灵思\n金额:350亿美元\n日期:2020年10月27日\n公司:迈络思\n金额:69亿美元",
    "马化腾表示:腾讯会继续投资游戏公司。\n此前腾讯以86亿美元买下超级细胞的多数股权。",
    "Source: company filings\nNote: Figures are in dollars.\nAMD closed its purchase of Xilinx in 2022.",
    "See https://example.com/deal\nhttps://example.com/other\nhttps://example.com/third",
]


@pytest.mark.parametrize("text", NO_TALK)
def test_a_colon_alone_makes_no_speech(text: str) -> None:
    assert {block.speaker for block in blocks(text)} == {None}


@pytest.mark.parametrize(
    "text",
    [
        "Umbrella: Marvell\nGrasp: Inphi\n\nUmbrella: AMD\nGrasp: Xilinx\n\nUmbrella: Broadcom\nGrasp: VMware",
        "Article:\nMarvell bought Inphi.\n\nArticle:\nAMD bought Xilinx.\n\nArticle:\nBroadcom bought VMware.",
        "Elsewhere: Marvell bought Inphi.\nElsewhere: AMD bought Xilinx.\nElsewhere: Broadcom bought VMware.",
    ],
)
def test_the_name_of_a_field_is_no_speaker(text: str) -> None:
    assert {block.speaker for block in blocks(text)} == {None}


def test_a_known_speaker_needs_no_second_label() -> None:
    document = read(capture("林岚:博通会买下威睿。\n别的还不知道", hints={"speaker": "林岚"}))
    assert told(document)[0] == ("speech", "林岚", "博通会买下威睿。")


def test_two_lines_of_a_short_exchange_are_speeches() -> None:
    text = "陈默:贵吗?\n林岚:很贵。"
    assert [(block.kind, block.speaker) for block in blocks(text)] == [("speech", "陈默"), ("speech", "林岚")]


def test_labels_with_times_tell_the_second_and_bare_ones_name_who_speaks_below() -> None:
    text = """\
Mei Chen (00:05):
Intel said it would pay 5.4 billion dollars for Tower.

Tom Hale (1:02:03): And then it did not.

Mei Chen (1:02:10):
No. China never gave its approval.

It paid 353 million to get out.

Tom Hale (1:02:30): Thank you.
"""
    assert [(block.speaker, block.second) for block in blocks(text)] == [
        ("Mei Chen", 5), ("Tom Hale", 3723), ("Mei Chen", 3730), ("Mei Chen", 3730), ("Tom Hale", 3750)
    ]  # fmt: skip


def test_stamped_lines_of_a_speech_recogniser_name_who_speaks_below() -> None:
    text = "发言人1  00:05\n英特尔想买高塔半导体。\n发言人2  00:12\n后来放弃了。\n发言人1  00:15\n对。"
    assert [(block.speaker, block.second, text[block.start : block.end]) for block in blocks(text)] == [
        ("发言人1", 5, "英特尔想买高塔半导体。"), ("发言人2", 12, "后来放弃了。"), ("发言人1", 15, "对。")
    ]  # fmt: skip


FORUM = (
    TALK
    + """\

我早就觉得610亿太贵了。
> 因为企业软件的收入很稳定
稳定不等于增长。
> 博通:我们出610亿。
> 威睿:成交。
> 博通:那我们先涨价。
哈哈,就是这样。
"""
)


def test_comments_below_a_talk_are_comments_even_where_they_invent_one() -> None:
    found = told(read(capture(FORUM)))
    words = [words for kind, _, words in found if kind == "comment"]
    assert words[:3] == ["我早就觉得610亿太贵了。", "因为企业软件的收入很稳定", "稳定不等于增长。"]
    assert words[3:] == ["我们出610亿。", "成交。", "那我们先涨价。", "哈哈,就是这样。"]
    assert [who for kind, who, _ in found if kind == "comment" and who] == ["博通", "威睿", "博通"]
    assert [kind for kind, *_ in found].count("speech") == 6


@pytest.mark.parametrize(
    "heading", ["网友评论", "最新留言(12):", "128条评论", "Comments", "12 comments", "迴響", "## 评论", "【网友评论】"]
)
def test_a_heading_says_where_the_comments_begin(heading: str) -> None:
    text = f"SK海力士以90亿美元接手英特尔的闪存业务。\n\n{heading}\n\n太贵了。\n\n不贵。"
    for place in ("note.txt", "note.md"):
        kinds = [kind for kind, *_ in told(read(capture(text, place=place)))]
        assert kinds[-2:] == ["comment", "comment"]
        assert "comment" not in kinds[:-2]


def test_one_quoted_line_is_a_quote_and_no_comment() -> None:
    text = "海力士在公告里写道:\n> 交易分两步完成。\n第二步要到2025年。"
    assert [block.kind for block in blocks(text)] == ["paragraph", "quote", "paragraph"]


def test_a_paragraph_cut_at_a_margin_is_one_block_and_verses_are_not() -> None:
    cut = """\
Renesas of Japan agreed in 2021 to buy Dialog
Semiconductor for about six billion dollars in
cash, and closed within months."""
    assert [block.end - block.start for block in blocks(cut)] == [len(cut)]
    short = "Renesas bought Dialog.\nIt bought Intersil before.\nBoth were paid in cash."
    assert len(blocks(short)) == 3


MARKS = re.compile(r"(?:[>＞]\s?)*(?:[^\n:：]{1,60}[:：])?\s*")


@given(st.text(alphabet=st.sampled_from("陈默林:： .。\n>abA \r\u2028x1“”"), max_size=80) | st.text(max_size=80))
def test_every_character_is_in_one_block_but_labels_marks_and_space(text: str) -> None:
    outside, at = [], 0
    for block in blocks(text):
        assert at <= block.start < block.end <= len(text)
        assert text[block.start : block.end].strip() == text[block.start : block.end]
        outside += text[at : block.start].splitlines()
        at = block.end
    outside += text[at:].splitlines()
    assert all(MARKS.fullmatch(piece.strip()) for piece in outside), outside


# --- Markdown --------------------------------------------------------------------------------------------------------

YAML = """---
title: "Arm: 上市之前"
date: 2020-09-13
source: https://example.com/arm
speaker: 林岚
tags: [chips, m&a]
draft: no
---

# 英伟达想要的

英伟达提出以**400亿美元**买下[Arm](https://example.com/arm)。

> 软银会留下一成股份。

- 高通反对
- 微软反对
"""


def test_front_matter_becomes_fields_and_the_body_stays_as_written() -> None:
    document = read(capture(YAML, place="arm.md"))
    assert document.text == YAML.split("---\n")[2]
    assert (document.title, document.published, document.url) == (
        "Arm: 上市之前",
        "2020-09-13",
        "https://example.com/arm",
    )
    assert (document.speaker, document.tags) == ("林岚", ("chips", "m&a"))
    assert told(document) == [
        ("heading", None, "英伟达想要的"),
        ("paragraph", None, "英伟达提出以**400亿美元**买下[Arm](https://example.com/arm)。"),
        ("quote", None, "软银会留下一成股份。"),
        ("paragraph", None, "高通反对"),
        ("paragraph", None, "微软反对"),
    ]


def test_front_matter_in_toml_says_the_same() -> None:
    note = '+++\ntitle = "Arm"\ndate = 2020-09-13\ntags = ["chips"]\nsource = "Example Daily"\n+++\n正文。'
    document = read(capture(note))
    assert (document.title, document.published, document.tags) == ("Arm", "2020-09-13", ("chips",))
    assert (document.publisher, document.text) == ("Example Daily", "正文。")


@pytest.mark.parametrize(
    ("note", "line"),
    [
        ("---\ntitle: [Arm\ndate: x\n---\n正文。", 3),
        ("---\ntitle: Arm\n\tbad: tab\n---\n正文。", 3),
        ("+++\ntitle = 'Arm'\ndate =\n+++\n正文。", 3),
        ("---\ntitle: Arm\n正文。", 1),
    ],
)
def test_broken_front_matter_is_an_error_that_names_the_line(note: str, line: int) -> None:
    with pytest.raises(ReadError, match="front matter") as error:
        read(capture(note, place="arm.md"))
    assert error.value.place == f"arm.md:{line}"


def test_front_matter_without_a_text_is_an_error() -> None:
    with pytest.raises(ReadError, match="no text"):
        read(capture("---\ntitle: Arm\n---\n\n"))


def test_a_line_across_the_page_is_no_front_matter() -> None:
    note = "---\n软银留下一成股份。\n---\n高通反对。"
    assert read(capture(note, place="arm.md")).text == note


def test_a_date_nobody_can_read_is_an_issue_and_aliases_that_explode_are_left() -> None:
    bomb = "a: &a [x, x, x]\n" + "".join(
        f"{n}: &{n} [*{p}, *{p}, *{p}]\n" for p, n in zip("abcdefgh", "bcdefghi", strict=True)
    )
    document = read(capture(f"---\n{bomb}title: *i\ndate: soon\ntags: *i\n---\n正文。"))
    assert document.title is None
    assert [issue.message for issue in document.issues] == ["cannot read the date 'soon'"]


DAYS = {
    "2020-09-13": "2020-09-13", "2020/9/3": "2020-09-03", "2020年9月13日 10:30": "2020-09-13", "20200913": "2020-09-13",
    "Sun, 13 Sep 2020 20:00:00 +0100": "2020-09-13", "Sep 13, 2020": "2020-09-13", "2020-09": "2020-09", "2020": "2020",
    "2020-13-45": None, "soon": None, "1600000000": "2020-09-13", "1600000000123": "2020-09-13",
}  # fmt: skip


@pytest.mark.parametrize(("said", "meant"), DAYS.items())
def test_a_day_is_read_however_it_is_written(said: str, meant: str | None) -> None:
    assert day(said) == meant


TAGS = {"zh_TW": "zh-Hant-TW", "zh-cn": "zh-Hans", "zh-hant-hk": "zh-Hant-HK", "zh": "zh", "EN-us": "en-US", "?": None}


@pytest.mark.parametrize(("said", "meant"), TAGS.items())
def test_a_language_tag_is_written_one_way(said: str, meant: str | None) -> None:
    assert tag(said, shipped()) == meant


# --- web pages -------------------------------------------------------------------------------------------------------

PAGE = """<!DOCTYPE html>
<html lang="zh-TW"><head><meta charset="utf-8"><title>鴻海入主夏普_示例日報</title>
<meta property="og:site_name" content="示例日報"><meta property="og:title" content="鴻海入主夏普_示例日報">
<meta property="article:published_time" content="2016-04-02T09:30:00+08:00">
<meta name="keywords" content="鴻海,夏普"><link rel="canonical" href="/2016/sharp.html">
<script type="application/ld+json">{{"broken": </script></head>
<body><nav><a href="/">首頁</a><a href="/tech">科技</a></nav>
<article><h1>鴻海入主夏普</h1>
<div>簽約
 儀式</div>
<p>鴻海精密週六與<b>夏普</b>簽約,以3888億日圓取得66%股權。<br>簽約儀式在大阪舉行,雙方高層都出席了這場儀式。</p>
<h2>條件</h2>
<blockquote><p>鴻海若不付款,夏普可以單獨出售面板事業。</p></blockquote>
<ul><li>顯示器部門先得到一千億日圓</li></ul>
<table><tr><td>出價</td><td>3888億日圓</td></tr></table>
</article>
<section id="comments" class="comments"><h3>回應</h3><ul class="comment-list">{comments}</ul></section>
<footer>版權所有</footer></body></html>"""
COMMENT = '<li class="comment"><div class="comment-body"><p>這個價錢第{}次聽到還是太高,夏普不值這麼多。</p></div></li>'


def page(**known: Any) -> Document:
    """Return the document of the page above."""
    html = PAGE.format(comments="".join(COMMENT.format(number) for number in range(4)))
    return read(
        capture(html, **{"place": "sharp.html", "url": "https://daily.example/2016/sharp.html?from=x", **known})
    )


def test_a_page_gives_its_article_by_kind_of_block() -> None:
    found = told(page())
    assert ("paragraph", None, "鴻海精密週六與夏普簽約,以3888億日圓取得66%股權。") in found
    assert ("paragraph", None, "簽約儀式在大阪舉行,雙方高層都出席了這場儀式。") in found
    assert ("paragraph", None, "簽約 儀式") in found
    assert ("heading", None, "條件") in found
    assert ("quote", None, "鴻海若不付款,夏普可以單獨出售面板事業。") in found
    assert ("paragraph", None, "出價 | 3888億日圓") in found
    assert not any("版權" in words or "首頁" in words for *_, words in found)


def test_the_comments_of_a_page_stand_apart_below() -> None:
    found = told(page())
    assert [kind for kind, *_ in found].count("comment") == 4
    assert all(kind == "comment" for kind, *_ in found[-4:])


def test_a_page_tells_its_title_date_publisher_language_address_and_tags() -> None:
    document = page()
    assert (document.title, document.published, document.publisher) == ("鴻海入主夏普", "2016-04-02", "示例日報")
    assert (document.language, document.tags) == ("zh-Hant-TW", ("鴻海", "夏普"))
    assert document.url == "https://daily.example/2016/sharp.html"


def test_json_ld_stands_above_the_rest() -> None:
    about = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "x"},
            {
                "@type": ["NewsArticle"],
                "headline": "鴻海買下夏普",
                "datePublished": "2016-04-02",
                "publisher": {"name": "日報"},
            },
        ],
    }
    html = PAGE.replace('{{"broken": ', json.dumps(about).replace("{", "{{").replace("}", "}}")).format(comments="")
    document = read(capture(html, place="sharp.html"))
    assert (document.title, document.publisher) == ("鴻海買下夏普", "日報")


BODY = "<p>高通2021年以14亿美元买下芯片初创公司Nuvia,创始人曾在苹果设计处理器。</p>" * 2
DATELINES = {
    '<div class="article-info">2021年1月13日 08:00 来源:示例</div>': "2021-01-13",
    '<time datetime="2021-01-13T08:00">Wednesday</time>': "2021-01-13",
    '<span class="pub-date">2021/01/13</span>': "2021-01-13",
    "<p>Jan 13, 2021</p>": "2021-01-13",
    "<p>2021年1月1日</p>": "2021-01-01",
    "<p>没有日期</p>": None,
    '<span class="date">113/09/22</span>': "2024-09-22",
    '<div class="meta">更新時間:民國98年9月22日 10:20</div>': "2009-09-22",
    "<time>民國113年9月22日</time>": "2024-09-22",
    '<ul><li class="date">2021-01-13</li><li><a href="/ann">Ann Example of the Daily</a></li></ul>': "2021-01-13",
    '<aside><ul class="latest"><li><time>2019-02-03</time> Another</li></ul></aside>': None,
    '<div class="related-posts"><time datetime="2019-02-03">then</time></div><time>2021-01-13</time>': "2021-01-13",
    "<footer>© 1999-2019 Daily. Last updated 2019-01-01</footer>": None,
    '<div class="bottom"><p>© 1999-2019 Daily</p></div>': None,
}


@pytest.mark.parametrize(("dateline", "published"), DATELINES.items())
def test_a_page_without_metadata_shows_its_date(dateline: str, published: str | None) -> None:
    html = f"<html><body><article><h1>高通买下Nuvia</h1>{dateline}{BODY}</article></body></html>"
    assert read(capture(html, place="nuvia.html")).published == published


@pytest.mark.parametrize(
    ("language", "published"), [("en-US", "2021-10-07"), ("en_GB", "2021-07-10"), ("de", "2021-07-10")]
)
def test_a_pages_region_decides_which_number_of_its_dateline_is_the_day(language: str, published: str) -> None:
    dateline = '<span class="date">10/07/2021</span>'
    html = f'<html lang="{language}"><body><article><h1>Deals</h1>{dateline}{BODY}</article></body></html>'
    assert read(capture(html, place="nuvia.html")).published == published


@pytest.mark.parametrize(
    ("others", "published"), [("", None), ("9/25/2021", "2021-10-07"), ("25/9/2021", "2021-07-10"), ("1/2/2021", None)]
)
def test_the_other_dates_of_a_page_decide_what_its_language_leaves_open(others: str, published: str | None) -> None:
    dateline = f'<span class="date">10/07/2021</span><div class="related"><i>{others}</i></div>'
    html = f'<html lang="en"><body><article><h1>Deals</h1>{dateline}{BODY}</article></body></html>'
    assert read(capture(html, place="nuvia.html")).published == published


def test_a_date_of_a_comment_is_not_the_articles() -> None:
    comment = '<div id="comments"><div class="comment"><span class="date">2024-11-30</span><p>Great.</p></div></div>'
    assert read(capture(f"<html><body><article>{BODY}</article>{comment}</body></html>", kind="html")).published is None


def test_a_date_in_a_list_of_links_is_of_what_they_lead_to() -> None:
    links = '<ul><li><a href="/b">Selkirk opens a yard</a> <span class="date">2019-02-03</span></li></ul>'
    assert read(capture(f"<html><body><article>{BODY}</article>{links}</body></html>", kind="html")).published is None


@pytest.mark.parametrize("said", ["utf-8", "gb2312", "big5", "cn", "tw", "text/html"])
def test_what_is_no_language_is_not_believed(said: str) -> None:
    head = f'<html lang="{said}"><head><meta http-equiv="Content-Language" content="{said}"></head>'
    assert read(capture(f"{head}<body><article>{BODY}</article></body></html>", kind="html")).language is None
    named = head.replace("</head>", '<meta property="og:locale" content="zh_CN"></head>')
    assert read(capture(f"{named}<body><article>{BODY}</article></body></html>", kind="html")).language == "zh-Hans"


def test_the_address_tells_a_date_where_the_page_does_not() -> None:
    html = f"<html><body><article><h1>高通买下Nuvia</h1>{BODY}</article></body></html>"
    assert read(capture(html, url="https://daily.example/2021/01/13/nuvia.html", kind="html")).published == "2021-01-13"


FILLER = "<p>Shares of both firms rose in early trading, and analysts called the price they agreed on fair.</p>"
LEAD = "Marvell agreed to buy Inphi for $10 billion in cash and stock, they said."
NEXT = "AMD bought Xilinx in a deal that was worth $49 billion when it closed."


def words_of(inside: str, head: str = "") -> str:
    """Return the text that is read of a page with these elements in its body."""
    return read(capture(f"<html><head>{head}</head><body>{inside}</body></html>", kind="html")).text


@pytest.mark.parametrize(
    "inside",
    [
        f"<div><h1>Chips</h1>{LEAD}<br><br>{NEXT}<br><br>{FILLER}</div>",
        f"<div><h1>Chips</h1><b>{LEAD}</b>{FILLER}<div><font>{NEXT}</font></div>{FILLER}</div>",
        f"<div><h1>Chips</h1>{FILLER}<center>{LEAD}</center>{FILLER}<details>{NEXT}</details></div>",
        f"<table><tr><td><a href='/'>Home</a></td><td><h1>Chips</h1>{FILLER}<p>{LEAD}<p>{NEXT}</td></tr></table>",
        f"<article><h1>Chips</h1>{FILLER}<table><tr><td><ul><li>{LEAD}<li>{NEXT}</ul></td></tr></table></article>",
        f"<article><h1>Chips</h1>{FILLER}<aside>{LEAD}</aside>{FILLER}<button>{NEXT}</button></article>",
    ],
    ids=["breaks", "strong", "center", "layout", "list in a cell", "aside"],
)
def test_no_sentence_among_those_of_an_article_is_lost_for_its_markup(inside: str) -> None:
    rows = words_of(inside).split("\n")
    assert rows.index(LEAD) < rows.index(NEXT)


def test_what_stands_beside_an_article_stays_out_of_it() -> None:
    aside = "We set cookies to learn what you read, and partners may use them too."
    for around in ("<div class='cookie-note'>{}</div>", "<nav>{}</nav>", "<div><a href='/x'>{}</a></div>"):
        assert aside not in words_of(f"<div><h1>Chips</h1>{FILLER}<p>{LEAD}</p>{around.format(aside)}{FILLER}</div>")


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("for $10 billion<sup>1</sup> in cash", "for $10 billion in cash"),
        ("for $10<sup>[2]</sup> billion in cash", "for $10 billion in cash"),
        ("for $10 billion<a href='#n3'>[3]</a> in cash", "for $10 billion in cash"),
        ("for $10 billion<sub><a href='#n3'>a</a></sub> in cash", "for $10 billion in cash"),
        ("for $10 billion<sub>3</sub> in cash", "for $10 billion in cash"),
        ("for $10 billion<a href='#n3'>3</a> in cash", "for $10 billion in cash"),
        ("as <a href='#s3'>3</a> others did", "as 3 others did"),
        ("and 40 m<sup>2</sup> of H<sub>2</sub>O and CO<sub>2</sub>", "and 40 m2 of H2O and CO2"),
        ("on its 10<sup>th</sup> day", "on its 10th day"),
        ("for <del>$9 billion</del> <ins>$10 billion</ins>", "for $10 billion"),
        ("for <s>$9 billion</s> $10 billion", "for $10 billion"),
        ("for <span style='text-decoration: line-through'>$9 billion</span> $10 billion", "for $10 billion"),
        ("of <ruby>東京<rp>(</rp><rt>とうきょう</rt><rp>)</rp></ruby>", "of 東京"),
    ],
)
def test_footnotes_struck_out_words_and_readings_are_not_read(markup: str, shown: str) -> None:
    assert f"Marvell bought it {shown}, they said." in words_of(
        f"<article><h1>Chips</h1>{FILLER}<p>Marvell bought it {markup}, they said.</p>{FILLER}</article>"
    )


@pytest.mark.parametrize("hidden", ["<template><p>{}</p></template>", "<noscript><p>{}</p></noscript>"])
def test_what_no_page_shows_is_not_read(hidden: str) -> None:
    told = words_of(f"<article><h1>Chips</h1>{FILLER}{hidden.format(NEXT)}<p>{LEAD}</p>{FILLER}</article>")
    assert LEAD in told
    assert NEXT not in told


def test_lines_of_a_cell_are_parted() -> None:
    row = "<tr><td>Marvell<br>(chips)</td><td>Inphi</td></tr><tr><td>AMD</td><td>Xilinx</td></tr>"
    assert "Marvell (chips) | Inphi" in words_of(
        f"<article><h1>Chips</h1>{FILLER}<table>{row}</table>{FILLER}</article>"
    )


def test_a_title_is_told_without_entities() -> None:
    told = '{"@type": "NewsArticle", "headline": "AMD &#8216;buys&#8217; Xilinx"}'
    about = f'<script type="application/ld+json">{told}</script>'
    for head in (about, '<meta property="og:title" content="AMD &amp;#8216;buys&amp;#8217; Xilinx">'):
        page = f"<html><head>{head}</head><body><article>{FILLER}<p>{NEXT}</p></article></body></html>"
        assert read(capture(page, kind="html")).title == "AMD ‘buys’ Xilinx"


def test_a_page_of_a_talk_gives_speeches() -> None:
    rows = TALK.splitlines()[2:]
    said = "".join(f"<p>{row}</p>" for row in rows)
    html = f"<html><body><article><h1>芯片业的并购季</h1>{said}</article></body></html>"
    found = told(read(capture(html, place="talk.html")))
    assert ("speech", "林岚", "因为企业软件的收入很稳定。") in found


def test_a_page_without_an_article_is_an_error() -> None:
    with pytest.raises(ReadError, match="no article"):
        read(capture("<html><head><title>x</title></head><body></body></html>", place="empty.html"))


HOSTILE = {
    "spans": "<html><body><article><p>" + "<span>买</span> " * 60_000,
    "attributes": "<html><body><p " + " ".join(f"a{n}=1" for n in range(150_000)) + f">x</p>{BODY}",
    "depth": "<html><body>" + "<div>" * 50_000 + BODY,
    "entities": '<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><html><body>' + BODY + "&b;" * 50_000,
    "datelines": "<html><body>" + '<div class="date">' * 200 + "x " * 300_000,
    "json": '<html><head><script type="application/ld+json">' + "[" * 200_000 + f"</script></head><body>{BODY}",
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_a_page_made_to_hurt_is_a_document_or_an_error_with_its_place(html: str) -> None:
    try:
        assert read(capture(html, place="hostile.html")).text
    except ReadError as error:
        assert error.place == "hostile.html"


# --- transcripts -----------------------------------------------------------------------------------------------------

VTT = """WEBVTT
Language: zh-TW

NOTE 由人整理

STYLE
::cue { color: red }

intro
00:01.000 --> 00:03.500 align:start
<v 林嵐>聯發科當年用<c.name>股票</c>

00:00:03.500 --> 00:00:06.000
<v 林嵐>合併了晨星。</v>
<v 陳默>值多少?

01:00:16.000 --> 01:00:18.000
<v 林嵐>大約 1150 億台幣 &amp; 一些現金。
"""


def test_cues_are_joined_to_sentences_and_keep_speaker_and_second() -> None:
    document = read(capture(VTT))
    assert document.language == "zh-Hant-TW"
    assert [(block.speaker, block.second, document.text[block.start : block.end]) for block in document.blocks] == [
        ("林嵐", 1, "聯發科當年用股票合併了晨星。"),
        ("陳默", 3.5, "值多少?"),
        ("林嵐", 3616, "大約 1150 億台幣 & 一些現金。"),
    ]


def test_captions_that_roll_up_are_read_once() -> None:
    rolling = """WEBVTT

00:00:00.000 --> 00:00:02.000
{space}
so analog<00:00:01.000><c> devices</c>

00:00:02.000 --> 00:00:02.010
so analog devices
{space}

00:00:02.010 --> 00:00:04.000
so analog devices
bought maxim for<00:00:03.000><c> 21 billion</c>

00:00:04.000 --> 00:00:04.010
bought maxim for 21 billion
"""
    document = read(capture(rolling.format(space=" ")))
    assert document.text == "so analog devices bought maxim for 21 billion"
    assert document.blocks[0].second == 0


SRT = """1
00:00:01,000 --> 00:00:02,500
Mei: Marvell paid ten billion

2
00:00:02,500 --> 00:00:04,000
for Inphi.
3
00:00:04,000 --> 00:00:05,000
Tom: {\\an8}<i>In cash?</i>

4
00:00:05,000 --> 00:00:06,000
Mei: Cash and stock.
"""


def test_speakers_named_in_the_words_of_cues_are_found() -> None:
    document = read(capture(SRT, place="show.srt"))
    assert [(block.speaker, block.second, document.text[block.start : block.end]) for block in document.blocks] == [
        ("Mei", 1, "Marvell paid ten billion for Inphi."), ("Tom", 4, "In cash?"), ("Mei", 5, "Cash and stock.")
    ]  # fmt: skip


def test_a_pause_or_too_many_words_end_a_block() -> None:
    def cue(at: int) -> str:
        return (
            f"{at // 60:02}:{at % 60:02}.000 --> {at // 60:02}:{at % 60:02}.900\nand so they went on for {at} days\n\n"
        )

    found = read(capture("WEBVTT\n\n" + "".join(cue(at) for at in [*range(40), 50]))).blocks
    assert len(found) > 2
    assert max(block.end - block.start for block in found) < 500
    assert found[-1].second == 50


def test_a_speaker_may_think_amid_a_sentence_where_full_stops_are_written() -> None:
    cue = "{}\n00:00:{:02},000 --> 00:00:{:02},000\n{}\n\n"
    said = [
        (1, 3, "Marvell agreed to"),
        (7, 9, "buy Inphi."),
        (10, 12, "Fine."),
        (40, 42, "And AMD"),
        (55, 57, "bought"),
    ]
    found = read(capture("".join(cue.format(n, *one) for n, one in enumerate(said)), place="a.srt"))
    assert found.text.split("\n") == ["Marvell agreed to buy Inphi.", "Fine.", "And AMD", "bought"]


def test_json_transcripts_of_podcasts_and_of_recognisers_are_read() -> None:
    podcast = {"version": "1.0.0", "segments": [
        {"speaker": "Mei", "startTime": 0.5, "endTime": 0.8, "body": "Marvell bought"},
        {"speaker": "Mei", "startTime": 0.8, "endTime": 1.5, "body": "Inphi."},
        {"speaker": "Tom", "startTime": 2, "body": "When?"},
    ]}  # fmt: skip
    document = read(capture(json.dumps(podcast), content_type="application/json"))
    assert told(document) == [("speech", "Mei", "Marvell bought Inphi."), ("speech", "Tom", "When?")]
    whisper = {"language": "en", "segments": [{"id": 0, "start": 1.0, "end": 2.0, "text": " Marvell bought Inphi."}]}
    assert read(capture(json.dumps(whisper), kind="json")).blocks[0].second == 1


def test_html_transcripts_of_podcasts_are_read() -> None:
    html = (
        "<html><body><cite>Mei:</cite>\n<time>0:07</time>\n<p>Marvell bought Inphi.</p>\n"
        "<cite>Tom:</cite><time>1:02:03</time><p>When?</p></body></html>"
    )
    found = read(capture(html, kind="html")).blocks
    assert [(block.speaker, block.second) for block in found] == [("Mei", 7), ("Tom", 3723)]


@pytest.mark.parametrize("data", ["WEBVTT\n\nNOTE nothing", '{"segments": []}', '{"segments": [{"startTime": "x"}]}'])
def test_a_transcript_without_words_is_an_error(data: str) -> None:
    with pytest.raises(ReadError):
        read(capture(data))


def test_a_cue_whose_time_is_broken_costs_a_warning_and_no_word() -> None:
    document = read(capture(SRT + "\n5\nsoon --> later\nMei: It was worth it.\n", place="show.srt"))
    assert told(document)[-1] == ("speech", "Mei", "It was worth it.")
    assert document.blocks[-1].second is None
    assert [issue.severity for issue in document.issues] == ["warning"]


def test_words_below_an_empty_line_of_a_cue_were_said_too() -> None:
    first, second = "1\n00:00:02,000 --> 00:00:04,000\n", "2\n00:00:04,000 --> 00:00:05,000\n"
    srt = f"{first}Marvell paid\n\nten billion dollars\n\nfor Inphi.\n\n{second}\nIn 2021.\n"
    assert read(capture(srt, place="show.srt")).text == "Marvell paid ten billion dollars for Inphi.\nIn 2021."
    first, second = "first\n00:02.000 --> 00:04.000\n", "second\n00:05.000 --> 00:06.000\n"
    vtt = f"WEBVTT\n\n{first}Marvell paid\n\nten billion.\n\nNOTE ask\nagain\n\n{second}Yes.\n"
    assert read(capture(vtt)).text == "Marvell paid ten billion.\nYes."


@pytest.mark.parametrize(
    ("time", "second"),
    [
        ("00:00:7,500 --> 00:00:9,00", 7.5),
        ("00:00:07:12 --> 00:00:09:20", 7),
        ("00:00:07,500 -> 00:00:09,000", 7.5),
        ("-00:00:07,500 --> 00:00:09,000", None),
        ("00:00:07.1234 --> 00:00:09", 7.1234),
    ],
)
def test_a_time_as_no_rule_has_it_loses_no_word(time: str, second: float | None) -> None:
    document = read(capture(f"1\n{time}\nMarvell bought Inphi.\n", place="show.srt"))
    assert [(block.second, document.text) for block in document.blocks] == [(second, "Marvell bought Inphi.")]


def test_a_speaker_named_only_where_another_begins_goes_on() -> None:
    vtt = """WEBVTT

00:01.000 --> 00:02.000
<v Mei>So Marvell

00:02.000 --> 00:03.000
bought Inphi.

00:03.000 --> 00:04.000
<v Tom>And AMD

00:04.000 --> 00:05.000
bought Xilinx.

00:05.000 --> 00:06.000
>> Who asks?
"""
    assert told(read(capture(vtt))) == [
        ("speech", "Mei", "So Marvell bought Inphi."),
        ("speech", "Tom", "And AMD bought Xilinx."),
        ("speech", None, "Who asks?"),
    ]


DEEPGRAM = {"results": {"channels": [{"alternatives": [{"transcript": "…", "words": [
    {"word": "marvell", "punctuated_word": "Marvell", "start": 7.0, "end": 7.4, "speaker": 0},
    {"word": "bought", "punctuated_word": "bought", "start": 7.4, "end": 7.9, "speaker": 0},
    {"word": "inphi", "punctuated_word": "Inphi.", "start": 7.9, "end": 8.2, "speaker": 0},
]}]}]}}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "speaker"),
    [
        ({"segments": [{"startTime": "7", "endTime": "9.5", "body": "Marvell bought Inphi."}]}, None),
        ({"segments": [{"startTime": "00:00:07,000", "body": "Marvell bought Inphi.", "speaker": 3}]}, "3"),
        ([{"start": 7, "text": "Marvell bought Inphi.", "speaker": {"name": "Mei"}}], "Mei"),
        ({"results": {"utterances": [{"start": 7, "transcript": "Marvell bought Inphi."}]}}, None),
        (DEEPGRAM, "0"),
    ],
)
def test_json_transcripts_of_many_makers_are_read(said: Any, speaker: str | None) -> None:
    document = read(capture(json.dumps(said), kind="json"))
    assert told(document) == [("speech", speaker, "Marvell bought Inphi.")]
    assert document.blocks[0].second == 7


def test_json_that_is_no_transcript_is_told_to_be_none() -> None:
    with pytest.raises(ReadError, match="no list of segments"):
        read(capture('{"episode": 7}', kind="json"))


# --- JSON Lines ------------------------------------------------------------------------------------------------------

GOOD = {
    "id": "a",
    "text": SIMPLIFIED,
    "title": "沃尔沃",
    "published": "2010-03-28",
    "language": "zh-CN",
    "url": "https://x.example/a",
}


def rows(data: bytes) -> list[Document | Issue]:
    """Return what a JSON Lines stream yields."""
    return list(lines(io.BytesIO(data), "in.jsonl"))


def test_a_line_is_a_document_with_its_fields() -> None:
    [document] = rows(json.dumps(GOOD).encode())
    assert isinstance(document, Document)
    assert (document.id, document.title, document.published) == ("a", "沃尔沃", "2010-03-28")
    assert (document.language, document.url) == ("zh-Hans", "https://x.example/a")
    assert document.text == SIMPLIFIED
    assert document.blocks == (Block(kind="paragraph", start=0, end=len(SIMPLIFIED)),)


BAD_ROWS = [
    (b"{not json", "in.jsonl:1"),
    (b"[1, 2]", "in.jsonl:1"),
    (b'{"text": "x"}', "in.jsonl:1"),
    (b'{"id": "b"}', "b"),
    (b'{"id": "b", "text": 5}', "b"),
    (b'{"id": "b", "text": " "}', "b"),
    (b'{"id": "b", "text": "\xff"}', "in.jsonl:1"),
    (b"[" * 100_000, "in.jsonl:1"),
]


@pytest.mark.parametrize(("row", "name"), BAD_ROWS)
def test_a_bad_line_is_an_issue_that_names_it_and_the_rest_goes_on(row: bytes, name: str) -> None:
    issue, document = rows(row + b"\n\n" + json.dumps(GOOD).encode())
    assert isinstance(issue, Issue)
    assert (issue.place, issue.document) == ("in.jsonl:1", name)
    assert isinstance(document, Document)


def test_packed_lines_are_streamed_and_a_damaged_end_is_an_issue() -> None:
    packed = gzip.compress(b"".join(json.dumps({**GOOD, "id": str(n)}).encode() + b"\n" for n in range(500)))
    assert [found.id for found in rows(packed) if isinstance(found, Document)] == [str(n) for n in range(500)]
    issue = rows(packed[:-200])[-1]
    assert isinstance(issue, Issue)
    assert issue.message.startswith("is damaged gzip")


def test_an_endless_line_is_passed_over_and_the_next_is_read() -> None:
    issue, document = rows(b'{"id": "x", "text": "' + b"a" * 40_000_000 + b'"}\n' + json.dumps(GOOD).encode())
    assert isinstance(issue, Issue)
    assert isinstance(document, Document)


def test_lines_are_read_as_they_come(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(json.dumps(GOOD).encode() + b"\n" + b"{broken\n")
    with path.open("rb") as stream:
        found = lines(stream, str(path))
        assert isinstance(next(found), Document)
        assert isinstance(next(found), Issue)
