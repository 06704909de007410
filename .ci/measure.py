"""Runs every measure of `floors.toml` and says which has sunk below its floor; the exit status is 1 where one has.

python .ci/measure.py ../shared [NAME ...]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

FLOORS = tomllib.loads(Path(__file__).with_name("floors.toml").read_text("utf-8"))
CLI = str(Path(sys.executable).with_name("deals"))


def measured(name: str, shared: Path) -> dict[str, float]:
    """Return the figures of one measure, as `score.py` gives them; its name up to the hyphen is the benchmark."""
    paths = [str(path) for pattern in FLOORS[name]["paths"] for path in sorted(shared.glob(pattern))]
    score = [sys.executable, "-B", str(shared / "benchmarks" / "score.py"), name.partition("-")[0]]
    done = subprocess.run([*score, *paths, "--cli", CLI, "--json"], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{name}: score.py ended with {done.returncode}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def broken(held: dict[str, Any], figures: dict[str, float]) -> list[str]:
    """Return what is below its floor or above its ceiling; a figure that nobody measures is a KeyError."""
    least, most = held["least"].items(), held.get("most", {}).items()
    low = [f"{key} is {figures[key]:.3f}, at least {bound}" for key, bound in least if figures[key] < bound]
    return low + [f"{key} is {figures[key]:.3f}, at most {bound}" for key, bound in most if figures[key] > bound]


def main(shared: Path, *names: str) -> None:
    """Print a line of figures for each measure, two at a time, and end with 1 where one is not what it must be."""
    names = names or tuple(FLOORS)
    faults = []
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        for name, figures in zip(names, pool.map(lambda name: measured(name, shared), names), strict=True):
            held = {**FLOORS[name]["least"], **FLOORS[name].get("most", {})}
            print(f"{name:14}", *(f"{key}={figures[key]:.3f}" for key in held), flush=True)
            faults += [f"{name}: {fault}" for fault in broken(FLOORS[name], figures)]
    sys.exit("\n".join(faults) or None)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
