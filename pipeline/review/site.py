"""What all pages share: templates, the token, and how a handler is given the desk."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from pipeline import wording
from pipeline.errors import DealsError
from pipeline.models import Fault
from pipeline.review import deal_reading, form_fields, guard, marked_text
from pipeline.review.desk import Desk
from pipeline.review.door import person
from pipeline.review.firms import Firms
from pipeline.review.form_fields import Help
from pipeline.review.order import REASONS, Filter, QueueItem
from pipeline.review.team import Team
from pipeline.text.xml_characters import xml_text

HERE = Path(__file__).parent
ANSWERS = {
    "accepted": "Accepted",
    "rejected": "Rejected",
    "edited": "Corrected",
    "unsure": "Set aside",
    "added": "Added",
    "same": "Joined",
    "different": "Held apart",
    "undone": "Undone",
}
COMPANY_WORDS: dict[str, str] = {
    "new": "A new firm",
    "alias": "A name added",
    "merge": "Merged",
    "split": "Split",
    "rename": "Renamed",
    "no-company": "No firm",
}
FAULT_WORDS: dict[Fault, str] = {
    "no-deal": "no deal",
    "direction": "wrong direction",
    "amount": "wrong amount",
    "firm": "wrong firm",
    "status": "wrong status",
}
REASON_WORDS = {
    "disputed": "people disagree",
    "conflict": "sources disagree",
    "big": "big amount",
    "doubtful": "low confidence",
    "changed": "changed since judged",
    "new": "new in the last run",
}
STATE_WORDS = {
    "open": "not judged",
    "accepted": "accepted",
    "rejected": "rejected",
    "edited": "corrected",
    "unsure": "set aside",
    "changed": "changed since judged",
    "disputed": "people disagree",
}

Form = Mapping[str, list[str]]


class Missing(DealsError):
    """A page about something that is not there."""


class Site:
    """The desk as pages see it."""

    def __init__(self, desk: Desk, team: Team | None = None) -> None:
        self.desk, self.team = desk, team or Team()
        self.token = guard.FormToken()
        self._firms: Firms | None = None
        self.templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.templates.globals |= {
            "address": lambda part: quote(part, safe=""),
            "answer_words": ANSWERS,
            "fault_words": FAULT_WORDS,
            "fields": form_fields,
            "passage_of": deal_reading.passage,
            "reason_words": REASON_WORDS,
            "reasons": REASONS,
            "runs_of": lambda told: list(marked_text.runs(told)),
            "sides": lambda deal: wording.sides(deal.parties),
            "state_words": STATE_WORDS,
            "version": _version(HERE / "static"),
            "wording": wording,
            "xml_text": xml_text,
        }

    @property
    def firms(self) -> Firms:
        """The companies by name, as people mended them."""
        if self._firms is None or self._firms.by_id is not self.desk.companies.by_id:
            self._firms = Firms(self.desk.companies.by_id)
        return self._firms

    def help(self) -> Help:
        """Return what reading a form needs to know."""
        stages = self.desk.stages
        return Help(frozenset(stages.currencies()), stages.typed(), self.firms.known)

    def page(self, handler: Callable[[Site, Request], Response]) -> Callable[[Request], Response]:
        """Return an endpoint that shows a page of what is known at this moment."""

        def endpoint(request: Request) -> Response:
            self.desk.refresh()
            return handler(self, request)

        return endpoint

    def action(self, handler: Callable[[Site, Request, Form], Response]) -> Callable[[Request], Awaitable[Response]]:
        """Return an endpoint that takes a form of ours, and of nobody else."""

        async def endpoint(request: Request) -> Response:
            form = await guard.form(request)
            self.token.check(one(form, "token"), person(request))
            return await run_in_threadpool(handler, self, request, form)

        return endpoint

    def render(self, name: str, request: Request, status: int = 200, **values: Any) -> Response:
        """Return a page."""
        shared = {
            "by": person(request),
            "flash": self._flash(request),
            "issues": self.desk.issues,
            "path": request.url.path,
            "progress": self.desk.progress(),
            "section": name.removesuffix(".html"),
            "signs_in": bool(self.team.host and self.team.tokens),
            "token": self.token.of(person(request)),
        }
        return HTMLResponse(self.templates.get_template(name).render(**shared, **values), status)

    def message(self, request: Request, told: str, status: int) -> Response:
        """Return a page that says one thing; who is not known learns nothing else from it."""
        if not person(request):
            return PlainTextResponse(f"{told}\n", status)
        return self.render("message.html", request, status, told=told, back=request.url.path)

    def _flash(self, request: Request) -> dict[str, str] | None:
        """Return what the answer that led to this page was, from its address; only known words are shown."""
        did, at, of = (request.query_params.get(name, "") for name in ("did", "at", "of"))
        if did in COMPANY_WORDS:
            return {"did": COMPANY_WORDS[did], "about": "", "at": at, "of": "", "fault": "", "ask": ""}
        if did not in ANSWERS:
            return None
        count = request.query_params.get("count", "")
        item = self.desk.item(of)
        about = f"{count} deals" if count.isdigit() else wording.title(item.verdict.deal) if item else ""
        fault = next((words for name, words in FAULT_WORDS.items() if name == request.query_params.get("fault")), "")
        shown = {"did": ANSWERS[did], "about": about, "at": at if did != "undone" else "", "of": of, "fault": fault}
        return {**shown, "ask": "yes" if did == "rejected" and at and not fault else ""}


def one(form: Mapping[str, list[str]], name: str) -> str | None:
    """Return a field that stands in a form once, None where it is not there."""
    values = form.get(name, [])
    return values[0] if len(values) == 1 else None


def back(path: str, chosen: Filter, **more: str) -> Response:
    """Return the way to another page, with the filter that was chosen."""
    parts = [chosen.query, *(f"{name}={quote(value, safe='')}" for name, value in more.items() if value)]
    query = "&".join(part for part in parts if part)
    return RedirectResponse(f"{path}?{query}" if query else path, 303)


def path_of(item: QueueItem) -> str:
    """Return the address of a deal."""
    return f"/deal/{quote(item.id, safe='')}"


def _version(folder: Path) -> str:
    """Return what names these files, so that a browser never shows a new page with an old style."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(folder.iterdir()))).hexdigest()[:10]
