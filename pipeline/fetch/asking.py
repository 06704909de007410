"""One thing to fetch: what is asked, where it leads, and what of the response is taken for an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

import httpx

from pipeline.fetch.answer import Answer, Failure, status_failure
from pipeline.fetch.body import TooLarge, decoded
from pipeline.models import Noun

ARTICLE = r"text/(html|plain|markdown|x-markdown)|application/xhtml\+xml"
SKIPPED_HEADERS = frozenset({"transfer-encoding", "connection", "keep-alive"})
"""Of the connection, not of the answer: what they describe is undone when the body is read."""


class Ask(Noun, frozen=True, kw_only=True):
    """One thing to fetch: what is asked, and what is taken for an answer."""

    url: str
    headers: dict[str, str]
    types: str = ARTICLE
    """Pattern of the content types that are read."""
    max_bytes: int
    seconds: float
    robots: bool = True


def check_scheme(url: str) -> None:
    """Raise `Failure` unless an address is one of http or https, without a password."""
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        whole = False
    if not whole:
        raise Failure(f"not an http or https address: {url[:200]}")
    if parts.username or parts.password:
        raise Failure(f"an address with a password in it, at {parts.hostname}")


def redirect_target(url: str, response: httpx.Response) -> str:
    """Return the address that a redirect leads to, without its fragment; raise `Failure` where it is none."""
    location = response.headers.get("location")
    if not location:
        raise Failure(f"HTTP {response.status_code} without a Location")
    try:
        return str(urljoin(url, location.strip())).partition("#")[0]
    except ValueError as error:
        raise Failure(f"redirects to what is no address: {location[:200]}") from error


def check_answer(ask: Ask, response: httpx.Response) -> None:
    """Raise unless the answer is one to read, by its status, type and announced size, before a byte of its body."""
    status = response.status_code
    if status == 304 and ask.headers:
        return
    if not 200 <= status < 300 or status in (204, 205):
        raise status_failure(status, response.headers.get("retry-after"))
    kind = response.headers.get("content-type", "").strip().lower()
    if kind and not re.match(ask.types, kind):
        raise Failure(f"content type {kind.partition(';')[0][:80]} is not read here", status=status)
    announced = response.headers.get("content-length", "")
    if ask.robots and announced.isdigit() and int(announced[:18]) > ask.max_bytes:
        raise Failure(f"{int(announced[:18]):,} bytes announced, more than {ask.max_bytes:,}", status=status)


def read_answer(ask: Ask, response: httpx.Response) -> Answer:
    """Return the answer with its body, both as it came and without its content coding."""
    raw: list[bytes] = []
    data: list[bytes] = []

    def received() -> Iterator[bytes]:
        for piece in response.iter_raw():
            raw.append(piece)
            yield piece

    try:
        data.extend(decoded(received(), coding_of(response), ask.max_bytes))
    except TooLarge:
        if ask.robots:
            raise  # of a robots.txt, what fits is read
    return answer_of(ask, response, b"".join(raw), b"".join(data))


def coding_of(response: httpx.Response) -> str:
    """Return the content coding that a response declares, empty for none."""
    return str(response.headers.get("content-encoding", ""))


def answer_of(ask: Ask, response: httpx.Response, raw: bytes, data: bytes) -> Answer:
    """Return the answer that a response with this body is."""
    return Answer(
        asked=ask.url,
        url=str(response.url),
        status=response.status_code,
        headers=tuple((key, value) for key, value in response.headers.multi_items() if key not in SKIPPED_HEADERS),
        raw=raw,
        data=data,
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
