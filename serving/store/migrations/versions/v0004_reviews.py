"""What people said: reviews, claims, the order of the queue, and what was asked for once.

Requests stored before stand in the queue by when they came. Open ones carry no policy's hash any more, so
each is looked at when the service starts, and gets the place that the policy gives it.
"""

import sqlalchemy as sa
from alembic import op

from serving.store.types import Document, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of reviews, and give each request that is there a place to be worked from."""
    _reviews()
    _idempotency()
    _requests()


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("reviewer", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("labels", Document, nullable=False),
        sa.Column("overrides", sa.Boolean(), nullable=False),
        sa.Column("grade", sa.String(length=2)),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Float()),
        sa.Column("selection_probability", sa.Float()),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name="fk_reviews_request_id"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessments.id"], name="fk_reviews_assessment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.UniqueConstraint("request_id", "version", name="uq_reviews_request_id_version"),
    )
    op.create_table(
        "review_words",
        sa.Column("review_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name="fk_review_words_review_id"),
        sa.PrimaryKeyConstraint("review_id", name="pk_review_words"),
    )
    op.create_table(
        "second_words",
        sa.Column("review_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name="fk_second_words_review_id"),
        sa.PrimaryKeyConstraint("review_id", name="pk_second_words"),
    )


def _idempotency() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])


def _requests() -> None:
    for column in (
        sa.Column("grade", sa.String(length=2)),
        sa.Column("type", sa.Text()),
        sa.Column("team", sa.Text()),
        sa.Column("lane", sa.Text()),
        sa.Column("language", sa.String(length=20)),
        sa.Column("decision", sa.String(length=10)),
        sa.Column("needs_review", sa.Boolean()),
        sa.Column("override_waits", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("queue_key", UtcDateTime()),
        sa.Column("review_count", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("claimed_by", sa.String(length=200)),
        sa.Column("claimed_until", UtcDateTime()),
        sa.Column("answered_at", UtcDateTime()),
        sa.Column("closed_at", UtcDateTime()),
    ):
        op.add_column("requests", column)
    op.execute(
        "UPDATE requests SET policy_hash = '', queue_key = received_at, "
        "grade = (SELECT a.grade FROM assessments a WHERE a.id = requests.assessment_id), "
        "needs_review = (SELECT a.needs_review FROM assessments a WHERE a.id = requests.assessment_id) "
        "WHERE assessment_id IS NOT NULL"
    )
    filters = ("grade", "type", "team", "lane", "language", "channel", "decision", "needs_review")
    op.create_index(
        "ix_requests_queue",
        "requests",
        ["sample", "queue_key", "id", *filters],
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "ix_requests_claimed",
        "requests",
        ["claimed_by"],
        sqlite_where=sa.text("claimed_by IS NOT NULL"),
        postgresql_where=sa.text("claimed_by IS NOT NULL"),
    )
    op.create_index(
        "ix_requests_override_waits",
        "requests",
        ["queue_key"],
        sqlite_where=sa.text("override_waits"),
        postgresql_where=sa.text("override_waits"),
    )
