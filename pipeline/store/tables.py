"""The tables of the store. A row's `record` is the noun itself as JSON; the other columns are there to be queried."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

metadata = sa.MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"},
)
LARGEST = Decimal(10) ** 32
"""Sums from here on do not fit the column."""


class SumColumn(sa.types.TypeDecorator[Decimal]):
    """A sum that no float touches: NUMERIC on a server, and in SQLite text that its NUMERIC affinity takes whole."""

    impl = sa.Numeric(38, 6)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Decimal]:
        """Return the plain type where the driver knows Decimal, else one that lets text pass."""
        return dialect.type_descriptor(_Numeric() if dialect.name == "sqlite" else sa.Numeric(38, 6))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | str | None:
        """Return what the driver takes."""
        return str(value) if value is not None and dialect.name == "sqlite" else value


class _Numeric(sa.types.UserDefinedType[Decimal]):
    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "NUMERIC(38, 6)"


runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("started_at", sa.Text, nullable=False),
    sa.Column("finished_at", sa.Text),
    sa.Column("edition", sa.Integer),  # of the merged deals it left behind
    sa.Column("record", sa.Text, nullable=False),
)

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, index=True),
    sa.Column("title", sa.Text),
    sa.Column("url", sa.Text),
    sa.Column("published", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content", sa.Text, nullable=False),  # fingerprint of the document as read
    sa.Column("reading", sa.Text, nullable=False),  # fingerprint of the deals found in it
    sa.Column("signature", sa.Text),  # of what it was read from and with; equal means that reading again is idle
    sa.Column("first_run", sa.Integer, nullable=False),
    sa.Column("read_run", sa.Integer, nullable=False),  # whose rules made its mentions
    sa.Column("seen_run", sa.Integer, nullable=False),
    sa.Column("gone_run", sa.Integer),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("sketch", sa.LargeBinary),  # of its text, by which copies are found
    sa.Column("untold", sa.Integer),  # sentences with a firm and a sum of money that tell no deal
)

versions = sa.Table(
    "versions",
    metadata,
    sa.Column("document", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("run", sa.Integer, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("capture", sa.Text),
    sa.Column("record", sa.Text, nullable=False),
)

captures = sa.Table(
    "captures",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("document", sa.Text, primary_key=True),
    sa.Column("source", sa.Text),
    sa.Column("url", sa.Text),
    sa.Column("place", sa.Text),
    sa.Column("content_type", sa.Text),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("fetched_at", sa.Text),
    sa.Column("run", sa.Integer, nullable=False),
)

mentions = sa.Table(
    "mentions",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("document", sa.Text, nullable=False, index=True),
    sa.Column("run", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("amount", SumColumn),
    sa.Column("currency", sa.Text),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
)

deals = sa.Table(
    "deals",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("since_edition", sa.Integer, primary_key=True, index=True),
    sa.Column("until_edition", sa.Integer),  # null: it stands
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("amount", SumColumn),
    sa.Column("currency", sa.Text),
    sa.Column("date", sa.Text),
    sa.Column("first_seen", sa.Text),
    sa.Column("last_seen", sa.Text),
    sa.Column("judgement", sa.Text),
    sa.Column("documents", sa.Integer, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
)
_ended = deals.c.until_edition.is_not(None)
sa.Index("ix_deals_until_edition", deals.c.until_edition, sqlite_where=_ended, postgresql_where=_ended)
# of those that ended alone: SQLite would look through all that stand for a deal that is asked for by its id

parties = sa.Table(
    "parties",
    metadata,
    sa.Column("deal", sa.Text, primary_key=True),
    sa.Column("since_edition", sa.Integer, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("company_id", sa.Text, index=True),
    sa.Column("name", sa.Text, nullable=False),
)

# What follows is derived, so that a run costs what changed: it can be made anew from the tables above.

touched = sa.Table("touched", metadata, sa.Column("document", sa.Text, primary_key=True))
"""The documents that came, changed or went since the deals were last merged."""

tellings = sa.Table(
    "tellings",
    metadata,
    sa.Column("mention", sa.Text, primary_key=True),
    sa.Column("deal", sa.Text, nullable=False),  # the merged deal that holds it
    sa.Column("document", sa.Text, nullable=False, index=True),
    sa.Column("digest", sa.Text, nullable=False),  # of the mention as it was merged
    sa.Column("quote", sa.BigInteger, nullable=False, index=True),  # of its evidence without white space
    sa.Column("person", sa.Boolean, nullable=False),  # whether a person added it
)
"""The mentions that are merged."""
_added = tellings.c.person
sa.Index("ix_tellings_person", tellings.c.mention, sqlite_where=_added, postgresql_where=_added)

deal_keys = sa.Table(
    "deal_keys",
    metadata,
    sa.Column("key", sa.BigInteger, primary_key=True),
    sa.Column("deal", sa.Text, primary_key=True),
)
"""Where each merged deal can be seen by the mentions that could belong to it: blocking keys, hashed."""

former_ids = sa.Table(
    "former_ids",
    metadata,
    sa.Column("former", sa.Text, primary_key=True),
    sa.Column("deal", sa.Text, primary_key=True),
)

says = sa.Table(
    "says",
    metadata,
    sa.Column("key", sa.BigInteger, primary_key=True),
    sa.Column("document", sa.Text, primary_key=True, index=True),
)
"""What the deals of each document say: by it, copies are found."""

copies = sa.Table(
    "copies",
    metadata,
    sa.Column("document", sa.Text, primary_key=True),
    sa.Column("original", sa.Text, nullable=False, index=True),
)
"""The documents that are syndicated copies."""

states = sa.Table(
    "states",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
"""With what the derived tables were made."""

companies = sa.Table(
    "companies",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("country", sa.Text),
    sa.Column("parent", sa.Text),
    sa.Column("record", sa.Text, nullable=False),
)

issues = sa.Table(
    "issues",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run", sa.Integer, nullable=False, index=True),
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("source", sa.Text),
    sa.Column("document", sa.Text),
    sa.Column("place", sa.Text),
)

judgements = sa.Table(
    "judgements",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # fingerprint of the record: the same line is kept once
    sa.Column("deal", sa.Text, nullable=False, index=True),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
)

pages = sa.Table(
    "pages",
    metadata,
    sa.Column("url", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, index=True),
    sa.Column("document", sa.Text),
    sa.Column("fetched_at", sa.Text),
    sa.Column("retry_after", sa.Text),
    sa.Column("record", sa.Text, nullable=False),
)
