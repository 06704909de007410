"""What a page shows beside the article that was found on it: text outside paragraph elements gets lost easily."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pipeline.read.margin import TERMINAL
from pipeline.read.markup import BLOCKS, LAID_OUT
from pipeline.text import scripts

ASIDE = re.compile(
    r"comment|repl(?:y|ies)|discuss|foot|nav|menu|side|related|recommend|more-|widget|promo|adver|sponsor|banner|share"
    r"|social|cookie|consent|subscri|newsletter|sign-?up|log-?in|breadcrumb|copyright|disclaim|popup|modal|hidden|teaser"
    r"|caption|credit|byline|tag",
    re.IGNORECASE,
)
"""What class and id of an element that is not the article's are called."""
NOT_SHOWN = frozenset((
    "script", "style", "noscript", "iframe", "select", "option", "textarea", "template", "head", "nav", "footer",
    "aside", "button", "svg", "object", "table", "figure", "pre", "form", "header",
))  # fmt: skip
PARTING = re.compile(r"display\s*:\s*none", re.IGNORECASE)
"""What is not shown; what is merely invisible a script shows when all is there."""
NO_WORDS = frozenset(("script", "style", "noscript", "template", "head", "svg", "object", "select", "textarea"))
"""What no extraction takes for words."""
LEAST = 40  # Latin characters of a sentence that a reading must not lose
LEAST_HAN = 12
HAN = re.compile(f"[{scripts.KANA}{scripts.HAN}{scripts.HANGUL}]")
EMPTY_LINE = re.compile(r"\n\s*\n")
MOST_PASSED = 8  # runs amid a glued piece that it has left out: boxes at the side
MOST_LINKS = 0.5  # share of a text in links, from which it leads elsewhere
DEEPEST = 200


class Run(NamedTuple):
    """Text that a page shows as one line, paragraph or row; `home` is the element that it stands directly in."""

    text: str
    linked: int
    home: Any

    @property
    def key(self) -> str:
        """The text without space, and without the bars between the cells of a row."""
        key = _key(self.text)
        return key.replace("|", "") if self.home.tag == "tr" else key


class LostText(NamedTuple):
    """Text that belongs to an article, and the number of pieces that stand before it."""

    text: str
    after: int


def runs(tree: Any, *, everything: bool = False) -> list[Run]:
    """Return what a page shows where its article may be, in order; `everything` asks for all that is no program."""
    body = tree.find(".//body")
    return [] if body is None else list(_runs(body, 0, everything=everything))


def parted(piece: str, found: Sequence[Run]) -> list[Run]:
    """Return the runs that a piece glues together; none where it is one of them, or none of what is shown."""
    key = _key(piece).replace("|", "")
    for at, run in enumerate(found):
        if not key.startswith(first := run.key):
            continue
        if first == key:
            return []
        parts, length, passed = [run], len(first), 0
        for after in found[at + 1 :]:
            if length == len(key) or passed > MOST_PASSED:
                break
            if key.startswith(part := after.key, length):
                parts.append(after)
                length += len(part)
            else:
                passed += 1
        if length == len(key):
            return parts
    return []


def missing(found: Sequence[Run], pieces: Sequence[str]) -> tuple[list[LostText], int]:
    """Return the sentences that a page shows among the pieces of its article and that are in none of them.

    With them comes the number of characters of those shown elsewhere, which may be the article's or not.
    """
    keys = [_key(piece) for piece in pieces]
    places = {key: at for at, key in reversed(list(enumerate(keys)))}
    kept = "\n".join(keys)
    homes: set[Any] = set()
    lost: list[tuple[Run, int]] = []
    after = 0
    for run in found:
        key = _key(run.text)
        if key in places:
            after = places[key] + 1
            homes.update(_near(run.home))
        elif _is_sentence(run) and key not in kept:
            lost.append((run, after))
    most = sum(len(run.text) for run, _ in lost) > len(kept)
    beside = {
        run.text: place
        for run, place in reversed(lost)
        if any(one in homes and (one.tag != "body" or most) for one in _near(run.home))
    }
    elsewhere = sum(len(text) for text in {run.text for run, _ in lost} - beside.keys())
    return [LostText(text, after) for text, after in reversed(beside.items())], elsewhere


def _key(text: str) -> str:
    return "".join(text.split())


def _near(home: Any) -> list[Any]:
    """Return the element that text stands in, the one around it, and the tables whose cells only lay out a page.

    What holds no more than one element is no element around it.
    """
    above = home.getparent()
    near = [home] if above is None else [home, above]
    while above is not None and len(above) == 1 and above.tag != "body" and not (above.text or "").strip():
        above = above.getparent()
        near.append(above)
    while above is not None and (LAID_OUT in above.attrib or above.tag in ("ul", "ol")):
        above = above.getparent()
        if above is not None and LAID_OUT in above.attrib:
            near.append(above)
    return near


def _is_sentence(run: Run) -> bool:
    least = LEAST_HAN if HAN.search(run.text) else LEAST
    return len(run.text) >= least and run.text[-1] in TERMINAL and run.linked < MOST_LINKS * len(run.text)


def _runs(element: Any, depth: int, *, everything: bool = False) -> Iterator[Run]:
    """Yield what stands in an element, a run of text between two blocks or empty lines each."""
    if element.tag == "tr":
        yield from _run([" | ".join(filter(None, map(_said, element)))], 0, element)
        return
    if element.tag == "pre":
        for passage in EMPTY_LINE.split("".join(element.itertext())):
            yield from _run([passage], 0, element)
        return
    words: list[str] = [element.text or ""]
    linked = breaks = 0
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag == "br":
            breaks += 1
        elif tag in BLOCKS or tag in NOT_SHOWN or (tag and _holds_block(child)):
            yield from _run(words, linked, element)
            words, linked, breaks = [], 0, 0
            if depth < DEEPEST and not (tag in NO_WORDS if everything else _is_aside(child, tag)):
                yield from _runs(child, depth + 1, everything=everything)
        elif tag:
            said = "".join(child.itertext())
            words.append(said)
            linked += len(said) if tag == "a" else 0
            breaks = 0
        tail = child.tail or ""
        if breaks > 1:
            yield from _run(words, linked, element)
            words, linked, breaks = [], 0, 0
        elif tag == "br":
            words.append(" ")
        if tail.strip():
            breaks = 0
        words.append(tail)
    yield from _run(words, linked, element)


def _said(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _run(words: Sequence[str], linked: int, home: Any) -> Iterator[Run]:
    if text := " ".join("".join(words).split()):
        yield Run(text, linked, home)


def _holds_block(element: Any) -> bool:
    return any(one.tag in BLOCKS for one in element.iterdescendants())


def _is_aside(element: Any, tag: str) -> bool:
    """Return whether an element is none of the article, by its name, its class or its style."""
    within = tag == "aside" and next(element.iterancestors("article"), None) is not None  # a box amid the article
    if (tag in NOT_SHOWN and not within) or "hidden" in element.attrib or PARTING.search(element.get("style") or ""):
        return True
    return ASIDE.search(f"{element.get('class') or ''} {element.get('id') or ''}") is not None
