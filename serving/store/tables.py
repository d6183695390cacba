"""The tables. What a person wrote lives in `request_words`, apart, so that it can be erased.

Assessments are append-only; `requests.assessment_id` points to the present one and is null while a
request waits for its first; whoever is at it says in `requests.assess_after` until when nobody else need
be. `requests.policy_hash` and `requests.facts_version` say what the present one was made with or
confirmed under: the policy, and how often the customer's facts had been told. Where they are not those in
force, the request is to be regraded; `customers.regrade_due` says where to look. From `grade` to
`queue_key` a request's row repeats what the queue is ordered and filtered by (serving.store.placing): all
of it follows from the present assessment and the reviews.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from serving.store.types import Document, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(36)
NAME = String(200)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", ID, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("prefix", String(16), nullable=False),
    Column("name", NAME, nullable=False, index=True),
    Column("role", String(20), nullable=False),
    Column("trusted", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("expires_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
)

sources = Table(
    "sources",
    metadata,
    Column("name", NAME, primary_key=True),
    Column("owner", NAME, nullable=False),
    Column("claimed_at", UtcDateTime, nullable=False),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("id", ID, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("name", NAME, nullable=False),
    Column("role", String(20), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", ID, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("csrf", String(64), nullable=False),
    Column("name", NAME, nullable=False),
    Column("role", String(20), nullable=False),
    Column("trusted", Boolean, nullable=False),
    Column("key_id", ID, ForeignKey("api_keys.id")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("user_id", ID),
)

customers = Table(
    "customers",
    metadata,
    Column("id", NAME, primary_key=True),
    Column("name", NAME),
    Column("sample", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("regrade_due", Boolean, nullable=False, server_default=false()),
)
Index(
    "ix_customers_regrade_due",
    customers.c.id,
    sqlite_where=customers.c.regrade_due,
    postgresql_where=customers.c.regrade_due,
)

customer_facts = Table(
    "customer_facts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("customer_id", NAME, ForeignKey("customers.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("facts", Document, nullable=False),
    Column("actor", NAME, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("customer_id", "version"),
)

value_scales = Table(
    "value_scales",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("customers", Integer, nullable=False),
    Column("body", Document, nullable=False),
    Column("as_of", UtcDateTime, nullable=False),
)

policies = Table(
    "policies",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Document, nullable=False),
    Column("in_force_from", UtcDateTime, nullable=False),
)

requests = Table(
    "requests",
    metadata,
    Column("id", ID, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("status", String(20), nullable=False),
    Column("source", NAME, nullable=False),
    Column("external_id", String(1000)),
    Column("owner", NAME, nullable=False),
    Column("channel", String(64)),
    Column("customer_id", NAME, index=True),
    Column("facts_trusted", Boolean, nullable=False),
    Column("sample", Boolean, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    Column("assessment_id", ID),
    Column("policy_hash", String(64), nullable=False, server_default=""),
    Column("facts_version", Integer, nullable=False, server_default="0"),
    Column("assess_after", UtcDateTime),
    Column("grade", String(2)),
    Column("type", Text),
    Column("team", Text),
    Column("lane", Text),
    Column("language", String(20)),
    Column("decision", String(10)),
    Column("needs_review", Boolean),
    Column("override_waits", Boolean, nullable=False, server_default=false()),
    Column("queue_key", UtcDateTime),
    Column("review_count", Integer, nullable=False, server_default="0"),
    Column("claimed_by", NAME),
    Column("claimed_until", UtcDateTime),
    Column("answered_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("message_count", Integer, nullable=False, server_default="0"),
    Column("chased", Integer, nullable=False, server_default="0"),
    Column("follow_up_due", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("source", "external_id"),
)
Index(None, requests.c.source, requests.c.id)
Index(None, requests.c.owner, requests.c.id)
Index(
    "ix_requests_follow_up_due",
    requests.c.id,
    sqlite_where=requests.c.follow_up_due,
    postgresql_where=requests.c.follow_up_due,
)
Index(
    "ix_requests_unassessed",
    requests.c.status,
    requests.c.id,
    sqlite_where=requests.c.assessment_id.is_(None),
    postgresql_where=requests.c.assessment_id.is_(None),
)
# After the order come the filters, so that what does not meet one is passed over inside the index.
Index(
    "ix_requests_queue",
    requests.c.sample,
    requests.c.queue_key,
    requests.c.id,
    requests.c.grade,
    requests.c.type,
    requests.c.team,
    requests.c.lane,
    requests.c.language,
    requests.c.channel,
    requests.c.decision,
    requests.c.needs_review,
    requests.c.review_count,
    sqlite_where=requests.c.status == "open",
    postgresql_where=requests.c.status == "open",
)
Index(
    "ix_requests_claimed",
    requests.c.claimed_by,
    sqlite_where=requests.c.claimed_by.is_not(None),
    postgresql_where=requests.c.claimed_by.is_not(None),
)
Index(
    "ix_requests_override_waits",
    requests.c.queue_key,
    sqlite_where=requests.c.override_waits,
    postgresql_where=requests.c.override_waits,
)
Index(
    "ix_requests_open_policy",
    requests.c.policy_hash,
    requests.c.id,
    sqlite_where=requests.c.status == "open",
    postgresql_where=requests.c.status == "open",
)

request_words = Table(
    "request_words",
    metadata,
    Column("request_id", ID, ForeignKey("requests.id"), primary_key=True),
    Column("subject", Text),
    Column("text", Text, nullable=False),
    Column("contact", Document),
    Column("attributes", Document, nullable=False),
    Column("facts", Document),
    Column("locale", String(35)),
)

assessments = Table(
    "assessments",
    metadata,
    Column("id", ID, primary_key=True),
    Column("request_id", ID, ForeignKey("requests.id"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("grade", String(2), nullable=False),
    Column("score", Float, nullable=False),
    Column("needs_review", Boolean, nullable=False),
    Column("model_name", NAME, nullable=False),
    Column("model_version", String(50), nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("cause", String(20), nullable=False, server_default="received"),
    Column("body", Document, nullable=False),
)
