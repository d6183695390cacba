"""Regrading: which policies were in force, what each assessment was made with, and why it was made.

Requests stored before carry no policy's hash, so each is looked at once when the service starts.
"""

import sqlalchemy as sa
from alembic import op

from serving.store.types import Document, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what regrading needs; the rows that are there stay as they are."""
    op.create_table(
        "policies",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", Document, nullable=False),
        sa.Column("in_force_from", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_policies"),
    )
    op.add_column(
        "customers", sa.Column("regrade_due", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index(
        "ix_customers_regrade_due",
        "customers",
        ["id"],
        sqlite_where=sa.text("regrade_due"),
        postgresql_where=sa.text("regrade_due"),
    )
    op.add_column(
        "requests", sa.Column("policy_hash", sa.String(length=64), nullable=False, server_default="")
    )
    op.add_column("requests", sa.Column("facts_version", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(
        "ix_requests_open_policy",
        "requests",
        ["policy_hash", "id"],
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.add_column(
        "assessments", sa.Column("cause", sa.String(length=20), nullable=False, server_default="received")
    )
