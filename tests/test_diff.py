"""The diff: what became of each deal and why, between runs, files, folders and revisions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.diff import formats
from pipeline.diff.changes import Known, diff
from pipeline.judging.judgements import append, judge
from pipeline.models import (
    Amount,
    Change,
    Conflict,
    ConflictValue,
    Deal,
    DealMention,
    MergedDeal,
    Party,
    Role,
    Span,
    deal_id,
    to_json,
)
from pipeline.publish import publish

SENTENCE = "Harbor Chips will invest $2 billion in Lantern AI."


def party(role: Role, name: str, company: str | None = None, text: str | None = None) -> Party:
    return Party(start=0, end=len(text or name), text=text or name, role=role, name=name, company_id=company)


PARTIES = (party("payer", "Harbor Chips"), party("payee", "Lantern AI"))


def mention(
    document: str = "one", text: str = SENTENCE, parties: Sequence[Party] = PARTIES, value: int = 2, **fields: Any
) -> DealMention:
    shape = {"kind": "investment", "status": "announced", "rule": "en.invest.in", "confidence": 0.9, **fields}
    parties = tuple(parties)
    deal = Deal(
        id=deal_id(document, text, parties),
        parties=parties,
        amount=Amount(start=0, end=2, text="$2", value=Decimal(value) * 10**9, currency="USD"),
        evidence=Span(start=0, end=len(text), text=text),
        **shape,
    )
    return DealMention(document=document, deal=deal)


def merged(*mentions: DealMention, **fields: Any) -> MergedDeal:
    """Return the merged deal that these tell, the first one's word for it."""
    first = mentions[0].deal
    shared = {name: getattr(first, name) for name in ("id", "kind", "status", "parties", "amount", "evidence", "rule")}
    documents = tuple(sorted({mention.document for mention in mentions}))
    return MergedDeal(**{**shared, "confidence": 0.9, "documents": documents, "mentions": mentions, **fields})


def only(old: Sequence[MergedDeal], new: Sequence[MergedDeal], *known: Known) -> Change:
    (change,) = diff(old, new, *known)
    return change


def fields(change: Change) -> dict[str, tuple[str | None, str | None]]:
    return {field.field: (field.old, field.new) for field in change.fields}


def knowing(**documents: str) -> Known:
    return Known(documents=documents)


def test_equal_states_do_not_differ():
    assert diff([merged(mention())], [merged(mention())]) == []


def test_a_deal_of_a_new_document_is_added():
    change = only([], [merged(mention())], knowing(), knowing(one="1"))
    assert (change.kind, change.cause, change.documents) == ("added", "new document", ("one",))


def test_a_deal_whose_document_is_gone_is_gone():
    change = only([merged(mention())], [], knowing(one="1"), knowing())
    assert (change.kind, change.cause) == ("gone", "document gone")


def test_a_changed_article_changes_its_deal_field_by_field():
    later = mention(text=SENTENCE.replace("2", "3"), value=3)
    change = only([merged(mention())], [merged(later)], knowing(one="1"), knowing(one="2"))
    assert (change.kind, change.cause) == ("changed", "document changed")
    assert fields(change)["amount"] == ("USD 2 billion", "USD 3 billion")


def test_a_changed_article_is_told_even_without_its_fingerprint():
    later = mention(text="After talks, 3 billion dollars go from Harbor Chips to Lantern AI.", value=3)
    assert only([merged(mention())], [merged(later)]).cause == "document changed"


def test_a_changed_rule_is_named():
    later = mention(rule="en.plan.invest", status="intended")
    change = only([merged(mention())], [merged(later)], knowing(one="1"), knowing(one="1"))
    assert (change.cause, change.rules) == ("rule changed", ("en.invest.in", "en.plan.invest"))
    assert fields(change)["status"] == ("announced", "intended")


def test_a_rule_that_turns_the_arrow_changes_the_deal_and_does_not_replace_it():
    turned = mention(parties=(party("payer", "Lantern AI"), party("payee", "Harbor Chips")))
    change = only([merged(mention())], [merged(turned)])
    assert (change.kind, change.cause) == ("changed", "rule changed")
    assert fields(change)["parties"] == (
        "payer: Harbor Chips; payee: Lantern AI",
        "payer: Lantern AI; payee: Harbor Chips",
    )


def test_a_company_that_the_tables_learnt_is_the_cause():
    known = mention(parties=(party("payer", "Harbor", "harbor", "Harbor Chips"), PARTIES[1]))
    change = only([merged(mention())], [merged(known)])
    assert (change.kind, change.cause, change.rules) == ("changed", "company table changed", ())


def test_another_telling_in_a_new_document_is_the_cause():
    more = mention("two", "Lantern AI closed the $2 billion from Harbor Chips.", status="completed")
    later = merged(mention(), more, status="completed")
    change = only([merged(mention())], [later], knowing(one="1"), knowing(one="1", two="1"))
    assert (change.cause, change.documents) == ("new document", ("two",))


def test_a_judgement_is_the_cause():
    accepted = merged(mention(), judgement="accepted")
    change = only([merged(mention())], [accepted])
    assert (change.cause, fields(change)) == ("judgement", {"judgement": (None, "accepted")})


def test_a_rejected_deal_that_left_the_files_left_by_judgement():
    rejection = judge(merged(mention()), "rejected", by="mei", at="2026-01-01")
    change = only([merged(mention())], [], knowing(one="1"), Known(documents={"one": "1"}, judgements=(rejection,)))
    assert (change.kind, change.cause) == ("gone", "judgement")


def test_two_deals_that_turn_out_to_be_one_are_merged():
    other = mention("two", "Two billion from Harbor Chips for Lantern AI.")
    whole = merged(mention(), other, former_ids=(other.deal.id,))
    change = only([merged(mention()), merged(other)], [whole])
    assert (change.kind, len(change.old), len(change.new)) == ("merged", 2, 1)


def test_one_deal_that_turns_out_to_be_two_is_split():
    other = mention("two", "Two billion from Harbor Chips for Lantern AI.")
    change = only([merged(mention(), other)], [merged(mention()), merged(other)])
    assert (change.kind, len(change.old), len(change.new)) == ("split", 1, 2)


def test_a_deal_that_only_moved_in_its_text_differs_in_details():
    moved = replace(
        mention(), deal=replace(mention().deal, evidence=Span(start=9, end=9 + len(SENTENCE), text=SENTENCE))
    )
    assert fields(only([merged(mention())], [merged(moved)])) == {"details": (None, None)}


def test_conflicts_are_told_in_words():
    values = tuple(ConflictValue(value=value, mentions=("1",)) for value in ("USD 2 billion", "USD 3 billion"))
    later = merged(mention(), conflicts=(Conflict(field="amount", values=values),))
    assert fields(only([merged(mention())], [later])) == {"conflicts": (None, "amount: USD 2 billion or USD 3 billion")}


def test_changes_come_by_cause_and_then_by_parties():
    new = [merged(mention(name, parties=(party("payer", name), PARTIES[1]))) for name in ("zeta", "alpha")]
    judged = merged(mention(), judgement="accepted")
    found = diff([merged(mention())], [*new, judged])
    assert [(change.cause, change.new[0].parties[0].name) for change in found] == [
        ("judgement", "Harbor Chips"),
        ("new document", "alpha"),
        ("new document", "zeta"),
    ]


HOSTILE = "<script>alert(1)</script> **bold** [x](javascript:1) | \u202e `code`"


def hostile() -> list[Change]:
    return diff([], [merged(mention(text=HOSTILE, parties=(party("payer", HOSTILE), PARTIES[1])))])


def test_html_shows_hostile_text_as_text():
    page = formats.to_html(hostile(), "old", HOSTILE)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page


def test_markdown_shows_hostile_text_as_text():
    text = formats.to_markdown(hostile(), "old", "new")
    assert "<script" not in text
    assert "](javascript" not in text
    assert "\u202e" not in text
    assert r"\*\*bold\*\*" in text


# The command, in a process of its own


def deals(*arguments: str | Path, root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", *map(str, arguments)]
    return subprocess.run(
        command,
        env={**os.environ, "DEALS_ROOT": str(root), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def published(folder: Path, *found: MergedDeal) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    lines = b"".join(to_json(deal) + b"\n" for deal in found)
    (folder / "deals.jsonl").write_bytes(lines)
    return folder


def git(root: Path, *arguments: str) -> None:
    name = ("-c", "user.name=Mei", "-c", "user.email=mei@example.org")
    subprocess.run(["git", "-C", str(root), *name, *arguments], check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a project whose committed state has one deal and whose published state has two."""
    published(tmp_path / "extracted", merged(mention()))
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    other = merged(mention("two", parties=(party("payer", "Quayside"), party("payee", "Lantern AI"))))
    published(tmp_path / "extracted", merged(mention()), other)
    return tmp_path


def test_the_command_compares_what_is_committed_with_what_is_published(project: Path):
    ran = deals("diff", root=project)
    assert ran.returncode == 1, ran.stderr
    assert "new document (1)" in ran.stdout
    assert "Quayside → Lantern AI" in ran.stdout


def test_the_command_exits_0_where_nothing_differs(project: Path):
    folder = project / "extracted"
    ran = deals("diff", folder, folder / "deals.jsonl", root=project)
    assert (ran.returncode, ran.stdout.strip()) == (0, "no difference")


def test_files_of_before_a_key_that_is_worked_out_do_not_differ(project: Path):
    deal = merged(mention(), first_seen="2025-10-08")
    before = published(project / "before", deal)
    publish(project / "anew", [deal], formats=("jsonl",))
    assert b'"announced":{' in (project / "anew" / "deals.jsonl").read_bytes()
    ran = deals("diff", before, project / "anew", root=project)
    assert (ran.returncode, ran.stdout.strip()) == (0, "no difference")


def test_the_command_takes_a_revision_and_a_folder(project: Path):
    ran = deals("diff", "HEAD", project, "--format", "json", root=project)
    found = json.loads(ran.stdout)
    assert [change["kind"] for change in found["changes"]] == ["added"]
    assert found["old"] == "HEAD"


@pytest.mark.parametrize(("form", "piece"), [("markdown", "- + **added**"), ("html", "<!doctype html>")])
def test_the_command_writes_other_formats(project: Path, form: str, piece: str):
    ran = deals("diff", "--format", form, root=project)
    assert piece in ran.stdout


def test_a_rejection_recorded_since_is_told_as_the_cause(project: Path):
    append(project / "sources" / "judgements.jsonl", [judge(merged(mention()), "rejected", by="mei", at="2026-01-01")])
    published(project / "extracted")
    ran = deals("diff", root=project)
    assert "judgement (1)" in ran.stdout


@pytest.mark.parametrize("name", ["no-such-revision", "--output=/tmp/x", "HEAD:../etc"])
def test_a_state_that_is_nowhere_is_one_clear_message(project: Path, name: str):
    ran = deals("diff", "--", name, root=project)
    assert ran.returncode == 2
    assert f"'{name}' is no run, no path and no git revision here" in ran.stderr


def test_a_broken_line_is_named_by_file_and_line(project: Path):
    with (project / "extracted" / "deals.jsonl").open("a") as file:
        file.write("{\n")
    ran = deals("diff", root=project)
    assert "deals.jsonl:3" in ran.stderr


def test_wrong_usage_exits_2(project: Path):
    assert deals("diff", "HEAD", "HEAD", "--rules", project, root=project).returncode == 2


POOL = [merged(mention(f"{n}", parties=(party("payer", f"Firm {n}"), PARTIES[1]))) for n in range(6)]


@given(st.sets(st.sampled_from(range(6))), st.sets(st.sampled_from(range(6))), st.randoms())
def test_every_deal_that_came_or_went_is_told_once_in_any_order(old: set[int], new: set[int], random: Any):
    before, after = ([POOL[n] for n in random.sample(sorted(some), len(some))] for some in (old, new))
    found = diff(before, after)
    assert sorted(change.old[0].id for change in found if change.kind == "gone") == sorted(
        POOL[n].id for n in old - new
    )
    assert sorted(change.new[0].id for change in found if change.kind == "added") == sorted(
        POOL[n].id for n in new - old
    )
    assert len(found) == len(old ^ new)
