"""The grammar of dates: what a language's `dates.toml` calls a date, and the fields that its words fill.

Shared by `read` (when was this published?) and `annotate` (which times does it tell?); `edtf.py` says what fields mean.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, get_args

import msgspec

from pipeline.rules import loading
from pipeline.rules.loading import RuleError, Rules, load
from pipeline.settings import OURS
from pipeline.times.edtf import Field, Fields

FOREIGN = OURS / "tables" / "dates.toml"


class Slot(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A gap in a date pattern: the words or digits that may stand there, and the field they fill."""

    fills: Field | None = None
    """Left out where the slot is named as its field."""
    pattern: str | None = None
    """What is read digit by digit."""
    digits: dict[str, int] = msgspec.field(default_factory=dict)
    """Characters that stand for a digit where they are not 0 to 9 themselves."""
    words: dict[str, int] = msgspec.field(default_factory=dict)
    times: int = 1
    plus: int = 0


class DateRule(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way to write a date, with its slots and parts in braces; `skip` reads it as no date."""

    pattern: str
    sets: Fields = msgspec.field(default_factory=dict)
    skip: bool = False


class DateRules(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A language's `dates.toml`."""

    start: str
    """Where a date can begin: the rules are tried at these places only."""
    join: str | None = None
    """What may stand between the two ends of a span of time."""
    parts: dict[str, str] = msgspec.field(default_factory=dict)
    """Pieces that several patterns share."""
    slots: dict[str, Slot]
    rules: list[DateRule]


class Gap(NamedTuple):
    """A slot in its place in one rule: the group that catches it and how to read what was caught."""

    group: str
    field: Field
    words: dict[str, int]
    slot: Slot


class Form(NamedTuple):
    """One compiled rule."""

    gaps: tuple[Gap, ...]
    sets: Fields
    skip: bool


class Grammar(NamedTuple):
    """The compiled rules of one file."""

    start: re.Pattern[str]
    join: re.Pattern[str] | None
    pattern: re.Pattern[str]
    forms: tuple[Form, ...]


class Told(NamedTuple):
    """A date as its words tell it."""

    start: int
    end: int
    fields: Fields


def grammars(language: str) -> tuple[Grammar, ...]:
    """Return the date grammars of a language (BCP 47; regions share one): its folder's own, else one made of the words
    dateparser has for it; empty for a language neither knows."""
    return _grammars(language.partition("-")[0], loading.folders())


@cache
def _grammars(code: str, folders: tuple[Path, ...]) -> tuple[Grammar, ...]:
    paths = [path for folder in folders if folder.name == code and (path := folder / "dates.toml").is_file()]
    if paths:
        return tuple(_compiled(load(path, DateRules), path) for path in paths)
    vocabulary = _vocabulary(code)
    return (_compiled(_worded(load(FOREIGN, DateRules), vocabulary), FOREIGN),) if vocabulary else ()


def _vocabulary(code: str) -> dict[Field, dict[str, int]]:
    """Return the words for months, weekdays and days like yesterday that dateparser knows in a language."""
    try:
        told = import_module(f"dateparser.data.date_translation_data.{code}").info
    except ModuleNotFoundError:
        return {}
    words: dict[Field, dict[str, int]] = {
        "month": {word: n for n, name in enumerate(calendar.month_name) for word in told.get(name.lower(), ())},
        "weekday": {word: n for n, name in enumerate(calendar.day_name, 1) for word in told.get(name.lower(), ())},
    }
    words["weekday"] = {word: n for word, n in words["weekday"].items() if len(word) > 2 and word.isalpha()}
    units: tuple[tuple[str, Field], ...] = (("day", "days"), ("week", "weeks"), ("month", "months"), ("year", "years"))
    for unit, field in units:
        steps = {f"{n} {unit} ago": -n for n in (0, 1, 2)} | {f"in {n} {unit}": n for n in (1, 2)}
        words[field] = {word: n for step, n in steps.items() for word in told["relative-type"].get(step, ())}
    return {field: said for field, said in words.items() if said}


def _worded(source: DateRules, vocabulary: dict[Field, dict[str, int]]) -> DateRules:
    """Return the rules with a language's words in the slots they leave empty; what it has no words for never fits."""
    slots = {
        name: slot if slot.pattern else msgspec.structs.replace(slot, words=words) if words else Slot(pattern="(?!)")
        for name, slot in source.slots.items()
        for words in [vocabulary.get(slot.fills or name, {})]  # type: ignore[call-overload]
    }
    initials = {word[0] for words in vocabulary.values() for word in words} - set("\\]^-")
    start = source.start.replace("{initials}", "".join(sorted(initials)))
    return msgspec.structs.replace(source, slots=slots, start=start)


def _compiled(source: DateRules, path: Path) -> Grammar:
    gaps = {name: _gap(path, name, slot) for name, slot in source.slots.items()}
    pieces = [_piece(path, number, rule, source, gaps) for number, rule in enumerate(source.rules)]
    try:
        start, join, pattern = (
            re.compile(p, re.IGNORECASE) for p in (source.start, source.join or "", "|".join(p for p, _ in pieces))
        )
    except re.error as error:
        raise RuleError(f"{path}: {error}; mend the pattern {error.pattern!r}") from error
    return Grammar(start, join if source.join else None, pattern, tuple(form for _, form in pieces))


def _gap(path: Path, name: str, slot: Slot) -> Gap:
    field = slot.fills or name
    if field not in get_args(Field):
        raise RuleError(f"{path}: slot '{name}' needs `fills`, the field it tells: one of {', '.join(get_args(Field))}")
    if not (slot.words or slot.pattern):
        raise RuleError(f"{path}: slot '{name}' needs `words` or a `pattern`")
    return Gap(name, field, {word.casefold(): number for word, number in slot.words.items()}, slot)  # type: ignore[arg-type]


def _piece(path: Path, number: int, rule: DateRule, source: DateRules, gaps: dict[str, Gap]) -> tuple[str, Form]:
    """Return a rule's pattern with its gaps filled in, and how to read what it matches."""
    held: list[Gap] = []

    def fill(mark: re.Match[str]) -> str:
        name = mark[1]
        if name in source.parts:
            return f"(?:{source.parts[name]})"
        if name not in gaps:
            raise RuleError(f"{path}: rule {number + 1}: '{{{name}}}' is neither a slot nor a part")
        group = f"{name}_{number}"
        held.append(gaps[name]._replace(group=group))
        words = sorted(gaps[name].words, key=len, reverse=True)
        digits = gaps[name].slot.pattern
        return f"(?P<{group}>{'|'.join([*map(re.escape, words), *([digits] if digits else [])])})"

    filled = re.sub(r"\{([a-z_]+)\}", fill, rule.pattern)
    return f"(?P<rule_{number}>{filled})", Form(tuple(held), rule.sets, rule.skip)


def told_dates(text: str, grammar: Grammar) -> Iterator[Told]:
    """Yield the dates that a text tells, in reading order, none within another."""
    end = 0
    for place in grammar.start.finditer(text):
        match = grammar.pattern.match(text, place.start()) if place.start() >= end else None
        if match is None:
            continue
        end = match.end()
        form = grammar.forms[int(str(match.lastgroup).removeprefix("rule_"))]
        if not form.skip:
            yield Told(*match.span(), _read(match, form))


def _read(match: re.Match[str], form: Form) -> Fields:
    told = {gap.field: _number(gap, match[gap.group]) for gap in form.gaps if match[gap.group] is not None}
    return {**told, **form.sets}


def _number(gap: Gap, said: str) -> int:
    known = gap.words.get(said.casefold())
    if known is None:
        known = int("".join(str(gap.slot.digits.get(c, c)) for c in said))
    return known * gap.slot.times + gap.slot.plus
