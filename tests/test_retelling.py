"""What people said of single tellings acts before these are merged: corrections, one deal of two, two deals of one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from pipeline.judging import judgements, retelling
from pipeline.judging.judgements import judge, verdicts
from pipeline.models import Amount, Deal, DealMention, Judgement, MergedDeal, Party, Role, Span, deal_id
from pipeline.runs.consolidation import combine

AT = "2026-01-05T09:00:0{}+00:00"
GREAT = "Harbor Chips will invest $2 billion in Lantern AI."
LOST = "A paper wrote that Lantern takes $2 billion from Harbor Chips."


def party(text: str, role: Role, name: str, company: str | None = None) -> Party:
    at = max(text.find(name), 0)
    return Party(start=at, end=at + len(name), text=name, role=role, name=name, company_id=company)


def mention(text: str, value: str = "2000000000", document: str = "one", **fields: Any) -> DealMention:
    parties = fields.pop("parties", None) or (party(text, "payer", "Harbor Chips"), party(text, "payee", "Lantern AI"))
    deal = Deal(
        id=deal_id(document, text, parties),
        parties=parties,
        amount=Amount(start=0, end=4, text=text[:4], value=Decimal(value), currency="USD"),
        evidence=Span(start=0, end=len(text), text=text),
        **{"kind": "investment", "status": "announced", "rule": "en.invest", "confidence": 0.9, **fields},
    )
    return DealMention(document=document, deal=deal, published="2026-01-02")


def run(mentions: Sequence[DealMention], *answers: Judgement, before: Sequence[MergedDeal] = ()) -> list[MergedDeal]:
    return list(combine(mentions, before, answers))


def said(deal: MergedDeal, answer: Any, number: int, *, by: str = "mei", **more: Any) -> Judgement:
    return judge(deal, answer, by=by, at=AT.format(number), **more)


def tied(left: MergedDeal, answer: Any, right: MergedDeal, *, by: str = "mei", number: int = 1) -> Judgement:
    return replace(said(left, "accepted", number, by=by), answer=answer, other=retelling.one_deal(right))


MISREAD = (party(LOST, "payer", "Harbor Chips"), party(LOST, "payee", "Lantern"))
TWO = [mention(GREAT), mention(LOST, document="two", parties=MISREAD)]
RIGHT = {"parties": [{"role": "payer", "name": "Harbor Chips"}, {"role": "payee", "name": "Lantern AI"}]}


def test_two_tellings_corrected_alike_become_one_deal_and_keep_what_was_read():
    first, second = sorted(run(TWO), key=lambda deal: deal.documents)
    assert [deal.documents for deal in (first, second)] == [("one",), ("two",)]
    mended = said(second, "edited", 1, changes=RIGHT)
    (one,) = run(TWO, mended, before=[first, second])
    assert one.documents == ("one", "two")
    assert [each.name for each in one.parties] == ["Harbor Chips", "Lantern AI"]
    assert one.conflicts == ()
    assert {each.deal.parties[1].name for each in one.mentions} == {"Lantern AI", "Lantern"}


def test_a_correction_is_not_asked_again_once_it_has_acted():
    (deal,) = run(TWO[:1])
    other = {"parties": [{"role": "payer", "name": "Quayside"}, {"role": "payee", "name": "Oxbow"}]}
    mended = said(deal, "edited", 1, changes=other)
    (again,) = run(TWO[:1], mended, before=[deal])
    assert [each.name for each in again.parties] == ["Quayside", "Oxbow"]
    (verdict,) = verdicts([again], [mended])
    assert (verdict.state, verdict.deal.judgement) == ("edited", "edited")


def test_a_correction_leaves_a_telling_that_says_another_thing_since():
    (deal,) = run(TWO[:1])
    mended = said(deal, "edited", 1, changes={"amount": {"value": "3000000000", "currency": "USD"}})
    (again,) = run([mention(GREAT, "5000000000")], mended, before=[deal])
    assert again.amount is not None
    assert again.amount.value == Decimal("5000000000")


def test_where_people_disagree_nothing_is_corrected():
    (deal,) = run(TWO[:1])
    answers = said(deal, "edited", 1, changes={"status": "denied"}), said(deal, "accepted", 2, by="jo")
    assert run(TWO[:1], *answers)[0].status == "announced"


def test_two_deals_that_a_person_joined_stay_one_and_come_apart_when_it_is_taken_back():
    first, second = run(TWO)
    answer = tied(first, "same", second)
    (one,) = run(TWO, answer, before=[first, second])
    assert {one.id, *one.former_ids} == {first.id, second.id}
    undone = replace(answer, answer="undone", at=AT.format(2))
    assert len(run(TWO, answer, undone, before=[one])) == 2


def test_what_was_joined_is_found_again_by_its_sentences_when_ids_change():
    first, second = run(TWO)
    answer = tied(first, "same", second)
    moved = [mention(GREAT, document="copy"), mention(LOST, document="elsewhere", parties=MISREAD)]
    assert len(run(moved)) == 2
    assert len(run(moved, answer)) == 1


def test_one_deal_that_a_person_split_stays_two():
    alike = [mention(GREAT), mention(LOST, document="two")]
    (one,) = run(alike)
    left, right = (retelling.one_deal(one, [each.deal.id]) for each in one.mentions)
    answer = replace(said(one, "accepted", 1), answer="different", deal=left.deal, quotes=left.quotes, other=right)
    answer = replace(answer, judged={**answer.judged, "tellings": list(left.tellings)})
    two = run(alike, answer, before=[one])
    assert [deal.documents for deal in sorted(two, key=lambda deal: deal.documents)] == [("one",), ("two",)]
    assert one.id in {deal.id for deal in two}


@pytest.mark.parametrize("answers", [("same", "different"), ("different", "same")])
def test_where_people_disagree_about_two_deals_the_rules_decide(answers: tuple[Any, Any]):
    first, second = run(TWO)
    given = tied(first, answers[0], second), tied(first, answers[1], second, by="jo", number=2)
    assert len(run(TWO, *given)) == 2


def test_an_answer_about_two_deals_is_none_about_either():
    first, second = run(TWO)
    answers = [said(first, "accepted", 1), tied(first, "same", second, number=2)]
    assert [each.answer for each in judgements.standing(answers)] == ["accepted"]
    assert [each.answer for each in judgements.pairs(answers)] == ["same"]
    (one,) = run(TWO, *answers, before=[first, second])
    assert verdicts([one], answers)[0].answers[0].answer == "accepted"
