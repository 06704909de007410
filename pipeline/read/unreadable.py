"""What a reader says when it cannot read."""

from __future__ import annotations

from pipeline.errors import DealsError
from pipeline.models import Severity


class ReadError(DealsError):
    """Input that gives no document; `place` is its file or address, with the line where one is to blame."""

    def __init__(self, message: str, place: str, *, severity: Severity = "error") -> None:
        super().__init__(message, place)
        self.severity = severity
