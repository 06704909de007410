"""Puts off what spaCy imports for its own command line: two fifths of `import spacy`, of which we use nothing.

It is done for our command line only, never for those who import us: `spacy.cli` is there all the same, and loads
itself when anything of it is asked for.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

LATER = ("spacy.cli", "spacy.cli.info")


class _Later(ModuleType):
    """Stands for a module until something in it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_loaded(self.__name__), name)


def _loaded(name: str) -> ModuleType:
    """Return the module itself, in the place of what stands for it."""
    for each in LATER:
        if isinstance(sys.modules.get(each), _Later):
            del sys.modules[each]
    return import_module(name)


def put_off() -> None:
    """Let `import spacy` leave its command line alone, where nothing has imported it yet."""
    if "spacy" in sys.modules:
        return
    for name in LATER:
        sys.modules[name] = _Later(name)

    def info(*given: Any, **named: Any) -> Any:
        return _loaded("spacy.cli.info").info(*given, **named)

    sys.modules[LATER[1]].__dict__["info"] = info
