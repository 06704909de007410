"""The forms that record something: an answer about one deal, about a whole filter, and taking one back."""

from __future__ import annotations

from typing import get_args
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from pipeline.judging import additions
from pipeline.models import Answer
from pipeline.review import document_pages, forms, pages
from pipeline.review.desk import Stale
from pipeline.review.guard import Refused
from pipeline.review.order import Filter, after, set_name
from pipeline.review.site import Form, Missing, Site, back, one, path_of

GIVEN: tuple[Answer, ...] = tuple(answer for answer in get_args(Answer) if answer not in ("added", "undone"))


def answer(site: Site, request: Request, form: Form) -> Response:
    """Record one answer and go on to the next deal."""
    desk = site.desk
    item = desk.item(request.path_params["deal"])
    if item is None:
        raise Missing("there is no such deal (any more)")
    given = next((each for each in GIVEN if each == one(form, "answer")), None)
    if given is None:
        raise Refused("there is no such answer")
    chosen = _filter(form)
    following = after(desk.queue(chosen), item)
    changes = None
    if given == "edited":
        edit = forms.read(
            form,
            item.verdict.extracted,
            currencies=frozenset(desk.stages.currencies()),
            scales=desk.stages.scales(),
            company=site.firms.known,
        )
        if not edit.changes and not edit.errors:
            edit = forms.Edit(errors={"form": "nothing differs from what was read; accept it, or change a field"})
        if edit.errors:
            return pages.show_deal(site, request, item, chosen, status=422, typed=form, errors=edit.errors)
        changes = edit.changes
    made = desk.answer([item.id], given, why=one(form, "why") or None, changes=changes, seen=one(form, "seen") or "")
    path = "/queue" if one(form, "back") == "queue" or following is None else path_of(following)
    return back(path, chosen, did=made[0].answer, of=item.id, at=made[0].at)


def accept_all(site: Site, request: Request, form: Form) -> Response:
    """Record an acceptance of all that a filter leaves, if that is still what the person saw."""
    chosen = _filter(form)
    site.desk.refresh()
    items = site.desk.queue(chosen)
    if set_name(items) != one(form, "set"):
        raise Stale("other deals pass this filter now than when you looked; nothing was accepted")
    made = site.desk.answer([item.id for item in items if item.todo], "accepted", why=one(form, "why") or None)
    at = made[0].at if made else ""
    return back("/queue", chosen, did="accepted", count=str(len(made)), at=at)


def undo(site: Site, request: Request, form: Form) -> Response:
    """Take back an answer, or a whole bulk of them, and show the deal again."""
    taken = site.desk.undo(one(form, "at") or None)
    chosen = _filter(form)
    if not taken:
        raise Missing("there is no answer of yours left to take back")
    if taken[0].answer == "added":
        return back(document_pages.path_of(additions.of_document(taken[0])), Filter(), did="undone")
    item = site.desk.item(taken[0].deal)
    if len(taken) > 1 or item is None:
        return back("/queue", chosen, did="undone", count=str(len(taken)))
    return back(path_of(item), chosen, did="undone", of=item.id)


def _filter(form: Form) -> Filter:
    return Filter.of(dict(parse_qsl(one(form, "filter") or "")))
