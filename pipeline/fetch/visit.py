"""One visit to a source: its listing, then every document on it that is new or changed, in the listing's order."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

import msgspec
from msgspec.structs import replace

from pipeline.errors import DealsError
from pipeline.fetch.answer import Answer, Failure, HostClosed
from pipeline.fetch.captures import Archive
from pipeline.fetch.client import LISTING, Client
from pipeline.fetch.manners import Manners
from pipeline.models import Capture, Issue, Noun, PageState, Severity, Source, Unchanged

Found = Iterator[Capture | Issue | Unchanged]
Settling = Generator[Capture | Issue | Unchanged, None, bool]
"""Yields what is found, and returns whether nothing on the listing waits for a later run."""
Shape = TypeVar("Shape", bound="Options")


class VisitMemory(Protocol):
    """What is remembered between runs: the store, or what stands before it until a batch is saved.

    A page's state is handed over after the capture it belongs to. Who saves captures in batches must hold the states
    back until theirs is saved: a crash between the two would lose the article for good.
    """

    def page(self, url: str) -> PageState | None:
        """Return what is known of an address."""

    def save_page(self, page: PageState) -> None:
        """Remember it."""


class Options(Manners, frozen=True, kw_only=True):
    """Options of a source with a listing."""

    limit: int = 500
    """Documents fetched in one run; what is over waits for the next."""
    revisit: float | None = None
    """Hours after which a document that is still listed is asked for again, changed or not; without it, only when
    its listing says that it changed."""


class ListedItem(Noun, frozen=True, kw_only=True):
    """A document that a listing offers."""

    url: str
    hints: dict[str, Any]
    listed: str | None = None
    """Another word when the document changed."""
    fallback: bytes | None = None
    """HTML to read where the address has no article."""
    is_whole: bool = False
    """Whether that is all there is: the address is made up, or other documents' too."""


class ListingError(DealsError):
    """A listing that cannot be understood."""


class Visit:
    """What the steps of one visit share."""

    def __init__(self, source: Source, memory: VisitMemory, options: Options, client: Client, archive: Archive) -> None:
        self.source = source
        self.memory = memory
        self.options = options
        self.client = client
        self.archive = archive

    def issue(self, message: str, place: str, severity: Severity = "error", *, document: str | None = None) -> Issue:
        """Return an issue of this source: of one document, or of the source as a whole, which fails its flow run."""
        return Issue(message=message, severity=severity, source=self.source.name, document=document, place=place)

    def hints(self, item: ListedItem) -> dict[str, Any]:
        """Return what is known of a document before it is read: what its listing says, else its source."""
        known = {"language": self.source.language, "publisher": self.source.publisher}
        known.update({key: value for key, value in item.hints.items() if value})
        return {key: value for key, value in known.items() if value}


def visit(source: Source, memory: VisitMemory, shape: type[Shape], steps: Callable[[Visit, Shape], Found]) -> Found:
    """Yield what the steps of a visit find; a source whose options are wrong is an issue and no visit."""
    try:
        options = msgspec.convert(source.options, shape, strict=True)
    except msgspec.ValidationError as error:
        yield Issue(message=f"options: {error}", source=source.name, place=f"{source.folder}/source.toml")
        return
    with Client(source, options) as client, Archive(source) as archive:
        yield from steps(Visit(source, memory, options, client, archive), options)


def follow(
    found: Visit,
    url: str,
    read: Callable[[Answer], Iterable[ListedItem]],
    get_all: Callable[[list[ListedItem]], Settling],
    *,
    listed: str | None = None,
) -> Settling:
    """Yield the documents of the listing at an address.

    Its ETag is kept only when nothing on it waits: else the next run would be told `304` and never ask for the rest.
    For the same reason `listed`, what a list of listings says of it, is remembered only then.
    """
    state = found.memory.page(url) or PageState(url=url, source=found.source.name)
    if listed is not None and listed == state.listed:
        return (yield from get_all(_known(state)))
    try:
        answer = _ask(found, state)
        if answer.status != 304:
            found.archive.keep(answer)
        items = _known(state) if answer.status == 304 else list(read(answer))
    except (Failure, ListingError) as error:
        yield found.issue(str(error), url)
        found.memory.save_page(_failed(state, error))
        return False
    settled = yield from get_all(items)
    read_now = state if answer.status == 304 else _read(state, answer, items, settled=settled)
    found.memory.save_page(
        replace(
            read_now,
            fetched_at=answer.fetched_at,
            failures=0,
            retry_after=None,
            listed=listed if settled else None,
        )
    )
    return settled


def _known(state: PageState) -> list[ListedItem]:
    """Return what a listing offered when it was read."""
    return [ListedItem(url=link, hints={}) for link in state.links]


def _ask(found: Visit, state: PageState) -> Answer:
    if is_held(state, datetime.now(UTC)):
        raise HostClosed(f"asks to wait until {state.retry_after}", transient=True)
    return found.client.get(state.url, types=LISTING, etag=state.etag, last_modified=state.last_modified)


def is_held(state: PageState, now: datetime) -> bool:
    """Return whether an address asked not to be asked yet."""
    return bool(state.retry_after and datetime.fromisoformat(state.retry_after) > now)


def _failed(state: PageState, error: Failure | ListingError) -> PageState:
    if isinstance(error, HostClosed):
        return state
    if isinstance(error, ListingError):
        return replace(state, failures=state.failures + 1, etag=None, last_modified=None)
    until = error.until.isoformat(timespec="seconds") if error.until else None
    return replace(state, failures=state.failures + 1, status=error.status, retry_after=until)


def _read(state: PageState, answer: Answer, items: Iterable[ListedItem], *, settled: bool) -> PageState:
    return PageState(
        url=state.url,
        etag=answer.header("etag") if settled else None,
        last_modified=answer.header("last-modified") if settled else None,
        status=answer.status,
        source=state.source,
        links=tuple(item.url for item in items),
    )
