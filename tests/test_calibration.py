"""Confidence means something: what is guessed lowers it, and a firm that no table knows is a guess.

What a score is worth is measured on labelled news, by `deals rules calibrate`; that sure deals are right on other data
too by `.ci/calibrate.py`: our own examples cannot tell, as other tests require all of them to be right.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from pipeline.deals.confidence import Confidence
from pipeline.errors import DealsError
from pipeline.extraction import extract
from pipeline.models import Deal, Party
from pipeline.proof import calibration
from pipeline.proof.examples import Example, examples, extraction
from pipeline.rules.common_tables import Calibration
from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.rules.loading import RuleError
from pipeline.settings import Settings
from tests.projects import invoke

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


PASSAGES = [
    ("甲骨文以283亿美元收购了Cerner。", ["甲骨文"], ["Cerner"]),
    ("微软以687亿美元收购了动视暴雪。", ["微软"], ["动视暴雪"]),
    ("英特尔宣布收购Mobileye。", ["英特尔"], ["Mobileye"]),
]


def labelled(path: Path, times: int, *, right: bool) -> Path:
    """Write passages with acquisitions, labelled as told or as no deal, and return the file."""
    rows = [
        {"id": f"{n}", "text": text, "gold": [{"payers": payers, "targets": targets}] if right else []}
        for n, (text, payers, targets) in enumerate(PASSAGES * times)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_labels_teach_what_a_score_is_worth(tmp_path: Path) -> None:
    passages = calibration.read(labelled(tmp_path / "right.jsonl", 8, right=True))
    wrong = calibration.read(labelled(tmp_path / "wrong.jsonl", 8, right=False))
    told, untold = (calibration.judged(some, shipped()) for some in (passages, wrong))
    assert told and all(each.right for each in told) and not any(each.right for each in untold)
    score = told[0].score
    good, bad = (Confidence(calibration.calibration(each)).of("zh.acquire", score) for each in (told, untold))
    assert bad < 0.5 < 0.9 < good


def test_a_curve_rises_whatever_the_labels_say() -> None:
    curve = calibration.isotonic([(0.5, 1.0), (0.6, 0.0), (0.6, 1.0), (0.7, 0.0), (0.8, 1.0), (0.9, 1.0)])
    assert curve == sorted(curve) and len({share for _, share in curve}) == len(curve)
    table = Calibration(score=tuple(at for at, _ in curve), right=tuple(share for _, share in curve))
    promised = [Confidence(table).of("zh.acquire", n / 20) for n in range(21)]
    assert promised == sorted(promised)


def test_what_was_never_measured_is_taken_at_its_word() -> None:
    assert Confidence(None).of("zh.acquire", 0.7) == 0.7


def test_ones_own_table_stands_in_place_of_ours(tmp_path: Path) -> None:
    labels = labelled(tmp_path / "labels.jsonl", 8, right=True)
    done = invoke("rules", "calibrate", str(labels), "--to", str(tmp_path / "tables"))
    assert "24 deals of 24 passages" in done.stdout
    own = Knowledge.load(Settings(tables=tmp_path / "tables"))
    assert own.calibration != shipped().calibration and own.calibration
    assert set(own.calibration.rules) <= {"zh.acquire"}


def test_a_line_that_is_no_passage_is_named(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text('{"id": "1", "text": "x", "gold": []}\n{"id": "2"}\n', "utf-8")
    with pytest.raises(DealsError, match=r"labels\.jsonl:2: no labelled passage"):
        calibration.read(path)


def test_a_curve_that_falls_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "confidence.toml").write_text("replace = true\nscore = [0.5, 0.6]\nright = [0.7, 0.6]\n", "utf-8")
    with pytest.raises(RuleError, match="right must rise"):
        _ = Knowledge.load(Settings(tables=tmp_path)).calibration
