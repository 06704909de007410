"""What it takes to read a page beside what trafilatura takes alone, with its metadata, in processor time."""

from __future__ import annotations

import random
import re

import pytest
import trafilatura

from pipeline.models import Capture
from pipeline.read import read
from tests.benchmarks.timing import Report, seconds

MOST = 0.6
"""Times trafilatura with its metadata: measured 0.3 to 0.5, of which its bare extraction is 0.25 to 0.4."""
URL = "https://news.example/harbour.html"
SENTENCES = {
    "en": [
        "The harbour authority expects the review of the contract to last until spring, its chairman told reporters.",
        "Morrow Lines said on Tuesday that it will acquire the tug operator Selkirk Towage for about $4.2 billion.",
        "Shares of both companies rose in early trading, and analysts of three banks lifted their targets.",
        "The operator employs four thousand people in nine ports, most of them between Rotterdam and Le Havre.",
        "Demand for berths has grown every quarter since the canal was closed, and rents followed half a year later.",
    ],
    "zh": [
        "港口管理局预计合同审查将持续到春季,主席在会后对记者表示。",
        "星港船务周二宣布,将以约42亿元现金收购远洋拖轮的全部股权。",
        "两家公司的股价在早盘上涨,三家银行的分析师上调了明年的目标价。",
        "该公司在九个港口雇用四千人,其中大部分在华东沿海。",
        "自运河关闭以来,泊位需求每个季度都在增长,租金半年后跟上。",
    ],
}


def page(language: str) -> str:
    """Return a page as news sites serve it: 50 KB, of which the article is a small part."""
    dice = random.Random(5)

    def said(count: int) -> str:
        return " ".join(dice.choice(SENTENCES[language]) for _ in range(count))

    head = "".join(f'<meta property="og:x{number}" content="value {number}">' for number in range(40))
    script = f"<script>{'var slot = {id: 1, size: [300, 250]};' * 250}</script>"
    menu = "".join(f'<li class="menu-item"><a href="/s/{n}"><span>Section {n}</span></a></li>' for n in range(60))
    body = "".join(f'<p>{said(4)} <a href="/t/{n}">topic {n}</a></p><div class="slot"></div>' for n in range(16))
    cards = "".join(f'<li><a href="/r/{n}"><h3>{said(1)}</h3></a><i>2025-10-0{n % 9 + 1}</i></li>' for n in range(40))
    remarks = "".join(f'<div class="comment"><span>reader {n}</span><p>{said(1)}</p></div>' for n in range(15))
    return (
        f"<!doctype html><html lang='{language}'><head><title>Harbour</title>{head}{script}</head><body>"
        f"<header><nav><ul>{menu}</ul></nav></header><main><article><h1>Harbour</h1><time>2025-10-07</time>{body}"
        f"</article><div class='related'><ul>{cards}</ul></div><div id='comments'>{remarks}</div></main>"
        f"<footer><ul>{menu}</ul></footer>{script}</body></html>"
    )


KINDS = {
    "dated": lambda html: html,
    "without a date": lambda html: re.sub(r"2025-10-0\d", "", html),
    "of bare text": lambda html: html.replace("<p>", "<br><br>").replace("</p>", ""),
}
"""Pages, of which the second is searched for a date and the third for the text that an extraction loses."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", SENTENCES)
def test_what_a_page_costs_over_trafilatura(language: str, kind: str, at_most: Report) -> None:
    html = KINDS[kind](page(language))
    capture = Capture(id="one", source="news", data=html.encode(), url=URL, place="page.html")
    assert len(read(capture).blocks) > 16
    alone = seconds(lambda: trafilatura.bare_extraction(html, url=URL, fast=True, with_metadata=True), 7)
    ratio = seconds(lambda: read(capture), 7) / alone
    at_most(f"{language} page {kind} to document over trafilatura", ratio, MOST, "times")
