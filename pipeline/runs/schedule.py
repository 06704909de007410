"""When sources run: which have a schedule, which missed their time, and the local Prefect server that keeps it."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from pipeline.errors import DealsError
from pipeline.models import Issue, RunRecord, Source
from pipeline.runs.sources import EVERY, find_sources
from pipeline.settings import Settings

PR_SET_PDEATHSIG = 1
PATIENCE = 180.0
"""Seconds that a local Prefect server gets to start: 15 to 25 where nothing else runs."""
ANSWER = 10.0
"""Seconds that a server which is there may take to say so."""


class ServeError(DealsError):
    """Why nothing can be served."""


def scheduled(names: Sequence[str] = ()) -> tuple[list[Source], list[Issue]]:
    """Return the sources that have a schedule (of these names, or all enabled ones), and an issue for each broken."""
    sources, issues = find_sources(Settings.from_environment().sources, names)
    return [source for source in sources if source.schedule], issues


def last_runs(runs: Sequence[RunRecord]) -> dict[str, datetime]:
    """Return when each source was last run to the end."""
    finished = [run for run in runs if run.finished_at]
    return {source: datetime.fromisoformat(run.started_at) for run in finished for source in run.sources}


def missed(source: Source, last: datetime | None) -> bool:
    """Return whether a source's time came since its last run; one that never ran waits for its first time."""
    from cronsim import CronSim

    if last is None or not source.schedule:
        return False
    if every := interval(source.schedule):
        return last + every < datetime.now(UTC)
    due = next(CronSim(source.schedule, last.astimezone(ZoneInfo(source.timezone))), None)
    return due is not None and due < datetime.now(UTC)


def interval(schedule: str) -> timedelta | None:
    """Return how often a schedule says, `every 20 minutes`; None for one in cron's five fields."""
    match = EVERY.fullmatch(schedule)
    return timedelta(**{f"{match[2]}s": int(match[1])}) if match else None


def hidden() -> Path:
    """Return the folder of what serving keeps for itself."""
    return Settings.from_environment().extracted / ".prefect"


def check_server(address: str) -> None:
    """Raise `ServeError` where no Prefect server listens: Prefect itself would ask for long and end in a trace."""
    try:
        urlopen(f"{address.rstrip('/')}/health", timeout=ANSWER).close()
    except HTTPError:
        return  # it listens; what it says to us without a key is Prefect's affair
    except (URLError, OSError) as error:
        reason = error.reason if isinstance(error, URLError) else error
        if isinstance(reason, (ConnectionError, TimeoutError, socket.gaierror)):
            said = reason.strerror or type(reason).__name__
            raise ServeError(
                f"no Prefect server answers ({said}); start it, or unset PREFECT_API_URL", address
            ) from error
    except ValueError as error:
        raise ServeError(f"is no address ({error}); mend or unset PREFECT_API_URL", address) from error


@contextmanager
def server(port: int, say: Callable[[str], object]) -> Iterator[None]:
    """Have a Prefect server: the one that PREFECT_API_URL names, else a local one for as long as this lasts."""
    if address := Settings.from_environment().prefect:
        check_server(address)
        say(f"serving at {address}")
        yield
        return
    hidden().mkdir(parents=True, exist_ok=True)
    with (hidden() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServeError("another `deals serve` serves it", Settings.from_environment().root.resolve()) from None
        with _local_server(port or _free_port(), say):
            yield


@contextmanager
def _local_server(port: int, say: Callable[[str], object]) -> Iterator[None]:
    address = f"http://127.0.0.1:{port}"
    home = str(hidden().resolve())
    ours = {
        "PREFECT_HOME": home, "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_API_URL": f"{address}/api",  # its page asks there, not at the port it has by default
    }  # fmt: skip
    os.environ.update(ours)  # Prefect's own, set before it is imported, which reads them
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with (hidden() / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, preexec_fn=_end_with_us
        )
    try:
        say(f"starting a Prefect server at {address} …")
        _await(process, f"{address}/api/health")
        os.environ["PREFECT_API_URL"] = f"{address}/api"
        say(f"serving at {address} (its page shows every run; {hidden() / 'server.log'} is its log)")
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _end_with_us() -> None:
    """Have the new process ended when this one is, even by a kill (where the system knows how: Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _await(process: subprocess.Popen[bytes], health: str) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if process.poll() is not None:
            break
        try:
            with urlopen(health, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.2)
    raise ServeError(f"the local Prefect server did not start; {hidden() / 'server.log'} says why")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
