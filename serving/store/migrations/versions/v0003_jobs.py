"""Jobs as rows, what was delivered, and until when nobody need try to assess a request."""

import sqlalchemy as sa
from alembic import op

from serving.store.types import Document, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables, and add a column that is empty for every request that is there."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200)),
        sa.Column("payload", Document, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("run_at", UtcDateTime(), nullable=False),
        sa.Column("lease_until", UtcDateTime()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("done_at", UtcDateTime()),
        sa.Column("given_up_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("kind", "key", name="uq_jobs_kind_key"),
    )
    still_open = sa.text("done_at IS NULL AND given_up_at IS NULL")
    op.create_index("ix_jobs_open", "jobs", ["run_at"], sqlite_where=still_open, postgresql_where=still_open)
    op.create_index("ix_jobs_done_at", "jobs", ["done_at"])
    op.create_table(
        "deployments",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=50), nullable=False),
        sa.Column("deployed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_deployments"),
    )
    op.add_column("requests", sa.Column("assess_after", UtcDateTime()))
