"""A file that nobody wrote since it was read is not opened again, and what is published is as if it had been."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest

from pipeline.fetch import files
from pipeline.models import Issue
from pipeline.runs.gather import gather
from pipeline.runs.sources import find_sources
from pipeline.store import Store
from tests.projects import invoke, project, published, source

KINDS = ("acquired {other} for $10 million.", "invested $25 million in {other}.", "bought software from {other}.")
FIRMS = ("Nvidia", "OpenAI", "Oracle", "Microsoft")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a project with two files of two documents each, which is the one that this process works on."""
    monkeypatch.setattr(files, "YOUNG", 0.0)  # a file is put in the place of another, which tells them apart
    monkeypatch.setenv("DEALS_ROOT", str(tmp_path))
    monkeypatch.delenv("DEALS_DATABASE_URL", raising=False)
    place = source(project(tmp_path, samples=False), "news", {}, TOML)
    write(place / "a.jsonl", {"one": 1, "two": 2})
    write(place / "b.jsonl", {"three": 3, "four": 4})
    return tmp_path


TOML = "title = 'News'\nkind = 'files'\npaths = ['[!s]*', '*.jsonl']\n"


def line(name: str, number: int) -> str:
    """Return a document that tells a deal, which its number chooses."""
    dice = random.Random(number)
    payer, other = dice.sample(FIRMS, 2)
    return json.dumps(
        {"id": name, "text": f"On June {1 + number % 28}, 2025 {payer} {dice.choice(KINDS)}".format(other=other)}
    )


def write(path: Path, documents: dict[str, int]) -> None:
    """Put a file of these documents where another may be: a new one, as editors do."""
    draft = path.with_name(f".{path.name}")
    draft.write_text("".join(line(name, number) + "\n" for name, number in documents.items()), "utf-8")
    draft.replace(path)


def opened() -> tuple[list[str], list[str]]:
    """Return the documents that a run would read out of files, and those of files that it would not open."""
    (found,), _ = find_sources(Path(os.environ["DEALS_ROOT"]) / "sources", ["news"])
    with Store.open() as store:
        batches = list(gather(found, store))
    items = [item.id for batch in batches for item in batch.items if not isinstance(item, Issue)]
    return items, [name for batch in batches for name in batch.same]


def test_only_files_that_were_written_are_opened(root: Path) -> None:
    assert opened() == (["one", "two", "three", "four"], [])
    assert invoke("run", folder=root).returncode == 0
    assert opened() == ([], ["one", "two", "three", "four"])
    write(root / "sources" / "news" / "b.jsonl", {"three": 5, "four": 4})
    assert opened() == (["three", "four"], ["one", "two"])
    (root / "sources" / "companies.toml").write_text("[[company]]\nid = 'acme'\nname = 'Acme'\n", "utf-8")
    assert opened() == (["one", "two", "three", "four"], []), "other companies may read otherwise"


def test_a_file_of_this_moment_is_opened_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "YOUNG", 3600.0)
    assert invoke("run", folder=root).returncode == 0
    assert opened() == (["one", "two", "three", "four"], [])


def test_a_file_with_a_fault_is_opened_until_it_is_mended(root: Path) -> None:
    path = root / "sources" / "news" / "a.jsonl"
    path.write_text(line("one", 1) + "\nno JSON\n", "utf-8")
    for _ in range(2):
        done = invoke("run", folder=root)
        assert done.returncode == 1
        assert "is no JSON" in done.stdout + done.stderr
    assert opened()[1] == ["three", "four"]


def test_the_same_is_published_as_from_nothing_whatever_is_done_to_files(root: Path, tmp_path: Path) -> None:
    """Documents also move between files, stand in two of them, and files come, go and are renamed."""
    place = root / "sources" / "news"
    dice = random.Random(7)
    names = ["one", "two", "three", "four", "five"]
    write(place / "d.jsonl", {"last": 6})  # a source without any file forgets nothing
    for step in range(12):
        for _ in range(dice.randint(0, 2)):
            path = place / f"{dice.choice('abc')}.jsonl"
            if path.exists() and dice.random() < 0.2:
                path.unlink()
            elif path.exists() and dice.random() < 0.2:
                path.replace(place / f"{dice.choice('abc')}.jsonl")
            else:
                write(path, {name: dice.randrange(9) for name in dice.sample(names, dice.randint(1, 3))})
        assert invoke("run", "--jobs", str(1 + step % 2), folder=root).returncode == 0
        anew = project(tmp_path / "anew" / str(step), samples=False)
        source(anew, "news", {path.name: path.read_bytes() for path in place.glob("*.jsonl")}, TOML)
        assert invoke("run", folder=anew).returncode == 0
        assert stands(root) == stands(anew), step


def stands(folder: Path) -> dict[str, bytes]:
    """Return what is published; a deal keeps the ids it had, which a run from nothing cannot know."""
    return {name: data for name, data in published(folder).items() if name == "documents.jsonl"} | {
        "deals": b"\n".join(
            json.dumps({key: value for key, value in json.loads(told).items() if key != "former_ids"}).encode()
            for told in published(folder)["deals.jsonl"].splitlines()
        )
    }
