"""Registers: their files read, kept on disk, asked by name; and the commands that add and import companies."""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli.company_commands import app
from pipeline.models import Company, Deal, Issue, MergedDeal, Party, Span, to_json
from pipeline.names import own_companies
from pipeline.names.index import NameIndex
from pipeline.names.keys import NameKeys
from pipeline.names.register_files import Columns, known_registers, read
from pipeline.names.registry import Registry, RegistryError, write
from pipeline.normalize import fold
from pipeline.resolve import resolve
from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.rules.loading import RuleError
from pipeline.settings import Settings

KEYS = NameKeys(fold)


def here() -> Settings:
    """Return the settings of the test's project."""
    return Settings.from_environment()


def known() -> Knowledge:
    """Return the rules and companies that the test's project uses now."""
    return Knowledge.load(here())


GLEIF = (
    "LEI,Entity.LegalName,Entity.OtherEntityNames.OtherEntityName.1,"
    "Entity.TransliteratedOtherEntityNames.TransliteratedOtherEntityName.1,Entity.LegalAddress.Country,Entity.EntityStatus\n"
)
CSV = Columns(prefix="test", id="code", name="name", names=("other",), country="country")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the root of an empty project."""
    monkeypatch.setenv("DEALS_ROOT", str(tmp_path))
    return tmp_path


def company(id: str, name: str, *names: str) -> Company:
    return Company(id=id, name=name, names=names)


def registry(folder: Path, *companies: Company, name: str = "test") -> Registry:
    write(folder, name, companies, KEYS, source="test.csv", at="2025-10-08T00:00:00+00:00")
    return Registry.open(folder, KEYS)


def file(folder: Path, text: str, name: str = "register.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def companies(path: Path, columns: Columns) -> list[Company]:
    return [row for row in read(path, columns) if isinstance(row, Company)]


def issues(path: Path, columns: Columns = CSV) -> list[Issue]:
    return [row for row in read(path, columns) if isinstance(row, Issue)]


# Files


def test_a_gleif_file_gives_leis_names_and_countries_of_active_entities(tmp_path: Path) -> None:
    path = file(
        tmp_path,
        GLEIF
        + "5493A,蓝河机器人有限公司,Blue River Robotics Co. Ltd,Lanhe Jiqiren,CN,ACTIVE\n"
        + "5493B,Gone GmbH,,,DE,INACTIVE\n",
    )
    assert companies(path, known_registers(shipped())["gleif"]) == [
        Company(
            id="lei:5493A",
            name="蓝河机器人有限公司",
            names=("Blue River Robotics Co. Ltd", "Lanhe Jiqiren"),
            country="CN",
        )
    ]


BY_NUMBER = {
    "0": {"cik_str": 77, "ticker": "BRR", "title": "Blue River"},
    "1": {"cik_str": 77, "ticker": "BRR-A", "title": "Blue River"},
}
BY_COLUMN = {"fields": ["cik", "name", "ticker"], "data": [[77, "Blue River", "BRR"], [77, "Blue River", "BRR-A"]]}


@pytest.mark.parametrize("data", [BY_NUMBER, BY_COLUMN], ids=["company_tickers", "company_tickers_exchange"])
def test_an_sec_file_gives_a_company_once_with_all_its_tickers(tmp_path: Path, data: object) -> None:
    path = file(tmp_path, json.dumps(data), "tickers.json")
    (found,) = companies(path, known_registers(shipped())["sec"])
    assert (found.id, found.name, found.tickers) == ("cik:77", "Blue River", ("BRR", "BRR-A"))


def test_any_csv_is_read_by_its_columns(tmp_path: Path) -> None:
    path = file(tmp_path, "code,name,other,country\n7,Blue River,蓝河; 藍河,cn\n")
    assert companies(path, CSV) == [Company(id="test:7", name="Blue River", names=("蓝河", "藍河"), country="CN")]


def test_packed_files_are_read(tmp_path: Path) -> None:
    text = "code,name,other,country\n7,Blue River,,\n"
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    with zipfile.ZipFile(tmp_path / "a.csv.zip", "w") as archive:
        archive.writestr("a.csv", text)
    assert companies(packed, CSV) == companies(tmp_path / "a.csv.zip", CSV) == [Company(id="test:7", name="Blue River")]


def test_a_bad_row_is_told_with_its_line_and_the_others_go_on(tmp_path: Path) -> None:
    long = "x" * 400
    path = file(tmp_path, f"code,name,other,country\n1,Good,,\n2,,,\n3,short\n4,{long},,\n,Anon,,\n5,Fine,,\n")
    assert [found.name for found in companies(path, CSV)] == ["Good", "Fine"]
    assert [(issue.place, issue.message.split(";")[0]) for issue in issues(path)] == [
        (f"{path}:3", "no name"),
        (f"{path}:4", "2 fields where the header has 4"),
        (f"{path}:5", "a name of 400 characters"),
        (f"{path}:6", "no id"),
    ]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"code,title\n1,x\n", "has no column 'name'; it has code, title"),
        ("a.csv", b"code,name,other,country\n1,\xff\xfe,,\n", "is not UTF-8"),
        ("a.csv.gz", b"not packed", "cannot be read"),
        ("a.csv.zip", b"not packed", "cannot be read"),
    ],
)
def test_a_file_that_is_no_register_is_refused(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(RegistryError, match=message):
        list(read(path, CSV))


@pytest.mark.parametrize("data", ["{", '"text"', "[" * 100_000])
def test_json_that_is_no_list_of_companies_is_refused(tmp_path: Path, data: str) -> None:
    with pytest.raises(RegistryError):
        list(read(file(tmp_path, data, "a.json"), known_registers(shipped())["sec"]))


# Asked by name


@pytest.mark.parametrize(
    "name", ["Blue River Robotics, Inc.", "blue river robotics", "Blueriver Robotics", "藍河機器人"]
)
def test_a_name_leads_to_its_entry_in_any_spelling(tmp_path: Path, name: str) -> None:
    found = registry(tmp_path, company("lei:1", "Blue River Robotics Inc.", "蓝河机器人有限公司")).lookup(name)
    assert found == company("lei:1", "Blue River Robotics Inc.", "蓝河机器人有限公司")


def test_a_name_that_several_entries_have_leads_to_none(tmp_path: Path) -> None:
    known = registry(tmp_path, company("lei:1", "Delta Inc."), company("lei:2", "Delta GmbH"))
    assert known.lookup("Delta") is None
    assert known.lookup("Delta Inc") == company("lei:1", "Delta Inc.")
    assert [hit.company.id for hit in known.search("Delta")] == ["lei:1", "lei:2"]


def test_the_next_register_is_asked_where_one_cannot_tell(tmp_path: Path) -> None:
    registry(tmp_path, company("lei:1", "Delta Inc."), company("lei:2", "Delta GmbH"), name="gleif")
    assert registry(tmp_path, company("cik:9", "Delta Co"), name="sec").lookup("Delta") == company("cik:9", "Delta Co")


def test_a_search_gives_entries_like_the_name_with_score_and_reason(tmp_path: Path) -> None:
    (hit,) = registry(tmp_path, company("lei:1", "Blue River Robotics Inc.")).search("Blue River Robotic")
    assert hit.company.id == "lei:1"
    assert hit.score < 0.9
    assert "like it" in hit.why


def test_importing_again_replaces_a_register(tmp_path: Path) -> None:
    registry(tmp_path, company("1", "Old River"))
    again = registry(tmp_path, company("2", "New River"), company("2", "Doubled River"))
    assert [each.about.companies for each in again.registers] == [1]
    assert again.lookup("Old River") is None
    assert again.lookup("New River") == company("2", "New River")
    assert again.lookup("Doubled River") is None


def test_an_import_that_fails_leaves_the_register_as_it_was(tmp_path: Path) -> None:
    def broken() -> Iterator[Company]:
        yield company("2", "New River")
        raise RegistryError("line 3")

    registry(tmp_path, company("1", "Old River"))
    with pytest.raises(RegistryError):
        write(tmp_path, "test", broken(), KEYS, source="x", at="y")
    with pytest.raises(RegistryError, match="holds no company"):
        write(tmp_path, "test", [], KEYS, source="x", at="y")
    assert Registry.open(tmp_path, KEYS).lookup("Old River") == company("1", "Old River")
    assert [path.name for path in tmp_path.iterdir()] == ["test.db"]


def test_a_folder_without_registers_knows_nobody(tmp_path: Path) -> None:
    nobody = Registry.open(tmp_path / "none", KEYS)
    assert (nobody.lookup("Blue River"), nobody.search("Blue River"), nobody.of_ids(["1"])) == (None, [], ())


def test_a_register_of_another_version_or_broken_is_refused_by_name(tmp_path: Path) -> None:
    registry(tmp_path, company("1", "Old River")).close()
    with sqlite3.connect(tmp_path / "test.db") as data:
        data.execute("PRAGMA user_version = 99")
    data.close()
    with pytest.raises(RegistryError, match=r"test\.db: made by another version"):
        Registry.open(tmp_path, KEYS)
    (tmp_path / "test.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(RegistryError, match=r"test\.db: .*import the register again"):
        Registry.open(tmp_path, KEYS)


# In deals


def deal(*texts: str) -> Deal:
    parties = tuple(Party(start=0, end=1, text=text, name=text, role="payer") for text in texts)
    evidence = Span(start=0, end=1, text="x")
    return Deal(id="1", kind="loan", status="announced", parties=parties, evidence=evidence, rule="x", confidence=1)


def test_a_register_names_a_party_that_no_table_knows_and_no_ordinary_word(tmp_path: Path) -> None:
    index = NameIndex.build([company("nvidia", "NVIDIA")], fold, [])
    known = registry(
        tmp_path,
        company("lei:1", "Blue River Robotics Inc."),
        company("lei:2", "NVIDIA Corp."),
        company("lei:3", "银行有限公司"),
        company("lei:4", "Trading Ltd"),
    )
    (told,) = resolve([deal("Blue River Robotics", "Nvidia", "银行", "trading")], index, known)
    assert [(party.company_id, party.name) for party in told.parties] == [
        ("lei:1", "Blue River Robotics Inc."),
        ("nvidia", "NVIDIA"),
        (None, "银行"),
        (None, "trading"),
    ]


# The project's own companies, and the commands


def test_a_company_added_is_found_from_then_on(project: Path) -> None:
    assert run("add", "Blue River Robotics", "--name", "蓝河机器人", "--country", "CN", "--word", "蓝河机器人") == 0
    added = known().companies[-1]
    assert (added.id, added.names, added.context) == ("blue-river-robotics", ("蓝河机器人",), ("蓝河机器人",))
    assert run("search", "藍河機器人") == 0


def test_a_company_is_added_beside_what_people_wrote(project: Path) -> None:
    here().sources.mkdir()
    here().companies.write_text("# mine\n[company.one]\nname = 'One Pump'\n", "utf-8")
    own_companies.add(here().companies, company("two", 'Two "Pumps" \\ Co', "水泵"), lambda: known().placed_companies)
    assert here().companies.read_text("utf-8").startswith("# mine\n[company.one]\nname = 'One Pump'\n")
    assert [each.name for each in known().companies[-2:]] == ["One Pump", 'Two "Pumps" \\ Co']


@pytest.mark.parametrize(
    ("added", "message"),
    [
        (company("mine", "英伟达"), "name '英伟达' belongs to"),
        (company("nvidia", "Other Pumps"), "id 'nvidia' is taken"),
        (company("Not An Id", "Other Pumps"), "small letters"),
        (company("mine", "Other\nPumps"), "cannot be printed"),
        (Company(id="mine", name="Other Pumps", parent="nobody"), "parent 'nobody'"),
        (Company(id="mine", name="Other Pumps", country="XX"), "country 'XX': is no code of ISO 3166"),
    ],
)
def test_a_company_that_does_not_fit_is_not_added(project: Path, added: Company, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        own_companies.add(here().companies, added, lambda: known().placed_companies)
    assert not here().companies.exists()
    assert not list(here().sources.glob(".*"))


def add_one(number: int) -> None:
    """Add a company, in whichever process."""
    own_companies.add(
        here().companies, company(f"pump-{number}", f"Pump {number} Works"), lambda: known().placed_companies
    )


def test_companies_that_are_added_at_once_are_all_kept(project: Path) -> None:
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(add_one, range(12)))
    assert {each.id for each in known().companies} >= {f"pump-{number}" for number in range(12)}
    assert [path.name for path in here().sources.iterdir()] == ["companies.toml"]


def test_a_country_is_taken_in_small_letters_and_written_in_capitals(project: Path) -> None:
    assert run("add", "Blue River Robotics", "--country", "tw") == 0
    assert known().companies[-1].country == "TW"
    assert run("add", "Red River Robotics", "--country", "xx") == 2


def test_what_is_known_is_part_of_what_names_the_rules(project: Path) -> None:
    before = known().fingerprint
    own_companies.add(here().companies, company("two", "Two Pumps"), lambda: known().placed_companies)
    added = known().fingerprint
    registry(here().registry, company("1", "Old River"))
    assert len({before, added, known().fingerprint}) == 3


def test_the_commands_import_and_find_a_register(project: Path) -> None:
    path = file(project, "n,legal name\n1,Blue River Robotics Inc.\n2,\n")
    assert run("import", str(path), "--as", "mine", "--column", "name=legal name", "--column", "id=n") == 1
    done = CliRunner().invoke(app, ["search", "Blue River Robotics"])
    assert (done.exit_code, "mine:1" in done.stdout) == (0, True)
    assert run("search", "Nobody Knows Them At All") == 1


def test_names_without_a_company_are_listed_with_whom_they_may_mean(project: Path) -> None:
    assert run("unknown") == 2
    parties = (Party(start=0, end=1, text="x", name="Anthropics", role="payer"),)
    merged = MergedDeal(
        id="1",
        kind="loan",
        status="announced",
        parties=parties,
        evidence=Span(start=0, end=1, text="x"),
        rule="x",
        confidence=1,
        documents=("d",),
        mentions=(),
    )
    here().extracted.mkdir()
    (here().extracted / "deals.jsonl").write_bytes(to_json(merged) + b"\n")
    lines = CliRunner().invoke(app, ["unknown"]).stdout.splitlines()
    assert lines[0] == "Anthropics  in 1 deal"
    assert re.search(r"anthropic  Anthropic .*US  \[tables: 95 of 100 like it\]", lines[1])


@pytest.mark.parametrize(
    "options",
    [
        ["--as", "unknown"],
        ["--as", "No Name", "--column", "name=x"],
        ["--as", "mine", "--column", "colour=x"],
        ["--as", "mine", "--column", "id=x"],
    ],
)
def test_an_import_that_is_asked_for_wrongly_ends_with_2(project: Path, options: list[str]) -> None:
    assert run("import", str(file(project, "x\n1\n")), *options) == 2


def run(*arguments: str) -> int:
    """Return the exit status of `deals companies` with these arguments."""
    return CliRunner().invoke(app, arguments).exit_code
