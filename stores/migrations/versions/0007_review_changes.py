"""What a review changed in the policy, and the version that holds it."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the columns."""
    op.execute("ALTER TABLE reviews ADD COLUMN changes JSONB DEFAULT '[]'::jsonb NOT NULL")
    op.execute("ALTER TABLE reviews ADD COLUMN policy_version TEXT")
