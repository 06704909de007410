"""What a person said of a deal."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from pipeline.models.nouns import Noun

Answer = Literal["accepted", "rejected", "edited", "unsure", "added", "same", "different", "undone"]
Fault = Literal["no-deal", "direction", "amount", "firm", "status"]
"""What is wrong with a rejected deal."""


class OneDeal(Noun, frozen=True, kw_only=True):
    """A deal as one side of a comparison, with what finds it again."""

    deal: str
    quotes: tuple[str, ...]
    parties: tuple[str, ...] = ()
    """`role:name` of each."""
    tellings: tuple[str, ...] = ()
    """The ids of its mentions."""


class Judgement(Noun, frozen=True, kw_only=True):
    """A person's answer about a deal: a line of `sources/judgements.jsonl`, appended and never rewritten."""

    answer: Answer
    deal: str
    """The id the deal had when it was judged; `quotes` is what finds it again."""
    quotes: tuple[str, ...]
    """The evidence texts of its mentions."""
    parties: tuple[str, ...] = ()
    """`role:name` of each party as judged."""
    fields: dict[str, Any] = msgspec.field(default_factory=dict)
    """For `edited`: the fields changed, to what."""
    judged: dict[str, Any] = msgspec.field(default_factory=dict)
    """What the person saw (see `judgements.judged`): kind, status, parties, amount, …; its rule, language, source.

    For `added`: what the person told, and in `place` where its quote stood (see `additions`)."""
    substance: str | None = None
    """Fingerprint of what was judged (see `substance`), to notice a change since."""
    other: OneDeal | None = None
    """For `same` and `different`: the deal that this one was compared with."""
    fault: Fault | None = None
    """For `rejected`: what is wrong with it, where the person said."""
    settles: bool = False
    """Whether it settles what people disagreed about: what was answered before it counts no more."""
    by: str
    at: str
    why: str | None = None
