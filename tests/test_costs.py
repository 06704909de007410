"""A run costs what changed: files that say what is stored are left alone, rules are parsed once, processes share."""

from __future__ import annotations

import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from pipeline import kept
from pipeline.cli.imports import LATER
from pipeline.extraction import extract_all
from pipeline.kept import NAME
from pipeline.models import Capture, Document, Extraction, Issue
from pipeline.names.index import NameIndex
from pipeline.normalize import fold
from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.run import run
from pipeline.settings import Settings
from pipeline.text import compiled
from tests.projects import ROOT, environment, published, source
from tests.projects import project as made

SOLD = "{payer} will buy {target} for ${sum} million, it said on 3 June 2025."
TEXTS = [SOLD.format(payer=f"Quillmark {n}", target=f"Tern {n} Sensors", sum=10 + n) for n in range(9)]


def inodes(folder: Path) -> dict[str, int]:
    """Return the number of each file that is published: one that is written anew has another."""
    return {name: (folder / "extracted" / name).stat().st_ino for name in published(folder)}


def test_a_run_that_changes_nothing_writes_nothing_and_one_that_lost_a_file_writes_it(project: Path) -> None:
    place = source(project, "made", {"a.txt": TEXTS[0], "b.txt": TEXTS[1]})
    assert (len(run().deals), run().changes) == (2, ())
    first, kept = published(project), inodes(project)
    again = run()
    assert (again.changes, again.published, len(again.deals)) == ((), 2, 2)
    assert inodes(project) == kept
    (project / "extracted" / "deals.csv").write_text("", "utf-8")
    assert run().changes == ()
    assert published(project) == first
    (place / "c.txt").write_text(TEXTS[2], "utf-8")
    assert [(change.kind, change.cause) for change in run().changes] == [("added", "new document")]
    (place / "c.txt").unlink()
    assert [(change.kind, change.cause) for change in run().changes] == [("gone", "document gone")]
    assert published(project) == first


AGAIN = "import sys; from pipeline.cli import app; sys.argv = ['deals', 'run']; app(standalone_mode=False)\n"
AGAIN += "print([name for name in ('spacy', 'numpy', 'lxml', 'rjieba', 'opencc') if name in sys.modules])"


def test_a_run_that_reads_nothing_loads_nothing_of_what_reads(project: Path) -> None:
    source(project, "made", {"a.txt": TEXTS[0]})
    assert run().published == 1
    told = environment(project)
    done = subprocess.run([sys.executable, "-c", AGAIN], capture_output=True, text=True, cwd=ROOT, env=told)
    assert "1 deals in" in done.stdout, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


def test_two_processes_publish_the_same_bytes_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {}
    for jobs in (1, 2):
        folder = made(tmp_path / str(jobs), samples=False)
        broken: dict[str, str | bytes] = {"broken.jsonl": b'{"id": 1}\n', "none.html": "<p></p>"}
        source(folder, "made", {f"{n}.txt": text for n, text in enumerate(TEXTS)} | broken)
        monkeypatch.setenv("DEALS_ROOT", str(folder))
        summary = run(jobs=jobs)
        issues = [(issue.message, issue.document) for issue in summary.issues]
        told[jobs] = published(folder), summary.sources, issues
    assert told[1] == told[2]
    assert told[1][0]["deals.jsonl"].count(b"\n") == len(TEXTS)


def test_two_processes_extract_the_same_in_the_same_order() -> None:
    items: list[Document | Capture | Issue] = [Document(id=str(n), text=text) for n, text in enumerate(TEXTS)]
    items.insert(3, Issue(message="cannot be read", document="x"))
    items.append(Capture(id="page", source="", data=b"<html><body></body></html>", place="page", kind="html"))
    alone, together = list(extract_all(items)), list(extract_all(items, jobs=2))
    assert together == alone
    assert sum(isinstance(each, Extraction) for each in together) == len(TEXTS)


PARSE = "import sys; from pathlib import Path; from pipeline.rules.loading import read_toml\n"
PARSE += "print(read_toml(Path(sys.argv[1])))"


def parsed(file: Path, cache: Path) -> str:
    """Return what another process reads in a rule file."""
    command = [sys.executable, "-c", PARSE, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(ROOT) | {"DEALS_CACHE": str(cache)})
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def test_a_rule_file_is_parsed_once_and_again_when_it_says_something_else(tmp_path: Path) -> None:
    file, cache = tmp_path / "rules.toml", tmp_path / "cache"
    file.write_text("day = 2025-06-03\n[words]\na = 1\n", "utf-8")
    said = parsed(file, cache)
    assert said == "{'day': datetime.date(2025, 6, 3), 'words': {'a': 1}}"
    file.write_text("a = 1\n", "utf-8")
    assert parsed(file, cache) == "{'a': 1}"
    kept = msgspec.msgpack.encode({sha256(file.read_bytes()).digest(): {"a": "as it is kept"}})
    (cache / NAME).write_bytes(kept)
    assert parsed(file, cache) == "{'a': 'as it is kept'}"
    file.write_text("a = 2\n", "utf-8")
    assert parsed(file, cache) == "{'a': 2}"


@pytest.mark.parametrize("broken", [b"", b"\xc1\x00", msgspec.msgpack.encode(["of", "another", "version"])])
def test_a_cache_that_another_program_wrote_is_as_good_as_none(broken: bytes, tmp_path: Path) -> None:
    file, cache = tmp_path / "rules.toml", tmp_path / "cache"
    file.write_text("a = 1\n", "utf-8")
    cache.mkdir()
    (cache / NAME).write_bytes(broken)
    assert parsed(file, cache) == "{'a': 1}"
    assert len(msgspec.msgpack.decode((cache / NAME).read_bytes())) == 1


def test_a_cache_that_cannot_be_written_is_none(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text("a = 1\n", "utf-8")
    (tmp_path / "cache").write_text("a file, where a folder would be", "utf-8")
    assert parsed(file, tmp_path / "cache") == "{'a': 1}"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "rules.toml"]


SOURCES = ["a+", "(?P<x>a)|(b)(?P<y>c)?", "[äöü一-龥]{2,9}(?<=x)", "(?i:q)\\b", "\ud800?", "(?!)", "", "x" * 5_000]


@pytest.mark.parametrize("source", SOURCES, ids=range(len(SOURCES)))
@pytest.mark.parametrize("flags", [0, re.IGNORECASE, re.MULTILINE | re.DOTALL])
def test_a_pattern_that_is_compiled_late_answers_as_one_that_is_compiled_now(source: str, flags: int) -> None:
    now, late = re.compile(source, flags), compiled.compiled(source, flags)
    assert (late.pattern, late.groupindex, late.groups, late.flags) == (
        now.pattern,
        now.groupindex,
        now.groups,
        now.flags,
    )
    for text in ("aab", "bc", "ÄÖ龥x", "Q", "x" * 6_000, ""):
        ours, theirs = late.search(text), now.search(text)
        assert (ours and (ours.span(), ours.groupdict())) == (theirs and (theirs.span(), theirs.groupdict()))


def test_a_pattern_is_not_compiled_before_it_is_asked() -> None:
    late = compiled.compiled("(a")
    assert late.pattern == "(a"
    with pytest.raises(re.error, match="unterminated"):
        late.search("a")
    with pytest.raises(AttributeError):
        late.serach("a")  # type: ignore[attr-defined]


def test_names_that_are_kept_are_those_that_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEALS_CACHE", str(tmp_path))
    kept.kept.cache_clear()
    made = Knowledge.load(Settings()), NameIndex.build(shipped().companies, fold)
    kept.kept()._write()
    kept.kept.cache_clear()
    again = Knowledge.load(Settings()), NameIndex.build(shipped().companies, fold)
    assert not kept.kept()._new, "nothing is made again"
    assert again[0].companies == made[0].companies == shipped().companies
    for number, name in enumerate(made[1]._patterns.names):
        assert again[1]._patterns[number] == made[1]._patterns[number], name
    monkeypatch.undo()
    kept.kept.cache_clear()


def test_what_is_kept_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEALS_CACHE", str(tmp_path))
    monkeypatch.setattr(kept, "MOST", 2_500)
    for number in range(4):
        program = kept.Kept()
        program.keep(bytes([number]), str(number) * 1_000, str)
        program._write()
    assert [kept.Kept().find(bytes([number]), str) is not None for number in range(4)] == [False, False, True, True]


def test_what_spacy_has_for_its_own_command_line_is_there_when_it_is_asked_for() -> None:
    program = "import sys; from pipeline.cli.imports import put_off; put_off(); import spacy\n"
    program += "print('weasel' in sys.modules)\n"
    program += "from spacy.cli import download; import spacy.cli\n"
    program += f"print(download.__name__, [type(sys.modules[name]).__name__ for name in {LATER}])\n"
    program += "print(spacy.info(silent=True)['spacy_version'] == spacy.__version__)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.splitlines() == ["False", "download ['module', 'module']", "True"], done.stderr
