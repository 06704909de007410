"""Repairs a text and remembers where each of its characters stood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from pipeline.models import Block, Offsets
from pipeline.normalize.noise import Replacement, edits
from pipeline.normalize.usual_forms import in_usual_forms
from pipeline.text import scripts
from pipeline.text.page_furniture import NUMBER, running_head

SPACE = "[ \\t\u00a0\u3000]"
BREAK = rf"(?:\r\n|[\n\r\v\f\x85\u2028\u2029]){SPACE}*"
QUOTES = rf"(?:[>＞]{SPACE}?)*"
LINE_END = re.compile(
    rf"(?:{BREAK})+(?:(?<=\f)(?:{NUMBER}){SPACE}*(?:{BREAK})+"
    rf"|(?:{NUMBER}){SPACE}*(?=\s*\f|{BREAK}{BREAK})(?:{BREAK})+)?{QUOTES}"
)
"""Where a line ends, with what stands between two pages and the marks of a quote that goes on."""
WIDE = re.compile(r"(?<=[!-\u2e7f\uac00-\ud7a3])[ \u00a0]{2,3}(?=[!-\u2e7f\uac00-\ud7a3])")
"""Spaces that fill a line to its margin; the columns of a table stand farther apart, and
between Han two are a comma."""
SPACED_OUT = re.compile(r" {1,3}\S(?: {1,3}\S){6,}(?!\S)")
"""What follows the first character of words whose characters stand apart: S p a c e d   o u t."""
GAP = re.compile(" {1,3}")
LETTERS = 0.5  # share of such characters that must be letters: the rest may be a row of figures
HYPHENS = frozenset("-\u2010\u00ad")
WORDS = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
PART = re.compile(r"[^\W\d_]+")
DIGITS_BEFORE = re.compile(r"[\u3400-\u9fff][\d.,]+$")
DIGITS_AFTER = re.compile(r"[\d.,]+[\u3400-\u9fff]")
UNSPACED = re.compile(f"[{scripts.UNSPACED}]")
LONGEST_NUMBER = 20
LONGEST_PART = 30  # letters


def repair(text: str, blocks: Sequence[Block] = ()) -> tuple[str, Offsets]:
    """Return the text without noise, half-width, and where its characters stood.

    Within a block a line end is no end of a sentence, for the paragraph was only cut at a margin.
    """
    letters = frozenset(text)
    mends = sorted([*edits(text, letters), *_spaced_out(text), *_joints(text, blocks)], key=_outer_first)
    repaired, offsets = apply(text, mends) if mends else (text, Offsets())
    return in_usual_forms(repaired, letters), offsets


def _outer_first(edit: Replacement) -> tuple[int, int]:
    return edit.start, -edit.end


def _spaced_out(text: str) -> Iterator[Replacement]:
    """Yield the gaps of what is written with a space between all characters, and more of them between words."""
    for match in SPACED_OUT.finditer(text):
        before = text[max(0, match.start() - 2) : match.start()].split(" ")[-1]
        said = match[0].replace(" ", "")
        if len(before) != 1 or sum(map(str.isalpha, said)) < LETTERS * len(said):
            continue
        for gap in GAP.finditer(text, match.start(), match.end()):
            yield Replacement(gap.start(), gap.end(), " " if len(gap[0]) > 1 else "")


def _joints(text: str, blocks: Sequence[Block]) -> Iterator[Replacement]:
    """Yield the line ends to mend within blocks, and the spaces that a justified line was filled with."""
    if "  " in text or "\u00a0" in text:
        yield from (Replacement(match.start(), match.end(), " ") for match in WIDE.finditer(text))
    words: set[str] | None = None
    line_end = _line_end(text)
    for block in blocks:
        for match in line_end.finditer(text, block.start + 1, block.end):
            start = match.start()
            while start > block.start + 1 and text[start - 1] in " \t\u00a0\u3000":
                start -= 1
            if text[start - 1] in HYPHENS and text[start - 2].isalpha() and text[match.end()].isalpha():
                words = _words(text) if words is None else words
                yield Replacement(start - _is_cut(text, start, match.end(), words), match.end(), "")
            else:
                yield Replacement(start, match.end(), _joint(text, start, match.end()))


def _line_end(text: str) -> re.Pattern[str]:
    """Return the pattern of a line's end, with the head of the next page where one runs on from page to page."""
    head = running_head(text)
    if head is None:
        return LINE_END
    between = rf"(?:(?:{NUMBER}){SPACE}*(?:{BREAK})+)?(?:{head}){SPACE}*(?:{BREAK})+"
    return re.compile(rf"(?:{BREAK})+{between}{QUOTES}|{LINE_END.pattern}")


def _joint(text: str, start: int, end: int) -> str:
    """Return what joins two lines: nothing where Han stand, a space between words."""
    before, after = text[start - 1], text[end : end + 1]
    if before.isdigit() and after.isdigit():
        beside = DIGITS_BEFORE.search(text[max(0, start - LONGEST_NUMBER) : start])
        behind = DIGITS_AFTER.match(text, end, end + LONGEST_NUMBER)
        return "" if beside or behind else " "
    if not (_is_han(before) or _is_han(after)):
        return " "
    return " " if before.isalpha() and after.isalpha() and not (_is_han(before) and _is_han(after)) else ""


def _is_han(character: str) -> bool:
    return UNSPACED.match(character) is not None


def _words(text: str) -> set[str]:
    return {match[0].lower() for match in WORDS.finditer(text)}


def _is_cut(text: str, start: int, end: int, words: Set[str]) -> bool:
    """Return whether a hyphen at the margin only cuts a word: bil-lion, but not Toronto-based.

    The same word elsewhere in the text tells; else one in small letters counts as cut.
    """
    before = re.search(r"[^\W\d_]+$", text[max(0, start - 1 - LONGEST_PART) : start - 1])
    after = PART.match(text, end, end + LONGEST_PART)
    if before is None or after is None or not after[0].islower():
        return False
    left, right = before[0].lower(), after[0]
    if left + right in words or text[start - 1] == "\u00ad":
        return True
    return before[0].islower() and f"{left}-{right}" not in words


def apply(text: str, mends: Sequence[Replacement]) -> tuple[str, Offsets]:
    """Return the text with the edits made (the first of two that overlap), and where its characters stood."""
    pieces: list[str] = []
    runs: dict[int, tuple[int, int]] = {}
    at = length = 0
    for start, end, instead in mends:
        if start < at:
            continue
        pieces += (text[at:start], instead)
        length += start - at
        for n in range(length, length + len(instead)):  # each of them stands for the whole range
            runs[n] = (start - n, end - start)
        length += len(instead)
        runs[length] = (end - length, 1)
        at = end
    pieces.append(text[at:])
    return "".join(pieces), Offsets(
        starts=tuple(runs),
        shifts=tuple(shift for shift, _ in runs.values()),
        widths=tuple(width for _, width in runs.values()),
    )
