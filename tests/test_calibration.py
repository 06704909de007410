"""Confidence means something: what is guessed lowers it, and a firm that no table knows is a guess.

How often the sure deals are right is measured on the development data, by `.ci/calibrate.py`, which `.ci/run` calls
where those lie beside us: our own examples cannot tell, as other tests require all of them to be right.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from pipeline.extraction import extract
from pipeline.models import Deal, Party
from pipeline.proof.examples import Example, examples, extraction
from pipeline.rules.knowledge import shipped

SURE = 0.8
STRANGERS = {"en": "Quuxly", "zh": "珠海明骏"}
"""Names that no table has, by the language of the examples they are put into."""
PLAIN_WORDS = {name for company in shipped().companies for name in company.context}
"""Names that are words as well, as 小米 is millet: they are guessed at themselves."""
EVERY = 3  # examples of which one is tried: enough to tell, and a third of the time
ENOUGH = 100  # deals, below which a share says nothing


def sides(deal: Deal, known: Party | None = None, stranger: str = "") -> set[tuple[str, str]]:
    """Return roles and words of a deal's parties, a known one's replaced by a stranger's."""
    told = ((party.role, party.text) for party in deal.parties)
    return {(role, stranger if known and text == known.text else text) for role, text in told}


def with_strangers(example: Example) -> Iterator[tuple[float, float]]:
    """Yield the confidence of a deal, and of the same where a known firm is one that no table knows."""
    stranger = STRANGERS[example.language]
    for deal in extraction(example).deals:
        for known in (party for party in deal.parties if party.company_id and party.text not in PLAIN_WORDS):
            text = example.text.replace(known.text, stranger)
            for other in extraction(replace(example, text=text)).deals:
                if (other.rule, sides(other)) == (deal.rule, sides(deal, known, stranger)):
                    yield deal.confidence, other.confidence


def test_a_firm_that_no_table_knows_never_makes_a_deal_surer_and_nearly_always_less_sure() -> None:
    tried = [each for each in examples() if each.topic == "deals" and each.language in STRANGERS and not each.gap]
    found = [pair for example in tried[::EVERY] for pair in with_strangers(example)]
    assert len(found) >= ENOUGH
    assert [pair for pair in found if pair[1] > pair[0]] == []
    # the text itself may prove a firm: by a code, a descriptor, what it announces
    assert sum(stranger < known for known, stranger in found) >= 0.75 * len(found)


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
