"""A desk that is killed at any moment loses no answer that was acknowledged."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from pipeline.judging import judgements
from pipeline.models import MergedDeal
from pipeline.review import Desk
from pipeline.store import Store
from tests.review import world

POINTS = 20


def test_no_acknowledged_answer_is_lost_when_the_desk_is_killed(deals: list[MergedDeal], desk: Desk, project: Path):
    del desk  # made here, so that every child has the tables read
    acknowledged = set()
    for point in range(POINTS):
        told = _killed(project, [deal.id for deal in deals], point)
        acknowledged |= {(f"person {point}", deal) for deal in told}
    lines, issues = judgements.read(project / "sources" / "judgements.jsonl")
    assert len(issues) <= POINTS  # pieces of lines that nobody was told of
    assert acknowledged <= {(line.by, line.deal) for line in lines}
    assert len(acknowledged) >= POINTS
    with Store.open() as store:
        assert world.desk(store, project).progress().total == len(deals)


def _killed(project: Path, deals: list[str], point: int) -> list[str]:
    """Return the deals whose answers a desk acknowledged before it was killed, later from point to point."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with Store.open() as store:
            desk = world.desk(store, project, by=f"person {point}")
            for deal in deals * 1_000:
                desk.answer([deal], "accepted")
                os.write(writing, f"{deal}\n".encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        first = [told.readline() for _ in range(1 + point % 7)]
        for _ in range(point * 2_000):
            pass  # another moment within an answer
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return [line.decode().strip() for line in [*first, *told.readlines()] if line.endswith(b"\n")]
