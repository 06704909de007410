"""What people said of companies: laid over the tables, undone, refused where it cannot be, kept through runs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pipeline.judging import judgements
from pipeline.models import Company, MergedDeal, Party
from pipeline.review.order import Filter
from pipeline.rules import company_answers
from pipeline.rules.common_tables import made_id
from pipeline.rules.company_answers import CompanyAnswer, CompanyAnswerError, applied, checked, led, standing
from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.run import run
from pipeline.settings import Settings
from pipeline.store import Store
from tests.projects import ROOT, invoke, merged, project
from tests.review import world

OXBOW = Company(id="oxbow", name="Oxbow", names=("Oxbow Pumps", "牛轭湖"), tickers=("XNAS:OXB",))
KESTREL = Company(id="kestrel", name="Kestrel", names=("红隼",), parent="oxbow")


def said(act: Any, company: str, at: str = "1", **more: Any) -> CompanyAnswer:
    return CompanyAnswer(act=act, company=company, by="mei", at=at, **more)


def mended(*answers: CompanyAnswer) -> dict[str, Company]:
    placed = [(each.id, each) for each in (OXBOW, KESTREL)]
    return {company.id: company for _, company in applied(placed, answers, "here")}


def test_a_company_gets_more_names_another_one_and_what_it_was_called_stays_a_name():
    found = mended(said("alias", "oxbow", names=("Oxbow AG",)), said("rename", "oxbow", "2", name="Oxbow Group"))
    assert found["oxbow"].name == "Oxbow Group"
    assert found["oxbow"].names == ("Oxbow", "Oxbow Pumps", "牛轭湖", "Oxbow AG")


def test_two_companies_become_one_and_one_becomes_two():
    one = mended(said("merge", "kestrel", into="oxbow"))
    assert list(one) == ["oxbow"]
    assert {"Kestrel", "红隼"} <= set(one["oxbow"].names)
    two = mended(said("split", "oxbow", names=("牛轭湖",), into="niu-e-hu", name="牛轭湖"))
    assert two["niu-e-hu"].name == "牛轭湖"
    assert "牛轭湖" not in two["oxbow"].names


def test_a_table_that_names_a_company_follows_it_into_the_one_it_was_merged_into(tmp_path: Path):
    root = project(tmp_path, samples=False)
    assert invoke("companies", "merge", "oracle", "nvidia", "--by", "mei", folder=root).returncode == 0
    sellers = Knowledge.load(Settings(root=root)).sellers
    assert "oracle" not in sellers["cloud"]
    assert "nvidia" in sellers["cloud"]


def test_a_name_given_to_a_company_is_taken_from_the_one_that_had_it():
    found = mended(said("alias", "oxbow", names=("红隼",)))
    assert "红隼" in found["oxbow"].names
    assert "红隼" not in found["kestrel"].names


def test_what_is_taken_back_does_nothing_and_what_the_tables_made_void_neither():
    assert mended(said("merge", "kestrel", "1", into="oxbow"), said("undone", "1", "2")) == mended()
    assert mended(said("alias", "nobody", names=("Nobody Ltd",))) == mended()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (said("alias", "nobody", names=("X",)), "no company has the id 'nobody'"),
        (said("alias", "oxbow"), "at least one"),
        (said("alias", "oxbow", names=("a\u202eb",)), "no name that can be shown"),
        (said("merge", "oxbow", into="oxbow"), "no other company"),
        (said("split", "oxbow", names=("Kestrel",), into="x", name="X"), "no name of Oxbow"),
        (said("split", "oxbow", names=("Oxbow",), into="x", name="X"), "leaves the one that is published"),
        (said("new", "oxbow", name="Oxbow"), "is taken by Oxbow"),
        (said("rename", "oxbow"), "has a name"),
    ],
)
def test_what_cannot_be_said_is_refused(answer: CompanyAnswer, message: str):
    with pytest.raises(CompanyAnswerError, match=message):
        checked(answer, {each.id: each for each in (OXBOW, KESTREL)})


def test_judgements_follow_the_company_that_theirs_became():
    party = {"role": "payer", "name": "Kestrel", "company_id": "kestrel", "text": "红隼"}
    assert led([party], [said("merge", "kestrel", into="oxbow")])[0]["company_id"] == "oxbow"
    moved = led([party], [said("split", "kestrel", names=("红隼",), into="hong-sun", name="红隼")])
    assert moved[0]["company_id"] == "hong-sun"
    assert party["company_id"] == "kestrel"


def test_a_broken_line_is_told_with_its_place(tmp_path: Path):
    path = tmp_path / "answers.jsonl"
    company_answers.append(path, said("no-company", "Series B"))
    path.write_text(path.read_text("utf-8") + '{"act": "fly"}\n', "utf-8")
    with pytest.raises(CompanyAnswerError, match=r"answers\.jsonl:2"):
        company_answers.read(path)


def test_every_shipped_company_has_an_id_that_a_person_can_type():
    assert not [each.id for each in shipped().companies if not each.id.isascii()]
    assert (made_id("蓝河水泵"), made_id("Blue River, Inc.")) == ("lan-he-shui-beng", "blue-river-inc")


def test_the_command_line_keeps_what_is_said_and_takes_it_back(tmp_path: Path):
    root = project(tmp_path, samples=False)
    done = invoke("companies", "alias", "cyberark", "赛博方舟", "--by", "mei", folder=root)
    assert done.returncode == 0, done.stderr
    assert "cyberark" in invoke("companies", "search", "赛博方舟", folder=root).stdout
    refused = invoke("companies", "merge", "nobody", "nvidia", folder=root)
    assert refused.returncode == 2
    assert "no company has the id 'nobody'" in refused.stderr
    invoke("companies", "not-a-company", "Series B", "--by", "mei", folder=root)
    for _ in range(2):
        assert invoke("companies", "undo", "--by", "mei", folder=root).returncode == 0
    answers = company_answers.read(root / "sources" / "company_answers.jsonl")
    assert [each.act for each in answers] == ["alias", "no-company", "undone", "undone"]
    assert standing(answers) == []
    assert invoke("companies", "undo", "--by", "mei", folder=root).returncode == 2


def test_what_people_added_and_mended_is_there_after_a_fresh_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    first, clone = project(tmp_path / "first"), tmp_path / "clone"
    monkeypatch.setenv("DEALS_ROOT", str(first))
    monkeypatch.delenv("DEALS_DATABASE_URL", raising=False)
    shutil.copyfile(ROOT / ".gitignore", first / ".gitignore")
    run()
    with Store.open() as store:
        desk = world.desk(store, first)
        unknown = _unknown(desk.queue(Filter(state="all")))
        for number, (document, start, end) in enumerate(_sentences(store, 5)):
            parties = [{"role": "payer", "name": f"Oxbow {number}"}, {"role": "payee", "name": "Kestrel"}]
            fields = {"kind": "purchase", "status": "announced", "parties": parties}
            read = store.document(document)
            assert read
            desk.add(read, start, end, fields)
        judged = [each.id for each in desk.queue(Filter())[:3]]
        desk.answer(judged, "accepted")
        for act, key, more in (
            ("new", "a-new-firm", {"name": unknown[0].name}),
            ("alias", "nvidia", {"names": (unknown[1].name,)}),
            ("no-company", unknown[2].name, {}),
        ):
            desk.mend(said(act, key, "", **more))
        shown = [party for item in desk.queue(Filter(state="all")) for party in item.verdict.deal.parties]
        assert "a-new-firm" in {party.company_id for party in shown}
    cloned(first, clone)
    assert not (clone / "extracted" / "deals.db").exists()
    monkeypatch.setenv("DEALS_ROOT", str(clone))
    run()
    deals = merged(clone)
    assert sum(deal["rule"] == "person" for deal in deals) == 5
    parties = [party for deal in deals for party in deal["parties"]]
    assert {"a-new-firm"} <= {party["company_id"] for party in parties}
    assert {party["company_id"] for party in parties if party["text"] == unknown[1].text} == {"nvidia"}
    assert not [party for party in parties if party["text"] == unknown[2].text]
    assert sum(deal["judgement"] == "accepted" for deal in deals) == 3 + 5
    with Store.open() as store:
        desk = world.desk(store, clone)
        assert not {item.id for item in desk.queue(Filter())} & set(judged)
        lines, _ = judgements.read(clone / "sources" / "judgements.jsonl")
        assert len(judgements.additions(lines)) == 5


def cloned(first: Path, clone: Path) -> None:
    """Clone a project as somebody else's machine gets it: what git holds, and no store."""
    git = ["git", "-c", "user.name=mei", "-c", "user.email=mei@example.org", "-C", str(first)]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
        subprocess.run([*git, *command], check=True)
    subprocess.run(["git", "clone", "-q", str(first), str(clone)], check=True)


def _unknown(items: list[Any]) -> list[Party]:
    """Return parties that no table knows, one of each name and each the only unknown one of its deals."""
    found: dict[str, Party] = {}
    for item in items:
        deal: MergedDeal = item.verdict.extracted
        for party in deal.parties:
            if party.company_id is None and party.name == party.text:
                found.setdefault(party.name, party)
    assert len(found) >= 3
    return list(found.values())[:3]


def _sentences(store: Store, count: int) -> list[tuple[str, int, int]]:
    """Return places of sentences in different parts of the documents."""
    found = []
    for record in store.documents():
        document = store.document(record.id)
        assert document
        for block in document.blocks:
            words = document.text[block.start : block.end].strip()
            if len(words) > 12 and "\n" not in words and len(words) < 300:
                at = document.text.index(words, block.start)
                found.append((record.id, at, at + len(words)))
                break
    return found[:count]
