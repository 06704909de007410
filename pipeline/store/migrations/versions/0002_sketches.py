"""A sketch of each document's text, by which copies are found."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column; a document stored before gets its sketch when it is read again."""
    op.add_column("documents", sa.Column("sketch", sa.LargeBinary(), nullable=True))
