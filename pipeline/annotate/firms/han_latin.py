"""Names in Latin letters inside Han text: a run of capitals is a name there, unless it is a trade's own shorthand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.annotate.firms.han_rules import HanVocabulary
from pipeline.text.words import Word

JOINTS = frozenset((" ", "&", " & ", "."))
MODEL = re.compile(r"[A-Za-z]{1,8}-?\d[\dA-Za-z.]{0,6}")
"""What a maker calls a product: H100, GPT-5."""
SHORT = 4  # capitals that may as well be a trade's shorthand
TOLD = 3  # points that a capital alone gives a name, see `scores.SURE_AT`
BARE = 1  # points of capitals that are no name by themselves: Foodspring, Kilo Code; their place has to add some


def latin_runs(row: Sequence[Word | None], taken: frozenset[int], legal: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield the first and last index of each run of Latin words, with the spaces and legal forms inside it."""
    index = 0
    while index < len(row):
        if index in taken or not _is_latin(row[index]):
            index += 1
            continue
        last = index
        while (step := _step(row, last) or _to_form(row, last, legal)) and last + step not in taken:
            last += step
        yield index, last
        index = last + 1


def _is_latin(word: Word | None) -> bool:
    return word is not None and word.tag == "eng"


def _step(row: Sequence[Word | None], last: int) -> int:
    """Return how far the next Latin word or number of the run stands behind its word `last`; 0 where it ends."""
    for step in (1, 2):
        beyond = row[last + step] if last + step < len(row) else None
        if beyond is None:
            return 0
        if beyond.tag == "eng" or (step == 2 and beyond.text.isdigit()):
            return step
        if beyond.text not in JOINTS:
            return 0
    return 0


def _to_form(row: Sequence[Word | None], last: int, legal: frozenset[str]) -> int:
    """Return how far the legal form stands behind a mark, or a place in brackets, that parts it from its name.

    Acme Co.|, |Ltd.; Acme| (|Thailand|) |Co.
    """
    words = row[last + 1 : last + 5]
    if len(words) == 4 and words[0] and words[0].text.strip() == "(" and words[2] and words[2].text.strip() == ")":
        form, step = words[3], 4
    elif len(words) > 1 and words[0] and words[0].text.strip() in (",", ".,"):
        form, step = words[1], 2
    else:
        return 0
    return step if form and form.tag == "eng" and form.text.rstrip(".").upper() in legal else 0


def latin_name(text: str, run: Sequence[Word], vocabulary: HanVocabulary) -> tuple[int, int, int] | None:
    """Return start, end and points of the name that a run of Latin words holds; None where it is no name.

    With `BARE` points or fewer it is one only where its place says so too.
    """
    run = _trimmed(run, vocabulary)
    if not run:
        return None
    product = run[0].text in vocabulary.products
    found = vocabulary.capitals.find(text, run[0].start, run[-1].end, vocabulary.language)
    if not found or (product and found[0].strength != "strong"):
        return _bare(run, product=product)
    start, end = found[0].start, found[0].end
    name = text[start:end]
    extended = vocabulary.latin_ends.match(text, end)
    if extended:
        return start, extended.end(), TOLD + 1
    points = TOLD + (found[0].strength == "strong")
    if found[0].strength == "weak" and (MODEL.fullmatch(name.split(" ")[-1]) or run[-1].text.isdigit()):
        points -= TOLD
    elif name.isupper() and len(name) <= SHORT:
        points -= 1
    return start, end, points


def _bare(run: Sequence[Word], *, product: bool) -> tuple[int, int, int] | None:
    """Return a run of capitals that the lists of Latin names refuse, as what its place may make a name."""
    if not all(word.text[0].isupper() or word.tag != "eng" for word in run) or len(run[0].text) < 2:
        return None
    if MODEL.fullmatch(run[-1].text) or run[-1].text.isdigit():
        return None
    return run[0].start, run[-1].end, BARE - product


def _trimmed(run: Sequence[Word], vocabulary: HanVocabulary) -> Sequence[Word]:
    """Return a run without the shorthand of trades around it; AI and the like may end a name."""
    first, last = 0, len(run)
    while first < last and (run[first].text in vocabulary.acronyms or run[first].tag != "eng"):
        first += 1
    while last > first and (
        run[last - 1].text.strip() in ("", "&", ".")
        or (run[last - 1].text in vocabulary.acronyms and run[last - 1].text not in vocabulary.data.acronyms_inside)
    ):
        last -= 1
    return run[first:last]
