"""Merging: what is one deal, what it then says, which id it has, and how long that takes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from pipeline.merge import merge
from pipeline.merge.tolerances import merge_rules
from pipeline.models import DealMention, MergedDeal
from pipeline.rules.knowledge import Knowledge
from pipeline.rules.loading import RuleError
from pipeline.settings import Settings
from tests.telling import BILLION, tell


def one(*mentions: DealMention, **more: object) -> MergedDeal:
    """Return the one deal that the mentions are."""
    merged = merge(mentions, **more)  # type: ignore[arg-type]
    assert len(merged) == 1, [(deal.kind, deal.amount, deal.documents) for deal in merged]
    return merged[0]


def conflict(deal: MergedDeal, field: str) -> dict[str, int]:
    """Return what is said on a field in conflict, and by how many mentions."""
    return {value.value: len(value.mentions) for each in deal.conflicts if each.field == field for value in each.values}


def telling_of_the_ring() -> list[DealMention]:
    """Return what three documents tell of the money that goes round between chip maker, laboratory and cloud."""
    nvidia_openai = {"payer": "nvidia", "payee": "openai"}
    return [
        tell("talk", "investment", amount=100 * BILLION, qualifier="up-to", **nvidia_openai),
        tell("talk", "investment", amount=100 * BILLION, qualifier="up-to", status="intended", **nvidia_openai),
        tell("talk", "investment", amount=10 * BILLION, qualifier="up-to", **nvidia_openai),
        tell("talk", "purchase", amount=300 * BILLION, payer="openai", payee="oracle"),
        tell("talk", "purchase", amount=6_300_000_000, payer="nvidia", payee="coreweave"),
        tell("talk", "purchase", amount=22_400_000_000, qualifier="up-to", payer="openai", payee="coreweave"),
        tell("talk", "purchase", amount="10000000000..99900000000", currency=None, payer="oracle", payee="nvidia"),
        tell("essay", "purchase", amount=100 * BILLION, currency=None, published=None, **nvidia_openai),
        tell("essay", "purchase", amount=100 * BILLION, currency=None, published=None, payer="openai", payee="oracle"),
        tell("essay", "purchase", amount=100 * BILLION, currency=None, published=None, payer="oracle", payee="nvidia"),
        tell("note", "investment", amount=100 * BILLION, qualifier="up-to", published="2025-10-07", **nvidia_openai),
        tell("note", "investment", published="2025-10-07", **nvidia_openai),
        tell("note", "partnership", amount=300 * BILLION, published="2025-10-07", partner=("openai", "oracle")),
        tell("note", "acquisition", amount=6_300_000_000, published="2025-10-07", payer="nvidia", target="coreweave"),
        tell("note", "purchase", amount=22 * BILLION, published="2025-10-07", payer="openai", payee="coreweave"),
    ]


RING = telling_of_the_ring()


def told_of(merged: Sequence[MergedDeal], payer: str, other: str, amount: int) -> MergedDeal:
    """Return the deal between two companies of an amount."""
    (found,) = [
        deal
        for deal in merged
        if deal.amount and deal.amount.value == amount and [party.name for party in deal.parties][:2] == [payer, other]
    ]
    return found


def test_one_deal_in_three_documents_keeps_the_amount_that_disagrees() -> None:
    deal = told_of(merge(RING), "nvidia", "openai", 100 * BILLION)
    assert set(deal.documents) == {"talk", "essay", "note"}
    assert deal.amount and (deal.amount.currency, deal.amount.qualifier) == ("USD", "up-to")
    assert (deal.kind, len(deal.mentions)) == ("investment", 6)
    assert conflict(deal, "amount") == {str(100 * BILLION): 4, str(10 * BILLION): 1}


def test_a_bare_figure_of_another_size_is_a_deal_of_its_own() -> None:
    merged = merge(RING)
    assert set(told_of(merged, "openai", "oracle", 300 * BILLION).documents) == {"talk", "note"}
    assert told_of(merged, "openai", "oracle", 100 * BILLION).documents == ("essay",)


def test_a_deal_that_one_document_calls_an_agreement_is_the_purchase_the_other_tells() -> None:
    deal = told_of(merge(RING), "openai", "oracle", 300 * BILLION)
    assert [party.role for party in deal.parties] == ["payer", "payee"]
    assert conflict(deal, "kind") == {"purchase": 1, "partnership": 1}


def test_services_that_one_document_calls_acquired_are_bought() -> None:
    deal = told_of(merge(RING), "nvidia", "coreweave", 6_300_000_000)
    assert (deal.kind, set(deal.documents)) == ("purchase", {"talk", "note"})


def test_a_rounded_amount_is_the_same_deal_in_conflict() -> None:
    deal = told_of(merge(RING), "openai", "coreweave", 22_400_000_000)
    assert conflict(deal, "amount") == {"22400000000": 1, "22000000000": 1}


@settings(max_examples=60, deadline=None)
@given(some.permutations(RING))
def test_the_order_of_documents_changes_nothing(mentions: list[DealMention]) -> None:
    assert merge(mentions) == merge(RING)


NAMES = ("a", "b", "c", "d")
figures = some.sampled_from([None, 100, 105, 1000, 300, "100..999"])
mention_lists = some.lists(
    some.builds(
        lambda document, kind, pair, amount, currency, status, published, at: tell(
            document, kind, payer=pair[0], payee=pair[1], amount=amount, currency=currency, status=status,
            published=published, at=at * 100,
        ),
        some.sampled_from(["x", "y", "z"]),
        some.sampled_from(["purchase", "investment", "acquisition", "grant"]),
        some.permutations(NAMES),
        figures,
        some.sampled_from([None, "USD", "CNY"]),
        some.sampled_from(["rumored", "announced", "withdrawn", "hypothetical"]),
        some.sampled_from([None, "2024-01-01", "2025-01-20", "2025-02"]),
        some.integers(0, 3),
    ),
    max_size=12,
    unique_by=lambda mention: mention.deal.id,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(mention_lists, some.randoms(use_true_random=False))
def test_any_mentions_in_any_order_give_the_same_deals(mentions: list[DealMention], dice: random.Random) -> None:
    shuffled = dice.sample(mentions, len(mentions))
    assert merge(shuffled) == merge(mentions)


@settings(max_examples=150, deadline=None)
@given(mention_lists, some.integers(0, 12))
def test_no_mention_is_lost_and_ids_are_unique_however_documents_arrive(mentions: list[DealMention], cut: int) -> None:
    unique = {mention.deal.id for mention in mentions}
    first = merge(mentions[:cut])
    then = merge(mentions, previous=first)
    assert sorted(each.deal.id for deal in then for each in deal.mentions) == sorted(unique)
    names = [deal.id for deal in then]
    assert len(names) == len(set(names))
    assert {deal.id for deal in first} <= {name for deal in then for name in (deal.id, *deal.former_ids)}
    assert merge(mentions, previous=then) == then


def test_a_hypothetical_mention_never_joins_a_real_one() -> None:
    example = tell("b", "purchase", payer="x", payee="y", amount=5, status="hypothetical")
    assert len(merge([tell("a", "purchase", payer="x", payee="y", amount=5), example])) == 2


def test_money_that_comes_back_is_another_deal() -> None:
    out, back = (tell("a", "purchase", payer=p, payee=q, amount=5) for p, q in (("x", "y"), ("y", "x")))
    assert len(merge([out, back])) == 2


def test_two_amounts_told_in_one_document_are_two_deals() -> None:
    told = [tell("a", "purchase", payer="x", payee="y", amount=amount) for amount in (500, 3000)]
    assert len(merge(told)) == 2


def test_two_deals_told_in_one_sentence_stay_two_though_one_figure_rounds_the_other() -> None:
    told = [tell("a", "purchase", payer="x", payee="y", amount=n, at=7, evidence="both") for n in (500, 510)]
    assert len(merge(told)) == 2


def test_documents_of_the_same_days_that_disagree_tell_one_deal_in_conflict() -> None:
    deal = one(
        tell("a", "purchase", payer="x", payee="y", amount=500, published="2025-03-01"),
        tell("b", "purchase", payer="x", payee="y", amount=3000, published="2025-03-02"),
        tell("c", "purchase", payer="x", payee="y", amount=500, published="2025-03-03"),
    )
    assert deal.amount and deal.amount.value == 500
    assert conflict(deal, "amount") == {"500": 2, "3000": 1}


def test_documents_of_other_years_that_disagree_tell_two_deals() -> None:
    told = [
        tell(year, "purchase", payer="x", payee="y", amount=n, published=f"{year}-03-01")
        for year, n in (("2023", 500), ("2025", 700))
    ]
    assert len(merge(told)) == 2


def test_what_a_bare_mention_belongs_to_is_told_beside_it() -> None:
    merged = merge(
        [
            tell("a", "purchase", payer="x", payee="y", amount=500),
            tell("b", "purchase", payer="x", payee="y", amount=3000, currency=None),
            tell("b", "purchase", payer="x", payee="y"),
        ]
    )
    assert {deal.amount and deal.amount.value: len(deal.mentions) for deal in merged} == {500: 1, 3000: 2}


@pytest.mark.parametrize("figure", ["450..999", "10..499", "100..9000"])
def test_an_order_of_magnitude_agrees_with_a_figure_in_it(figure: str) -> None:
    deal = one(
        tell("a", "purchase", payer="x", payee="y", amount=500),
        tell("b", "purchase", payer="x", payee="y", amount=figure),
    )
    assert deal.amount and deal.amount.value == 500
    assert not deal.conflicts


@pytest.mark.parametrize(
    ("qualifier", "figure", "agrees"),
    [("about", 480, True), ("over", 450, True), ("under", 600, True), ("over", 700, False), ("exact", 480, False)],
)
def test_a_qualified_figure_agrees_as_far_as_its_word_reaches(qualifier: str, figure: int, agrees: bool) -> None:
    merged = merge(
        [
            tell("a", "purchase", payer="x", payee="y", amount=500),
            tell("b", "purchase", payer="x", payee="y", amount=figure, qualifier=qualifier),
        ]
    )
    assert (len(merged) == 1 and not conflict(merged[0], "amount")) == agrees


def test_an_amount_without_its_currency_is_the_same_amount() -> None:
    for unsaid in ({"currency": None}, {"currency": "CNY", "inferred": True}):
        deal = one(
            tell("a", "purchase", payer="x", payee="y", amount=500, currency=None, published="2025-01-01"),
            tell("b", "purchase", payer="x", payee="y", amount=500),
            tell("c", "purchase", payer="x", payee="y", amount=500, **unsaid),  # type: ignore[arg-type]
        )
        assert deal.amount and deal.amount.currency == "USD"
        assert not deal.conflicts


def test_the_same_sum_in_another_currency_is_shown_beside_it() -> None:
    deal = one(
        tell("a", "purchase", payer="x", payee="y", amount=500),
        tell("b", "purchase", payer="x", payee="y", amount=3600, currency="CNY"),
    )
    assert conflict(deal, "amount") == {"500": 1, "3600": 1}


def test_rounds_of_two_names_are_two_deals() -> None:
    told = [tell(n, "investment", payer="x", payee="y", round=n) for n in ("series-a", "series-b")]
    assert len(merge([*told, tell("c", "investment", payer="x", payee="y")])) == 2


def test_stakes_that_differ_are_two_deals_where_no_amount_says_otherwise() -> None:
    told = [tell(n, "share-transfer", payer="x", target="y", stake=n) for n in ("5", "10")]
    assert len(merge(told)) == 2
    deal = one(*(tell(n, "share-transfer", payer="x", target="y", stake=n, amount=7) for n in ("5", "10", "10.0")))
    assert conflict(deal, "stake") == {"10%": 2, "5%": 1}


def test_two_firms_bought_of_one_seller_are_two_deals() -> None:
    told = [tell("a", "acquisition", payer="x", payee="seller", target=name) for name in ("one", "two")]
    assert len(merge(told)) == 2


def test_investors_of_a_round_told_apart_are_one_deal() -> None:
    deal = one(
        tell("a", "investment", payer=("lead", "other"), payee="y", amount=100),
        tell("b", "investment", payer=("lead", "third"), payee="y", amount=100),
        tell("c", "investment", payer="third", payee="y", amount=100),
        tell("d", "investment", payee="y", amount=100),
    )
    assert [party.name for party in deal.parties] == ["lead", "other", "y"]
    assert len(conflict(deal, "parties")) == 3


def test_an_investor_s_own_amount_is_a_deal_beside_the_round() -> None:
    told = [
        tell("a", "investment", payer=("lead", "other"), payee="y", amount=100),
        tell("b", "investment", payer="lead", payee="y", amount=97),
    ]
    assert len(merge(told)) == 2


def test_a_unit_and_its_parent_are_one_where_the_amount_is_and_stay_as_said() -> None:
    parents = {"azure": "microsoft"}
    deal = one(
        tell("a", "purchase", payer="x", payee="azure", amount=500, published="2025-01-01"),
        tell("b", "purchase", payer="x", payee="microsoft", amount=500),
        parents=parents,
    )
    assert [party.name for party in deal.parties] == ["x", "azure"]
    assert not conflict(deal, "parties")
    bare = [tell(name, "purchase", payer="x", payee=name) for name in ("azure", "microsoft")]
    assert len(merge(bare, parents=parents)) == 2


def test_names_no_table_knows_are_one_across_scripts_case_and_spaces() -> None:
    fold = str.maketrans("協數據", "协数据")
    deal = one(
        tell("a", "purchase", payer="x", payee="?協同 數據"),
        tell("b", "purchase", payer="x", payee="?协同数据"),
        fold=lambda name: name.translate(fold),
    )
    assert len(deal.mentions) == 2


@pytest.mark.parametrize(
    ("days", "status"),
    [
        (["2025-01-01 rumored", "2025-02-01 announced", "2025-03-01 completed"], "completed"),
        (["2025-01-01 completed", "2025-02-01 announced"], "completed"),
        (["2025-01-01 announced", "2025-02-01 withdrawn"], "withdrawn"),
        (["2025-01-01 withdrawn", "2025-02-01 announced"], "announced"),
        (["2025-01-01 denied", "2025-02-01 rumored"], "denied"),
        (["2025-01-01 rumored", "2025-01-01 denied"], "denied"),
        (["2025-01-01 completed", "2025-02-01 denied"], "completed"),
        (["None denied", "2025-02-01 announced"], "announced"),
    ],
)
def test_a_later_document_moves_the_status(days: list[str], status: str) -> None:
    told = [each.split() for each in days]
    deal = one(
        *(
            tell(f"{n}", "acquisition", payer="x", target="y", published=None if day == "None" else day, status=said)
            for n, (day, said) in enumerate(told)
        )
    )
    assert deal.status == status == deal.history[-1].status


def test_the_history_names_the_day_and_the_mention_of_each_step() -> None:
    talk = tell("a", "acquisition", payer="x", target="y", published="2025-01-01", status="rumored")
    done = tell("b", "acquisition", payer="x", target="y", published="2025-03-01", status="completed")
    steps = one(talk, done).history
    assert [(step.status, step.since, step.mention) for step in steps] == [
        ("rumored", "2025-01-01", talk.deal.id),
        ("completed", "2025-03-01", done.deal.id),
    ]


def test_what_a_reader_comments_changes_nothing_an_article_says() -> None:
    deal = one(
        tell("a", "acquisition", payer="x", target="y", amount=500, published="2025-01-01"),
        tell("b", "acquisition", payer="x", target="y", published="2025-02-01", status="withdrawn", block="comment"),
    )
    assert deal.status == "announced"


def test_dates_that_contradict_are_listed_and_those_less_exact_are_not() -> None:
    told = [
        tell(date, "acquisition", payer="x", target="y", amount=500, date=date)
        for date in ("2025-03-04", "2025-03", "2025-04-02")
    ]
    assert conflict(one(*told), "date") == {"2025-03-04": 2, "2025-04-02": 1}


def test_each_field_comes_from_a_mention_that_tells_it() -> None:
    deal = one(
        tell("a", "acquisition", payer="x", target="y", amount=500, confidence=0.7),
        tell("b", "acquisition", payer="x", target="y", stake="60", confidence=0.9),
    )
    assert deal.amount and deal.stake
    assert (deal.amount.value, deal.stake.percent, deal.confidence) == (500, Decimal(60), 0.9)
    assert deal.evidence.text == deal.mentions[0].deal.evidence.text


def test_a_deal_has_the_id_of_its_earliest_mention_and_keeps_it_as_mentions_join() -> None:
    second = tell("b", "purchase", payer="x", payee="y", amount=5, published="2025-02-01")
    first = tell("a", "purchase", payer="x", payee="y", amount=5, published="2025-01-01")
    assert one(first, second).id == first.deal.id
    known = merge([second])
    assert one(first, second, previous=known).id == second.deal.id


def test_two_deals_that_turn_out_to_be_one_keep_the_older_id() -> None:
    left = tell("a", "purchase", payer="x", payee="y", published="2025-01-01", round="one")
    right = tell("b", "purchase", payer="x", payee="z", published="2025-01-02")
    known = merge([left, right])
    assert len(known) == 2
    both = tell("c", "purchase", payer="x", payee=("y", "z"), amount=5, published="2025-01-03")
    deal = one(left, right, both, previous=known)
    assert (deal.id, deal.former_ids) == (left.deal.id, (right.deal.id,))
    assert one(left, right, both, previous=[deal]) == deal


def test_a_deal_whose_naming_mention_is_gone_keeps_its_id() -> None:
    first = tell("a", "purchase", payer="x", payee="y", amount=5, published="2025-01-01")
    second = tell("b", "purchase", payer="x", payee="y", amount=5, published="2025-02-01")
    known = merge([first, second])
    assert one(second, previous=known).id == first.deal.id


def test_a_deal_that_no_document_dates_was_first_seen_by_the_run_that_found_it() -> None:
    undated = tell("a", "purchase", payer="x", payee="y", amount=5, published=None)
    deal = one(undated, today="2025-05-05")
    assert (deal.first_seen, deal.last_seen) == ("2025-05-05", "2025-05-05")
    assert one(undated, previous=[deal], today="2025-06-06") == deal
    dated = tell("b", "purchase", payer="x", payee="y", amount=5, published="2025-04-04")
    assert one(undated, dated, previous=[deal], today="2025-06-06").first_seen == "2025-04-04"


def test_no_mentions_are_no_deals() -> None:
    assert merge([]) == ()


def test_a_rule_file_that_leaves_a_kind_out_names_it(tmp_path: Path) -> None:
    (tmp_path / "merge.toml").write_text("[families]\nremove = { debt = ['loan'] }\n", "utf-8")
    with pytest.raises(RuleError, match=r"merge\.toml: \[families\] leaves out 'loan'"):
        merge_rules(Knowledge.load(Settings(tables=tmp_path)))
