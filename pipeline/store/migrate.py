"""Brings a database to the tables this program knows; Alembic is imported only where there is something to do."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from pipeline.store.connect import StoreError, place, usable, writing

FOLDER = Path(__file__).parent / "migrations"
OURS = sa.text("SELECT version_num FROM alembic_version")


def revisions() -> list[str]:
    """Return the revisions we know, oldest first: each file under `migrations/versions` is one, named NNNN_what.py."""
    return sorted(path.name[:4] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def migrate(engine: sa.Engine, *, writes: bool = True) -> None:
    """Bring a database up to date; raise `StoreError` where it is newer than this program, not ours, or cannot be."""
    with usable(engine):
        if not _behind(engine, revisions()):
            return
        if not writes:
            raise StoreError("is of an earlier version, and cannot be written to mend that; copy it", place(engine))
        with writing(engine) as connection:
            _upgrade(connection)


def _behind(engine: sa.Engine, known: list[str]) -> bool:
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        if not inspector.has_table("alembic_version"):
            strangers = inspector.get_table_names()
            if strangers:
                raise StoreError(f"holds tables of something else ({strangers[0]}, …); name another", place(engine))
            return True
        found = connection.execute(OURS).scalar_one_or_none()
    if found is not None and found not in known:
        raise StoreError(
            f"written by a newer deal-pipeline (tables {found}, this one knows up to {known[-1]}); "
            "update the program, or name another database",
            place(engine),
        )
    return found != known[-1]


def _upgrade(connection: sa.Connection) -> None:
    """Run the migrations inside the transaction given: a second process that waited for it finds nothing to do."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
