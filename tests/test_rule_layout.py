"""`deals rules format`: lists of words are written one way, and nothing else of a rule file changes."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import pytest

from pipeline.rules.loading import RuleError
from pipeline.rules.rule_layout import in_layout, rule_files
from pipeline.settings import OURS
from tests.projects import DEALS

WORDS = [f"word{number:02}" for number in range(20)]
LONG = ", ".join(f'"{word}"' for word in reversed(WORDS))


def test_our_rule_files_are_laid_out() -> None:
    ours = rule_files([OURS / "languages", OURS / "tables"])
    texts = {str(path): path.read_text("utf-8") for path in ours}
    assert texts
    assert [path for path, text in texts.items() if in_layout(text) != text] == [], "run `deals rules format`"


def test_a_short_list_is_one_line_and_sorted() -> None:
    assert in_layout('words = [\n  "b",\n  "a", "c"\n]\n') == 'words = ["a", "b", "c"]\n'


def test_a_long_list_has_one_word_a_line() -> None:
    rows = "".join(f'  "{word}",\n' for word in WORDS)
    assert in_layout(f"words = [{LONG}]\n") == f"words = [\n{rows}]\n"


def test_a_comment_stays_with_its_words() -> None:
    before = (
        '[t]\nwords = [\n  # verbs\n  "sells", "buys",\n  "x", # why x\n  # nouns\n  "sale", "buyer", # of people\n]\n'
    )
    after = (
        '[t]\nwords = [\n  # verbs\n  "buys",\n  "sells",\n  "x",  # why x\n'
        '  # nouns\n  # of people\n  "buyer",\n  "sale",\n]\n'
    )
    assert in_layout(before) == after == in_layout(after)


def test_words_behind_a_commented_line_are_a_group_of_their_own() -> None:
    before = 'words = [\n  "z",\n  "b", "a", # two\n  "y", "x",\n]\n'
    after = 'words = [\n  "z",\n  # two\n  "a",\n  "b",\n\n  "x",\n  "y",\n]\n'
    assert in_layout(before) == after == in_layout(after)


@pytest.mark.parametrize(
    "text",
    [
        'payer = ["subject", "by", "a"]\n',  # slots are tried in their order
        'before = ["(?:b)", "(?:a)"]\n',  # so are patterns
        "X = { hans = ['b', 'a'] } # a table within a line\n",
        'names = [\n  ["b", "a"], "c",\n]\n',
        "pattern = '''\nwords = [\"b\", \"a\"]\n'''\n",
        '# words = ["b", "a"]\n',
        "numbers = [ 2, 1 ]\n",
        "words = []\n",
    ],
)
def test_what_has_an_order_and_what_is_no_list_of_words_stays(text: str) -> None:
    assert in_layout(text) == text


def test_quotes_brackets_and_number_signs_within_words_are_words() -> None:
    text = "words = [\n  'it\"s # [no] comment', \"a\\\"]\", '#'\n]\n"
    done = in_layout(text)
    assert sorted(tomllib.loads(done)["words"]) == sorted(tomllib.loads(text)["words"])
    assert done.count("\n") == 1


def test_examples_and_companies_are_left_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    for name in ("deals.toml", "deals.examples.toml", "tables/companies-own.toml"):
        (tmp_path / name).write_text("", "utf-8")
    assert rule_files([tmp_path]) == [tmp_path / "deals.toml"]


def test_check_names_the_files_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "deals.toml"
    path.write_text('words = ["b", "a"]\n', "utf-8")
    done = subprocess.run([DEALS, "rules", "format", "--check", tmp_path], capture_output=True, text=True)
    assert done.returncode == 1 and str(path) in done.stdout
    assert path.read_text("utf-8") == 'words = ["b", "a"]\n'
    assert subprocess.run([DEALS, "rules", "format", tmp_path], capture_output=True).returncode == 0
    assert path.read_text("utf-8") == 'words = ["a", "b"]\n'
    assert subprocess.run([DEALS, "rules", "format", "--check", tmp_path], capture_output=True).returncode == 0


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    from pipeline.rules.rule_layout import laid_out

    path = tmp_path / "deals.toml"
    path.write_text("words = [", "utf-8")
    with pytest.raises(RuleError, match=r"deals\.toml"):
        laid_out(path)
