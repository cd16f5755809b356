"""Faults of one kind at several clients, found without reading all of them."""

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Add the index."""
    op.execute("CREATE INDEX faults_by_kind ON faults ((body ->> 'kind'), began_at)")
