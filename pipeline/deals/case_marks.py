"""The case markers of one language, compiled: what stands behind a name and gives its slot."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.rules.syntax import Syntax
from pipeline.text.alternation import alternation, any_of
from pipeline.text.compiled import compiled
from pipeline.text.scripts import HIRAGANA

QUOTES = "[「」『』\"“”‘’'｢｣\\s]*"
ROUND = r"\((?:[^()\n]|\([^()\n]*\)){0,160}\)|（(?:[^（）\n]|（[^（）\n]*）){0,160}）"
BRACKETS = rf"(?:{ROUND}|<[^<>\n]{{1,16}}>|〈[^〈〉\n]{{1,16}}〉|=[^=\n]{{2,60}}=){{0,2}}"
"""What is said aside behind a name: its code, its seat, its full name."""


@dataclass(frozen=True)
class CaseMarks:
    """The patterns of a language's case markers, and of the verbs between them."""

    marker: re.Pattern[str]
    slots: dict[str, str]
    """The slot that each marker opens."""
    joint: re.Pattern[str]
    """What joins the names of a list; `said` tells what the second one is."""
    aside: re.Pattern[str]
    """What may stand between a name and its marker: a quotation mark, brackets, など3社."""
    verb: re.Pattern[str]
    compound: re.Pattern[str]
    """Markers of several characters, which may hold what looks a verb: に対する."""
    of: re.Pattern[str]
    others: re.Pattern[str]
    """Those whom a firm leads: 4社の|銀行団."""
    speaker: re.Pattern[str]
    """A person right behind a firm's name, who speaks for it."""
    body: re.Pattern[str]
    """A person or a board right behind a firm's name, who acts for it."""
    shares: re.Pattern[str]
    """Shares that end a phrase, with how many: 株式の40%."""
    part: re.Pattern[str]
    """How much of a thing ends a phrase: 事業の|一部."""
    passive: re.Pattern[str]
    relative: re.Pattern[str]

    @classmethod
    def of_syntax(cls, syntax: Syntax) -> CaseMarks | None:
        """Return the case markers of a language, None where it marks no case behind a name."""
        slots = syntax.markers.behind
        if not slots:
            return None
        of = alternation(syntax.of)
        firms = alternation((*syntax.words.firm_nouns, *syntax.others.nouns))
        others = (
            rf"(?:{of})?{alternation(syntax.before_counts)}?\d{{1,4}}{alternation(syntax.others.counters)}"
            rf"(?:{alternation(syntax.after_counts)}?{of}{firms})?"
        )
        rest = rf"{alternation(syntax.coordinators)}[^\W\d_{HIRAGANA}]{{0,8}}?{alternation(syntax.others.nouns)}"
        tails = rf"{alternation(syntax.words.tails)}(?:(?:{of})?[^\W\d_{HIRAGANA}]{{0,8}}?{firms})?"
        made = rf"(?:(?<=[」』”｣]){alternation(syntax.maker_ends)})?" if syntax.maker_ends else ""
        said = r"(?P<said>[^、,。;]*?)"
        return cls(
            marker=any_of(slots, bounded=False),
            slots=slots,
            joint=compiled(f"{QUOTES}{BRACKETS}{QUOTES}{alternation(syntax.coordinators)}{QUOTES}{said}{QUOTES}"),
            aside=compiled(rf"\.?{QUOTES}{made}{BRACKETS}{QUOTES}(?:{tails})?(?:{others}|{rest})?{QUOTES}"),
            verb=any_of(syntax.verb_ends, bounded=False),
            compound=any_of((word for word in slots if len(word) > 1), bounded=False),
            of=compiled(of),
            others=compiled(rf"[^、,。\n]{{0,8}}?{alternation(syntax.others.nouns)}"),
            speaker=compiled(rf"[・･]?[^\W\d_{HIRAGANA}]{{0,6}}?{alternation(syntax.words.person_nouns)}[「『｢“]"),
            body=compiled(rf"(?:{of})?[^\n、,。「」『』]{{0,16}}?{alternation(syntax.words.bodies)}", re.IGNORECASE),
            shares=compiled(
                rf"{alternation(syntax.equity)}(?:{of})?(?:[^、,。{HIRAGANA}]{{0,8}}|{alternation(syntax.parts)})\Z"
            ),
            part=compiled(rf"{of}{alternation(syntax.parts)}\Z"),
            passive=any_of(syntax.passives_behind, bounded=False),
            relative=any_of(syntax.relative_forms, bounded=False),
        )
