"""The pages, each one function from the desk to HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from pipeline.errors import DealsError
from pipeline.models import to_json
from pipeline.review import comparing, deal_forms, deal_reading, form_fields
from pipeline.review.desk import seen_as
from pipeline.review.door import person
from pipeline.review.order import Filter, QueueItem, after, set_name
from pipeline.review.site import Missing, Site, path_of

PAGE = 50  # rows: what a person scrolls through before they narrow the filter
MENTIONS = 12  # tellings listed at once; the rest are one click away


def queue(site: Site, request: Request) -> Response:
    """Show the queue that a filter leaves, a page of it."""
    chosen = Filter.of(request.query_params)
    items = site.desk.queue(chosen)
    pages = max(1, -(-len(items) // PAGE))
    asked = request.query_params.get("page", "1")
    page = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 8 else 1
    return site.render(
        "queue.html",
        request,
        chosen=chosen,
        items=items[(page - 1) * PAGE : page * PAGE],
        total=len(items),
        waiting=sum(item.todo for item in items),
        page=page,
        pages=pages,
        desk=site.desk,
        kinds=form_fields.KINDS,
        statuses=form_fields.STATUSES,
        seen_as=seen_as,
    )


def deal(site: Site, request: Request) -> Response:
    """Show one deal with its text, or lead to the deal it became part of."""
    item = site.desk.item(request.path_params["deal"])
    if item is None:
        raise Missing("there is no such deal (any more)")
    if item.id != request.path_params["deal"]:
        return RedirectResponse(path_of(item), 303)
    chosen = Filter.of(request.query_params)
    return show_deal(site, request, item, chosen)


def show_deal(
    site: Site,
    request: Request,
    item: QueueItem,
    chosen: Filter,
    *,
    status: int = 200,
    typed: Mapping[str, list[str]] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Response:
    """Show one deal; `typed` and `errors` are those of an edit form that could not be taken."""
    return site.render(
        "deal.html",
        request,
        status,
        item=item,
        verdict=item.verdict,
        deal=item.verdict.deal,
        chosen=chosen,
        seen=seen_as(item.verdict),
        **_place_in_queue(site, item, chosen),
        **_as_told(site, item, request.query_params),
        **_history(site, item),
        editing=typed is not None or request.query_params.get("edit") == "1",
        typed=typed or deal_forms.shown(item.verdict.deal),
        errors=errors or {},
        alike=comparing.alike(site.desk, item),
        ties=comparing.of(site.desk, item),
        settles=site.team.may_settle(person(request)),
        currencies=sorted(site.desk.stages.currencies()),
    )


def _place_in_queue(site: Site, item: QueueItem, chosen: Filter) -> dict[str, Any]:
    """Return where a deal stands in the queue that a filter leaves, and its neighbours."""
    order = site.desk.queue(chosen)
    place = next((n for n, each in enumerate(order) if each.id == item.id), None)
    previous = order[place - 1] if place else None
    return {"place": place, "total": len(order), "previous": previous, "following": after(order, item)}


def _as_told(site: Site, item: QueueItem, query: Mapping[str, str]) -> dict[str, Any]:
    """Return the telling of a deal that a person chose, with its text and rule, and the list of the others."""
    desk, mentions = site.desk, item.verdict.deal.mentions
    told = deal_reading.chosen(item.verdict.extracted, query.get("mention"))
    whole, normalized = query.get("text") == "whole", query.get("reading") == "normalized"
    document = desk.records.document(told.document)
    return {
        "told": told,
        "record": desk.documents.get(told.document),
        "documents": desk.documents,
        "text": deal_reading.text(
            document, told.deal, whole=whole, normalize=desk.stages.normalize if normalized else None
        ),
        "normalized": normalized,
        "whole": whole,
        "mentions": mentions if query.get("mentions") == "all" else mentions[:MENTIONS],
        "rule": desk.stages.rule(told.deal.rule),
    }


def _history(site: Site, item: QueueItem) -> dict[str, Any]:
    """Return what a person saw of a deal before, what they mended, and how each run read it."""
    versions = site.desk.records.versions(item.id)
    return {
        "before": deal_reading.against(item.verdict),
        "mended": deal_reading.mended(item.verdict),
        "versions": deal_reading.versions(versions, site.desk.stages.fields),
    }


def accept_all(site: Site, request: Request) -> Response:
    """Ask whether all that a filter leaves is right."""
    chosen = Filter.of(request.query_params)
    items = site.desk.queue(chosen)
    waiting = [item for item in items if item.todo]
    return site.render("accept_all.html", request, chosen=chosen, items=waiting, of=set_name(items))


def run(site: Site, request: Request) -> Response:
    """Show a run: what it counted, what went wrong, and what it changed."""
    number = request.path_params["run"]
    every = site.desk.records.runs()
    found = next((each for each in every if each.id == number), None)
    if found is None:
        raise Missing(f"there is no run {number}")
    before = [each.id for each in every if each.id < number and each.finished_at]
    compared = site.desk.stages.compare(str(before[-1]), str(number)) if before and found.finished_at else None
    return site.render(
        "run.html", request, run=found, issues_of_run=site.desk.records.issues(number), compared=compared
    )


def diff(site: Site, request: Request) -> Response:
    """Show what differs between two states."""
    old, new = (request.query_params.get(name) or None for name in ("old", "new"))
    if not request.query_params and (last := site.desk.records.last_change()):
        old, new = map(str, last)
    try:
        compared, trouble = site.desk.stages.compare(old, new), None
    except DealsError as error:
        compared, trouble = None, str(error)
    runs = [each for each in reversed(site.desk.records.runs()) if each.finished_at]
    return site.render("diff.html", request, compared=compared, trouble=trouble, runs=runs, old=old, new=new)


def search(site: Site, request: Request) -> Response:
    """Return companies by a part of a name, as JSON for the edit form."""
    found: list[Any] = site.firms.search(request.query_params.get("q", "")[:100])
    return Response(to_json(found), media_type="application/json") if found else JSONResponse([])
