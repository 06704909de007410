"""The pages of flows: who pays whom as a picture, also to take away, its circles over time, and what an arrow is."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate

from starlette.requests import Request
from starlette.responses import Response

from pipeline.circles.rings import FLOWING, find_circles
from pipeline.models import MergedDeal, Noun
from pipeline.review import form_fields, graph
from pipeline.review.flow_filter import FlowFilter, closed, month
from pipeline.review.order import Filter
from pipeline.review.site import Missing, Site

MONTHS = 36  # bars: what a phone shows in a row that one can still touch
TALL = 60.0  # units of the highest bar


class MonthBar(Noun, frozen=True, kw_only=True):
    """A month in the row of bars: how many circles there were by its end, and how many deals were told in it."""

    month: str
    circles: int
    deals: int
    height: float
    chosen: bool


def flows(site: Site, request: Request) -> Response:
    """Show who pays whom, circles first."""
    chosen = FlowFilter.of(request.query_params)
    deals, companies = _deals(site), tuple(site.firms.by_id.values())
    shown = chosen.flowing(deals, companies)
    return site.render(
        "flows.html",
        request,
        chosen=chosen,
        picture=graph.draw(shown, companies),
        bars=_bars(chosen, deals, site),
        deals=len(shown),
        kinds=form_fields.KINDS,
        statuses=FLOWING,
    )


def _deals(site: Site) -> list[MergedDeal]:
    verdicts = [item.verdict for item in site.desk.queue(Filter(state="all"))]
    return [verdict.deal for verdict in verdicts if verdict.state != "rejected"]


def _bars(chosen: FlowFilter, deals: list[MergedDeal], site: Site) -> list[MonthBar]:
    """Return the last months in which something was told, whatever time the filter asks for."""
    companies = tuple(site.firms.by_id.values())
    ever = FlowFilter.of({**dict(_told(chosen)), "since": "", "until": ""}).flowing(deals, companies)
    told = Counter(when for deal in ever if (when := month(deal)))
    made = Counter(when for circle in find_circles(ever, companies) if (when := closed(circle)))
    months = sorted(told.keys() | made.keys())
    standing = dict(zip(months, accumulate(made[each] for each in months), strict=True))
    most = max(standing.values(), default=0) or 1
    return [
        MonthBar(
            month=each,
            circles=standing[each],
            deals=told[each],
            height=round(TALL * standing[each] / most, 1),
            chosen=each == chosen.until,
        )
        for each in months[-MONTHS:]
    ]


def _told(chosen: FlowFilter) -> list[tuple[str, str]]:
    return [(name, str(value)) for name in chosen.__struct_fields__ if (value := getattr(chosen, name)) is not None]


def taken_away(site: Site, request: Request) -> Response:
    """Return the picture as a file of its own, which needs no style and no font of ours."""
    companies = tuple(site.firms.by_id.values())
    picture = graph.draw(FlowFilter.of(request.query_params).flowing(_deals(site), companies), companies)
    left, top, width, height = map(float, picture.view.split())
    shape = {"left": left, "top": top, "width": width, "height": height}
    svg = site.templates.get_template("flows.svg").render(picture=picture, **shape)
    return Response(
        svg, media_type="image/svg+xml", headers={"content-disposition": 'attachment; filename="flows.svg"'}
    )


def flow(site: Site, request: Request) -> Response:
    """Show the deals behind an arrow, each with the sentences that tell it."""
    chosen = FlowFilter.of(request.query_params)
    pair = request.query_params.get("payer", ""), request.query_params.get("receiver", "")
    names, found = graph.between(chosen.flowing(_deals(site), tuple(site.firms.by_id.values())), pair)
    if not found:
        raise Missing("no money flows there, or not in what the filter leaves")
    return site.render("flow_deals.html", request, chosen=chosen, pair=pair, names=names, deals=found)
