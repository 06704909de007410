"""What comes back from a request: an answer, or a failure that says whether to try again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from pipeline.errors import DealsError
from pipeline.models import Noun

LONGEST_WAIT = timedelta(days=7)
"""A host that asks for more is asked again after a week."""
TRANSIENT = frozenset({408, 425, 429})
"""Of the 4xx, those that say `later` and not `no`; every 5xx does."""


class Answer(Noun, frozen=True, kw_only=True):
    """A response as read: `raw` as it came, `data` without its content coding."""

    asked: str
    url: str
    """Where the redirects ended."""
    status: int
    headers: tuple[tuple[str, str], ...]
    raw: bytes
    data: bytes
    fetched_at: str

    def header(self, name: str) -> str | None:
        """Return the first header of this name, in lower case."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    def content_type(self) -> str | None:
        """Return the media type without its parameters."""
        return media_type(self.header("content-type"))

    def charset(self) -> str | None:
        """Return the charset that the header declares."""
        return charset_of(self.header("content-type"))


class Failure(DealsError):
    """A request that brought nothing: `transient` where a later run may have more luck."""

    def __init__(
        self, message: str, *, transient: bool = False, status: int | None = None, until: datetime | None = None
    ) -> None:
        super().__init__(message)
        self.transient = transient
        self.status = status
        self.until = until
        """Not to be asked before."""


class Refused(Failure):
    """An address that lies where no source may lead us."""


class HostClosed(Failure):
    """A host that failed so often, or asked for so long a pause, that this run leaves it alone."""


def media_type(header: str | None) -> str | None:
    """Return a Content-Type header's media type, in lower case."""
    return (header or "").partition(";")[0].strip().lower() or None


def charset_of(header: str | None) -> str | None:
    """Return the charset that a Content-Type header declares."""
    for part in (header or "").split(";")[1:]:
        key, _, value = part.partition("=")
        if key.strip().lower() == "charset":
            return value.strip(" \t\"'") or None
    return None


def status_failure(status: int, retry_after: str | None) -> Failure:
    """Return what a status other than success means."""
    transient = status >= 500 or status in TRANSIENT
    until = parse_retry_after(retry_after, datetime.now(UTC)) if transient else None
    return Failure(f"HTTP {status}", transient=transient, status=status, until=until)


def parse_retry_after(value: str | None, now: datetime) -> datetime | None:
    """Return the time that a Retry-After header names, in seconds or as a date; a week from now at most."""
    if not value:
        return None
    value = value.strip()
    try:
        until = now + timedelta(seconds=int(value[:9])) if value.isdigit() else parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until, now), now + LONGEST_WAIT)
