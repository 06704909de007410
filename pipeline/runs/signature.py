"""Signs what a document is read from and with, so that a run can tell what it need not read again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from pipeline.models import Capture, Document, Unchanged, fingerprint, to_json
from pipeline.rules.knowledge import Knowledge

OURS = "deal-pipeline"
LIBRARY = re.compile(r"[A-Za-z0-9._-]+")


def sign(item: Capture | Document | Unchanged, before: str | None, knowledge: Knowledge) -> str:
    """Return the signature of an item read now; one that did not change is still read from what it was before."""
    read_from = (before or "").partition(" ")[0] if isinstance(item, Unchanged) else _bytes_of(item)
    return f"{read_from} {knowledge.once(reads_with)}"


def _bytes_of(item: Capture | Document) -> str:
    """Return the name of all that a document is read from."""
    if isinstance(item, Document):
        return fingerprint(to_json(item))
    told = (item.url, item.content_type, item.charset, item.kind, sorted(item.hints.items()))
    return fingerprint(sha256(item.data).digest(), sha256(item.fallback or b"").digest(), *told)


def reads_with(knowledge: Knowledge) -> str:
    """Return the name of all that decides what is read out of the same bytes: rules, tables, code and libraries."""
    code = sorted(Path(__file__).parents[1].rglob("*.py"))
    settings = knowledge.settings
    own = [settings.patterns] if settings.patterns else []
    digests = [sha256(path.read_bytes()).digest() for path in (*code, *own)]
    return fingerprint(knowledge.fingerprint, *digests, *_versions(settings.trained))


def _versions(trained: str | None) -> Iterator[str]:
    """Yield the libraries that we require and a trained pipeline, each with its version where one is installed."""
    for line in (*(requires(OURS) or ()), *([trained] if trained else [])):
        name = LIBRARY.match(line)
        try:
            yield f"{line} {version(name[0])}" if name else line
        except PackageNotFoundError:  # an extra, a library of another system, a pipeline in a folder
            yield line
