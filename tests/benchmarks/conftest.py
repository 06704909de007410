"""The report of the benchmarks: what each measured, and what it should be."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest


class Measure(NamedTuple):
    """A figure and what it should at most (or, where more is better, at least) be, both in `unit`."""

    what: str
    value: float
    limit: float
    unit: str
    more_is_better: bool

    @property
    def line(self) -> str:
        """The measure as a line of the report."""
        over = self.value < self.limit if self.more_is_better else self.value > self.limit
        bound = f"at {'least' if self.more_is_better else 'most'} {self.limit:,g}"
        return f"{self.what[:62]:62} {self.value:14,.4g} {self.unit:6} {bound:20} {'BEYOND' if over else ''}".rstrip()


MEASURES: list[Measure] = []


@pytest.fixture
def at_most() -> Callable[[str, float, float, str], None]:
    """Give the function that reports a figure which should be small: what, value, limit, unit."""
    return lambda what, value, limit, unit: MEASURES.append(Measure(what, value, limit, unit, False))


@pytest.fixture
def at_least() -> Callable[[str, float, float, str], None]:
    """Give the function that reports a figure which should be large: what, value, limit, unit."""
    return lambda what, value, limit, unit: MEASURES.append(Measure(what, value, limit, unit, True))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a person say how large a project grows."""
    parser.addoption("--documents", type=int, action="append", help="sizes of test_growth, in documents")
    parser.addoption("--made", action="store_true", help="let test_growth put down what reading would give")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the report."""
    if MEASURES:
        terminalreporter.section("measures")
        for measure in MEASURES:
            terminalreporter.write_line(measure.line)
