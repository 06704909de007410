"""Syndicated copies are one document; two notices on one form are not."""

from __future__ import annotations

import random
from itertools import permutations

from opencc import OpenCC

from pipeline.models import DocumentRecord
from pipeline.text.duplicates import Sketch, copies, joined, sketch

ARTICLE = (
    "思科2023年9月21日宣布，将以每股157美元的现金收购数据分析公司Splunk，交易总值约280亿美元，这是思科成立以来最大的一笔收购。"
    "两家公司说，合并之后可以把网络设备产生的数据和日志分析结合起来，帮助客户更早发现安全威胁。"
    "交易预计在2024年第三季度之前完成，仍须通过监管审查和Splunk股东的表决。消息公布后，Splunk股价上涨两成，思科股价则下跌近百分之四。"
    "思科首席执行官罗卓克在电话会议上表示，这次收购不会影响公司既有的股票回购计划和分红政策，也不需要另外发行新股来筹措资金。"
)
AROUND = (
    "（记者 王小明 综合报道）",
    "责任编辑：李华。本文转载自合作媒体。相关阅读：网络安全行业上半年融资回顾",
)
NOTICE = (
    "证券简称：某某股份。公告编号：临2025-0{0}。本公司及董事会全体成员保证公告内容真实、准确、完整，没有虚假记载、误导性陈述或者重大遗漏。"
    "近日，公司收到招标人发来的中标通知书，确认公司为{1}项目的中标单位，中标金额为人民币{2}万元。本次中标不构成关联交易，"
    "项目的履行对公司当期业绩的影响以审计结果为准，敬请广大投资者注意投资风险。特此公告。"
)


def sketches(*texts: str, published: tuple[str, ...] = ()) -> list[Sketch]:
    """Return the sketch of each text, named a, b, c …"""
    days = [*published, *["2025-10-08"] * len(texts)]
    rows = [(chr(97 + at), days[at], sketch(text)) for at, text in enumerate(texts)]
    return [Sketch(id=name, published=day, rows=row) for name, day, row in rows if row]


def test_a_reprint_with_a_byline_and_a_footer_is_a_copy() -> None:
    reprint = "\n\n".join([AROUND[0], ARTICLE.replace("。", "。\n"), AROUND[1]])
    assert copies(sketches(ARTICLE, reprint), {"a": {"x"}, "b": {"x"}}) == {"b": "a"}


def test_spaces_and_punctuation_of_another_site_do_not_matter() -> None:
    other = ARTICLE.replace("，", ", ").replace("。", " 。 ").replace("Splunk", "SPLUNK")
    assert copies(sketches(ARTICLE, other), {}) == {"b": "a"}


def test_a_reprint_in_the_other_script_is_a_copy() -> None:
    assert copies(sketches(ARTICLE, OpenCC("s2tw").convert(ARTICLE)), {}) == {"b": "a"}


def test_the_earliest_is_the_original() -> None:
    both = sketches(ARTICLE, ARTICLE, published=("2025-10-09", "2025-10-08"))
    assert copies(both, {}) == {"a": "b"}


def test_two_notices_on_one_form_are_two_documents() -> None:
    notices = sketches(NOTICE.format(11, "城东水厂", "8,600"), NOTICE.format(12, "城西水厂", "9,700"))
    assert copies(notices, {"a": {"8,600"}, "b": {"9,700"}}) == {}


def test_a_copy_that_was_cut_short_is_a_copy_and_one_that_tells_more_is_not() -> None:
    both = sketches(ARTICLE, ARTICLE + AROUND[1])
    assert copies(both, {"a": {"x", "y"}, "b": {"x"}}) == {"b": "a"}
    assert copies(both, {"a": {"x"}, "b": {"x", "y"}}) == {}


def test_articles_on_one_subject_are_not_copies() -> None:
    other = (
        "网络设备制造商思科同意收购Splunk，分析师认为价格不低。按照协议，Splunk股东每股可得157美元现金，比前一天的收盘价高出三成。"
        "思科希望由此加快向软件和订阅收入转型，减少对交换机和路由器销售的依赖。这家公司近年来买下了十多家安全领域的创业企业。"
        "反垄断机构预计会仔细审查这笔交易，不过两家公司的产品重叠不多，多数观察人士预期它最终能够获得批准。"
    )
    assert copies(sketches(ARTICLE, other), {}) == {}


def test_short_notes_are_never_copies() -> None:
    assert sketch("微软收购GitHub。" * 5) is None


def test_the_order_of_documents_does_not_matter() -> None:
    some = sketches(ARTICLE, ARTICLE + AROUND[1], AROUND[0] + ARTICLE, published=("2025-10-09", "2025-10-07"))
    results = [copies(order, {"c": {"x"}}) for order in permutations(some)]
    assert results == [{"a": "b"}] * 6


def test_a_thousand_notices_on_one_form_are_told_apart_quickly() -> None:
    dice = random.Random(7)
    notices = [
        Sketch(id=str(number), published=None, rows=sketch(NOTICE.format(number, f"{dice.random()}号", number)) or b"")
        for number in range(1000)
    ]
    assert copies(notices, {str(number): {str(number)} for number in range(1000)}) == {}


def test_an_original_takes_over_the_addresses_of_its_copies() -> None:
    records = [
        DocumentRecord(id=name, url=f"https://{name}.example/1", characters=1, fingerprint=name) for name in "abc"
    ]
    kept = joined(records, {"b": "a", "c": "a"})
    assert [(record.id, record.urls) for record in kept] == [("a", ("https://b.example/1", "https://c.example/1"))]
