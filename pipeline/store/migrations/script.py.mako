"""${message}."""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Return nothing: the tables are changed."""
    ${upgrades if upgrades else "pass"}
