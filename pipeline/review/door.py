"""Knows who sits before a page: the one person of a local desk, whom a trusted proxy names, or who showed a token."""

from __future__ import annotations

import base64
import hashlib
import hmac
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.review.team import Team, known

COOKIE = "__Host-deals"  # the prefix has the browser keep it to HTTPS and to this host
KEPT = 30 * 24 * 3600  # seconds
SIGN_IN = "/sign-in"


class Door:
    """ASGI middleware: lets in whom it knows, and says in `request.state.person` who that is."""

    def __init__(self, app: ASGIApp, team: Team, by: str) -> None:
        self.app, self.team, self.by = app, team, by

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request of a known person, or say what is missing."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        person = self.person(scope)
        if person is None and not self._is_open(scope["path"]):
            await self._turned_away(scope)(scope, receive, send)
            return
        scope.setdefault("state", {})["person"] = person or ""
        await self.app(scope, receive, send)

    def person(self, scope: Scope) -> str | None:
        """Return who asks, None where that is not known."""
        if not self.team.host:
            return self.by
        headers = Headers(scope=scope)
        if self.team.user_header:
            told = headers.getlist(self.team.user_header)
            if told:
                return self._named(told, (scope.get("client") or ("", 0))[0])
        return self._with_cookie(headers.get("cookie", "")) if self.team.tokens else None

    def _named(self, told: list[str], address: str) -> str | None:
        """Return whom a proxy names; one name, from an address that is trusted, and nothing else."""
        if len(told) > 1 or not self.team.trusts(address):
            return None
        try:
            name = told[0].encode("latin-1").decode("utf-8").strip()
        except UnicodeDecodeError:
            return None
        return name if known(name) else None

    def _with_cookie(self, header: str) -> str | None:
        try:
            shown = SimpleCookie(header).get(COOKIE)
        except CookieError:
            return None
        told = shown.value if shown else ""
        matching = [
            name for name, token in self.team.tokens.items() if hmac.compare_digest(told.encode(), _pass(name, token))
        ]
        return matching[0] if matching else None

    def _is_open(self, path: str) -> bool:
        return path.startswith("/static/") or (path == SIGN_IN and bool(self.team.tokens))

    def _turned_away(self, scope: Scope) -> Response:
        if self.team.tokens and scope["method"] == "GET":
            to = f"?to={quote(scope['path'], safe='')}" if scope["path"] != "/" else ""
            return RedirectResponse(f"{SIGN_IN}{to}", 303)
        return PlainTextResponse("this desk does not know who you are\n", status_code=401)


def _pass(name: str, token: str) -> bytes:
    """Return what a browser shows after its person signed in; another token of that person makes it void."""
    made = hmac.new(token.encode(), f"deals desk {name}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=")


def signed_in(team: Team, token: str, to: str) -> Response | None:
    """Return the way in for whoever has this token, None where nobody has."""
    found = [name for name, held in team.tokens.items() if hmac.compare_digest(held.encode(), token.encode())]
    if not found:
        return None
    inside = to if to.startswith("/") and not to.startswith(("//", "/\\")) else "/queue"
    response = RedirectResponse(inside, 303)
    response.set_cookie(
        COOKIE, _pass(found[0], token).decode(), max_age=KEPT, secure=True, httponly=True, samesite="lax"
    )
    return response


def signed_out() -> Response:
    """Return the way out: the browser forgets who sat before it."""
    response = RedirectResponse(SIGN_IN, 303)
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="lax")
    return response


def person(request: Request) -> str:
    """Return who asks for a page, or answers on it."""
    name: str = request.state.person
    return name
