"""Where an article ends and its readers begin."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from pipeline.read.layout import Line
from pipeline.rules.knowledge import Knowledge
from pipeline.rules.loading import Rules

QUOTE = re.compile(r"[>＞]")
LONGEST_HEADING = 30


class Comments(Rules, frozen=True, kw_only=True):
    """A language's `comments.toml`: the headings above comments."""

    headings: tuple[str, ...]
    """Patterns that match the whole line."""


def first_comment(
    text: str, found: Sequence[Line], knowledge: Knowledge, spoken: Collection[int] = (), *, forum: bool = True
) -> int:
    """Return the index of the first line that readers wrote, or the number of lines where none did.

    Comments begin under a heading that says so; or, forum style, at the last empty line before lines that quote
    (`> …`) and are answered. Below a talk the first empty line ends it. Where `>` marks plain quotes
    (Markdown) `forum` is off.
    """
    headings = knowledge.once(_headings)
    for at, line in enumerate(found[:-1]):
        if line.end - line.start <= LONGEST_HEADING and headings.fullmatch(text, line.start, line.end):
            return at + 1
    quoted = [at for at, line in enumerate(found) if QUOTE.match(text, line.start)]
    after_talk = max(spoken, default=-1) + 1
    later = [at for at in quoted if at >= after_talk]
    if not later or not (spoken or (forum and _answers(found, quoted) > 1)):
        return len(found)
    gaps = [at for at in range(max(after_talk, 1), later[0] + 1) if found[at].gap]
    if spoken:
        return gaps[0] if gaps else len(found)
    return gaps[-1] if gaps else later[0]


def _answers(found: Sequence[Line], quoted: Sequence[int]) -> int:
    """Return how many runs of quoted lines have a line below that is not quoted."""
    marked = set(quoted)
    return sum(at + 1 not in marked and at + 1 < len(found) for at in quoted)


def _headings(knowledge: Knowledge) -> re.Pattern[str]:
    """Return the pattern of a line above comments, in any language."""
    loaded = knowledge.rules("comments.toml", Comments).values()
    headings = "|".join(one for rules in loaded for one in rules.headings) or r"(?!)"
    return re.compile(rf"[#=*【\[—\s-]*(?:{headings})[=*】\]—\s-]*", re.IGNORECASE)
