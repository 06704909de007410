"""Signing in with a token, and out again, at a desk that several people share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from pipeline.review import door, guard
from pipeline.review.site import Form, Site, one


def way_in(site: Site) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint that asks for a token, and takes it; it tells nothing of what is inside."""

    async def endpoint(request: Request) -> Response:
        to, trouble = request.query_params.get("to", ""), None
        if request.method == "POST":
            try:
                form = await guard.form(request)
            except guard.RequestRefused as error:
                return PlainTextResponse(f"{error}\n", 403)
            to = one(form, "to") or ""
            if inside := door.signed_in(site.team, one(form, "secret") or "", to):
                return inside
            trouble = "nobody here has this token"
        page = site.templates.get_template("sign_in.html").render(to=to, trouble=trouble)
        return HTMLResponse(page, 403 if trouble else 200)

    return endpoint


def leave(site: Site, request: Request, form: Form) -> Response:
    """Sign out."""
    return door.signed_out()
