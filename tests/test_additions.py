"""Deals that a person adds: kept as text, told again by every run, published, merged, diffed and taken back."""

from __future__ import annotations

import csv
import json
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from pipeline.circles.rings import find_circles
from pipeline.judging import additions, judgements
from pipeline.judging.edits import EditError
from pipeline.models import Document, Judgement
from pipeline.proof import lessons
from pipeline.publish import EXPORTERS
from pipeline.review import learning
from pipeline.run import run
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.text.sentence_spans import sentences
from tests.projects import deals, merged, source
from tests.test_run import root as root

QUIET = "The ledger of that spring holds one odd line: Lumen Grove, Nvidia, $40 million, wired on 3 March 2025."
TEXT = f"A market note.\n\n{QUIET}\n\nNothing else happened there, and the tills stayed shut for the rest of it.\n"
FIELDS: dict[str, Any] = {
    "kind": "purchase",
    "status": "completed",
    "parties": [
        {"role": "payer", "name": "Lumen Grove", "text": "Lumen Grove"},
        {"role": "payee", "name": "NVIDIA", "company_id": "nvidia", "text": "Nvidia"},
    ],
    "amount": {"value": 40_000_000, "currency": "USD", "text": "$40 million"},
    "date": "2025-03-03",
}


def added(text: str = TEXT, name: str = "news/a.txt", quote: str = QUIET, **more: Any) -> Judgement:
    """Return the addition of a deal told in a text."""
    document = Document(id=name, text=text, language="en", source="news")
    at = text.index(quote)
    told = {"by": "mei", "at": "2026-01-05T09:00:00+00:00", "date": "3 March 2025", **more}
    fields = told.pop("fields", FIELDS)
    return additions.add(document, at, at + len(quote), fields, **told)


def keep(*lines: Judgement) -> None:
    judgements.append(Settings.from_environment().judgements, lines)


def only(root: Path) -> dict[str, Any]:
    (deal,) = merged(root)
    return deal


def test_an_added_deal_is_published_in_every_format_and_every_value_points_into_its_text(root: Path) -> None:
    source(root, "news", {"a.txt": TEXT})
    assert run().deals == ()
    keep(added())
    summary = run()
    assert [(change.kind, change.cause) for change in summary.changes] == [("added", "judgement")]
    (deal,) = summary.deals
    assert (deal.rule, deal.judgement, deal.confidence, deal.documents) == ("person", "accepted", 1.0, ("news/a.txt",))
    with Store.open() as store:
        text = store.document("news/a.txt").text
        assert store.merged() == [replace(deal, judgement=None, added_by=None)]
    spans = [deal.evidence, deal.amount, deal.date, *deal.parties]
    assert [span.text for span in spans] == [QUIET, "$40 million", "3 March 2025", "Lumen Grove", "Nvidia"]
    assert all(text[span.start : span.end] == span.text for span in spans)
    assert (deal.amount.value, deal.date.value, deal.parties[1].company_id) == (40_000_000, "2025-03-03", "nvidia")
    to = root / "all"
    done = deals("publish", "--to", str(to), *(part for name in EXPORTERS for part in ("--format", name)), folder=root)
    assert done.returncode == 0, done.stderr
    (row,) = csv.DictReader((to / "deals.csv").open(encoding="utf-8"))
    assert (row["rule"], row["added_by"], row["judgement"]) == ("person", "mei", "accepted")
    assert deal.added_by == only(root)["added_by"] == "mei"
    assert deal.id in (to / "deals.ftm.json").read_text("utf-8")
    assert deals("publish", "--accepted-only", "--to", str(root / "some"), folder=root).returncode == 0
    assert "person" in (root / "some" / "deals.jsonl").read_text("utf-8")


@pytest.mark.parametrize("change", [("one odd line", "an odd line"), (" Nvidia", "\nNvidia"), ("", "")])
def test_an_added_deal_follows_its_text(root: Path, change: tuple[str, str]) -> None:
    folder = source(root, "news", {"a.txt": TEXT})
    keep(added())
    run()
    before = only(root)
    reworded = QUIET.replace(*change) if change[0] else QUIET
    (folder / "a.txt").write_text(f"Corrected on Monday.\n\n{TEXT.replace(QUIET, reworded)}", "utf-8")
    summary = run()
    after = only(root)
    assert after["id"] == before["id"]
    assert after["amount"]["start"] != before["amount"]["start"]
    with Store.open() as store:
        text = store.document("news/a.txt").text
    for value in (after["evidence"], after["amount"], *after["parties"]):
        assert text[value["start"] : value["end"]] == value["text"]
    assert not summary.issues


def test_an_added_deal_that_its_text_no_longer_tells_is_left_out_and_said(root: Path) -> None:
    folder = source(root, "news", {"a.txt": TEXT})
    keep(added())
    run()
    (folder / "a.txt").write_text(TEXT.replace("$40 million", "$90 million"), "utf-8")
    summary = run()
    assert merged(root) == []
    (issue,) = summary.issues
    assert (issue.severity, issue.document) == ("warning", "news/a.txt")
    assert "mei added" in issue.message
    (folder / "a.txt").write_text(TEXT, "utf-8")
    run()
    assert only(root)["rule"] == "person"


def test_an_added_deal_outlives_the_store(root: Path) -> None:
    source(root, "news", {"a.txt": TEXT})
    keep(added())
    run()
    before = only(root)
    for file in (root / "extracted").iterdir():
        if file.is_file():
            file.unlink()
    run()
    assert {**only(root), "first_seen": 0, "last_seen": 0} == {**before, "first_seen": 0, "last_seen": 0}


def test_what_was_added_is_taken_back(root: Path) -> None:
    source(root, "news", {"a.txt": TEXT})
    line = added()
    keep(line)
    run()
    keep(replace(line, answer="undone", at="2026-01-06T09:00:00+00:00", judged={}))
    assert deals("publish", folder=root).returncode == 0
    assert merged(root) == []  # before any run
    summary = run()
    assert (merged(root), summary.deals) == ([], ())


def test_an_answer_about_an_added_deal_takes_nothing_of_it_back(root: Path) -> None:
    source(root, "news", {"a.txt": TEXT})
    keep(added())
    (deal,) = run().deals
    keep(judgements.judge(deal, "edited", by="mei", at="2026-02-01T09:00:00+00:00", changes={"status": "denied"}))
    run()
    assert (only(root)["status"], only(root)["judgement"]) == ("denied", "edited")
    keep(judgements.judge(deal, "rejected", by="mei", at="2026-03-01T09:00:00+00:00"))
    run()
    assert merged(root) == []


def test_two_added_tellings_are_merged_like_any_deal(root: Path) -> None:
    other = f"Another paper.\n\n{QUIET}\n\nIts reporter saw the page a week later.\n"
    source(root, "news", {"a.txt": TEXT, "b.txt": other})
    keep(added(), added(other, "news/b.txt", by="zoe"))
    run()
    deal = only(root)
    assert (len(deal["mentions"]), deal["judgement"]) == (2, "accepted")


def test_what_the_rules_tell_too_is_theirs_and_stays_accepted(root: Path) -> None:
    told = "Nvidia invested $2 billion in OpenAI.\n"
    source(root, "news", {"a.txt": told})
    (deal,) = run().deals
    place = deal.mentions[0].deal.evidence
    fields = judgements.judged(deal, None)
    fields = {name: fields[name] for name in ("kind", "status", "parties", "amount", "date")}
    document = Document(id="news/a.txt", text=told, language="en")
    keep(additions.add(document, place.start, place.end, fields, by="mei", at="2026-01-05T09:00:00+00:00"))
    run()
    assert (only(root)["rule"], only(root)["judgement"]) == (deal.rule, "accepted")


def test_a_deal_added_in_a_copy_is_told_of_its_original(root: Path) -> None:
    filler = "\n\n".join(f"Paragraph {word} of the note says nothing about money or firms." for word in "ABCDEFGH")
    text = f"{TEXT}\n{filler}\n"
    source(root, "news", {"2025-01-01-a.txt": text, "2025-01-02-b.txt": f"{text}Reprinted.\n"})
    keep(added(f"{text}Reprinted.\n", "news/2025-01-02-b.txt"))
    summary = run()
    assert not summary.issues
    assert only(root)["documents"] == ["news/2025-01-01-a.txt"]


def test_an_added_deal_closes_a_circle(root: Path) -> None:
    source(root, "news", {"a.txt": TEXT, "b.txt": "Nvidia invested $2 billion in Lumen Grove.\n"})
    keep(added())
    (circle,) = find_circles(run().deals)
    assert set(circle.names) == {"Lumen Grove", "NVIDIA"}


def test_two_deals_of_one_sentence_and_the_same_parties_have_ids_of_their_own() -> None:
    first = added()
    second = added(fields={**FIELDS, "amount": {"value": 1, "currency": "USD"}}, taken=[first.deal])
    assert first.deal != second.deal
    assert len(judgements.additions([first, second])) == 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"parties": []}, "at least one party"),
        ({"amount": {"currency": "USD"}}, "needs a value"),
        ({"kind": "gift"}, "kind"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_no_deal_can_be_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(EditError, match=message):
        added(fields={**FIELDS, **changes})


def test_a_place_outside_the_text_is_refused() -> None:
    document = Document(id="a", text="  \n ")
    for start, end in ((0, 9), (2, 2), (-1, 1), (0, 3)):
        with pytest.raises(EditError, match="evidence"):
            additions.add(document, start, end, FIELDS, by="mei", at="2026")


def test_a_line_without_a_quote_is_an_issue(tmp_path: Path) -> None:
    line = json.loads(judgements.to_json(added()))
    for broken in ({**line, "quotes": []}, {**line, "judged": {}}):
        found, issues = judgements.parse(json.dumps(broken).encode(), "file")
        assert (found, len(issues)) == ((), 1)


def test_the_sentence_nearest_to_its_old_place_is_meant() -> None:
    text = "One. Pay day. Two words. Pay day. Three."
    answer = added(text, quote="Pay day.")
    later = replace(answer, judged={**answer.judged, "place": {"start": 20, "end": 28}})
    assert [additions.place(each, f"..{text}").start for each in (answer, later)] == [7, 27]


def test_sentences_end_where_a_reader_ends_them() -> None:
    text = "It paid $1.5 billion. 甲公司付款。乙公司收款！\n“So it said.” End"
    assert [span.text for span in sentences(text)] == [
        "It paid $1.5 billion.", "甲公司付款。", "乙公司收款！", "“So it said.”", "End",
    ]  # fmt: skip


def test_an_added_deal_is_drafted_as_an_example() -> None:
    (example,) = tomllib.loads(lessons.drafts([added()])["en"])["example"]
    assert example["text"] == QUIET
    (deal,) = example["deals"]
    assert {name: deal[name] for name in ("payer", "payee", "kind", "status", "date")} == {
        "payer": ["Lumen Grove"], "payee": ["NVIDIA"], "kind": "purchase", "status": "completed", "date": "2025-03-03",
    }  # fmt: skip
    assert "rule" not in deal


def test_the_report_tells_recall(root: Path) -> None:
    source(root, "news", {"a.txt": TEXT, "b.txt": "Nvidia invested $2 billion in OpenAI.\n"})
    (deal,) = run().deals
    line = judgements.judge(deal, "accepted", by="mei", at="2026-01-05T09:00:00+00:00", document=None)
    keep(added(), line)
    *_, every = learning.report(judgements.read(Settings.from_environment().judgements)[0])
    (row,) = every.rows
    assert (row.accepted, row.added, row.precision, row.recall) == (1, 1, 1.0, 0.5)
    printed = deals("review", "--report", folder=root).stdout
    assert "recall" in printed
    assert "0.50" in printed


def test_a_store_gives_an_addition_back(store: Store) -> None:
    line = added()
    store.add_judgements([line, line])
    assert [judgements.to_json(kept) for kept in store.judgements()] == [judgements.to_json(line)]
    assert store.judgements()[0].judged["amount"]["value"] == Decimal(40_000_000)
