"""`deals.ftm.json`: FollowTheMoney entities, one a line: companies, documents, and each deal as a link between them.

Money that passes is a Payment, control that passes an Ownership. What no one pays for, and what is off or was never
meant (withdrawn, denied, hypothetical), is an UnknownLink that says so: nobody should load a denial as a payment.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.models import Company, DocumentRecord, Kind, MergedDeal, Party, plain, to_json
from pipeline.publish.edition import Edition
from pipeline.wording.edges import receivers, side

Entity = dict[str, Any]
SCHEMAS: dict[Kind, tuple[str, str, str]] = {
    "investment": ("Payment", "payer", "beneficiary"),
    "acquisition": ("Ownership", "owner", "asset"),
    "share-transfer": ("Ownership", "owner", "asset"),
    "merger": ("UnknownLink", "subject", "object"),
    "joint-venture": ("UnknownLink", "subject", "object"),
    "partnership": ("UnknownLink", "subject", "object"),
    "purchase": ("Payment", "payer", "beneficiary"),
    "lease": ("Payment", "payer", "beneficiary"),
    "license": ("Payment", "payer", "beneficiary"),
    "loan": ("Debt", "creditor", "debtor"),
    "grant": ("Payment", "payer", "beneficiary"),
    "revenue-share": ("Payment", "payer", "beneficiary"),
}
"""For each kind: the schema, and its properties for who pays and who or what stands on the other side."""
LEGAL = re.compile(r"[0-9a-zA-Z.\-]*[0-9a-zA-Z]")
LINK = ("UnknownLink", "subject", "object")
OFF = ("withdrawn", "denied", "hypothetical")
BODIES = {"company": "Company", "unit": "Company", "public-body": "PublicBody"}


def write(folder: Path, edition: Edition) -> None:
    """Write `deals.ftm.json`."""
    with (folder / "deals.ftm.json").open("wb") as lines:
        for found in entities(edition):
            lines.write(to_json(found) + b"\n")


def entities(edition: Edition) -> Iterator[Entity]:
    """Yield the entities of an edition: companies, documents, then deals."""
    known = {company.id: company for company in edition.companies}
    yield from (_company(company) for company in edition.companies)
    strangers = {_id(party): party for deal in edition.deals for party in deal.parties if party.company_id not in known}
    yield from (_entity(name, "Company", name=[strangers[name].name]) for name in sorted(strangers))
    yield from (_document(document) for document in edition.documents)
    told = {document.id for document in edition.documents}
    for deal in edition.deals:
        yield from _deal(deal, known, told)


def _entity(identity: str, schema: str, **properties: Iterable[str | None]) -> Entity:
    kept = {key: [value.replace("\0", "") for value in values if value] for key, values in properties.items()}
    return {"id": identity, "schema": schema, "properties": {key: values for key, values in kept.items() if values}}


def _id(party: Party) -> str:
    return _company_id(party.company_id) if party.company_id else f"company-{_digest(party.name)}"


def _company_id(known: str) -> str:
    """Return what a company goes by: FollowTheMoney knows Latin letters, digits, dots and hyphens in an id."""
    return f"company-{known if LEGAL.fullmatch(known) else _digest(known)}"


def _digest(text: str) -> str:
    return hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def _company(company: Company) -> Entity:
    country = company.country.lower() if company.country else None
    names = {"name": [company.name], "alias": company.names}
    return _entity(_company_id(company.id), BODIES[company.kind], **names, country=[country])


def _document(document: DocumentRecord) -> Entity:
    return _entity(
        f"document-{_digest(document.id)}",
        "Article",
        title=[document.title or document.id],
        publishedAt=[document.published],
        publisher=[document.publisher],
        sourceUrl=[document.url if (document.url or "").startswith(("http://", "https://")) else None],
    )


def _deal(deal: MergedDeal, known: dict[str, Company], told: set[str]) -> Iterator[Entity]:
    schema, left, right = LINK if deal.status in OFF else SCHEMAS[deal.kind]
    payers, others = _sides(deal, schema)
    if schema == "Ownership" and any(_public(party, known) for party in others):
        schema, left, right = LINK  # a public body is no asset
    ends = {left: [_id(party) for party in payers], right: [_id(party) for party in others]}
    for role, names in ends.items():
        if not names:  # an edge needs both ends
            names.append(f"unnamed-{role}-{deal.id}")
            yield _entity(names[0], "Company", name=["not named"])
    yield _entity(
        f"deal-{deal.id}",
        schema,
        **ends,
        **_value(deal, schema),
        date=[deal.date.value if deal.date and len(deal.date.value or "") == 10 else None],
        summary=[f"{deal.kind}, {deal.status}{f': {deal.amount.text}' if deal.amount else ''}"],
        description=[deal.evidence.text],
        recordId=[deal.id],
        sourceUrl=[mention.url for mention in deal.mentions if (mention.url or "").startswith("http")][:1],
        proof=[f"document-{_digest(document)}" for document in deal.documents if document in told],
    )


def _sides(deal: MergedDeal, schema: str) -> tuple[tuple[Party, ...], tuple[Party, ...]]:
    """Return who stands on either side; an Ownership is of the target, a Payment goes to the payee."""
    if partners := side(deal, "partner"):
        return (*side(deal, "payer"), *partners[:1]), (*partners[1:], *receivers(deal))
    others = (side(deal, "target") if schema == "Ownership" else ()) or receivers(deal)
    return side(deal, "payer"), others


def _public(party: Party, known: dict[str, Company]) -> bool:
    company = known.get(party.company_id or "")
    return company is not None and company.kind == "public-body"


def _value(deal: MergedDeal, schema: str) -> dict[str, list[str | None]]:
    """Return the amount and the stake in the words of a schema."""
    amount = deal.amount
    figure = None if amount is None or amount.value is None else format(plain(amount.value), "f")
    currency = amount.currency if amount and figure else None
    match schema:
        case "Payment":
            return {"amount": [figure], "currency": [currency], "purpose": [deal.kind]}
        case "Debt":
            return {"amount": [figure], "currency": [currency]}
        case "Ownership":
            percent = f"{deal.stake.percent:f}" if deal.stake else None
            shares = {"sharesValue": [figure], "sharesCurrency": [currency]}
            return {**shares, "percentage": [percent], "status": [deal.status], "role": [deal.kind]}
        case "UnknownLink":
            return {"status": [deal.status], "role": [deal.kind]}
    raise ValueError(f"no way to write the value of a {schema}")
