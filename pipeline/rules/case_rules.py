"""The shape of `[cases]` in `syntax.toml`: what a language writes right behind a noun to say which part it has.

Each marker has the slot that it opens. Some languages write them in two forms, one behind a syllable that a consonant
closes and one behind an open syllable.
"""

from __future__ import annotations

import msgspec

from pipeline.rules.loading import Rules


class Cases(Rules, frozen=True, kw_only=True):
    """The shape of `[cases]`: markers behind a noun, and the ends of the verbs behind which a noun stands."""

    any: dict[str, str] = msgspec.field(default_factory=dict)
    """Each marker with the slot it opens, behind any noun."""
    closed: dict[str, str] = msgspec.field(default_factory=dict)
    """Those behind a syllable that a consonant closes."""
    open: dict[str, str] = msgspec.field(default_factory=dict)
    """Those behind an open syllable."""
    more: tuple[str, ...] = ()
    """What may follow a marker and changes nothing: 에서|는."""
    joints: tuple[str, ...] = ()
    """Markers that also join the names of a list."""
    attributive: tuple[str, ...] = ()
    """Ends of a verb that describes the noun behind it: 개발한, 만드는."""
    linking: tuple[str, ...] = ()
    """Ends of a verb that another verb follows: 설립하고."""
    light: tuple[str, ...] = ()
    """Ends of verbs that are little more than markers and take the noun right before them alone: 을 위한."""
    carrying: tuple[str, ...] = ()
    """Ends of verbs whose nouns belong to the act behind them: 甲と結んだ|契約, 맺은|계약."""
    final: tuple[str, ...] = ()
    """Ends of a verb that closes its clause: 밝혔다."""

    tails: dict[str, str] = msgspec.field(default_factory=dict)
    """Ends of what hangs on a cue, each with the list above that it belongs to: 받|은 is attributive."""

    def __bool__(self) -> bool:
        return bool(self.any or self.closed or self.open)
