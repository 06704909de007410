"""What a user sets: the one place that reads the environment (Prefect's own variables excepted, see `flows.py`)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from pipeline.models import Noun

OURS = Path(__file__).parent
"""The folder of the rules we ship: `languages/` and `tables/`."""


class Settings(Noun, frozen=True, kw_only=True):
    """Where things lie and what is used, as one value that is passed on; nothing else in the program is set."""

    root: Path = Path()
    """`DEALS_ROOT`: the project folder, which holds `sources/` and `extracted/`; else the current one."""
    languages: Path | None = None
    """`DEALS_LANGUAGES`: a folder of language folders of one's own, laid over ours."""
    tables: Path | None = None
    """`DEALS_TABLES`: a folder of tables of one's own, laid over ours."""
    patterns: Path | None = None
    """`DEALS_PATTERNS`: spaCy patterns of one's own, JSON Lines."""
    trained: str | None = None
    """`DEALS_SPACY`: an installed trained pipeline, whose organisations join the candidates."""
    store: str | None = None
    """`DEALS_DATABASE_URL`: the store's URL, where it is not the file beside what we publish."""
    contact: str | None = None
    """`DEALS_CONTACT`: an address or mail, told to the sites that we ask."""
    task_runner: str = "thread"
    """`DEALS_TASK_RUNNER`: where a Prefect flow reads its batches: `thread`, `process` or `dask`."""
    dask_scheduler: str | None = None
    """`DEALS_DASK_SCHEDULER`: the address of a Dask cluster; else one is started."""
    caches: Path | None = None
    """`DEALS_CACHE`: a folder for what is parsed once and kept; else one in the user's own caches."""
    log: str | None = None
    """`DEALS_LOG`: a file for the traces of faults, or `json` for the whole log as lines of JSON on standard error."""
    metrics: Path | None = None
    """`DEALS_METRICS`: a file that each run writes its figures into, in the text format of Prometheus."""

    prefect: str | None = None
    """`PREFECT_API_URL`, which is Prefect's own: where it is set, a run is a Prefect flow without being asked."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Return what the environment's variables say; an empty one says nothing."""
        told = {field: value for field, name in VARIABLES.items() if (value := environment.get(name))}
        return msgspec.convert(told, cls, dec_hook=lambda shape, value: shape(value))

    @property
    def sources(self) -> Path:
        """Return the folder of sources."""
        return self.root / "sources"

    @property
    def project(self) -> Path:
        """Return the project's own settings, `deals.toml`, which may not exist."""
        return self.root / "deals.toml"

    @property
    def rules(self) -> Path:
        """Return the folder of the project's own rules, which may not exist: `languages/` and `tables/`."""
        return self.root / "rules"

    @property
    def judgements(self) -> Path:
        """Return the file of people's judgements, which may not exist yet."""
        return self.sources / "judgements.jsonl"

    @property
    def companies(self) -> Path:
        """Return the file of the project's own companies, which may not exist yet."""
        return self.sources / "companies.toml"

    @property
    def company_answers(self) -> Path:
        """Return the file of what people said of companies, which may not exist yet."""
        return self.sources / "company_answers.jsonl"

    @property
    def extracted(self) -> Path:
        """Return the folder of what we publish."""
        return self.root / "extracted"

    @property
    def registry(self) -> Path:
        """Return the folder of imported registers, one file each."""
        return self.extracted / "registry"

    @property
    def cache(self) -> Path:
        """Return the folder of what is kept between programs, which may not exist or not be writable."""
        return self.caches or Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "deal-pipeline"

    @property
    def captures(self) -> Path:
        """Return the folder of captures, one folder a source."""
        return self.extracted / "captures"

    @property
    def database(self) -> str:
        """Return the store's URL: the one that is set, else the SQLite file beside what we publish."""
        return self.store or f"sqlite:///{self.extracted / 'deals.db'}"


def secret(told: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """Return a secret as a project file tells it: `$NAME` stands for a variable, None where that is not set."""
    return environment.get(told[1:]) if told.startswith("$") else told


VARIABLES = {
    "root": "DEALS_ROOT",
    "languages": "DEALS_LANGUAGES",
    "tables": "DEALS_TABLES",
    "patterns": "DEALS_PATTERNS",
    "trained": "DEALS_SPACY",
    "store": "DEALS_DATABASE_URL",
    "contact": "DEALS_CONTACT",
    "task_runner": "DEALS_TASK_RUNNER",
    "dask_scheduler": "DEALS_DASK_SCHEDULER",
    "caches": "DEALS_CACHE",
    "log": "DEALS_LOG",
    "metrics": "DEALS_METRICS",
    "prefect": "PREFECT_API_URL",
}
"""The variable of each setting."""
