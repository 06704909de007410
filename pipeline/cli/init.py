"""`deals init`: a project to begin with."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

STARTER = Path(__file__).parents[1] / "starter"
NAMED = {"gitignore": ".gitignore"}
"""Files that are called otherwise in a project: ours must not be read as what they are."""


def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder, or one that is empty.")]) -> None:
    """Make a project to begin with: a source of own notes, a feed to switch on, an own company, an own rule.

    Nothing that is there is written over.
    """
    if folder.exists() and (not folder.is_dir() or any(path.name != ".git" for path in folder.iterdir())):
        raise typer.BadParameter(f"{folder} is not empty; name a new folder", param_hint="DIR")
    for path in sorted(STARTER.rglob("*")):
        if path.is_file():
            place = folder / path.relative_to(STARTER)
            place = place.with_name(NAMED.get(place.name, place.name))
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)
    print(f"made {folder}: put notes into {folder / 'sources' / 'notes'}, then")
    print(f"  deals --root {folder} run")
