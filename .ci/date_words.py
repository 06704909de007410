"""Writes `pipeline/tables/date_words.toml`: how languages call months, weekdays and days like yesterday.

    uv run --with dateparser==1.5.0 python .ci/date_words.py

dateparser gathers these words from the Unicode CLDR and from its users; the program itself reads only the file.
"""

from __future__ import annotations

import calendar
import json
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from dateparser.data import date_translation_data as data

TABLE = Path(__file__).parents[1] / "pipeline" / "tables" / "date_words.toml"
HEAD = """\
# How languages without a dates.toml of their own call months, weekdays, and days, weeks, months and years from today.
# Written by .ci/date_words.py from dateparser 1.5.0 (BSD-3-Clause), whose words are those of the Unicode CLDR and its
# users'; NOTICE holds the licences. A word of your own goes into a dates.toml of the language, not here.
"""
STEPS = {"day": "days", "week": "weeks", "month": "months", "year": "years"}
"""The units that dateparser counts from today, and our fields for them."""


def words(told: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Return a language's words by the field of a date that they tell, and the number each means in it."""
    relative = told.get("relative-type", {})
    found = {
        "month": {word: n for n, name in enumerate(calendar.month_name) for word in told.get(name.lower(), ())},
        "weekday": {word: n for n, name in enumerate(calendar.day_name, 1) for word in told.get(name.lower(), ())},
    }
    found["weekday"] = {word: n for word, n in found["weekday"].items() if is_telling(word)}
    for unit, field in STEPS.items():
        steps = {f"{n} {unit} ago": -n for n in (0, 1, 2)} | {f"in {n} {unit}": n for n in (1, 2)}
        found[field] = {word: n for step, n in steps.items() for word in relative.get(step, ())}
    return {field: said for field, said in found.items() if said}


def is_telling(weekday: str) -> bool:
    """Return whether a weekday is no short form: those are other words too often (die, mit, so in German)."""
    return weekday.isalpha() and len(weekday) > (2 if weekday.lower() == weekday.upper() else 3)


def section(code: str, told: dict[str, dict[str, int]]) -> str:
    """Return a language's table in TOML, a field a line."""
    lines = [f"[{code}]"]
    for field, said in told.items():
        pairs = (f"{json.dumps(word, ensure_ascii=False)} = {number}" for word, number in said.items())
        lines.append(f"{field} = {{ {', '.join(pairs)} }}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the table for every language that is named without a script or region."""
    codes = [module.name for module in iter_modules(data.__path__) if module.name.isalpha()]
    told = {code: words(import_module(f"{data.__name__}.{code}").info) for code in sorted(codes)}
    TABLE.write_text("\n".join([HEAD, *(section(code, said) for code, said in told.items() if said)]), "utf-8")


if __name__ == "__main__":
    main()
