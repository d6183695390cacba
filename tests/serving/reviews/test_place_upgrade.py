"""Requests that an earlier release stored get a place in the queue: at once, and then by the policy."""

from __future__ import annotations

from dataclasses import replace

from serving import regrade
from serving.store import schema
from serving.store.database import Database
from tests.serving.test_upgrade import fill, upgrade_to


def test_an_open_request_of_the_first_schema_stands_in_the_queue(start_desk, settings, new_database):
    url = new_database(empty=True)
    database = Database(url)
    upgrade_to(database, "0001")
    fill(database)
    schema.upgrade(database)
    database.close()
    desk = start_desk(replace(settings, database_url=url))

    (item,) = desk.ask("GET", "/queue").json()["items"]
    assert (item["id"], item["order"]["key"]) == ("r1", "2026-03-01T00:00:00Z"), "by when it came"
    regrade.announce(desk.service.services)
    regrade.look(desk.service.services)
    (item,) = desk.ask("GET", "/queue", params={"grade": "P3", "team": "service_desk"}).json()["items"]
    assert item["order"]["key"] > "2026-03-01T00:00:00Z"
