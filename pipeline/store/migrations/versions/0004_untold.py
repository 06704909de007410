"""How many sentences of each document name a firm and a sum of money and tell no deal: where a person looks first."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; a document stored before gets its number when it is read again."""
    op.add_column("documents", sa.Column("untold", sa.Integer(), nullable=True))
