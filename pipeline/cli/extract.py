"""`deals extract` and `deals explain`: what documents tell, without a database or a network."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from pipeline.models import Document, Extraction, Issue

Form = Literal["auto", "html", "text", "markdown", "vtt", "srt", "json", "jsonl", "csv", "mail"]
Output = Literal["table", "jsonl", "json", "html"]
DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def _date(value: str | None) -> str | None:
    if value is not None and not DATE.fullmatch(value):
        raise typer.BadParameter("write a date as 2025-10-08, 2025-10 or 2025")
    return value


def _tag(value: str | None) -> str | None:
    if value is not None and not TAG.fullmatch(value):
        raise typer.BadParameter("write a BCP 47 tag, such as zh-Hans, zh-Hant or en")
    return value


def extract(
    paths: Annotated[list[str] | None, typer.Argument(metavar="[PATH ...|-]", help="Files; - is piped in.")] = None,
    input: Annotated[Form, typer.Option(help="What the files are; auto looks at name and content.")] = "auto",
    output: Annotated[
        Output | None, typer.Option(help="Default: table on a terminal, else jsonl; html is a page.")
    ] = None,
    published: Annotated[str | None, typer.Option(metavar="DATE", callback=_date, help="Day it came out.")] = None,
    language: Annotated[str | None, typer.Option(metavar="TAG", callback=_tag, help="Its language: zh-Hant.")] = None,
    jobs: Annotated[int, typer.Option(min=1, metavar="N", help="Processes that read.")] = 1,
) -> None:
    """Print what documents tell: no database, no network.

    One line a document, in input order, as soon as it is read. What cannot be read is a line with its error, the rest
    goes on, and the exit status is 1 at the end. A JSONL input line is {"id", "text"}, optionally with title, url,
    published and language. Files may be gzipped.
    """
    if not paths and sys.stdin.isatty():
        raise typer.BadParameter("name a file, or - for standard input", param_hint="PATH")
    from pipeline.cli import inputs
    from pipeline.extraction import default, extract_all

    told = {field: value for field, value in (("published", published), ("language", language)) if value}
    given = inputs.opened(paths or ["-"], form=input, told=told, knowledge=default().knowledge)
    found = extract_all(given, jobs=jobs)
    write = WRITERS[output or ("table" if sys.stdout.isatty() else "jsonl")]
    raise typer.Exit(1 if write(found) else 0)


def explain(
    text: Annotated[str, typer.Argument(metavar="TEXT|FILE", help="A text, a file, or - for standard input.")],
    language: Annotated[str | None, typer.Option(metavar="TAG", callback=_tag, help="Its language: zh-Hant.")] = None,
) -> None:
    """Show how a text is read, which rules fired on it, and why.

    Each sentence with a cue is printed with what was found in it: its phrases, the firms that the text before makes it
    about, the cues that tell nothing. Then comes every rule that was tried: what filled its slots, and why it won or
    did not.
    """
    if not text.strip():
        raise typer.BadParameter("is empty: write a text, or name a file", param_hint="TEXT|FILE")
    from pipeline.cli import inputs, show
    from pipeline.extraction import default
    from pipeline.fence import attempt
    from pipeline.models import Document, Issue

    extractor = default()
    told = {"language": language} if language else {}
    items: Iterable[Document | Issue]
    if text == "-" or _is_there(text):
        items = inputs.documents([text], form="auto", told=told, knowledge=extractor.knowledge)
    else:
        items = [Document(id="text", text=text, language=language)]
    failed = False
    for item in items:
        found = item if isinstance(item, Issue) else attempt(extractor.explain, item)
        if isinstance(found, Issue):
            failed = True
            show.issue(found)
        else:
            show.explanation(found)
            show.extraction(extractor(item))  # type: ignore[arg-type]
    raise typer.Exit(1 if failed else 0)


def _is_there(text: str) -> bool:
    """Return whether a text is the name of something on disk; one that is too long for a name is not."""
    try:
        return Path(text).exists()
    except OSError:
        return False


def _write_lines(found: Iterable[Extraction | Issue]) -> bool:
    """Return whether anything failed, once a line for each document is written."""
    failed = False
    for line, broken in _encoded(found):
        sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()
        failed |= broken
    return failed


def _write_array(found: Iterable[Extraction | Issue]) -> bool:
    """Return whether anything failed, once the documents are written as one JSON array, one by one."""
    failed, before = False, b"[\n"
    for line, broken in _encoded(found):
        sys.stdout.buffer.write(before + line)
        failed, before = failed | broken, b",\n"
    sys.stdout.buffer.write(b"\n]\n" if before != b"[\n" else b"[]\n")
    return failed


def _encoded(found: Iterable[Extraction | Issue]) -> Iterator[tuple[bytes, bool]]:
    from pipeline.models import Issue, to_json

    for item in found:
        if isinstance(item, Issue):
            yield to_json({"id": item.document or item.place, "error": _told(item)}), True
        else:
            yield to_json(item), False


def _told(issue: Issue) -> str:
    return f"{issue.place}: {issue.message}" if issue.place else issue.message


def _write_table(found: Iterable[Extraction | Issue]) -> bool:
    """Return whether anything failed, once a table for each document is printed."""
    from pipeline.cli import show
    from pipeline.models import Issue

    failed = False
    for item in found:
        if isinstance(item, Issue):
            show.issue(item)
            failed = True
        else:
            show.extraction(item)
    return failed


def _write_page(found: Iterable[Extraction | Issue]) -> bool:
    """Return whether anything failed, once all documents are written as one page to send."""
    from pipeline.models import Issue
    from pipeline.review.sheet import sheet

    failed = False

    def noted() -> Iterator[Extraction | Issue]:
        nonlocal failed
        for item in found:
            failed |= isinstance(item, Issue)
            yield item

    for piece in sheet(noted()):
        sys.stdout.buffer.write(piece.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    return failed


WRITERS: dict[Output, Callable[[Iterable[Extraction | Issue]], bool]] = {
    "table": _write_table,
    "jsonl": _write_lines,
    "json": _write_array,
    "html": _write_page,
}
