"""`deals review`: the page on which people judge deals, and the report of how often the rules were right.

Review is a stage and imports no other; this module hands it the store, the diff and the normalizer.
"""

from __future__ import annotations

import getpass
import socket
import subprocess
import webbrowser
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import uvicorn

    from pipeline.extraction import Extractor
    from pipeline.models import Company, Issue, Source
    from pipeline.review import Comparison, Desk, RuleText, Stages, Team

from pipeline.errors import DealsError

HOST = "127.0.0.1"
PORT = 8777


class ReviewError(DealsError):
    """Why the page cannot be served."""


def review(
    port: Annotated[int, typer.Option(help="Where to listen on this machine; 0 takes a free port.")] = PORT,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    by: Annotated[str | None, typer.Option(help="Who answers; else git's user name, else this account's.")] = None,
    host: Annotated[
        str | None,
        typer.Option(help="Serve a team under this name, behind a proxy that speaks HTTPS; see docs/operate.md."),
    ] = None,
    listen: Annotated[str | None, typer.Option(help="The address at which that proxy finds the page.")] = None,
    report: Annotated[
        bool, typer.Option("--report", help="Print how often rules were right, how much was missed; end.")
    ] = False,
) -> None:
    """Judge deals on a local web page: accept, reject, correct, each answer kept in sources/judgements.jsonl."""
    if report:
        _print_report()
    else:
        serve(port, by, _team(host, listen), browser=browser)


def _team(host: str | None, listen: str | None) -> Team:
    """Return the team of the project's settings, as the command line has it."""
    from msgspec.structs import replace

    from pipeline.review import checked, team
    from pipeline.settings import Settings

    path = Settings.from_environment().project
    told = team(path)
    return checked(replace(told, host=host or told.host, listen=listen or told.listen), path)


def serve(port: int, by: str | None, team: Team, *, browser: bool) -> None:
    """Serve the page until interrupted: to this machine, or to a team."""
    import uvicorn

    from pipeline.review import Desk
    from pipeline.settings import Settings
    from pipeline.store import Store

    with listening(port, team.listen if team.host else HOST) as heard, Store.open() as store:
        port = heard.getsockname()[1]
        desk = Desk(store, stages(), Settings.from_environment().judgements, "" if team.host else by or who())
        desk.refresh()
        address = f"https://{team.host}/" if team.host else f"http://{HOST}:{port}/"
        behind = f", through the proxy before {team.listen}:{port}" if team.host else ""
        print(f"Review at {address}{behind}  (Ctrl-C ends it)", flush=True)
        if browser and not team.host:
            webbrowser.open(address)
        uvicorn.Server(configured(desk, port, team)).run(sockets=[heard])


def configured(desk: Desk, port: int, team: Team | None = None) -> uvicorn.Config:
    """Return how a desk is served: under a team's name, or those by which this machine knows the port, and no other."""
    import uvicorn

    from pipeline.review import application

    hosts = [team.host] if team and team.host else [f"{name}:{port}" for name in (HOST, "localhost")]
    app = application(desk, hosts, team)
    # who connects is who says who sits there: no header may stand in for that address
    return uvicorn.Config(app, log_level="warning", server_header=False, lifespan="off", ws="none", proxy_headers=False)


def listening(port: int, address: str = HOST) -> socket.socket:
    """Return a socket at an address of this machine; port 0 takes a free one."""
    try:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return socket.create_server((address, port), family=family, backlog=128)
    except OSError as error:
        trouble = f"{address} port {port} cannot be listened at ({error.strerror})"
        raise ReviewError(f"{trouble}; --port names another, 0 takes any") from error


def who() -> str:
    """Return the name that a person's answers bear."""
    try:
        name = subprocess.run(
            ["git", "config", "user.name"], capture_output=True, text=True, check=False
        ).stdout.strip()
    except OSError:
        name = ""
    return name or getpass.getuser()


def stages() -> Stages:
    """Return what review takes of the other stages."""
    from pipeline.annotate.typed import TypedValues
    from pipeline.diff.changes import fields
    from pipeline.extraction import current, rules_written
    from pipeline.normalize import fold, normalize
    from pipeline.review import Stages

    return Stages(
        normalize=lambda document: normalize(document, current().knowledge),
        extract=lambda document: current()(document),
        written=rules_written,
        fold=fold,
        companies=lambda: tuple(company for _, company in current().knowledge.tabled_companies),
        likely=lambda name: likely(name, current()),
        currencies=lambda: current().knowledge.currencies.currency,
        typed=lambda: TypedValues(current().knowledge, fold),
        fields=fields,
        compare=compare,
        rule=rule,
        sources=sources,
    )


def sources() -> tuple[list[Source], list[Issue]]:
    """Return the project's sources that runs are over, and what is wrong with the others."""
    from pipeline.runs.sources import find_sources
    from pipeline.settings import Settings

    folder = Settings.from_environment().sources
    return find_sources(folder) if folder.is_dir() else ([], [])


def likely(name: str, extractor: Extractor) -> list[tuple[Company, str]]:
    """Return the companies that a name may mean, the likeliest first, each with why."""
    from pipeline.resolve import candidates

    found = [(each.score, each.company, each.why) for each in candidates(name, extractor.index, limit=3)]
    found += [(hit.score, hit.company, hit.why) for hit in extractor.registry.search(name, limit=3)]
    return [(company, why) for _, company, why in sorted(found, key=lambda row: (-row[0], row[1].id))[:3]]


def compare(old: str | None, new: str | None) -> Comparison:
    """Return what differs between two states, as `deals diff` finds it."""
    from pipeline.diff import snapshots
    from pipeline.diff.changes import diff
    from pipeline.review import Comparison

    before = snapshots.snapshot(old) if old else snapshots.accepted()
    after = snapshots.snapshot(new) if new else snapshots.now()
    changes = diff(before.deals, after.deals, before.known, after.known)
    return Comparison(old=before.name, new=after.name, changes=tuple(changes))


def rule(name: str) -> RuleText | None:
    """Return a rule as it stands in its language's file, None where none has this name."""
    from pipeline.extraction import current
    from pipeline.review import RuleText

    code, _, key = name.partition(".")
    for path in current().knowledge.files.get(f"languages/{code}/deals.toml", ()):
        lines = path.read_text("utf-8").splitlines()
        starts = [n for n, line in enumerate(lines) if line.startswith("[")] + [len(lines)]
        for start, end in pairwise(starts):
            if f'id = "{key}"' in lines[start:end]:
                place = f"{path.parent.parent.name}/{code}/{path.name}:{start + 1}"
                return RuleText(name=name, place=place, text="\n".join(lines[start:end]).strip())
    return None


def _print_report() -> None:
    from rich.console import Console

    from pipeline.judging import judgements
    from pipeline.review.learning import report, table
    from pipeline.settings import Settings

    given, issues = judgements.read(Settings.from_environment().judgements)
    console = Console()
    for issue in issues:
        console.print(f"{issue.place}: {issue.message}", style="yellow", markup=False)
    for part in (each for each in report(given) if each.rows or each.title != "fault"):
        console.print(table(part))
