"""Signs what a document is read from and with, so that a run can tell what it need not read again."""

from __future__ import annotations

from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from pipeline.models import Capture, Document, Unchanged, fingerprint, to_json
from pipeline.rules.knowledge import Knowledge

READS_WITH = ("opencc", "rjieba", "spacy", "trafilatura")
"""Libraries whose other version may read the same bytes otherwise."""


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
    versions = [version(library) for library in READS_WITH]
    return fingerprint(knowledge.fingerprint, settings.trained, *digests, *versions)
