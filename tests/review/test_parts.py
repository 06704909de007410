"""What the page is made of: marked texts, sums as people type them, precision."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from pipeline.annotate.typed import TypedValues
from pipeline.judging.judgements import judge
from pipeline.models import Document, MergedDeal, Normalized, Offsets
from pipeline.normalize import fold
from pipeline.review import learning
from pipeline.review.marked_text import Marked, MarkedPiece, as_normalized, excerpt, pieces
from pipeline.rules.knowledge import shipped
from tests.review.window import Window


def words(found: Any) -> str:
    return "".join(f"[{p.sign}]" if p.sign else f"<{p.mark} {words(p.pieces)}>" if p.mark else p.text for p in found)


def marked(text: str, word: str, mark: str) -> Marked:
    at = text.index(word)
    return Marked(start=at, end=at + len(word), text=word, mark=mark)


def test_marks_nest_and_those_that_cross_leave_the_longer():
    text = "Harbor Chips pays Lantern AI $2 billion today"
    spans = [
        marked(text, "Harbor Chips pays", "evidence"),
        marked(text, "Harbor Chips", "payer"),
        marked(text, "pays Lantern", "cue"),
    ]
    assert (
        words(pieces(text, 0, len(text), spans)) == "<evidence <payer Harbor Chips> pays> Lantern AI $2 billion today"
    )


def test_characters_that_act_stand_by_their_number():
    assert words(pieces("a\u202eb\u0000c", 0, 5, [])) == "a[U+202E]b[U+0000]c"


def test_an_excerpt_shows_the_paragraphs_around_the_evidence():
    text = "\n".join(f"Paragraph {number} {'x' * 900}" for number in range(9))
    shown = excerpt(Document(id="1", text=text), [marked(text, "Paragraph 4", "evidence")])
    assert (shown.before, len(shown.paragraphs), shown.after) == (3, 3, 3)
    assert excerpt(Document(id="1", text=text), [], whole=True).after == 0


def test_a_paragraph_without_end_is_cut_around_the_evidence():
    text = "x" * 300_000 + "here" + "x" * 300_000
    shown = excerpt(Document(id="1", text=text), [marked(text, "here", "evidence")])
    assert "<evidence here>" in words(shown.paragraphs[0].pieces)
    assert len(words(shown.paragraphs[0].pieces)) < 100_000


def test_spans_move_to_the_normalized_text_where_noise_was_repaired():
    told = Document(id="1", text="發(fā)現(xiàn)金")
    read = Normalized(
        document=told,
        text="发现金",
        offsets=Offsets(starts=(0, 1, 2), shifts=(0, 4, 9), widths=(1, 1, 1)),
        language="zh-Hant",
    )
    moved, (span,) = as_normalized(read, [Marked(start=11, end=12, text="金", mark="amount")])
    assert moved.text[span.start : span.end] == "金"


TYPED = TypedValues(shipped(), fold)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1,250,000", "1250000"),
        ("1.25bn", "1250000000"),
        ("12.5亿", "1250000000"),
        ("3 trillion", "3000000000000"),
        ("0.1", "0.1"),
        ("108.4bn", "108400000000"),
        ("3億", "300000000"),
        ("about 40 crore", "400000000"),
    ],
)
def test_sums_are_read_as_people_type_them(typed: str, value: str):
    found = TYPED.amount(typed)
    assert found is not None
    assert (found.value, found.currency) == (Decimal(value), None)


@pytest.mark.parametrize("typed", ["", "x", "1.2.3", "-5", "1e9", "5 apples", "1" * 100])
def test_what_is_no_sum_is_refused(typed: str):
    assert TYPED.amount(typed) is None


@pytest.mark.parametrize(
    ("typed", "currency", "qualifier", "per", "high"),
    [
        ("US$108.4bn", "USD", "exact", None, None),
        ("最多3億美元", "USD", "up-to", None, "300000000"),
        ("€20m a year", "EUR", "exact", "year", None),
        ("$1.2-1.5 billion", "USD", "range", None, "1500000000"),
    ],
)
def test_a_sum_may_be_typed_as_a_text_tells_it(
    typed: str, currency: str, qualifier: str, per: str | None, high: str | None
):
    found = TYPED.amount(typed)
    assert found is not None
    assert (found.currency, found.qualifier, found.per) == (currency, qualifier, per)
    assert found.high == (high and Decimal(high))


def test_things_shares_rounds_and_dates_are_read_as_people_type_them():
    many, share, round_, date = (
        TYPED.quantity("40万颗芯片"), TYPED.stake("up to 12.5%"), TYPED.round("B轮"), TYPED.date("22 September 2025"),
    )  # fmt: skip
    assert many and (many.value, many.unit) == (Decimal(400_000), "chips")
    assert share and (share.percent, share.qualifier) == (Decimal("12.5"), "up-to")
    assert round_ and round_.value == "series-b"
    assert date and date.value == "2025-09-22"
    assert TYPED.quantity("GW") is TYPED.stake("x%") is TYPED.round("later") is TYPED.date("soon") is None


def test_the_report_tells_how_often_rules_were_right(deals: list[MergedDeal]):
    given = [
        judge(deal, answer, by="mei", at=str(number), changes={"status": "denied"} if answer == "edited" else None)
        for number, (deal, answer) in enumerate(zip(deals, ["accepted", "rejected", "edited", "unsure"], strict=False))
    ]
    *_, total = learning.report(given)
    assert [(row.accepted, row.edited, row.rejected) for row in total.rows] == [(1, 1, 1)]
    assert total.rows[0].precision == pytest.approx(1 / 3)


def test_the_report_is_plain_when_nobody_judged():
    assert all(part.rows == () for part in learning.report([]))


def test_the_search_endpoint_gives_json_and_nothing_else(window: Window):
    answer = window.get("/search?q=<script>")
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.text) == []


def test_pieces_hold_the_text_itself():
    assert list(pieces("plain", 0, 5, [])) == [MarkedPiece(text="plain")]
