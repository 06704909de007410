"""Starts runs that begin at once: children of a process in which everything slow is loaded. They can be killed.

What a run does to the world it does in steps: a write, a rename, a statement to the database. They are counted, so that
a run can be killed right before any of them, on a fast machine and on a slow one.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.projects import environment

UNCOUNTED = -1
"""In place of a step: nobody asks how many there are, and to count them takes longer than the run itself."""
NURSERY = (
    f"UNCOUNTED = {UNCOUNTED}"
    + """
import os, signal, sys
import pipeline.fetch.feed, pipeline.publish, pipeline.merge, pipeline.store, pipeline.read, pipeline.resolve
from pipeline.extraction import extract
from pipeline.run import run
STEPS = {"write", "flush", "fsync", "close", "rename", "replace", "unlink", "remove", "mkdir", "rmdir", "execute",
         "executemany", "commit"}
extract("微软2018年6月4日宣布，将以75亿美元收购GitHub。")
print("ready", flush=True)

def counted(folder, last):
    done = 0
    def step(frame, event, called):
        nonlocal done
        if event == "c_call" and called.__name__ in STEPS:
            done += 1
            if done == last:
                os.kill(os.getpid(), signal.SIGKILL)
    os.environ["DEALS_ROOT"] = folder
    if last != UNCOUNTED:
        sys.setprofile(step)
    summary = run(["news"])
    sys.setprofile(None)
    print(done, flush=True)
    os._exit(1 if summary.failed else 0)

for line in sys.stdin:
    folder, last = line.split()
    child = os.fork()
    if not child:
        counted(folder, int(last))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status == -signal.SIGKILL:
        print(last, flush=True)
    print(status, flush=True)
"""
)


class Run(NamedTuple):
    """How a run ended, and after how many steps."""

    status: int
    steps: int


class Nursery:
    """The process whose children are runs."""

    def __init__(self) -> None:
        command = [sys.executable, "-c", NURSERY]
        root = Path(__file__).parent.parent
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root, env=environment(root)
        )
        assert self._line() == "ready"

    def run(self, folder: Path, *, kill_before: int = UNCOUNTED) -> Run:
        """Return how a run in a project ended; one to be killed is so before this step, and none is at 0."""
        assert self._process.stdin
        self._process.stdin.write(f"{folder} {kill_before}\n")
        self._process.stdin.flush()
        steps, status = self._line(), self._line()
        return Run(int(status), int(steps))

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()
