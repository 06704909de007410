"""What each language's folder says about knowing its text: `language.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from pipeline.rules.loading import Rules, folders, load

Script = Literal["Han", "Kana", "Hangul", "Latin"]


class Language(Rules, frozen=True, kw_only=True):
    """A language's `language.toml`: how to know it, and whether its text is simplified."""

    script: Script
    simplify: bool = False
    words: frozenset[str] = frozenset()
    """Small words, of languages in Latin script."""
    letters: str = ""
    """Letters that few others use."""
    regions: dict[str, frozenset[str]] = msgspec.field(default_factory=dict)
    """What a region's own words add to the tag."""


def languages() -> Mapping[str, Language]:
    """Return every language that says how to know it, by its code."""
    return _languages(folders())


@cache
def _languages(found: tuple[Path, ...]) -> dict[str, Language]:
    return {folder.name: load(path, Language) for folder in found if (path := folder / "language.toml").is_file()}


def code_of(tag: str) -> str:
    """Return the language of a tag, without script and region."""
    return tag.partition("-")[0]


def script_of(tag: str) -> Script | None:
    """Return the script that tells the language of a tag, None for a language without a folder."""
    known = languages().get(code_of(tag))
    return known.script if known else None


def told_by(script: Script) -> str:
    """Return the code of the one language that a script tells."""
    return next(code for code, language in languages().items() if language.script == script)


def simplifies(tag: str) -> bool:
    """Return whether text in this language is simplified; in a language without a folder it is not."""
    known = languages().get(code_of(tag))
    return known is not None and known.simplify
