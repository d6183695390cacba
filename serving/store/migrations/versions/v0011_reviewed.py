"""Whether a request was reviewed, in the index of the queue: that filter is met inside it, as others are."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FILTERS = ("grade", "type", "team", "lane", "language", "channel", "decision", "needs_review", "review_count")


def upgrade() -> None:
    """Make the index anew."""
    op.drop_index("ix_requests_queue", "requests")
    op.create_index(
        "ix_requests_queue",
        "requests",
        ["sample", "queue_key", "id", *FILTERS],
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
