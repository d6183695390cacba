"""What `POST /v1/triage` does not do: no SQL where no customer is named, and no request lost in a swap."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import event

from features.records import ModelReference
from tests.serving.stand_in import KeywordModel


@contextmanager
def statements(service):
    """The SQL that is sent meanwhile."""
    sent = []

    def note(_connection, _cursor, statement, *_):
        sent.append(statement)

    engine = service.services.store.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def ask(service, headers, **more):
    answer = service.client.post("/v1/triage", json={"text": "产线停产了"} | more, headers=headers)
    assert answer.status_code == 200
    return answer.json()


def test_a_known_key_and_no_customer_send_no_sql(service):
    headers = service.headers()
    ask(service, headers)
    with statements(service) as sent:
        ask(service, headers)
    assert sent == []
    with statements(service) as sent:
        ask(service, headers, customer_id="c-1")
    assert sent != [], "a customer is looked up"


def test_it_answers_while_the_database_is_gone(service):
    headers = service.headers()
    ask(service, headers)

    def refuse(*_):
        raise ConnectionError("the database is gone")

    event.listen(service.services.store.engine, "engine_connect", refuse)
    try:
        assert ask(service, headers)["grade"] == "P1"
    finally:
        event.remove(service.services.store.engine, "engine_connect", refuse)


@pytest.mark.parametrize("seconds", [0.0])
def test_a_key_that_is_not_remembered_is_looked_up(start, settings, seconds):
    service = start(replace(settings, key_cache_seconds=seconds))
    headers = service.headers()
    ask(service, headers)
    with statements(service) as sent:
        ask(service, headers)
    assert len(sent) >= 1


def test_no_request_is_lost_while_models_are_swapped(service):
    headers, done = service.headers(), threading.Event()
    models = [KeywordModel(reference=ModelReference(name="triage", version=str(i))) for i in range(40)]

    def swap():
        for model in models:
            service.services.engine.use(model)
            done.wait(0.01)
        done.set()

    def client(_):
        versions = []
        while not done.is_set():
            versions.append(int(ask(service, headers)["model"]["version"]))
        return versions

    service.services.engine.use(models[0])
    with ThreadPoolExecutor(9) as pool:
        swapping = pool.submit(swap)
        found = list(pool.map(client, range(8)))
        swapping.result()
    assert sum(len(each) for each in found) > 40
    assert len({version for each in found for version in each}) > 5
    assert all(each == sorted(each) for each in found), "nobody is answered by the version before"
