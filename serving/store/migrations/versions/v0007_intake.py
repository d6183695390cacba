"""Follow-up messages, and requests that came in closed: these are assessed after all others."""

import sqlalchemy as sa
from alembic import op

from serving.store.types import Document, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of messages, and count them on the requests."""
    _messages()
    op.add_column("requests", sa.Column("message_count", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("requests", sa.Column("chased", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(
        "requests", sa.Column("follow_up_due", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index(
        "ix_requests_follow_up_due",
        "requests",
        ["id"],
        sqlite_where=sa.text("follow_up_due"),
        postgresql_where=sa.text("follow_up_due"),
    )
    op.drop_index("ix_requests_unassessed", "requests")
    op.create_index(
        "ix_requests_unassessed",
        "requests",
        ["status", "id"],
        sqlite_where=sa.text("assessment_id IS NULL"),
        postgresql_where=sa.text("assessment_id IS NULL"),
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("external_id", sa.String(length=1000)),
        sa.Column("channel", sa.String(length=64)),
        sa.Column("sent_by", sa.String(length=200), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("stored_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name="fk_messages_request_id_requests"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("request_id", "number", name="uq_messages_request_id_number"),
        sa.UniqueConstraint("source", "external_id", name="uq_messages_source_external_id"),
    )
    op.create_table(
        "message_words",
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("subject", sa.Text()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("contact", Document),
        sa.Column("attributes", Document, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_message_words_message_id_messages"),
        sa.PrimaryKeyConstraint("message_id", name="pk_message_words"),
    )
