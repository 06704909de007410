"""Has several processes work at one thing: what goes in comes out in its order, and little is under way at a time.

The processes are forks where a system has them: what is slow to make is made once, before they start, and shared.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from types import TracebackType
from typing import TypeVar

from pipeline.errors import DealsError

T = TypeVar("T")
R = TypeVar("R")
TOGETHER = 4
"""Items that a process is given at once: to hand them over costs less than to read a short text."""
AHEAD = 4
"""Pieces of work waiting for each process: enough that none is idle, few enough that memory holds them."""


class LostProcess(DealsError):
    """A process that ended in the middle of its work, for want of memory or by a person's hand."""

    common = True


class Crew:
    """Some processes that wait for work; use it as a context manager."""

    def __init__(self, jobs: int) -> None:
        forks = "fork" in multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("fork" if forks else "spawn")
        self._pool = ProcessPoolExecutor(jobs, context, initializer=_leave_stopping_to_the_first)
        self._pool.submit(int).result()  # they start now, before there is a database or a network to inherit
        self.ahead = AHEAD * jobs

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def begin(self, step: Callable[[T], R], items: Iterable[T]) -> Future[list[R]]:
        """Return what will be what a step makes of each item, in order."""
        return self._pool.submit(_all, step, list(items))

    def in_order(self, step: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Yield what a step makes of each item, in order."""
        rest = iter(items)
        under_way: deque[Future[list[R]]] = deque()
        while some := list(islice(rest, TOGETHER)):
            under_way.append(self.begin(step, some))
            if len(under_way) >= self.ahead:
                yield from made(under_way.popleft())
        for each in under_way:
            yield from made(each)


def made(work: Future[list[R]]) -> list[R]:
    """Return what came of a piece of work, once it is done."""
    try:
        return work.result()
    except BrokenProcessPool as error:
        raise LostProcess(
            "a process that reads was ended, perhaps for want of memory; try fewer with --jobs"
        ) from error


def _all(step: Callable[[T], R], items: list[T]) -> list[R]:
    return [step(item) for item in items]


def _leave_stopping_to_the_first() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
