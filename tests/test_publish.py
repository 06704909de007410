"""Published files: every format read back by a library that is not ours, and the same deals found in it."""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import networkx
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from pipeline.merge import merge
from pipeline.models import Company, DocumentRecord, MergedDeal, from_json
from pipeline.publish import EXPORTERS, PublishError, publish, strangers
from pipeline.publish import csv as to_csv
from pipeline.publish.schema import VERSION, deal_schema
from tests.projects import invoke, project, tool
from tests.telling import tell

RELEASED = Path(__file__).parent / "released" / "deal.schema.json"
KINDS = ("investment", "acquisition", "share-transfer", "merger", "joint-venture", "partnership", "purchase", "lease",
         "license", "loan", "grant", "revenue-share")  # fmt: skip
COMPANIES = [
    Company(id="arm", name="Arm", names=("安謀",), country="GB", parent="holding"),
    Company(id="holding", name="Holding", country="JP"),
    Company(id="city", name="City of Bergen", kind="public-body", country="NO"),
    Company(id="stranger", name="Takes no part"),
    Company(id="蓝河水泵", name="蓝河水泵", country="CN"),
]


def made() -> tuple[MergedDeal, ...]:
    """Return deals of every kind and shape, with what could break a file: formulas, huge sums, odd characters."""
    return merge([
        *(tell("a", kind, payer="arm", payee="?Foo", amount=n * 10**9 + 1) for n, kind in enumerate(KINDS)
          if kind not in ("merger", "joint-venture", "partnership")),
        *(tell("a", kind, partner=("arm", "?Bär", "?Oslo")) for kind in ("merger", "joint-venture", "partnership")),
        tell("b", "acquisition", payer="arm", target="city", payee="?Seller", stake="12.5", published="2025-11"),
        tell("b", "investment", payer=("arm", "?=cmd|' /C calc'!A0"), payee="?x\0y", amount="10000000000..99000000000"),
        tell("b", "purchase", payer="arm", amount="9" * 40, currency=None, evidence='=HYPERLINK("http://x")\n"\x0b;\t'),
        tell("b", "purchase", payee="city", published=None, status="hypothetical"),
        tell("c", "loan", payer="arm", payee="?Foo", amount="0.000000001", status="denied", date="2025-09"),
        tell("c", "loan", payer="arm", payee="?Foo", amount="0.000000001", date="2024-01-01/2024-03-01"),
        tell("c", "lease", payer="蓝河水泵", payee="arm", amount=5),
        tell("c", "merger", partner="arm", quantity=(6, "GW"), round="seed", asset="cloud"),
    ])  # fmt: skip


DEALS = made()
DOCUMENTS = [
    DocumentRecord(id=name, title=f"Title of {name}", url=url, published="2025-10-08", characters=9, fingerprint="f")
    for name, url in (("a", "https://example.org/a"), ("b", "notes/b.md"), ("c", None), ("unheard", None))
]
IDS = {deal.id for deal in DEALS}
LEGAL = re.compile(r"[0-9a-zA-Z]([0-9a-zA-Z.\-]*[0-9a-zA-Z])?")
"""What FollowTheMoney takes as an entity's id."""


def write(folder: Path, *formats: str, deals: Any = DEALS, **more: Any) -> Path:
    """Return a folder with these formats published in it."""
    publish(folder, deals, companies=COMPANIES, documents=DOCUMENTS, formats=formats or tuple(EXPORTERS), **more)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with all formats in it."""
    return write(tmp_path_factory.mktemp("published"))


def lines(path: Path) -> list[dict[str, Any]]:
    """Return the records of a JSON Lines file."""
    return [json.loads(line, parse_float=Decimal) for line in path.read_text("utf-8").splitlines()]


# JSON Lines and its schema


def test_json_lines_hold_the_deals_sorted_by_id_with_keys_in_schema_order(folder: Path) -> None:
    found = lines(folder / "deals.jsonl")
    assert [record["id"] for record in found] == sorted(IDS)
    assert all(list(record) == list(deal_schema()["properties"]) for record in found)
    assert tuple(from_json(line, MergedDeal) for line in (folder / "deals.jsonl").read_bytes().splitlines()) == DEALS


def test_a_line_tells_when_a_deal_was_announced_as_the_tables_do(folder: Path) -> None:
    with (folder / "deals.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    found = lines(folder / "deals.jsonl")
    assert any(record["announced"] for record in found)
    for record in found:
        told, row = record["announced"] or {"value": "", "basis": ""}, rows[record["id"]]
        assert (row["announced"], row["announced_basis"]) == (told["value"], told["basis"])
        assert row["first_published"] == (record["first_published"] or "")


def test_amounts_are_json_numbers_of_full_precision(folder: Path) -> None:
    text = (folder / "deals.jsonl").read_text("utf-8")
    assert '"value":9000000001,' in text
    assert f'"value":{"9" * 40},' in text
    assert "E+" not in text


def test_every_line_is_valid_under_the_schema_beside_it(folder: Path) -> None:
    schema = json.loads((folder / "schema" / "deal.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:deal-pipeline:schema:deal:{VERSION}"
    for record in lines(folder / "deals.jsonl"):
        validator.validate(record)
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({**record, "kind": "gift"})
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({key: value for key, value in record.items() if key != "conflicts"})


def breaks(old: Any, new: Any, place: str = "") -> Iterator[str]:
    """Yield what a reader of the old schema could stumble over in a record of the new one."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        if old != new:
            yield f"{place}: {old} became {new}"
        return
    for key in sorted(old.keys() | new.keys()):
        if key in ("description", "title", "default", "version", "$id"):
            continue
        if key in ("properties", "$defs"):
            for name in sorted(old[key].keys() & new[key].keys()):
                yield from breaks(old[key][name], new[key][name], f"{place}/{name}")
            yield from (f"{place}/{name}: is gone" for name in sorted(old[key].keys() - new[key].keys()))
        elif key == "required":
            yield from (f"{place}/{name}: need not be there" for name in old[key] if name not in new[key])
        elif key not in old or key not in new:
            yield f"{place}: {key} {'is new' if key in new else 'is gone'}"
        else:
            yield from breaks(old[key], new[key], place)


def test_a_schema_change_that_breaks_readers_raises_its_major_version() -> None:
    old, new = json.loads(RELEASED.read_text("utf-8")), json.loads(json.dumps(deal_schema()))
    before, now = ([int(part) for part in schema["version"].split(".")] for schema in (old, new))
    assert now >= before
    if new != old:
        assert now > before, f"the schema changed: raise VERSION, and copy the schema to {RELEASED} when it is released"
    if broken := list(breaks(old, new)):
        assert now[0] > before[0], f"raise the first number of VERSION, for this breaks readers: {broken}"


def test_the_check_of_schemas_sees_what_breaks_a_reader() -> None:
    old = json.loads(json.dumps(deal_schema()))
    for change, seen in (
        (lambda schema: schema["properties"].pop("amount"), ["/amount: is gone"]),
        (lambda schema: schema["properties"]["kind"]["enum"].append("gift"), True),
        (lambda schema: schema["$defs"]["Amount"]["properties"].update(value={"type": "string"}), True),
        (lambda schema: schema["required"].remove("id"), ["/id: need not be there"]),
        (lambda schema: schema["properties"].update(more={"type": "string"}), []),
    ):
        new = json.loads(json.dumps(old))
        change(new)  # type: ignore[no-untyped-call]
        found = list(breaks(old, new))
        assert found == seen if isinstance(seen, list) else found


# CSV


def test_csv_holds_the_same_deals(folder: Path) -> None:
    with (folder / "deals.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == sorted(IDS)
    by_id = {row["id"]: row for row in rows}
    for deal in DEALS:
        row = by_id[deal.id]
        assert row["amount"] == (f"{deal.amount.value:f}" if deal.amount and deal.amount.value is not None else "")
        assert row["payer"].replace("'", "") == "; ".join(
            party.name.replace("'", "").replace("\0", "") for party in deal.parties if party.role == "payer"
        )


def test_csv_holds_the_same_deals_for_duckdb(folder: Path) -> None:
    query = f"SELECT id, kind FROM read_csv('{folder / 'deals.csv'}', all_varchar=true)"
    assert dict(tool("duckdb").sql(query).fetchall()) == {deal.id: deal.kind for deal in DEALS}


def test_no_cell_of_the_csv_can_be_a_formula(folder: Path) -> None:
    with (folder / "deals.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert any(cell.startswith("'=") for cell in cells)
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r\n＝＋－＠")]


@given(some.text(alphabet=some.sampled_from("=+-@;,'\" \t\r\n＝a1"), max_size=8))
def test_no_text_becomes_a_formula_however_a_spreadsheet_splits_it(text: str) -> None:
    cell = to_csv.written(text)
    for piece in (cell, *cell.split(";")):
        assert piece.strip(" ")[:1] not in tuple("=+-@＝")
    assert cell.replace("'", "") == text.replace("'", "")


# The others


def test_parquet_holds_the_same_deals_with_types_for_duckdb(folder: Path) -> None:
    path = folder / "deals.parquet"
    types = {field.name: str(field.type) for field in pyarrow.parquet.read_schema(path)}
    assert (types["first_seen"], types["confidence"]) == ("date32[day]", "double")
    assert types["amount"].startswith("struct<value: decimal128(38, 6), low: decimal128(38, 6)")
    query = f"SELECT id, amount.value, payer, len(mentions), first_seen FROM '{path}'"
    found = {row[0]: row[1:] for row in tool("duckdb").sql(query).fetchall()}
    assert found.keys() == IDS
    for deal in DEALS:
        value, payer, mentions, seen = found[deal.id]
        told = deal.amount.value if deal.amount and deal.amount.value is not None else None
        assert value == (None if told is None or told > 10**32 else round(told, 6))
        assert (payer, mentions) == ([p.name for p in deal.parties if p.role == "payer"], len(deal.mentions))
        assert (seen is None) == (deal.first_seen is None)


def test_parquet_by_month_is_one_table_and_drops_months_that_are_over(tmp_path: Path) -> None:
    write(tmp_path, "parquet", by_month=True)
    table = f"read_parquet('{tmp_path}/deals-by-month/*/*.parquet', hive_partitioning=true)"
    months = dict(tool("duckdb").sql(f"SELECT month, count(*) FROM {table} GROUP BY 1").fetchall())
    assert sum(months.values()) == len(DEALS)
    assert set(months) == {"2025-10", "2025-11", "unknown"}
    write(tmp_path, "parquet", deals=[deal for deal in DEALS if deal.first_seen == "2025-11"], by_month=True)
    assert [path.name for path in (tmp_path / "deals-by-month").iterdir()] == ["month=2025-11"]


def test_graphml_is_a_network_of_the_same_deals(folder: Path) -> None:
    network = networkx.read_graphml(folder / "deals.graphml", force_multigraph=True)
    assert {told["deal"] for _, _, told in network.edges(data=True)} == IDS
    flows = {(payer, other) for payer, other, told in network.edges(data=True) if told["flow"]}
    assert ("arm", "Foo") in flows
    assert network.nodes["arm"]["country"] == "GB"
    amounts = {told["deal"]: told.get("amount") for _, _, told in network.edges(data=True)}
    assert all(amounts[deal.id] == float(deal.amount.value) for deal in DEALS if deal.amount and deal.amount.value)
    assert {told["label"] for _, _, told in network.edges(data=True)} == {deal.kind for deal in DEALS}
    assert all(told["weight"] > 0 for _, _, told in network.edges(data=True))
    assert {name: told["label"] for name, told in network.nodes(data=True)}["?Foo".strip("?")] == "Foo"
    assert all(network.degree(node) == 1 for node in network if node.startswith("unknown:"))


def test_ftm_entities_are_valid_and_hold_the_same_deals(folder: Path) -> None:
    model = tool("followthemoney").model
    entities = {}
    for record in lines(folder / "deals.ftm.json"):
        entity = model.get_proxy(record, cleaned=False)
        entity.schema.validate(record)
        assert LEGAL.fullmatch(record["id"]), record["id"]
        for name, values in record["properties"].items():
            assert len(entity.get(name)) == len(set(values)), (record["schema"], name, values)
        entities[entity.id] = entity
    links = [entity for entity in entities.values() if entity.schema.edge]
    assert {entity.first("recordId") for entity in links} == IDS
    for entity in links:
        ends = [*entity.get(entity.schema.source_prop), *entity.get(entity.schema.target_prop)]
        assert len(ends) >= 2
        for prop in (entity.schema.source_prop, entity.schema.target_prop):
            assert all(entities[name].schema.is_a(prop.range) for name in entity.get(prop))
        assert all(entities[name].schema.is_a("Document") for name in entity.get("proof"))


def test_what_is_off_is_no_payment_in_ftm(folder: Path) -> None:
    off = {deal.id for deal in DEALS if deal.status in ("denied", "hypothetical")}
    assert off
    for record in lines(folder / "deals.ftm.json"):
        if record["properties"].get("recordId", [""])[0] in off:
            assert record["schema"] == "UnknownLink"
            assert record["properties"]["status"][0] in ("denied", "hypothetical")


def test_companies_are_those_that_take_part_and_those_they_belong_to(folder: Path) -> None:
    assert [record["id"] for record in lines(folder / "companies.jsonl")] == ["arm", "city", "holding", "蓝河水泵"]
    assert from_json((folder / "companies.jsonl").read_bytes().splitlines()[0], Company) == COMPANIES[0]


def test_documents_are_those_that_tell_the_deals_without_their_text(folder: Path) -> None:
    found = lines(folder / "documents.jsonl")
    assert [record["id"] for record in found] == ["a", "b", "c"]
    assert all("text" not in record for record in found)


def validated(folder: Path) -> Any:
    """Return what Frictionless finds of a folder's data package."""
    frictionless = tool("frictionless")
    with frictionless.system.use_context(trusted=True):
        return frictionless.validate(str(folder / "datapackage.json"))


def test_the_data_package_describes_every_file_and_frictionless_agrees(folder: Path) -> None:
    report = validated(folder)
    package = tool("frictionless").Package(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {resource.path for resource in package.resources} == files - {"datapackage.json"}
    rows = {task.name: task.stats["rows"] for task in report.tasks if task.type == "table"}
    assert rows["deals-csv"] == rows["deals-jsonl"] == len(DEALS)


def test_files_of_two_publishes_side_by_side_are_told_apart(tmp_path: Path) -> None:
    """As a publish leaves them that is killed after it moved its first file, or that writes one format only."""
    write(tmp_path)
    assert strangers(tmp_path) == []
    write(tmp_path, "jsonl", deals=DEALS[1:])
    (tmp_path / "companies.jsonl").unlink()
    assert strangers(tmp_path) == ["companies.jsonl", "deals.jsonl"]
    report = validated(tmp_path)
    assert {task.name for task in report.tasks if not task.valid} == {"companies-jsonl", "deals-jsonl"}
    write(tmp_path)
    assert strangers(tmp_path) == []
    (tmp_path / "datapackage.json").write_text("{")
    assert strangers(tmp_path) == ["datapackage.json"]


# What is published, and how


def test_a_second_publish_changes_not_one_byte(folder: Path, tmp_path: Path) -> None:
    """The second one runs in another process, whose sets and hashes come in another order."""
    code = (
        "from pathlib import Path; import sys; from tests.test_publish import *;"
        "told = [from_json(line, MergedDeal) for line in Path(sys.argv[2]).read_bytes().splitlines()];"
        "publish(Path(sys.argv[1]), told[::-1],"
        " companies=COMPANIES[::-1], documents=DOCUMENTS[::-1], formats=tuple(EXPORTERS))"
    )
    arguments = [sys.executable, "-c", code, str(tmp_path), str(folder / "deals.jsonl")]
    root = Path(__file__).parent.parent
    subprocess.run(arguments, check=True, cwd=root, env={**os.environ, "PYTHONHASHSEED": "7"})
    for path in sorted(folder.rglob("*.*")):
        assert (tmp_path / path.relative_to(folder)).read_bytes() == path.read_bytes(), path.name


def test_rejected_deals_stay_out_and_edited_ones_come_as_edited(tmp_path: Path) -> None:
    judged = [replace(DEALS[0], judgement="rejected"), replace(DEALS[1], judgement="edited", kind="lease"), DEALS[2]]
    write(tmp_path, "jsonl", deals=judged)
    assert {record["id"]: record["kind"] for record in lines(tmp_path / "deals.jsonl")} == {
        DEALS[1].id: "lease",
        DEALS[2].id: DEALS[2].kind,
    }


@pytest.mark.parametrize(
    ("asked", "meets"),
    [
        ({"kinds": ["loan", "lease"]}, lambda deal: deal.kind in ("loan", "lease")),
        ({"statuses": ["denied"]}, lambda deal: deal.status == "denied"),
        ({"since": "2025-11-15"}, lambda deal: deal.last_seen == "2025-11"),
        ({"since": "2025-12-01"}, lambda deal: False),
        ({"accepted_only": True}, lambda deal: deal is DEALS[3]),
    ],
)
def test_a_selection_holds_what_was_asked_for(asked: dict[str, Any], meets: Any, tmp_path: Path) -> None:
    judged = [replace(deal, judgement="accepted") if deal is DEALS[3] else deal for deal in DEALS]
    write(tmp_path, "jsonl", deals=judged, **asked)
    expected = sorted(deal.id for deal in DEALS if meets(deal))
    assert [record["id"] for record in lines(tmp_path / "deals.jsonl")] == expected


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"formats": ["xls"]}, "'xls' is not one of jsonl, csv"),
        ({"kinds": ["gift"]}, "'gift' is not one of investment"),
        ({"statuses": ["done"]}, "'done' is not one of rumored"),
        ({"since": "yesterday"}, "'yesterday' is no date"),
    ],
)
def test_what_is_not_known_is_refused_before_anything_is_written(
    asked: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(PublishError, match=message):
        publish(tmp_path / "out", DEALS, **asked)
    assert not (tmp_path / "out").exists()


def test_no_deals_are_empty_files_that_are_still_valid(tmp_path: Path) -> None:
    write(tmp_path, deals=())
    assert validated(tmp_path).valid
    assert pyarrow.parquet.read_table(tmp_path / "deals.parquet").num_rows == 0
    assert (tmp_path / "deals.jsonl").read_bytes() == b""


def test_a_publish_that_fails_leaves_the_files_that_were_there(tmp_path: Path) -> None:
    write(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    broken = replace(DEALS[0], parties=None)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        write(tmp_path, deals=[broken])
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == before


def _publish_for_ever(folder: str, deals: tuple[MergedDeal, ...]) -> None:
    for turn in range(10_000):
        write(Path(folder), "jsonl", "csv", deals=deals[turn % 2 :])


def test_a_reader_never_sees_half_a_file_while_others_publish_and_are_killed(tmp_path: Path) -> None:
    whole = {write(tmp_path, "jsonl", deals=DEALS[n:]).joinpath("deals.jsonl").read_bytes() for n in (0, 1)}
    context = multiprocessing.get_context("spawn")
    for _ in range(2):
        writers = [context.Process(target=_publish_for_ever, args=(str(tmp_path), DEALS)) for _ in range(2)]
        for writer in writers:
            writer.start()
        until = time.monotonic() + 3
        while time.monotonic() < until:
            assert (tmp_path / "deals.jsonl").read_bytes() in whole
        for writer in writers:
            writer.kill()
            writer.join()
    assert (tmp_path / "deals.jsonl").read_bytes() in whole
    write(tmp_path, "jsonl")
    assert tuple(from_json(line, MergedDeal) for line in (tmp_path / "deals.jsonl").read_bytes().splitlines()) == DEALS


def test_what_a_killed_publish_left_is_swept_up_a_day_later(tmp_path: Path) -> None:
    old, young = tmp_path / ".publish-old", tmp_path / ".publish-young"
    for draft in (old, young):
        draft.mkdir()
        (draft / "deals.jsonl").touch()
    os.utime(old, (time.time() - 90_000,) * 2)
    write(tmp_path, "jsonl")
    assert (old.exists(), young.exists()) == (False, True)


def test_every_entity_of_our_samples_is_valid_in_ftm(tmp_path: Path) -> None:
    done = invoke("publish", "--format", "ftm", "--to", str(tmp_path / "out"), folder=sampled(tmp_path))
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"deals.ftm.json", "datapackage.json"}
    records = lines(tmp_path / "out" / "deals.ftm.json")
    assert len(records) > 100
    assert all(LEGAL.fullmatch(record["id"]) for record in records)
    model = tool("followthemoney").model
    for record in records:
        model.get_proxy(record, cleaned=False).schema.validate(record)


def sampled(folder: Path) -> Path:
    """Return a project that has run over our samples."""
    assert invoke("run", folder=project(folder / "project")).returncode == 0
    return folder / "project"
