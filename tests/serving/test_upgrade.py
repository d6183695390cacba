"""The schema of an earlier release, with rows in it, brought to this one."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from serving.store import assessments, customers, requests, schema
from serving.store.database import Database
from serving.store.tables import metadata

BODY = (
    '{"prediction": {"fields": {}, "language": "en", "truncated": false, "model": null, "text_version": 1,'
    ' "taxonomy_version": 1}, "customer": null, "policy_version": 1, "grade": "P3",'
    ' "grade_probabilities": {}, "score": 1.0, "score_parts": {}, "reasons": [], "respond_by": null,'
    ' "resolve_by": null, "team": "desk", "lane": "standard", "needs_review": true}'
)
NOW = "2026-03-01 00:00:00.000000"
ROWS = {
    "customers": ("C1", "Great Wall", 0, NOW, NOW),
    "customer_facts": ("f1", "C1", 1, '{"revenue": 5.0}', "ann", NOW),
    "requests": ("r1", 2, "open", "web", None, "web", None, "C1", 0, 0, NOW, NOW, "a1"),
    "request_words": ("r1", None, "hello", None, "{}", None, None),
    "assessments": ("a1", "r1", NOW, "P3", 1.0, 1, "triage", "1", 1, BODY),
}


@pytest.fixture
def database(tmp_path):
    made = Database(f"sqlite:///{tmp_path / 'triage.db'}")
    yield made
    made.close()


def test_rows_of_the_first_schema_are_there_and_read_after_the_upgrade(database):
    config = schema._config()
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for table, row in ROWS.items():
            places = ", ".join("?" * len(row))
            connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({places})", row)  # noqa: S608
    assert schema.status(database).present == "0001"
    assert schema.upgrade(database).current
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        stored = requests.get(connection, "r1")
        kept = assessments.of_request(connection, "r1")
        assert customers.get(connection, "C1").customer.facts.revenue == 5.0
        assert connection.execute(text("SELECT regrade_due FROM customers")).scalar_one() == 0
    assert (stored.request.text, stored.assessment.grade, stored.version) == ("hello", "P3", 2)
    assert (stored.basis.policy_hash, stored.basis.facts_version) == ("", 0)
    assert [(each.id, each.cause) for each in kept] == [("a1", "received")]


def test_the_partial_indexes_are_the_same_by_migration_and_by_table(database, tmp_path):
    schema.upgrade(database)
    drawn = Database(f"sqlite:///{tmp_path / 'drawn.db'}")
    metadata.create_all(drawn.engine)
    assert indexes(database) == indexes(drawn)
    drawn.close()


def indexes(database):
    with database.read() as connection:
        made = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'index'")).all()
    return {name: " ".join(sql.split()) for name, sql in made if sql and "WHERE" in sql}
