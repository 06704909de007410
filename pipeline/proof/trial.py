"""Tries rules before they are kept: every stored document extracted again, in memory, with other rules."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from pipeline import settings
from pipeline.diff.snapshots import Snapshot, SnapshotError, last, published
from pipeline.judging import judgements
from pipeline.models import MergedDeal
from pipeline.rules.loading import RuleError

DATA = Path(__file__).parents[1]
FOLDERS = ("languages", "tables")


def snapshot(rules: Path) -> Snapshot:
    """Return the deals as they would be with a rule file or folder in place of ours."""
    known = last().known
    with tempfile.TemporaryDirectory(prefix="deals-rules-") as temporary:
        folder = Path(temporary)
        overlaid(rules, folder)
        try:
            merged = _in_a_process(folder)
        except RuleError as error:
            raise RuleError(_in_place(str(error), rules, folder)) from error
    given, issues = judgements.read(settings.judgements())
    return Snapshot(name=f"with {rules}", deals=published(merged, given), known=known, issues=issues)


def overlaid(rules: Path, folder: Path) -> None:
    """Fill a folder with our languages and tables, those of `rules` in their place."""
    for name in FOLDERS:
        shutil.copytree(DATA / name, folder / name)
    for path, place in placed(rules):
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def _in_place(message: str, rules: Path, folder: Path) -> str:
    """Return a message that names the user's file and not our copy of it."""
    for path, place in placed(rules):
        message = message.replace(str(folder / place), str(path))
    return message


def placed(rules: Path) -> Iterator[tuple[Path, Path]]:
    """Yield each file of a user's rules and where it belongs: `languages/zh/deals.toml`, `tables/companies.toml`."""
    rules = rules.resolve()
    if rules.is_file():
        yield rules, _home(rules.parent) / rules.name
        return
    files = sorted(rules.rglob("*.toml"))
    if not files:
        raise SnapshotError(f"{rules}: holds no rule file (*.toml)")
    for path in files:
        yield path, _home(path.parent) / path.name


def _home(folder: Path) -> Path:
    """Return where the files of a folder belong, from its name."""
    if folder.name == "tables":
        return Path("tables")
    if (DATA / "languages" / folder.name).is_dir() or folder.parent.name == "languages":
        return Path("languages") / folder.name
    raise SnapshotError(f"{folder}: a rule file lies in a folder named as its language (zh, en, …) or `tables`")


def _in_a_process(folder: Path) -> list[MergedDeal]:
    """Return the merged deals as a fresh process finds them: this one may have read our rules already."""
    with _environment("DEALS_DATA", str(folder)), ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(extract_again).result()


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def extract_again() -> list[MergedDeal]:
    """Return the merged deals of all stored documents, read with the rules of this process."""
    from pipeline.extraction import extract
    from pipeline.run import combine
    from pipeline.store import Store
    from pipeline.store.rows import as_mention
    from pipeline.text import duplicates

    with Store.open() as store:
        documents = (store.document(record.id) for record in store.documents())
        mentions = [as_mention(each, deal) for each in documents if each for deal in extract(each).deals]
        copies = duplicates.copies(store.sketches(), duplicates.tellings(mentions))
        return list(combine([each for each in mentions if each.document not in copies], store.merged()))
