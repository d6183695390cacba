"""Reviews that take back another, and the requests drawn to be judged unseen or by two people."""

import sqlalchemy as sa
from alembic import op

from serving.store.types import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and make the table."""
    op.add_column("reviews", sa.Column("withdraws", sa.String(length=36)))
    op.create_table(
        "draws",
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("drawn_at", UtcDateTime(), nullable=False),
        sa.Column("blind_probability", sa.Float()),
        sa.Column("second_probability", sa.Float()),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_draws")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_draws_request_id_requests")),
    )
    op.create_index("ix_draws_stage", "draws", ["stage", "request_id"])
