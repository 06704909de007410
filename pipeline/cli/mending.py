"""What `deals companies` says of companies that are known: more names, one of two, two of one, no firm at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from pipeline.rules.company_answers import Act

Who = Annotated[str | None, typer.Option("--by", help="Who says it; else git's user name, else this account's.")]


def alias(
    company: Annotated[str, typer.Argument(help="The company's id, one of ours too.")],
    names: Annotated[list[str], typer.Argument(help="More names of it, in any script.")],
    by: Who = None,
) -> None:
    """Give a company more names; kept in sources/company_answers.jsonl, read by the next run."""
    _say("alias", company, by, names=tuple(names))


def merge(
    company: Annotated[str, typer.Argument(help="The id of the one that is no company of its own.")],
    into: Annotated[str, typer.Argument(help="The id of the one that it is.")],
    by: Who = None,
) -> None:
    """Make one company of two: the second gets the names of the first."""
    _say("merge", company, by, into=into)


def split(
    company: Annotated[str, typer.Argument(help="The id of the company that holds another one's names.")],
    name: Annotated[str, typer.Argument(help="What the other one is published as.")],
    names: Annotated[list[str], typer.Option("--name", help="A name that is the other one's; may be given again.")],
    by: Who = None,
) -> None:
    """Give some names of a company to a new one."""
    _say("split", company, by, name=name, names=tuple(names))


def rename(
    company: Annotated[str, typer.Argument(help="The company's id, which stays.")],
    name: Annotated[str, typer.Argument(help="What it is published as from now on.")],
    by: Who = None,
) -> None:
    """Publish a company under another name."""
    _say("rename", company, by, name=name)


def not_a_company(
    word: Annotated[str, typer.Argument(help="The word as texts write it.")],
    by: Who = None,
) -> None:
    """Say that a word is no firm, so that no deal has it as a party."""
    _say("no-company", word, by)


def undo(by: Who = None) -> None:
    """Take back the last thing that you said of a company."""
    from msgspec.structs import replace

    from pipeline.cli.review import who
    from pipeline.rules import company_answers
    from pipeline.settings import Settings

    path, name = Settings.from_environment().company_answers, by or who()
    mine = [each for each in company_answers.standing(company_answers.read(path)) if each.by == name]
    if not mine:
        raise typer.BadParameter(f"{name} said nothing in {path} that stands")
    company_answers.append(path, replace(mine[-1], act="undone", company=mine[-1].at, at=_now()))
    print(f"{path}: {mine[-1].act} of {mine[-1].company} taken back")


def _say(act: Act, company: str, by: str | None, **more: Any) -> None:
    """Keep what a person says of a company, once it is checked against the companies there are."""
    from pipeline.cli.review import who
    from pipeline.errors import DealsError
    from pipeline.rules import company_answers
    from pipeline.rules.common_tables import check_companies
    from pipeline.rules.company_answers import CompanyAnswer
    from pipeline.rules.knowledge import Knowledge
    from pipeline.settings import Settings

    settings = Settings.from_environment()
    try:
        placed = Knowledge.load(settings).placed_companies
        known = {each.id: each for _, each in placed}
        if act == "split":
            more["into"] = company_answers.fresh_id(more["name"], known)
        answer = CompanyAnswer(act=act, company=company, **more, by=by or who(), at=_now())
        if act != "no-company":
            company_answers.checked(answer, known)
            check_companies(company_answers.applied(placed, [answer], "the new answer"))
    except DealsError as error:
        raise typer.BadParameter(str(error)) from error
    company_answers.append(settings.company_answers, answer)
    print(f"{settings.company_answers}: {act} {company}{f' → {answer.into}' if answer.into else ''}")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def register(app: typer.Typer) -> None:
    """Add the commands to an app, each with an example."""
    app.command("alias", epilog="Example: deals companies alias cyberark 赛博方舟")(alias)
    app.command("merge", epilog="Example: deals companies merge open-ai openai")(merge)
    app.command("split", epilog="Example: deals companies split delta 'Delta Electronics' --name 台達電")(split)
    app.command("rename", epilog="Example: deals companies rename meta 'Meta Platforms'")(rename)
    app.command("not-a-company", epilog="Example: deals companies not-a-company 'Series B'")(not_a_company)
    app.command("undo", epilog="Example: deals companies undo")(undo)
