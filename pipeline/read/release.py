"""Notes and press releases: the line that dates them, and what stands below every release of a firm."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from pipeline.models import Block, Document
from pipeline.rules.knowledge import Knowledge
from pipeline.rules.loading import Rules
from pipeline.times.published import day_of_line, told_day

DATELINE = re.compile(r"(?P<head>[^\n]{8,120}?)\s?(?:--|[—–]|/\s?-|-/-)\s?(?=\S)", re.DOTALL)
"""SAN JOSE, Calif., Oct. 9, 2025 (a wire's name) -- The firm said …"""
FIRST = 3  # blocks among which a note or a release is dated
LONGEST_DATE = 40
LONGEST_HEADING = 90


class Boilerplates(Rules, frozen=True, kw_only=True):
    """A language's `boilerplate.toml`: the headings of what stands below every release."""

    headings: tuple[str, ...] = ()
    """Patterns that match the whole line, the firm's name and all."""


def dated(document: Document, knowledge: Knowledge, language: str = "") -> Document:
    """Return the document with the day that a line of its own or its dateline tells, where nothing else did.

    Below a dateline, what a firm says of itself under its own headings is boilerplate.
    """
    first = document.blocks[:FIRST]
    language = document.language or language
    for block in first:
        line = document.text[block.start : block.end].strip("*_ ")
        day = day_of_line(line, language, knowledge) if len(line) <= LONGEST_DATE else None
        if day:
            title = None if document.title and document.title.strip("*_ ") == line else document.title
            return msgspec.structs.replace(document, published=document.published or day, title=title)
    for block in first:
        told = DATELINE.match(document.text, block.start, block.end)
        day = told_day(" ".join(told["head"].split()), language, knowledge) if told else None
        if day:
            blocks = _with_boilerplate(document, knowledge.once(_headings))
            return msgspec.structs.replace(document, published=document.published or day, blocks=blocks)
    return document


def _with_boilerplate(document: Document, headings: re.Pattern[str]) -> tuple[Block, ...]:
    """Return the blocks, those under a heading of boilerplate up to the next heading marked as such."""
    return tuple(_marked(document.text, document.blocks, headings))


def _marked(text: str, blocks: Sequence[Block], headings: re.Pattern[str]) -> list[Block]:
    found: list[Block] = []
    within = False
    for block in blocks:
        said = text[block.start : block.end]
        if headings.fullmatch(said) and len(said) <= LONGEST_HEADING:
            within = True
        elif block.kind == "heading":
            within = False
        is_own = within and block.kind in ("paragraph", "heading")
        found.append(msgspec.structs.replace(block, kind="boilerplate") if is_own else block)
    return found


def _headings(knowledge: Knowledge) -> re.Pattern[str]:
    """Return the pattern of a heading of boilerplate, in any language."""
    loaded = knowledge.rules("boilerplate.toml", Boilerplates).values()
    headings = "|".join(one for rules in loaded for one in rules.headings) or r"(?!)"
    return re.compile(rf"[#*\s]*(?:{headings})[*:：\s]*", re.IGNORECASE)
