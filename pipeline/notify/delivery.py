"""Tells each target what it was not told yet, and remembers how far it was told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path

import msgspec

from pipeline.errors import DealsError
from pipeline.fence import issue
from pipeline.models import Change, Issue, fingerprint, from_json, to_json
from pipeline.notify import smtp, webhook
from pipeline.notify.messages import Message, by_source, of_edition, of_sources, passes
from pipeline.notify.targets import Targets, Wanted

NAME = ".notify.json"
Told = tuple[int, str, Change]
"""A change with its edition and the moment of that."""


class Delivered(msgspec.Struct):
    """How far a target was told."""

    edition: int = 0
    failing: list[str] = msgspec.field(default_factory=list)
    """Sources that it was told are failing."""


def notify(
    targets: Targets, folder: Path, news: Sequence[Told], *, fresh: int, run: int, sources: Iterable[str],
    issues: Iterable[Issue], at: str,
) -> Iterator[Issue]:  # fmt: skip
    """Tell every target its news and what became of the sources of a run; yield an issue for each that took none.

    `news` are those of all editions that are kept, `fresh` the edition of this run: a target that was never told
    anything begins there. How far each was told is remembered in the folder.
    """
    known = _known(folder / NAME)
    told = by_source(issues)
    for key, wanted, send in _senders(targets):
        progress = known.setdefault(key, Delivered(edition=fresh - 1))
        try:
            _tell(progress, key, wanted, send, news)
            if wanted.sources:
                _tell_of_sources(progress, key, send, told, set(sources), run, at)
        except DealsError as error:
            yield issue(error)
    path = folder / NAME
    draft = path.with_name(f"{NAME}.new")
    draft.write_bytes(to_json(known))
    draft.replace(path)


def _senders(targets: Targets) -> Iterator[tuple[str, Wanted, Callable[[Message], None]]]:
    """Yield each target with what names it for good and how to send it a message."""
    for hook in targets.webhook:
        yield fingerprint("webhook", hook.url), hook, partial(webhook.send, hook)
    for box in targets.email:
        yield fingerprint("email", box.host, box.port, *sorted(box.to)), box, partial(smtp.send, box)


def _tell(progress: Delivered, key: str, wanted: Wanted, send: Callable[[Message], None], news: Sequence[Told]) -> None:
    editions = groupby((each for each in news if each[0] > progress.edition), key=lambda each: each[:2])
    for (edition, at), told in editions:
        for message in of_edition(key, edition, at, [change for *_, change in told if passes(wanted, change)]):
            send(message)
        progress.edition = edition


def _tell_of_sources(
    progress: Delivered, key: str, send: Callable[[Message], None], failing: Mapping[str, tuple[str, ...]],
    asked: set[str], run: int, at: str,
) -> None:  # fmt: skip
    """Tell which sources began to fail and which give again; one that goes on failing was told."""
    before = set(progress.failing)
    new = {source: said for source, said in failing.items() if source not in before}
    well = sorted((before & asked) - failing.keys())
    if new or well:
        send(of_sources(key, run, at, new, well))
    progress.failing = sorted((before | failing.keys()) - set(well))


def _known(path: Path) -> dict[str, Delivered]:
    try:
        return from_json(path.read_bytes(), dict[str, Delivered])
    except (OSError, msgspec.DecodeError):
        return {}
