"""The one family of errors that a user can cause and mend."""

from __future__ import annotations

from typing import ClassVar, Literal


class DealsError(Exception):
    """What a user can cause: `message` says what is wrong and how to mend it, `place` in which file, line or address.

    Everything that the program raises on purpose is one of these; anything else that comes up is a fault of ours.
    """

    common: ClassVar[bool] = False
    """Whether it is no single document's fault: every other one would fail the same way."""
    severity: Literal["error", "warning", "note"] = "error"

    def __init__(self, message: str, place: object = "") -> None:
        super().__init__(*((message, str(place)) if place else (message,)))  # as given: a process pool makes it anew
        self.message = message
        self.place = str(place) if place else ""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message
