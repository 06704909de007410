"""Starts runs that begin at once: children of a process in which everything slow is loaded. They can be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.projects import environment

NURSERY = """
import os, sys
import pipeline.fetch.feed, pipeline.publish, pipeline.merge, pipeline.store, pipeline.read, pipeline.resolve
from pipeline.run import extract, run
extract("微软2018年6月4日宣布，将以75亿美元收购GitHub。")
print("ready", flush=True)
for folder in sys.stdin:
    child = os.fork()
    if not child:
        os.environ["DEALS_ROOT"] = folder.strip()
        summary = run(["news"])
        os._exit(1 if summary.failed else 0)
    print(child, flush=True)
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
        self._process.stdin.write(f"{folder}\n")
        self._process.stdin.flush()
        child = int(self._line())
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(child, signal.SIGKILL)
        return int(self._line())

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()
