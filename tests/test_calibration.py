"""Confidence means something: of the deals above 0.8 four in five are right, and what is guessed lowers it.

The same is measured on the development data by `.ci/calibrate.py`, which `.ci/run` calls where those lie beside us.
"""

from __future__ import annotations

import pytest

from pipeline.extraction import extract
from pipeline.models import Deal
from pipeline.proof.examples import ROLES, agrees, examples, extraction

SURE = 0.8
RIGHT = 0.8
ENOUGH = 100  # deals, below which a share says nothing


def judged() -> list[tuple[Deal, bool]]:
    """Return every deal read out of our examples, known gaps among them, and whether its parties are right."""
    return [
        (deal, any(agrees(deal, {role: like[role] for role in ROLES if role in like}) for like in example.expected))
        for example in examples()
        if example.topic == "deals"
        for deal in extraction(example).deals
    ]


def test_of_the_deals_above_eight_tenths_four_in_five_are_right() -> None:
    sure = [right for deal, right in judged() if deal.confidence >= SURE]
    assert len(sure) >= ENOUGH
    assert sum(sure) >= RIGHT * len(sure)


def confidence(text: str) -> float:
    """Return how sure the one deal of a text is."""
    [deal] = extract(text).deals
    return deal.confidence


PLAIN = "微软以687亿美元收购动视暴雪。"
GUESSED = {
    "the subject is left out": "微软发展迅速,去年以687亿美元收购动视暴雪。",
    "no table knows the payer": "珠海明骏以687亿美元收购动视暴雪。",
    "the object is only a name": "Microsoft acquired Quuxly for $68.7 billion.",
    "the verb is weak": "微软与动视暴雪签署了687亿美元的合同。",
}


@pytest.mark.parametrize("text", GUESSED.values(), ids=GUESSED)
def test_what_is_guessed_lowers_the_confidence(text: str) -> None:
    assert confidence(text) < confidence(PLAIN)


def test_a_deal_told_plainly_between_known_firms_is_sure() -> None:
    assert confidence(PLAIN) >= SURE
