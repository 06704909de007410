"""Text that was encoded twice: UTF-8 taken for Windows-1252 and written as UTF-8 once more (`Ã©` for `é`)."""

from __future__ import annotations

import re

UPPER = "".join(chr(code) for code in range(0x80, 0x100))
WINDOWS = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
"""What Windows-1252 has where Latin-1 has control characters."""
BYTES = {ord(one): one.encode("cp1252")[0] for one in WINDOWS} | {code: code for code in range(0x80, 0x100)}
PASSAGE = re.compile(f"[{UPPER}{WINDOWS}]{{2,}}")
SURE = 2
"""Passages that come right: one may be chance, `Ã` before a sign."""
LONG = 6  # characters, from which one passage is enough: two of Han
SHARE = 0.8  # of the passages, which must come right: in sound text hardly one does


def once(text: str) -> tuple[str, int]:
    """Return a text as it was before it was encoded a second time, and how many passages that mends; 0 for most."""
    if text.isascii() or not re.search("[\u00c2-\u00f4][\u0080-\u00bf€-™]", text):
        return text, 0
    passages = [match[0] for match in PASSAGE.finditer(text)]
    mended = {passage: told for passage in passages if (told := _decoded(passage)) is not None}
    count = sum(passage in mended for passage in passages)
    if count < SHARE * len(passages) or (count < SURE and max(map(len, mended), default=0) < LONG):
        return text, 0
    return PASSAGE.sub(lambda match: mended.get(match[0], match[0]), text), count


def _decoded(passage: str) -> str | None:
    try:
        return bytes(BYTES[ord(one)] for one in passage).decode("utf-8")
    except UnicodeDecodeError:
        return None
