"""Deals keep their place, their id and their speaker; what a frame lacks is told by name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.deals.explanation import Try
from pipeline.extraction import explain, extract
from pipeline.models import Block, BlockKind, Deal, Document, Span
from pipeline.proof.examples import examples, extraction

EXAMPLES = [each for each in examples() if each.topic == "deals" and each.expected and not each.gap]
BUYS = "博通以690亿美元收购VMware。"
INVESTS = "亚马逊向Anthropic投资80亿美元。"


def spans(deal: Deal) -> Iterator[Span]:
    """Yield everything in a deal that points at characters."""
    values = (deal.amount, deal.valuation, deal.stake, deal.quantity, deal.round, deal.date, deal.status_cue)
    yield from (deal.evidence, *deal.parties, *(value for value in values if value))


def told(text: str, *blocks: Block, identity: str = "test", speaker: str | None = None) -> tuple[Deal, ...]:
    """Return the deals of a document."""
    return extract(Document(id=identity, text=text, blocks=blocks, speaker=speaker)).deals


# Places in the original


@pytest.mark.parametrize("language", sorted({each.language for each in EXAMPLES}))
def test_every_span_of_a_deal_gives_the_original_characters(language: str) -> None:
    apart = [
        (example.place, span.text, example.text[span.start : span.end])
        for example in EXAMPLES
        if example.language == language
        for deal in extraction(example).deals
        for span in spans(deal)
        if example.text[span.start : span.end] != span.text
    ]
    assert not apart


BROKEN = {
    "full-width digits and letters": "輝達宣布向ＯｐｅｎＡＩ投資１０００億美元。",
    "pinyin of a broken page": "微軟宣布以687億美元收購(gòu)動視(shì)暴雪,并發(fā)布公告。",
    "entities": "AT&amp;T以854億美元收購時代華納。",
    "soft hyphens and spaces without width": "軟\u00ad銀以320億\u200b美元收購Arm。",
    "an emoji before": "😀😀 福特將富豪汽車以18億美元出售給吉利。",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_deal_in_repaired_text_points_at_what_stood_there(text: str) -> None:
    [deal] = told(text)
    for span in spans(deal):
        assert text[span.start : span.end] == span.text
    assert deal.amount and deal.amount.value
    assert {party.role for party in deal.parties} >= {"payer"}


NOISE = st.sampled_from(["\n", "\n\n", " ", "\u3000", "😀", "(", "”", "网(wǎng)友说:", "&amp;", "。", "A. ", "\r\n"])


@settings(deadline=None, max_examples=60)
@given(parts=st.lists(st.one_of(NOISE, st.sampled_from([each.text for each in EXAMPLES])), max_size=6))
def test_every_span_of_any_mixture_of_sentences_gives_the_original_characters(parts: list[str]) -> None:
    text = "".join(parts)
    found = told(text)
    for deal in found:
        assert all(text[span.start : span.end] == span.text for span in spans(deal))
        assert all(party.start < party.end <= deal.evidence.end for party in deal.parties)  # or named before: 公司
    assert len({deal.id for deal in found}) == len(found)


# Ids


def test_an_id_names_document_evidence_and_parties_and_not_the_place() -> None:
    [alone] = told(BUYS)
    _, later = told(f"{INVESTS}\n{BUYS}")
    [elsewhere] = told(BUYS, identity="other")
    assert alone.id == later.id
    assert alone.id != elsewhere.id
    assert alone.evidence.start != later.evidence.start


def test_the_same_text_gives_the_same_deals_again() -> None:
    text = "".join(example.text for example in EXAMPLES[:40])
    assert told(text) == told(text)


# Who is meant


REPORTS = {
    "公司": "云岭科技(300933)公告,公司拟以6.9亿元收购安禾半导体51%股权。",
    "公司, Traditional": "雲嶺科技(300933)公告,公司擬以6.9億元人民幣收購安禾半導體51%股權。",
    "the Company": "Northgate Holdings Ltd. said that the Company had acquired Larkfield Inc. for $20 million.",
}


@pytest.mark.parametrize("text", REPORTS.values(), ids=REPORTS)
def test_the_firm_of_a_report_is_who_it_speaks_of_as_the_company(text: str) -> None:
    [deal] = told(text)
    [payer] = [party for party in deal.parties if party.role == "payer"]
    assert payer.start == 0, "the span is where the report names the firm"


@pytest.mark.parametrize(
    "text", ["公司拟以6.9亿元收购安禾半导体51%股权。", "The Company acquired Larkfield Software Inc."]
)
def test_a_company_that_the_text_never_names_is_nobody(text: str) -> None:
    assert [party.text for deal in told(text) for party in deal.parties if party.role != "target"] == []


def test_a_word_of_a_firms_name_is_nothing_that_is_bought() -> None:
    [deal] = told("Nippon Ports invested $389 million in Birch Steel Ltd.")
    assert deal.asset is None


# Blocks


def block(text: str, kind: BlockKind, said: str, *, speaker: str | None = None, second: float | None = None) -> Block:
    """Return the block in which something is said."""
    start = text.index(said)
    return Block(kind=kind, start=start, end=start + len(said), speaker=speaker, second=second)


def test_a_reader_comment_is_less_sure_than_an_article() -> None:
    text = f"{BUYS}\n{INVESTS}"
    article, comment = told(text, block(text, "paragraph", BUYS), block(text, "comment", INVESTS))
    assert (article.block, comment.block) == ("paragraph", "comment")
    plain = told(text)[1]
    assert comment.confidence < plain.confidence
    assert comment == replace(plain, block="comment", confidence=comment.confidence)


def test_a_comment_that_names_no_figure_is_an_opinion() -> None:
    said = "高通收购英特尔了。"
    assert len(told(said)) == 1
    assert told(said, block(said, "comment", said)) == ()


def test_who_says_it_and_when_is_carried() -> None:
    text = f"{BUYS}\n{INVESTS}"
    first = block(text, "speech", BUYS, speaker="霍尔德", second=12.5)
    second = block(text, "speech", INVESTS, speaker="Acheson", second=75.0)
    found = told(text, first, second)
    assert [(deal.speaker, deal.second, deal.block) for deal in found] == [
        ("霍尔德", 12.5, "speech"),
        ("Acheson", 75.0, "speech"),
    ]


def test_a_document_with_one_speaker_lends_it_to_its_deals() -> None:
    [deal] = told(BUYS, speaker="Acheson")
    assert (deal.speaker, deal.second, deal.block) == ("Acheson", None, "paragraph")


# Why


def tries(text: str) -> list[Try]:
    """Return every rule tried on a text."""
    return [each for sentence in explain(Document(id="test", text=text)) for each in sentence.tries]


def test_a_sentence_is_shown_in_phrases_with_whom_it_is_about() -> None:
    text = "Renesas makes chips for cars. The company agreed to buy Altium for $5.9bn."
    [sentence] = explain(Document(id="test", text=text))
    assert ("The company", "issuer") in {(phrase.text, phrase.role) for phrase in sentence.phrases}
    assert sentence.about["issuer"] == "Renesas"


def test_a_phrase_is_shown_as_the_document_writes_it() -> None:
    [sentence] = explain(Document(id="test", text="輝達宣布向OpenAI投資最多1000億美元。"))
    assert [phrase.text for phrase in sentence.phrases if phrase.role == "name"] == ["輝達", "OpenAI"]


def test_a_cue_that_tells_nothing_is_shown_so() -> None:
    [sentence] = explain(Document(id="test", text="Orange won't buy Vodafone Spain."))
    assert sentence.hidden == ("won",)


LOST = {
    "收购英特尔的传言四起。": ("zh.acquire", "the object is none, not equity or firm"),
    "台积电向苹果供应芯片已有十年。": ("zh.sell-goods", "no amount"),
    "很多消费者购买了电动车。": ("zh.buy-shares", "the object is none, not equity"),
    "国航今年订购飞机的费用上升。": ("zh.order-from", "no payee"),
    "Analysts merged the two data sets.": ("en.merge", "no partner"),
    "TSMC has supplied chips to Apple for a decade.": ("en.sell-goods", "no amount"),
    "Beiersdorf, which competes with Henkel, has raised $2 billion.": (
        "en.raise-from",
        "one side, beside a firm without a part",
    ),
}


@pytest.mark.parametrize(("text", "lost"), LOST.items(), ids=LOST)
def test_a_rule_that_lost_says_what_it_lacked(text: str, lost: tuple[str, str]) -> None:
    rule, lacked = lost
    assert lacked in {each.verdict for each in tries(text) if each.rule == rule}
    assert not any(each.won for each in tries(text))


AGREED = "Microsoft agreed to acquire Activision Blizzard for $68.7 billion."
WON = [BUYS, INVESTS, "输血继续:英伟达向OpenAI投资至多1000亿美元。", AGREED]


@pytest.mark.parametrize("text", WON)
def test_the_rules_that_won_are_those_of_the_deals(text: str) -> None:
    won = [each for each in tries(text) if each.won]
    assert [each.rule for each in won] == [deal.rule for deal in told(text)]
    assert all(each.verdict for each in tries(text) if not each.won)


# Text made to hurt

HOSTILE = {
    "verbs": "收购" * 5_000,
    "names": "英伟达、" * 2_500 + "投资OpenAI。",
    "brackets": "(" * 10_000 + "收购",
    "amounts": "以1亿元" * 2_000 + "收购",
    "one endless sentence": "英伟达向OpenAI投资10亿美元,微软收购动视暴雪," * 400,
    "definitions": "甲(以下简称“乙”)收购" * 800,
    "Latin": "Acme Corp. acquired " * 500,
    "commas": "Microsoft bought A, " * 500,
    "short sentences": "甲收购了乙。" * 3_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_is_told_in_text_made_to_hurt_is_the_characters_it_points_at(text: str) -> None:
    for deal in extract(text).deals:
        assert all(text[span.start : span.end] == span.text for span in spans(deal))


DATED = {
    "behind the verb": ("Adobe bought Figma for $20 billion on 15 September 2022.", "2022-09-15"),
    "before it": ("On 15 September 2022 Adobe bought Figma.", "2022-09-15"),
    "each its own": ("Adobe bought Figma in 2022 and Oracle bought Cerner in 2021.", "2022"),
    "another clause": ("Adobe bought Figma, which was founded in 2012.", None),
    "brackets": ("Adobe bought Figma (founded in 2012) in 2022.", "2022"),
    "how long": ("Adobe will pay Oracle $3 billion for cloud services through 2031.", None),
    "how long, before the verb": ("甲骨文至2031年将向Adobe采购芯片。", None),
    "German": ("SAP kaufte Signavio im Januar 2021.", "2021-01"),
    "French": ("Capgemini a racheté Altran en avril 2020.", "2020-04"),
}


@pytest.mark.parametrize(("text", "date"), DATED.values(), ids=DATED)
def test_a_deal_has_the_date_of_its_own_phrases(text: str, date: str | None) -> None:
    first = extract(text).deals[0]
    assert (first.date and first.date.value) == date
