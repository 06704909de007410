"""What no reader of rules stumbles over and yet is wrong in them: words that count twice, or that nothing can match.

Each file is looked at as it was written, ours and a user's own alike, so that the message names the file to mend.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.models import Noun
from pipeline.normalize.usual_forms import in_usual_forms
from pipeline.proof.shapes import shape_of
from pipeline.rules.knowledge import Knowledge
from pipeline.rules.languages import simplifies
from pipeline.rules.loading import read_toml
from pipeline.text.conversion import simplify
from pipeline.text.letters import fold_letters

UNCONVERTED = frozenset(("language.toml", "speakers.toml", "comments.toml", "dates.toml", "boilerplate.toml"))
"""Rules that read pages and transcripts as they came, in either script."""
REPEATING = frozenset(("needs",))
"""Lists that may hold a word twice: two partners."""
LOWER = frozenset(("words",))
"""Tables of `syntax.toml` whose words are compared with small letters."""
ONE_MEANING = (
    ("pronouns", "relatives", "passives", "links", "holders", "of"),
    ("words.governors", "words.adverbs", "words.verbs"),
    ("words.person_nouns", "words.unit_nouns", "words.firm_nouns", "words.matter_nouns", "words.paper_nouns"),
)
"""Lists of `syntax.toml` of which a word has one meaning alone: in two of them, the first hides the other."""
PATTERN = ("(?", "\\", "[")
"""What words hold that are patterns: they may name characters that no text has."""

Place = tuple[str, ...]


class Finding(Noun, frozen=True, kw_only=True):
    """What a rule or an example lacks."""

    where: str
    """The rule, the example's file and number, or a file and the list in it."""
    message: str


def lint(knowledge: Knowledge) -> Iterator[Finding]:
    """Yield what is wrong with the words of the rule files in use; RuleError where a file has not its shape."""
    for place, paths in sorted(knowledge.files.items()):
        shape = shape_of(place)
        if shape is None:
            continue
        knowledge.shaped(place, shape)
        for path in paths:
            yield from _linted(path, place, knowledge)


def _linted(path: Path, place: str, knowledge: Knowledge) -> Iterator[Finding]:
    data = read_toml(path)
    home, _, name = place.partition("/")
    yield from _found(path, _twice(data))
    if home != "languages":
        return
    code, _, name = name.partition("/")
    if simplifies(code, knowledge) and name not in UNCONVERTED:
        yield from _found(path, _unseen(data))
    if name == "syntax.toml":
        yield from _found(path, _capital(data))
        yield from _found(path, _hidden(data))


def _found(path: Path, said: Iterable[tuple[Place, str]]) -> Iterator[Finding]:
    for place, message in said:
        yield Finding(where=f"{path}: {'.'.join(place)}", message=message)


def _twice(data: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """Yield the words that a list holds twice."""
    for place, words in lists(data):
        for word, count in Counter(words).items() if place[-1] not in REPEATING else ():
            if count > 1:
                yield place, f"'{word}' stands {count} times; leave it once"


def _unseen(data: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """Yield the words that no normalized text holds: in Traditional characters, or full-width."""
    for place, word in strings(data):
        usual = simplify(word if any(mark in word for mark in PATTERN) else in_usual_forms(word))
        if usual != word:
            marks = "".join(dict.fromkeys(was for was, now in zip(word, usual, strict=True) if was != now))
            yield place, f"'{word}' fits no text, which is simplified before: {marks}; write '{usual}', or drop it"


def _capital(data: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    for table in LOWER & data.keys():
        for place, words in lists(data[table], (table,)):
            for word in words if not place[-1].endswith("_tags") else ():
                if word != fold_letters(word):
                    yield place, f"'{word}' is compared in small letters; write '{fold_letters(word)}'"


def _hidden(data: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """Yield the words of a list that an earlier list of their class hides."""
    held = {".".join(place): words for place, words in lists(data)}
    for names in ONE_MEANING:
        owners: dict[str, str] = {}
        for name in names:
            for word in held.get(name, ()):
                owner = owners.setdefault(fold_letters(word), name)
                if owner != name:
                    yield tuple(name.split(".")), f"'{word}' is in {owner}, which goes before; leave it in one of them"


def lists(data: Any, place: Place = ()) -> Iterator[tuple[Place, Sequence[str]]]:
    """Yield each list of strings in the tables of a file, with the names on the way to it."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from lists(value, (*place, key))
    elif isinstance(data, list) and data and all(isinstance(each, str) for each in data):
        yield place, data
    elif isinstance(data, list):
        for number, each in enumerate(data, 1):
            yield from lists(each, (*place, str(each.get("id", number) if isinstance(each, dict) else number)))


def strings(data: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Yield each string in the tables of a file, keys that are words too, with the names on the way to it."""
    if isinstance(data, str):
        yield place, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield place, key
            yield from strings(value, (*place, key))
    elif isinstance(data, list):
        for number, each in enumerate(data, 1):
            inner = str(each.get("id", number)) if isinstance(each, dict) else None
            yield from strings(each, (*place, inner) if inner else place)
