"""A small world to review: documents of our own, the deals they tell, and a page served over them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import uvicorn
from msgspec.structs import replace

from pipeline.cli import review
from pipeline.judging.judgements import apply_judgements, read
from pipeline.merge import merge
from pipeline.models import (
    Amount,
    Block,
    Date,
    Deal,
    DealMention,
    Document,
    Extraction,
    MergedDeal,
    Party,
    Role,
    SourceYield,
    Span,
    Stake,
    deal_id,
    to_json,
)
from pipeline.review import Desk, Team
from pipeline.store import Store

HOSTILE = (
    '<script>document.title = "taken"</script> & "quotes" \' \u202egnirts\u202c \u200f\u200eend '
    "<img src=x onerror=alert(1)>"
)
ROUND = (
    "輝達週一表示，擬分階段向OpenAI投資最高1000億美元，首批晶片預計2026年下半年上線。\n"
    "OpenAI則與甲骨文簽署協議，五年內採購3000億美元的雲端運算服務。\n"
    "甲骨文為此將向輝達購買約40萬顆晶片，價值約400億美元。\n"
)
MEMO = (
    "Nvidia agreed to invest up to $100 billion in OpenAI, the companies said on 22 September 2025.\n"
    "Harbor Freight Cloud bought a 12.5% stake in Mistral Bay for €850 million.\n"
    "Talks are under way, people close to them said, for Quayside to lend Lantern AI $2 billion.\n"
)
COMMENTS = (
    "文章说英伟达投了百亿美元，我看没那么多。\nIf Harbor paid Lantern a trillion dollars, we would all be rich.\n"
)


def document(name: str, text: str, **fields: Any) -> Document:
    """Return a document whose lines are its paragraphs."""
    blocks, start = [], 0
    for line in text.splitlines(keepends=True):
        blocks.append(Block(kind=fields.get("block", "paragraph"), start=start, end=start + len(line.rstrip("\n"))))
        start += len(line)
    fields.pop("block", None)
    return Document(id=name, text=text, blocks=tuple(blocks), source="samples", **fields)


def tell(
    told: Document,
    line: int,
    parties: dict[str, Role],
    *,
    kind: Any = "investment",
    status: Any = "announced",
    amount: tuple[str, str, str] | None = None,
    stake: str | None = None,
    date: tuple[str, str] | None = None,
    confidence: float = 0.9,
    rule: str = "zh.invest",
    known: dict[str, tuple[str, str]] | None = None,
) -> Deal:
    """Return a deal told in one line of a document, its spans found by their words."""
    block = told.blocks[line]

    def span(words: str) -> dict[str, Any]:
        at = told.text.index(words, block.start)
        return {"start": at, "end": at + len(words), "text": words}

    found = tuple(
        Party(**span(words), role=role, company_id=company, name=name)
        for words, role in parties.items()
        for company, name in [(known or KNOWN).get(words, (None, words))]
    )
    evidence = Span(**span(told.text[block.start : block.end]))
    money = amount and Amount(
        **span(amount[0]),
        value=Decimal(amount[1]),
        currency=amount[2],
        qualifier="up-to" if any(cue in amount[0] for cue in ("up to", "最高")) else "exact",
        high=Decimal(amount[1]) if any(cue in amount[0] for cue in ("up to", "最高")) else None,
    )
    return Deal(
        id=deal_id(told.id, evidence.text, found),
        kind=kind,
        status=status,
        parties=found,
        amount=money,
        stake=stake and Stake(**span(stake), percent=Decimal(stake.rstrip("%"))),
        date=date and Date(**span(date[0]), value=date[1]),
        evidence=evidence,
        block=block.kind,
        rule=rule,
        confidence=confidence,
    )


KNOWN = {
    "輝達": ("nvidia", "NVIDIA"),
    "英伟达": ("nvidia", "NVIDIA"),
    "Nvidia": ("nvidia", "NVIDIA"),
    "OpenAI": ("openai", "OpenAI"),
    "甲骨文": ("oracle", "Oracle"),
}


def chinese() -> tuple[Document, tuple[Deal, ...]]:
    """Return an article in Traditional Chinese whose money goes in a circle."""
    told = document(
        "news/circle",
        ROUND,
        title="誰在為算力買單",
        published="2025-09-23",
        language="zh-Hant",
        publisher="示例日報",
        url="https://news.example/circle",
    )
    invests: dict[str, Role] = {"輝達": "payer", "OpenAI": "payee"}
    rents: dict[str, Role] = {"OpenAI": "payer", "甲骨文": "payee"}
    buys: dict[str, Role] = {"甲骨文": "payer", "輝達": "payee"}
    purchase = {"kind": "purchase", "rule": "zh.purchase"}
    return told, (
        tell(told, 0, invests, status="intended", amount=("最高1000億美元", "100000000000", "USD")),
        tell(told, 1, rents, amount=("3000億美元", "300000000000", "USD"), **purchase),
        tell(told, 2, buys, amount=("400億美元", "40000000000", "USD"), **purchase),
    )


def english() -> tuple[Document, tuple[Deal, ...]]:
    """Return a memo in English."""
    told = document("notes/memo.md", MEMO, title="Memo", published="2025-09-24", language="en", publisher="Desk")
    invests: dict[str, Role] = {"Nvidia": "payer", "OpenAI": "payee"}
    buys: dict[str, Role] = {"Harbor Freight Cloud": "payer", "Mistral Bay": "target"}
    lends: dict[str, Role] = {"Quayside": "payer", "Lantern AI": "payee"}
    hundred, dear, two = (
        ("up to $100 billion", "100000000000", "USD"),
        ("€850 million", "850000000", "EUR"),
        ("$2 billion", "2000000000", "USD"),
    )
    return told, (
        tell(told, 0, invests, amount=hundred, date=("22 September 2025", "2025-09-22"), rule="en.invest"),
        tell(told, 1, buys, kind="share-transfer", amount=dear, stake="12.5%", rule="en.buy-stake"),
        tell(told, 2, lends, kind="loan", status="rumored", amount=two, confidence=0.55, rule="en.lend"),
    )


def comments() -> tuple[Document, tuple[Deal, ...]]:
    """Return two comments of readers, one of whom invents a deal."""
    told = document("forum/1", COMMENTS, title="评论", published="2025-10-01", language="zh-Hans", block="comment")
    pays: dict[str, Role] = {"Harbor": "payer", "Lantern": "payee"}
    dream = {"kind": "purchase", "status": "hypothetical", "rule": "en.pay", "confidence": 0.4}
    return told, (
        tell(told, 0, {"英伟达": "payer"}, amount=("百亿美元", "10000000000", "USD"), confidence=0.5),
        tell(told, 1, pays, amount=("a trillion dollars", "1000000000000", "USD"), **dream),
    )


def hostile() -> tuple[Document, tuple[Deal, ...]]:
    """Return a document that would take over a careless page."""
    text = f"{HOSTILE} Oxbow pays Kestrel.\n"
    told = document("evil/<b>", text, title=HOSTILE, url="javascript:alert(1)", language="en")
    parties: dict[str, Role] = {"Oxbow": "payer", "Kestrel": "payee", '"quotes"': "partner"}
    return told, (tell(told, 0, parties, rule="en.pay<i>"),)


WORLD = (chinese, english, comments, hostile)


def fill(store: Store, told: Iterable[tuple[Document, tuple[Deal, ...]]]) -> list[MergedDeal]:
    """Return the merged deals after a run over these documents."""
    run = store.start_run(["samples"], "test")
    documents = 0
    for read_document, deals in told:
        extraction = Extraction(
            id=read_document.id, language=read_document.language or "und", text=read_document.text, deals=deals,
            published=read_document.published, url=read_document.url,
        )  # fmt: skip
        store.save_extraction(run, read_document, extraction)
        documents += 1
    merged = store.consolidate(run, lambda mentions, previous: merge(mentions, previous=previous, today="2025-10-02"))
    gave = {"samples": SourceYield(documents=documents, deals=len(merged), issues={"warning": run % 3})}
    store.finish_run(run, {"documents": documents, "deals": len(merged)}, {"read": 0.4}, gave=gave)
    return merged


def merged_from(mention: DealMention) -> MergedDeal:
    """Return the merged deal of a single telling."""
    deal = mention.deal
    names = ("id", "kind", "status", "parties", "amount", "date", "evidence", "rule", "confidence")
    shared = {name: getattr(deal, name) for name in names}
    return MergedDeal(**shared, documents=(mention.document,), mentions=(mention,))


def publish(root: Path, merged: Iterable[MergedDeal]) -> None:
    """Write the deals as a run publishes them."""
    given, _ = read(root / "sources" / "judgements.jsonl")
    found = [deal for deal in apply_judgements(merged, given) if deal.judgement != "rejected"]
    (root / "extracted").mkdir(parents=True, exist_ok=True)
    (root / "extracted" / "deals.jsonl").write_bytes(b"".join(to_json(deal) + b"\n" for deal in found))


def desk(store: Store, root: Path, by: str = "mei") -> Desk:
    """Return a desk over a store."""
    made = Desk(store, review.stages(), root / "sources" / "judgements.jsonl", by)
    made.refresh()
    return made


@contextmanager
def serving(desk: Desk, team: Team | None = None) -> Iterator[str]:
    """Serve a desk on a free port of this machine, or behind it to a team, and give its address.

    `PORT` in the host of a team stands for that port: there is no proxy before it, so pages are seen, not answered.
    """
    with review.listening(0) as listening:
        port = listening.getsockname()[1]
        if team and team.host:
            team = replace(team, host=team.host.replace("PORT", str(port)))
        server = uvicorn.Server(review.configured(desk, port, team))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        assert server.started
        try:
            yield f"http://{review.HOST}:{port}"
        finally:
            server.should_exit = True
            thread.join(10)


def many(opened: Store, count: int) -> list[MergedDeal]:
    """Return as many deals as a busy year leaves to judge."""
    run = opened.start_run(["samples"], "test")
    told, (deal, *_) = english()
    made = []
    for number in range(count):
        text = f"{deal.evidence.text} No. {number}"
        evidence = Span(start=0, end=len(text), text=text)
        one = replace(deal, id=f"{number:016x}", evidence=evidence, confidence=number % 100 / 100)
        made.append(merged_from(DealMention(document=told.id, deal=one)))
    opened.save_merged(run, made)
    opened.finish_run(run, {}, {})
    return made
