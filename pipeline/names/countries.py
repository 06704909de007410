"""Which two letters are a country."""

from __future__ import annotations

from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.rules.loading import Rules


class Countries(Rules, frozen=True, kw_only=True):
    """The shape of `countries.toml`."""

    codes: tuple[str, ...]


def countries() -> frozenset[str]:
    """Return the codes of ISO 3166, in capitals."""
    return shipped().once(_codes)


def _codes(knowledge: Knowledge) -> frozenset[str]:
    return frozenset(knowledge.table("countries.toml", Countries).codes)
