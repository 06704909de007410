"""How fast Chinese news becomes deals, in processor time: normalized, annotated, matched and resolved, on one core."""

from __future__ import annotations

import random

import pytest
import spacy

from pipeline.extraction import default, extract
from pipeline.models import Document
from tests.benchmarks.timing import Report, seconds

FLOOR = 150_000  # characters a second
TELLING = 0.12  # of the sentences: those with a cue in a day's business pages are one in eight
LENGTH = 1_500  # characters of an article
ARTICLES = 120

PLAIN = [
    "记者周二从多家企业了解到,今年上半年各地的算力设施建设继续加快,新建机房普遍采用液冷。",
    "业内人士认为,电费仍占成本的一半以上,价格短期内很难下降。",
    "这家公司的股价当天上涨了5.2%,市值超过3000亿元,创下去年11月以来的新高。",
    "台积电董事长在会上说,先进制程的需求仍然强劲,客户已经排到后年。",
    "国家统计局的数据显示,前三季度高技术制造业增加值同比增长9.6%。",
    "分析人士指出,海外客户更看重交货时间,而不是价格。",
    "宁德时代的工厂位于江苏溧阳,占地约600亩,有4000多名工人。",
    "他在接受采访时表示,市场还没有到拐点,企业应当把精力放在产品上。",
    "英伟达第三季度营业收入为570亿美元,数据中心业务占九成。",
    "会议室的墙上挂着一张世界地图,上面插满了小旗。",
    "据介绍,该系统每天处理约2亿次请求,响应时间不到30毫秒。",
    "专家提醒,模型的效果取决于数据的质量,盲目追求规模没有意义。",
    "当地气象部门预计,未来三天将有中到大雨,部分航班可能延误。",
    "新产品的定价为3999元,预计下月上市,首批在北京和上海发售。",
    "公司创始人毕业于清华大学,曾在硅谷工作十年,2016年回国。",
    "对此,市场的看法并不一致,有人乐观,有人谨慎。",
]
DEALS = [
    "博通以690亿美元完成对VMware的收购。",
    "亚马逊宣布向Anthropic投资40亿美元,成为其主要云服务商。",
    "深圳地铁集团从恒大手中受让万科14.07%股份,总价292亿元。",
    "中兴通讯中标中国移动5G基站集采项目,金额约10亿元。",
    "云岭科技(300933)公告,公司拟以6.9亿元收购安禾半导体51%股权。",
    "本轮融资由多家机构领投,投资者对前景看好,但公司没有透露估值。",
    "收购完成后,双方的研发部门将合并,预计每年节省开支2亿元。",
]


def article(chance: random.Random) -> Document:
    """Return an article of our sentences, most of which hold no word that tells a deal."""
    text = ""
    while len(text) < LENGTH:
        text += chance.choice(DEALS if chance.random() < TELLING else PLAIN) + ("\n" if chance.random() < 0.2 else "")
    return Document(id=f"{chance.random()}", text=text, language="zh-Hans")


@pytest.fixture(scope="module")
def news() -> list[Document]:
    """Give the articles of a day, always the same."""
    chance = random.Random(11)
    return [article(chance) for _ in range(ARTICLES)]


def test_chinese_news_becomes_deals(news: list[Document], at_least: Report, at_most: Report) -> None:
    assert sum(len(extract(document).deals) for document in news) > ARTICLES
    characters = sum(len(document.text) for document in news)
    speed = characters / seconds(lambda: [extract(document) for document in news])
    at_least("Chinese news to deals", speed, FLOOR, "char/s")
    nlp = spacy.blank("zh")
    tokens = characters / seconds(lambda: [nlp(document.text) for document in news])
    at_most("the same, over spaCy's cutting into characters", tokens / speed, 20, "times")


def test_most_sentences_are_never_looked_at_closely(news: list[Document]) -> None:
    with default().nlp.memory_zone():
        docs = [default().marked(document) for document in news]
        looked = sum(end - start for doc in docs for start, end, _ in doc._.deal_sentences)
        assert looked < 0.3 * sum(len(doc.text) for doc in docs)
