"""Confidence: how often deals of a score were right on labelled news.

The score is what the rules say, a frame's certainty less what is guessed. Confidence is a promise, so scores are
measured: a rising curve, and for rules that were tried often enough a shift of the log-odds. Both are made by
`deals rules calibrate`, never by hand.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from math import exp, log

from pipeline.rules.common_tables import Calibration

NEVER, ALWAYS = 0.01, 0.99  # no number of labels proves either


class Confidence:
    """A calibration ready to be asked."""

    def __init__(self, table: Calibration | None) -> None:
        self.table = table

    @cached_property
    def _curve(self) -> list[tuple[float, float]]:
        """Return the points of the curve; where nothing was measured, a score is taken at its word."""
        told = zip(self.table.score, self.table.right, strict=True) if self.table else ()
        return [(0.0, 0.0), *told, (1.0, 1.0)]

    def of(self, rule: str, score: float) -> float:
        """Return how likely a deal of a rule (`zh.acquire`) is right, from 0.01 to 0.99."""
        if self.table is None:
            return score
        share = between(self._curve, score)
        shift = self.table.rules.get(rule)
        return clipped(share if shift is None else likely(odds(share) + shift))


def between(curve: list[tuple[float, float]], at: float) -> float:
    """Return the height of a curve of straight lines at a place between its first point and its last."""
    behind = min(max(bisect_right(curve, (at, 2.0)), 1), len(curve) - 1)
    (left, low), (right, high) = curve[behind - 1], curve[behind]
    return low + (high - low) * (at - left) / (right - left)


def clipped(share: float) -> float:
    """Return a share that is neither never nor always."""
    return min(max(share, NEVER), ALWAYS)


def odds(share: float) -> float:
    """Return the log-odds of a share."""
    return log(clipped(share) / (1 - clipped(share)))


def likely(told: float) -> float:
    """Return the share of log-odds."""
    return 1 / (1 + exp(-told))
