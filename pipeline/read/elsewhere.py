"""Whether a page tells what its feed says it tells: behind a link may stand a request for consent, or a login."""

from __future__ import annotations

import re

from pipeline.models import Document
from pipeline.read.article import tree_of
from pipeline.read.unreadable import ReadError
from pipeline.text import scripts

UNSPACED = re.compile(f"[{scripts.UNSPACED}]{{2,}}")
WORD = re.compile(r"[^\W\d_]{4,}")
READ = 4_000  # characters of each that are compared
LEAST_WORDS = 8  # of a feed's text that tell anything
LEAST_SHARED = 0.15  # of them that its article holds: a summary shares half of its words, a stranger hardly one
WHOLE = 500  # characters of a feed's text that is no summary
STUB = 0.5  # of a whole text, below which a page holds only its beginning


def tells_less(document: Document, told: bytes) -> bool:
    """Return whether what a page gave is less than its feed tells in HTML: another text, or only a beginning."""
    try:
        feeds = _shown(told.decode("utf-8", "replace"))
    except ReadError:
        return False
    if len(feeds) > WHOLE and len(document.text) < STUB * len(feeds):
        return True
    words = _words(feeds[:READ])
    shared = words & _words(document.text)  # its title may be the feed's
    return len(words) >= LEAST_WORDS and len(shared) < LEAST_SHARED * len(words)


def _shown(html: str) -> str:
    """Return the words of a text in HTML; ReadError where it is none."""
    tree = tree_of(html, "")
    for element in list(tree.iter("script", "style")):
        element.drop_tree()
    return " ".join(" ".join(tree.itertext()).split())


def _words(text: str) -> set[str]:
    """Return the longer words of a text, and each two characters where a script has no spaces."""
    pairs = (run[0][at : at + 2] for run in UNSPACED.finditer(text) for at in range(len(run[0]) - 1))
    return {*pairs, *(word.lower() for word in WORD.findall(UNSPACED.sub(" ", text)))}
