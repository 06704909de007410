"""The web application: which address shows which page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from pipeline.review import answers, company_pages, document_pages, flow_pages, health, pages, signing
from pipeline.review.desk import Desk, Stale
from pipeline.review.door import Door
from pipeline.review.guard import Guard, RequestRefused
from pipeline.review.order import FilterError
from pipeline.review.site import Missing, Site
from pipeline.review.team import Team
from pipeline.rules.company_answers import CompanyAnswerError
from pipeline.rules.loading import RuleError

STATIC = Path(__file__).parent / "static"
TROUBLES: dict[type[Exception], int] = {
    Missing: 404,
    FilterError: 400,
    RequestRefused: 403,
    Stale: 409,
    CompanyAnswerError: 422,
    RuleError: 422,
}


def application(desk: Desk, hosts: Iterable[str], team: Team | None = None) -> Starlette:
    """Return the application over a desk, served under these hosts (`127.0.0.1:8777`) and no other.

    Under the host of a team it is served to people whom it knows, through a proxy that speaks HTTPS with them.
    """
    team = team or Team()
    site = Site(desk, team)
    routes = [
        Route("/", _home),
        Route("/queue", site.page(pages.queue)),
        Route("/deal/{deal}", site.page(pages.deal)),
        Route("/accept-all", site.page(pages.accept_all)),
        Route("/company/{key:path}", site.page(company_pages.company)),
        Route("/companies", site.page(company_pages.listed)),
        Route("/companies/mend", site.action(company_pages.mend), methods=["POST"]),
        Route("/companies/same", site.action(company_pages.same), methods=["POST"]),
        Route("/runs", site.page(health.runs)),
        Route("/source/{source}", site.page(health.source)),
        Route("/run/{run:int}", site.page(pages.run)),
        Route("/diff", site.page(pages.diff)),
        Route("/flows", site.page(flow_pages.flows)),
        Route("/flows.svg", site.page(flow_pages.taken_away)),
        Route("/flow", site.page(flow_pages.flow)),
        Route("/documents", site.page(document_pages.listed)),
        Route("/document/{document:path}/add", site.action(document_pages.add), methods=["POST"]),
        Route("/document/{document:path}", site.page(document_pages.document)),
        Route("/search", site.page(pages.search)),
        Route("/deal/{deal}/answer", site.action(answers.answer), methods=["POST"]),
        Route("/accept-all", site.action(answers.accept_all), methods=["POST"]),
        Route("/deal/{deal}/settle", site.action(answers.settle), methods=["POST"]),
        Route("/deal/{deal}/compare", site.action(answers.compare), methods=["POST"]),
        Route("/deal/{deal}/split", site.action(answers.split), methods=["POST"]),
        Route("/bulk", site.action(answers.bulk), methods=["POST"]),
        Route("/fault", site.action(answers.fault), methods=["POST"]),
        Route("/undo", site.action(answers.undo), methods=["POST"]),
        Route("/sign-in", signing.way_in(site), methods=["GET", "POST"]),
        Route("/sign-out", site.action(signing.leave), methods=["POST"]),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    handlers = {trouble: _handler(site, status) for trouble, status in TROUBLES.items()}
    handlers[HTTPException] = _handler(site, 404)
    guards = [
        Middleware(Guard, hosts=hosts, scheme="https" if team.host else "http"),
        Middleware(Door, team=team, by=desk.by),
    ]
    return Starlette(routes=routes, middleware=guards, exception_handlers=handlers)


def _home(request: Request) -> Response:
    return RedirectResponse("/queue", 303)


def _handler(site: Site, status: int) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def told(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException):
            return site.message(request, error.detail.lower(), error.status_code)
        return site.message(request, str(error), status)

    return told
