"""Reads the tables that no language owns: companies and currencies, checked when read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import msgspec
from anyascii import anyascii

from pipeline.models import Company, fingerprint
from pipeline.rules.layers import laid_over
from pipeline.rules.loading import RuleError, Rules, load, read_toml, shaped
from pipeline.settings import OURS

SYLLABLE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
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


class CompanyNames(Rules, frozen=True, kw_only=True):
    """The shape of a language's `company_names.toml`: what it calls companies of the tables, by their ids."""

    names: dict[str, tuple[str, ...]]


class Scales(Rules, frozen=True, kw_only=True):
    """The shape of `scales.toml`: scales that no language owns."""

    like: str
    """A pattern of what looks like a scale of a language that has no folder."""
    words: tuple[str, ...]
    """More of them."""


class Sellers(Rules, frozen=True, kw_only=True):
    """The shape of `sellers.toml`: company ids by what they sell."""

    cloud: tuple[str, ...]
    compute: tuple[str, ...]
    chips: tuple[str, ...]
    power: tuple[str, ...]
    goods: tuple[str, ...]
    debt: tuple[str, ...] = ()
    """Who lends: banks."""
    services: tuple[str, ...] = ()
    """Who works for others: outsourcing, consulting."""


class Calibration(Rules, frozen=True, kw_only=True):
    """The shape of `confidence.toml`: what a score was worth on labelled news, made by `deals rules calibrate`."""

    score: tuple[float, ...]
    """Points of the curve, rising, between 0 and 1."""
    right: tuple[float, ...]
    """The share of deals that were right at each point, rising."""
    rules: dict[str, float] = msgspec.field(default_factory=dict)
    """By rule (`zh.acquire`), how much surer or less sure its deals are than the curve says, in log-odds."""


def checked_calibration(table: Calibration, path: Path) -> Calibration:
    """Return a calibration whose curve rises; any other is an error."""
    if len(table.score) != len(table.right):
        raise RuleError(f"{path}: score has {len(table.score)} points, right {len(table.right)}; make it anew")
    for name, points in (("score", table.score), ("right", table.right)):
        if any(low >= high for low, high in pairwise((0.0, *points, 1.0))):
            raise RuleError(f"{path}: {name} must rise between 0 and 1; make it anew with deals rules calibrate")
    return table


def checked_sellers(table: Sellers, companies: Iterable[Company], path: Path) -> dict[str, frozenset[str]]:
    """Return who is known to sell what, by kind of asset; an id that no company has is an error."""
    kinds = {kind: frozenset(ids) for kind, ids in msgspec.structs.asdict(table).items()}
    unknown = frozenset().union(*kinds.values()) - {company.id for company in companies}
    if unknown:
        raise RuleError(f"{path}: no company has the id {', '.join(sorted(unknown))}; see companies.toml")
    return kinds


def placed_companies(files: Mapping[str, tuple[Path, ...]]) -> list[tuple[str, Company]]:
    """Return the companies of all tables with their places; one's own file extends ours by the company's id."""
    ours, own = _company_files(files)
    placed = _told_apart(placed for path in ours for placed in read_companies(path))
    for path in own:
        placed = _with_own(placed, path)
    return placed


def _told_apart(placed: Iterable[tuple[str, Company]]) -> list[tuple[str, Company]]:
    """Return the companies, of those in another script whose names sound alike the later with more in its id."""
    found: dict[str, tuple[str, Company]] = {}
    for place, company in placed:
        if company.id in found and not company.name.isascii():
            company = msgspec.structs.replace(company, id=f"{company.id}-{fingerprint(company.name)[:4]}")
        found.setdefault(company.id, (place, company))
        if found[company.id][1] is not company:
            found[f"{company.id} again"] = (place, company)  # the check of the tables tells of it
    return list(found.values())


def with_names(placed: Iterable[tuple[str, Company]], more: Mapping[Path, CompanyNames]) -> list[tuple[str, Company]]:
    """Return the companies with what the languages call them; an id that no company has is an error."""
    known = dict.fromkeys(company.id for _, company in placed)
    for path, called in more.items():
        if unknown := called.names.keys() - known.keys():
            raise RuleError(f"{path}: no company has the id {', '.join(sorted(unknown))}; see companies.toml")
    return [(place, _called(company, more.values())) for place, company in placed]


def _called(company: Company, more: Iterable[CompanyNames]) -> Company:
    fresh = [name for called in more for name in called.names.get(company.id, ())]
    return msgspec.structs.replace(company, names=(*company.names, *fresh)) if fresh else company


def _company_files(files: Mapping[str, tuple[Path, ...]]) -> tuple[list[Path], list[Path]]:
    """Return the files of companies, ours apart from those laid over them."""
    found = [paths for place, paths in sorted(files.items()) if place.startswith("tables/companies")]
    every = [path for paths in found for path in paths]
    ours = [path for path in every if path.parent == OURS / "tables"]
    return ours, [path for path in every if path not in ours]


def _with_own(placed: list[tuple[str, Company]], path: Path) -> list[tuple[str, Company]]:
    """Return the companies with one's own: an entry of a known id extends that company, any other is a new one."""
    own = read_toml(path)
    known = {} if own.pop("replace", False) else {company.id: (place, company) for place, company in placed}
    for key in own.pop("remove", {}).get("company", ()):
        known.pop(key, None)
    table = dict(own.get("company", {}))
    for key in table.keys() & known.keys():
        known[key] = (f"{path}: company.{key}", _extended(known[key], table.pop(key), path))
    fresh = shaped({**own, "company": table}, CompanyTable, path)
    return [*known.values(), *_of_table(fresh, path)]


def _extended(known: tuple[str, Company], own: dict[str, Any], path: Path) -> Company:
    """Return a known company with what one's own entry adds; one that names another firm took its id by mistake."""
    place, company = known
    if own.get("name", company.name) not in (company.name, *company.names) and not own.get("replace"):
        raise RuleError(
            f"{path}: company.{company.id}: id '{company.id}' is taken by {place}; choose another id, or leave out"
            f" `name` to add to {company.name}"
        )
    return from_entry(company.id, shaped(laid_over(_as_entry(company), own), CompanyEntry, path))


def _as_entry(company: Company) -> dict[str, Any]:
    """Return a company as its table would be written, its names in one list."""
    entry = {name: msgspec.to_builtins(getattr(company, name)) for name in ("name", "country", "tickers", "parent")}
    return {**entry, "kind": company.kind, "context": list(company.context), "other": list(company.names)}


def read_companies(path: Path) -> list[tuple[str, Company]]:
    """Return the companies of one file, each with its place there."""
    return list(_of_table(load(path, CompanyTable), path))


def _of_table(table: CompanyTable, path: Path) -> Iterator[tuple[str, Company]]:
    for key, entry in table.company.items():
        yield f"{path}: company.{key}", from_entry(key, entry)
    for key, several in table.list.items():
        yield from from_list(f"{path}: list.{key}", several)


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
                id=made_id(row[0]),
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
    """Return the ASCII id that a name makes, one in another script by its sounds: `blue-river`, `lan-he-shui-beng`."""
    if all(letter < "\u2e80" for letter in name):
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    else:
        plain = SYLLABLE.sub("-", anyascii(name))
    return NOT_IN_ID.sub("-", plain.lower()).strip("-")


def check_companies(placed: list[tuple[str, Company]]) -> None:
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
    dollars: dict[str, float]
    """About how many dollars one of a currency is; of the yuan at least, which stands for all that are not here."""


def check_currencies(table: CurrencyTable, path: Path) -> None:
    """Raise RuleError where a region or a family names a code that no currency has."""
    named: dict[str, tuple[str, ...]] = {
        "region": tuple(table.region.values()),
        "dollars": tuple(table.dollars),
        **{
            f"family.{name}": (*family.members, *family.document, *([family.default] if family.default else []))
            for name, family in table.family.items()
        },
    }
    for place, codes in named.items():
        if stray := [code for code in codes if code not in table.currency]:
            raise RuleError(f"{path}: {place} names '{stray[0]}', which is no code of [currency]; add it there")
