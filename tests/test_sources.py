"""A source is a folder with a source.toml that is checked when read; kind `files` reads what its globs name."""

from __future__ import annotations

from pathlib import Path
from typing import get_type_hints

import fsspec
import pytest

from pipeline.fetch import FETCHERS, files
from pipeline.models import Capture, Issue, Source
from pipeline.runs.sources import NEEDS, SourceError, UnknownSource, find_sources, read_source


def write(folder: Path, name: str, text: str = "title = 'News'\nkind = 'files'\npaths = ['*.txt']\n") -> Path:
    """Make a source and return its source.toml."""
    path = folder / name / "source.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    return path


BAD = {
    "an unknown key": ("title = 'N'\nkind = 'files'\npath = ['*']\n", "unknown key 'path'; did you mean 'paths'?"),
    "a key that the folder tells": ("title = 'N'\nkind = 'files'\npaths = ['*']\nname = 'n'\n", "unknown key 'name'"),
    "no TOML": ("title = \n", "Invalid value"),
    "no UTF-8": (b"title = '\xb5\xd8'\n", "can't decode"),
    "no title": ("kind = 'files'\npaths = ['*']\n", "required field `title`"),
    "an unknown kind": ("title = 'N'\nkind = 'file'\npaths = ['*']\n", "Invalid enum value 'file'"),
    "a wrong type": ("title = 'N'\nkind = 'files'\npaths = '*'\n", "Expected `array`, got `str` - at `$.paths`"),
    "no title after a byte order mark": ("\ufeffkind = 'files'\npaths = ['*']\n", "required field `title`"),
    "no paths": ("title = 'N'\nkind = 'files'\n", "'paths' is missing: a source of kind 'files' needs it"),
    "no url": ("title = 'N'\nkind = 'feed'\n", "'url' is missing"),
    "a url of no web page": ("title = 'N'\nkind = 'feed'\nurl = 'file:///etc/passwd'\n", "must begin with http://"),
    "no cron": ("title = 'N'\nkind = 'files'\npaths = ['*']\nschedule = 'daily'\n", "five cron fields"),
    "no time zone": ("title = 'N'\nkind = 'files'\npaths = ['*']\ntimezone = 'Asia/Peking'\n", "not a time zone"),
    "an unknown expectation": ("title = 'N'\nkind = 'files'\npaths = ['*']\nexpect = { deal = [1, 2] }\n", "'deal'"),
    "an impossible one": ("title = 'N'\nkind = 'files'\npaths = ['*']\nexpect = { deals = [2, 1] }\n", "[least, most]"),
}


@pytest.mark.parametrize(("text", "complaint"), BAD.values(), ids=BAD)
def test_a_source_that_cannot_be_understood_is_refused_with_file_and_key(
    tmp_path: Path, text: str | bytes, complaint: str
) -> None:
    path = write(tmp_path, "news", "")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SourceError) as refused:
        read_source(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert str(refused.value).count(str(path)) == 1
    assert complaint in str(refused.value)


def test_one_broken_source_does_not_hide_the_others(tmp_path: Path) -> None:
    write(tmp_path, "broken", "titel = 'N'\n")
    write(tmp_path, "good")
    (tmp_path / "empty").mkdir()
    (tmp_path / "judgements.jsonl").touch()
    sources, issues = find_sources(tmp_path)
    assert [source.name for source in sources] == ["good"]
    assert [issue.source for issue in issues] == ["broken", "empty"]
    assert all(issue.place and issue.place.endswith("source.toml") for issue in issues)


def test_a_disabled_source_is_read_only_when_named(tmp_path: Path) -> None:
    write(tmp_path, "off", "title = 'N'\nkind = 'files'\npaths = ['*']\nenabled = false\n")
    assert find_sources(tmp_path)[0] == []
    assert [source.name for source in find_sources(tmp_path, ["off"])[0]] == ["off"]


def test_a_name_that_no_source_has_is_told_with_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, "samples")
    with pytest.raises(UnknownSource, match=r"'sample' .*did you mean 'samples'"):
        find_sources(tmp_path, ["sample"])


def test_no_folder_of_sources_is_an_error_and_not_an_empty_run(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such folder"):
        find_sources(tmp_path / "sources")


def test_every_kind_has_its_fetcher_and_its_needs() -> None:
    kinds = set(get_type_hints(Source)["kind"].__args__)
    assert set(NEEDS) == kinds
    assert set(FETCHERS) == kinds


# Kind `files`


def fetch(folder: Path, *paths: str, **settings: str) -> list[Capture | Issue]:
    """Return what a source of kind `files` with these globs gives."""
    source = Source(title="N", kind="files", name="news", folder=str(folder), paths=paths, **settings)
    return list(files.fetch(source))


def ids(found: list[Capture | Issue]) -> list[str]:
    """Return the ids of captures."""
    assert all(isinstance(item, Capture) for item in found), found
    return [item.id for item in found if isinstance(item, Capture)]


def test_files_come_sorted_and_each_once_under_its_path_in_the_folder(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "deep/c.txt", "d.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    assert ids(fetch(tmp_path, "*.txt", "**/*.txt")) == ["news/a.txt", "news/b.txt", "news/deep/c.txt"]


def test_files_outside_the_folder_are_named_below_the_fixed_part_of_their_glob(tmp_path: Path) -> None:
    (tmp_path / "archive/2025").mkdir(parents=True)
    (tmp_path / "archive/2025/a.txt").write_text("a")
    (tmp_path / "source").mkdir()
    assert ids(fetch(tmp_path / "source", "../archive/**/*.txt")) == ["news/2025/a.txt"]
    assert ids(fetch(tmp_path / "source", str(tmp_path / "archive/*/a.txt"))) == ["news/2025/a.txt"]
    assert ids(fetch(tmp_path / "source", str(tmp_path / "archive/2025/a.txt"))) == ["news/a.txt"]


def test_a_day_in_the_name_dates_the_forms_that_tell_none(tmp_path: Path) -> None:
    for name in ("2025-10-08-talk.txt", "2025-10-08-page.html", "2025-13-08.txt", "no-20251008-2.txt"):
        (tmp_path / name).write_text("a")
    found = {item.id: item.hints for item in fetch(tmp_path, "*") if isinstance(item, Capture)}
    assert found == {
        "news/2025-10-08-talk.txt": {"published": "2025-10-08"},
        "news/2025-10-08-page.html": {"named": "2025-10-08"},  # what it tells itself goes before
        "news/2025-13-08.txt": {},
        "news/no-20251008-2.txt": {},
    }


def test_what_the_source_says_of_its_documents_goes_along(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    [capture] = fetch(tmp_path, "*.txt", language="zh-Hant", publisher="Desk")
    assert isinstance(capture, Capture)
    assert capture.hints == {"language": "zh-Hant", "publisher": "Desk"}


def test_a_glob_that_matches_nothing_is_an_issue(tmp_path: Path) -> None:
    [issue] = fetch(tmp_path, "*.txt")
    assert isinstance(issue, Issue)
    assert issue.message == "no file matches '*.txt'"


def test_a_file_that_cannot_be_read_is_an_issue_and_the_others_come(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "b.txt").write_text("b")
    issue, capture = fetch(tmp_path, "*.txt")
    assert isinstance(issue, Issue)
    assert issue.document == "news/a.txt"
    assert isinstance(capture, Capture)


def test_a_file_larger_than_any_article_is_an_issue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    (tmp_path / "a.txt").write_text("a" * 11)
    [issue] = fetch(tmp_path, "*.txt")
    assert isinstance(issue, Issue)
    assert issue.message == "has more than 10 bytes"


def test_remote_folders_are_read_through_fsspec(tmp_path: Path) -> None:
    remote = fsspec.filesystem("memory")
    remote.pipe("/news/2025/b.txt", b"b")
    remote.pipe("/news/a.txt", b"a")
    found = fetch(tmp_path, "memory://news/**/*.txt")
    assert ids(found) == ["news/2025/b.txt", "news/a.txt"]
    assert [item.data for item in found if isinstance(item, Capture)] == [b"b", b"a"]


@pytest.mark.parametrize("pattern", ["http://127.0.0.1/*.txt", "simplecache::https://127.0.0.1/*.txt"])
def test_web_pages_are_left_to_the_polite_client(tmp_path: Path, pattern: str) -> None:
    issue = fetch(tmp_path, pattern)[0]
    assert isinstance(issue, Issue)
    assert "does not fetch web pages" in issue.message


@pytest.mark.parametrize("pattern", ["nowhere://a/*.txt", "memory://none/*.txt"])
def test_a_remote_folder_that_is_not_there_is_an_issue(tmp_path: Path, pattern: str) -> None:
    [issue] = fetch(tmp_path, pattern)
    assert isinstance(issue, Issue)
