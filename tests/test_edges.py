"""The edge list: a row a pair, dated, in US dollars, with where it is told; and rates that a user can replace."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from pipeline.merge import merge
from pipeline.models import Announced, Company, DocumentRecord, MergedDeal
from pipeline.publish import publish, strangers
from pipeline.rules.knowledge import Knowledge
from pipeline.rules.loading import RuleError
from pipeline.rules.rates import Rates, rates
from pipeline.settings import Settings
from pipeline.times.announced import announced, year_month
from tests.projects import invoke, project, source, tool
from tests.telling import tell

COMPANIES = [Company(id="arm", name="Arm", country="GB"), Company(id="sony", name="Sony", country="JP")]
DOCUMENTS = [
    DocumentRecord(id="a", title="Deals of the day", url="https://example.org/a", publisher="Example Daily",
                   published="2025-03-09", characters=9, fingerprint="f"),
]  # fmt: skip


def edges(folder: Path, *deals: MergedDeal, known: Rates | None = None) -> list[dict[str, str]]:
    """Return the rows of the edge list of these deals, as a reader of CSV gets them."""
    publish(folder, deals, companies=COMPANIES, documents=DOCUMENTS, formats=("edges", "datapackage"), rates=known)
    assert strangers(folder) == []
    with (folder / "edges.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def one(*arguments: Any, **more: Any) -> MergedDeal:
    """Return a deal that one sentence tells."""
    [deal] = merge([tell(*arguments, **more)])
    return deal


def test_a_row_says_who_when_how_much_in_dollars_and_where(tmp_path: Path) -> None:
    deal = one("a", "acquisition", payer="sony", target="?Bungie", amount=500 * 10**9, currency="JPY",
               published="2025-03-09")  # fmt: skip
    [row] = edges(tmp_path, deal)
    assert (row["payer"], row["payer_country"], row["payee"], row["payee_role"]) == ("sony", "JP", "Bungie", "target")
    assert (row["announced"], row["announced_basis"], row["first_published"]) == (
        "2025-03-09",
        "document",
        "2025-03-09",
    )
    rate = Decimal(row["usd_rate"])
    assert row["usd_rate_of"] == "2025-03" and Decimal("0.006") < rate < Decimal("0.007")
    assert Decimal(row["usd"]) == round(500 * 10**9 * rate)
    assert (row["url"], row["title"], row["publisher"]) == (
        "https://example.org/a", "Deals of the day", "Example Daily",
    )  # fmt: skip
    assert row["quote"] == deal.evidence.text


def test_several_investors_are_several_rows_that_share_one_sum(tmp_path: Path) -> None:
    rows = edges(tmp_path, one("a", "investment", payer=("arm", "sony"), payee="?Foo", amount=10**9))
    assert {(row["payer"], row["payee"], row["usd"], row["pairs"]) for row in rows} == {
        ("arm", "Foo", "1000000000", "2"), ("sony", "Foo", "1000000000", "2"),
    }  # fmt: skip
    assert sum(float(row["usd"]) / int(row["pairs"]) for row in rows) == 1e9


def test_a_side_that_no_text_names_is_an_empty_cell(tmp_path: Path) -> None:
    paid = one("a", "purchase", payer="arm", amount=10**9)
    got = one("b", "investment", payee="?Foo", amount=10**9)
    rows = {row["deal"]: row for row in edges(tmp_path, paid, got)}
    assert (rows[paid.id]["payer"], rows[paid.id]["payee"]) == ("arm", "")
    assert (rows[got.id]["payer"], rows[got.id]["payee"]) == ("", "Foo")


def test_partners_stand_side_by_side_and_the_thing_sold_in_a_column_of_its_own(tmp_path: Path) -> None:
    joint = one("a", "joint-venture", partner=("arm", "sony"))
    sold = one("b", "acquisition", payer="arm", payee="sony", target="?Bungie")
    rows = {row["deal"]: row for row in edges(tmp_path, joint, sold)}
    assert (rows[joint.id]["directed"], rows[joint.id]["payee_role"]) == ("false", "partner")
    assert (rows[sold.id]["payee"], rows[sold.id]["target"], rows[sold.id]["directed"]) == ("sony", "Bungie", "true")


@pytest.mark.parametrize(
    ("currency", "published", "per"),
    [
        ("XAU", "2025-03-09", None),
        (None, "2025-03-09", None),
        ("EUR", "1987-03-09", None),
        ("EUR", "2025-03-09", "share"),
    ],
    ids=["no such rate", "no currency", "before the table", "a price a share"],
)  # fmt: skip
def test_where_no_rate_is_known_the_dollars_are_empty(
    tmp_path: Path, currency: str | None, published: str, per: Any
) -> None:
    deal = one("a", "purchase", payer="arm", payee="sony", amount=100, currency=currency, published=published)
    assert deal.amount
    [row] = edges(tmp_path, replace(deal, amount=replace(deal.amount, per=per)))
    assert (row["usd"], row["usd_rate"], row["usd_rate_of"], row["amount"]) == ("", "", "", "100")


def test_parquet_holds_the_same_rows_with_types(tmp_path: Path) -> None:
    deal = one("a", "investment", payer="arm", payee="sony", amount=10**9, currency="EUR", published="2025-03-09")
    [row] = edges(tmp_path, deal)
    publish(tmp_path, [deal], companies=COMPANIES, documents=DOCUMENTS, formats=("parquet",))
    asked = f"SELECT usd, announced_first, pairs, directed, usd_rate FROM '{tmp_path / 'edges.parquet'}'"
    [(usd, day, pairs, directed, rate)] = tool("duckdb").sql(asked).fetchall()
    assert (usd, day.isoformat(), pairs, directed) == (Decimal(row["usd"]), "2025-03-09", 1, True)
    assert rate == float(row["usd_rate"])


# When a deal was announced


@pytest.mark.parametrize(
    ("date", "published", "told"),
    [
        ("2025-02", "2025-03-09", ("2025-02", "text")),
        ("2025-03-09", "2025-03-09", ("2025-03-09", "text")),
        ("2025-03", "2025-03-09", ("2025-03-09", "document")),
        ("2026", "2025-03-09", ("2025-03-09", "document")),
        (None, "2025-03", ("2025-03", "document")),
        (None, None, None),
    ],
    ids=["a month before", "the day itself", "a month under way", "when it is to close", "imprecise", "nothing"],
)
def test_a_deal_has_one_date_and_its_basis(date: str | None, published: str | None, told: Any) -> None:
    known = announced(one("a", "purchase", payer="arm", payee="sony", date=date, published=published))
    assert (known and (known.value, known.basis)) == told


def test_without_any_date_the_day_of_reading_stands(tmp_path: Path) -> None:
    deal = replace(one("a", "purchase", payer="arm", payee="sony", published=None), first_seen="2025-10-08")
    assert announced(deal) == Announced(value="2025-10-08", basis="fetched")
    [row] = edges(tmp_path, deal)
    assert (row["announced_basis"], row["first_published"], row["first_seen"]) == ("fetched", "", "2025-10-08")


def test_a_date_is_of_a_month_or_a_year_or_neither() -> None:
    assert [year_month(told) for told in ("2025-03-09", "2025-03", "2025-33", "2025", "2024/2025", None)] == [
        "2025-03", "2025-03", "2025", "2025", None, None,
    ]  # fmt: skip


# Rates of one's own


def known(folder: Path, text: str) -> Rates:
    """Return the rates in use with a file of one's own."""
    (folder / "tables").mkdir()
    (folder / "tables" / "rates.toml").write_text(text, "utf-8")
    return Knowledge.load(Settings(root=folder, tables=folder / "tables")).once(rates)


def test_rates_of_ones_own_stand_in_place_of_ours(tmp_path: Path) -> None:
    text = 'source = "our bank"\n[for_one_dollar.JPY]\n2025 = { 03 = 200.0 }\n2030 = 250.0\n'
    mine = known(tmp_path, text)
    assert mine.rate("JPY", "2025-03-09") == (Decimal("0.005"), "2025-03")
    assert mine.rate("JPY", "2030-01") == (Decimal("0.004"), "2030")
    assert mine.rate("JPY", "2025-04-01") == Knowledge.load(Settings()).once(rates).rate("JPY", "2025-04-01")
    [row] = edges(tmp_path / "out", one("a", "purchase", payer="arm", payee="sony", amount=1000, currency="JPY",
                                        published="2025-03-09"), known=mine)  # fmt: skip
    assert row["usd"] == "5"
    assert "our bank" in (tmp_path / "out" / "datapackage.json").read_text("utf-8")


@pytest.mark.parametrize("entry", ["2025 = { 13 = 1.0 }", "2025 = -1.0", "25 = 1.0"])
def test_a_rate_that_is_none_is_named(tmp_path: Path, entry: str) -> None:
    with pytest.raises(RuleError, match=r"rates\.toml: EUR: .* is no rate of a month or year"):
        known(tmp_path, f"[dollars_for_one.EUR]\n{entry}\n")


def test_another_rate_reads_no_document_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(tmp_path, samples=False)
    source(tmp_path, "news", {"2025-03-09.txt": "索尼以5000亿日元收购Bungie。"})
    assert invoke("run", folder=tmp_path).returncode == 0
    before = (tmp_path / "extracted" / "edges.csv").read_text("utf-8")
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "rates.toml").write_text("[for_one_dollar.JPY]\n2025 = { 03 = 1.0 }\n", "utf-8")
    monkeypatch.setenv("DEALS_TABLES", str(tmp_path / "tables"))
    assert Knowledge.load(Settings()).fingerprint == Knowledge.load(Settings.from_environment()).fingerprint
    assert invoke("publish", folder=tmp_path).returncode == 0
    after = (tmp_path / "extracted" / "edges.csv").read_text("utf-8")
    assert before != after and ",500000000000,,,1,2025-03," in after
