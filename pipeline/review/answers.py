"""The forms that record something: an answer about one deal, about a whole filter, and taking one back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeVar, get_args
from urllib.parse import parse_qsl, quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.judging import additions
from pipeline.models import Answer, Fault, Party
from pipeline.review import company_pages, deal_forms, document_pages, pages
from pipeline.review.desk import Stale
from pipeline.review.door import person
from pipeline.review.guard import RequestRefused
from pipeline.review.order import Filter, QueueItem, after, set_name
from pipeline.review.site import Form, Missing, Site, back, one, path_of
from pipeline.rules.company_answers import CompanyAnswer, fresh_id

GIVEN: tuple[Answer, ...] = ("accepted", "rejected", "edited", "unsure")
BULK: tuple[Answer, ...] = ("accepted", "rejected", "unsure")
TIES: tuple[Answer, ...] = ("same", "different")
FAULTS: tuple[Fault, ...] = get_args(Fault)
PAGES = re.compile(r"/queue|/deal/[0-9A-Za-z%._-]{1,200}")
"""The pages that an answer may lead back to."""
Chosen = TypeVar("Chosen", Answer, Fault)
MOST = 200  # deals answered at once by check boxes: four pages of the queue


def answer(site: Site, request: Request, form: Form) -> Response:
    """Record one answer and go on to the next deal."""
    desk = site.desk
    item = desk.item(request.path_params["deal"])
    if item is None:
        raise Missing("there is no such deal (any more)")
    told = one(form, "answer")
    given = "edited" if told == "swapped" else _known(told, GIVEN)
    chosen = _filter(form)
    following = after(desk.queue(chosen), item)
    changes: dict[str, Any] | None = None
    always: list[CompanyAnswer] = []
    if told == "swapped":
        changes = {**_edited_before(item, person(request)), **deal_forms.swapped(item.verdict.deal)}
    elif given == "edited":
        edit = deal_forms.read(form, item.verdict.extracted, site.help())
        if not edit.changes and not edit.errors:
            edit = deal_forms.Edit(errors={"form": "nothing differs from what was read; accept it, or change a field"})
        if edit.errors:
            typed = {**deal_forms.shown(item.verdict.extracted), **form}
            return pages.show_deal(site, request, item, chosen, status=422, typed=typed, errors=edit.errors)
        changes, always = edit.changes, _always(site, item, form, person(request))
    seen = {item.id: one(form, "seen") or ""}
    made = desk.answer([item.id], given, why=one(form, "why") or None, changes=changes, seen=seen, by=person(request))
    for said in always:
        desk.mend(said)
    path = "/queue" if one(form, "back") == "queue" or following is None else path_of(following)
    return back(path, chosen, did=made[0].answer, of=item.id, at=made[0].at)


def _always(site: Site, item: QueueItem, form: Form, by: str) -> list[CompanyAnswer]:
    """Return what a correction says of companies beyond its deal, where the person checked that it always holds."""
    if one(form, "always") != "yes":
        return []
    names, ids, read = form.get("name", []), form.get("company", []), item.verdict.extracted
    if len(read.parties) != len(item.verdict.deal.parties):
        return []  # a party came or went before: which row is which is not known
    found = []
    for party, name, company in zip(read.parties, names, ids, strict=False):
        if party.text != read.evidence.text:  # else it was mended before, in words of nobody's text
            told = _said_of(site, party, name.strip(), company, by)
            found += [told] if told else []
    for each in found:
        site.desk.companies.check(each)
    return found


def _said_of(site: Site, party: Party, name: str, company: str, by: str) -> CompanyAnswer | None:
    """Return what the new name of a party says of the words that told it."""
    if name == party.name and company == (party.company_id or ""):
        return None
    if not name:
        return CompanyAnswer(act="no-company", company=party.text, by=by, at="")
    if known := company or site.firms.known(name):
        return CompanyAnswer(act="alias", company=known, names=(party.text,), by=by, at="")
    made = fresh_id(name, site.firms.by_id)
    return CompanyAnswer(act="new", company=made, name=name, names=(party.text,), by=by, at="")


def _known(told: str | None, answers: Sequence[Chosen]) -> Chosen:
    """Return the answer that a form holds; raise `RequestRefused` where no page of ours gives it."""
    found = next((each for each in answers if each == told), None)
    if found is None:
        raise RequestRefused("there is no such answer")
    return found


def _edited_before(item: QueueItem, by: str) -> dict[str, Any]:
    """Return what this person corrected in a deal before, which another correction does not take back."""
    mine = (each for each in reversed(item.verdict.answers) if each.by == by and each.answer == "edited")
    return dict(next((each.fields for each in mine), {}))


def settle(site: Site, request: Request, form: Form) -> Response:
    """Record whose answer counts where people disagree."""
    by = person(request)
    if not site.team.may_settle(by):
        raise RequestRefused("what people disagree about is settled by others here; see adjudicators in deals.toml")
    deal, why = request.path_params["deal"], one(form, "why") or None
    made = site.desk.settle(deal, one(form, "side") or "", why=why, by=by)
    return back(f"/deal/{quote(deal, safe='')}", _filter(form), did=made.answer, of=deal, at=made.at)


def compare(site: Site, request: Request, form: Form) -> Response:
    """Record that two deals are one, or that they are not."""
    deal, other = request.path_params["deal"], one(form, "other") or ""
    given = _known(one(form, "answer"), TIES)
    made = site.desk.compare(deal, other, given, why=one(form, "why") or None, by=person(request))
    return back(f"/deal/{quote(made.deal, safe='')}", _filter(form), did=made.answer, of=made.deal, at=made.at)


def split(site: Site, request: Request, form: Form) -> Response:
    """Record that some tellings of a deal tell another one."""
    deal, why = request.path_params["deal"], one(form, "why") or None
    made = site.desk.split(deal, form.get("telling", []), why=why, by=person(request))
    return back(f"/deal/{quote(deal, safe='')}", _filter(form), did=made.answer, of=deal, at=made.at)


def bulk(site: Site, request: Request, form: Form) -> Response:
    """Record one answer about the deals whose boxes were checked, each as the person saw it, or join them."""
    chosen, boxes = _filter(form), [each.partition(" ") for each in form.get("deal", [])[:MOST]]
    if not boxes:
        raise RequestRefused("no box is checked: x checks the row that has the focus")
    seen = {deal: state for deal, _, state in boxes}
    if one(form, "answer") == "same":
        made = site.desk.join(list(seen), seen, by=person(request))
    else:
        given = _known(one(form, "answer"), BULK)
        made = site.desk.answer(list(seen), given, why=one(form, "why") or None, seen=seen, by=person(request))
    return back("/queue", chosen, did=made[0].answer, count=str(len(seen)), at=made[0].at)


def fault(site: Site, request: Request, form: Form) -> Response:
    """Record what was wrong with the deals just rejected, and show the page again."""
    made = site.desk.blame(one(form, "at") or "", _known(one(form, "fault"), FAULTS), by=person(request))
    to = one(form, "to") or ""
    path = to if PAGES.fullmatch(to) else "/queue"
    return back(path, _filter(form), did="rejected", of=made[0].deal, at=made[0].at, fault=made[0].fault or "")


def accept_all(site: Site, request: Request, form: Form) -> Response:
    """Record an acceptance of all that a filter leaves, if that is still what the person saw."""
    chosen = _filter(form)
    site.desk.refresh()
    items = site.desk.queue(chosen)
    if set_name(items) != one(form, "set"):
        raise Stale("other deals pass this filter now than when you looked; nothing was accepted")
    waiting, why = [item.id for item in items if item.todo], one(form, "why") or None
    made = site.desk.answer(waiting, "accepted", why=why, by=person(request))
    at = made[0].at if made else ""
    return back("/queue", chosen, did="accepted", count=str(len(made)), at=at)


def undo(site: Site, request: Request, form: Form) -> Response:
    """Take back an answer, or a whole bulk of them, and show the deal again."""
    moment, chosen, by = one(form, "at") or None, _filter(form), person(request)
    said = site.desk.companies.standing()
    last = max((each.at for each in said if each.by == by), default="")
    if moment in {each.at for each in said} or (moment is None and last > (site.desk.last(by) or "")):
        mended = site.desk.unmend(moment, by=by)
        if mended is None:
            raise Missing("only who said it takes it back")
        return RedirectResponse(f"{company_pages.path_of(mended.company)}?did=undone", 303)
    taken = site.desk.undo(moment, by=by)
    if not taken:
        raise Missing("there is no answer of yours left to take back")
    if taken[0].other and site.desk.item(taken[0].deal):
        deal = taken[0].deal
        return back(f"/deal/{quote(deal, safe='')}", chosen, did="undone", of=deal)
    if taken[0].answer == "added":
        return back(document_pages.path_of(additions.of_document(taken[0])), Filter(), did="undone")
    item = site.desk.item(taken[0].deal)
    if len(taken) > 1 or item is None:
        return back("/queue", chosen, did="undone", count=str(len(taken)))
    return back(path_of(item), chosen, did="undone", of=item.id)


def _filter(form: Form) -> Filter:
    return Filter.of(dict(parse_qsl(one(form, "filter") or "")))
