"""An index for the report on pauses: which tickets were put on hold in a time."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the index."""
    op.execute("CREATE INDEX journal_holds ON journal (at) WHERE kind = 'held'")
