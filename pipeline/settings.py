"""Where things lie: the project folder (`DEALS_ROOT`, else the current one) and what it holds."""

from __future__ import annotations

import os
from pathlib import Path


def root() -> Path:
    """Return the project folder, which holds `sources/` and `extracted/`."""
    return Path(os.environ.get("DEALS_ROOT") or ".")


def sources() -> Path:
    """Return the folder of sources."""
    return root() / "sources"


def judgements() -> Path:
    """Return the file of people's judgements, which may not exist yet."""
    return sources() / "judgements.jsonl"


def companies() -> Path:
    """Return the file of the user's own companies, which may not exist yet."""
    return sources() / "companies.toml"


def extracted() -> Path:
    """Return the folder of what we publish."""
    return root() / "extracted"


def registry() -> Path:
    """Return the folder of imported registers, one file each."""
    return extracted() / "registry"


def captures() -> Path:
    """Return the folder of captures, one folder a source."""
    return extracted() / "captures"


def database() -> str:
    """Return the store's URL: `DEALS_DATABASE_URL`, else the SQLite file beside what we publish."""
    return os.environ.get("DEALS_DATABASE_URL") or f"sqlite:///{extracted() / 'deals.db'}"


def patterns() -> Path | None:
    """Return the user's own spaCy patterns, if `DEALS_PATTERNS` names a file."""
    named = os.environ.get("DEALS_PATTERNS")
    return Path(named) if named else None
