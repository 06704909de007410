"""How rule files are written: a list of words on one line where it fits, else one word a line, sorted.

Only lists of strings that stand alone behind `name =` are laid out; inline tables and patterns stay as they are.
A comment stays with its words: one on a line of its own opens a group, one behind a single word stays behind it, and
one behind several words of a line goes above them. Words are sorted within their group, where order means nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.rules.loading import read_toml

LINE = 120
ORDERED = frozenset((
    "payer", "payee", "target", "partner", "needs", "alone", "alone_with", "thing", "members", "document", "en", "hans",
    "hant", "other", "regions", "capital_tells", "symbols", "signs", "also", "joints", "order", "progress", "stops",
))  # fmt: skip
"""Lists whose order means something: slots are tried in it, a company's usual name is first, a status follows one."""
PATTERN = "(?"  # what the words of a list hold that are patterns: they are tried in their order
OPENS = re.compile(r"(?P<name>[\w-]+|\"[^\"\n]*\"|'[^'\n]*')[ \t]*=[ \t]*\[")
TEXT = r"'''.*?'''" + r'|"""(?:\\.|[^\\])*?"""'
STRING = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*'")
TOKEN = re.compile(rf"(?P<string>{STRING.pattern})|(?P<comment>#[^\n]*)|(?P<line>\n)|(?P<mark>[,\]])|[ \t\r]+")
SKIPPED = re.compile(rf"(?:{TEXT}|{STRING.pattern}|#[^\n]*|[^\n\"'#])*\n?", re.DOTALL)


class ListedWord(NamedTuple):
    """A string of a list as it is written, quotes and all, with the comment behind it."""

    written: str
    comment: str = ""


class WordGroup(NamedTuple):
    """Words of a list that comments above or an empty line hold together."""

    comments: tuple[str, ...]
    words: tuple[ListedWord, ...]


def rule_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files among paths and below folders whose lists are laid out.

    Examples stay as they are written, and so do companies, each with its names on a line of its own.
    """
    every = [file for path in paths for file in (sorted(path.rglob("*.toml")) if path.is_dir() else [path])]
    return [file for file in every if not file.name.endswith(".examples.toml") and not _is_of_companies(file)]


def _is_of_companies(path: Path) -> bool:
    return path.parent.name == "tables" and path.name.startswith("companies")


def laid_out(path: Path) -> tuple[str, str]:
    """Return a rule file as it is and as it is to be written; RuleError where it is no TOML."""
    read_toml(path)
    text = path.read_text("utf-8-sig")
    return text, in_layout(text)


def in_layout(text: str) -> str:
    """Return a rule file with its lists of words laid out; what TOML reads in it stays the same but for their order."""
    made, at = [], 0
    while at < len(text):
        opens = OPENS.match(text, at)
        found = _groups(text, opens.end()) if opens else None
        if opens and found:
            groups, end = found
            name = opens["name"].strip("\"'")
            made.append(_written(opens.group(), groups, name))
            at = end
        skipped = SKIPPED.match(text, at)
        end = skipped.end() if skipped and skipped.end() > at else at + 1
        made.append(text[at:end])
        at = end
    done = "".join(made)
    assert _unordered(tomllib.loads(done)) == _unordered(tomllib.loads(text)), "a list lost or gained a word"
    return done


def _groups(text: str, at: int) -> tuple[list[WordGroup], int] | None:
    """Return the groups of the list that opens before `at` and where it ends, None where it holds more than strings."""
    lines: list[list[ListedWord | str]] = [[]]
    while token := TOKEN.match(text, at):
        at = token.end()
        if token["string"]:
            lines[-1].append(ListedWord(token["string"]))
        elif token["comment"]:
            lines[-1].append(token["comment"].rstrip())
        elif token["line"]:
            lines.append([])
        elif token["mark"] == "]":
            return list(_grouped(lines)), at
    return None


def _grouped(lines: list[list[ListedWord | str]]) -> Iterator[WordGroup]:
    """Yield the groups that the lines of a list make."""
    comments: tuple[str, ...] = ()
    words: tuple[ListedWord, ...] = ()
    for number, line in enumerate(lines):
        told = tuple(part for part in line if isinstance(part, ListedWord))
        said = tuple(part for part in line if isinstance(part, str))
        ends = (not line and number > 0) or (said and len(told) != 1)
        if ends and words:
            yield WordGroup(comments, words)
        if ends:
            comments, words = (() if words or not line else comments), ()
        if said and len(told) > 1:
            yield WordGroup((*comments, *said), told)
            comments = ()
        elif said and told:
            words = (*words, ListedWord(told[0].written, said[0]))
        elif said:
            comments = (*comments, *said)
        else:
            words = (*words, *told)
    if words or comments:
        yield WordGroup(comments, words)


def _written(opening: str, groups: list[WordGroup], name: str) -> str:
    """Return a list as it is laid out, from its name to its closing bracket."""
    ordered = name in ORDERED or any(PATTERN in word.written for group in groups for word in group.words)
    groups = [group if ordered else group._replace(words=_sorted(group.words)) for group in groups]
    words = [word for group in groups for word in group.words]
    bare = len(groups) < 2 and not any(group.comments for group in groups) and not any(word.comment for word in words)
    line = f"{opening}{', '.join(word.written for word in words)}]"
    if bare and (len(line) <= LINE or not words):
        return line
    rows = [opening]
    for number, group in enumerate(groups):
        rows += [""] if number and not group.comments else []
        rows += [f"  {comment}" for comment in group.comments]
        rows += [f"  {word.written},{f'  {word.comment}' if word.comment else ''}" for word in group.words]
    return "\n".join([*rows, "]"])


def _sorted(words: Iterable[ListedWord]) -> tuple[ListedWord, ...]:
    return tuple(sorted(words, key=lambda word: word.written[1:-1]))


def _unordered(data: object) -> object:
    """Return the data of a file with its lists of strings sorted: to compare without their order."""
    if isinstance(data, dict):
        return {key: _unordered(value) for key, value in data.items()}
    if isinstance(data, list):
        values = [_unordered(value) for value in data]
        return sorted(map(str, values)) if all(isinstance(value, str) for value in values) else values
    return data
