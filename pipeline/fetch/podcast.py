"""Kind `podcast`: the transcript that an episode names, the best of several; else one made here; else its notes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from msgspec.structs import replace

from pipeline.fetch import feed_xml
from pipeline.fetch.answer import Answer, Failure, HostClosed, media_type
from pipeline.fetch.articles import Got, get_all, own_text
from pipeline.fetch.client import LISTING
from pipeline.fetch.feed import entries, hints, listed, longest, page
from pipeline.fetch.transcribe import NotTranscribed, Recogniser, transcribe
from pipeline.fetch.urls import canonical, resolve
from pipeline.fetch.visit import Found, ListedItem, Options, Visit, VisitMemory, follow, visit
from pipeline.models import Capture, Issue, Noun, PageState, Source, fingerprint

KINDS = {
    "application/json": "json",
    "text/vtt": "vtt",
    "application/srt": "srt",
    "application/x-subrip": "srt",
    "text/srt": "srt",
    "text/html": "html",
    "text/plain": "text",
}
"""Types of a transcript and the reader of each, best first: JSON names its speakers, HTML often has no times."""
RANK = {kind: rank for rank, kind in enumerate(dict.fromkeys(KINDS.values()))}
PACKED = b"\x1f\x8b"
CUE = re.compile(rb"\d\s{0,3}-{1,2}>\s{0,3}-?\d")
"""What begins a cue; a page that says "not found" holds no such thing."""
SUFFIXES = {".json": "json", ".vtt": "vtt", ".srt": "srt", ".html": "html", ".htm": "html", ".txt": "text"}


class PodcastOptions(Options, frozen=True, kw_only=True):
    """Options of a podcast."""

    languages: tuple[str, ...] = ()
    """Languages of transcripts, best first; without it, the source's own."""
    transcribe: Recogniser | None = None
    """Makes a transcript of the audio where an episode names none."""


class Transcript(Noun, frozen=True, kw_only=True):
    """A transcript that an episode names."""

    url: str
    kind: str
    language: str | None = None


class Episode(ListedItem, frozen=True, kw_only=True):
    """An item of a podcast."""

    transcripts: tuple[Transcript, ...] = ()
    audio: str | None = None


def fetch(source: Source, memory: VisitMemory) -> Found:
    """Yield the documents of a podcast."""
    return visit(source, memory, PodcastOptions, _steps)


def _steps(found: Visit, options: PodcastOptions) -> Found:
    read = partial(read_episodes, source=found.source, languages=options.languages)
    yield from follow(found, found.source.url or "", read, partial(get_all, found, get=partial(get_episode, options)))


def read_episodes(answer: Answer, source: Source, languages: tuple[str, ...]) -> Iterator[Episode]:
    """Yield a podcast's episodes in its order; raise `ListingError` where it is no feed."""
    wanted = languages or ((source.language,) if source.language else ())
    found = entries(answer)
    named = _named(answer, wanted)
    if len(named) != len(found):  # Atom, or broken: no transcript can be told to be an episode's
        named = [()] * len(found)
    for entry, transcripts in zip(found, named, strict=True):
        audio = next((link.get("href") for link in entry.get("enclosures", ()) if link.get("href")), None)
        audio = resolve(answer.url, audio)
        url = resolve(answer.url, entry.get("link")) or audio
        if url is None:
            continue
        yield Episode(
            url=url,
            hints=hints(entry, source.timezone),
            listed=fingerprint(listed(entry), *(transcript.url for transcript in transcripts)),
            fallback=page(entry.get("title"), longest(entry)),
            transcripts=transcripts,
            audio=audio,
        )


def _named(answer: Answer, languages: tuple[str, ...]) -> list[tuple[Transcript, ...]]:
    """Return the transcripts of each episode of a feed."""
    try:
        root = feed_xml.tree(feed_xml.mended(answer.data, answer.charset()))
    except feed_xml.NotXml:
        return []
    return [_transcripts(item, answer.url, languages) for item in root.iter() if feed_xml.name(item) == "item"]


def _transcripts(item: Any, base: str, languages: tuple[str, ...]) -> tuple[Transcript, ...]:
    """Return the transcripts of an episode, best first: by language as wanted, then by type, then as they stand.

    feedparser keeps the last `podcast:transcript` of an episode only, so they are read from the tree.
    """
    found = []
    for element in item:
        url = resolve(base, element.get("url")) if feed_xml.name(element) == "transcript" else None
        kind = _kind(element.get("type"), url) if url else None
        if url and kind:
            found.append(Transcript(url=url, kind=kind, language=element.get("language") or None))
    return tuple(sorted(found, key=lambda one: (_language_rank(one.language, languages), RANK[one.kind])))


def _kind(declared: str | None, url: str) -> str | None:
    suffix = next((kind for suffix, kind in SUFFIXES.items() if url.partition("?")[0].lower().endswith(suffix)), None)
    return KINDS.get(media_type(declared) or "") or suffix


def _language_rank(language: str | None, wanted: tuple[str, ...]) -> int:
    """Return where a language stands among those wanted; one that is not named counts as the first."""
    if language is None:
        return 0
    told = language.lower().replace("_", "-")
    matches = (at for at, one in enumerate(wanted) if told.split("-")[0] == one.lower().split("-")[0])
    return next(matches, len(wanted))


def get_episode(options: PodcastOptions, found: Visit, item: ListedItem, state: PageState) -> Got:
    """Return an episode's transcript, the best that can be had, else its notes."""
    if not isinstance(item, Episode):
        return Got(answer=None, capture=None)
    name = canonical(item.url)
    issues: list[Issue] = []
    failures: list[Failure] = []
    for transcript in item.transcripts:
        try:
            answer = found.client.get(transcript.url, types=LISTING)
            _refuse_other(transcript.kind, answer.data)
            return Got(answer=answer, capture=_capture(found, item, name, transcript, answer), issues=tuple(issues))
        except HostClosed:
            raise
        except Failure as failure:
            issues.append(found.issue(f"transcript: {failure}", transcript.url, "warning"))
            failures.append(failure)
    if any(failure.transient for failure in failures):
        raise next(failure for failure in failures if failure.transient)
    if options.transcribe and item.audio:
        try:
            return Got(answer=None, capture=_made(options.transcribe, found, item, name), issues=tuple(issues))
        except (Failure, NotTranscribed) as error:
            issues.append(found.issue(f"not transcribed: {error}", item.audio, "warning"))
    notes = own_text(found, item, name) if item.fallback else None
    issues += [] if notes else [found.issue("has neither transcript nor notes", item.url, "warning")]
    return Got(answer=None, capture=notes, issues=tuple(issues))


def _refuse_other(kind: str, data: bytes) -> None:
    """Raise `Failure` where data is no transcript of its kind, so that the next one is asked for."""
    plain = data.replace(b"\0", b"")  # in any encoding its marks are ASCII
    if (
        data.startswith(PACKED)
        or (kind in ("vtt", "srt") and CUE.search(plain))
        or (kind == "json" and _is_json(plain))
    ):
        return
    if kind in ("json", "vtt", "srt"):
        raise Failure(f"is no transcript in {kind.upper()}")


def _is_json(data: bytes) -> bool:
    try:
        said = json.loads(data.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return False
    return bool(said) and isinstance(said, (dict, list))


def _made(recogniser: Recogniser, found: Visit, item: Episode, name: str) -> Capture:
    data = transcribe(found.client, item.audio or "", recogniser)
    spoken = {"data": data, "kind": "vtt", "content_type": "text/vtt", "charset": "utf-8", "url": item.audio}
    return replace(own_text(found, item, name), fallback=item.fallback, **spoken)


def _capture(found: Visit, item: Episode, name: str, transcript: Transcript, answer: Answer) -> Capture:
    hints = {**found.hints(item), **({"language": transcript.language} if transcript.language else {})}
    return Capture(
        id=name,
        source=found.source.name,
        data=answer.data,
        url=item.audio or name,
        place=answer.url,
        content_type=answer.content_type(),
        charset=answer.charset(),
        kind=transcript.kind,
        hints=hints,
        fetched_at=answer.fetched_at,
        fallback=item.fallback,
    )
