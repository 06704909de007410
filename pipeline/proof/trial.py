"""Tries rules before they are kept: every stored document extracted again, in memory, with rules laid over ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.diff.snapshots import Snapshot, SnapshotError, last, published
from pipeline.extraction import Extractor
from pipeline.judging import judgements
from pipeline.models import DealMention, Judgement, MergedDeal
from pipeline.rules.knowledge import Knowledge
from pipeline.settings import OURS, Settings


def snapshot(rules: Path) -> Snapshot:
    """Return the deals as they would be with a rule file or folder laid over the rules in use."""
    settings = Settings.from_environment()
    known = last().known
    given, issues = judgements.read(settings.judgements)
    merged = extract_again(Extractor(Knowledge.load(settings, placed(rules))), given)
    return Snapshot(name=f"with {rules}", deals=published(merged, given), known=known, issues=issues)


def placed(rules: Path) -> Iterator[tuple[str, Path]]:
    """Yield each file of a user's rules with its place: `languages/zh/deals.toml`, `tables/companies.toml`."""
    rules = rules.absolute()
    if rules.is_file():
        yield f"{_home(rules.parent)}/{rules.name}", rules
        return
    files = sorted(rules.rglob("*.toml"))
    if not files:
        raise SnapshotError(f"{rules}: holds no rule file (*.toml)")
    for path in files:
        yield f"{_home(path.parent)}/{path.name}", path


def _home(folder: Path) -> str:
    """Return where the files of a folder belong, from its name."""
    if folder.name == "tables":
        return "tables"
    if (OURS / "languages" / folder.name).is_dir() or folder.parent.name == "languages":
        return f"languages/{folder.name}"
    raise SnapshotError(f"{folder}: a rule file lies in a folder named as its language (zh, en, …) or `tables`")


def extract_again(extractor: Extractor, given: Iterable[Judgement] = ()) -> list[MergedDeal]:
    """Return the merged deals of all stored documents, read by another extractor than the run's; with those added."""
    from pipeline.runs.consolidation import all_told, combine
    from pipeline.store import Store
    from pipeline.text import duplicates

    with Store.open(writes=False) as store:
        documents = (store.document(record.id) for record in store.documents())
        mentions = [DealMention.of(each, deal) for each in documents if each for deal in extractor(each).deals]
        copies = duplicates.copies(store.sketches(), duplicates.tellings(mentions))
        told, _ = all_told(store, mentions, copies, given)
        return list(combine(told, store.merged(), tuple(given), extractor.knowledge))
