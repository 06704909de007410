"""What stands is found by its own key; the few deals that ended and mentions that people added, by an index of them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Let the indexes hold only the rows that are asked for by them."""
    op.drop_index("ix_deals_until_edition", "deals")
    for name, table, column, rows in (
        ("ix_deals_until_edition", "deals", "until_edition", sa.column("until_edition").is_not(None)),
        ("ix_tellings_person", "tellings", "mention", sa.column("person", sa.Boolean())),
    ):
        op.create_index(name, table, [column], sqlite_where=rows, postgresql_where=rows)
