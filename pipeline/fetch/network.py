"""Connections to public addresses only: names are resolved once, checked, and the checked address is what is called."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import httpcore
import httpx

from pipeline.errors import DealsError
from pipeline.fetch.addresses import is_public

Deadline = Callable[[], float]
"""Returns the seconds that the whole request still has."""


LOOK_UP = 1.0
"""Seconds after which a read that waits for its server sees that nobody waits for it any more."""


class RefusedAddress(DealsError):
    """An address that no source may lead us to."""


class PublicBackend(httpcore.NetworkBackend):
    """Opens connections for httpcore; `trusted` are the (host, port) a source may reach wherever they lie."""

    def __init__(self, trusted: Iterable[tuple[str, int]], deadline: Deadline) -> None:
        self._trusted = frozenset(trusted)
        self._deadline = deadline
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        """Return a connection to the first of the host's addresses that answers; none is tried that is not public."""
        failure: Exception | None = None
        for address in self._allowed(host, port):
            try:
                left = _least(timeout, self._deadline())
                stream = self._network.connect_tcp(address, port, left, local_address, socket_options)
                return DeadlineStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host} has no address")

    def _allowed(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} has no address: {error}") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if (host, port) in self._trusted:
            return addresses
        public = [address for address in addresses if is_public(address)]
        if not public:
            raise RefusedAddress(
                f"{host} leads to {', '.join(addresses)}, which is not a public address;"
                " allow_private = true in source.toml lets a source's own host lie there"
            )
        return public

    def connect_unix_socket(self, path: str, timeout: float | None = None, socket_options: Any = None) -> Any:
        """Raise: no source lies behind a socket file."""
        raise RefusedAddress(path)

    def sleep(self, seconds: float) -> None:
        """Wait, as httpcore asks between its own connection attempts."""
        time.sleep(seconds)


class DeadlineStream(httpcore.NetworkStream):
    """A connection that ends when the request's whole time is over, however steadily it drips."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has come, at most `max_bytes`; look up every second, for the run may be stopped meanwhile."""
        ends = time.monotonic() + _least(timeout, self._deadline())
        while True:
            left = ends - time.monotonic()
            try:
                return self._stream.read(max_bytes, max(0.001, min(left, LOOK_UP)))
            except httpcore.ReadTimeout:
                if left <= LOOK_UP or self._deadline() <= 0:
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send the bytes."""
        self._stream.write(buffer, _least(timeout, self._deadline()))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> Any:
        """Return the same connection under TLS."""
        left = _least(timeout, self._deadline())
        return DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """Return what the connection below knows."""
        return self._stream.get_extra_info(info)


def _least(timeout: float | None, left: float) -> float:
    if left <= 0:
        raise httpcore.ReadTimeout("the whole request took too long")
    return left if timeout is None else min(timeout, left)


class Transport(httpx.BaseTransport):
    """Carries requests over connections that our own backend opens; `httpx.HTTPTransport` takes none."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        context = httpx.create_ssl_context()
        self._pool = httpcore.ConnectionPool(
            ssl_context=context, network_backend=backend, max_connections=None, keepalive_expiry=15.0
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response, its body unread."""
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        answer = self._pool.handle_request(
            httpcore.Request(request.method, target, headers=request.headers.raw, extensions=request.extensions)
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer.stream))

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()
