"""How rules of one's own are laid over ours: one rule for every file of `languages/` and `tables/`.

- A table is joined key by key, at every depth: what yours does not name stays as it is.
- A list is joined: ours first, then what yours adds. An entry with an `id` that ours has extends that entry.
- Any other value of yours stands in place of ours.
- `remove = { NAME = […] }` in a table first takes words, ids or keys out of its list or table NAME.
- `replace = true` in a table forgets ours: the table, entry or file is yours alone.

So one more verb is three lines in `zh/deals.toml`, and never a copy of ours:

    [[frame]]
    id = 'acquire'
    cues = ['鲸吞']
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

Table = Mapping[str, Any]


def laid_over(ours: Table, own: Table) -> dict[str, Any]:
    """Return a table with a user's own laid over it."""
    replace, removed = own.get("replace") is True, own.get("remove")
    found = {} if replace else dict(ours)
    told = {name: value for name, value in own.items() if not (name == "replace" and replace)}
    if isinstance(removed, dict):
        del told["remove"]
        found |= {name: _without(found[name], words) for name, words in removed.items() if name in found}
    return found | {name: _joined(found.get(name), value) for name, value in told.items()}


def stacked(layers: Sequence[Table]) -> dict[str, Any]:
    """Return the table that several make, each laid over those before it."""
    first = {name: value for name, value in layers[0].items() if not (name == "replace" and value is True)}
    return reduce(laid_over, layers[1:], first)


def _joined(ours: Any, own: Any) -> Any:
    if isinstance(own, dict):
        return laid_over(ours if isinstance(ours, dict) else {}, own)
    if isinstance(own, list):
        return _joined_lists(ours if isinstance(ours, list) else [], own)
    return own


def _joined_lists(ours: list[Any], own: list[Any]) -> list[Any]:
    """Return both lists as one, each entry once; those with an id that is known extend that entry in its place."""
    found = list(ours)
    places = {key: at for at, entry in enumerate(ours) if (key := _id(entry)) is not None}
    for entry in own:
        at = places.get(_id(entry))
        if at is not None:
            found[at] = laid_over(found[at], entry)
        elif entry not in found:
            found.append(_joined(None, entry))
    return found


def _without(ours: Any, words: Sequence[Any]) -> Any:
    if isinstance(ours, dict):
        return {key: value for key, value in ours.items() if key not in words}
    if isinstance(ours, list):
        return [entry for entry in ours if entry not in words and _id(entry) not in words]
    return ours


def _id(entry: Any) -> Any:
    return entry.get("id") if isinstance(entry, dict) else None
