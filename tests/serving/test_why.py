"""Why a request has its labels, over HTTP: of the model that answers, with the places of the words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from features.modes import Mode
from features.records import ModelReference, Request
from serving import follow_ups, messages
from serving.access.roles import Caller, Role
from serving.store import erasure
from tests import databases
from tests.serving.stand_in import KeywordModel

TEXT = "三条产线的PLC全部断联，今天下午必须恢复，否则整车厂停线"
MORE = "备件昨天已经送到现场"


@pytest.fixture
def model(hash_model):
    return hash_model


def post(service, headers, text=TEXT):
    return service.client.post("/v1/requests", json={"text": text}, headers=headers).json()["id"]


def ask(service, headers, request_id, **asked):
    return service.client.get(f"/v1/requests/{request_id}/why", params=asked, headers=headers)


def test_each_field_is_explained_with_words_where_they_stand(service):
    headers = service.headers("reviewer")
    request_id = post(service, headers)
    standing = service.client.get(f"/v1/requests/{request_id}", headers=headers).json()
    told = ask(service, headers, request_id, limit=4).json()
    assert set(told["fields"]) == set(standing["fields"])
    for code, field in told["fields"].items():
        assert field["label"] == field["assessed_label"] == standing["fields"][code]["label"]
        assert field["probability"] == pytest.approx(standing["fields"][code]["confidence"])
        assert field["name"] == standing["fields"][code]["name"]
        assert 1 <= len(field["runners_up"]) <= 3
        assert field["method"] == "characters"
        assert len(field["words"]) == 4
        assert field["words_left_out"] > 0
        for word in field["words"]:
            assert told["read"][word["start"] : word["end"]] == word["text"]
    assert told["same_model"]
    assert told["model"] == told["assessed_by"] == standing["model"]
    assert told["reasons"] == standing["reasons"]
    assert told["notes"] == ["词的分量只按字面计算：这个模型说不出一个词对全文含义的作用。"]


def test_when_another_model_answers_by_now_it_is_that_one_and_it_says_so(service, hash_model):
    headers = service.headers("lead") | {"Accept-Language": "en"}
    request_id = post(service, headers)
    service.services.engine.use(
        replace(
            hash_model, reference=ModelReference(name="triage", version="2"), modes={"impact": Mode.MONITOR}
        )
    )
    told = ask(service, headers, request_id).json()
    assert not told["same_model"]
    assert told["model"] == {"name": "triage", "version": "2"}
    assert told["assessed_by"] == {"name": "unregistered", "version": "-"}
    assert "triage 2" in told["notes"][-1]
    assert "impact" not in told["fields"]


def test_the_owners_trusted_key_is_told_and_nobody_elses(service):
    web = service.headers(name="web", trusted=True)
    request_id = post(service, web)
    assert ask(service, web, request_id).status_code == 200
    assert ask(service, service.headers(name="mail", trusted=True), request_id).status_code == 404
    assert ask(service, service.headers(), request_id).status_code == 403


def test_an_erased_request_has_no_why(service):
    headers = service.headers("lead")
    request_id = post(service, headers)
    with service.services.store.write() as connection:
        erasure.erase(connection, [request_id], at=service.services.tools.clock())
    answer = ask(service, headers, request_id)
    assert (answer.status_code, "erased" in answer.json()["detail"]) == (409, True)


def test_a_request_of_signs_alone_is_explained_without_words(service):
    headers = service.headers("lead")
    answer = ask(service, headers, post(service, headers, "!!! ??"))
    assert answer.status_code == 200, answer.text
    assert all(field["words"] == [] for field in answer.json()["fields"].values())


def test_after_a_message_it_is_of_all_that_the_assessment_was_made_from(service):
    headers = service.headers("lead")
    request_id = post(service, headers)
    first = ask(service, headers, request_id).json()
    path = f"/v1/requests/{request_id}"
    assert service.client.post(f"{path}/messages", json={"text": MORE}, headers=headers).status_code == 201
    standing = service.client.get(path, headers=headers).json()
    told = ask(service, headers, request_id, limit=100).json()
    assert first["read"] in told["read"]
    assert told["read"].endswith(MORE)
    for code, field in told["fields"].items():
        assert field["probability"] == pytest.approx(standing["fields"][code]["confidence"])
        assert field["label"] == field["assessed_label"]
        assert all(told["read"][word["start"] : word["end"]] == word["text"] for word in field["words"])
        assert max(word["end"] for word in field["words"]) > len(first["read"]), "words of the message too"
    assert ask(service, headers, request_id, limit=100).json() == told


def test_what_was_left_out_of_a_request_and_its_messages_is_said(service):
    headers = service.headers("lead")
    quoted = "\n".join("> " + "旧" * 900 for _ in range(25))
    request_id = post(service, headers, f"{TEXT}\n\n{quoted}")
    assert ask(service, headers, request_id).json()["truncated"]
    path = f"/v1/requests/{request_id}/messages"
    assert service.client.post(path, json={"text": MORE}, headers=headers).status_code == 201
    assert ask(service, headers, request_id).json()["truncated"]


def test_a_message_that_waits_to_be_read_is_not_explained_before(service):
    headers, by = service.headers("lead"), Caller(name="ann", role=Role.LEAD)
    request_id = post(service, headers)
    first = ask(service, headers, request_id).json()
    said = Request(text=MORE)
    messages.follow(service.services, by, request_id, said, crowded=True)
    assert ask(service, headers, request_id).json()["read"] == first["read"]
    assert follow_ups.look(service.services) == 1
    both = ask(service, headers, request_id).json()
    messages.follow(service.services, by, request_id, Request(text="第三条消息见附件"), crowded=True)
    assert ask(service, headers, request_id).json()["read"] == both["read"]
    assert follow_ups.look(service.services) == 1
    assert ask(service, headers, request_id).json()["read"] == f"{both['read']}\n第三条消息见附件"


class TestWithoutExplanations:
    """A model that is none of ours, or fails."""

    @pytest.fixture
    def model(self):
        return KeywordModel()

    def test_a_model_that_cannot_say_is_unavailable(self, service):
        headers = service.headers("lead")
        answer = ask(service, headers, post(service, headers))
        assert (answer.status_code, "cannot say" in answer.json()["detail"]) == (503, True)

    def test_a_request_that_waits_is_told_so(self, service):
        headers = service.headers("lead")
        service.model.broken = True
        answer = ask(service, headers, post(service, headers))
        assert (answer.status_code, "waits" in answer.json()["detail"]) == (409, True)


@pytest.mark.real_encoder
class TestWithTheRealEncoder:
    """The words that a person would point at, read off tokens and characters."""

    @pytest.fixture
    def model(self, real_model):
        return real_model

    @pytest.fixture
    def database_kind(self):
        return databases.SQLITE

    def test_the_words_of_the_outage_are_shown(self, service):
        headers = service.headers("lead") | {"Accept-Language": "en"}
        told = ask(service, headers, post(service, headers)).json()
        assert {field["method"] for field in told["fields"].values()} == {"tokens_and_characters"}
        assert "meaning of the text" in told["notes"][0]
        shown = "".join(word["text"] for word in told["fields"]["type"]["words"] if word["weight"] > 0)
        assert any(word in shown for word in ("断", "停", "恢复"))
