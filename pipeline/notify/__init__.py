"""Brings news to people: what changed, and a source that fails or falls silent, by webhook and by e-mail.

What is to be told is read from `changes.jsonl`, of which each target remembers how far it was told: a target that does
not answer is told the rest by the next run. `deals.toml` of the project says who is told what.
"""

from __future__ import annotations

from pipeline.notify.delivery import notify
from pipeline.notify.targets import NotifyError, Targets, targets

__all__ = ["NotifyError", "Targets", "notify", "targets"]
