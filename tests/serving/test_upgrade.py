"""The schemas of earlier releases, with rows in them, brought to this one."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import column, insert, inspect, table, text

from serving.store import assessments, customers, requests, schema
from serving.store.database import Database
from serving.store.everything import metadata
from tests.databases import differences

BODY = (
    '{"prediction": {"fields": {}, "language": "en", "truncated": false, "model": null, "text_version": 1,'
    ' "taxonomy_version": 1}, "customer": null, "policy_version": 1, "grade": "P3",'
    ' "grade_probabilities": {}, "score": 1.0, "score_parts": {}, "reasons": [], "respond_by": null,'
    ' "resolve_by": null, "team": "desk", "lane": "standard", "needs_review": true}'
)
NOW = "2026-03-01 00:00:00.000000"
ROWS = {
    "customers": {"id": "C1", "name": "Great Wall", "sample": False, "created_at": NOW, "updated_at": NOW},
    "customer_facts": {
        "id": "f1",
        "customer_id": "C1",
        "version": 1,
        "facts": '{"revenue": 5.0}',
        "actor": "ann",
        "created_at": NOW,
    },
    "requests": {
        "id": "r1",
        "version": 2,
        "status": "open",
        "source": "web",
        "owner": "web",
        "customer_id": "C1",
        "facts_trusted": False,
        "sample": False,
        "received_at": NOW,
        "stored_at": NOW,
        "assessment_id": "a1",
    },
    "request_words": {"request_id": "r1", "text": "hello", "attributes": "{}"},
    "assessments": {
        "id": "a1",
        "request_id": "r1",
        "created_at": NOW,
        "grade": "P3",
        "score": 1.0,
        "needs_review": True,
        "model_name": "triage",
        "model_version": "1",
        "policy_version": 1,
        "body": BODY,
    },
}


@pytest.fixture
def database(new_database):
    made = Database(new_database(empty=True))
    yield made
    made.close()


def upgrade_to(database, revision):
    config = schema._config()
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def fill(database):
    """Put rows in, as the first release wrote them."""
    with database.write() as connection:
        for name, row in ROWS.items():
            connection.execute(insert(table(name, *map(column, row))).values(row))


@pytest.mark.parametrize("revision", ["0001", "0002"])
def test_rows_of_an_earlier_schema_are_there_and_read_after_the_upgrade(database, revision):
    upgrade_to(database, revision)
    fill(database)
    assert schema.status(database).present == revision
    assert schema.upgrade(database).current
    assert differences(database) == []
    with database.read() as connection:
        stored = requests.get(connection, "r1")
        kept = assessments.of_request(connection, "r1")
        assert customers.get(connection, "C1").customer.facts.revenue == 5.0
        assert connection.execute(text("SELECT regrade_due FROM customers")).scalar_one() == 0
    assert (stored.request.text, stored.assessment.grade, stored.version) == ("hello", "P3", 2)
    assert (stored.basis.policy_hash, stored.basis.facts_version) == ("", 0)
    assert [(each.id, each.cause) for each in kept] == [("a1", "received")]


def test_an_upgrade_that_fails_half_way_leaves_the_schema_as_it_was(database, monkeypatch):
    upgrade_to(database, "0001")
    fill(database)

    def fails(*_, **__):
        raise OSError("no more")

    monkeypatch.setattr("alembic.op.create_index", fails)
    with pytest.raises(OSError, match="no more"):
        schema.upgrade(database)
    monkeypatch.undo()
    assert schema.status(database).present == "0001"
    assert not {"jobs", "policies"} & set(inspect(database.engine).get_table_names())
    assert schema.upgrade(database).current


def test_the_partial_indexes_are_the_same_by_migration_and_by_table(database, new_database):
    schema.upgrade(database)
    drawn = Database(new_database(empty=True))
    metadata.create_all(drawn.engine)
    assert indexes(database) == indexes(drawn)
    assert "ix_jobs_open" in indexes(drawn)
    drawn.close()


def indexes(database):
    found = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'index'"
        if database.is_sqlite
        else "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    )
    with database.read() as connection:
        made = connection.execute(text(found)).all()
    return {name: " ".join(sql.split()) for name, sql in made if sql and "WHERE" in sql}
