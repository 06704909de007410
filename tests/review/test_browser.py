"""The review page as a person meets it: real Chromium, keys only, reload, phone, screen reader rules."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from msgspec.structs import replace

from pipeline.extraction import extract
from pipeline.judging import judgements
from pipeline.models import MergedDeal
from pipeline.review import Desk, Team
from pipeline.review.order import Filter
from pipeline.store import Store
from tests.projects import tool
from tests.review import world
from tests.review.chromium import go, press, sound

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

sync_api = tool("playwright.sync_api")
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def deals(opened: Store) -> list[MergedDeal]:
    """Give the merged deals of two runs over the small world."""
    world.fill(opened, [world.chinese()])
    return world.fill(opened, [tell() for tell in world.WORLD])


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    with world.serving(desk) as served:
        yield served


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context()
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """Give a page at the queue."""
    with sound(context) as opened:
        opened.goto(f"{address}/queue")
        yield opened


def answers(project: Path) -> list[str]:
    found, issues = judgements.read(project / "sources" / "judgements.jsonl")
    assert issues == ()
    return [line.answer for line in found]


def test_a_queue_is_gone_through_by_keyboard_alone(page: Page, project: Path, desk: Desk):
    press(page, "j")
    go(page, "Enter")
    sync_api.expect(page.locator("h1")).to_contain_text("NVIDIA")
    seen = [page.url]
    for key in ("a", "r", "u", "a", "a", "r", "a", "a"):
        go(page, key)
        seen.append(page.url)
    assert answers(project) == [
        "accepted",
        "rejected",
        "unsure",
        "accepted",
        "accepted",
        "rejected",
        "accepted",
        "accepted",
    ]
    assert len(set(seen)) == len(seen)
    sync_api.expect(page.locator("main")).to_contain_text("All judged")
    assert desk.progress().judged == 8


def test_what_was_answered_is_there_after_a_reload(page: Page, desk: Desk):
    press(page, "j")
    go(page, "Enter")
    go(page, "a")
    sync_api.expect(page.locator(".flash")).to_contain_text("Accepted: NVIDIA")
    page.goto(page.url.split("/deal")[0] + "/queue?state=accepted")
    page.reload()
    sync_api.expect(page.locator(".rows li")).to_have_count(1)
    sync_api.expect(page.locator(".progress label")).to_have_text("1 of 8 judged")


def test_undo_brings_the_deal_back(page: Page, project: Path):
    press(page, "j")
    go(page, "Enter")
    first = page.url.partition("?")[0]
    go(page, "r")
    go(page, "z")
    assert page.url.partition("?")[0] == first
    assert answers(project) == ["rejected", "undone"]
    sync_api.expect(page.locator(".progress label")).to_have_text("0 of 8 judged")


def test_a_reason_is_typed_without_leaving_the_keyboard(page: Page, project: Path):
    press(page, "j")
    go(page, "Enter")
    press(page, "w")
    page.keyboard.type("a rumor, zara says")  # every letter here is a key elsewhere
    press(page, "Enter", "Escape")
    assert answers(project) == []
    go(page, "r")
    found, _ = judgements.read(project / "sources" / "judgements.jsonl")
    assert found[0].why == "a rumor, zara says"


def test_a_deal_is_corrected_by_keyboard_with_a_company_searched(page: Page, project: Path):
    page.goto(page.url + "?q=quayside")
    press(page, "j")
    go(page, "Enter")
    go(page, "e")
    sync_api.expect(page.locator("[name=kind]")).to_be_focused()
    name = page.get_by_role("combobox", name="Name of party 2")
    name.focus()
    press(page, "Control+a")
    page.keyboard.type("輝達")
    sync_api.expect(page.locator(".options li:visible")).to_have_count(1)
    press(page, "ArrowDown", "Enter")
    sync_api.expect(name).to_have_value("NVIDIA")
    page.get_by_label("Sum").fill("2.5bn")
    page.get_by_label("Currency").fill("dollars")
    page.get_by_role("button", name="Save the correction").focus()
    go(page, "Enter")
    sync_api.expect(page.get_by_role("alert")).to_contain_text("is not an ISO 4217 currency")
    page.get_by_label("Currency").fill("EUR")
    page.get_by_role("button", name="Save the correction").focus()
    go(page, "Enter")
    (edit,) = judgements.read(project / "sources" / "judgements.jsonl")[0]
    assert edit.fields["parties"][1] == {"role": "payee", "name": "NVIDIA", "company_id": "nvidia"}
    assert (int(edit.fields["amount"]["value"]), edit.fields["amount"]["currency"]) == (2_500_000_000, "EUR")


def test_a_filter_is_set_and_all_of_it_accepted_by_keyboard(page: Page, desk: Desk):
    press(page, "/")
    page.keyboard.type("甲骨文")
    go(page, "Enter")
    sync_api.expect(page.locator(".rows li")).to_have_count(2)
    press(page, "Escape")
    go(page, "b")
    go(page, "a")
    sync_api.expect(page.locator(".flash")).to_contain_text("Accepted: 2 deals")
    assert desk.progress().judged == 2
    go(page, "z")
    assert desk.progress().judged == 0


def test_the_queue_answers_for_the_row_that_has_the_focus(page: Page, desk: Desk):
    third = desk.queue(Filter())[2].id
    press(page, "j", "j", "j")
    go(page, "r")
    assert desk.items[third].verdict.state == "rejected"
    assert page.url.split("/")[-1].startswith("queue")
    sync_api.expect(page.locator("[data-row]").nth(2)).to_be_focused()


def test_after_another_run_nothing_comes_back_but_what_changed(page: Page, desk: Desk, opened: Store):
    go(page, "b")
    go(page, "a")
    world.fill(opened, [tell() for tell in world.WORLD])
    page.reload()
    sync_api.expect(page.locator("main")).to_contain_text("All judged")
    told, (deal, *rest) = world.english()
    world.fill(opened, [(told, (replace(deal, status="denied"), *rest))])
    page.goto(page.url.split("?")[0])
    sync_api.expect(page.locator(".rows li")).to_have_count(1)
    press(page, "j")
    go(page, "Enter")
    sync_api.expect(page.get_by_role("heading", name="Changed since mei accepted it")).to_be_visible()
    sync_api.expect(page.locator(".panel.changed ins")).to_have_text("denied")


def test_two_windows_lose_no_answer(page: Page, context: BrowserContext, desk: Desk, project: Path):
    first, second, *_ = desk.queue(Filter())
    other = context.new_page()
    base = page.url.removesuffix("/queue")
    page.goto(f"{base}/deal/{first.id}")
    other.goto(f"{base}/deal/{first.id}")
    go(page, "a")
    go(other, "r")
    other.goto(f"{base}/deal/{second.id}")
    page.goto(f"{base}/deal/{second.id}")
    go(other, "a")
    go(page, "a")
    assert answers(project) == ["accepted", "rejected", "accepted", "accepted"]


def test_hostile_text_is_shown_as_text(page: Page, desk: Desk):
    page.goto(page.url + "?q=oxbow")
    press(page, "j")
    go(page, "Enter")
    assert "taken" not in page.title()
    text = page.locator(".text")
    sync_api.expect(text).to_contain_text('<script>document.title = "taken"</script>')
    sync_api.expect(text).to_contain_text("U+202E")
    assert page.locator(".text script, .text img").count() == 0
    assert page.locator("main [href^='javascript']").count() == 0


def test_the_other_reading_and_the_next_telling_are_one_key_away(page: Page, desk: Desk):
    told = next(item for item in desk.queue(Filter()) if len(item.verdict.deal.mentions) > 1)
    page.goto(f"{page.url.removesuffix('/queue')}/deal/{told.id}")
    sync_api.expect(page.locator(".text")).to_contain_text("輝達")
    go(page, "t")
    sync_api.expect(page.locator(".text")).to_contain_text("辉达")
    go(page, "m")
    sync_api.expect(page.locator(".text")).to_contain_text("agreed to invest")


def test_help_lists_the_keys_and_can_silence_them(page: Page, project: Path):
    press(page, "?")
    sync_api.expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.get_by_label("Single keys act").uncheck()
    press(page, "Escape")
    page.reload()
    press(page, "j", "a")
    sync_api.expect(page.locator("h1")).to_contain_text("8 deals to judge")
    assert answers(project) == []


def test_a_key_held_down_answers_once(page: Page, project: Path, desk: Desk):
    page.goto(f"{page.url.removesuffix('/queue')}/deal/{desk.queue(Filter())[0].id}")
    with page.expect_navigation():
        page.keyboard.down("a")
        page.keyboard.down("a")  # a repeat
    page.keyboard.up("a")
    assert answers(project) == ["accepted"]


def test_the_page_works_without_scripts(browser: Browser, address: str, project: Path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/queue")
    page.locator(".rows a").first.click()
    page.get_by_role("button", name="Accept").click()
    page.get_by_role("link", name="Correct").click()
    page.get_by_label("Status").select_option("denied")
    page.get_by_role("button", name="Save the correction").click()
    context.close()
    assert answers(project) == ["accepted", "edited"]


SCREENS = (
    "/queue",
    "/deal/{deal}",
    "/deal/{deal}?edit=1",
    "/accept-all",
    "/diff",
    "/flows",
    "/flows?until=2025-09&zoom=2",
    "/flow?payer=nvidia&receiver=openai",
    "/runs",
    "/run/2",
    "/source/samples",
    "/company/nvidia",
    "/company/Quayside",
    "/companies",
    "/documents",
    "/document/notes%2Fmemo.md",
    "/document/notes%2Fmemo.md?start=0&end=94",
)


@pytest.mark.parametrize("screen", SCREENS)
def test_a_phone_needs_no_sideways_scroll(browser: Browser, address: str, desk: Desk, screen: str):
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(address + screen.format(deal=desk.queue(Filter())[0].id))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """Give the script of axe-core, which finds what a screen reader or a keyboard cannot use."""
    tool("axe_playwright_python")
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


@pytest.mark.parametrize("width", [1280, 390], ids=["desk", "phone"])
def test_axe_finds_nothing_wrong_in_light_or_dark(browser: Browser, address: str, desk: Desk, axe: str, width: int):
    first, second, *_ = desk.queue(Filter())
    desk.answer([second.id], "accepted", why="seen")
    # the page's policy would keep axe out too
    context = browser.new_context(bypass_csp=True, viewport={"width": width, "height": 844})
    page = context.new_page()
    found = {}
    for screen in (*SCREENS, f"/deal/{second.id}?did=accepted&of={second.id}&at=x"):
        page.goto(address + screen.format(deal=first.id))
        found[screen] = violations(page, axe)
    page.goto(f"{address}/queue")
    press(page, "?")
    found["help"] = violations(page, axe)
    with world.serving(desk, Team(host="127.0.0.1:PORT", tokens={"mei": "m" * 30})) as shared:
        page.goto(f"{shared}/queue")
        sync_api.expect(page.get_by_label("Your token")).to_be_visible()
        found["sign-in"] = violations(page, axe)
    context.close()
    assert [f"{screen}: {told}" for screen, some in found.items() for told in some] == []


def violations(page: Page, axe: str) -> list[str]:
    """Return what is wrong with a page in either scheme, which is all that differs."""
    page.evaluate(axe)
    found = []
    schemes: list[Literal["light", "dark"]] = ["light", "dark"]
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        report = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        found += [
            f"{scheme}: {each['impact']} {each['id']}: {node['target']} {node['failureSummary']}"
            for each in report["violations"]
            for node in each["nodes"][:3]
        ]
    return found


def test_a_missed_deal_is_added_by_keyboard_alone(page: Page, project: Path, opened: Store, desk: Desk):
    text = "A quiet note.\nThe ledger holds one odd line: Lumen Grove, Nvidia, $40 million, 3 March 2025.\n"
    told = world.document("notes/odd.md", text, title="An odd note", published="2025-04-01", language="en")
    run = opened.start_run(["samples"], "test")
    opened.save_extraction(run, told, extract(told))
    opened.finish_run(run, {}, {})
    go(page, "o")
    press(page, "j")
    go(page, "Enter")
    press(page, "j", "j")
    go(page, "Enter")
    sync_api.expect(page.locator("[name=kind]")).to_be_focused()
    page.keyboard.type("purchase")
    with page.expect_navigation():
        press(page, "Control+Enter")
    sync_api.expect(page.locator(".flash")).to_contain_text("Added")
    (line,) = judgements.read(project / "sources" / "judgements.jsonl")[0]
    assert (line.answer, line.judged["kind"]) == ("added", "purchase")
    assert line.quotes == (text.splitlines()[1],)
    go(page, "z")
    sync_api.expect(page.locator(".flash")).to_contain_text("Undone")
    assert answers(project) == ["added", "undone"]


def test_marks_and_selected_words_go_into_the_form(page: Page, desk: Desk):
    page.goto(page.url.replace("/queue", "/document/notes%2Fmemo.md"))
    page.evaluate(
        """() => {
          const range = document.createRange();
          const [from, to] = document.querySelectorAll(".sentence");
          range.setStart(from.querySelector("mark"), 0);
          range.setEndAfter(to.querySelector("mark"));
          document.getSelection().addRange(range);
        }"""
    )
    sync_api.expect(page.locator("#chosen-words")).to_be_visible()
    go(page, "s")
    sync_api.expect(page.locator("#add blockquote")).to_contain_text("Nvidia agreed to invest")
    page.locator("#add [name=figure]").fill("")
    page.locator(".text mark.amount", has_text="$100 billion").first.click()
    sync_api.expect(page.locator("#add [name=figure]")).to_have_value("100000000000")
    sync_api.expect(page.locator("#add [name=amount_text]")).to_have_value("up to $100 billion")


def test_the_flows_are_gone_through_and_taken_away_by_keyboard(page: Page):
    go(page, "c")
    wide = "document.querySelector('.picture svg').getBoundingClientRect().width"
    before = page.evaluate(wide)
    go(page, "+")
    assert page.evaluate(wide) > 1.5 * before
    go(page, "-")
    with page.expect_download() as svg:
        press(page, "S")
    assert b"<svg" in svg.value.path().read_bytes()
    with page.expect_download() as png:
        press(page, "P")
    assert png.value.suggested_filename == "flows.png"
    data = png.value.path().read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(data[16:20], "big") > 1_000
    go(page, "[")
    assert "until=2025-" in page.url
    page.locator(".picture a[aria-label^='NVIDIA → OpenAI']").focus()
    go(page, "Enter")
    sync_api.expect(page.locator("main")).to_contain_text("輝達")
    go(page, "Escape")
    sync_api.expect(page.locator("h1")).to_have_text("Who pays whom")
