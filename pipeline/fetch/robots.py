"""What a host's robots.txt allows (RFC 9309): no file means yes, an unreachable one means wait."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from protego import Protego

from pipeline.fetch.answer import Answer, Failure, HostClosed, Refused

MAX_BYTES = 512 * 1024
"""RFC 9309 asks for at least 500 KiB; what stands further down is not read."""
NAME = "deal-pipeline"
"""Our product token: the User-agent line that speaks to us."""


class Robots:
    """The rules of one host, or why they are not known."""

    def __init__(self, rules: Protego | None, why: str | None = None) -> None:
        self._rules = rules
        self._why = why

    def check(self, url: str) -> None:
        """Raise `Failure` unless the address may be fetched now."""
        host = urlsplit(url).netloc
        if self._why is not None:
            why = f"robots.txt of {host} cannot be reached ({self._why}); waiting until it can"
            raise HostClosed(why, transient=True)
        if self._rules is not None and not self._rules.can_fetch(url, NAME):
            raise Failure(f"robots.txt of {host} forbids it")

    def delay(self) -> float:
        """Return the seconds that the host asks us to leave between two requests."""
        if self._rules is None:
            return 0.0
        rate = self._rules.request_rate(NAME)
        return max(self._rules.crawl_delay(NAME) or 0.0, rate.seconds / rate.requests if rate and rate.requests else 0)


def robots_url(url: str) -> str:
    """Return where the robots.txt stands that rules an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def read_robots(get: Callable[[str], Answer], url: str) -> Robots:
    """Return the rules for an address's host, fetched with `get`; raise where that host may not be asked at all."""
    try:
        answer = get(robots_url(url))
    except Refused:
        raise
    except Failure as failure:
        if failure.status is not None and 400 <= failure.status < 500 and not failure.transient:
            return Robots(None)
        return Robots(None, failure.message)
    return Robots(Protego.parse(answer.data[:MAX_BYTES].decode("utf-8-sig", "replace")))
