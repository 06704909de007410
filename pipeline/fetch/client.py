"""The one polite HTTP client: names itself, obeys robots.txt, waits its turn, and lets nobody lead it astray."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from typing import IO
from urllib.parse import urlsplit

import httpcore
import httpx

from pipeline.fetch.answer import Answer, Failure, HostClosed, Refused
from pipeline.fetch.asking import (
    ARTICLE,
    Ask,
    answer_of,
    check_answer,
    check_scheme,
    coding_of,
    read_answer,
    redirect_target,
)
from pipeline.fetch.body import BadCoding, TooLarge, decoded
from pipeline.fetch.hosts import Host
from pipeline.fetch.manners import Manners
from pipeline.fetch.network import PublicBackend, RefusedAddress, Transport
from pipeline.fetch.robots import MAX_BYTES, NAME, Robots, read_robots
from pipeline.models import Source
from pipeline.settings import Settings

LISTING = r"text/|application/"
"""Feeds and sitemaps come under every name that a server can think of."""
MEDIA = r"(audio|video)/|application/(octet-stream|ogg|mp4)|binary/"
ANYTHING = ""
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Client:
    """Fetches addresses for one source; safe to call from several threads."""

    def __init__(self, source: Source, manners: Manners) -> None:
        self.manners = manners
        self._clock = threading.local()
        self._hosts: dict[str, Host] = {}
        self._robots: dict[str, Robots] = {}
        self._robots_locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        transport = Transport(PublicBackend(_trusted(source), self._left))
        timeout = httpx.Timeout(manners.read_timeout, connect=manners.connect_timeout)
        self._http = httpx.Client(transport=transport, timeout=timeout, headers=_headers())

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        """Wake whoever waits, and close every connection."""
        self._stopped.set()
        self._http.close()

    def get(
        self,
        url: str,
        *,
        types: str = ARTICLE,
        etag: str | None = None,
        last_modified: str | None = None,
        max_bytes: int | None = None,
    ) -> Answer:
        """Return the answer at an address, 304 where it did not change; raise `Failure` where there is none."""
        known = {"if-none-match": etag, "if-modified-since": last_modified}
        headers = {name: value for name, value in known.items() if value}
        return self._persist(self._ask(url, headers=headers, types=types, max_bytes=max_bytes), read_answer)

    def save(self, url: str, file: IO[bytes], *, max_bytes: int, seconds: float) -> Answer:
        """Write what an address holds to a file, piece by piece (a podcast's audio); the answer's own data is empty."""

        def write(ask: Ask, response: httpx.Response) -> Answer:
            file.seek(0)
            file.truncate()
            for piece in decoded(response.iter_raw(), coding_of(response), ask.max_bytes):
                file.write(piece)
            return answer_of(ask, response, b"", b"")

        return self._persist(self._ask(url, types=MEDIA, max_bytes=max_bytes, seconds=seconds), write)

    @contextmanager
    def stream(self, url: str, *, seconds: float) -> Iterator[Iterator[bytes]]:
        """Yield a body as it comes, of any length: for archives too big to hold."""
        ask = self._ask(url, types=LISTING, max_bytes=1 << 62, seconds=seconds)
        check_scheme(url)
        self._rules(url).check(url)
        with self._turn(url), self._open(ask, url) as response:
            check_answer(ask, response)
            yield response.iter_raw()

    def _ask(
        self,
        url: str,
        *,
        types: str,
        headers: dict[str, str] | None = None,
        max_bytes: int | None = None,
        seconds: float | None = None,
        robots: bool = True,
    ) -> Ask:
        most, longest = max_bytes or self.manners.max_bytes, seconds or self.manners.total_timeout
        return Ask(url=url, headers=headers or {}, types=types, max_bytes=most, seconds=longest, robots=robots)

    def _persist(self, ask: Ask, read: Callable[[Ask, httpx.Response], Answer]) -> Answer:
        """Return the answer, after waiting and asking again as often as manners allow."""
        host = self._host(ask.url)
        for tried in range(self.manners.retries + 1):
            try:
                answer = self._follow(ask, read)
                host.succeeded()
                return answer
            except HostClosed:
                raise
            except Failure as failure:
                wait = self._pause(tried, failure)
                if not failure.transient or tried == self.manners.retries or wait > self.manners.patience:
                    host.failed(failure)
                    raise
            host.hold(wait)
        raise AssertionError("the last try returns or raises")

    def _pause(self, tried: int, failure: Failure) -> float:
        """Return the seconds to wait before the next try: as told, else growing, with jitter."""
        if failure.until:
            return (failure.until - datetime.now(UTC)).total_seconds()
        return self.manners.backoff * (1 << tried) * random.uniform(0.5, 1.0)

    def _follow(self, ask: Ask, read: Callable[[Ask, httpx.Response], Answer]) -> Answer:
        """Return the answer where the redirects of an address end; each step is checked like the first."""
        url, seen = ask.url, {ask.url}
        for _ in range(self.manners.max_redirects + 1):
            check_scheme(url)
            if ask.robots:
                self._rules(url).check(url)
            with self._turn(url), self._open(ask, url) as response:
                if response.status_code not in REDIRECTS:
                    check_answer(ask, response)
                    return read(ask, response)
                url = redirect_target(url, response)
            if url in seen:
                raise Failure(f"redirects in a circle, to {url}")
            seen.add(url)
        raise Failure(f"more than {self.manners.max_redirects} redirects, the last to {url}")

    @contextmanager
    def _open(self, ask: Ask, url: str) -> Iterator[httpx.Response]:
        """Yield the response of one request; whatever goes wrong with it, while reading too, is a `Failure`."""
        self._clock.ends = time.monotonic() + ask.seconds
        try:
            with self._http.stream("GET", url, headers=ask.headers, follow_redirects=False) as response:
                yield response
        except RefusedAddress as error:
            raise Refused(str(error)) from error
        except TooLarge as error:
            raise Failure(str(error)) from error
        except BadCoding as error:
            raise Failure(str(error), transient=error.cut_off) from error
        except (httpx.TimeoutException, httpcore.TimeoutException) as error:
            late = "no answer in time" if self._left() > 0 else f"not finished after {ask.seconds:g} seconds"
            raise Failure(late, transient=True) from error
        except (httpx.TransportError, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise Failure(f"connection failed: {error or type(error).__name__}", transient=True) from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, httpcore.UnsupportedProtocol) as error:
            raise Failure(f"cannot be asked for: {error}") from error

    def _left(self) -> float:
        """Return the seconds that this thread's request still has; none once the run is stopped."""
        ends: float = self._clock.ends
        return 0.0 if self._stopped.is_set() else ends - time.monotonic()

    def _rules(self, url: str) -> Robots:
        """Return the robots rules for an address, fetched once per host and run."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            lock = self._robots_locks.setdefault(origin, threading.Lock())
        with lock:
            if origin not in self._robots:
                found = read_robots(self._ask_robots, url)
                self._host(url).slow_down(found.delay())
                self._robots[origin] = found
        return self._robots[origin]

    def _ask_robots(self, url: str) -> Answer:
        return self._persist(self._ask(url, types=ANYTHING, max_bytes=MAX_BYTES, robots=False), read_answer)

    @contextmanager
    def _turn(self, url: str) -> Iterator[None]:
        """Wait until the host may be asked again, and keep one of its places."""
        host = self._host(url)
        with host.place:
            if self._stopped.wait(host.wait()):
                raise HostClosed("the run was stopped", transient=True)
            yield

    def _host(self, url: str) -> Host:
        name = urlsplit(url).netloc.lower()
        with self._lock:
            return self._hosts.setdefault(name, Host(name, self.manners))


def _headers() -> dict[str, str]:
    contact = Settings.from_environment().contact
    name = f"{NAME}/{version('deal-pipeline')}" + (f" (+{contact})" if contact else "")
    accept = "text/html,application/xml;q=0.9,*/*;q=0.8"
    return {"user-agent": name, "accept": accept, "accept-encoding": "gzip, deflate"}


def _trusted(source: Source) -> Iterable[tuple[str, int]]:
    """Yield the (host, port) that the source itself names, where it may lie on a private network."""
    for address in [source.url, *source.paths] if source.allow_private else []:
        if address and re.match(r"https?://", address):
            url = httpx.URL(address)
            yield url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80)
