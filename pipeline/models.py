"""The nouns that every stage speaks: frozen and typed, JSON in and out through `to_json` and `from_json`.

Money and percentages are `Decimal`. Every `start` and `end` counts Unicode code points; in what leaves the
pipeline they point into `Document.text`, the original, and `text[start:end]` is what the noun's `text` says.
"""

from __future__ import annotations

import bisect
import hashlib
from decimal import Decimal
from typing import Any, Literal, TypeVar

import msgspec

BlockKind = Literal["paragraph", "heading", "quote", "speech", "comment"]
Boilerplate = Literal["boilerplate"]
"""What a firm says of itself below every release: it tells no new deals."""
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
Answer = Literal["accepted", "rejected", "edited", "unsure", "added", "same", "different", "undone"]
Fault = Literal["no-deal", "direction", "amount", "firm", "status"]
"""What is wrong with a rejected deal."""
Severity = Literal["error", "warning", "note"]
Cause = Literal[
    "judgement", "new document", "document changed", "document gone", "company table changed", "rule changed",
]  # fmt: skip


class Noun(msgspec.Struct, frozen=True, kw_only=True):
    """What all nouns share: frozen, compared by value, built by keyword."""


class Span(Noun, frozen=True, kw_only=True):
    """A piece of a text: `text` is exactly its characters from `start` to `end`."""

    start: int
    end: int
    text: str


class Issue(Noun, frozen=True, kw_only=True):
    """Something a person should know: what went wrong or stayed unread, and where."""

    message: str
    severity: Severity = "error"
    source: str | None = None
    document: str | None = None
    place: str | None = None
    """File, line or URL."""


class Block(Noun, frozen=True, kw_only=True):
    """One paragraph, heading, quote, speech or comment of a document: a range of its original text."""

    kind: BlockKind | Boilerplate
    start: int
    end: int
    speaker: str | None = None
    second: float | None = None
    """Seconds into the recording at which it is said."""

    @property
    def told_as(self) -> BlockKind:
        """The kind under which a deal told in the block is published; by rule none is told in boilerplate."""
        return "paragraph" if self.kind == "boilerplate" else self.kind


class Document(Noun, frozen=True, kw_only=True):
    """One article, transcript or note: its original text and what is known about it."""

    id: str
    text: str
    title: str | None = None
    url: str | None = None
    published: str | None = None
    """ISO 8601 or EDTF."""
    language: str | None = None
    """BCP 47: `zh-Hans`, `zh-Hant`, `en`, …"""
    publisher: str | None = None
    speaker: str | None = None
    tags: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    source: str | None = None
    urls: tuple[str, ...] = ()
    """Other addresses of the same article (syndicated copies)."""
    issues: tuple[Issue, ...] = ()


class Offsets(Noun, frozen=True, kw_only=True):
    """Where each normalized character stood in the original: runs of equal shift, or the identity when empty.

    Run i begins at normalized offset `starts[i]`; its characters stand `shifts[i]` further right in the original and
    each was written with `widths[i]` characters there (one, but for composed accents and entities such as `&amp;`).
    """

    starts: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()
    widths: tuple[int, ...] = ()

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the original range of a normalized range; an empty range stays empty."""
        if not self.starts:
            return start, end
        first, _ = self._place(start)
        if end <= start:
            return first, first
        last, width = self._place(end - 1)
        return first, last + width

    def normalized(self, start: int, end: int) -> tuple[int, int]:
        """Return the normalized range of an original range: that of its characters that were kept."""
        return (self._kept(start), self._kept(end)) if self.starts else (start, end)

    def _place(self, at: int) -> tuple[int, int]:
        run = bisect.bisect_right(self.starts, at) - 1
        return (at + self.shifts[run], self.widths[run]) if run >= 0 else (at, 1)

    def _kept(self, place: int) -> int:
        """Return how many normalized characters begin before a place of the original."""
        begins = range(len(self.starts))
        run = bisect.bisect_left(begins, place, key=lambda i: self.starts[i] + self.shifts[i]) - 1
        if run < 0:
            return min(place, self.starts[0])
        kept = place - self.shifts[run]
        return min(kept, self.starts[run + 1]) if run + 1 < len(self.starts) else kept


class Normalized(Noun, frozen=True, kw_only=True):
    """A document with the text the rules read: Simplified, half-width, repaired."""

    document: Document
    text: str
    offsets: Offsets = Offsets()
    language: str
    """BCP 47, declared or detected; never empty (`und` where nothing tells)."""
    languages: tuple[str, ...] = ()
    """The language of each of the document's blocks."""

    def blocks(self) -> tuple[Block, ...]:
        """Return the document's blocks as ranges of the normalized text, in the same order."""
        if not self.offsets.starts:
            return self.document.blocks
        ranges = (self.offsets.normalized(block.start, block.end) for block in self.document.blocks)
        return tuple(
            msgspec.structs.replace(block, start=start, end=end)
            for block, (start, end) in zip(self.document.blocks, ranges, strict=True)
        )

    def original(self, found: Spanned) -> Spanned:
        """Return the same noun with its range and text taken back to the original document."""
        start, end = self.offsets.original(found.start, found.end)
        return msgspec.structs.replace(found, start=start, end=end, text=self.document.text[start:end])


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


class DealMention(Noun, frozen=True, kw_only=True):
    """One telling of a merged deal: the deal as that sentence tells it, and where."""

    document: str
    url: str | None = None
    """The document's address, with `#t=` and the second for a recording."""
    published: str | None = None
    deal: Deal

    @classmethod
    def of(cls, document: Document, deal: Deal) -> DealMention:
        """Return a deal as a document tells it, with an address that leads a player to the second."""
        at = "" if deal.second is None else f"#t={deal.second:.0f}"
        url = document.url and f"{document.url}{at}"
        return cls(document=document.id, url=url, published=document.published, deal=deal)


class Conflict(Noun, frozen=True, kw_only=True):
    """A field on which the mentions of a merged deal disagree, with what each mention says."""

    field: Literal["amount", "date", "kind", "status", "stake", "parties"]
    values: tuple[ConflictValue, ...]


class ConflictValue(Noun, frozen=True, kw_only=True):
    """One of the values in conflict, as text, and the ids of the mentions that say it."""

    value: str
    amount: Amount | None = None
    mentions: tuple[str, ...]


class StatusChange(Noun, frozen=True, kw_only=True):
    """From when on a merged deal has a status, and the mention that says so."""

    status: Status
    since: str | None = None
    """Publication date of the document that says so."""
    mention: str


class MergedDeal(Noun, frozen=True, kw_only=True):
    """One real deal with all its evidence: a line of `deals.jsonl`."""

    id: str
    former_ids: tuple[str, ...] = ()
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
    speaker: str | None = None
    rule: str
    confidence: float
    documents: tuple[str, ...]
    mentions: tuple[DealMention, ...]
    conflicts: tuple[Conflict, ...] = ()
    history: tuple[StatusChange, ...] = ()
    """How its status came about, oldest first."""
    first_seen: str | None = None
    """ISO date: the earliest publication date of its documents, else the day of the run that found it."""
    last_seen: str | None = None
    judgement: Literal["accepted", "rejected", "edited"] | None = None


class FieldChange(Noun, frozen=True, kw_only=True):
    """A field that reads otherwise than before, in words for people; null where there was or is nothing."""

    field: str
    old: str | None
    new: str | None


class Change(Noun, frozen=True, kw_only=True):
    """What became of a deal between two states, and why; `split` and `merged` hold several deals on one side."""

    kind: Literal["added", "gone", "changed", "split", "merged"]
    cause: Cause
    rules: tuple[str, ...] = ()
    """For a changed rule: the rules that read it otherwise now."""
    documents: tuple[str, ...] = ()
    """The documents in which it shows."""
    fields: tuple[FieldChange, ...] = ()
    old: tuple[MergedDeal, ...] = ()
    new: tuple[MergedDeal, ...] = ()


class OneDeal(Noun, frozen=True, kw_only=True):
    """A deal as one side of a comparison, with what finds it again."""

    deal: str
    quotes: tuple[str, ...]
    parties: tuple[str, ...] = ()
    """`role:name` of each."""
    tellings: tuple[str, ...] = ()
    """The ids of its mentions."""


class Judgement(Noun, frozen=True, kw_only=True):
    """A person's answer about a deal: a line of `sources/judgements.jsonl`, appended and never rewritten."""

    answer: Answer
    deal: str
    """The id the deal had when it was judged; `quotes` is what finds it again."""
    quotes: tuple[str, ...]
    """The evidence texts of its mentions."""
    parties: tuple[str, ...] = ()
    """`role:name` of each party as judged."""
    fields: dict[str, Any] = {}
    """For `edited`: the fields changed, to what."""
    judged: dict[str, Any] = {}
    """What the person saw (see `judgements.judged`): kind, status, parties, amount, …; its rule, language, source.

    For `added`: what the person told, and in `place` where its quote stood (see `additions`)."""
    substance: str | None = None
    """Fingerprint of what was judged (see `substance`), to notice a change since."""
    other: OneDeal | None = None
    """For `same` and `different`: the deal that this one was compared with."""
    fault: Fault | None = None
    """For `rejected`: what is wrong with it, where the person said."""
    settles: bool = False
    """Whether it settles what people disagreed about: what was answered before it counts no more."""
    by: str
    at: str
    why: str | None = None


class Source(Noun, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place that documents come from: one folder under `sources/`, described in its `source.toml`."""

    title: str
    kind: Literal["files", "feed", "podcast", "sitemap", "page", "warc"]
    name: str = ""
    """The folder's name, not written in the file."""
    folder: str = ""
    enabled: bool = True
    language: str | None = None
    publisher: str | None = None
    url: str | None = None
    paths: tuple[str, ...] = ()
    """For `files` and `warc`: globs, relative to the folder."""
    options: dict[str, Any] = {}
    """What only this kind of source understands."""
    schedule: str | None = None
    """Cron, five fields."""
    timezone: str = "UTC"
    expect: dict[str, tuple[int, int]] = {}
    """`documents` and `deals` of a normal run: [least, most]."""
    allow_private: bool = False


class Capture(Noun, frozen=True, kw_only=True):
    """The bytes of one response or file as fetched, and what the fetch told about them."""

    id: str
    """The document's id: canonical URL, or path relative to the source's folder."""
    source: str
    data: bytes
    url: str | None = None
    place: str
    """File path or URL, for messages."""
    content_type: str | None = None
    charset: str | None = None
    kind: str = "auto"
    """A reader's name (`html text markdown vtt srt json jsonl csv mail`) or `auto`."""
    hints: dict[str, Any] = {}
    """Document fields known from elsewhere: title, published, language, publisher, speaker, tags, url."""
    fetched_at: str | None = None
    fallback: bytes | None = None
    """HTML to read where `data` holds no article: a feed entry's own text."""
    stamp: str | None = None
    """Of a file: what changes whenever it is written (see `UnchangedFile`)."""


class DocumentRecord(Noun, frozen=True, kw_only=True):
    """A document without its text: a line of `documents.jsonl`."""

    id: str
    title: str | None = None
    url: str | None = None
    urls: tuple[str, ...] = ()
    published: str | None = None
    language: str | None = None
    publisher: str | None = None
    speaker: str | None = None
    tags: tuple[str, ...] = ()
    source: str | None = None
    characters: int
    fingerprint: str
    """Of its text: two documents of one fingerprint say the same."""


class PageState(Noun, frozen=True, kw_only=True):
    """What is known of an address that was fetched: how to ask politely whether it changed, and what it became."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    content: str | None = None
    """Hash of the bytes last seen."""
    fetched_at: str | None = None
    status: int | None = None
    """The HTTP status of the last answer."""
    document: str | None = None
    source: str | None = None
    retry_after: str | None = None
    """ISO 8601: not to be asked before."""
    failures: int = 0
    """How many times in a row it failed."""
    listed: str | None = None
    """What its listing told of it when it was fetched (`updated`, `lastmod`): another word, and it is asked again."""
    links: tuple[str, ...] = ()
    """For a listing: the documents it offered."""


class Unchanged(Noun, frozen=True, kw_only=True):
    """A document that its source still offers and that need not be read again."""

    id: str
    source: str


class UnchangedFile(Noun, frozen=True, kw_only=True):
    """A file that nobody wrote since it was read, where all that was read of it stands as it was read."""

    documents: tuple[str, ...]
    """Their ids."""


class RunRecord(Noun, frozen=True, kw_only=True):
    """One run as the store remembers it."""

    id: int
    sources: tuple[str, ...] = ()
    fingerprint: str
    """Of the rules and tables it ran with."""
    started_at: str
    finished_at: str | None = None
    """Null while it runs, and for ever where it was killed."""
    counts: dict[str, int] = {}
    seconds: dict[str, float] = {}
    issues: dict[str, int] = {}
    """How many of each severity."""


Spanned = TypeVar("Spanned", bound=Span)
T = TypeVar("T")
_encoder = msgspec.json.Encoder(decimal_format="number")


def to_json(noun: Any) -> bytes:
    """Return a noun, or plain data holding nouns, as one line of JSON in schema order; Decimals as numbers."""
    return _encoder.encode(noun)


def from_json(data: bytes | str, kind: type[T]) -> T:
    """Return the noun a line of JSON describes; raise `msgspec.ValidationError`, naming the field, if it is none."""
    return msgspec.json.decode(data, type=kind)


def plain(value: Decimal) -> Decimal:
    """Return the same number without exponent or trailing zeros, so that it is written `100000000000`, not `1E+11`."""
    text = f"{value:f}"  # exact for any number of digits, where `normalize` rounds to 28
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def fingerprint(*parts: object) -> str:
    """Return 16 hex digits that name these values: equal values, equal digits, on any machine."""
    joined = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def deal_id(document: str, evidence: str, parties: tuple[Party, ...], *, nth: int = 0) -> str:
    """Return a deal's id: document, evidence and parties, never run or position (`nth` tells equal ones apart)."""
    told = sorted(f"{party.role}:{party.name}" for party in parties)
    return fingerprint(document, "".join(evidence.split()), *told, *([nth] if nth else []))


def substance(deal: Deal | MergedDeal) -> str:
    """Return the fingerprint of what a reviewer judges: who, what kind, how much, how sure; not where it is told."""
    money = deal.amount and (deal.amount.value, deal.amount.low, deal.amount.high, deal.amount.currency)
    stake = deal.stake and deal.stake.percent
    told = sorted(f"{party.role}:{party.company_id or party.name}" for party in deal.parties)
    return fingerprint(deal.kind, deal.status, money, stake, *told)
