"""An explanation is made once and read from then on; it goes with the words and with the model it is of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from features.errors import StorageError
from features.text import read
from serving import explanations_kept
from serving.store import erasure, explanations, requests
from serving.store.explanation_tables import explanations as table
from tests.serving.asking import rows

TEXT = "The printer on the third floor is jammed and nobody can print invoices"


@pytest.fixture
def model(hash_model):
    return hash_model


@pytest.fixture
def headers(service):
    return service.headers("lead")


def post(service, headers, text=TEXT):
    return service.client.post("/v1/requests", json={"text": text}, headers=headers).json()["id"]


def ask(service, headers, request_id):
    answer = service.client.get(f"/v1/requests/{request_id}/why", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def keep(service, request_id, body, *, made_by=None):
    maker = made_by or explanations_kept.maker(service.services.engine.model)
    with service.services.store.write() as connection:
        explanations.add(connection, request_id, made_by=maker, body=body)


def kept(service):
    with service.services.store.read() as connection:
        return connection.execute(select(table.c.body)).scalar_one()


def test_asked_again_it_is_read_and_says_the_same(service, headers):
    request_id = post(service, headers)
    first = ask(service, headers, request_id)
    assert ask(service, headers, request_id) == first
    body = kept(service)
    assert TEXT.split()[1] not in str(body)
    keep(service, request_id, {"type": body["type"] | {"probability": 0.125}})
    told = ask(service, headers, request_id)["fields"]
    assert {code: each["probability"] for code, each in told.items()} == {"type": 0.125}


def test_what_another_model_made_is_made_again_in_its_place(service, headers, hash_model):
    request_id = post(service, headers)
    keep(service, request_id, {}, made_by="another")
    assert set(ask(service, headers, request_id)["fields"]) == set(hash_model.heads)
    assert rows(service, table) == 1
    manifest = replace(hash_model.manifest, data_hash="other rows")
    assert replace(hash_model, manifest=manifest).digest != hash_model.digest


def test_it_goes_with_the_words_and_is_not_kept_after(service, headers):
    request_id = post(service, headers)
    ask(service, headers, request_id)
    body = kept(service)
    with service.services.store.write() as connection:
        erasure.erase(connection, [request_id], at=service.services.tools.clock())
    assert rows(service, table) == 0
    keep(service, request_id, body)
    assert rows(service, table) == 0


def test_one_of_less_than_the_assessment_was_made_from_is_not_kept(service, headers):
    request_id = post(service, headers)
    with service.services.store.read() as connection:
        before = requests.get(connection, request_id)
    ask(service, headers, request_id)
    said = {"text": "The second printer smokes by now."}
    path = f"/v1/requests/{request_id}/messages"
    assert service.client.post(path, json=said, headers=headers).status_code == 201
    assert rows(service, table) == 0
    explanations_kept.make(service.services, before, before.request)
    assert rows(service, table) == 0
    assert explanations_kept.look(service.services) == 1
    body = kept(service)
    assert ask(service, headers, request_id)["read"].endswith(said["text"])
    assert kept(service) == body


def test_those_that_a_person_is_to_review_are_explained_ahead(service, headers):
    ids = [post(service, headers, f"{TEXT}, room {number}") for number in range(3)]
    assert explanations_kept.look(service.services, stop=lambda: True) == 0
    assert explanations_kept.look(service.services) == len(ids)
    assert explanations_kept.look(service.services) == 0
    with service.services.store.read() as connection:
        stored = requests.get(connection, ids[0])
        model = service.services.engine.model
        found = explanations_kept.recall(connection, stored, read(stored.request), model=model)
    assert set(found) == set(model.heads)


def test_where_it_cannot_be_kept_it_is_told_all_the_same(service, headers, monkeypatch):
    def refuse(*_, **__):
        raise StorageError("The database is full.")

    monkeypatch.setattr(explanations, "add", refuse)
    assert ask(service, headers, post(service, headers))["fields"]
    assert rows(service, table) == 0
