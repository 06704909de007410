"""Judgements as rule examples: what people rejected or corrected, in the notation that the examples use."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli.rule_commands import app
from pipeline.judging.judgements import append, judge
from pipeline.models import DocumentRecord
from pipeline.proof import examples, lessons
from tests.review import world

RECORD = DocumentRecord(id="1", language="zh-Hant", published="2025-09-23", characters=1, fingerprint="1")


def judged(answer: str, number: int = 0, **more: object):
    deal = world.merged_from(world.DealMention(document="1", deal=world.chinese()[1][number]))
    return judge(deal, answer, by="mei", at="2026-01-05T09:00:00", document=RECORD, **more)


def written(*given: object) -> list[dict[str, object]]:
    return tomllib.loads(lessons.drafts(given)["zh"])["example"]


def test_a_rejected_deal_becomes_a_sentence_that_yields_nothing():
    (example,) = written(judged("rejected"))
    assert example == {
        "text": world.ROUND.splitlines()[0],
        "language": "zh-Hant",
        "published": "2025-09-23",
        "deals": [],
    }


def test_a_corrected_deal_becomes_what_it_should_have_been():
    amount = {"value": Decimal("5e9"), "currency": "EUR", "qualifier": "about"}
    (example,) = written(judged("edited", changes={"amount": amount, "stake": None, "status": "denied"}))
    assert example["deals"] == [
        {
            "payer": ["NVIDIA"],
            "payee": ["OpenAI"],
            "kind": "investment",
            "amount": "about 5000000000 EUR",
            "stake": "",
            "status": "denied",
        }
    ]


def test_a_draft_is_an_example_that_the_rules_can_be_held_against(tmp_path: Path):
    path = tmp_path / "zh" / "deals.examples.toml"
    path.parent.mkdir()
    path.write_text(
        lessons.drafts([judged("rejected"), judged("edited", 1, changes={"status": "denied"})])["zh"], "utf-8"
    )
    assert [each.topic for each in examples.read(path)] == ["deals", "deals"]


def test_accepted_and_unsure_answers_alone_teach_nothing():
    assert lessons.drafts([judged("accepted"), judged("unsure", 1)]) == {}


def test_a_remark_names_the_rule_and_stays_one_comment():
    text = lessons.drafts([judged("rejected", why='no\n[[example]]\ntext = "x"')])["zh"]
    assert len(tomllib.loads(text)["example"]) == 1
    assert "zh.invest said payer:NVIDIA, payee:OpenAI: no [[example]]" in text


@pytest.mark.parametrize("text", ['quote " and \\ slash', "tab\tand\nline", "\x00\x7f\x1f", "''' \"\"\"", "輝達😀"])
def test_any_sentence_reads_back_as_it_was(text: str):
    assert tomllib.loads(f"a = {lessons.quoted(text)}")["a"] == text


def test_the_command_prints_or_adds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DEALS_ROOT", str(tmp_path))
    append(tmp_path / "sources" / "judgements.jsonl", [judged("rejected")])
    printed = CliRunner().invoke(app, ["examples", "--from-judgements"])
    assert "[[example]]" in printed.output
    for _ in range(2):
        assert CliRunner().invoke(app, ["examples", "--from-judgements", "--to", str(tmp_path)]).exit_code == 0
    assert len(examples.read(tmp_path / "zh" / "deals.examples.toml")) == 2
    assert CliRunner().invoke(app, ["examples"]).exit_code == 2
