"""Starts runs that begin at once: children of a process in which everything slow is loaded. They can be killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.projects import environment

NURSERY = """
import os, signal, sys, time
import pipeline.fetch.feed, pipeline.publish, pipeline.merge, pipeline.store, pipeline.read, pipeline.resolve
from pipeline.extraction import extract
from pipeline.run import run
extract("微软2018年6月4日宣布，将以75亿美元收购GitHub。")
print("ready", flush=True)
for line in sys.stdin:
    folder, seconds = line.split()
    child = os.fork()
    if not child:
        os.environ["DEALS_ROOT"] = folder
        summary = run(["news"])
        os._exit(1 if summary.failed else 0)
    if seconds != "never":
        time.sleep(float(seconds))
        os.kill(child, signal.SIGKILL)  # nobody has waited for it yet, so its number is still its own
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Nursery:
    """The process whose children are runs."""

    def __init__(self) -> None:
        command = [sys.executable, "-c", NURSERY]
        root = Path(__file__).parent.parent
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root, env=environment(root)
        )
        assert self._line() == "ready"

    def run(self, folder: Path, *, kill_after: float | None = None) -> int:
        """Return how a run in a project ended; one to be killed gets so many seconds."""
        assert self._process.stdin
        seconds = "never" if kill_after is None else f"{kill_after:.3f}"
        self._process.stdin.write(f"{folder} {seconds}\n")
        self._process.stdin.flush()
        return int(self._line())

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()
