"""All hand-written data in use, ours with a user's own laid over it (`layers.py`): read once, checked, passed on.

A rule file has a place, `languages/zh/deals.toml` or `tables/merge.toml`; a language is a folder, and its presence
registers it. The files of one place lie over each other in this order: ours, those of `Settings.languages` and
`Settings.tables`, the project's `rules/` and `sources/companies.toml`, and rules on trial. What is made of the data,
however slow, hangs on the `Knowledge` it was made of (`once`), so that several can live in one process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from pipeline.kept import code, kept
from pipeline.models import Company
from pipeline.rules import common_tables, company_answers, frames, layers
from pipeline.rules.company_answers import CompanyAnswer
from pipeline.rules.layers import stacked
from pipeline.rules.loading import RuleError, read_toml, shaped
from pipeline.settings import OURS, Settings

ANSWERS = "answers/companies.jsonl"
"""The place of what people said of companies."""
P = ParamSpec("P")
T = TypeVar("T")
AFTER = ("tables/rates.toml",)
"""What is asked only when deals are published: a text reads the same whatever stands there."""
Placed = tuple[str, Path]  # a file's place, and where it lies


class Knowledge:
    """The rules of all languages and the tables, as they are in use."""

    def __init__(self, files: Iterable[Placed], settings: Settings) -> None:
        self.settings = settings
        self.files: dict[str, tuple[Path, ...]] = {}
        """The files of each place, ours first."""
        for place, path in files:
            self.files[place] = (*self.files.get(place, ()), path)
        self._shaped: dict[tuple[str, object], Any] = {}
        self._made: dict[object, Any] = {}

    @classmethod
    def load(cls, settings: Settings, trial: Iterable[Placed] = ()) -> Knowledge:
        """Return what the settings name, `trial` laid over it; a file is read when it is first asked for."""
        return cls([*_files(settings), *trial], settings)

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of all languages that have a rule file, sorted."""
        return tuple(sorted({place.split("/")[1] for place in self.files if place.startswith("languages/")}))

    def rules(self, name: str, shape: type[T]) -> dict[str, T]:
        """Return each language's file of this name, by code: `rules("amounts.toml", AmountRules)`."""
        found = {code: self.rule(code, name, shape) for code in self.codes}
        return {code: rules for code, rules in found.items() if rules is not None}

    def rule(self, code: str, name: str, shape: type[T]) -> T | None:
        """Return one language's file of this name, None where it has none."""
        return self.shaped(f"languages/{code}/{name}", shape)

    def table(self, name: str, shape: type[T]) -> T:
        """Return a table that no language owns: `table("merge.toml", MergeRules)`."""
        found = self.shaped(f"tables/{name}", shape)
        if found is None:
            raise RuleError(f"{OURS / 'tables' / name}: is not there; put it back")
        return found

    def shaped(self, place: str, shape: type[T]) -> T | None:
        """Return the files of a place as the shape they must have together, None where there is none."""
        if place not in self.files:
            return None
        if (place, shape) not in self._shaped:
            data = stacked([read_toml(path) for path in self.files[place]])
            self._shaped[place, shape] = shaped(data, shape, self.path(place))
        found: T = self._shaped[place, shape]
        return found

    def path(self, place: str) -> Path:
        """Return the file to name in an error about a place: the last, for ours alone are right."""
        return self.files.get(place, (OURS / place,))[-1]

    def once(self, make: Callable[Concatenate[Knowledge, P], T], *given: P.args, **named: P.kwargs) -> T:
        """Return what a function makes of this knowledge and these, made the first time it is asked for."""
        key = (make, given, *named.items())
        if key not in self._made:
            self._made[key] = make(self, *given, **named)
        found: T = self._made[key]
        return found

    @cached_property
    def languages(self) -> dict[str, frames.DealLanguage]:
        """Return the deal rules of every language that has any, by code."""
        telling = [code for code in self.codes if f"languages/{code}/deals.toml" in self.files]
        return {code: frames.language(self, code) for code in telling}

    @cached_property
    def company_answers(self) -> tuple[CompanyAnswer, ...]:
        """Return what people said of companies, oldest first."""
        return tuple(each for path in self.files.get(ANSWERS, ()) for each in company_answers.read(path))

    @cached_property
    def no_companies(self) -> frozenset[str]:
        """Return the words that people said are no firms."""
        return company_answers.no_companies(self.company_answers)

    @cached_property
    def placed_companies(self) -> tuple[tuple[str, Company], ...]:
        """Return the companies of all tables with their places, as people mended them, checked together."""
        placed = list(self.tabled_companies)
        if self.company_answers:
            placed = company_answers.applied(placed, self.company_answers, str(self.path(ANSWERS)))
            common_tables.check_companies(placed)
        return tuple(placed)

    @cached_property
    def tabled_companies(self) -> tuple[tuple[str, Company], ...]:
        """Return the companies of all tables with their places, checked together, before anyone mended them."""
        placed = [(place, path) for place, paths in sorted(self.files.items()) for path in paths if _names(place)]
        told = (f"{place} {path}".encode("utf-8", "surrogatepass") for place, path in placed)
        read = (path.read_bytes() for _, path in placed)
        made_by = (*code(common_tables, layers), version("anyascii").encode())
        return kept().made((*told, *read, *made_by), tuple[tuple[str, Company], ...], self._tabled_companies)

    def _tabled_companies(self) -> tuple[tuple[str, Company], ...]:
        called = self.rules("company_names.toml", common_tables.CompanyNames)
        more = {self.path(f"languages/{code}/company_names.toml"): names for code, names in called.items()}
        placed = common_tables.with_names(common_tables.placed_companies(self.files), more)
        common_tables.check_companies(placed)
        return tuple(placed)

    @cached_property
    def companies(self) -> tuple[Company, ...]:
        """Return the companies of all tables."""
        return tuple(company for _, company in self.placed_companies)

    @cached_property
    def currencies(self) -> common_tables.CurrencyTable:
        """Return the currencies of ISO 4217, and the words and signs that several of them share."""
        table = self.table("currencies.toml", common_tables.CurrencyTable)
        common_tables.check_currencies(table, self.path("tables/currencies.toml"))
        return table

    @cached_property
    def sellers(self) -> dict[str, frozenset[str]]:
        """Return who is known to sell what, by kind of asset: ids of companies, as people mended them."""
        table = self.table("sellers.toml", common_tables.Sellers)
        known = [company for _, company in self.tabled_companies]
        kinds = common_tables.checked_sellers(table, [*known, *self.companies], self.path("tables/sellers.toml"))
        stays = company_answers.stays(self.company_answers)
        return {kind: frozenset(stays.get(each, each) for each in ids) for kind, ids in kinds.items()}

    @cached_property
    def calibration(self) -> common_tables.Calibration | None:
        """Return what a score is worth, None where it was never measured."""
        place = "tables/confidence.toml"
        table = self.shaped(place, common_tables.Calibration)
        return table and common_tables.checked_calibration(table, self.path(place))

    @property
    def fingerprint(self) -> str:
        """Return 16 hex digits that name all a text is read with, registers too: one changed letter, other digits."""
        digest = hashlib.sha256()
        for register in sorted(self.settings.registry.glob("*.db")):
            written = register.stat()
            digest.update(f"{register.name}\0{written.st_size}\0{written.st_mtime_ns}\0".encode())
        for place, paths in sorted(self.files.items()):
            for path in () if place in AFTER else paths:
                digest.update(f"{place}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()[:16]


@cache
def shipped() -> Knowledge:
    """Return what we ship and nothing else: what a stage's verb uses that is given no knowledge."""
    return Knowledge(_below(OURS), Settings(root=OURS))


def _names(place: str) -> bool:
    """Return whether a file tells what companies are called."""
    return place.startswith("tables/companies") or place.endswith("/company_names.toml")


def _files(settings: Settings) -> Iterator[Placed]:
    """Yield the files that settings name, ours first."""
    yield from _below(OURS)
    for kind, folder in (("languages", settings.languages), ("tables", settings.tables)):
        if folder and not folder.is_dir():
            raise RuleError(f"{folder}: no such folder of {kind}")
        if folder:
            yield from _known(kind, _in(kind, folder))
    for kind in ("languages", "tables"):
        yield from _known(kind, _in(kind, settings.rules / kind))
    if settings.companies.is_file():
        yield "tables/companies.toml", settings.companies
    if settings.company_answers.is_file():
        yield ANSWERS, settings.company_answers


def _known(kind: str, placed: Iterable[Placed]) -> Iterator[Placed]:
    """Yield the files of one's own folder; a name that nothing reads is an error, not a rule that never fires."""
    names = {Path(place).name for place, _ in _below(OURS) if place.startswith(f"{kind}/")}
    for place, path in placed:
        if not (path.name in names or path.name.endswith(".examples.toml") or path.name.startswith("companies")):
            raise RuleError(f"{path}: no file of {kind} has this name; it is one of {', '.join(sorted(names))}")
        yield place, path


def _below(root: Path) -> Iterator[Placed]:
    for kind in ("languages", "tables"):
        yield from _in(kind, root / kind)


def _in(kind: str, folder: Path) -> Iterator[Placed]:
    pattern = "*/*.toml" if kind == "languages" else "*.toml"
    for path in sorted(folder.glob(pattern)):
        yield f"{kind}/{path.relative_to(folder).as_posix()}", path
