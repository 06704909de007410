"""A deal as one sentence tells it, and the values it is made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pipeline.models.document import BlockKind
from pipeline.models.nouns import Issue, Noun, Span, fingerprint

Role = Literal["payer", "payee", "target", "partner"]
Kind = Literal[
    "investment", "acquisition", "share-transfer", "merger", "joint-venture", "partnership",
    "purchase", "lease", "license", "loan", "grant", "revenue-share",
]  # fmt: skip
Status = Literal["rumored", "intended", "announced", "completed", "withdrawn", "denied", "hypothetical"]
Qualifier = Literal["exact", "about", "up-to", "at-least", "over", "under", "range", "order-of-magnitude"]
Per = Literal["year", "month", "share", "unit"]
AssetKind = Literal[
    "equity", "chips", "compute", "cloud", "power", "software", "works", "services", "goods",
    "real-estate", "debt", "ip", "other",
]  # fmt: skip


class Company(Noun, frozen=True, kw_only=True):
    """A firm or public body of the tables."""

    id: str
    name: str
    names: tuple[str, ...] = ()
    """Every other name, in any script."""
    country: str | None = None
    tickers: tuple[str, ...] = ()
    parent: str | None = None
    kind: Literal["company", "public-body", "unit"] = "company"
    context: tuple[str, ...] = ()
    """Names of `names` that are words too and count only beside evidence that a firm is meant."""


class Mention(Span, frozen=True, kw_only=True):
    """A company named in a text; `company_id` is null where no table knows it, and `name` then is its text."""

    company_id: str | None = None
    name: str


class Amount(Span, frozen=True, kw_only=True):
    """A sum of money as told: see DESIGN, Words."""

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    currency: str | None = None
    """ISO 4217, null where the text does not say."""
    currency_inferred: bool = False
    qualifier: Qualifier = "exact"
    per: Per | None = None


class Stake(Span, frozen=True, kw_only=True):
    """A share of a company, in percent."""

    percent: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    qualifier: Qualifier = "exact"


class Quantity(Span, frozen=True, kw_only=True):
    """A number of things: 6 gigawatts, five million chips, 160 million shares."""

    value: Decimal | None = None
    """Null where only a range or an order of magnitude is told."""
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str
    qualifier: Qualifier = "exact"


class Round(Span, frozen=True, kw_only=True):
    """A funding round: `seed`, `series-a`, `pre-ipo`, …"""

    value: str


class Date(Span, frozen=True, kw_only=True):
    """A time told; `value` is ISO 8601 or EDTF, null where it hangs on a date the document does not have."""

    value: str | None = None


class Asset(Noun, frozen=True, kw_only=True):
    """What the payer gets."""

    kind: AssetKind
    text: str


class Party(Mention, frozen=True, kw_only=True):
    """A company in its role in a deal."""

    role: Role


class Deal(Noun, frozen=True, kw_only=True):
    """Value agreed, planned, reported or denied to pass between parties, as one sentence tells it."""

    id: str
    kind: Kind
    status: Status
    parties: tuple[Party, ...]
    amount: Amount | None = None
    stake: Stake | None = None
    valuation: Amount | None = None
    asset: Asset | None = None
    quantity: Quantity | None = None
    round: Round | None = None
    date: Date | None = None
    evidence: Span
    status_cue: Span | None = None
    speaker: str | None = None
    second: float | None = None
    block: BlockKind = "paragraph"
    rule: str
    confidence: float

    def names(self, role: Role) -> tuple[str, ...]:
        """Return the names of the parties in a role, in reading order."""
        return tuple(party.name for party in self.parties if party.role == role)


class Extraction(Noun, frozen=True, kw_only=True):
    """All that was read out of one document: a line of `deals extract`."""

    id: str
    title: str | None = None
    url: str | None = None
    published: str | None = None
    language: str
    text: str
    companies: tuple[Mention, ...] = ()
    amounts: tuple[Amount, ...] = ()
    dates: tuple[Date, ...] = ()
    deals: tuple[Deal, ...] = ()
    issues: tuple[Issue, ...] = ()


def deal_id(document: str, evidence: str, parties: tuple[Party, ...], *, nth: int = 0) -> str:
    """Return a deal's id: document, evidence and parties, never run or position (`nth` tells equal ones apart)."""
    told = sorted(f"{party.role}:{party.name}" for party in parties)
    return fingerprint(document, "".join(evidence.split()), *told, *([nth] if nth else []))
