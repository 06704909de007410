"""Control characters that no text means: a few are dropped and told, many make a file binary."""

from __future__ import annotations

import re

from pipeline.models import Issue
from pipeline.read.unreadable import ReadError

CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
"""All of ASCII's but tab, the line ends and the page break; ^Z once ended a text."""
REFERENCES = re.compile(
    r"&#(?:0*(?:[0-8]|1[4-9]|2\d|3[01]|127)(?!\d)|[xX]0*(?:[0-8eEfF]|1[0-9a-fA-F]|7[fF])(?![0-9a-fA-F]));?"
)
"""The same as a page writes them by number."""
BREAK = re.compile(r"[\x0b\x0c]|&#(?:0*1[12](?!\d)|[xX]0*[bcBC](?![0-9a-fA-F]));?")
"""Line and page breaks that no XML can hold: on a page they are space."""
CONTROL_BYTES = bytes([*range(9), *range(14, 32), 127])
BREAK_BYTES = b"\x0b\x0c"
FEW = 8  # control characters that a text of any length may hold by mistake
SHARE = 0.01  # of the characters; of a program or an image every fourth is one


def without(text: str, place: str, *, page: bool) -> tuple[str, tuple[Issue, ...]]:
    """Return a text without control characters, and a warning where it held some; raise `ReadError` if it is binary.

    Those that a page writes by number are dropped too.
    """
    said = text.encode("utf-8", "replace")
    is_clean = len(said.translate(None, CONTROL_BYTES)) == len(said)  # a pattern takes twenty times as long
    by_number = page and "&#" in text
    if page and (by_number or len(said.translate(None, BREAK_BYTES)) < len(said)):
        text = BREAK.sub(" ", text)
    first = None if is_clean else CONTROLS.search(text)
    clean, dropped = (text, 0) if is_clean else CONTROLS.subn("", text)
    if dropped > max(FEW, SHARE * len(text)) and first:
        line = text.count("\n", 0, first.start()) + 1
        raise ReadError(f"is binary: it holds the control character U+{ord(first[0]):04X}", f"{place}:{line}")
    written = 0
    if by_number:
        clean, written = REFERENCES.subn("", clean)
    if not clean.strip():
        raise ReadError("is empty", place)
    count = dropped + written
    message = f"{count} control {'character is' if count == 1 else 'characters are'} dropped: no text means them"
    return clean, (Issue(message=message, severity="warning", place=place),) if count else ()
