"""Signs what a document is read from and with, so that a run can tell what it need not read again."""

from __future__ import annotations

import os
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from pipeline import settings
from pipeline.models import Capture, Document, Unchanged, fingerprint, to_json
from pipeline.rules import loading

READS_WITH = ("dateparser", "opencc", "rjieba", "spacy", "trafilatura")
"""Libraries whose other version may read the same bytes otherwise."""


def sign(item: Capture | Document | Unchanged, before: str | None) -> str:
    """Return the signature of an item read now; one that did not change is still read from what it was before."""
    read_from = (before or "").partition(" ")[0] if isinstance(item, Unchanged) else _bytes_of(item)
    return f"{read_from} {reads_with()}"


def _bytes_of(item: Capture | Document) -> str:
    """Return the name of all that a document is read from."""
    if isinstance(item, Document):
        return fingerprint(to_json(item))
    told = (item.url, item.content_type, item.charset, item.kind, sorted(item.hints.items()))
    return fingerprint(sha256(item.data).digest(), sha256(item.fallback or b"").digest(), *told)


@cache
def reads_with() -> str:
    """Return the name of all that decides what is read out of the same bytes: rules, tables, code and libraries."""
    code = sorted(Path(__file__).parents[1].rglob("*.py"))
    own = [path for path in [settings.patterns()] if path]
    digests = [sha256(path.read_bytes()).digest() for path in (*code, *own)]
    trained = os.environ.get("DEALS_SPACY")
    return fingerprint(loading.fingerprint(), trained, *digests, *(version(library) for library in READS_WITH))
