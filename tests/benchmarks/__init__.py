"""How fast the program is, apart from the tests, as no clock decides whether a change is right.

    uv run pytest -n 0 tests/benchmarks

prints every measure beside what it should be. A measure beyond that is marked and fails nothing: the machine may be
busy. What fails is what a benchmark finds wrong without looking at the clock.
"""
