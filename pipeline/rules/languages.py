"""What each language's folder says about knowing its text: `language.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from pipeline.rules.knowledge import Knowledge
from pipeline.rules.loading import Rules

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
    region_scripts: dict[str, str] = msgspec.field(default_factory=dict)
    """The script in which a region writes the language, for tags that name none: zh-TW is zh-Hant-TW."""
    plain_regions: frozenset[str] = frozenset()
    """Regions that a tag leaves out, as its script says enough: zh-CN is zh-Hans."""


def languages(knowledge: Knowledge) -> Mapping[str, Language]:
    """Return every language that says how to know it, by its code."""
    return knowledge.once(_languages)


def _languages(knowledge: Knowledge) -> dict[str, Language]:
    return knowledge.rules("language.toml", Language)


def code_of(tag: str) -> str:
    """Return the language of a tag, without script and region."""
    return tag.partition("-")[0]


def script_of(tag: str, knowledge: Knowledge) -> Script | None:
    """Return the script that tells the language of a tag, None for a language without a folder."""
    known = languages(knowledge).get(code_of(tag))
    return known.script if known else None


def told_by(script: Script, knowledge: Knowledge) -> str | None:
    """Return the code of the one language that a script tells, None where that language has no folder."""
    return next((code for code, language in languages(knowledge).items() if language.script == script), None)


def simplifies(tag: str, knowledge: Knowledge) -> bool:
    """Return whether text in this language is simplified; in a language without a folder it is not."""
    known = languages(knowledge).get(code_of(tag))
    return known is not None and known.simplify
