"""What goes wrong around the program: told in one line that names place and mend, and no single item ends the rest."""

from __future__ import annotations

import ctypes
import json
import logging
import os
import pickle
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import pipeline
from pipeline.errors import DealsError
from pipeline.fence import attempt, guarded, unforeseen
from pipeline.fetch.answer import Failure
from pipeline.fetch.body import BadCoding
from pipeline.models import Capture, Document, Issue
from pipeline.read import READERS, ReadError
from pipeline.rules.knowledge import Knowledge
from pipeline.rules.loading import RuleError
from pipeline.store import Store, StoreError
from tests.projects import DEALS, deals, environment, interruptible, invoke, pairs, project, source

NEWS = "英伟达宣布向OpenAI投资1000亿美元。"
OTHER = "甲骨文以283亿美元收购Cerner。"
GBK_NAME = "你好.txt".encode("gb18030")
TOLD_NAME = r"\xc4\xe3\xba\xc3.txt"


def one_line(done: subprocess.CompletedProcess[str], *words: str) -> str:
    """Return the only line that a command printed on standard error, which holds these words and no trace."""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stdout
    for word in words:
        assert word in lines[0]
    return lines[0]


# The family


def classes() -> list[type[BaseException]]:
    """Return every exception class that a module of the program defines."""
    names = (found.name for found in walk_packages(pipeline.__path__, "pipeline.") if ".migrations." not in found.name)
    found = [
        value
        for module in map(import_module, names)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, BaseException) and value.__module__ == module.__name__
    ]
    assert len(found) > 20
    return found


def test_every_error_of_ours_is_of_one_family() -> None:
    assert not [kind for kind in classes() if not issubclass(kind, DealsError)]


@pytest.mark.parametrize(
    "error",
    [
        DealsError("is broken"),
        RuleError("no such key", Path("rules.toml")),
        ReadError("holds no article", "a.html", severity="note"),
        Failure("HTTP 503", transient=True, status=503),
        BadCoding("ends too early", cut_off=True),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_comes_out_of_another_process_as_it_was(error: DealsError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_an_error_says_its_place_once_and_first() -> None:
    assert str(RuleError("no such key", Path("rules.toml"))) == "rules.toml: no such key"
    assert str(DealsError("is broken")) == "is broken"


# The fence


def broken(item: str) -> int:
    """Return nothing: this is how a fault of ours looks."""
    return int(item)


def test_a_fault_of_ours_is_an_issue_with_its_line_and_is_logged_with_its_trace(
    caplog: pytest.LogCaptureFixture,
) -> None:
    document = Document(id="a", text="")
    with caplog.at_level(logging.WARNING, "pipeline"):
        found = attempt(lambda item: pipeline.nothing_of_this_name, document)
    assert isinstance(found, Issue)
    assert (found.document, found.severity) == ("a", "error")
    assert re.search(r"AttributeError: .*nothing_of_this_name.* \(pipeline/__init__\.py:\d+\)$", found.message)
    assert "Traceback" in caplog.text
    assert "nothing_of_this_name" in caplog.text


def test_what_every_item_would_fail_of_is_no_items_fault() -> None:
    def fail(error: Exception) -> None:
        raise error

    for error in (RuleError("no such key", "rules.toml"), StoreError("the disk is full", "deals.db")):
        with pytest.raises(type(error)):
            attempt(fail, error)
        with pytest.raises(type(error)):
            list(guarded(map(fail, [error])))
    told = attempt(fail, ReadError("is empty", "a.txt", severity="note"))
    assert told == Issue(message="is empty", severity="note", place="a.txt")


def test_what_was_yielded_before_a_fault_is_kept() -> None:
    found = list(guarded(map(broken, ["1", "2", "x", "4"]), what="the source stopped", place="here"))
    assert found[:2] == [1, 2]
    assert isinstance(found[2], Issue)
    assert found[2].message.startswith("the source stopped: ValueError: invalid literal")
    assert found[2].place == "here"
    assert len(found) == 3


def test_the_cause_is_told_where_a_library_wraps_it() -> None:
    try:
        try:
            broken("x")
        except ValueError as error:
            raise RuntimeError("did you forget to call initialize()?") from error
    except RuntimeError as error:
        assert unforeseen(error).startswith("ValueError: invalid literal")


@pytest.fixture
def faulty() -> Iterator[str]:
    """Give a word; a text that holds it brings the text reader down."""
    sound = READERS["text"]

    def read(text: str, capture: Capture, knowledge: Knowledge) -> Document:
        reader = {"NIXON": sound}[text[:0]] if "NIXON" in text else sound
        return reader(text, capture, knowledge)

    READERS["text"] = read
    yield "NIXON"
    READERS["text"] = sound


def test_extract_goes_on_after_a_fault_of_ours(tmp_path: Path, faulty: str) -> None:
    (tmp_path / "bad.txt").write_text(faulty)
    (tmp_path / "good.txt").write_text(NEWS)
    done = invoke("extract", str(tmp_path / "bad.txt"), str(tmp_path / "good.txt"), "--output", "jsonl")
    first, second = map(json.loads, done.stdout.splitlines())
    assert first["id"] == str(tmp_path / "bad.txt")
    assert re.search(r"cannot be read: KeyError: '' \(pipeline/read/__init__\.py:\d+\)$", first["error"])
    assert len(second["deals"]) == 1
    assert done.returncode == 1


def test_a_run_goes_on_after_a_fault_of_ours_and_keeps_it(project: Path, faulty: str) -> None:
    source(project, "news", {"bad.txt": faulty, "good.txt": NEWS})
    done = invoke("run", folder=project)
    assert done.returncode == 1
    assert pairs(project) == {("NVIDIA", "OpenAI")}
    with Store.open() as store:
        (kept,) = store.issues(1)
    assert (kept.document, kept.source) == ("news/bad.txt", "news")
    assert re.search(r"KeyError: '' \(pipeline/read/__init__\.py:\d+\)$", kept.message)


def test_the_log_keeps_the_trace_that_the_screen_is_spared(tmp_path: Path) -> None:
    code = "import pipeline.cli.diff as d; d._states = lambda *_: 1 / 0; from pipeline.cli import main; main()"
    command = [DEALS.with_name("python"), "-c", code, "--log", tmp_path / "log", "diff", "a", "b"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(tmp_path))
    assert done.returncode == 2
    assert one_line(done, "ZeroDivisionError", "pipeline/cli/diff.py:", "--log")
    assert "Traceback" in (tmp_path / "log").read_text()


# Names that are not UTF-8


def misnamed(folder: Path) -> None:
    """Put a file with a name as a Chinese Windows writes it into a folder."""
    try:
        Path(os.fsdecode(os.fsencode(folder) + b"/" + GBK_NAME)).write_text(NEWS)
    except OSError:
        pytest.skip("this file system takes no such name")


def test_extract_names_a_file_whose_name_is_not_utf8_and_goes_on(tmp_path: Path) -> None:
    misnamed(tmp_path)
    (tmp_path / "good.txt").write_text(NEWS)
    done = deals("extract", *sorted(str(path) for path in tmp_path.iterdir()), "--output", "jsonl")
    found = {Path(line["id"]).name: line for line in map(json.loads, done.stdout.splitlines())}
    assert "not in UTF-8" in found[TOLD_NAME]["error"]
    assert len(found["good.txt"]["deals"]) == 1
    assert (done.returncode, done.stderr) == (1, "")


def test_a_run_over_all_sources_outlives_names_that_are_not_utf8(tmp_path: Path) -> None:
    project(tmp_path, samples=False)
    misnamed(source(tmp_path, "news", {"good.txt": NEWS}))
    source(tmp_path, "other", {"good.txt": OTHER})
    strange = tmp_path / "sources" / "other"
    shutil.copytree(strange, os.fsdecode(os.fsencode(strange.parent) + b"/" + GBK_NAME))
    done = deals("run", folder=tmp_path)
    assert done.returncode == 1
    assert pairs(tmp_path) == {("NVIDIA", "OpenAI"), ("Oracle", "Cerner")}
    assert len([line for line in done.stderr.splitlines() if TOLD_NAME in line and "not in UTF-8" in line]) == 2


# Disks, rights, servers


def without_override() -> None:
    """Make root obey the rights of files, as everyone else does (in the new process alone)."""
    if os.geteuid() == 0:
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            assert ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) == 0  # PR_CAPBSET_DROP


@pytest.fixture
def frozen(tmp_path: Path) -> Iterator[Callable[[], Path]]:
    """Give what makes a project with two runs one that nobody may write."""
    folder = project(tmp_path / "project", samples=False)
    source(folder, "news", {"2025-10-08.txt": NEWS})
    assert deals("run", folder=folder).returncode == 0
    source(folder, "more", {"2025-10-09.txt": OTHER})
    assert deals("run", folder=folder).returncode == 0

    def freeze() -> Path:
        subprocess.run(["chmod", "-R", "a-w", folder], check=True)
        return folder

    yield freeze
    subprocess.run(["chmod", "-R", "u+w", folder], check=True)


def test_what_only_reads_works_where_nothing_can_be_written(frozen: Callable[[], Path], tmp_path: Path) -> None:
    folder = frozen()
    compared = deals("diff", "1", "2", "--format", "json", folder=folder, before=without_override)
    assert (compared.returncode, compared.stderr) == (1, "")
    assert "Cerner" in compared.stdout
    for command in (["circles", "2"], ["circles"], ["companies", "search", "Oracle"], ["companies", "unknown"]):
        done = deals(*command, folder=folder, before=without_override)
        assert (done.returncode, done.stderr) == (0, ""), command
    elsewhere = tmp_path / "elsewhere"
    done = deals("publish", "--to", str(elsewhere), folder=folder, before=without_override)
    assert (done.returncode, done.stderr) == (0, "")
    for name in ("deals.jsonl", "companies.jsonl", "documents.jsonl"):
        assert (elsewhere / name).read_bytes() == (folder / "extracted" / name).read_bytes()


def test_a_database_that_someone_writes_can_be_read_where_nothing_can_be_written(frozen: Callable[[], Path]) -> None:
    folder = frozen()
    subprocess.run(["chmod", "-R", "u+w", folder], check=True)
    with Store.open(f"sqlite:///{folder / 'extracted' / 'deals.db'}") as store:
        store.start_run(["news"], "rules")  # lies in the journal until this store is closed
        frozen()
        compared = deals("diff", "1", "2", folder=folder, before=without_override)
    assert (compared.returncode, compared.stderr) == (1, "")


def test_what_writes_says_so_in_a_line_where_nothing_can_be_written(frozen: Callable[[], Path]) -> None:
    folder = frozen()
    for command in (["run"], ["publish"], ["review", "--no-browser", "--port", "0"]):
        done = deals(*command, folder=folder, before=without_override)
        assert done.returncode == 1, command
        assert one_line(done, "deals: ", str(folder / "extracted"))


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[Path, Callable[[], object]]]:
    """Give a folder on a disk of 400 KB, or one where no file can be longer, and what to call before a command."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", folder], capture_output=True)
    try:
        if mounted.returncode == 0:
            yield folder, lambda: None
        else:
            yield folder, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_is_one_message(small: tuple[Path, Callable[[], object]]) -> None:
    folder, before = small
    source(project(folder, samples=False), "news", {f"{number}.txt": NEWS for number in range(20)})
    done = deals("run", folder=folder, before=before)
    assert done.returncode == 1
    assert one_line(done, "deals: ", "deals.db", "disk", "; ")


def test_output_that_cannot_be_written_is_one_message() -> None:
    with Path("/dev/full").open("wb") as full:
        command = [DEALS, "extract", "-", "--input", "text", "--output", "jsonl"]
        done = subprocess.run(command, input=NEWS.encode(), stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert done.stderr.decode().startswith("deals: No space left on device; make room")
    assert done.stderr.count(b"\n") == 1


def test_a_prefect_server_that_is_not_there_is_one_message(tmp_path: Path) -> None:
    source(project(tmp_path, samples=False), "news", {"a.txt": NEWS})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/api"
        done = deals("run", folder=tmp_path, PREFECT_API_URL=address)
        assert done.returncode == 1
        assert one_line(done, address, "PREFECT_API_URL")
        (tmp_path / "sources" / "news" / "source.toml").write_text(
            "title = 'n'\nkind = 'files'\npaths = ['*.txt']\nschedule = '0 7 * * *'\n"
        )
        served = deals("serve", folder=tmp_path, PREFECT_API_URL=address)
        assert served.returncode == 1
        assert one_line(served, address, "PREFECT_API_URL")


DATABASES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no database": (lambda path: path.write_bytes(b"not a database" * 500), "file is not a database; put back"),
    "a folder": (lambda path: path.mkdir(), "unable to open database file; give this account"),
    "without our tables": (
        lambda path: sqlite3.connect(path).execute("DROP TABLE deals").connection.close(),
        "no such",
    ),
}


@pytest.mark.parametrize("name", DATABASES)
def test_a_database_that_cannot_be_used_is_one_message(name: str, tmp_path: Path) -> None:
    spoil, words = DATABASES[name]
    source(project(tmp_path, samples=False), "news", {"a.txt": NEWS})
    database = tmp_path / "extracted" / "deals.db"
    if name == "without our tables":
        Store.open(f"sqlite:///{database}").close()
    else:
        database.parent.mkdir()
    spoil(database)
    done = deals("run", folder=tmp_path)
    assert done.returncode == 1
    assert one_line(done, str(database), words)
    compared = deals("diff", "1", "2", folder=tmp_path)
    assert compared.returncode == 2  # 1 would say that they differ
    assert one_line(compared, str(database))


def test_control_c_ends_a_command_with_130_and_no_trace(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [DEALS, "extract", "-", "--input", "jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=interruptible,
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps({"id": "1", "text": NEWS}).encode() + b"\n")
    process.stdin.flush()
    assert b"OpenAI" in process.stdout.readline()  # it has begun
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, b"Traceback" in errors) == (130, False)


def test_a_fresh_project_is_told_where_it_is_and_what_makes_a_run(tmp_path: Path) -> None:
    done = deals("circles", folder=tmp_path)
    assert done.returncode == 1
    assert one_line(done, str(tmp_path), "`deals run` makes one")
    assert not (tmp_path / "extracted").exists()  # looking makes nothing
