"""A party without a company gets one where the evidence suffices, and keeps its own name where it does not."""

from __future__ import annotations

import pytest

from pipeline.models import Company, Deal, Party, Span
from pipeline.names.index import NameIndex
from pipeline.normalize import fold
from pipeline.resolve import ENOUGH, candidates, company_of, is_short_for, resolve
from pipeline.rules.knowledge import shipped

INDEX = NameIndex.build(shipped().companies, fold)


def party(text: str, company: Company | None = None, role: str = "payer") -> Party:
    name = company.name if company else text
    company_id = company.id if company else None
    return Party(start=0, end=len(text), text=text, role=role, name=name, company_id=company_id)  # type: ignore[arg-type]


def deal(*parties: Party) -> Deal:
    evidence = Span(start=0, end=1, text="x")
    return Deal(
        id="1", kind="loan", status="announced", parties=parties, evidence=evidence, rule="zh.lend", confidence=0.9
    )


def resolved(*parties: Party, index: NameIndex = INDEX) -> list[str | None]:
    """Return the company ids of the parties after they were resolved together."""
    return [each.company_id for each in resolve([deal(*parties)], index)[0].parties]


@pytest.mark.parametrize(
    ("name", "company"),
    [
        ("Core Weave", "coreweave"),
        ("COREWEAVE", "coreweave"),
        ("CoreWeave, Inc.", "coreweave"),
        ("Coreweeve", "coreweave"),
        ("協同數據中心", "aligned-data-centers"),
        ("協同資料中心", "aligned-data-centers"),
        ("英伟达公司", "nvidia"),
        ("英维达", "nvidia"),
        ("貝來德", "blackrock"),
        ("SoftBank Group Corp.", "softbank"),
        ("The Walt Disney Company", "disney"),
        ("Taiwan Semiconductor Manufacturing Co., Ltd.", "tsmc"),
        ("阿里巴巴集团控股有限公司", "alibaba"),
        ("甲骨文股份有限公司", "oracle"),
        ("AT & T", "att"),
        ("Nestlé S.A.", "nestle"),
        ("Societe Generale", "societe-generale"),
        ("苹果", "apple"),
    ],
)
def test_a_name_leads_to_its_company(name: str, company: str) -> None:
    assert resolved(party(name)) == [company]


@pytest.mark.parametrize(
    "name",
    [
        "Alphabeta",
        "微软(中国)有限公司",
        "深圳市腾讯计算机系统有限公司",
        "苹果电子科技有限公司",
        "Alcon",
        "集团",
        "Inc",
        "",
        "?",
        "华威电子",
    ],
)
def test_a_name_that_is_only_like_another_stays_on_its_own(name: str) -> None:
    assert resolved(party(name)) == [None]


def test_a_party_keeps_its_text_and_takes_the_companys_name() -> None:
    (told,) = resolve([deal(party("英伟达公司"))], INDEX)
    assert (told.parties[0].text, told.parties[0].name) == ("英伟达公司", "NVIDIA")


def test_a_party_with_a_company_is_left_alone() -> None:
    known = party("Oracle", Company(id="mine", name="My Oracle"))
    assert resolve([deal(known)], INDEX)[0].parties == (known,)


def test_a_short_form_means_the_full_name_of_the_same_document() -> None:
    kept = Company(id="blue-river", name="蓝河动力")
    index = NameIndex.build([kept], fold, [])
    full = party("北京蓝河动力科技股份有限公司", kept)
    assert resolved(full, party("蓝河", role="payee"), index=index) == ["blue-river", "blue-river"]
    assert resolved(party("蓝河", role="payee"), index=index) == [None]


def test_a_short_form_of_two_full_names_means_neither() -> None:
    one, two = Company(id="1", name="蓝河动力"), Company(id="2", name="蓝河能源")
    index = NameIndex.build([one, two], fold, [])
    assert resolved(party("蓝河动力", one), party("蓝河能源", two), party("蓝河"), index=index) == ["1", "2", None]


@pytest.mark.parametrize(
    ("short", "long", "is_short"),
    [
        ("Figma", "Figma Design Inc.", True),
        ("Design", "Figma Design Inc.", False),
        ("Figma Design", "Figma Design Inc.", False),
        ("Fig", "Figma Design Inc.", False),
        ("蓝河动力", "北京蓝河动力科技有限公司", True),
        ("中国", "中国平安", False),
        ("银行", "平安银行", False),
        ("北京", "北京蓝河动力科技有限公司", False),
    ],
)
def test_a_short_form_is_its_first_words_or_han_in_a_row(short: str, long: str, is_short: bool) -> None:
    assert is_short_for(short, long, INDEX) is is_short


def test_a_name_that_two_companies_share_means_neither() -> None:
    index = NameIndex.build([Company(id="1", name="Delta"), Company(id="2", name="Delta Group")], fold)
    assert company_of("Delta Holdings", index) is None
    assert {each.company.id for each in candidates("Delta Holdings", index)} == {"1", "2"}


def test_candidates_come_with_score_and_reason_the_likeliest_first() -> None:
    found = candidates("Anthropics", INDEX)
    assert found[0].company.id == "anthropic"
    assert found[0].score < ENOUGH
    assert "like it" in found[0].why
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)


def test_enough_evidence_names_its_reason() -> None:
    assert {name: candidates(name, INDEX)[0].why for name in ("Core Weave", "英伟达公司", "英维达", "Coreweeve")} == {
        "Core Weave": "the same name",
        "英伟达公司": "the same without its legal form",
        "英维达": "another spelling of a foreign name",
        "Coreweeve": "one letter from it",
    }
