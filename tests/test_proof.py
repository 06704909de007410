"""`deals rules check`: the rules and their examples agree, and where they do not, what is lacking is named."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pipeline.normalize import detect
from pipeline.proof.check import uncovered
from pipeline.proof.examples import Example, examples
from pipeline.rules.frames import Frame
from pipeline.rules.knowledge import shipped
from pipeline.settings import OURS
from tests.projects import DEALS

STATUSES = ("announced", "rumored", "intended", "completed", "withdrawn", "denied", "hypothetical")
RULES = """
[[frame]]
id = "snaffle"
kind = "acquisition"
cues = ["snaffled"]
payer = ["subject"]
target = ["object"]
needs = ["payer", "target"]

[assets]
equity = ["stock"]

[money]
total = ["total price"]
unit = ["each"]
price = ["for"]
valuation = ["valuation"]
other = ["revenue"]
""" + "".join(f'[status.{status}]\nclause = ["{status}"]\n' for status in STATUSES)
EXAMPLES = examples()
PROVED = """
[[example]]
text = 'Microsoft snaffled Slack for $2 billion.'
language = 'en'
deals = [{ rule = 'eo.snaffle', payer = ['Microsoft'], target = ['Slack'] }]
"""
OPPOSED = """
[[example]]
text = 'The cat snaffled the fish.'
language = 'en'
deals = []
"""
WRONG = """
[[example]]
text = 'Microsoft snaffled Slack.'
language = 'en'
deals = [{ payer = ['Slack'], target = ['Microsoft'] }]
"""
CLOSED = """
[[example]]
text = 'Apple snaffled Slack.'
language = 'en'
gap = 'a verb nobody knows'
deals = [{ payer = ['Apple'], target = ['Slack'] }]
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Give a user's folder with one language of their own, `eo`, and one rule in it."""
    folder = tmp_path / "languages" / "eo"
    folder.mkdir(parents=True)
    for name in ("syntax.toml", "parties.toml"):
        shutil.copy(OURS / "languages" / "en" / name, folder / name)
    (folder / "deals.toml").write_text(RULES, "utf-8")
    return folder


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    """Return how `deals rules check` ends with a user's languages beside ours."""
    environment = {**os.environ, "DEALS_LANGUAGES": str(folder.parent), "COLUMNS": "100"}
    return subprocess.run([DEALS, "rules", "check"], capture_output=True, text=True, env=environment)


def test_every_rule_we_ship_is_proved_and_opposed_by_an_example_that_is_met() -> None:
    met = [each for each in EXAMPLES if not each.gap]  # each of them is: `test_examples.py` reads them all
    assert [f"{finding.where}: {finding.message}" for finding in uncovered(met)] == []


@pytest.mark.parametrize("frame", shipped().languages["zh"].deals.frame, ids=lambda frame: frame.id)
def test_every_chinese_rule_is_proved_in_both_scripts(frame: Frame) -> None:
    proving = [each.text for each in EXAMPLES if any(deal.get("rule") == f"zh.{frame.id}" for deal in told(each))]
    simplified = [text for text in proving if detect(text) == "zh-Hans"]
    assert simplified
    assert len(simplified) < len(proving)


def told(example: Example) -> list[dict[str, Any]]:
    """Return the deals that an example says it yields."""
    return example.expected if example.topic == "deals" else []


def test_a_rule_of_ones_own_that_examples_prove_and_oppose_passes(own: Path) -> None:
    (own / "deals.examples.toml").write_text(PROVED + OPPOSED, "utf-8")
    done = check(own)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.strip().endswith("all proved and opposed")


def test_what_is_lacking_is_named(own: Path) -> None:
    (own / "deals.examples.toml").write_text(WRONG + CLOSED, "utf-8")
    done = check(own)
    assert (done.returncode, done.stderr) == (1, "")
    place = own / "deals.examples.toml"
    wrong, closed, unproved, unopposed, total = done.stdout.splitlines()
    assert wrong.startswith(f"{place}: example 1: 'Microsoft snaffled Slack.' yields")
    assert closed == f"{place}: example 2: the gap is closed (a verb nobody knows); take the line out"
    assert unproved == "eo.snaffle: no example proves it; add one that names it as its rule"
    assert unopposed.startswith("eo.snaffle: no example holds one of its cues and tells no deal")
    assert total.endswith(": 4 findings")
