"""The edit form: a deal as the strings of its fields, and what a person typed checked and turned into changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar, get_args

import msgspec

from pipeline.judging import edits
from pipeline.judging.edits import EditError
from pipeline.models import (
    Amount,
    Extraction,
    Kind,
    Mention,
    MergedDeal,
    Noun,
    Per,
    Qualifier,
    Role,
    Span,
    Status,
    plain,
)

KINDS: tuple[Kind, ...] = get_args(Kind)
STATUSES: tuple[Status, ...] = get_args(Status)
ROLES: tuple[Role, ...] = get_args(Role)
QUALIFIERS: tuple[Qualifier, ...] = get_args(Qualifier)
PERIODS: tuple[Per, ...] = get_args(Per)
SPANNING = ("range", "order-of-magnitude")
FIGURE = re.compile(r"(\d[\d,_ ]{0,40}(?:\.\d{1,20})?)\s*(\w{0,8})", re.IGNORECASE)
DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
ROW = ("name", "company", "said")
AMOUNT = ("figure", "to", "currency", "qualifier", "per")

Marked = TypeVar("Marked", bound=Span)
Form = Mapping[str, Sequence[str]]


class Edit(Noun, frozen=True, kw_only=True):
    """What a form asks for: the changes, or what is wrong with it, by field."""

    changes: dict[str, Any] = msgspec.field(default_factory=dict)
    errors: dict[str, str] = msgspec.field(default_factory=dict)


def shown(deal: MergedDeal) -> dict[str, list[str]]:
    """Return a deal as the strings of its form."""
    amount = deal.amount
    value, low, high = (amount.value, amount.low, amount.high) if amount else (None, None, None)
    spanning = amount is not None and amount.qualifier in SPANNING
    first = low if spanning else next((figure for figure in (value, high, low) if figure is not None), None)
    return {
        "kind": [deal.kind],
        "status": [deal.status],
        "role": [party.role for party in deal.parties],
        "name": [party.name for party in deal.parties],
        "company": [party.company_id or "" for party in deal.parties],
        "figure": [_written(first)],
        "to": [_written(high) if spanning else ""],
        "currency": [amount.currency or "" if amount else ""],
        "qualifier": [amount.qualifier if amount else "exact"],
        "per": [amount.per or "" if amount else ""],
        "stake": [_written(deal.stake.percent) if deal.stake else ""],
        "date": [deal.date.value or "" if deal.date else ""],
    }


def _written(value: Decimal | None) -> str:
    return "" if value is None else f"{plain(value):f}"


def read(
    form: Form,
    deal: MergedDeal,
    *,
    currencies: Collection[str],
    scales: Mapping[str, int],
    company: Callable[[str], str | None],
) -> Edit:
    """Return what a person changed in the form of a deal; `company` gives the id of a firm known by just this name."""
    before, after = shown(deal), {name: _stripped(form.get(name, ())) for name in shown(deal)}
    changes: dict[str, Any] = {}
    errors: dict[str, str] = {}

    def take(field: str, names: Sequence[str], build: Callable[[], Any]) -> None:
        if any(before[name] != after[name] for name in names):
            try:
                changes[field] = build()
                edits.fields({field: changes[field]})
            except (ValueError, EditError) as error:
                errors[field] = str(error).removeprefix(f"{field}: ")

    take("kind", ["kind"], lambda: after["kind"][0])
    take("status", ["status"], lambda: after["status"][0])
    take("parties", ["role", "name", "company"], lambda: _parties(after, company))
    take("amount", AMOUNT, lambda: _amount({name: after[name][0] for name in AMOUNT}, currencies, scales))
    take("stake", ["stake"], lambda: _stake(after["stake"][0]))
    take("date", ["date"], lambda: _date(after["date"][0]))
    return Edit(changes=changes, errors=errors)


def empty() -> dict[str, list[str]]:
    """Return the strings of a form that adds a deal of which nothing is known yet."""
    once = ("kind", "status", *AMOUNT, "amount_text", "stake", "date", "date_text", "why")
    rows: dict[str, list[str]] = {"role": ["payer", "payee", "target"], **{name: [""] * 3 for name in ROW}}
    return {**rows, **{name: [""] for name in once}, "qualifier": ["exact"], "status": ["announced"]}


def suggested(extraction: Extraction, span: Span) -> dict[str, list[str]]:
    """Return the strings of a form that adds the deal of a sentence, as far as what is marked in it tells."""
    form = empty()
    firms: dict[str, Mention] = {}
    for each in inside(extraction.companies, span):
        firms.setdefault(each.company_id or each.name, each)
    for place, firm in enumerate(list(firms.values())[:3]):
        form["name"][place], form["company"][place], form["said"][place] = firm.name, firm.company_id or "", firm.text
    amount = next(inside(extraction.amounts, span), None)
    date = next((each for each in inside(extraction.dates, span) if each.value and DATE.fullmatch(each.value)), None)
    if amount:
        form |= written(amount)
    if date:
        form |= {"date": [date.value or ""], "date_text": [date.text]}
    return form


def inside(found: Iterable[Marked], span: Span) -> Iterator[Marked]:
    """Yield what lies in a span."""
    return (each for each in found if span.start <= each.start and each.end <= span.end)


def read_new(
    form: Form, *, currencies: Collection[str], scales: Mapping[str, int], company: Callable[[str], str | None]
) -> Edit:
    """Return the fields of a deal that a person adds; what a form leaves empty the deal does not have."""
    told = {name: _stripped(form.get(name, ())) for name in empty()}
    changes: dict[str, Any] = {}
    errors: dict[str, str] = {}

    def take(field: str, build: Callable[[], Any]) -> None:
        try:
            value = build()
            edits.fields({field: value})
            changes[field] = value
        except (ValueError, EditError) as error:
            errors[field] = str(error).removeprefix(f"{field}: ")

    take("kind", lambda: _chosen(told["kind"][0], KINDS))
    take("status", lambda: _chosen(told["status"][0], STATUSES))
    take("parties", lambda: _parties(told, company))
    take("amount", lambda: _amount({name: told[name][0] for name in AMOUNT}, currencies, scales))
    take("stake", lambda: _stake(told["stake"][0]))
    take("date", lambda: _date(told["date"][0]))
    if changes.get("amount"):
        changes["amount"]["text"] = told["amount_text"][0] or None
    if changes.get("stake"):
        changes["stake"]["text"] = told["stake"][0]
    return Edit(changes=changes, errors=errors)


def _chosen(told: str, known: Sequence[str]) -> str:
    if told not in known:
        raise ValueError("has to be chosen")
    return told


def written(amount: Amount) -> dict[str, list[str]]:
    """Return an amount as the strings of its fields, with the words that tell it."""
    spanning = amount.qualifier in SPANNING
    first = amount.low if spanning else next((each for each in (amount.value, amount.high, amount.low) if each), None)
    return {
        "figure": [_written(first)],
        "to": [_written(amount.high) if spanning else ""],
        "currency": [amount.currency or ""],
        "qualifier": [amount.qualifier],
        "per": [amount.per or ""],
        "amount_text": [amount.text],
    }


def _stripped(values: Sequence[str]) -> list[str]:
    return [" ".join(value.split()) for value in values] or [""]


def _parties(told: Mapping[str, list[str]], company: Callable[[str], str | None]) -> list[dict[str, Any]]:
    none = [""] * len(told["name"])
    said = told.get("said", []) + none
    rows = [row for row in zip(told["role"], told["name"], told["company"] + none, said, strict=False) if row[1]]
    if not rows:
        raise ValueError("a deal has at least one party")
    if stray := [role for role, *_ in rows if role not in ROLES]:
        raise ValueError(f"'{stray[0]}' is no role")
    return [
        {"role": role, "name": name, "company_id": known or company(name), **({"text": words} if words else {})}
        for role, name, known, words in rows
    ]


def _amount(told: Mapping[str, str], currencies: Collection[str], scales: Mapping[str, int]) -> dict[str, Any] | None:
    """Return an amount, None where the field was emptied."""
    if not told["figure"]:
        return None
    code, qualifier = told["currency"].upper(), told["qualifier"]
    if code and code not in currencies:
        raise ValueError(f"'{told['currency']}' is not an ISO 4217 currency such as USD")
    first = figure(told["figure"], scales)
    shared = {"currency": code or None, "qualifier": qualifier, "per": told["per"] or None}
    if qualifier in SPANNING:
        if not told["to"]:
            raise ValueError("a range needs its upper end too")
        return {"low": first, "high": figure(told["to"], scales), **shared}
    low = {"low": first} if qualifier in ("at-least", "over") else {}
    high = {"high": first} if qualifier in ("up-to", "under") else {}
    return {"value": first, **low, **high, **shared}


def figure(told: str, scales: Mapping[str, int]) -> Decimal:
    """Return a sum as people type it: 1,250,000 or 1.25bn or 12.5亿."""
    found = FIGURE.fullmatch(told)
    scale = {"": 1, **scales}.get(found[2].lower()) if found else None
    if not found or scale is None:
        raise ValueError(f"'{told}' is no sum; write 1250000, 1.25m or 1.25bn")
    return plain(Decimal(re.sub(r"[,_ ]", "", found[1])) * scale)


def _stake(told: str) -> dict[str, Any] | None:
    if not told:
        return None
    try:
        return {"percent": Decimal(told.removesuffix("%").strip())}
    except InvalidOperation as error:
        raise ValueError(f"'{told}' is no percentage") from error


def _date(told: str) -> str | None:
    if told and not DATE.fullmatch(told):
        raise ValueError(f"'{told}' is no date; write 2025, 2025-09 or 2025-09-22")
    return told or None
