"""The one fence between a single file, page, record or fault of ours and all that comes after it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from pipeline.errors import DealsError
from pipeline.models import Issue

PACKAGE = Path(__file__).parent

T = TypeVar("T")
R = TypeVar("R")
log = logging.getLogger(__name__)


def attempt(
    step: Callable[[T], R],
    item: T,
    *,
    what: str = "cannot be read",
    document: str | None = None,
    place: str | None = None,
) -> R | Issue:
    """Return what a step makes of one item, or the issue with it: the others go on.

    The issue names the item's own `id` and `place` where none are given. Raises only what every other item would fail
    of too, such as a rule file that cannot be used or a full disk.
    """
    document = document or getattr(item, "id", None)
    place = place or getattr(item, "place", None)
    try:
        return step(item)
    except DealsError as error:
        if error.common:
            raise
        return issue(error, document=document, place=place)
    except Exception as error:
        return issue(error, what=what, document=document, place=place)


def guarded(
    items: Iterable[T], *, what: str = "cannot be read", document: str | None = None, place: str | None = None
) -> Iterator[T | Issue]:
    """Yield the items, and where they break off, last of all the issue with that."""
    try:
        yield from items
    except DealsError as error:
        if error.common:
            raise
        yield issue(error, document=document, place=place)
    except Exception as error:
        yield issue(error, what=what, document=document, place=place)


def issue(
    error: Exception, *, what: str = "cannot be read", document: str | None = None, place: str | None = None
) -> Issue:
    """Return what to tell of an error; one that we did not foresee is logged, and told with its place in our code."""
    if isinstance(error, DealsError):
        where = error.place or place
        return Issue(message=error.message, severity=error.severity, document=document, place=where)
    if isinstance(error, OSError) and error.strerror:
        return Issue(message=f"{what}: {error.strerror}", document=document, place=str(error.filename or place))
    log.warning("%s: %s", document or place, what, exc_info=error)
    return Issue(message=f"{what}: {unforeseen(error)}", document=document, place=place)


def unforeseen(error: BaseException) -> str:
    """Return an error of none of our kinds in one line: its type, its words, and the file and line of our code."""
    while error.__cause__ is not None:  # spaCy tells a KeyError in a component as advice about `initialize`
        error = error.__cause__
    words = " ".join(str(error).split())
    told = f"{type(error).__name__}: {words}" if words else type(error).__name__
    where = _line_of_ours(error)
    return f"{told} ({where})" if where else told


def _line_of_ours(error: BaseException) -> str | None:
    """Return the innermost line of our own code that an error came through, as `pipeline/run.py:12`."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(PACKAGE) and path != Path(__file__):
            return f"{path.relative_to(PACKAGE.parent).as_posix()}:{frame.lineno}"
    return None
