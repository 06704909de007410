"""The rules of merging: `tables/merge.toml`, checked when read."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, get_args

from pipeline.models import AssetKind, Kind, Status
from pipeline.rules.knowledge import Knowledge
from pipeline.rules.loading import RuleError, Rules

Relation = Literal["same", "near", "absent", "rounded", "slipped", "other"]
"""What two amounts say of each other."""


class Join(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What two mentions must share, given what their amounts say of each other."""

    kinds: Literal["any", "family"]
    days: int
    told_days: int
    said_currency: bool = False
    """Both texts must name the currency."""
    same_parties: bool = False
    """Both must name all the same parties."""
    other_document: bool = False


class Counts(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind that counts as another where the asset is one of these."""

    kind: Kind
    assets: tuple[AssetKind, ...]


class Exactness(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How exact figures are."""

    about: Decimal
    open: Decimal
    rounded: Decimal
    slips: tuple[int, ...]


class Kinds(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which kind stands where mentions disagree."""

    order: tuple[Kind, ...]
    weak: tuple[Kind, ...] = ()


class StatusMoves(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a status moves from document to document."""

    progress: tuple[Status, ...]
    stops: tuple[Status, ...]
    stopped_from: tuple[Status, ...]
    resumed_by: tuple[Status, ...]


class MergeRules(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of `merge.toml`."""

    families: dict[str, tuple[Kind, ...]]
    counts_as: dict[Kind, Counts]
    join: dict[Relation, Join]
    figures: Exactness
    kinds: Kinds
    status: StatusMoves

    def kin(self, left: Kind, right: Kind) -> bool:
        """Return whether two kinds can tell one deal in other words."""
        return left == right or any(left in family and right in family for family in self.families.values())


def merge_rules(knowledge: Knowledge) -> MergeRules:
    """Return the rules; raise `RuleError` where a kind, a status or a case is left out."""
    path = knowledge.path("tables/merge.toml")
    rules = knowledge.table("merge.toml", MergeRules)
    every: dict[str, tuple[tuple[str, ...], set[str]]] = {
        "families": (get_args(Kind), {kind for family in rules.families.values() for kind in family}),
        "join": (get_args(Relation), set(rules.join)),
        "kinds.order": (get_args(Kind), set(rules.kinds.order)),
        "status": (
            tuple(status for status in get_args(Status) if status != "hypothetical"),
            {*rules.status.progress, *rules.status.stops},
        ),
    }
    for table, (known, told) in every.items():
        if missing := [name for name in known if name not in told]:
            raise RuleError(f"{path}: [{table}] leaves out '{missing[0]}'; say where it belongs")
    return rules
