"""The tables of companies: what they hold, and what they refuse."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from pipeline.models import Company
from pipeline.normalize import fold
from pipeline.rules.common_tables import CompanyEntry, CompanyTable
from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.rules.loading import RuleError, load
from pipeline.settings import OURS, Settings

TABLES = OURS / "tables"
ENGLISH = re.compile(r"[ -~À-ɏ’]+")


def entries() -> dict[str, CompanyEntry]:
    """Return the full entries of all our tables; raise where there is none."""
    found = {key: entry for path in sorted(TABLES.glob("companies*.toml")) for key, entry in read(path).items()}
    if not found:
        raise RuleError(f"no companies in {TABLES}")
    return found


def read(path: Path) -> dict[str, CompanyEntry]:
    return load(path, CompanyTable).company


def table(folder: Path, text: str) -> Path:
    path = folder / "companies.toml"
    path.write_text(text, "utf-8")
    return path


def companies(mine: Path) -> tuple[Company, ...]:
    """Return the companies with a file of one's own."""
    return Knowledge.load(Settings(tables=mine.parent)).companies


def find(name: str) -> Company:
    (company,) = [company for company in shipped().companies if company.name == name]
    return company


def test_no_two_companies_share_a_name_in_any_script_or_case() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for company in shipped().companies:
        for name in (company.name, *company.names):
            owners[fold(name).lower()].add(company.id)
    assert {name: ids for name, ids in owners.items() if len(ids) > 1} == {}


def test_at_least_250_companies_have_names_in_english_simplified_and_traditional() -> None:
    complete = [
        entry for entry in entries().values() if entry.hans and entry.hant and (entry.en or english(entry.name))
    ]
    assert len(complete) >= 250


def english(name: str) -> bool:
    return ENGLISH.fullmatch(name) is not None


def test_every_name_stands_under_its_own_script() -> None:
    for key, entry in entries().items():
        assert [name for name in entry.en if not english(name)] == [], key
        assert [name for name in entry.hans if fold(name) != name] == [], key


def test_a_thousand_listed_chinese_companies_are_known_by_their_short_names() -> None:
    listed = [company for company in shipped().companies if company.country == "CN"]
    assert len(listed) >= 1000
    assert find("长江证券").name == "长江证券"


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("NVIDIA", {"英伟达", "輝達", "英偉達"}),
        ("AMD", {"超微", "超威半导体"}),
        ("TSMC", {"台积电", "台積電"}),
        ("Aligned Data Centers", {"协同数据中心"}),
        ("U.S. government", {"美国政府", "美國政府"}),
        ("BlackRock", {"贝莱德", "貝萊德"}),
        ("Time Warner", {"时代华纳"}),
        ("AOL", {"美国在线"}),
    ],
)
def test_a_company_has_its_names_in_every_script(name: str, others: set[str]) -> None:
    assert others <= set(find(name).names)


@pytest.mark.parametrize(
    ("unit", "parent"),
    [
        ("Microsoft Azure", "microsoft"),
        ("Amazon Web Services", "amazon"),
        ("Alibaba Cloud", "alibaba"),
        ("YouTube", "alphabet"),
    ],
)
def test_a_unit_points_at_its_parent(unit: str, parent: str) -> None:
    assert find(unit).kind == "unit"
    assert find(unit).parent == parent


def test_a_government_is_a_public_body() -> None:
    assert find("U.S. government").kind == "public-body"


def test_a_users_table_is_read_after_ours(tmp_path: Path) -> None:
    mine = table(tmp_path, "[company.acme-pumps]\nname = 'Acme Pumps'\nhans = ['艾克米水泵']\n")
    assert companies(mine)[-1] == Company(id="acme-pumps", name="Acme Pumps", names=("艾克米水泵",))
    assert companies(mine)[:-1] == shipped().companies


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[company.a]\nname = 'A1'\ncolour = 'red'\n", "colour"),
        ("[company.a]\nen = ['A1']\n", "name"),
        ("[company.a]\nname = 'Alpha Pumps'\nkind = 'shop'\n", "shop"),
        ("[company.a]\nname = 'Alpha Pumps'\nparent = 'nobody'\n", "company.a: parent 'nobody' is no company's id"),
        ("[company.a]\nname = 'Alpha Pumps'\nkind = 'unit'\n", "company.a: is a unit; say of which company"),
        ("[company.a]\nname = 'Alpha Pumps'\nparent = 'a'\n", "company.a: is its own parent"),
        ("[company.a]\nname = 'Alpha Pumps'\ncontext = ['Alpha']\n", "context 'Alpha' is none of its names"),
        ("[company.nvidia]\nname = 'Alpha Pumps'\n", "id 'nvidia' is taken by"),
        ("[company.a]\nname = '英伟达'\n", "name '英伟达' belongs to"),
        ("[company.a]\nname = ' '\n", "a name is empty"),
        ("[list.a]\nnames = [[]]\n", "a name is empty"),
        ("[list.a]\nnames = ['Alpha Pumps', 'Alpha Pumps']\n", "taken by"),
        ("[list.a]\nnames = ['Alpha Pumps']\ncontext = ['Beta']\n", "list.a: context 'Beta' is none of its names"),
        ("[company.a\n", "line 1"),
    ],
)
def test_a_table_that_cannot_be_used_says_file_and_entry(tmp_path: Path, text: str, message: str) -> None:
    path = table(tmp_path, text)
    with pytest.raises(RuleError, match=re.escape(message)) as error:
        companies(path)
    assert str(path) in str(error.value)
