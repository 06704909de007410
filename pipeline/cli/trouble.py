"""Tells in one line what ended a command: in which file or place, what, and how to mend it."""

from __future__ import annotations

import errno
import logging

from pipeline.errors import DealsError

MENDS = {
    errno.ENOSPC: "make room and run it again: what was saved is kept",
    errno.EDQUOT: "make room and run it again: what was saved is kept",
    errno.EROFS: "what is only read works there; to write, name another folder",
    errno.EACCES: "give this account the right to it, or name another place",
    errno.EPERM: "give this account the right to it, or name another place",
}
"""What to do about an error of the operating system, by its number."""

log = logging.getLogger(__name__)


def told(error: Exception) -> str:
    """Return what ended a command in one line; what we did not foresee is logged with its trace."""
    if isinstance(error, DealsError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        mend = MENDS.get(error.errno or 0)
        return f"{where}{error.strerror}{f'; {mend}' if mend else ''}"
    from pipeline.fence import unforeseen

    log.error("a command ended", exc_info=error)
    return f"a fault of ours: {unforeseen(error)}; `deals --log FILE …` keeps its trace"
