"""/readyz says what is missing, and asks neither the database nor a thread for it."""

from __future__ import annotations

import os
import time

from sqlalchemy import text

from serving import heartbeat


def ready(service):
    answer = service.client.get("/readyz")
    return answer.status_code, answer.json()["missing"]


def test_all_there_is_ready(service):
    assert ready(service) == (200, [])


def test_a_database_of_another_release_is_missing_its_schema(service):
    with service.services.store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    sweep = service.app.state.workers.sweep
    assert sweep.look() == 0
    assert ready(service) == (503, ["schema"])
    with service.services.store.write() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    sweep.look()
    assert ready(service) == (503, ["schema"])


def test_a_silent_jobs_process_is_told_though_the_service_answers(service):
    settings = service.services.settings
    assert ready(service) == (200, [])  # there never was one here
    heartbeat.beat(settings)
    assert ready(service) == (200, [])
    silent = time.time() - heartbeat.SILENT_SECONDS - 1
    os.utime(settings.home / heartbeat.NAME, (silent, silent))
    assert ready(service) == (200, ["jobs"])


def test_health_is_told_with_the_database_closed_and_no_thread_left(service, monkeypatch):
    def broken(*_, **__):
        raise AssertionError("asked")

    for name in ("read", "write", "ping"):
        monkeypatch.setattr(service.services.store, name, broken)
    monkeypatch.setattr("anyio.to_thread.run_sync", broken)
    for path in ("/healthz", "/readyz"):
        assert service.client.get(path).status_code == 200
