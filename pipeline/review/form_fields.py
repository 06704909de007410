"""The fields of a form, one by one: what a person typed or chose, checked and turned into what a deal can take."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, get_args

from pipeline.models import AssetKind, Kind, Per, Qualifier, Role, Status, plain
from pipeline.review.data import Typed

KINDS: tuple[Kind, ...] = get_args(Kind)
STATUSES: tuple[Status, ...] = get_args(Status)
ROLES: tuple[Role, ...] = get_args(Role)
QUALIFIERS: tuple[Qualifier, ...] = get_args(Qualifier)
PERIODS: tuple[Per, ...] = get_args(Per)
ASSETS: tuple[AssetKind, ...] = get_args(AssetKind)
SPANNING = ("range", "order-of-magnitude")
DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
AMOUNT = ("figure", "to", "currency", "qualifier", "per")

Strings = Mapping[str, list[str]]
"""The values of a form, by the names of its inputs."""


class Help(NamedTuple):
    """What reading a form needs to know."""

    currencies: Collection[str]
    typed: Typed
    company: Callable[[str], str | None]
    """Gives the id of a firm known by just this name."""


def read(name: str, told: Strings, known: Help) -> Any:
    """Return a field of a deal as plain data, None where it was left empty; raise ValueError where no deal has it."""
    inputs, build = FIELDS[name]
    return build(told, known) if any(told.get(each, [""])[0] for each in inputs) or name in NEEDED else None


def _choice(name: str, options: tuple[str, ...]) -> Callable[[Strings, Help], str]:
    def chosen(told: Strings, known: Help) -> str:
        if told[name][0] not in options:
            raise ValueError("has to be chosen")
        return told[name][0]

    return chosen


def _parties(told: Strings, known: Help) -> list[dict[str, Any]]:
    none = [""] * len(told["name"])
    said = [*told.get("said", []), *none]
    rows = [row for row in zip(told["role"], told["name"], [*told["company"], *none], said, strict=False) if row[1]]
    if not rows:
        raise ValueError("a deal has at least one party")
    if stray := [role for role, *_ in rows if role not in ROLES]:
        raise ValueError(f"'{stray[0]}' is no role")
    return [
        {"role": role, "name": name, "company_id": id or known.company(name), **({"text": words} if words else {})}
        for role, name, id, words in rows
    ]


def _amount(told: Strings, known: Help) -> dict[str, Any] | None:
    """Return an amount, None where the field was emptied; what the phrase itself says goes before the other inputs."""
    figure, to, currency, qualifier, per = (told[name][0] for name in AMOUNT)
    if not figure:
        return None
    code = currency.upper()
    if code and code not in known.currencies:
        raise ValueError(f"'{currency}' is not an ISO 4217 currency such as USD")
    first = _sum(figure, known)
    if first.pop("inferred") or first["currency"] is None:
        first["currency"] = code or first["currency"]
    first["per"] = first["per"] or per or None
    if first["qualifier"] != "exact" or qualifier == "exact":
        return first
    if qualifier in SPANNING:
        if not to:
            raise ValueError("a range needs its upper end too")
        high = _sum(to, known)["value"]
        return {**first, "value": None, "low": first["value"], "high": high, "qualifier": qualifier}
    low = {"low": first["value"]} if qualifier in ("at-least", "over") else {}
    high = {"high": first["value"]} if qualifier in ("up-to", "under") else {}
    return {**first, **low, **high, "qualifier": qualifier}


def _sum(phrase: str, known: Help) -> dict[str, Any]:
    """Return a sum of money as people write it: 1,250,000, 108.4bn, up to US$3 billion a year, 12.5亿."""
    found = known.typed.amount(phrase)
    if found is None:
        raise ValueError(f"'{phrase}' is no sum; write 1250000, 1.25m or US$1.25bn")
    value = None if found.qualifier in SPANNING else found.value
    shown = {name: getattr(found, name) for name in ("low", "high", "currency", "qualifier", "per")}
    return {"value": value, **shown, "inferred": found.currency_inferred}


def _valuation(told: Strings, known: Help) -> dict[str, Any]:
    found = _sum(told["valuation"][0], known)
    return {name: value for name, value in found.items() if name != "inferred"}


def _stake(told: Strings, known: Help) -> dict[str, Any]:
    found = known.typed.stake(told["stake"][0])
    if found is None:
        raise ValueError(f"'{told['stake'][0]}' is no percentage")
    return {name: getattr(found, name) for name in ("percent", "low", "high", "qualifier")}


def _quantity(told: Strings, known: Help) -> dict[str, Any]:
    found = known.typed.quantity(told["quantity"][0])
    if found is None:
        raise ValueError(f"'{told['quantity'][0]}' is no number of things; write 6 GW or 500,000 chips")
    return {name: getattr(found, name) for name in ("value", "low", "high", "unit", "qualifier")}


def _asset(told: Strings, known: Help) -> dict[str, Any]:
    kind, text = told["asset_kind"][0], told["asset_text"][0]
    if kind not in ASSETS:
        raise ValueError("say of which kind it is")
    return {"kind": kind, "text": text or kind}


def _round(told: Strings, known: Help) -> str:
    found = known.typed.round(told["round"][0])
    return found.value if found else told["round"][0].lower().replace(" ", "-")


def _date(told: Strings, known: Help) -> str | None:
    written = told["date"][0]
    if DATE.fullmatch(written):
        return written
    found = known.typed.date(written)
    if found is None:
        raise ValueError(f"'{written}' is no date; write 2025, 2025-09 or 2025-09-22")
    return found.value


FIELDS: dict[str, tuple[tuple[str, ...], Callable[[Strings, Help], Any]]] = {
    "kind": (("kind",), _choice("kind", KINDS)),
    "status": (("status",), _choice("status", STATUSES)),
    "parties": (("role", "name", "company"), _parties),
    "amount": (AMOUNT, _amount),
    "stake": (("stake",), _stake),
    "date": (("date",), _date),
    "valuation": (("valuation",), _valuation),
    "asset": (("asset_kind", "asset_text"), _asset),
    "quantity": (("quantity",), _quantity),
    "round": (("round",), _round),
    "speaker": (("speaker",), lambda told, known: told["speaker"][0]),
}
"""By field of a deal: its inputs in a form, and what reads them."""
NEEDED = ("kind", "status", "parties")


def written(value: Decimal | None) -> str:
    """Return a figure as a form shows it."""
    return "" if value is None else f"{plain(value):f}"
