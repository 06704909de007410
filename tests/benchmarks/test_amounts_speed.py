"""How fast amounts are read, in processor time: news, a page of digits, and sentences that tell none."""

from __future__ import annotations

import pytest

from pipeline.annotate.money.amounts import find_amounts
from pipeline.rules.knowledge import shipped
from tests.benchmarks.timing import Report, seconds

CHINESE = (
    "英伟达周一宣布,将向OpenAI投资高达1000亿美元,用于建设至少10吉瓦的数据中心。双方已签署意向书,首批系统预计在2026年下半年上线。"
    "分析人士指出,这家芯片制造商的市值已经超过4万亿美元,过去一年营业收入增长了122%。甲骨文此前披露,与OpenAI签订了为期五年、"
    "价值约3000亿美元的云服务合同。公司创始人表示,人工智能的需求仍在快速上升,客户希望尽快拿到更多的算力。记者了解到,"
    "供应链企业正在扩大产能,其中三家企业的股价当天上涨了5%以上。监管部门没有就此发表评论,市场普遍认为这一安排将影响未来几年的格局。"
)
ENGLISH = (
    "Nvidia said on Monday it would invest up to $100 billion in OpenAI to build at least 10 gigawatts of capacity. "
    "The two companies have signed a letter of intent, and the first systems are expected in the second half of 2026. "
    "Analysts noted that the chip maker's market value had passed $4 trillion, after revenue rose 122 percent. "
    "Oracle earlier disclosed a five-year cloud contract worth about $300 billion. The founder said demand was still "
    "growing fast, and that customers wanted more computing power as soon as possible. Shares of three suppliers rose "
    "more than 5 percent that day. Regulators had no comment on the arrangement, which may shape the industry. "
)
NEWS = (CHINESE + ENGLISH) * 100


def test_amounts_of_mixed_news(at_least: Report) -> None:
    assert len(find_amounts(NEWS, "zh-Hans", shipped())) == 600
    speed = len(NEWS) / seconds(lambda: find_amounts(NEWS, "zh-Hans", shipped()), 5)
    at_least("amounts of mixed news", speed, 3_000_000, "char/s")


@pytest.mark.parametrize(
    "text",
    ["7" * 8000, "$" + "7" * 8000, "7" * 8000 + "元", "1," * 4000 + "元"],
    ids=["digits", "dollar", "yuan", "commas"],
)
def test_eight_thousand_digits_in_a_row(text: str, at_most: Report) -> None:
    assert find_amounts(text, "zh-Hans", shipped()) == []
    at_most(
        f"8,000 characters like {text[:4]}", 1000 * seconds(lambda: find_amounts(text, "zh-Hans", shipped())), 5, "ms"
    )


@pytest.mark.parametrize(
    "text",
    ["公司表示将在明年支付这笔款项。", "The company said it would pay the sum in the next year."],
    ids=["zh", "en"],
)
def test_a_sentence_without_amounts(text: str, at_most: Report) -> None:
    assert find_amounts(text, "zh-Hans", shipped()) == []
    taken = seconds(lambda: [find_amounts(text, "zh-Hans", shipped()) for _ in range(1000)], 5)
    at_most(f"a sentence without amounts: {text[:10]}", 1000 * taken, 10, "µs")
