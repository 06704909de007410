"""A desk of 5,000 deals gone over in real Chromium by keyboard alone, and what a run makes of it afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.judging import judgements
from pipeline.models import Judgement
from pipeline.review import Desk
from pipeline.review.order import Filter
from pipeline.rules import company_answers
from pipeline.store import Store
from tests import projects
from tests.review import world
from tests.review.chromium import go, press, sound

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

sync_api = projects.tool("playwright.sync_api")
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

DEALS = 5_000
FIRST = (
    "Amber Birch Cobalt Dune Ember Fjord Garnet Heron Indigo Jasper Krill Larch Maple Nimbus Ochre Pebble Quartz Raven"
)
SECOND = "Forge Grove Harbor Inlet Junction Kiln Ledge Mill Notch Orchard Pier Quarry Ridge Shoal Trail"
THIRD = "Systems Robotics Foods Energy Pharma Software Motors Logistics Labs Media"
FIRMS = [" ".join(reversed(words)) for words in product(THIRD.split(), SECOND.split(), FIRST.split())]
MISSED = "The ledger holds one odd line: Lumen Grove, Nvidia, $40 million, 3 March 2025."
ODD = f"---\ntitle: An odd note\ndate: 2025-04-01\n---\n\nA quiet note of the spring.\n\n{MISSED}\n"
OTHER_RULES = "[[frame]]\nid = 'acquire'\ncues = ['snaps up']\n"


def told(number: int) -> str:
    """Return the sentence of a deal; the first two are of companies that the tables know."""
    if number < 2:
        return ("Oracle", "NVIDIA")[number] + f" agreed to acquire {FIRMS[number]} for ${number + 2} billion."
    payer, target = FIRMS[number % len(FIRMS)], FIRMS[(number * 7 + 2 * (number // len(FIRMS)) + 1301) % len(FIRMS)]
    return f"{payer} agreed to acquire {target} for ${number % 900 + 11} million."


def wire(changed: str = "") -> bytes:
    """Return the documents, ten deals each, as JSON Lines; the first one may tell one thing more."""
    lines = []
    for number in range(DEALS // 10):
        text = "\n".join([*map(told, range(number * 10, number * 10 + 10)), *([changed] if not number else [])])
        date = f"2025-{number % 12 + 1:02d}-10"
        lines.append({"id": f"wire/{number}", "title": f"Wire {number}", "published": date, "text": text})
    return b"".join(json.dumps({**line, "language": "en"}).encode() + b"\n" for line in lines)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a project after a run over 5,000 deals and a note that tells one which no rule finds."""
    folder = projects.project(tmp_path_factory.mktemp("busy"), samples=False)
    listed = "title = 'Wire'\nkind = 'files'\npaths = ['*.jsonl', '*.md']\n"
    projects.source(folder, "wire", {"all.jsonl": wire(), "odd.md": ODD}, listed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEALS_ROOT", str(folder))
        patch.delenv("DEALS_DATABASE_URL", raising=False)
        projects.invoke("run", folder=folder)
        yield folder


@pytest.fixture
def desk(busy: Path) -> Iterator[Desk]:
    with Store.open() as store:
        yield world.desk(store, busy)


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    """Give a page at the queue."""
    with world.serving(desk) as address:
        context = browser.new_context()
        with sound(context) as opened:
            opened.goto(f"{address}/queue")
            yield opened
        context.close()


class Hands:
    """A person who has a keyboard only; a key pressed is one action, and so is a word typed."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions = page, 0

    def press(self, *keys: str) -> None:
        press(self.page, *keys)
        self.actions += len(keys)

    def go(self, key: str) -> None:
        go(self.page, key)
        self.actions += 1

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)
        self.actions += 1

    def says(self, told: str) -> None:
        sync_api.expect(self.page.locator(".flash")).to_contain_text(told)


def add_a_missed_deal(hands: Hands) -> None:
    hands.go("o")
    hands.press("j")
    hands.go("Enter")
    hands.press("j", "j")
    hands.go("Enter")
    hands.type("purchase")
    hands.go("Control+Enter")
    hands.says("Added")


def merge_two_companies(hands: Hands) -> None:
    hands.go("h")
    hands.press("/")
    hands.type("oracle")
    hands.go("Enter")
    hands.press("j")
    hands.go("Enter")
    hands.press("m")
    hands.type("輝達")
    sync_api.expect(hands.page.locator(".options li:visible")).to_have_count(1)
    hands.press("ArrowDown", "Enter")
    hands.go("Enter")
    hands.says("Merged")


def join_two_rows(hands: Hands) -> None:
    searched(hands, "for $22 million")
    hands.press("j", "x", "j", "x")
    hands.go("S")
    hands.says("Joined: 2 deals")


def correct_an_amount(hands: Hands) -> None:
    searched(hands, told(1230))
    hands.press("j")
    hands.go("Enter")
    hands.go("e")
    while hands.page.evaluate("document.activeElement.name") != "figure":
        hands.press("Tab")
    hands.press("Control+a")
    hands.type("108.4bn")
    hands.go("Control+Enter")
    hands.says("Corrected")


def mark_several_rows(hands: Hands) -> None:
    searched(hands, "for $33 million")
    hands.press("j", "x", "j", "x", "j", "x")
    hands.go("A")
    hands.says("Accepted: 3 deals")


def searched(hands: Hands, words: str) -> None:
    hands.go("g")
    hands.press("/")
    hands.type(words)
    hands.go("Enter")


ACTS = (add_a_missed_deal, merge_two_companies, join_two_rows, correct_an_amount, mark_several_rows)


def answered(project: Path) -> list[Judgement]:
    """Return what people said of deals that stands."""
    lines, issues = judgements.read(project / "sources" / "judgements.jsonl")
    assert issues == ()
    return [*judgements.standing(lines), *judgements.pairs(lines)]


def firms_said(project: Path) -> list[str]:
    path = project / "sources" / "company_answers.jsonl"
    return [each.act for each in company_answers.standing(company_answers.read(path))]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_each_is_done_and_undone_by_keyboard_alone(page: Page, busy: Path, desk: Desk, act: Any):
    assert desk.progress().total == DEALS
    hands = Hands(page)
    act(hands)
    if act is add_a_missed_deal:
        assert hands.actions < 10
    assert len(answered(busy)) + len(firms_said(busy)) > 0
    hands.go("z")
    hands.says("Undone")
    assert answered(busy) == []
    assert firms_said(busy) == []
    assert desk.progress().judged == 0


def test_a_run_over_a_changed_document_by_changed_rules_loses_and_asks_nothing(page: Page, busy: Path, desk: Desk):
    for act in ACTS:
        act(Hands(page))
    said, judged = answered(busy), desk.progress().judged
    assert judged == 1 + 1 + 3  # one joined to another, one corrected, three accepted
    (busy / "sources" / "wire" / "all.jsonl").write_bytes(wire("Ochre Pier snaps up Dune Kiln for $7 billion."))
    rules = busy / "rules" / "languages" / "en"
    rules.mkdir(parents=True)
    (rules / "deals.toml").write_text(OTHER_RULES, "utf-8")
    done = projects.deals("run", folder=busy)
    assert done.returncode == 0, done.stderr

    assert answered(busy) == said
    assert firms_said(busy) == ["merge"]
    page.reload()
    progress = desk.progress()
    # added and newly told are two more, two rows are one
    assert progress.total == DEALS + 2 - 1
    assert progress.judged == judged - 1 + 1  # the row that joined is no row any more, the added deal is judged
    deals = {deal["evidence"]["text"]: deal for deal in projects.merged(busy)}
    assert deals[MISSED]["rule"] == "person"
    assert deals[told(1230)]["amount"]["value"] == 108_400_000_000
    assert "Oracle" not in {party["name"] for deal in deals.values() for party in deal["parties"]}
    waiting = {item.verdict.deal.evidence.text for item in desk.queue(Filter())}
    assert not {MISSED, told(1230), *(line.quotes[0] for line in said if line.answer == "accepted")} & waiting
    joined = next(line for line in said if line.answer == "same")
    one = next(
        deal for deal in deals.values() if joined.quotes[0] in {m["deal"]["evidence"]["text"] for m in deal["mentions"]}
    )
    assert joined.other.quotes[0] in {mention["deal"]["evidence"]["text"] for mention in one["mentions"]}
