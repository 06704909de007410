"""When an article was published: what its page says of itself, mended where a date reader guessed 1 January.

htmldate reads a bare 2026年11月18日 as 1 January 2026; a real New Year's article says so somewhere, so we look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.times.date_grammar import DateGrammar, date_grammar, told_dates
from pipeline.times.date_rules import DateRules
from pipeline.times.edtf import Fields, resolve
from pipeline.times.numeric import open_days

MARKUP = re.compile(
    r"""(?:publish|pubdate|issued|datecreated|<time)[^<>]{0,80}?["'>](\d{4}-\d\d-\d\d)""",
    re.IGNORECASE,
)
"""JSON-LD, meta and time elements: `"datePublished": "2026-11-18`, `property="article:published_time" content="…`."""
ADDRESS = re.compile(r"/(20\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?!\d)")
BYLINE = re.compile(r"(?:^|[>\n])([^<>\n]{8,60})(?=[<\n]|$)")
"""A short line or element: longer ones tell a story, whose dates are not the article's own."""
DIGIT = re.compile(r"\d")
READ = 200_000  # characters of a page, and of a text, that are looked at


def published_date(
    told: str | None,
    *,
    url: str | None = None,
    html: str = "",
    text: str = "",
    language: str = "",
    knowledge: Knowledge | None = None,
) -> str | None:
    """Return an article's date in ISO 8601, or its year alone where nothing on the page confirms a told 1 January."""
    if told and not told[:10].endswith("-01-01"):
        return told[:10]
    day = told and told[:10]
    seen = list(_candidates(url or "", html[:READ], text[:READ], _bylines(language, knowledge)))
    if day in seen:
        return day
    return next((date for date in seen if day is None or date[:4] == day[:4]), day and day[:4])


def told_day(line: str, language: str, knowledge: Knowledge | None = None) -> str | None:
    """Return the first whole day that a line tells as it is written in a language and its region, in ISO 8601."""
    return next(_whole_dates(line, _bylines(language, knowledge)), None)


def day_of_line(line: str, language: str, knowledge: Knowledge | None = None) -> str | None:
    """Return the day that a line tells which tells nothing else, in ISO 8601, or None."""
    knowledge = knowledge or shipped()
    grammars = _may_read(line, _bylines(language, knowledge)) if open_days(line) else _every(language, knowledge)
    for grammar in grammars if DIGIT.search(line) else ():
        for told in told_dates(line, grammar):
            rest = line[: told.start] + line[told.end :]
            if (day := _whole_day(told.fields)) and not any(sign.isalnum() for sign in rest):
                return day
    return None


def _every(language: str, knowledge: Knowledge) -> Iterator[DateGrammar]:
    """Yield the grammars of all languages that tell deals: what is nothing but a date in one is none in another."""
    known = tuple(filter(None, _bylines(language, knowledge)))
    yield from known
    others = (date_grammar(each, knowledge) for each in sorted(knowledge.languages))
    yield from (grammar for grammar in others if grammar and grammar not in known)


def _whole_day(fields: Fields) -> str | None:
    """Return the day that year, month and day make, in ISO 8601, or None."""
    if not {"year", "month", "day"} <= fields.keys() or "end_day" in fields:
        return None
    try:
        return str(resolve(fields, None))
    except ValueError:
        return None


def _candidates(url: str, html: str, text: str, grammars: tuple[DateGrammar | None, ...]) -> Iterator[str]:
    """Yield the whole dates by which the page may tell its own, the most trustworthy first."""
    yield from MARKUP.findall(html)
    yield from ("-".join(parts) for parts in ADDRESS.findall(url))
    for page in (html, text):
        for line in BYLINE.findall(page):
            yield from _whole_dates(line, grammars)


def _whole_dates(line: str, grammars: tuple[DateGrammar | None, ...]) -> Iterator[str]:
    """Yield the days that a line gives with year, month and day."""
    if DIGIT.search(line):
        may = _may_read(line, grammars)
        yield from filter(None, (_whole_day(told.fields) for grammar in may for told in told_dates(line, grammar)))


def _may_read(line: str, grammars: tuple[DateGrammar | None, ...]) -> Iterator[DateGrammar]:
    """Yield the grammars that may read a line: 10/7/2025 is another day elsewhere, its own language alone may tell."""
    return filter(None, grammars[:1] if open_days(line) else grammars)


def _bylines(language: str, knowledge: Knowledge | None) -> tuple[DateGrammar | None, ...]:
    """Return the grammars that a byline may be written by: its language's or None, then those with own rules."""
    knowledge = knowledge or shipped()
    others = knowledge.rules("dates.toml", DateRules).keys() - {language.partition("-")[0]}
    return tuple(date_grammar(each, knowledge) for each in (language, *sorted(others)))
