"""One pattern for many words, written as a tree of their letters: what a text does not begin is never tried."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.text.compiled import compiled
from pipeline.text.letters import fold_letters, is_latin

LETTERS = "A-Za-z0-9À-ÖØ-öø-ɏ"
"""Letters and figures that a word goes on with in Latin script."""
NEVER = "(?!)"
END = ""
"""The key of a node at which a word ends."""

Node = dict[str, "Node"]


def alternation(words: Iterable[str], letters: str = "") -> str:
    """Return the source of a pattern for the longest of the words at a place, as a group without a name.

    `letters` is a class of Latin letters, as `a-z`: a word that begins or ends in a Latin letter or a figure stands
    only where none of these goes on; without it, words may stand inside others. The source is as long as the words;
    to match costs the letters that agree, not the number of words. A pattern that ignores case takes words that are
    folded alike, else the longest may not be found, and letters of both cases.
    """
    root: Node = {}
    ends: set[str] = set()
    for word in words:
        ends |= set(word[-1:])
        node = root
        for letter in word:
            node = node.setdefault(letter, {})
        node[END] = {}
    if not root:
        return NEVER
    nothing = "|" if root.pop(END, None) is not None else ""
    if not root:
        return "(?:)"
    latin = {letter: node for letter, node in root.items() if letters and is_latin(letter)}
    other = {letter: node for letter, node in root.items() if letter not in latin}
    parts = [f"(?-i:(?<![{letters}])){_source(latin)}"] if latin else []
    parts += [_source(other)] if other else []
    return f"(?:(?=[{_listed(root)}])(?:{'|'.join(parts)}){_uncut(ends, letters)}{nothing})"


def any_of(words: Iterable[str], *, bounded: bool = True) -> re.Pattern[str]:
    """Return a pattern for the longest of the words at a place; Latin words only as whole words, in any case."""
    source = alternation(map(fold_letters, words), LETTERS if bounded else "")
    return compiled(source, re.IGNORECASE)


def _uncut(ends: Iterable[str], letters: str) -> str:
    """Return the source for a place where a word may end, asked once for all: Python compiles such classes slowly."""
    latin = {end for end in ends if letters and is_latin(end)}
    others = set(ends) - latin
    goes_on = f"(?-i:(?![{letters}]))"
    if not latin:
        return ""
    return f"(?:(?<=[{_listed(others)}])|{goes_on})" if others else goes_on


def _listed(letters: Iterable[str]) -> str:
    return "".join(map(re.escape, sorted(letters)))


def _source(node: Node) -> str:
    """Return the source for what follows a letter: the longer words first, then the end of the word itself."""
    parts = [re.escape(letter) + _source(following) for letter, following in node.items() if letter]
    if END in node:
        parts.append("")
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"
