"""Fixtures that several test files share: a fresh store on SQLite, and the same on PostgreSQL."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings

from pipeline.store import Store
from tests.server import NewsServer

if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
    # programs that tests start would be compiled anew each time, which takes them longer than what they do
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(Path(__file__).parent.parent / ".pytest_cache" / "bytecode"))
    sys.pycache_prefix, sys.dont_write_bytecode = os.environ["PYTHONPYCACHEPREFIX"], False

# no clock decides: a busy machine is slow at any time
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

SERVER = os.environ.get("DEALS_TEST_POSTGRESQL", "postgresql://127.0.0.1:5432/test")


def pytest_xdist_auto_num_workers() -> int:
    """Return how many processes test at once: one more than cores, as the long tests wait for servers and browsers."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of an empty database: a file, or a schema of its own on the server."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'deals.db'}"
        return
    schema = f"test_{uuid.uuid4().hex}"
    server = sa.create_engine(SERVER.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    try:
        with server.connect() as connection:
            connection.execute(sa.schema.CreateSchema(schema))
    except sa.exc.OperationalError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL server (DEALS_TEST_POSTGRESQL names one): {error.orig}")
    try:
        yield f"{SERVER}?options=-csearch_path%3D{schema}"
    finally:
        with server.connect() as connection:
            connection.execute(sa.schema.DropSchema(schema, cascade=True))
        server.dispose()


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """Give an empty store."""
    with Store.open(database) as opened:
        yield opened


@pytest.fixture
def server() -> Iterator[NewsServer]:
    """Give a local news site without pages."""
    news = NewsServer()
    yield news
    news.close()


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[str]:
    """Give the address of a Prefect server, one for all tests of `xdist_group("prefect")`."""
    from prefect.settings import PREFECT_API_URL
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=180):
        yield str(PREFECT_API_URL.value())


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty project folder, which is the one commands work on."""
    monkeypatch.setenv("DEALS_ROOT", str(tmp_path))
    monkeypatch.delenv("DEALS_DATABASE_URL", raising=False)
    return tmp_path


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail a file that is skipped there, for the same reason."""
    report = yield
    if report.skipped and os.environ.get("CI"):
        report.outcome, report.longrepr = "failed", f"skipped, which CI does not allow: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that is skipped where everything it could lack is there: a skip hides what it should show."""
    report = yield
    # what a test printed goes from one process to another, and a name that is no UTF-8 would stop them both
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI"):
        report.outcome, report.longrepr = "failed", f"skipped, which CI does not allow: {report.longrepr}"
    return report
