"""Shows how often deals of each confidence are right on the development data, and which rules err.

    python .ci/calibrate.py ../shared/benchmarks [--least 0.8]

Right is what `score.py` there calls right: the payer and the other side of a pair as the gold has them. Sentences whose
gold tells no deal are left out, as there. With --least the exit status is 1 where fewer of those with a confidence of
0.8 or more are right.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from pipeline.extraction import extract
from pipeline.models import Document, to_json

SURE = 0.8
BANDS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 1.01)
FEW = 8  # a rule that fired less often says nothing yet


def judged(score: ModuleType, benchmarks: Path) -> Iterator[tuple[str, float, str, bool]]:
    """Yield benchmark, confidence, rule and whether it is right for every pair that the program tells."""
    corpora = {"fewfc": (score.fewfc, "fewfc/*.json"), "fire": (score.fire, "fire/*.json")}
    for name, (read, pattern) in corpora.items():
        paths = sorted(benchmarks.glob(pattern))
        if not paths:
            sys.exit(f"{benchmarks / pattern}: no such files")
        items, found = read(paths, "", 0)
        for key, _, gold in items:
            for deal, right in pairs(score, found[key], gold):
                yield name, deal["confidence"], deal["rule"], right


def pairs(score: ModuleType, line: dict[str, Any], gold: list[Any]) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield the deal of each distinct pair and whether the gold has it, without those that it cannot judge."""
    told = score.pairs_found(line)
    right = {id(p): any(score.same(p[0], g[0]) and score.same(p[1], g[1]) for g in gold) for p in told}
    held = {id(p[2]) for p in told if right[id(p)] and p[1]["role"] == "target"}
    for p in {(p[0]["text"], p[1]["text"]): p for p in told}.values():
        seller_of_a_right_target = p[1]["role"] == "payee" and id(p[2]) in held
        if right[id(p)] or not seller_of_a_right_target:
            yield p[2], right[id(p)]


def loaded(path: Path) -> ModuleType:
    """Return `score.py`, made to hand over gold and findings instead of counting them, and to read in this process."""
    spec = spec_from_file_location("score", path)
    if not spec or not spec.loader:
        sys.exit(f"{path}: no such file")
    score = module_from_spec(spec)
    spec.loader.exec_module(score)
    score.extract = extracted
    score.tally = lambda items, found, errors: (items, found)
    return score


def extracted(cases: list[dict[str, str]], cli: str) -> dict[str, dict[str, Any]]:
    """Return what the program reads out of each case, as its JSON says it."""
    return {case["id"]: json.loads(to_json(extract(Document(id=case["id"], text=case["text"])))) for case in cases}


def table(title: str, rows: dict[str, list[bool]]) -> None:
    """Print how many of each row are right."""
    print(f"\n{title:24} {'pairs':>6} {'right':>6} {'share':>6}")
    for name, results in rows.items():
        print(f"{name:24} {len(results):6} {sum(results):6} {sum(results) / len(results):6.2f}")


def main() -> None:
    """Print the tables; end with 1 where the sure ones are not as sure as they must be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmarks", type=Path)
    parser.add_argument("--least", type=float, default=0.0)
    options = parser.parse_args()
    results = list(judged(loaded(options.benchmarks / "score.py"), options.benchmarks))
    for name in ("fewfc", "fire"):
        bands = {
            f"{name} {low:.2f} to {high:.2f}": band
            for low, high in pairwise(BANDS)
            if (band := [right for corpus, sure, _, right in results if corpus == name and low <= sure < high])
        }
        table("confidence", bands)
    often = [rule for rule, n in Counter(rule for _, _, rule, _ in results).items() if n >= FEW]
    by_rule = {rule: [right for _, _, other, right in results if other == rule] for rule in often}
    table("rule", dict(sorted(by_rule.items(), key=lambda row: sum(row[1]) / len(row[1]))))
    sure = {name: [r for corpus, c, _, r in results if corpus == name and c >= SURE] for name in ("fewfc", "fire")}
    table(f"of {SURE} and more", {**sure, "all": [right for rows in sure.values() for right in rows]})
    short = [name for name, rows in sure.items() if sum(rows) < options.least * len(rows)]
    if short:
        sys.exit(f"fewer than {options.least:.0%} of the sure ones are right: {', '.join(short)}")


if __name__ == "__main__":
    main()
