"""The command line as a user meets it: processes, output, exit statuses, help."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.cli import COMMANDS, app, load
from tests.projects import DEALS, ROOT, SAMPLES, deals, environment, invoke, project, published, source

NEWS = "英伟达宣布向OpenAI投资1000亿美元。"
TRADITIONAL = "輝達宣布向OpenAI投資1000億美元。"


def lines(printed: str) -> list[dict[str, Any]]:
    """Return the JSON lines of an output."""
    return [json.loads(line) for line in printed.splitlines()]


def jsonl(*documents: dict[str, str]) -> str:
    """Return documents as JSON Lines."""
    return "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)


TWO = jsonl({"id": "a", "text": NEWS}, {"id": "b", "text": NEWS})


@pytest.mark.parametrize(
    "given", [TWO.encode(), gzip.compress(TWO.encode()), b"\xef\xbb\xbf" + TWO.encode()], ids=["plain", "gzip", "mark"]
)
def test_json_lines_are_known_by_how_they_begin(given: bytes, tmp_path: Path) -> None:
    (tmp_path / "news.txt").write_bytes(given)
    for path in ("-", str(tmp_path / "news.txt")):
        done = invoke("extract", "--output", "jsonl", path, given=given)
        assert [(line["id"], len(line["deals"])) for line in lines(done.stdout)] == [("a", 1), ("b", 1)]


def test_a_json_document_on_several_lines_is_one_document() -> None:
    given = json.dumps({"version": "1.0", "segments": [{"startTime": 0, "endTime": 1, "body": NEWS}]}, indent=1)
    assert [line["id"] for line in lines(invoke("extract", "--output", "jsonl", "-", given=given).stdout)] == ["-"]


def test_explaining_nothing_is_wrong_usage() -> None:
    for nothing in ("", "  "):
        done = invoke("explain", nothing)
        assert (done.returncode, "is empty" in done.stderr) == (2, True)


# Help


def test_help_imports_nothing_that_a_command_needs() -> None:
    code = (
        "import sys\n"
        "from pipeline.cli import app\n"
        "app(['--help'], standalone_mode=False)\n"
        "print('LOADED', *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.partition("LOADED")[2].split()
    assert not set(loaded) & {"msgspec", "spacy", "sqlalchemy", "rich", "trafilatura", "prefect", "pipeline.models"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_and_the_line_of_the_table(name: str) -> None:
    command = load(name, COMMANDS[name])
    assert command.get_short_help_str(200).startswith(COMMANDS[name].help.rstrip("."))
    shown = CliRunner().invoke(app, [name, "--help"])
    assert shown.exit_code == 0, shown.output
    assert re.sub(r"\s+", " ", COMMANDS[name].example) in re.sub(r"\s+", " ", shown.output)
    assert COMMANDS[name].example.startswith(f"deals {name}")


WRONG = (
    "nope",
    "run --nope",
    "extract --input word",
    "extract --output xml",
    "extract --published today",
    "extract --language 中文",
    "explain",
)


@pytest.mark.parametrize("arguments", [line.split() for line in WRONG], ids=WRONG)
def test_wrong_usage_exits_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2


def test_a_mistyped_command_is_met_with_the_right_one() -> None:
    assert "Did you mean 'extract'?" in CliRunner().invoke(app, ["extrakt"]).output


def test_an_error_of_ours_is_one_line_and_no_traceback(tmp_path: Path) -> None:
    done = deals("run", folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"deals: {tmp_path / 'sources'}: no such folder")
    assert len(done.stderr.splitlines()) == 1


# deals extract


def test_extract_writes_a_line_for_each_document_in_order() -> None:
    titled = {"id": "c", "text": TRADITIONAL, "title": "題"}
    given = jsonl({"id": "b", "text": NEWS}, {"id": "a", "text": "无事。"}, titled)
    done = invoke("extract", "--input", "jsonl", "--output", "jsonl", "-", given=given)
    assert (done.returncode, done.stderr) == (0, "")
    found = lines(done.stdout)
    assert [line["id"] for line in found] == ["b", "a", "c"]
    assert [len(line["deals"]) for line in found] == [1, 0, 1]
    fields = "id title url published language text companies amounts dates deals issues"
    assert list(found[0]) == fields.split()
    assert found[2]["title"] == "題"


@pytest.mark.parametrize("text", [NEWS, TRADITIONAL])
def test_every_value_points_at_its_characters(text: str) -> None:
    [line] = lines(invoke("extract", "--input", "jsonl", "-", given=jsonl({"id": "a", "text": text})).stdout)
    [deal] = line["deals"]
    spans = [*line["companies"], *line["amounts"], *deal["parties"], deal["amount"], deal["evidence"]]
    assert all(text[span["start"] : span["end"]] == span["text"] for span in spans)
    assert {(party["role"], party["company_id"], party["name"]) for party in deal["parties"]} == {
        ("payer", "nvidia", "NVIDIA"),
        ("payee", "openai", "OpenAI"),
    }
    assert deal["amount"]["value"] == 100_000_000_000
    assert b'"value":100000000000,' in invoke("extract", "-", given=text).stdout.encode()


def test_extract_reads_forms_by_name_and_content(tmp_path: Path) -> None:
    page = f"<html><head><title>T</title></head><body><article><p>{NEWS * 5}</p></article></body></html>"
    (tmp_path / "page.html").write_text(page)
    (tmp_path / "note.md").write_text(f"---\ntitle: 笔记\ndate: 2025-09-22\n---\n\n{NEWS}\n")
    (tmp_path / "talk.vtt").write_text(f"WEBVTT\n\n00:00:01.000 --> 00:00:05.000\n<v 林晓>{NEWS}\n")
    (tmp_path / "plain.txt").write_bytes(TRADITIONAL.encode("big5"))
    (tmp_path / "packed.txt.gz").write_bytes(gzip.compress(NEWS.encode("gb18030")))
    (tmp_path / "all.jsonl.gz").write_bytes(gzip.compress(jsonl({"id": "x", "text": NEWS}).encode()))
    paths = [str(tmp_path / name) for name in ("page.html", "note.md", "talk.vtt", "plain.txt", "packed.txt.gz")]
    done = invoke("extract", *paths, str(tmp_path / "all.jsonl.gz"))
    assert done.returncode == 0, done.stdout
    found = lines(done.stdout)
    assert [line["id"] for line in found] == [*paths, "x"]
    assert all(line["deals"] for line in found)
    assert found[1]["published"] == "2025-09-22"
    assert found[2]["deals"][0]["speaker"] == "林晓"
    assert found[3]["deals"][0]["parties"][0]["text"] == "輝達"


def test_what_a_person_says_of_files_stands_above_them_and_below_what_a_line_says(tmp_path: Path) -> None:
    (tmp_path / "note.md").write_text(f"---\ndate: 2025-09-22\n---\n\n{NEWS}\n")
    given = jsonl({"id": "a", "text": NEWS, "published": "2024-01-01"}, {"id": "b", "text": NEWS})
    told = ("--published", "2025-10-08", "--language", "zh-Hans")
    assert lines(invoke("extract", *told, str(tmp_path / "note.md")).stdout)[0]["published"] == "2025-10-08"
    found = lines(invoke("extract", "--input", "jsonl", *told, "-", given=given).stdout)
    assert [line["published"] for line in found] == ["2024-01-01", "2025-10-08"]
    assert {line["language"] for line in found} == {"zh-Hans"}


BAD_LINES = {
    "no JSON": '{"id": "x", "text": ',
    "no object": "[1, 2]",
    "no text": '{"id": "x"}',
    "no id": '{"text": "x"}',
    "no UTF-8": b'{"id": "x", "text": "\xff\xfe"}',
    "an empty text": '{"id": "x", "text": ""}',
    "an endless line": '{"id": "x", "text": "' + "a" * 50_000_000 + '"}',
}


@pytest.mark.parametrize("bad", BAD_LINES.values(), ids=BAD_LINES)
def test_a_bad_line_is_a_line_with_its_error_and_the_rest_goes_on(bad: str | bytes) -> None:
    good = jsonl({"id": "good", "text": NEWS}).encode()
    given = good + (bad if isinstance(bad, bytes) else bad.encode()) + b"\n" + good
    done = invoke("extract", "--input", "jsonl", "--output", "jsonl", "-", given=given)
    first, error, last = lines(done.stdout)
    assert done.returncode == 1
    assert set(error) == {"id", "error"}
    assert error["error"].startswith("-:2: ")
    assert first["deals"] == last["deals"] != []


def test_a_bad_file_is_a_line_with_its_error_and_the_rest_goes_on(tmp_path: Path) -> None:
    bad = {
        "empty.txt": b"",
        "broken.md": b"---\ntitle: [a\n---\n",
        "packed.gz": b"\x1f\x8b\x08\x00",
        "bytes.txt": bytes(range(256)),
    }
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "good.txt").write_text(NEWS)
    paths = [str(tmp_path / name) for name in (*bad, "missing.txt", "good.txt")]
    done = invoke("extract", *paths, str(tmp_path))
    *errors, good, folder = lines(done.stdout)
    assert done.returncode == 1
    assert [line["id"] for line in errors] == paths[:-1]
    assert all(line["error"].startswith(f"{line['id']}:") for line in errors)
    assert good["deals"]
    assert "error" in folder


def test_json_output_is_one_array() -> None:
    given = jsonl({"id": "a", "text": NEWS}) + "{\n"
    done = invoke("extract", "--input", "jsonl", "--output", "json", "-", given=given)
    found = json.loads(done.stdout)
    assert [set(item) == {"id", "error"} for item in found] == [False, True]
    assert json.loads(invoke("extract", "--input", "jsonl", "--output", "json", "-").stdout) == []


def test_table_output_is_for_people() -> None:
    done = invoke("extract", "--output", "table", "-", given=NEWS)
    assert "NVIDIA → OpenAI" in done.stdout
    assert "USD 100 billion" in done.stdout


def test_output_is_streamed() -> None:
    """The first document's line is there before the second document has been sent."""
    command = [DEALS, "extract", "--input", "jsonl", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(ROOT)) as process:
        assert process.stdin and process.stdout
        for name in ("a", "b"):
            process.stdin.write(jsonl({"id": name, "text": NEWS}).encode())
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == name
        process.stdin.close()
        assert process.wait() == 0


def test_a_reader_that_goes_away_is_no_error() -> None:
    given = jsonl(*({"id": str(number), "text": NEWS} for number in range(2000)))
    command = f"{DEALS} extract --input jsonl - | head -n 1"
    done = subprocess.run(["bash", "-c", command], input=given.encode(), capture_output=True, env=environment(ROOT))
    assert len(done.stdout.splitlines()) == 1
    assert b"Traceback" not in done.stderr


def test_extract_needs_no_database_no_network_and_no_prefect() -> None:
    code = (
        "import socket, sys\n"
        "def refuse(*_): raise AssertionError('network')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from pipeline.cli import app\n"
        "app(['extract', '-'], standalone_mode=False)\n"
        "bad = {'sqlalchemy', 'prefect', 'alembic', 'starlette'} & set(sys.modules)\n"
        "assert not bad, bad"
    )
    done = subprocess.run([sys.executable, "-c", code], input=NEWS.encode(), capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["deals"]


def test_memory_stays_flat_over_ten_thousand_documents() -> None:
    code = (
        "import resource, sys\n"
        "from pipeline.models import Document\n"
        "from pipeline.extraction import extract_all\n"
        "text = '{0}科技有限公司宣布以{0}亿美元收购{0}软件有限公司,编号X{0}。'\n"
        "documents = (Document(id=str(n), text=text.format(n)) for n in range(10_000))\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for number, _ in enumerate(extract_all(documents), 1):\n"
        "    if number == 2_000: early = peak()\n"
        "print(peak() - early)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 8_000, "kilobytes more after 10,000 documents than after 2,000"


# deals explain


def test_explain_shows_the_rule_that_fired_and_what_filled_it() -> None:
    done = invoke("explain", TRADITIONAL)
    assert done.returncode == 0, done.stderr
    assert TRADITIONAL in done.stdout
    assert re.search(r"✓ 投资 +zh\.invest +to=OpenAI", done.stdout)
    assert "OpenAI" in done.stdout


def test_explain_colours_what_it_found() -> None:
    done = subprocess.run([DEALS, "explain", NEWS], capture_output=True, env={**environment(ROOT), "FORCE_COLOR": "1"})
    assert "\x1b[1;36m英伟达\x1b[0m" in done.stdout.decode()


def test_explain_says_so_where_no_rule_has_a_word_to_go_on() -> None:
    assert "no sentence holds a word" in invoke("explain", "今天天气很好。").stdout


def test_explain_takes_a_text_that_is_longer_than_a_file_name_can_be() -> None:
    assert TRADITIONAL in invoke("explain", TRADITIONAL * 50).stdout


def test_explain_reads_a_file() -> None:
    done = invoke("explain", str(SAMPLES / "circular-money.html"))
    assert "輝達" in done.stdout
    assert invoke("explain", str(SAMPLES)).returncode == 1


def test_nothing_in_a_document_acts_on_the_terminal() -> None:
    hostile = NEWS.replace("。", "\x1b]0;owned\x07\u202e。")
    for arguments in (("explain", "-"), ("extract", "--output", "table", "-")):
        shown = invoke(*arguments, given=hostile).stdout
        assert "\x1b]" not in shown
        assert "\u202e" not in shown


# deals run


def test_run_prints_what_became_of_the_deals_and_then_that_nothing_changed(tmp_path: Path) -> None:
    folder = project(tmp_path)
    first = deals("run", folder=folder)
    assert first.returncode == 0, first.stderr
    assert re.search(r"samples +17 +0 +0", first.stdout)
    assert "NVIDIA → OpenAI" in first.stdout
    before = published(folder)
    second = deals("run", folder=folder)
    assert second.returncode == 0
    assert "nothing changed" in second.stdout
    assert published(folder) == before


def test_run_names_what_went_wrong_and_exits_1(tmp_path: Path) -> None:
    folder = project(tmp_path)
    source(folder, "news", {"empty.txt": b""})
    done = invoke("run", folder=folder)
    assert done.returncode == 1
    assert f"{folder}/sources/news/empty.txt" in done.stderr
    assert "NVIDIA → OpenAI" in done.stdout


def test_an_unknown_source_is_wrong_usage(tmp_path: Path) -> None:
    done = invoke("run", "sample", folder=project(tmp_path))
    assert done.returncode == 2
    assert "did you mean 'samples'" in re.sub(r"\s+", " ", done.stderr)


def test_root_is_where_the_project_is(tmp_path: Path) -> None:
    folder = project(tmp_path / "elsewhere")
    env = {key: value for key, value in environment(folder).items() if key != "DEALS_ROOT"}
    subprocess.run([DEALS, "--root", folder, "run"], check=True, capture_output=True, env=env, cwd=tmp_path)
    assert (folder / "extracted" / "deals.jsonl").exists()
    subprocess.run([DEALS, "run"], check=True, capture_output=True, env=env, cwd=folder)


# deals publish


def test_publish_writes_the_formats_asked_for_where_it_is_told(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    invoke("run", folder=folder)
    before = published(folder)
    done = invoke("publish", "--format", "csv", "--kind", "loan", "--to", str(tmp_path / "out"), folder=folder)
    assert done.stdout.splitlines() == [str(tmp_path / "out" / name) for name in ("datapackage.json", "deals.csv")]
    _, *rows = (tmp_path / "out" / "deals.csv").read_text("utf-8").splitlines()
    assert {row.split(",")[1] for row in rows} == {"loan"}
    assert invoke("publish", folder=folder).returncode == 0
    assert published(folder) == before


def test_publish_never_leaves_half_of_the_deals_where_all_are_looked_for(tmp_path: Path) -> None:
    assert invoke("publish", "--kind", "loan", folder=tmp_path).returncode == 2
    invoke("run", folder=project(tmp_path))
    assert invoke("publish", "--format", "word", "--to", str(tmp_path / "out"), folder=tmp_path).returncode == 2


def test_publish_before_the_first_run_leaves_what_a_clone_holds(tmp_path: Path) -> None:
    (tmp_path / "extracted").mkdir()
    (tmp_path / "extracted" / "deals.jsonl").write_text("{}\n")
    done = deals("publish", folder=tmp_path)
    assert done.returncode == 1
    assert "no run is stored here yet" in done.stderr
    assert published(tmp_path)["deals.jsonl"] == b"{}\n"


def test_the_package_gives_its_verbs_without_being_asked_for_more() -> None:
    import pipeline

    assert pipeline.extract(NEWS).deals
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        _ = pipeline.nope


def test_extract_writes_a_page_that_asks_nothing_of_anyone(tmp_path: Path):
    (tmp_path / "a.txt").write_text("輝達將對OpenAI投資最多1000億美元。<script>alert(1)</script>\n", "utf-8")
    done = invoke(
        "extract", str(tmp_path / "a.txt"), str(tmp_path / "missing.txt"), "--output", "html", folder=tmp_path
    )
    assert done.returncode == 1
    assert done.stdout.startswith("<!doctype html>")
    assert "NVIDIA" in done.stdout
    assert '<mark class="payer">輝達' in done.stdout
    assert "&lt;script&gt;" in done.stdout
    assert "<script" not in done.stdout
    assert not re.search(r"( src=|@import|url\()", done.stdout)
    assert "missing.txt" in done.stdout
    assert done.stdout.rstrip().endswith("</html>")
