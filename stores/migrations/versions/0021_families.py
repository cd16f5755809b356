"""Children by their parent, and major incidents, found without reading every ticket."""

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the indexes; what they are of is in the state already."""
    op.execute("CREATE INDEX tickets_of_a_parent ON tickets ((state ->> 'parent')) WHERE state ? 'parent'")
    op.execute("CREATE INDEX tickets_major ON tickets ((state -> 'major' ->> 'since')) WHERE state ? 'major'")
