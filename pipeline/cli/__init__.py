"""The command line: one command a verb. A command's module is imported only when the command is called."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperGroup

from pipeline.cli.imports import put_off


class Verb(NamedTuple):
    """A command of the table."""

    target: str
    """Where it lives: `module:function`, or `module:app` for a group of commands."""
    help: str
    """Its first line of help, here so that `deals --help` need not import it."""
    example: str


COMMANDS = {
    "init": Verb("pipeline.cli.init:init", "Make a project to begin with.", "deals init our-deals"),
    "run": Verb(
        "pipeline.cli.run_commands:run", "Fetch, extract, merge, store and publish: the main job.", "deals run samples"
    ),
    "extract": Verb(
        "pipeline.cli.extract:extract",
        "Print what documents tell: no database, no network.",
        "deals extract article.html --output jsonl",
    ),
    "explain": Verb(
        "pipeline.cli.extract:explain",
        "Show how a text is read, which rules fired on it, and why.",
        "deals explain '英伟达向OpenAI投资1000亿美元'",
    ),
    "publish": Verb(
        "pipeline.cli.publish:publish", "Write the stored deals as files.", "deals publish --format csv --to out"
    ),
    "diff": Verb("pipeline.cli.diff:diff", "Show what differs between two states of the deals.", "deals diff"),
    "review": Verb("pipeline.cli.review:review", "Judge deals on a local web page.", "deals review --port 8000"),
    "companies": Verb(
        "pipeline.cli.company_commands:app", "Search, add and import companies.", "deals companies search 輝達"
    ),
    "circles": Verb("pipeline.cli.circles:circles", "Show the money that flows in circles.", "deals circles"),
    "rules": Verb("pipeline.cli.rule_commands:app", "Check the rules against their examples.", "deals rules check"),
    "serve": Verb("pipeline.cli.serve:serve", "Run every enabled source that has a schedule.", "deals serve"),
}


class LazyGroup(TyperGroup):
    """Lists the commands from their table and imports only the one that is called."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = dict.fromkeys(COMMANDS, self)  # only their names are read: to list, and to suggest

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of this name, imported now."""
        verb = COMMANDS.get(cmd_name)
        return load(cmd_name, verb) if verb else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the table of commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, verb.help) for name, verb in COMMANDS.items()])


def load(name: str, verb: Verb) -> Any:
    """Return the command that a verb's target is, with its example at the end of its help."""
    module, attribute = verb.target.split(":")
    target = getattr(import_module(module), attribute)
    if not isinstance(target, typer.Typer):
        function, target = target, typer.Typer(add_completion=False, rich_markup_mode=None)
        target.command(name)(function)
    else:
        target.info.help = verb.help
    command = typer.main.get_command(target)
    command.epilog = f"Example: {verb.example}"
    return command


app = typer.Typer(
    cls=LazyGroup, add_completion=False, rich_markup_mode=None, no_args_is_help=True, pretty_exceptions_enable=False
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"deals {version('deal-pipeline')}")
        raise typer.Exit


@app.callback()
def deals(
    root: Annotated[
        Path | None, typer.Option(envvar="DEALS_ROOT", help="The folder of sources/ and extracted/; else this one.")
    ] = None,
    log: Annotated[
        str | None,
        typer.Option(
            envvar="DEALS_LOG",
            metavar="FILE|json",
            help="A file for the traces of faults in our own code; json: all as JSON on stderr.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Deals between companies, out of news and transcripts; every value points at its characters."""
    if root:
        os.environ["DEALS_ROOT"] = str(root)
    if log:
        os.environ["DEALS_LOG"] = log  # for the runs of `deals serve`, which are processes of their own
        _keep_log(log)


def _keep_log(where: str) -> None:
    from pipeline import logs

    try:
        logs.keep(where)
    except OSError as error:
        raise typer.BadParameter(f"{where}: {error.strerror}", param_hint="--log") from error


def main() -> None:
    """Run the command line; whatever goes wrong is told in one line, with exit status 1."""
    import atexit
    import gc
    import logging

    gc.set_threshold(200_000, 20, 50)  # rules and names stay to the end: to look through them for garbage finds none
    atexit.register(gc.freeze)
    put_off()
    logging.getLogger("pipeline").propagate = False  # Prefect gives the root a handler that prints
    try:
        app(prog_name="deals")
    except Exception as error:
        from pipeline.cli.trouble import told

        sys.exit(f"deals: {told(error)}")
