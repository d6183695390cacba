"""Vectors of requests, by which similar ones are found. Those of earlier requests are made by and by."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; it begins empty."""
    op.create_table(
        "request_vectors",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("words_key", sa.String(length=32), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_request_vectors"),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name="fk_request_vectors_request_id_requests"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_request_vectors_request_id_fingerprint",
        "request_vectors",
        ["request_id", "fingerprint"],
        unique=True,
    )
    op.create_index("ix_request_vectors_fingerprint_number", "request_vectors", ["fingerprint", "number"])
