"""What a run needs to merge only what changed; it is filled by the next run, which merges everything once more."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
TYPES: dict[str, sa.types.TypeEngine[Any]] = {"key": sa.BigInteger(), "former": sa.Text()}


def upgrade() -> None:
    """Make the tables of what is derived."""
    op.create_table("touched", sa.Column("document", sa.Text(), nullable=False), sa.PrimaryKeyConstraint("document"))
    op.create_table(
        "tellings",
        sa.Column("mention", sa.Text(), nullable=False),
        sa.Column("deal", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("quote", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("mention"),
    )
    for name, column, noun in (
        ("deal_keys", "key", "deal"),
        ("former_ids", "former", "deal"),
        ("says", "key", "document"),
    ):
        op.create_table(
            name,
            sa.Column(column, TYPES[column], nullable=False),
            sa.Column(noun, sa.Text(), nullable=False),
            sa.PrimaryKeyConstraint(column, noun),
        )
    op.create_table(
        "copies",
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("document"),
    )
    op.create_table(
        "states",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    for table, column in (
        ("tellings", "document"),
        ("tellings", "quote"),
        ("says", "document"),
        ("copies", "original"),
        ("deals", "since_edition"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])
