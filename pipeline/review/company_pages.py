"""The pages of companies: all of them, those that no table knows with likely ones, and one with all about it."""

from __future__ import annotations

from collections import Counter
from typing import get_args
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.models import Company, Noun
from pipeline.review import firms
from pipeline.review.door import person
from pipeline.review.guard import RequestRefused
from pipeline.review.order import Filter, QueueItem
from pipeline.review.site import Form, Missing, Site, one
from pipeline.rules.company_answers import Act, CompanyAnswer, fresh_id, no_companies

PAGE = 50  # rows, as in the queue
UNKNOWN = 20  # names that no table knows, each with its candidates
ACTS: tuple[Act, ...] = tuple(act for act in get_args(Act) if act != "undone")


class UnknownName(Noun, frozen=True, kw_only=True):
    """A name in the deals that no table knows."""

    name: str
    deals: int
    likely: tuple[tuple[Company, str], ...]
    """Companies that it may mean, each with why, the likeliest first."""


class CompanyRow(Noun, frozen=True, kw_only=True):
    """A company in the list."""

    company: Company
    deals: int


def listed(site: Site, request: Request) -> Response:
    """List the names that no table knows, and the companies that deals name or a search finds."""
    asked = request.query_params.get("q", "").strip()[:100]
    known, unknown = _counted(site)
    if asked:
        found = [site.firms.by_id[firm.id] for firm in site.firms.search(asked, most=PAGE)]
        unknown = Counter({name: count for name, count in unknown.items() if asked.casefold() in name.casefold()})
    else:
        found = [site.firms.by_id[key] for key, _ in known.most_common() if key in site.firms.by_id]
    number = request.query_params.get("page", "1")
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(int(number), 1), pages) if number.isdecimal() and len(number) < 8 else 1
    names = sorted(unknown.items(), key=lambda entry: (-entry[1], entry[0]))[:UNKNOWN] if page == 1 else []
    likely = site.desk.companies.likely
    rows = [UnknownName(name=name, deals=count, likely=likely(name)) for name, count in names]
    shown = [CompanyRow(company=each, deals=known[each.id]) for each in found[(page - 1) * PAGE : page * PAGE]]
    return site.render(
        "companies.html", request, unknown=rows, left=len(unknown), rows=shown, total=len(found), q=asked, page=page,
        pages=pages,
    )  # fmt: skip


def _counted(site: Site) -> tuple[Counter[str], Counter[str]]:
    """Return in how many deals each known company is, by id, and each name that is none of them."""
    known: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    no_firms = no_companies(site.desk.companies.answers)
    for item in site.desk.queue(Filter(state="all")):
        if item.verdict.state != "rejected":
            parties = item.verdict.deal.parties
            known.update({party.company_id for party in parties if party.company_id})
            unknown.update({party.name for party in parties if not party.company_id} - no_firms)
    return known, unknown


def company(site: Site, request: Request) -> Response:
    """Show what a company pays and gets, how it is called, and what people said of it."""
    key = request.path_params["key"]
    items = firms.deals_of(key, site.desk.queue(Filter(state="all")))
    known, answers = site.firms.by_id.get(key), site.desk.companies.standing()
    about = [each for each in answers if key in (each.company, each.into, *each.names)]
    if known is None and not items:
        if merged := next((each.into for each in reversed(about) if each.act == "merge" and each.into != key), None):
            return RedirectResponse(path_of(merged), 303)
        if not about:
            raise Missing("there is no such company here")
    by_side: dict[str, list[QueueItem]] = {name: [] for name in firms.SIDES.values()}
    for item in items:
        by_side[firms.side(key, item.verdict.deal)].append(item)
    children = [each for each in site.firms.by_id.values() if known and each.parent == known.id]
    return site.render(
        "company.html",
        request,
        title=known.name if known else key,
        key=key,
        company=known,
        parent=site.firms.by_id.get(known.parent) if known and known.parent else None,
        children=children,
        by_side=by_side,
        totals=firms.totals(key, items),
        about=about,
        likely=() if known else site.desk.companies.likely(key),
        chosen=Filter(state="all", company=key),
    )


def path_of(key: str) -> str:
    """Return the address of a company."""
    return f"/company/{quote(key, safe='')}"


def mend(site: Site, request: Request, form: Form) -> Response:
    """Record what a person said of a company, and show it, or the list where the answer was given there."""
    desk = site.desk
    act = next((each for each in ACTS if each == one(form, "act")), None)
    if act is None:
        raise RequestRefused("there is no such answer about a company")
    key, name = (one(form, "key") or "").strip(), (one(form, "name") or "").strip() or None
    names = tuple(dict.fromkeys(each.strip() for each in form.get("names", ()) if each.strip()))
    into = one(form, "company") or (site.firms.known(one(form, "into") or "") if one(form, "into") else None)
    if act == "merge" and key not in site.firms.by_id:  # a name that no table knows is the other firm's alias
        if into not in site.firms.by_id:
            raise RequestRefused("no company is called so; write its name or its id")
        act, key, names, into = "alias", into or "", (key,), None
    elif act == "new":
        name, key = name or key, fresh_id(name or key, site.firms.by_id)
    elif act == "split":
        into = fresh_id(name or "", site.firms.by_id)
    made = desk.mend(CompanyAnswer(act=act, company=key, names=names, into=into, name=name, by=person(request), at=""))
    to = "/companies" if one(form, "back") == "companies" else path_of(_shown(made))
    return RedirectResponse(f"{to}?did={made.act}&at={quote(made.at, safe='')}", 303)


def same(site: Site, request: Request, form: Form) -> Response:
    """Record that a name is that of a known company."""
    return mend(site, request, {**form, "act": ["merge"]})


def _shown(answer: CompanyAnswer) -> str:
    return answer.into if answer.act == "merge" and answer.into else answer.company
