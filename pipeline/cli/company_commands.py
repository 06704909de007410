"""`deals companies`: who is known by which names, adding one's own, and importing public registers."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipeline.cli import mending

if TYPE_CHECKING:
    from pipeline.models import Company, Issue
    from pipeline.names.index import NameIndex
    from pipeline.names.register_files import Columns
    from pipeline.names.registry import Registry
    from pipeline.rules.knowledge import Knowledge

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True, help=__doc__)
mending.register(app)
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
FIELDS = ("id", "name", "names", "country", "tickers")
SHOWN = 10  # rows of an import that are shown one by one
Kind = Literal["company", "public-body", "unit"]


@app.command(epilog="Example: deals companies search 輝達")
def search(
    name: Annotated[str, typer.Argument(help="A name, in any script or spelling.")],
    limit: Annotated[
        int, typer.Option(min=1, max=100, help="How many at most, of the tables and of the registers.")
    ] = 5,
) -> None:
    """Show which companies a name may mean, the likeliest first, with how likely and why; exit 1 if there is none."""
    found = list(islice(_meant(name, *_known(), limit), 2 * limit))
    for line in found:
        print(line)
    if not found:
        print(f"no company is called {name}: deals companies add makes one, import reads a register", file=sys.stderr)
    raise typer.Exit(0 if found else 1)


@app.command(epilog="Example: deals companies unknown --limit 20")
def unknown(
    limit: Annotated[int, typer.Option(min=1, help="How many names, those in most deals first.")] = 50,
) -> None:
    """List the names in the published deals that no company was found for, each with those it may mean."""
    from pipeline.models import MergedDeal, from_json
    from pipeline.settings import Settings

    path = Settings.from_environment().extracted / "deals.jsonl"
    if not path.exists():
        raise typer.BadParameter(f"{path} is not there; `deals run` makes it")
    deals = (from_json(line, MergedDeal) for line in path.read_bytes().splitlines())
    names = Counter(party.name for deal in deals for party in deal.parties if not party.company_id)
    index, registry = _known()
    for name, count in sorted(names.items(), key=lambda item: (-item[1], item[0]))[:limit]:
        print(f"{name}  in {count} {'deal' if count == 1 else 'deals'}")
        for line in islice(_meant(name, index, registry, 3), 3):
            print(f"  {line}")


def _known() -> tuple[NameIndex, Registry]:
    """Return the companies of the tables and of the registers, by name, without the spaCy pipeline."""
    from pipeline.names.evidence import name_rules
    from pipeline.names.index import NameIndex
    from pipeline.names.keys import NameKeys
    from pipeline.names.registry import Registry
    from pipeline.normalize import fold
    from pipeline.rules.knowledge import Knowledge
    from pipeline.settings import Settings

    knowledge = Knowledge.load(Settings.from_environment())
    rules = name_rules(knowledge)
    registry = Registry.open(knowledge.settings.registry, NameKeys(fold, rules))
    return NameIndex.build(knowledge.companies, fold, rules), registry


def _meant(name: str, index: NameIndex, registry: Registry, limit: int) -> Iterator[str]:
    """Yield a line for each company that a name may mean, the likeliest first."""
    from pipeline.resolve import candidates

    found = [(each.score, each.why, "tables", each.company) for each in candidates(name, index, limit=limit)]
    found += [(hit.score, hit.why, hit.register, hit.company) for hit in registry.search(name, limit=limit)]
    for score, why, place, company in sorted(found, key=lambda row: (-row[0], row[3].id)):
        yield f"{score:.2f}  {company.id}  {_told(company)}  [{place}: {why}]"


def _told(company: Company) -> str:
    """Return a company in one line: its name, its other names, where it is and whose it is."""
    names = f" ({', '.join(company.names[:8])}{', …' if len(company.names) > 8 else ''})" if company.names else ""
    facts = [company.country, *company.tickers, company.parent and f"part of {company.parent}"]
    kind = [] if company.kind == "company" else [company.kind]
    return "  ".join([company.name + names, *kind, *(fact for fact in facts if fact)])


@app.command(epilog="Example: deals companies add 'Blue River Robotics' --name 蓝河机器人 --country CN")
def add(
    name: Annotated[str, typer.Argument(help="The name to publish.")],
    id: Annotated[str | None, typer.Option(help="Small letters, digits and hyphens; else made from the name.")] = None,
    names: Annotated[list[str] | None, typer.Option("--name", help="Another name; may be given again.")] = None,
    word: Annotated[
        list[str] | None, typer.Option(help="Of its names, one that is a word too; it then needs evidence beside it.")
    ] = None,
    country: Annotated[str | None, typer.Option(help="Two letters, ISO 3166.")] = None,
    ticker: Annotated[list[str] | None, typer.Option(help="Such as NASDAQ:NVDA; may be given again.")] = None,
    parent: Annotated[str | None, typer.Option(help="The id of the company it is part of.")] = None,
    kind: Annotated[Kind, typer.Option(help="What it is.")] = "company",
) -> None:
    """Add a company to the project's own table, sources/companies.toml, from where any text's names find it."""
    from pipeline.errors import DealsError
    from pipeline.models import Company
    from pipeline.names import own_companies
    from pipeline.rules.common_tables import made_id
    from pipeline.rules.knowledge import Knowledge
    from pipeline.settings import Settings

    path = Settings.from_environment().companies

    try:
        company = Company(
            id=id or made_id(name),
            name=name,
            names=tuple(names or ()),
            context=tuple(word or ()),
            country=country and country.upper(),
            tickers=tuple(ticker or ()),
            parent=parent,
            kind=kind,
        )
        own_companies.add(path, company, lambda: Knowledge.load(Settings.from_environment()).placed_companies)
    except DealsError as error:
        raise typer.BadParameter(str(error)) from error
    print(f"{path}: {company.id}  {_told(company)}")


@app.command("import", epilog="Example: deals companies import lei2-golden-copy.csv.zip --as gleif")
def import_(
    path: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="The register's file: .csv, .json; .gz, .zip.")
    ],
    register: Annotated[
        str, typer.Option("--as", metavar="NAME", help="gleif and sec are known; any other needs --column name=…")
    ],
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=COLUMN", help="Where a CSV has id, name, names, country, tickers; * is any number."
        ),
    ] = None,
) -> None:
    """Import a public register that you downloaded: GLEIF's LEI golden copy, the SEC's tickers, or any CSV.

    It is kept in extracted/registry/ and gives its companies to names that no table knows. Importing it again replaces
    it; to drop it, delete its file. Rows that give no company are told, and the exit status is then 1.
    """
    from pipeline.names.evidence import name_rules
    from pipeline.names.keys import NameKeys
    from pipeline.names.register_files import read
    from pipeline.names.registry import write
    from pipeline.normalize import fold
    from pipeline.rules.knowledge import Knowledge
    from pipeline.settings import Settings

    knowledge = Knowledge.load(Settings.from_environment())
    folder = knowledge.settings.registry
    columns = _columns(register, column or [], knowledge)
    told: list[Issue] = []
    rows = _companies(read(path, columns), told)
    about = write(
        folder,
        register,
        rows,
        NameKeys(fold, name_rules(knowledge)),
        source=path.name,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    for issue in told[:SHOWN]:
        typer.echo(f"{issue.place}: {issue.message}", err=True)
    if len(told) > SHOWN:
        typer.echo(f"… and {len(told) - SHOWN:,} more rows that give no company", err=True)
    print(f"{about.companies:,} companies in {folder / register}.db")
    raise typer.Exit(1 if told else 0)


def _columns(register: str, told: list[str], knowledge: Knowledge) -> Columns:
    """Return where the register's file has what: as told, else as known."""
    import msgspec

    from pipeline.names.register_files import Columns, known_registers

    known = known_registers(knowledge)
    if not NAME.fullmatch(register):
        raise typer.BadParameter("is written in small letters, digits and hyphens", param_hint="--as")
    if not told:
        if register in known:
            return known[register]
        raise typer.BadParameter(
            f"knows {', '.join(known)}; for another register say --column name=…", param_hint="--as"
        )
    pairs = [tuple(each.split("=", 1)) for each in told]
    if wrong := [each for each in told if each.split("=", 1)[0] not in FIELDS or "=" not in each]:
        raise typer.BadParameter(f"'{wrong[0]}': write {'|'.join(FIELDS)}=COLUMN", param_hint="--column")
    columns = {field: column for field, column in pairs if field != "names"}
    if "name" not in columns:
        raise typer.BadParameter("say which column has the name: name=COLUMN", param_hint="--column")
    names = [column for field, column in pairs if field == "names"]
    return msgspec.convert({"prefix": register, "names": names, **columns}, Columns)


def _companies(rows: Iterable[Company | Issue], told: list[Issue]) -> Iterator[Company]:
    """Yield the companies of a file and note the issues."""
    from pipeline.models import Issue

    for row in rows:
        if isinstance(row, Issue):
            told.append(row)
        else:
            yield row
