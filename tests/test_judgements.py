"""Judgements: kept for ever, found again by what they quote, and applied only while the deal says what was judged."""

from __future__ import annotations

import json
import multiprocessing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.judging import edits, judgements
from pipeline.judging.judgements import append, apply_judgements, judge, read, verdicts
from pipeline.models import Amount, Deal, DealMention, Judgement, MergedDeal, Party, Role, Span, Stake, deal_id
from pipeline.times.instants import in_order, instant

SENTENCE = "Harbor Chips will invest up to $2 billion in Lantern AI, the two companies said."


def party(role: Role, name: str, company: str | None = None) -> Party:
    return Party(start=0, end=len(name), text=name, role=role, name=name, company_id=company)


def amount(value: str, currency: str | None = "USD") -> Amount:
    return Amount(start=26, end=43, text="up to $2 billion", value=Decimal(value), currency=currency)


def told(
    *parties: Party,
    text: str = SENTENCE,
    document: str = "one",
    value: str | None = "2000000000",
    **fields: Any,
) -> MergedDeal:
    """Return a merged deal of one mention."""
    parties = parties or (party("payer", "Harbor Chips"), party("payee", "Lantern AI"))
    evidence = Span(start=0, end=len(text), text=text)
    shape = {"kind": "investment", "status": "announced", "rule": "en.invest.in", "confidence": 0.9, **fields}
    deal = Deal(
        id=deal_id(document, text, parties), parties=parties, amount=value and amount(value), evidence=evidence, **shape
    )
    mention = DealMention(document=document, deal=deal)
    return MergedDeal(
        id=deal.id,
        parties=parties,
        amount=deal.amount,
        evidence=evidence,
        documents=(document,),
        mentions=(mention,),
        **shape,
    )


def joined(*deals: MergedDeal) -> MergedDeal:
    """Return the first deal with the mentions of all."""
    return replace(
        deals[0],
        documents=tuple(document for deal in deals for document in deal.documents),
        mentions=tuple(mention for deal in deals for mention in deal.mentions),
    )


def answer(
    deal: MergedDeal, given: Any, by: str = "mei", at: str = "2026-01-05T09:00:00+00:00", **more: Any
) -> Judgement:
    return judge(deal, given, by=by, at=at, **more)


def only(deal: MergedDeal, *answers: Judgement) -> judgements.Verdict:
    (verdict,) = verdicts([deal], answers)
    return verdict


def test_a_deal_that_nobody_judged_is_open():
    assert only(told()).state == "open"
    assert apply_judgements([told()], []) == (told(),)


@pytest.mark.parametrize("given", ["accepted", "rejected"])
def test_an_answer_is_published_with_the_deal(given):
    assert only(told(), answer(told(), given)).deal.judgement == given


def test_unsure_is_an_answer_and_publishes_nothing():
    verdict = only(told(), answer(told(), "unsure"))
    assert (verdict.state, verdict.deal.judgement) == ("unsure", None)


def test_an_acceptance_survives_another_run_document_id_and_white_space():
    again = told(document="https://another.example/copy", text=SENTENCE.replace(" ", "\n "))
    assert again.id != told().id
    assert only(again, answer(told(), "accepted")).state == "accepted"


def test_an_acceptance_survives_a_sentence_cut_elsewhere():
    longer = told(text="HARBOR, Tuesday. " + SENTENCE)
    assert only(longer, answer(told(), "accepted")).state == "accepted"
    assert only(told(), answer(longer, "accepted")).state == "accepted"


def test_a_deal_that_changed_after_it_was_accepted_comes_back_with_what_was_seen():
    verdict = only(told(value="3000000000"), answer(told(), "accepted"))
    assert (verdict.state, verdict.deal.judgement) == ("changed", None)
    assert verdict.before is not None
    assert verdict.before.judged["amount"]["value"] == Decimal("2000000000")


def test_a_changed_article_brings_an_accepted_deal_back_though_its_quote_is_gone():
    now = told(text=SENTENCE.replace("$2 billion", "$3 billion"), value="3000000000")
    assert only(now, answer(told(), "accepted")).state == "changed"


def test_a_reworded_article_that_says_the_same_keeps_its_acceptance():
    assert only(told(text=SENTENCE.replace("will", "is to")), answer(told(), "accepted")).state == "accepted"


def test_a_company_that_the_tables_now_know_is_still_the_company_accepted():
    known = told(party("payer", "Harbor Chips", "harbor-chips"), party("payee", "Lantern AI"))
    assert only(known, answer(told(), "accepted")).state == "accepted"


def test_more_evidence_confirms_an_accepted_deal():
    more = joined(told(), told(document="two", text="Lantern AI gets $2 billion from Harbor Chips."))
    assert only(more, answer(told(), "accepted")).state == "accepted"


def test_a_rejected_deal_stays_out_while_its_text_stays_and_is_shown_when_it_reads_otherwise():
    flipped = told(party("payee", "Harbor Chips"), party("payer", "Lantern AI"))
    verdict = only(flipped, answer(told(), "rejected"))
    assert (verdict.state, verdict.deal.judgement) == ("changed", "rejected")


def test_a_rejected_deal_comes_back_when_its_text_changes():
    now = told(text=SENTENCE.replace("will invest", "has now invested"))
    verdict = only(now, answer(told(), "rejected"))
    assert (verdict.state, verdict.deal.judgement) == ("changed", None)


def test_a_rejected_deal_comes_back_when_another_text_tells_it():
    more = joined(told(), told(document="two", text="Lantern AI gets $2 billion from Harbor Chips."))
    assert only(more, answer(told(), "rejected")).state == "changed"
    assert only(more, answer(more, "rejected")).state == "rejected"


def test_a_judgement_spares_the_other_deals_of_its_sentence():
    other = told(party("payer", "Harbor Chips"), party("payee", "Quayside Cloud"))
    states = [verdict.state for verdict in verdicts([told(), other], [answer(told(), "rejected")])]
    assert states == ["rejected", "open"]


def test_a_judgement_whose_deal_is_gone_does_not_take_a_neighbour():
    other = told(party("payer", "Quayside Cloud"), party("payee", "Mistral Bay"))
    assert only(other, answer(told(), "rejected")).state == "open"


def test_two_deals_of_one_sentence_and_the_same_parties_keep_their_own_answers():
    loan = replace(told(kind="loan", value="5000000"), id="loan")
    found = verdicts([told(), loan], [answer(told(), "accepted"), answer(loan, "rejected")])
    assert [verdict.state for verdict in found] == ["accepted", "rejected"]


def test_an_edit_is_applied_and_points_at_the_evidence():
    changes = {
        "amount": {"value": Decimal("3e9"), "currency": "EUR", "qualifier": "about"},
        "parties": [
            {"role": "payer", "name": "Lantern AI"},
            {"role": "payee", "name": "Harbor Chips", "company_id": "harbor"},
        ],
        "status": "intended",
        "stake": {"percent": Decimal("12.5")},
        "date": "2026-01",
    }
    deal = only(told(), answer(told(), "edited", changes=changes)).deal
    assert (deal.judgement, deal.status, deal.kind) == ("edited", "intended", "investment")
    assert deal.amount == Amount(
        start=26, end=43, text="up to $2 billion", value=Decimal("3e9"), currency="EUR", qualifier="about"
    )
    assert [(p.role, p.name, p.company_id, p.text) for p in deal.parties] == [
        ("payer", "Lantern AI", None, "Lantern AI"),
        ("payee", "Harbor Chips", "harbor", "Harbor Chips"),
    ]
    assert deal.stake == Stake(start=0, end=len(SENTENCE), text=SENTENCE, percent=Decimal("12.5"))
    assert deal.date and (deal.date.value, deal.date.text) == ("2026-01", SENTENCE)


def test_an_edit_can_take_an_amount_away():
    assert only(told(), answer(told(), "edited", changes={"amount": None})).deal.amount is None


def test_an_edit_is_settled_once_the_rules_read_it_right_by_themselves():
    edit = answer(told(), "edited", changes={"status": "intended"})
    verdict = only(told(status="intended"), edit)
    assert (verdict.state, verdict.deal.status) == ("edited", "intended")


def test_an_edited_field_stays_mended_while_another_field_brings_the_deal_back():
    edit = answer(told(), "edited", changes={"amount": {"value": Decimal("5e9"), "currency": "USD"}})
    verdict = only(told(status="completed"), edit)
    assert (verdict.state, verdict.deal.judgement, verdict.deal.status) == ("changed", "edited", "completed")
    assert verdict.deal.amount and verdict.deal.amount.value == Decimal("5e9")


def test_applying_twice_changes_nothing():
    answers = [answer(told(), "edited", changes={"status": "intended"})]
    once = apply_judgements([told()], answers)
    assert apply_judgements(once, answers) == once


def test_two_people_who_disagree_are_shown_and_neither_is_published():
    verdict = only(told(), answer(told(), "accepted", "mei"), answer(told(), "rejected", "jo"))
    assert (verdict.state, verdict.deal.judgement) == ("disputed", None)
    assert [given.by for given in verdict.answers] == ["mei", "jo"]


def test_an_acceptance_and_an_edit_by_two_people_disagree():
    edit = answer(told(), "edited", "jo", changes={"status": "denied"})
    assert only(told(), answer(told(), "accepted"), edit).state == "disputed"


def test_unsure_disagrees_with_nobody():
    assert only(told(), answer(told(), "accepted"), answer(told(), "unsure", "jo")).state == "accepted"


def test_a_person_who_thinks_again_is_not_in_dispute():
    later = answer(told(), "rejected", at="2026-01-06T09:00:00+00:00")
    assert only(told(), answer(told(), "accepted"), later).state == "rejected"


def test_the_later_answer_stands_whichever_zone_it_is_written_in():
    earlier = answer(told(), "accepted", at="2026-01-06T09:00:00+08:00")  # one o'clock in UTC
    later = answer(told(), "rejected", at="2026-01-06T02:00:00Z")
    assert only(told(), earlier, later).state == only(told(), later, earlier).state == "rejected"
    third = answer(told(), "accepted", at="2026-01-05T22:30:00-05:00")  # half past three
    assert only(told(), third, later, earlier).state == "accepted"


@pytest.mark.parametrize(
    "written", ["2026", "2026-01", "2026-01-01", "20260101T000000Z", "2026-01-01T08:00+08:00", "2025-12-31T19:00-05:00"]
)
def test_a_moment_is_the_same_however_it_is_written(written: str):
    assert instant(written) == datetime(2026, 1, 1, tzinfo=UTC)


def test_what_tells_no_moment_comes_first_and_is_no_error():
    assert sorted(["2026-01-01", "soon", "0001"], key=in_order)[0] in ("soon", "0001")
    assert instant("soon") < instant("1999")


def test_undo_brings_back_the_answer_before():
    answers = [
        answer(told(), given, at=f"2026-01-0{day}") for day, given in enumerate(["accepted", "rejected", "undone"])
    ]
    assert only(told(), *answers).state == "accepted"
    assert only(told(), *answers, answer(told(), "undone", at="2026-01-07")).state == "open"


def test_undo_takes_back_only_ones_own():
    assert only(told(), answer(told(), "accepted"), answer(told(), "undone", "jo")).state == "accepted"


def test_a_file_gives_back_what_was_appended(tmp_path: Path):
    path = tmp_path / "sources" / "judgements.jsonl"
    edit = answer(told(), "edited", changes={"amount": {"value": Decimal("0.1"), "currency": "USD"}}, why="said so")
    append(path, [answer(told(), "accepted")])
    append(path, [edit])
    found, issues = read(path)
    assert issues == ()
    assert found[1].fields == edit.fields
    assert isinstance(found[1].fields["amount"]["value"], Decimal)
    assert [given.answer for given in found] == ["accepted", "edited"]


def test_a_missing_file_holds_no_judgements(tmp_path: Path):
    assert read(tmp_path / "none.jsonl") == ((), ())


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"\xff\xfe",
        b'{"answer":"perhaps","deal":"1","quotes":[],"by":"mei","at":"2026"}',
        b'{"answer":"edited","deal":"1","quotes":[],"by":"mei","at":"2026","fields":{"colour":"red"}}',
        b'{"answer":"accepted","deal":"1","quotes":[],"by":"mei","at":"2026","judged":{"documents":7}}',
        b'{"answer":"accepted","deal":"1","quotes":[],"by":"mei","at":"2026","judged":{"kind":"theft"}}',
        b'{"answer":"edited","deal":"1","quotes":[],"by":"mei","at":"2026","fields":{"amount":{"value":1,"currency":"usd"}}}',
    ],
)
def test_a_bad_line_is_an_issue_with_its_place_and_the_rest_is_read(tmp_path: Path, line: bytes):
    path = tmp_path / "judgements.jsonl"
    append(path, [answer(told(), "accepted")])
    path.write_bytes(path.read_bytes() + line + b"\n")
    append(path, [answer(told(), "rejected")])
    found, issues = read(path)
    assert len(found) == 2
    assert [issue.place for issue in issues] == [f"{path}:2"]


def test_a_line_cut_short_by_a_crash_does_not_swallow_the_next(tmp_path: Path):
    path = tmp_path / "judgements.jsonl"
    path.write_bytes(b'{"answer":"acc')
    append(path, [answer(told(), "accepted")])
    found, issues = read(path)
    assert (len(found), len(issues)) == (1, 1)


def _append_many(path: Path, by: str) -> None:
    for number in range(50):
        append(path, [answer(told(), "accepted", by, at=str(number))])


def test_two_processes_lose_no_judgement(tmp_path: Path):
    path = tmp_path / "judgements.jsonl"
    writers = [multiprocessing.get_context("spawn").Process(target=_append_many, args=(path, by)) for by in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found, issues = read(path)
    assert (len(found), issues) == (100, ())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": "red"}, "colour"),
        ({"kind": "theft"}, "kind"),
        ({"parties": []}, "at least one party"),
        ({"amount": {"currency": "USD"}}, "value"),
        ({"amount": {"value": -1}}, "below zero"),
        ({"amount": {"low": 5, "high": 3}}, "rise"),
        ({"amount": {"value": 5, "currency": "dollars"}}, "ISO 4217"),
        ({"stake": {"percent": 101}}, "percentage"),
    ],
)
def test_an_edit_that_no_deal_can_take_is_refused(changes: dict[str, Any], message: str):
    with pytest.raises(edits.EditError, match=message):
        judge(told(), "edited", by="mei", at="2026", changes=changes)


@given(st.permutations(["accepted", "rejected", "edited", "unsure"]))
def test_the_order_of_deals_changes_no_verdict(order: list[Any]):
    names = {"accepted": "Ada", "rejected": "Bo", "edited": "Cy", "unsure": "Di"}
    deals = [told(party("payer", names[given]), party("payee", "Lantern AI")) for given in order]
    answers = [
        answer(deal, given, changes={"status": "denied"} if given == "edited" else None)
        for deal, given in zip(deals, order, strict=True)
    ]
    assert [verdict.state for verdict in verdicts(deals, answers)] == order


def test_a_judgement_is_plain_json_that_tells_what_was_seen():
    line = json.loads(judgements.to_json(answer(told(), "accepted", why="both say so")))
    assert line["quotes"] == [SENTENCE]
    assert line["parties"] == ["payer:Harbor Chips", "payee:Lantern AI"]
    assert line["judged"]["rule"] == "en.invest.in"
    assert line["judged"]["amount"]["value"] == 2000000000
