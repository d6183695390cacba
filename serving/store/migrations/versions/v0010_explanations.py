"""Explanations that were made already. Those of earlier requests are made when they are asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; it begins empty."""
    op.create_table(
        "explanations",
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_explanations")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_explanations_request_id_requests")
        ),
    )
