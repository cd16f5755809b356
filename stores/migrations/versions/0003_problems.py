"""Which problem a ticket belongs to, and the look-up of tickets alike."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column, and its index."""
    op.execute("ALTER TABLE tickets ADD COLUMN problem TEXT")
    op.execute("CREATE INDEX tickets_of_a_problem ON tickets (problem) WHERE problem IS NOT NULL")
