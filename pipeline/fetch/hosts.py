"""One host that is asked politely: so many requests at once, so long between them, and not at all when it is down."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

from pipeline.fetch.answer import Failure, HostClosed
from pipeline.fetch.manners import Manners

ENOUGH = 3
"""Addresses in a row that fail after all their retries; then the host is down, and hammering it helps nobody."""


class Host:
    """The state of one host within a run; safe to share between threads."""

    def __init__(self, name: str, manners: Manners) -> None:
        self.name = name
        self.place = threading.BoundedSemaphore(manners.concurrency)
        self._delay = manners.delay
        self._patience = max(manners.patience, manners.delay)
        self._next = 0.0
        self._failed = 0
        self._closed_until: datetime | None = None
        self._lock = threading.Lock()

    def slow_down(self, delay: float) -> None:
        """Leave at least this many seconds between two requests."""
        with self._lock:
            self._delay = max(self._delay, delay)

    def wait(self) -> float:
        """Return the seconds until the next request may go, which is then spoken for; raise if the host is closed."""
        with self._lock:
            if self._closed_until and datetime.now(UTC) < self._closed_until:
                until = self._closed_until.isoformat(timespec="seconds")
                raise HostClosed(f"{self.name} asks to wait until {until}", transient=True, until=self._closed_until)
            if self._failed >= ENOUGH:
                raise HostClosed(f"{self.name} failed {ENOUGH} times in a row", transient=True)
            if self._delay > self._patience:
                why = f"asks for {self._delay:g} seconds between two requests, more than `patience` allows"
                raise HostClosed(f"{self.name} {why}", transient=True)
            now = time.monotonic()
            start = max(now, self._next)
            self._next = start + self._delay
            return start - now

    def hold(self, seconds: float) -> None:
        """Ask nothing more for so long."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)

    def succeeded(self) -> None:
        """Note an answer."""
        self._failed = 0

    def failed(self, failure: Failure) -> None:
        """Note an address that was given up."""
        with self._lock:
            self._failed = self._failed + 1 if failure.transient else 0
            if failure.until:
                self._closed_until = failure.until
