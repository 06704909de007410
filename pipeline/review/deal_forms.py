"""The forms that correct and add a deal: a deal as the strings of its inputs, and what a person made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from pipeline import wording
from pipeline.judging import edits
from pipeline.judging.edits import EditError
from pipeline.models import Amount, Extraction, Mention, MergedDeal, Noun, Span
from pipeline.review import form_fields
from pipeline.review.form_fields import AMOUNT, DATE, SPANNING, Help, written

ROW = ("name", "company", "said")
MORE = ("valuation", "asset_kind", "asset_text", "quantity", "round", "speaker")

Marked = TypeVar("Marked", bound=Span)
Form = Mapping[str, Sequence[str]]


class Edit(Noun, frozen=True, kw_only=True):
    """What a form asks for: the changes, or what is wrong with it, by field."""

    changes: dict[str, Any] = msgspec.field(default_factory=dict)
    errors: dict[str, str] = msgspec.field(default_factory=dict)


def shown(deal: MergedDeal) -> dict[str, list[str]]:
    """Return a deal as the strings of its form."""
    amount = as_strings(deal.amount) if deal.amount else {name: [""] for name in AMOUNT} | {"qualifier": ["exact"]}
    return {
        "kind": [deal.kind],
        "status": [deal.status],
        "role": [party.role for party in deal.parties],
        "name": [party.name for party in deal.parties],
        "company": [party.company_id or "" for party in deal.parties],
        **{name: amount[name] for name in AMOUNT},
        "stake": [wording.stake(deal.stake).removesuffix("%") if deal.stake else ""],
        "date": [deal.date.value or "" if deal.date else ""],
        "valuation": [wording.amount(deal.valuation).removesuffix(wording.UNSAID) if deal.valuation else ""],
        "asset_kind": [deal.asset.kind if deal.asset else ""],
        "asset_text": [deal.asset.text if deal.asset else ""],
        "quantity": [wording.quantity(deal.quantity) if deal.quantity else ""],
        "round": [deal.round.value if deal.round else ""],
        "speaker": [deal.speaker or ""],
    }


def as_strings(amount: Amount) -> dict[str, list[str]]:
    """Return an amount as the strings of its inputs, with the words that tell it."""
    spanning = amount.qualifier in SPANNING
    some = (amount.value, amount.high, amount.low)
    first = amount.low if spanning else next((each for each in some if each is not None), None)
    return {
        "figure": [written(first)],
        "to": [written(amount.high) if spanning else ""],
        "currency": [amount.currency or ""],
        "qualifier": [amount.qualifier],
        "per": [amount.per or ""],
        "amount_text": [amount.text],
    }


def read(form: Form, deal: MergedDeal, known: Help) -> Edit:
    """Return what a person changed in the form of a deal; an input that the form does not hold was not changed."""
    before = shown(deal)
    after = {name: _stripped(form[name]) if name in form else strings for name, strings in before.items()}
    changed = [
        field
        for field, (inputs, _) in form_fields.FIELDS.items()
        if any(before[name] != after[name] for name in inputs)
    ]
    return _edit(changed, after, known)


def _edit(names: Iterable[str], told: dict[str, list[str]], known: Help) -> Edit:
    changes: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name in names:
        try:
            value = form_fields.read(name, told, known)
            edits.fields({name: value})
            changes[name] = value
        except (ValueError, EditError) as error:
            errors[name] = str(error).removeprefix(f"{name}: ")
    return Edit(changes=changes, errors=errors)


def swapped(deal: MergedDeal) -> dict[str, Any]:
    """Return the parties of a deal with its direction turned round: who pays gets it, who gets it pays.

    Where no one gets it, what is bought pays.
    """
    roles = {party.role for party in deal.parties}
    other = "payee" if "payee" in roles or "target" not in roles else "target"
    turned = {"payer": other, other: "payer"}
    if not roles & turned.keys():
        raise EditError("parties: nobody pays here, so there is no direction to turn round")
    parties = [edits.seen_party(party) for party in deal.parties]
    return {"parties": [{**msgspec.to_builtins(each), "role": turned.get(each.role, each.role)} for each in parties]}


def empty() -> dict[str, list[str]]:
    """Return the strings of a form that adds a deal of which nothing is known yet."""
    once = ("kind", "status", *AMOUNT, "amount_text", "stake", "date", "date_text", "why", *MORE)
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
        form |= as_strings(amount)
    if date:
        form |= {"date": [date.value or ""], "date_text": [date.text]}
    return form


def inside(found: Iterable[Marked], span: Span) -> Iterator[Marked]:
    """Yield what lies in a span."""
    return (each for each in found if span.start <= each.start and each.end <= span.end)


def read_new(form: Form, known: Help) -> Edit:
    """Return the fields of a deal that a person adds; what a form leaves empty the deal does not have."""
    told = {name: _stripped(form.get(name, ())) for name in empty()}
    made = _edit(form_fields.FIELDS, told, known)
    for name, words in (("amount", told["amount_text"]), ("stake", told["stake"]), ("quantity", told["quantity"])):
        if made.changes.get(name):
            made.changes[name]["text"] = words[0] or None
    return made


def _stripped(values: Sequence[str]) -> list[str]:
    return [" ".join(value.split()) for value in values] or [""]
