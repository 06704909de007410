"""Reads the tables that no language owns: companies and currencies, checked when read."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from pipeline import settings
from pipeline.models import Company
from pipeline.rules.loading import TABLES, RuleError, Rules, load

NOT_IN_ID = re.compile(r"[^a-z0-9]+")


class CompanyEntry(Rules, frozen=True, kw_only=True):
    """One company of a table, its names apart by script."""

    name: str
    en: tuple[str, ...] = ()
    hans: tuple[str, ...] = ()
    hant: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    """Names in other languages, or whose script nobody told apart."""
    context: tuple[str, ...] = ()
    """Those of its names that are words too."""
    country: str | None = None
    tickers: tuple[str, ...] = ()
    parent: str | None = None
    kind: Literal["company", "public-body", "unit"] = "company"


class NameList(Rules, frozen=True, kw_only=True):
    """Companies of which only names are known: one string each, or a list of its names, the usual one first."""

    names: tuple[str | tuple[str, ...], ...]
    country: str | None = None
    kind: Literal["company", "public-body"] = "company"
    context: tuple[str, ...] = ()


class CompanyTable(Rules, frozen=True, kw_only=True):
    """A file of companies."""

    company: dict[str, CompanyEntry] = msgspec.field(default_factory=dict)
    list: dict[str, NameList] = msgspec.field(default_factory=dict)


class Sellers(Rules, frozen=True, kw_only=True):
    """The shape of `sellers.toml`: company ids by what they sell."""

    cloud: tuple[str, ...]
    compute: tuple[str, ...]
    chips: tuple[str, ...]
    power: tuple[str, ...]
    goods: tuple[str, ...]


@cache
def sellers() -> dict[str, frozenset[str]]:
    """Return who is known to sell what, by kind of asset; an id that no company has is an error."""
    path = TABLES / "sellers.toml"
    kinds = {kind: frozenset(ids) for kind, ids in msgspec.structs.asdict(load(path, Sellers)).items()}
    unknown = frozenset().union(*kinds.values()) - {company.id for company in companies()}
    if unknown:
        raise RuleError(f"{path}: no company has the id {', '.join(sorted(unknown))}; see companies.toml")
    return kinds


def companies(*extra: Path | str) -> tuple[Company, ...]:
    """Return the companies of our tables, of the project's own and of these further files, checked together."""
    own = [settings.companies()] if settings.companies().exists() else []
    paths = (*sorted(TABLES.glob("companies*.toml")), *own, *map(Path, extra))
    return _companies(tuple((path, path.stat().st_mtime_ns) for path in paths))


@cache
def _companies(stamped: tuple[tuple[Path, int], ...]) -> tuple[Company, ...]:
    placed = [placed for path, _ in stamped for placed in read_companies(path)]
    check(placed)
    return tuple(company for _, company in placed)


def read_companies(path: Path) -> list[tuple[str, Company]]:
    """Return the companies of one file, each with its place there."""
    table = load(path, CompanyTable)
    placed = [(f"{path}: company.{key}", from_entry(key, entry)) for key, entry in table.company.items()]
    for key, several in table.list.items():
        placed += from_list(f"{path}: list.{key}", several)
    return placed


def from_entry(key: str, entry: CompanyEntry) -> Company:
    """Return the company of a full entry."""
    names = dict.fromkeys((*entry.en, *entry.hans, *entry.hant, *entry.other))
    return Company(
        id=key,
        name=entry.name,
        names=tuple(name for name in names if name != entry.name),
        country=entry.country,
        tickers=entry.tickers,
        parent=entry.parent,
        kind=entry.kind,
        context=entry.context,
    )


def from_list(place: str, several: NameList) -> list[tuple[str, Company]]:
    """Return the companies of a list of names, each with its place; a company's id is made from its first name."""
    rows = [(row,) if isinstance(row, str) else row or ("",) for row in several.names]
    if stray := sorted(set(several.context) - {name for row in rows for name in row}):
        raise RuleError(f"{place}: context '{stray[0]}' is none of its names; add it there or drop it")
    return [
        (
            f"{place}, '{row[0]}'",
            Company(
                id=made_id(row[0]) or row[0],
                name=row[0],
                names=row[1:],
                country=several.country,
                kind=several.kind,
                context=tuple(name for name in row if name in several.context),
            ),
        )
        for row in rows
    ]


def made_id(name: str) -> str:
    """Return the id that a name in Latin letters makes: `blue-river-robotics`; nothing for one in another script."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "" if any(letter >= "\u2e80" for letter in name) else NOT_IN_ID.sub("-", plain).strip("-")


def check(placed: list[tuple[str, Company]]) -> None:
    """Raise RuleError where companies share an id or a name, or point at what is not there."""
    ids: dict[str, str] = {}
    owners: dict[str, str] = {}
    for place, company in placed:
        names = (company.name, *company.names)
        if not all(name.strip() for name in names):
            raise RuleError(f"{place}: a name is empty; write it or drop it")
        if company.id in ids:
            raise RuleError(f"{place}: id '{company.id}' is taken by {ids[company.id]}; choose another")
        ids[company.id] = place
        for name in names:
            if (owner := owners.setdefault(name, place)) != place:
                raise RuleError(f"{place}: name '{name}' belongs to {owner}; keep it in one of them")
        if stray := [name for name in company.context if name not in names]:
            raise RuleError(f"{place}: context '{stray[0]}' is none of its names; add it there or drop it")
    parents = {company.id: company.parent for _, company in placed}
    for place, company in placed:
        if company.kind == "unit" and company.parent is None:
            raise RuleError(f"{place}: is a unit; say of which company with 'parent'")
        above = [company.id]
        while (parent := parents[above[-1]]) is not None:
            if parent not in ids:
                raise RuleError(f"{place}: parent '{parent}' is no company's id; correct it or add that company")
            if parent in above:
                raise RuleError(f"{place}: is its own parent, by way of {' and '.join(above)}")
            above.append(parent)


class Currency(Rules, frozen=True, kw_only=True):
    """One currency: its signs and other codes, and the digits of its smallest unit (null where ISO names none)."""

    digits: int | None = None
    symbols: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


class CurrencyFamily(Rules, frozen=True, kw_only=True):
    """The currencies that share a word or sign: dollar, peso, 元."""

    members: tuple[str, ...]
    signs: tuple[str, ...] = ()
    default: str | None = None
    """What the word means where nothing else tells."""
    document: tuple[str, ...] = ()
    """Members that, named once in a document, are what its bare word means."""
    unit: bool = False
    """Whether any currency's name may stand before the word: 美金5亿元."""


class CurrencyTable(Rules, frozen=True, kw_only=True):
    """The whole of `currencies.toml`."""

    currency: dict[str, Currency]
    family: dict[str, CurrencyFamily]
    region: dict[str, str]
    word_like: tuple[str, ...]
    small: tuple[str, ...]
    scaled: tuple[str, ...]
    scales: dict[str, int]


@cache
def currencies() -> CurrencyTable:
    """Return the currencies of ISO 4217, and the words and signs that several of them share."""
    path = TABLES / "currencies.toml"
    table = load(path, CurrencyTable)
    named: dict[str, tuple[str, ...]] = {
        "region": tuple(table.region.values()),
        **{
            f"family.{name}": (*family.members, *family.document, *([family.default] if family.default else []))
            for name, family in table.family.items()
        },
    }
    for place, codes in named.items():
        if stray := [code for code in codes if code not in table.currency]:
            raise RuleError(f"{path}: {place} names '{stray[0]}', which is no code of [currency]; add it there")
    return table
