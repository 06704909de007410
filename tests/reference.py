"""The reference in docs/reference, made from the code: commands, settings, rule files, sources, published files, verbs.

uv run python -m tests.reference
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import pkgutil
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from itertools import pairwise
from typing import Any

import msgspec
from msgspec import inspect as shapes
from typer.main import get_command
from typer.testing import CliRunner

import pipeline
from pipeline.annotate.firms.capital_rules import CapitalRules
from pipeline.cli import COMMANDS, app
from pipeline.fetch import FETCHERS
from pipeline.models import Company, DocumentRecord, Extraction, PublishedDeal, Source
from pipeline.publish.schema import VERSION
from pipeline.rules.common_tables import CompanyTable
from pipeline.rules.loading import Rules
from pipeline.runs.sources import OURS as SAID_BY_THE_FOLDER
from pipeline.settings import OURS, VARIABLES, Settings
from tests.projects import ROOT

FOLDER = ROOT / "docs" / "reference"
NAMED = re.compile(r"`([a-z_]+\.toml)`")
PLAIN = {
    shapes.StrType: "text", shapes.IntType: "whole number", shapes.FloatType: "number", shapes.BoolType: "yes or no",
    shapes.DecimalType: "decimal number", shapes.AnyType: "anything", shapes.DateType: "date",
}  # fmt: skip
ALSO: dict[str, Any] = {"tables/companies": CompanyTable, "languages/*/companies": CapitalRules}
"""Shapes of files that several places have, by how a place begins."""
VERBS = re.compile(r"^    (\w+) +.*? {2,}([\w.]+)\(", re.MULTILINE)
"""A line of the package's docstring: stage and verb."""
WRITTEN = "<!-- written by `uv run python -m tests.reference`; change the code instead -->\n"


def modules() -> Iterator[Any]:
    """Yield every module of the program."""
    for module in pkgutil.walk_packages(pipeline.__path__, "pipeline."):
        if ".migrations" not in module.name:
            yield import_module(module.name)


def rule_shapes() -> dict[str, Any]:
    """Return the shape of every kind of rule file that we ship, by its place: `languages/*/deals.toml`."""
    asked = {name: shape for module in modules() for name, shape in _asked(module)}
    named = {name: shape for shape in _below(Rules) for name in NAMED.findall((shape.__doc__ or "").splitlines()[0])}
    found = {}
    for path in sorted(OURS.glob("languages/*/*.toml")) + sorted(OURS.glob("tables/*.toml")):
        if not path.name.endswith(".examples.toml"):
            place = re.sub(r"languages/\w+/", "languages/*/", path.relative_to(OURS).as_posix())
            other = next((shape for begin, shape in ALSO.items() if place.startswith(begin)), None)
            shape = other or named.get(path.name) or asked.get(path.name)
            assert shape, f"{place}: name it in the first line of its shape's docstring, as others are"
            found[place] = shape
    return found


def _asked(module: Any) -> Iterator[tuple[str, Any]]:
    """Yield the rule files that a module asks the knowledge for, with their shapes: `table("a.toml", dict[str, A])`."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        match node:
            case ast.Call(func=ast.Attribute(attr=attr), args=[*_, ast.Constant(value=str(name)), shape]):
                if attr in ("table", "rules", "rule"):
                    yield name, eval(ast.unparse(shape), vars(module))


def _below(shape: type) -> Iterator[type]:
    for other in shape.__subclasses__():
        yield other
        yield from _below(other)


@cache
def title(shape: type) -> str:
    """Return the heading of a shape: its name, and its module where two rule files have shapes of one name."""
    alike = [other for other in _below(Rules) if other.__name__ == shape.__name__ and other is not shape]
    return f"{shape.__name__} of {shape.__module__.rpartition('.')[2]}" if alike else shape.__name__


def link(shape: type) -> str:
    """Return a link to the section of a shape."""
    return f"[{shape.__name__}](#{title(shape).lower().replace(' ', '-')})"


@cache
def notes(shape: type) -> dict[str, str]:
    """Return what the source says below each field of a shape, in one line."""
    found: dict[str, str] = {}
    for base in reversed(shape.__mro__):
        if base.__module__.startswith("pipeline."):
            body = ast.parse(textwrap.dedent(inspect.getsource(base))).body[0].body  # type: ignore[attr-defined]
            for field, note in pairwise(body):
                match field, note:
                    case ast.AnnAssign(target=name), ast.Expr(value=ast.Constant(value=str(text))):
                        found[ast.unparse(name)] = " ".join(text.split())
    return found


def kind(told: shapes.Type) -> str:
    """Return the words for a field's type."""
    match told:
        case shapes.LiteralType(values=values):
            return " ".join(f"`{value}`" for value in values)
        case shapes.UnionType(types=types):
            return ", or ".join(kind(each) for each in types if not isinstance(each, shapes.NoneType))
        case shapes.VarTupleType(item_type=item) | shapes.ListType(item_type=item):
            return f"list of {kind(item)}"
        case shapes.SetType(item_type=item) | shapes.FrozenSetType(item_type=item):
            return f"list of {kind(item)}"
        case shapes.TupleType(item_types=items):
            return f"[{', '.join(kind(item) for item in items)}]"
        case shapes.DictType(key_type=key, value_type=value):
            return f"table of {kind(key)} = {kind(value)}"
        case shapes.StructType(cls=shape):
            return link(shape)
        case shapes.CustomType(cls=shape):
            return str(shape.__name__).lower()
    return PLAIN[type(told)]


def parts(told: shapes.Type) -> Iterator[type]:
    """Yield the shapes that a field's type is made of."""
    if isinstance(told, shapes.StructType):
        yield told.cls
    for name in ("item_type", "key_type", "value_type"):
        if hasattr(told, name):
            yield from parts(getattr(told, name))
    for each in (*getattr(told, "types", ()), *getattr(told, "item_types", ())):
        yield from parts(each)


def fields(shape: type) -> tuple[shapes.Field, ...]:
    """Return the fields of a shape."""
    told = shapes.type_info(shape)
    assert isinstance(told, shapes.StructType)
    return told.fields


def default(field: shapes.Field) -> str:
    """Return what holds where a field is left out; `needed` where it may not be."""
    if field.required:
        return "needed"
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    if value in (None, (), "", {}, frozenset()) or isinstance(value, msgspec.Struct):
        return ""
    return f"`{json.dumps(msgspec.to_builtins(value, enc_hook=str), ensure_ascii=False)}`"


def table(shape: type, *, without: tuple[str, ...] = ()) -> str:
    """Return the fields of a shape as a table."""
    rows = ["| key | what | where left out | meaning |", "| --- | --- | --- | --- |"]
    for field in fields(shape):
        if field.name not in without:
            note = notes(shape).get(field.name, "").replace("|", "\\|")
            rows.append(f"| `{field.encode_name}` | {kind(field.type)} | {default(field)} | {note} |")
    return "\n".join(rows)


def about(shape: type) -> str:
    """Return what a shape's docstring says, in one paragraph."""
    return " ".join((shape.__doc__ or "").split())


def described(roots: list[type]) -> str:
    """Return some shapes and all they are made of, each once, as sections."""
    left, seen = list(roots), []
    while left:
        shape = left.pop(0)
        if shape not in seen:
            seen.append(shape)
            left += [part for field in fields(shape) for part in parts(field.type)]
    return "\n\n".join(f"### {title(shape)}\n\n{about(shape)}\n\n{table(shape)}" for shape in seen)


def commands() -> str:
    """Return the help of every command, and what the environment sets."""
    pages = []
    for name in COMMANDS:
        command = get_command(app).get_command(None, name)  # type: ignore[attr-defined]
        for words in [(name,), *((name, sub) for sub in getattr(command, "commands", ()))]:
            printed = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "100", "NO_COLOR": "1"}).stdout
            printed = printed.replace("Usage: root", "Usage: deals").strip()
            lines = "\n".join(line.rstrip() for line in printed.splitlines())
            pages.append(f"## deals {' '.join(words)}\n\n```text\n{lines}\n```")
    told = {name: notes(Settings)[field].removeprefix(f"`{name}`: ") for field, name in VARIABLES.items()}
    rows = [f"| `{name}` | {meaning} |" for name, meaning in told.items()]
    settings = "\n".join(["## What the environment sets", "", "| variable | meaning |", "| --- | --- |", *rows])
    return "\n\n".join(["# Commands", *pages, settings])


def rules() -> str:
    """Return every rule file with its shape."""
    places = rule_shapes()
    text = "A file of one's own lies over ours, key by key. Beside each stand its examples, `NAME.examples.toml`."
    files = "\n".join(f"| `{place}` | {kind(shapes.type_info(shape))} |" for place, shape in places.items())
    head = f"# Rule files\n\n{text}\n\n| file | its shape |\n| --- | --- |\n{files}"
    return f"{head}\n\n{described([part for shape in places.values() for part in parts(shapes.type_info(shape))])}"


def sources() -> str:
    """Return `source.toml` and the options of each kind of source."""
    page = ["# source.toml", table(Source, without=SAID_BY_THE_FOLDER)]
    for name, module in FETCHERS.items():
        import_module(module)  # its shapes are known once it is
        made = [shape for shape in _below(Rules) if shape.__module__ == module and shape.__name__.endswith("Options")]
        for shape in made:
            page.append(f"## [options] of kind `{name}`\n\n{about(shape)}\n\n{table(shape)}")
            page += [described([part]) for field in fields(shape) for part in parts(field.type)]
    return "\n\n".join(page)


def files() -> str:
    """Return what a line of each published file and of `deals extract` holds."""
    heads = {"deals.jsonl": PublishedDeal, "companies.jsonl": Company, "documents.jsonl": DocumentRecord,
             "deals extract": Extraction}  # fmt: skip
    rows = "\n".join(f"| `{name}` | {link(noun)} |" for name, noun in heads.items())
    text = f"The contract of `deals.jsonl` is `schema/deal.schema.json`, version {VERSION}; no line lacks a key."
    head = f"# Published files\n\n{text}\n\n| line of | holds |\n| --- | --- |\n{rows}"
    return f"{head}\n\n{described(list(heads.values()))}"


def verbs() -> str:
    """Return the public names of the package and each stage's verb, with signature and docstring."""
    found: list[tuple[str, Any]] = [(f"pipeline.{name}", getattr(pipeline, name)) for name in pipeline.__all__]
    for stage, verb in VERBS.findall(pipeline.__doc__ or ""):
        module = "pipeline.runs.sources" if stage == "sources" else f"pipeline.{stage}"
        owner: Any = import_module(module)
        for name in verb.split("."):
            owner = getattr(owner, name)
        found.append((f"{module}.{verb}", owner))
    return "\n\n".join(["# In Python", *(_verb(name, made) for name, made in found)])


def _verb(name: str, made: Any) -> str:
    signature = str(inspect.signature(made)).replace("'", "").replace("PosixPath(.)", "Path()")
    code = f"```python\n{name.rpartition('.')[2]}{signature}\n```"
    own = vars(made).items() if inspect.isclass(made) else ()
    methods = [f"- `{key}`: {_first(value)}" for key, value in own if not key.startswith("_") and _first(value)]
    page = f"## {name}\n\n{code}\n\n{inspect.cleandoc(made.__doc__ or '')}"
    return "\n".join([page, *([""] if methods else []), *methods])


def _first(value: Any) -> str:
    documented = callable(value) or hasattr(value, "__func__") or hasattr(value, "fget") or hasattr(value, "func")
    return (value.__doc__ or "").strip().split("\n")[0] if documented else ""


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands, "rules.md": rules, "sources.md": sources, "files.md": files, "python.md": verbs,
}  # fmt: skip


def page(name: str) -> str:
    """Return a page of the reference as the code has it."""
    os.environ.pop("DEALS_ROOT", None)
    return f"{WRITTEN}\n{PAGES[name]().strip()}\n"


def write() -> None:
    """Write the reference anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in PAGES:
        (FOLDER / name).write_text(page(name), "utf-8")


if __name__ == "__main__":
    write()
