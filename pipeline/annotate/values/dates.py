"""Finds the times that a text tells, and the day, month or year that each means."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.models import Date
from pipeline.rules.knowledge import Knowledge
from pipeline.times.date_grammar import DateGrammar, ToldDate, date_grammar, told_dates
from pipeline.times.edtf import resolve, time_span

SAME_SENTENCE = 100  # characters: a bare 26日 this close behind another date belongs to that date's month


def find_dates(
    text: str, language: str, published: str | None = None, knowledge: Knowledge | None = None
) -> list[Date]:
    """Return the dates of a text in reading order; those told from the day of publication need it for their value."""
    grammar = date_grammar(language, knowledge)
    return list(_dates(text, grammar, published)) if grammar else []


def _dates(text: str, grammar: DateGrammar, published: str | None) -> Iterator[Date]:
    before: ToldDate | None = None
    end: int | None = None
    year: int | None = None
    for told in _joined(text, grammar, published):
        if isinstance(told, Date):
            year, end = _year(told.value, year), told.end
            yield told
            continue
        if "elapsed" in told.fields and end is not None and told.start - end <= SAME_SENTENCE:
            continue  # 2014年成立,三个月后融资: counted from the date before it, by how much nobody can say
        told = _in_month(told, before, published)
        before, end = told, told.end
        try:
            value = resolve(told.fields, published, year)
        except ValueError:
            continue
        year = _year(value, year)
        yield Date(start=told.start, end=told.end, text=text[told.start : told.end], value=value)


def _year(value: str | None, before: int | None) -> int | None:
    """Return the year that a date is in or begins in, the one told before where it names none (a decade, no value)."""
    return int(value[:4]) if value and value[:4].isdecimal() else before


def _joined(text: str, grammar: DateGrammar, published: str | None) -> Iterator[ToldDate | Date]:
    """Yield what is told, the two ends of a span of time as one date."""
    first: ToldDate | None = None
    for told in told_dates(text, grammar):
        joined = first and _joined_value(text, grammar, first, told, published)
        if first and joined:
            yield Date(start=first.start, end=told.end, text=text[first.start : told.end], value=joined)
            first = None
            continue
        if first:
            yield first
        first = told
    if first:
        yield first


def _joined_value(
    text: str, grammar: DateGrammar, first: ToldDate, last: ToldDate, published: str | None
) -> str | None:
    if not grammar.join or last.start - first.end > 10 or not grammar.join.fullmatch(text, first.end, last.start):
        return None
    try:
        return time_span(first.fields, last.fields, published)
    except ValueError:
        return None


def _in_month(told: ToldDate, before: ToldDate | None, published: str | None) -> ToldDate:
    """Return a bare day with the month told just before it."""
    if told.fields.keys() != {"day"} or before is None or told.start - before.end > SAME_SENTENCE:
        return told
    if "month" not in before.fields or ("year" in before.fields and published):
        return told
    coarser = {field: value for field, value in before.fields.items() if field in ("year", "years", "month")}
    return told._replace(fields={**coarser, **told.fields})  # type: ignore[dict-item]
