"""What is told: the news that pass a target's filters in batches, and the sources that fail or give again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline import wording
from pipeline.models import Change, FieldChange, Issue, MergedDeal, Noun
from pipeline.notify.targets import Wanted
from pipeline.rules.sizes import in_dollars

BATCH = 100  # changes a message


class News(Noun, frozen=True, kw_only=True):
    """What became of a deal, as it is told."""

    edition: int
    at: str
    change: str
    cause: str
    fields: tuple[FieldChange, ...]
    title: str
    """Who pays whom, in words."""
    worth: str
    """How much, in words; empty where nothing tells."""
    url: str | None
    deal: MergedDeal


class Message(Noun, frozen=True, kw_only=True):
    """One message to one target."""

    id: str
    """The same whenever the same is told to the same target, so that it can tell a message sent twice."""
    type: str
    """`deals.changed` or `sources.changed`."""
    at: str
    news: tuple[News, ...] = ()
    failing: Mapping[str, tuple[str, ...]] = {}
    """What went wrong, by source."""
    recovered: tuple[str, ...] = ()

    def data(self) -> dict[str, Any]:
        """Return the body of a webhook's message."""
        told = {"changes": self.news} if self.news else {"failing": self.failing, "recovered": self.recovered}
        return {"type": self.type, "timestamp": self.at, "data": told}


def passes(wanted: Wanted, change: Change) -> bool:
    """Return whether a target wants to be told of a change."""
    return (not wanted.changes or change.kind in wanted.changes) and any(
        _wanted(wanted, deal) for deal in (*change.new, *change.old)
    )


def _wanted(wanted: Wanted, deal: MergedDeal) -> bool:
    watched = {name.casefold() for name in wanted.companies}
    named = {name.casefold() for party in deal.parties for name in (party.company_id, party.name, party.text) if name}
    return (
        (not watched or bool(watched & named))
        and (not wanted.kinds or deal.kind in wanted.kinds)
        and (not wanted.statuses or deal.status in wanted.statuses)
        and in_dollars(deal) >= wanted.least_usd
        and deal.confidence >= wanted.least_confidence
    )


def of_edition(target: str, edition: int, at: str, changes: Sequence[Change]) -> list[Message]:
    """Return the messages about the changes of one edition, in batches: told again, they are the same messages."""
    news = [_news(edition, at, change) for change in changes]
    batches = [tuple(news[first : first + BATCH]) for first in range(0, len(news), BATCH)]
    return [
        Message(id=f"deals-{target}-{edition}-{number}", type="deals.changed", at=at, news=some)
        for number, some in enumerate(batches)
    ]


def _news(edition: int, at: str, change: Change) -> News:
    deal = (change.new or change.old)[0]
    url = next((mention.url for mention in deal.mentions if (mention.url or "").startswith("http")), None)
    return News(
        edition=edition, at=at, change=change.kind, cause=change.cause, fields=change.fields,
        title=wording.title(deal), worth=wording.worth(deal), url=url, deal=deal,
    )  # fmt: skip


def by_source(issues: Iterable[Issue]) -> dict[str, tuple[str, ...]]:
    """Return what went wrong with each source as a whole, in its issues' words."""
    found: dict[str, list[str]] = {}
    for issue in issues:
        if issue.source and issue.document is None and issue.severity == "error":
            found.setdefault(issue.source, []).append(issue.message)
    return {source: tuple(messages) for source, messages in sorted(found.items())}


def of_sources(target: str, run: int, at: str, failing: Mapping[str, tuple[str, ...]], well: Sequence[str]) -> Message:
    """Return the message about sources that began to fail and those that give again."""
    return Message(id=f"sources-{target}-{run}", type="sources.changed", at=at, failing=failing, recovered=tuple(well))


def subject(message: Message) -> str:
    """Return what a mail is about, in a line."""
    if message.news:
        first, rest = message.news[0], len(message.news) - 1
        said = f"{first.change}: {first.title}{f', {first.worth}' if first.worth else ''}"
        return " ".join(f"[deals] {said}{f' and {rest:,} more' if rest else ''}".split())
    failing = f"failing: {', '.join(message.failing)}" if message.failing else ""
    well = f"giving again: {', '.join(message.recovered)}" if message.recovered else ""
    return "[deals] sources " + "; ".join(part for part in (failing, well) if part)


def text(message: Message) -> str:
    """Return what a mail says."""
    paragraphs = [_paragraph(news) for news in message.news]
    paragraphs += [f"{source}: {'; '.join(said)}" for source, said in message.failing.items()]
    paragraphs += [f"{source} gives again" for source in message.recovered]
    return "\n\n".join(paragraphs) + "\n"


def _paragraph(news: News) -> str:
    deal = news.deal
    head = f"{news.change}: {news.title}\n{deal.kind}, {deal.status}{f', {news.worth}' if news.worth else ''}"
    moved = [f"{each.field}: {each.old or 'nothing'} → {each.new or 'nothing'}" for each in news.fields]
    return "\n".join([head, *moved, f"“{' '.join(deal.evidence.text.split())}”", *([news.url] if news.url else [])])
