"""How politely, how long and how much: options of every source that is fetched over HTTP."""

from __future__ import annotations

from pipeline.rules.loading import Rules


class Manners(Rules, frozen=True, kw_only=True):
    """What the client keeps to."""

    delay: float = 1.0
    """Seconds between two requests to one host; robots.txt may ask for more."""
    concurrency: int = 2
    """Requests under way to one host."""
    retries: int = 3
    backoff: float = 1.0
    """Seconds before the first retry; each further one may take twice as long."""
    patience: float = 60.0
    """Longest wait within a run that a Retry-After or a Crawl-delay gets; beyond it, the host is left alone."""
    connect_timeout: float = 10.0
    read_timeout: float = 20.0
    total_timeout: float = 60.0
    """Seconds for one request from connecting to the last byte."""
    max_bytes: int = 20_000_000
    """Of one answer, unpacked."""
    max_redirects: int = 10

    def __post_init__(self) -> None:
        """Raise where a figure makes no sense."""
        for name in ("concurrency", "connect_timeout", "read_timeout", "total_timeout", "max_bytes"):
            if getattr(self, name) <= 0:
                raise ValueError(f"`{name}` must be above 0")
        for name in ("delay", "retries", "backoff", "patience", "max_redirects"):
            if getattr(self, name) < 0:
                raise ValueError(f"`{name}` must not be below 0")
