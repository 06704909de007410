"""Text as it comes: what people save, forward and download, a kind a case, in our own words."""

from __future__ import annotations

import base64
import json
import textwrap
from decimal import Decimal
from typing import Any

import pytest

from pipeline.extraction import extract
from pipeline.models import Capture, Document
from pipeline.read import ReadError, read

FIRST = "Broadcom agreed to buy VMware for $61 billion in cash and stock, the two companies said on Thursday."
SECOND = "Microsoft acquired Nuance Communications for $19.7 billion last year, its largest purchase after LinkedIn."
PLAIN = "Few had expected the talks to end so soon, and shares of both companies rose in early trading in New York."
HAN = "博通周四宣布，同意以610亿美元现金加股票收购VMware。"
HAN_SECOND = "微软去年以197亿美元收购Nuance，这是它继领英之后的第二大收购。"
BOTH: list[tuple[str, str, Decimal | None]] = [
    ("Broadcom", "VMware", Decimal(61_000_000_000)),
    ("Microsoft", "Nuance Communications", Decimal(19_700_000_000)),
]


def opened(data: str | bytes, place: str = "note", **told: Any) -> Document:
    """Return the document of a file."""
    return read(
        Capture(id="one", source="shelf", data=data.encode() if isinstance(data, str) else data, place=place, **told)
    )


def deals(document: Document) -> list[tuple[str, str, Decimal | None]]:
    """Return who pays for what, and how much, after making sure that every value stands where it says."""
    found = []
    for deal in extract(document).deals:
        assert document.text[deal.evidence.start : deal.evidence.end] == deal.evidence.text
        others = [*deal.names("target"), *deal.names("payee"), ""]
        found.append((next(iter(deal.names("payer")), ""), others[0], deal.amount.value if deal.amount else None))
    return found


def page(body: str, head: str = "") -> str:
    return f"<!doctype html><html lang='en'><head><title>Chips</title>{head}</head><body>{body}</body></html>"


def cut(text: str, mark: str = "") -> str:
    return textwrap.fill(text, 60, initial_indent=mark, subsequent_indent=mark)


def rows(*cells: str) -> str:
    return f"<table>{''.join(f'<tr><td>{cell}</td></tr>' for cell in cells)}</table>"


BODY = json.dumps({"@type": "NewsArticle", "headline": "Chips", "articleBody": f"{FIRST}\n\n{SECOND}"})
PAGES = {
    "a newsletter of tables": page(
        rows("<a href='/v'>View</a>", f"<h2>Chips</h2><p>{PLAIN}</p><p>{FIRST}</p>", f"<ul><li>{SECOND}</li></ul>")
    ),
    "saved by Word": page(
        f"<div class=WordSection1><p class=MsoNormal>{FIRST}<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
        f"<p class=MsoListParagraph><![if !supportLists]><span>·&nbsp;</span><![endif]>{SECOND}<o:p></o:p></p></div>"
    ),
    "an AMP page": page(
        f"<amp-sidebar><ul><li>Home</li></ul></amp-sidebar><main><article><p>{FIRST}</p><amp-ad></amp-ad><p>{SECOND}</p>"
        f"<amp-img></amp-img><p>{PLAIN}</p></article></main>"
    ),
    "a letter with a form to subscribe": page(
        f"<div class='available-content'><div class='body markup'><p>{FIRST}</p><div class='subscription-widget'>"
        f"<p>Subscribe for free to get the next one.</p></div><p>{SECOND}</p><p>{PLAIN}</p></div></div>"
    ),
    "invisible until a script shows it": page(
        f"<h1>Chips</h1><div style='visibility: hidden; opacity: 0'><section><span>{FIRST}</span></section>"
        f"<section><p><span>{SECOND}</span></p></section></div>"
    ),
    "told to machines only": page("<div id='root'></div>", f"<script type='application/ld+json'>{BODY}</script>"),
    "preformatted": page(f"<pre>{cut(FIRST)}\n\n{cut(SECOND)}\n</pre>"),
    "a live blog": page(
        f"<main><h1>Live</h1><div class='post'><time>10:04</time><h2>One</h2><p>{FIRST}</p></div><div class='post'>"
        f"<time>09:04</time><h2>Two</h2><p>{SECOND}</p></div></main>"
    ),
    "a piece of a page": f"<div><p>{FIRST}</p>\n<p>{SECOND}</p></div>",
    "a wire's XML": f"<?xml version='1.0'?><nitf><head><title>Chips</title></head><body><body.content><p>{FIRST}</p>"
    f"<p>{SECOND}</p></body.content></body></nitf>",
    "spans of a word processor": page(
        f"<p><span>{FIRST[:30]}</span><span>{FIRST[30:]}</span></p><p><span></span></p><p>{SECOND}<sup>"
        "<a href='#c1'>[a]</a></sup></p>"
    ),
}


@pytest.mark.parametrize("html", PAGES.values(), ids=PAGES)
def test_a_page_of_any_make_tells_its_deals(html: str) -> None:
    document = opened(html)
    assert {FIRST, SECOND} <= {row.removeprefix("· ") for row in document.text.split("\n")}
    assert deals(document) == BOTH


def test_a_caption_of_a_picture_is_a_paragraph_of_its_own() -> None:
    caption = "<figure><img src='x'><figcaption>Adobe's head, who gave up on Figma.</figcaption></figure>"
    assert opened(page(f"<article><p>{FIRST}</p>{caption}<p>{SECOND}</p></article>")).text.split("\n") == [
        FIRST,
        "Adobe's head, who gave up on Figma.",
        SECOND,
    ]


def test_a_page_that_shows_much_more_in_sentences_says_so() -> None:
    more = "".join(
        f"<div><div><div>Number {n}: nobody knows whether this sentence belongs here.</div></div></div>"
        for n in range(40)
    )
    document = opened(page(f"<article>{f'<p>{PLAIN}</p><p>{FIRST}</p>' * 2}</article><section>{more}</section>"))
    assert ["may be the article's" in issue.message for issue in document.issues] in ([True], [])
    assert "Number 39" in document.text or document.issues


HEADER = """<SEC-DOCUMENT>0000000000-25-000123.txt : 20251009
<SEC-HEADER>0000000000-25-000123.hdr.sgml : 20251009
CONFORMED SUBMISSION TYPE:\t8-K
FILED AS OF DATE:\t\t20251009

FILER:

\tCOMPANY DATA:
\t\tCOMPANY CONFORMED NAME:\t\t\tBROADCOM INC
</SEC-HEADER>
"""
ATTACHED = "<DOCUMENT>\n<TYPE>GRAPHIC\n<TEXT>\nbegin 644 a.jpg\nM_]C_X 02D9)1@ ! 0$\nend\n</TEXT>\n</DOCUMENT>\n"


@pytest.mark.parametrize("before", ["", "-----BEGIN PRIVACY-ENHANCED MESSAGE-----\nProc-Type: 2001,MIC-CLEAR\n\n"])
@pytest.mark.parametrize(
    "filed",
    [
        f"FORM 8-K\n\n{cut(FIRST)}\n\n{cut(SECOND)}\n",
        f"<HTML><BODY><div><font>{FIRST}</font></div><p>&nbsp;</p><div><font>{SECOND}</font></div></BODY></HTML>",
    ],
    ids=["text", "page"],
)
def test_a_filing_tells_who_filed_what_and_when(filed: str, before: str) -> None:
    document = opened(
        f"{before}{HEADER}<DOCUMENT>\n<TYPE>8-K\n<TEXT>\n{filed}</TEXT>\n</DOCUMENT>\n{ATTACHED}", "a.txt"
    )
    told = (document.title, document.published, document.publisher)
    assert told == ("BROADCOM INC: 8-K", "2025-10-09", "BROADCOM INC")
    assert "SEC-HEADER" not in document.text
    assert "begin 644" not in document.text
    assert deals(document) == BOTH


def test_a_filing_with_figures_marked_for_machines_is_read_as_it_shows() -> None:
    hidden = "<div style='display:none'><ix:header><ix:hidden>false</ix:hidden></ix:header></div>"
    marked = FIRST.replace("61", "<ix:nonFraction scale='9'>61</ix:nonFraction>")
    document = opened(
        f"<?xml version='1.0'?><html><body>{hidden}<div><span>{marked}</span></div><div>{SECOND}</div></body></html>"
    )
    assert document.text.split("\n") == [FIRST, SECOND]


@pytest.mark.parametrize("text", [f"{HAN}\n{HAN_SECOND}", "Société Générale bought it for €61 million; it’s theirs."])
def test_what_was_encoded_twice_is_read_as_it_was_meant_and_says_so(text: str) -> None:
    latin = "latin-1" if text.startswith(HAN) else "cp1252"
    document = opened(text.encode().decode(latin).encode(), "a.txt")
    assert document.text == text
    assert "encoded twice" in document.issues[0].message


@pytest.mark.parametrize(
    "text", ["Â la carte, à propos, déjà vu: Ärger über Öl.", "Não há “acordo” – diz a empresa.", HAN]
)
def test_text_with_accents_was_not_encoded_twice(text: str) -> None:
    document = opened(text, "a.txt")
    assert (document.text, document.issues) == (text, ())


@pytest.mark.parametrize("name", ["text", "body", "content", "articleBody"])
def test_an_object_of_another_program_is_a_document(name: str) -> None:
    told = {"headline": "Chips", name: FIRST, "publishedAt": "2025-10-09T08:00:00Z", "url": "https://news.example/1"}
    document = opened(json.dumps(told), "a.json")
    assert (document.title, document.published, document.url) == ("Chips", "2025-10-09", "https://news.example/1")
    assert deals(document) == BOTH[:1]


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        ("<?xml version='1.0'?><rss version='2.0'><channel></channel></rss>", "a.xml", "is a feed of several articles"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'></feed>", "a", "is a feed of several articles"),
        (json.dumps({"articles": [{"title": "a", "content": FIRST}]}), "a.json", "holds several documents"),
        (json.dumps([{"title": "a", "content": FIRST}]), "a.json", "holds several documents"),
    ],
)
def test_several_documents_in_one_are_refused_with_what_to_do(data: str, place: str, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        opened(data, place)


def mail(body: str, kind: str = "text/plain", coding: str = "8bit") -> str:
    head = "From: ann@news.example\nSubject: Fwd: chips\nDate: Fri, 10 Oct 2025 09:00:00 +0000\nMIME-Version: 1.0\n"
    return f"{head}Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: {coding}\n\n{body}"


QUOTED = f"{cut(FIRST, '> ')}\n>\n{cut(SECOND, '> ')}\n"
MAILS = {
    "forwarded": mail(
        f"See below.\n\n---------- Forwarded message ---------\nFrom: Bob\nTo: Ann\n\n{FIRST}\n\n{SECOND}\n"
    ),
    "answered": mail(f"Thanks, noted.\n\nOn Thu, Oct 9, 2025 at 6:04 PM Bob <bob@news.example> wrote:\n\n{QUOTED}"),
    "a page": mail(page(f"<p>Noted.</p><div>Sent: Thursday</div><p>{FIRST}</p><p>{SECOND}</p>"), "text/html"),
    "packed": mail(base64.encodebytes(f"{FIRST}\n\n{SECOND}".encode()).decode(), coding="base64"),
}


@pytest.mark.parametrize("data", MAILS.values(), ids=MAILS)
def test_a_mail_tells_what_it_quotes_and_when_it_came(data: str) -> None:
    document = opened(data, "a.eml")
    assert (document.title, document.published) == ("Fwd: chips", "2025-10-10")
    assert deals(document) == BOTH


def test_a_date_that_no_calendar_has_costs_a_mail_its_date() -> None:
    document = opened(mail(FIRST).replace("10 Oct 2025", f"{'07' * 40} Oct 2025"), "a.eml")
    assert (document.title, document.published, document.text.strip()) == ("Fwd: chips", None, FIRST)


ROLLING = "\n".join(
    [
        "WEBVTT\nKind: captions\nLanguage: en\n",
        "00:00:00.160 --> 00:00:02.869 align:start position:0%\n ",
        "so<00:00:00.400><c> Broadcom</c><00:00:01.360><c> agreed</c>\n",
        "00:00:02.869 --> 00:00:02.879 align:start position:0%\nso Broadcom agreed\n \n",
        "00:00:02.879 --> 00:00:05.030 align:start position:0%\nso Broadcom agreed",
        "to<00:00:03.040><c> buy</c><00:00:03.200><c> VMware</c><00:00:04.000><c> for $61 billion</c>\n",
    ]
)
"""As a video site writes the captions that a machine heard."""


def test_captions_that_roll_up_with_a_time_a_word_are_read_once() -> None:
    document = opened(ROLLING, "a.vtt")
    assert document.text == "so Broadcom agreed to buy VMware for $61 billion"
    assert deals(document) == BOTH[:1]


def cues(*said: str) -> str:
    """Return captions of two seconds each, without a pause."""
    return "\n".join(f"{n}\n00:00:{2 * n:02},000 --> 00:00:{2 * n + 2:02},000\n{one}\n" for n, one in enumerate(said))


def test_chinese_captions_without_a_full_stop_end_sentences_where_a_phrase_is_whole() -> None:
    before = ("大家好我们接着聊芯片", "但是欧盟如果也要买一些比特币", "谷歌的股价最近涨了")
    said = ("博通以610亿美元", "收购了VMware", "微软宣布", "对OpenAI追加投资", "100亿美元")
    behind = ("高通说他们不会买", "英特尔", "也没有表态")
    document = opened(cues(*before, *said, *behind), "a.srt")
    assert document.text.split("\n") == [
        *before,
        "博通以610亿美元收购了VMware",
        "微软宣布对OpenAI追加投资 100亿美元",
        "高通说他们不会买",
        "英特尔也没有表态",
    ]
    told = [("Broadcom", "VMware", Decimal(61_000_000_000)), ("Microsoft", "OpenAI", Decimal(10_000_000_000))]
    assert deals(document) == told
    assert opened(cues("博通收购了VMware"), "a.srt").text == "博通收购了VMware"
    traditional = opened(cues("博通以610億美元", "收購了VMware", "這筆交易", "讓市場很興奮"), "a.srt")
    assert traditional.text.split("\n") == ["博通以610億美元收購了VMware", "這筆交易讓市場很興奮"]
    assert deals(traditional) == told[:1]


def test_captions_in_small_letters_tell_known_firms_beside_what_firms_do() -> None:
    said = ("so broadcom agreed to buy vmware", "for 61 billion dollars and i think", "amazon is a river in brazil")
    assert deals(opened(cues(*said), "a.srt")) == BOTH[:1]
    nothing = ("i ate an apple on the block", "my target is to shell out 3 million dollars", "and we met at the square")
    assert extract(opened(cues(*nothing), "a.srt")).companies == ()


@pytest.mark.parametrize("encoding", ["gb18030", "big5hkscs", "utf-16", "utf-8-sig"])
def test_chinese_in_its_encodings_tells_its_deals(encoding: str) -> None:
    text = {"big5hkscs": "博通週四宣布，同意以610億美元現金加股票收購VMware。"}.get(encoding, HAN)
    assert deals(opened(f"{text}\n{text}".encode(encoding)))[0] == BOTH[0]


def bars(*rows: str) -> str:
    """Return a table in Markdown."""
    head, *rest = [f"| {row} |" for row in rows]
    return "\n".join([head, "|---|---|---|---|", *rest])


TABLES = {
    "Markdown": bars("Date | Payer | Payee | Amount", "22 Sep 2025 | Nvidia | OpenAI | up to $100bn"),
    "comma-separated": 'Date,Payer,Payee,Amount\n2025-09-22,Nvidia,"OpenAI",up to $100bn\n2025-09-30,n/a,-,\n',
    "tabs": "Amount\tInvestee\tInvestor\tAnnounced on\nup to $100bn\tOpenAI\tNvidia\t22 Sep 2025\n",
    "zh-Hans": bars("日期 | 投资方 | 被投资方 | 金额", "2025年9月22日 | 英伟达 | OpenAI | 最多1000亿美元"),
    "zh-Hant": bars("日期 | 投資方 | 被投資方 | 金額", "2025年9月22日 | 輝達 | OpenAI | 最多1000億美元"),
    "ja": bars("日付 | 出資者 | 出資先 | 金額", "2025年9月22日 | Nvidia | OpenAI | 最大1000億ドル"),
    "ko": bars("날짜 | 투자자 | 피투자사 | 금액", "2025년 9월 22일 | 엔비디아 | OpenAI | 최대 1000억 달러"),
    "de": bars("Datum | Investor | Firma | Betrag", "22. September 2025 | Nvidia | OpenAI | bis zu 100 Mrd. Dollar"),
    "fr": bars("Date | Investisseur | Société | Montant", "22 septembre 2025 | Nvidia | OpenAI | jusqu'à 100 Md$"),
    "es": bars("Fecha | Inversor | Empresa | Importe", "22/9/2025 | Nvidia | OpenAI | hasta 100.000 millones USD"),
}  # fmt: skip


@pytest.mark.parametrize("how", TABLES)
def test_a_table_is_read_by_the_heads_of_its_columns(how: str) -> None:
    place = {"comma-separated": "a.csv", "tabs": "a.tsv"}.get(how, "a.md")
    language = how if how in ("zh-Hans", "zh-Hant", "ja", "ko", "de", "fr", "es") else "en"
    document = opened(TABLES[how], place, hints={"language": language})
    assert deals(document) == [("NVIDIA", "OpenAI", Decimal(100_000_000_000))]
    [deal] = extract(document).deals
    assert (deal.kind, deal.date and deal.date.value, deal.amount and deal.amount.qualifier) == (
        "investment",
        "2025-09-22",
        "up-to",
    )


def test_a_table_on_a_page_tells_kind_and_status_too() -> None:
    head = "<tr><th>Acquirer</th><th>Target</th><th>Price</th><th>Status</th></tr>"
    row = "<tr><td>Adobe</td><td>Figma</td><td>$20 billion</td><td>Called off</td></tr>"
    document = opened(page(f"<article><h1>Chips</h1><p>{PLAIN}</p><table>{head}{row}</table><p>{PLAIN}</p></article>"))
    [deal] = extract(document).deals
    assert (deal.kind, deal.status, deal.names("payer"), deal.names("target")) == (
        "acquisition",
        "withdrawn",
        ("Adobe",),
        ("Figma",),
    )


@pytest.mark.parametrize(
    "text",
    [
        "Company,Revenue,Date\nNvidia,$130 billion,2025\nOracle,$57 billion,2025\n",
        "Company,Value,Date\nNvidia,$4 trillion,2025-10-09\n",
        "Team,Coach,Goals\nAjax,Smit,3\n",
    ],
)
def test_a_table_of_other_things_tells_no_deals(text: str) -> None:
    assert deals(opened(text, "a.csv")) == []


NOTES = {
    "- 22 Sep 2025: Nvidia–OpenAI, letter of intent, up to $100bn": ("investment", "intended", "2025-09-22"),
    "- 10 Sep 2025: Nvidia → OpenAI, chips, $100bn over five years": ("purchase", "announced", "2025-09-10"),
    "2025年9月22日：英伟达 -> OpenAI，意向书，最多1000亿美元": ("investment", "intended", "2025-09-22"),
    "Nvidia → OpenAI: $100bn": ("investment", "announced", None),
}


@pytest.mark.parametrize("line", NOTES)
def test_a_line_of_a_note_is_read_by_its_marks(line: str) -> None:
    document = opened(f"# Circular money\n\n{line}\n", "a.md")
    assert deals(document) == [("NVIDIA", "OpenAI", Decimal(100_000_000_000))]
    [deal] = extract(document).deals
    assert (deal.kind, deal.status, deal.date and deal.date.value) == NOTES[line]


HEADED = """# 融资笔记

## Anthropic

- GIC 领投
- 2025年9月完成130亿美元F轮融资

## 英伟达

- 以50亿美元入股英特尔

## Mistral

- ASML led the round with $1.5 billion

## 其他

- 软银出资5亿美元
"""


def test_a_heading_that_names_a_firm_governs_what_stands_below_it() -> None:
    document = opened(HEADED, "a.md")
    assert deals(document) == [
        ("GIC", "Anthropic", Decimal(13_000_000_000)),
        ("NVIDIA", "Intel", Decimal(5_000_000_000)),
        ("ASML", "Mistral AI", Decimal(1_500_000_000)),
    ]
    assert extract(document).deals[1].evidence.text == "英伟达\n\n- 以50亿美元入股英特尔"


@pytest.mark.parametrize("line", ["Nvidia–OpenAI", "Berlin–Hamburg: 289 km", "2025-09-22: Nvidia and OpenAI met"])
def test_a_line_with_a_dash_alone_tells_nothing(line: str) -> None:
    assert deals(opened(f"# Notes\n\n- {line}\n", "a.md")) == []


@pytest.mark.parametrize(
    "line",
    ["2025年7月9日", "*July 9, 2025*", "9 juillet 2025", "9 de julio de 2025", "Wednesday, July 9, 2025", "2025-07-09"],
)
@pytest.mark.parametrize("place", ["a.txt", "a.md"])
def test_a_line_of_nothing_but_a_date_dates_the_note(line: str, place: str) -> None:
    document = opened(f"{line}\n\n{FIRST}\n\n{PLAIN}\n", place)  # of which language it is, nothing has told yet
    assert (document.published, document.title) == ("2025-07-09", None)


def test_a_line_with_a_date_and_more_does_not_date_a_note() -> None:
    assert opened(f"Since July 9, 2025 nothing moved\n\n{FIRST}\n", "a.txt").published is None


RELEASE = f"""SAN JOSE, Calif., Oct. 9, 2025 (A WIRE) -- Broadcom Inc. (NASDAQ: AVGO) today said it will buy VMware
for $61 billion.

{PLAIN}

About Broadcom

Broadcom bought CA Technologies for $18.9 billion in 2018 and makes chips.

Forward-Looking Statements

Broadcom may acquire VMware for $61 billion later than expected, or not at all.
"""


def test_a_release_is_dated_by_its_dateline_and_tells_nothing_in_its_boilerplate() -> None:
    document = opened(RELEASE, "a.txt")
    assert document.published == "2025-10-09"
    assert [block.kind for block in document.blocks] == ["paragraph"] * 2 + ["boilerplate"] * 4
    assert deals(document) == [("Broadcom", "VMware", Decimal(61_000_000_000))]


def test_about_in_an_article_is_no_boilerplate() -> None:
    document = opened(f"{PLAIN}\n\nAbout Broadcom\n\n{FIRST}\n", "a.txt")
    assert deals(document) == BOTH[:1]


def test_columns_side_by_side_are_told_and_no_line_runs_into_its_neighbour() -> None:
    left, right = (textwrap.wrap(f"{text} {PLAIN}", 34) for text in (FIRST, SECOND))
    text = "\n".join(f"{one:<38}{other}" for one, other in zip(left, right, strict=False))
    document = opened(text, "a.txt")
    assert "two columns" in document.issues[0].message
    assert not any("   " in text[block.start : block.end] for block in document.blocks)
    assert ("Broadcom", "Nuance Communications") not in [deal[:2] for deal in deals(document)]


def test_a_table_of_figures_is_no_text_in_columns() -> None:
    text = "\n".join(f"Revenue of the year    {year}    {year - 1900}.5" for year in range(2015, 2025))
    assert opened(text, "a.txt").issues == ()
