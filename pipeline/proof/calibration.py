"""Makes the table of `pipeline/deals/confidence.py` out of labelled news: how often deals of a score or rule are right.

The curve is a centred isotonic regression (Oron and Flournoy, 2017): scores are sorted, neighbours that fall are pooled
(pool adjacent violators), and straight lines join the pools at their mean score. Two deals that were right as often as
their score says stand beside each tenth of the scale, so that a scale with few labels bends little; a rule's shift
is held back by twenty deals of its own score in the same way.

Rules do better on what they were written with than on what comes. So a fifth of the passages, by a hash of their ids,
is to be unread by those who write rules, and counts four times: as much as the rest.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from pipeline.deals.confidence import Confidence, clipped, odds
from pipeline.errors import DealsError
from pipeline.extraction import Extractor
from pipeline.models import Deal, Document
from pipeline.rules.common_tables import Calibration
from pipeline.rules.knowledge import Knowledge

TABLE = "tables/confidence.toml"
GRID = tuple(tenth / 10 for tenth in range(1, 10))
AT_ITS_WORD = 2  # deals beside each tenth that are right as often as their score says
HELD_BACK = 20  # deals of a rule that are right as often as the curve says
FEW, LITTLE = 8, 0.1  # a rule that fired less often says nothing yet; a shift as small is none
UNREAD, COUNTS = 5, 4  # every fifth passage, and how often its deals count
SHORTEST = 2  # letters of a name that may be a part of another


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """A deal that a passage tells, as a person labelled it; names are written as in the passage."""

    payers: tuple[str, ...] = ()
    payees: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    unsure: bool = False


class LabelledPassage(msgspec.Struct, frozen=True, kw_only=True):
    """A labelled passage, a line of a JSONL file; `aliases` gives other forms of its names."""

    id: str
    text: str
    gold: tuple[Label, ...]
    aliases: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


class Judged(NamedTuple):
    """A deal that was told: by which rule, with which score, in an unread passage or not, and whether it is right."""

    rule: str
    score: float
    right: bool
    unread: bool


def read(path: Path) -> list[LabelledPassage]:
    """Return the passages of a JSONL file; DealsError names the line that is none."""
    passages = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip():
            try:
                passages.append(msgspec.json.decode(line, type=LabelledPassage))
            except msgspec.MsgspecError as error:
                raise DealsError(f"{path}:{number}: no labelled passage: {error}") from error
    return passages


def judged(passages: Iterable[LabelledPassage], knowledge: Knowledge) -> list[Judged]:
    """Return every deal that the rules tell of the passages, with its score and whether a person labelled it."""
    places = ((place, path) for place, paths in knowledge.files.items() for path in paths if place != TABLE)
    extractor = Extractor(Knowledge(places, knowledge.settings))
    found = []
    for passage in passages:
        unread = int(hashlib.sha256(passage.id.encode()).hexdigest(), 16) % UNREAD == 0
        sure = [label for label in passage.gold if not label.unsure]
        doubtful = [label for label in passage.gold if label.unsure]
        for deal in extractor(Document(id=passage.id, text=passage.text)).deals:
            if deal.status == "hypothetical" or any(fits(deal, label, passage) for label in doubtful):
                continue
            right = any(fits(deal, label, passage) for label in sure)
            found.append(Judged(deal.rule, deal.confidence, right, unread))
    return found


def fits(deal: Deal, label: Label, passage: LabelledPassage) -> bool:
    """Return whether a deal has the sides of a label: both where it names both."""

    def named(names: Sequence[str], *roles: str) -> bool:
        told = [party.text.lower() for party in deal.parties if party.role in roles]
        forms = [form.lower() for name in names for form in (name, *passage.aliases.get(name, ()))]
        return any(_one_name(one, form) for one in told for form in forms)

    if label.parties:
        every = ("payer", "payee", "target", "partner")
        return sum(named([name], *every) for name in label.parties) >= min(2, len(label.parties))
    others = (*label.payees, *label.targets)
    sides = [(label.payers, ("payer",)), (others, ("payee", "target"))]
    return all(named(names, *roles) for names, roles in sides if names)


def _one_name(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) >= SHORTEST and (one in other or other in one))


def calibration(told: Iterable[Judged]) -> Calibration:
    """Return the table that deals make, those of unread passages counted several times."""
    used = [each for one in told for each in [one] * (COUNTS if one.unread else 1)]
    curve = isotonic([*((each.score, float(each.right)) for each in used), *((at, at) for at in GRID * AT_ITS_WORD)])
    table = Calibration(score=tuple(at for at, _ in curve), right=tuple(share for _, share in curve))
    share = Confidence(table).of
    by_rule: defaultdict[str, list[Judged]] = defaultdict(list)
    for each in used:
        by_rule[each.rule].append(each)
    shifts = {
        rule: shift
        for rule, deals in sorted(by_rule.items())
        if len(deals) >= FEW and abs(shift := _shift(deals, share)) >= LITTLE
    }
    return msgspec.structs.replace(table, rules=shifts)


def isotonic(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return a curve that rises, strictly inside 0 and 1: the mean score and share of each pool of points."""
    pools: list[list[tuple[float, float]]] = []
    for point in sorted(points):
        pools.append([point])
        while len(pools) > 1 and (pools[-2][-1][0] == point[0] or _mean(pools[-2], 1) >= _mean(pools[-1], 1)):
            last = pools.pop()
            pools[-1] += last
    means = [(round(_mean(pool, 0), 3), round(clipped(_mean(pool, 1)), 3)) for pool in pools]
    risen = [(0.0, 0.0)]
    for at, share in means:
        if at > risen[-1][0] and share > risen[-1][1]:
            risen.append((at, share))
    return risen[1:]


def _mean(pool: Sequence[tuple[float, float]], axis: int) -> float:
    return sum(point[axis] for point in pool) / len(pool)


def _shift(deals: Sequence[Judged], share: Callable[[str, float], float]) -> float:
    """Return how much surer a rule's deals are than the curve says, in log-odds."""
    said = sum(share("", each.score) for each in deals)
    right = sum(each.right for each in deals)
    held = HELD_BACK * said / len(deals)
    every = len(deals) + HELD_BACK
    return round(odds((right + held) / every) - odds((said + held) / every), 2)


def toml(table: Calibration) -> str:
    """Return the table as its file; it stands alone, whatever lies below it."""
    lines = ["# How often deals of a score were right on labelled news. Made by `deals rules calibrate`.", ""]
    lines += ["replace = true", f"score = {list(table.score)}", f"right = {list(table.right)}", "", "[rules]"]
    return "\n".join([*lines, *(f"'{rule}' = {shift}" for rule, shift in table.rules.items())]) + "\n"


class KeptPromise(NamedTuple):
    """How a promise was kept: deals of a band of confidence, the mean promised, and how many were right."""

    band: str
    deals: int
    promised: float
    right: int


def kept(told: Iterable[Judged], table: Calibration) -> list[KeptPromise]:
    """Return how the table does, by tenths of confidence: first on what rules were written with, then on the rest."""
    share = Confidence(table).of
    bands: defaultdict[tuple[bool, int], list[tuple[float, bool]]] = defaultdict(list)
    for each in told:
        promised = share(each.rule, each.score)
        bands[each.unread, int(promised * 10)].append((promised, each.right))
    return [
        KeptPromise(
            f"{'unread' if unread else 'read'} {tenth / 10:.1f}",
            len(deals),
            sum(promised for promised, _ in deals) / len(deals),
            sum(right for _, right in deals),
        )
        for (unread, tenth), deals in sorted(bands.items())
    ]
