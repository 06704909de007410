"""The grammar of dates: the compiled rules of a language, and the fields that the words of a text fill.

Shared by `read` (when was this published?) and `annotate` (which times does it tell?); `date_rules.py` has the shape of
the rules, `edtf.py` says what fields mean. Text and words are folded alike before they meet, so that each word a
pattern matches is one that is known.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, get_args

from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.rules.loading import RuleError
from pipeline.text.letters import fold_letters
from pipeline.times.date_rules import DateRules, RuleSource, Slot, Words, date_rules
from pipeline.times.edtf import Field, Fields

REGION = re.compile(r"-([A-Z]{2})(?=-|$)")
"""The country in a language tag."""


class Gap(NamedTuple):
    """A slot in its place in one rule: the group that catches it and how to read what was caught."""

    group: str
    field: Field
    words: Words
    slot: Slot


class Form(NamedTuple):
    """One compiled rule."""

    gaps: tuple[Gap, ...]
    sets: Fields
    skip: bool


class DateGrammar(NamedTuple):
    """The compiled rules of one file."""

    start: re.Pattern[str]
    join: re.Pattern[str] | None
    pattern: re.Pattern[str]
    forms: dict[int, Form]
    """By the number in the name of their group."""


class ToldDate(NamedTuple):
    """A date as its words tell it."""

    start: int
    end: int
    fields: Fields


def date_grammar(language: str, knowledge: Knowledge | None = None) -> DateGrammar | None:
    """Return the date grammar of a language (BCP 47; its region decides only what is written otherwise there); None for
    a language without rules and words. The rules are ours where no knowledge is given."""
    region = REGION.search(language.upper())
    knowledge = knowledge or shipped()
    return knowledge.once(_grammar, language.partition("-")[0], region[1] if region else None)


def _grammar(knowledge: Knowledge, code: str, region: str | None) -> DateGrammar | None:
    source = date_rules(code, knowledge)
    if source is None:
        return None
    named = {each for rule in source.rules.rules for each in rule.regions}
    if region and region not in named:
        return knowledge.once(_grammar, code, None)
    return _compiled(source, region)


def _compiled(source: RuleSource, region: str | None) -> DateGrammar:
    path, told = source
    gaps = {name: _gap(path, name, slot) for name, slot in told.slots.items()}
    pieces = {
        number: _piece(path, number, told, gaps)
        for number, rule in enumerate(told.rules)
        if not rule.regions or region in rule.regions
    }
    try:
        start, join, pattern = (
            re.compile(p, re.IGNORECASE) for p in (told.start, told.join or "", "|".join(p for p, _ in pieces.values()))
        )
    except re.error as error:
        raise RuleError(f"{path}: {error}; mend the pattern {error.pattern!r}") from error
    forms = {number: form for number, (_, form) in pieces.items()}
    return DateGrammar(start, join if told.join else None, pattern, forms)


def _gap(path: Path, name: str, slot: Slot) -> Gap:
    field = slot.fills or name
    if field not in get_args(Field):
        raise RuleError(f"{path}: slot '{name}' needs `fills`, the field it tells: one of {', '.join(get_args(Field))}")
    if not (slot.words or slot.pattern):
        raise RuleError(f"{path}: slot '{name}' needs `words` or a `pattern`")
    return Gap(name, field, {fold_letters(word): n for word, n in slot.words.items()}, slot)  # type: ignore[arg-type]


def _piece(path: Path, number: int, source: DateRules, gaps: dict[str, Gap]) -> tuple[str, Form]:
    """Return a rule's pattern with its gaps filled in, and how to read what it matches."""
    rule = source.rules[number]
    held: list[Gap] = []

    def fill(mark: re.Match[str]) -> str:
        name = mark[1]
        if name in source.parts:
            return f"(?:{source.parts[name]})"
        if name not in gaps:
            raise RuleError(f"{path}: rule {number + 1}: '{{{name}}}' is neither a slot nor a part")
        gap = gaps[name]._replace(group=f"{name}_{number}_{len(held)}")
        held.append(gap)
        return f"(?P<{gap.group}>{_alternatives(gap)})"

    filled = re.sub(r"\{([a-z_]+)\}", fill, rule.pattern)
    return f"(?P<rule_{number}>{filled})", Form(tuple(held), rule.sets, rule.skip)


def _alternatives(gap: Gap) -> str:
    words = sorted(gap.words, key=len, reverse=True)
    return "|".join([*map(re.escape, words), *([gap.slot.pattern] if gap.slot.pattern else [])])


def told_dates(text: str, grammar: DateGrammar) -> Iterator[ToldDate]:
    """Yield the dates that a text tells, in reading order, none within another."""
    folded = fold_letters(text)
    end = 0
    for place in grammar.start.finditer(folded):
        match = grammar.pattern.match(folded, place.start()) if place.start() >= end else None
        if match is None:
            continue
        end = match.end()
        form = grammar.forms[int(str(match.lastgroup).removeprefix("rule_"))]
        fields = None if form.skip else _read(match, form)
        if fields is not None:
            yield ToldDate(*match.span(), fields)


def _read(match: re.Match[str], form: Form) -> Fields | None:
    """Return the fields that a match tells; None where a slot's pattern let in what is no number."""
    told: Counter[Field] = Counter()
    for gap in form.gaps:
        said = match[gap.group]
        if said is not None:
            number = _number(gap, said)
            if number is None:
                return None
            told[gap.field] += number
    return {**told, **form.sets}


def _number(gap: Gap, said: str) -> int | None:
    slot = gap.slot
    known = gap.words.get(said)
    if known is None:
        digits = [str(slot.digits.get(char, char)) for char in said]
        known = _counted(digits, slot.powers) if slot.powers.keys() & set(digits) else _placed(digits)
    return None if known is None else known * slot.times + slot.plus


def _placed(digits: list[str]) -> int | None:
    number = "".join(digits)
    return int(number) if number.isdecimal() else None


def _counted(digits: list[str], powers: Words) -> int | None:
    """Return what digits and the powers behind them come to: 一百一十三 is 113, 十五 is 15."""
    total, unit = 0, 0
    for digit in digits:
        if digit in powers:
            total, unit = total + (unit or 1) * powers[digit], 0
        elif digit.isdecimal():
            unit = int(digit)
        else:
            return None
    return total + unit
