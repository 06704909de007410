"""Sentences made by the cell: one way to tell a deal, filled with every verb of its kind and with names of many shapes.

`tests/grids/LANG.toml` holds the grid of a language, in words of our own:

    floor = { found = 0.9, right = 0.8, precision = 0.95 }   # what the test asks for; see `Tally`

    [names]                     # sets of firms, a letter each; the sets take turns, with --all every set is tried
    known = { A = "Siemens", B = "Nokia", C = "Ericsson" }
    strange = { A = "Veltrano", B = "Siemens", C = "Ostmark Systems" }

    [words]                     # fillings that take turns, in every cell
    sum = ["$2 billion", "$340 million"]

    [[cell]]
    kind = "acquisition"        # of the deals it tells, and the row of the table; any word where it tells none
    construction = "passive"    # the column
    words = { bought = ["acquired", "bought"] }     # fillings that are all tried, in every combination
    templates = ["{B} was {bought} by {A} for {sum}."]
    deals = [{ payer = "A", target = "B", amount = true }]

A template may hold choices of its own, which are all tried too: `{A} [buys|acquires] {B}`; one may be empty.
A deal gives the letters of its parties by role (`payer`, `payee`, `target`, `partner`; several: `"AC"`), and where
they matter `kinds` (others that are right too), `status` (a list) and `amount` (true: the filling of `{sum}`).
`deals = []` is a cell that tells none. A template that needs no letter C leaves it out; `{C}` in a deal must stand in
the template. A party that is no firm is a word of one letter: `words = { G = ["U.S. Navy"] }`. `{A}[은/는]` takes the
form that fits the name.

    python -m tests.grids en                  # the table, kind by construction: found of expected, wrong ones
    python -m tests.grids en --all --show 5 --kind loan --construction passive   # and sentences that failed
"""

from __future__ import annotations

import argparse
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from pipeline.extraction import extract
from pipeline.models import Deal, Document
from pipeline.text.scripts import is_closed, is_hangul

FOLDER = Path(__file__).parent / "grids"
FORMS = re.compile(r"(.)\[(\w+)/(\w+)\]")
SLOT = re.compile(r"\{(\w+)\}")
CHOICE = re.compile(r"\[([^\[\]|]*\|[^\[\]]*)\]")
NAMED = tuple(f"{{{letter}}}" for letter in "ABCDEFG")
"""How a template begins with a firm, which is written as it is."""
ROLES = {"payer": "payer", "payee": "other", "target": "other", "partner": "partner"}
"""The side each role stands on: whether a firm is paid or changes hands is a matter of kind."""


class GridError(ValueError):
    """A grid that cannot be expanded; the message names file and cell."""


@dataclass(frozen=True)
class Telling:
    """A deal that a sentence must give: its firms by side, the kinds and states that are right, the sum as written."""

    sides: dict[str, frozenset[str]]
    kinds: tuple[str, ...]
    status: tuple[str, ...] = ()
    amount: str | None = None

    def found(self, deal: Deal) -> bool:
        """Return whether a deal has these firms on these sides, and no others."""
        return sides_of(deal) == self.sides

    def right(self, deal: Deal) -> bool:
        """Return whether a deal that was found is right in all that the cell asks for."""
        status = not self.status or deal.status in self.status
        amount = self.amount is None or (deal.amount is not None and deal.amount.text == self.amount)
        return self.found(deal) and deal.kind in self.kinds and status and amount


@dataclass(frozen=True)
class Case:
    """One sentence of a grid, and what it must give."""

    kind: str
    construction: str
    text: str
    deals: tuple[Telling, ...]


@dataclass
class Tally:
    """What came of the cases of one or more cells."""

    expected: int = 0
    found: int = 0
    right: int = 0
    told: int = 0
    wrong: int = 0
    failures: list[tuple[Case, list[Deal]]] = field(default_factory=list)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.expected + other.expected, self.found + other.found, self.right + other.right,
            self.told + other.told, self.wrong + other.wrong, self.failures + other.failures,
        )  # fmt: skip

    @property
    def figures(self) -> dict[str, float]:
        """Return the shares that a floor is set on: of expected deals found, and right; of told ones expected."""
        expected, told = max(self.expected, 1), max(self.told, 1)
        return {
            "found": self.found / expected,
            "right": self.right / expected,
            "precision": 1 - self.wrong / told,
        }


def languages() -> list[str]:
    """Return the languages that have a grid."""
    found = sorted(path.stem for path in FOLDER.glob("*.toml"))
    if not found:
        raise GridError(f"no grid in {FOLDER}")
    return found


def load(language: str) -> dict[str, Any]:
    """Return the grid of a language as its file has it."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))


def cases(grid: dict[str, Any], *, every: bool = False) -> Iterator[Case]:
    """Yield the sentences of a grid: each template with each verb and names in turn; with `every` all names."""
    sets = list(grid["names"].values())
    turn = 0
    for cell in grid["cell"]:
        own: dict[str, list[str]] = cell.get("words", {})
        for template in (each for whole in cell["templates"] for each in chosen(whole)):
            slots = SLOT.findall(template)
            used = [slot for slot in own if slot in slots]
            for filling in product(*(own[slot] for slot in used)):
                turn += 1
                for names in sets if every else [sets[turn % len(sets)]]:
                    words = {name: each[turn % len(each)] for name, each in grid.get("words", {}).items()}
                    yield _case(cell, template, words | names | dict(zip(used, filling, strict=True)))


def chosen(template: str) -> Iterator[str]:
    """Yield a template with each of its choices made, in every combination."""
    parts = CHOICE.split(template)
    for made in product(*([part] if index % 2 == 0 else part.split("|") for index, part in enumerate(parts))):
        yield " ".join("".join(made).split()).replace(" .", ".")


def _case(cell: dict[str, Any], template: str, words: dict[str, str]) -> Case:
    try:
        text = FORMS.sub(_form, SLOT.sub(lambda slot: words[slot[1]], template))
        text = text.removesuffix("..") + "." if text.endswith("..") else text  # S.A. closes its sentence
        deals = tuple(_telling(cell, deal, words) for deal in cell["deals"])
    except KeyError as error:
        raise GridError(f"{cell['kind']}, {cell['construction']}: nothing fills {error} in '{template}'") from error
    if not template.startswith(NAMED):
        text = text[:1].upper() + text[1:]
    return Case(cell["kind"], cell["construction"], text, deals)


def _form(found: re.Match[str]) -> str:
    """Return a word of two forms, after the letter it hangs on: the first behind a syllable that a consonant closes."""
    before, closed, other = found.groups()
    return before + (closed if is_hangul(before) and is_closed(before) else other)


def _telling(cell: dict[str, Any], deal: dict[str, Any], words: dict[str, str]) -> Telling:
    unknown = deal.keys() - ROLES.keys() - {"kinds", "status", "amount"}
    if unknown:
        raise GridError(f"{cell['kind']}, {cell['construction']}: a deal has no '{min(unknown)}'")
    sides: dict[str, frozenset[str]] = {}
    for role, side in ROLES.items():
        if role in deal:
            sides[side] = sides.get(side, frozenset()) | {bare(words[letter]) for letter in deal[role]}
    kinds = (cell["kind"], *deal.get("kinds", ()))
    return Telling(sides, kinds, tuple(deal.get("status", ())), words["sum"] if deal.get("amount") else None)


def sides_of(deal: Deal) -> dict[str, frozenset[str]]:
    """Return the names of a deal's parties, as written, by side."""
    sides: dict[str, set[str]] = defaultdict(set)
    for party in deal.parties:
        sides[ROLES[party.role]].add(bare(party.text))
    return {side: frozenset(names) for side, names in sides.items()}


def bare(name: str) -> str:
    """Return a name without the full stop of its form, which may be the sentence's: Inc., S.A."""
    return name.removesuffix(".")


def run(picked: Iterable[Case]) -> dict[tuple[str, str], Tally]:
    """Return what comes of each cell."""
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    for case in picked:
        tallies[case.kind, case.construction] += judged(case, list(extract(Document(id="grid", text=case.text)).deals))
    return dict(tallies)


def judged(case: Case, told: Sequence[Deal]) -> Tally:
    """Return what came of one case."""
    wrong = [deal for deal in told if not any(each.found(deal) for each in case.deals)]
    right = sum(any(each.right(deal) for deal in told) for each in case.deals)
    tally = Tally(
        expected=len(case.deals),
        found=sum(any(each.found(deal) for deal in told) for each in case.deals),
        right=right,
        told=len(told),
        wrong=len(wrong),
    )
    if wrong or right < len(case.deals):
        tally.failures.append((case, list(told)))
    return tally


def main() -> None:
    """Print the table of a grid, and sentences of it that failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=languages())
    parser.add_argument("--all", action="store_true", help="every set of names in every template")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="N sentences that failed, of each cell")
    parser.add_argument("--kind")
    parser.add_argument("--construction")
    args = parser.parse_args()
    tallies = run(
        case
        for case in cases(load(args.language), every=args.all)
        if args.kind in (None, case.kind) and args.construction in (None, case.construction)
    )
    for (kind, construction), tally in tallies.items():
        if args.show and tally.failures:
            print(f"\n{kind}, {construction}: {tally.found} of {tally.expected}, {tally.wrong} wrong")
            for case, told in tally.failures[: args.show]:
                print("   ", case.text)
                for deal in told:
                    sides = {party.text: party.role for party in deal.parties}
                    print("        ", deal.kind, deal.status, sides, deal.amount and deal.amount.text, deal.rule)
    print(_table(tallies))
    print(*(f"{name} {share:.3f}" for name, share in sum(tallies.values(), Tally()).figures.items()))


def _table(tallies: dict[tuple[str, str], Tally]) -> str:
    """Return a line a construction: found/expected over all kinds, wrong ones, and the kinds that lack some."""
    lines = []
    for construction in dict.fromkeys(construction for _, construction in tallies):
        own = {kind: tally for (kind, column), tally in tallies.items() if column == construction}
        total = sum(own.values(), Tally())
        lacks = Counter({kind: tally.expected - tally.found for kind, tally in own.items()})
        noted = ", ".join(f"{kind} -{count}" for kind, count in lacks.most_common() if count)
        figures = f"{total.found:5}/{total.expected:<5} right {total.right:5} wrong {total.wrong:4}"
        lines.append(f"{construction:26} {figures}  {noted}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
