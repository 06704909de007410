"""Keeps the page to the person in front of it: one host, one origin, a token on every answer, nothing from outside."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.errors import DealsError

LARGEST = 64 * 1024  # bytes of a form; the largest honest one, all fields filled, is a tenth of it
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "no-store",
}


class RequestRefused(DealsError):
    """A form that no page of ours sent."""


class Guard:
    """ASGI middleware: refuses other hosts and origins, and sets the headers that keep a page closed."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str], scheme: str = "http") -> None:
        self.app, self.hosts, self.scheme = app, frozenset(hosts), scheme

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self.refusal(scope["method"], Headers(scope=scope))
        app = PlainTextResponse(f"{refusal}\n", status_code=403) if refusal else self.app
        await app(scope, receive, guarded)

    def refusal(self, method: str, headers: Headers) -> str | None:
        """Return why a request is refused, None where it is not."""
        host = headers.get("host", "")
        if host not in self.hosts:
            return "this page is served to its own address only"
        if method in ("GET", "HEAD"):
            return None
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is None and site is None:
            return "an answer has to say from which page it comes"
        if origin not in (None, f"{self.scheme}://{host}") or site not in (None, "same-origin"):
            return "answers are taken from this page only"
        return None


class FormToken:
    """A secret that stands in every form of ours, another one for each person, and that no other site can read."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def of(self, person: str) -> str:
        """Return the token in the forms of a person."""
        made = hmac.new(self._key, person.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    def check(self, told: str | None, person: str) -> None:
        """Raise `RequestRefused` where a form does not hold the person's token."""
        if not told or not secrets.compare_digest(told.encode(), self.of(person).encode()):
            raise RequestRefused("this page is older than the server behind it: load it again, then answer")


async def form(request: Request) -> dict[str, list[str]]:
    """Return the fields of a posted form; raise `RequestRefused` where it is none, or larger than any of ours."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise RequestRefused("an answer comes as a form")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            raise RequestRefused("this form is larger than any of ours")
    fields: dict[str, list[str]] = {}
    try:
        for name, value in parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=200, errors="strict"):
            fields.setdefault(name, []).append(value)
    except ValueError as error:
        raise RequestRefused("this form cannot be read") from error
    return fields
