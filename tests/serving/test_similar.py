"""Similar requests: near-duplicates told once, nobody's requests told to others, nothing of what is gone."""

from __future__ import annotations

import pytest

from features import tables
from features.records import ModelReference
from serving import samples, vectors_kept
from serving.store import erasure, requests, vectors
from tests import databases
from tests.conftest import SAMPLES

TEXTS = (
    "打印机卡纸，财务部今天没法打印发票",
    "打印机卡纸，财务部今天没法打印发票！！",
    "财务部的打印机又卡纸了，没法打印",
    "Please send us a quotation for ten licences",
    "please send us a quotation, for TEN licences.",
    "The VPN drops every hour",
)


@pytest.fixture
def model(hash_model):
    return hash_model


def post(service, headers, text, **body):
    answer = service.client.post("/v1/requests", json={"text": text, **body}, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def similar(service, headers, request_id, **asked):
    answer = service.client.get(f"/v1/requests/{request_id}/similar", params=asked, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def posted(service):
    headers = service.headers("admin")
    return service, headers, [post(service, headers, text) for text in TEXTS]


def kept(service):
    with service.services.store.read() as connection:
        return vectors.count(connection, service.services.engine.model.encoder.fingerprint)


def test_near_duplicates_are_one_group_and_the_nearest_come_first(posted):
    service, headers, ids = posted
    told = similar(service, headers, ids[2])
    assert told["searched"] == len(TEXTS) - 1
    assert told["items"][0]["id"] in (ids[0], ids[1])
    assert told["items"][0]["duplicates"] == 1
    assert len(told["items"]) == 3
    cosines = [each["cosine"] for each in told["items"]]
    assert cosines == sorted(cosines, reverse=True)


def test_what_was_said_of_a_similar_request_is_told(posted):
    service, headers, ids = posted
    now = service.client.get(f"/v1/requests/{ids[4]}", headers=headers).json()
    review = {
        "assessment_id": now["assessment_id"],
        "purpose": "work",
        "shown": True,
        "fields": {"type": "billing"},
    }
    service.client.post(
        f"/v1/requests/{ids[4]}/reviews", json=review, headers=headers | {"If-Match": f'"{now["version"]}"'}
    )
    first = similar(service, headers, ids[3], limit=1)["items"][0]
    assert first["id"] == ids[4]
    assert first["outcome"]["type"] == {"label": "billing", "source": "person"}
    assert first["outcome"]["impact"]["source"] == "prediction"
    assert (first["status"], first["excerpt"]) == ("open", TEXTS[4])
    assert first["grade"].startswith("P")


def test_a_trusted_key_is_told_of_its_own_requests_only(posted):
    service, _, ids = posted
    web = service.headers(name="web", trusted=True)
    mine = [post(service, web, TEXTS[0]), post(service, web, TEXTS[5])]
    told = similar(service, web, mine[0])
    assert [each["id"] for each in told["items"]] == [mine[1]]
    asked = service.client.get(f"/v1/requests/{ids[0]}/similar", headers=web)
    assert asked.status_code == 404


def test_an_erased_request_is_similar_to_none_and_asked_about_it_says_so(posted):
    service, headers, ids = posted
    assert similar(service, headers, ids[0])["items"]
    with service.services.store.write() as connection:
        erasure.erase(connection, [ids[1]], at=service.services.tools.clock())
    told = similar(service, headers, ids[0])
    assert ids[1] not in {each["id"] for each in told["items"]}
    assert told["searched"] == len(TEXTS) - 2
    asked = service.client.get(f"/v1/requests/{ids[1]}/similar", headers=headers)
    assert (asked.status_code, "erased" in asked.json()["detail"]) == (409, True)
    assert kept(service) == len(TEXTS) - 1


def test_vectors_that_lack_are_made_later_and_it_is_found_without(posted):
    service, headers, ids = posted
    with service.services.store.write() as connection:
        vectors.remove(connection, ids[:3])
    assert kept(service) == 3
    assert similar(service, headers, ids[0])["searched"] == 3
    assert vectors_kept.look(service.services) == 3
    assert vectors_kept.look(service.services) == 0
    assert kept(service) == len(TEXTS)
    assert similar(service, headers, ids[0])["searched"] == len(TEXTS) - 1


def test_samples_that_are_cleared_are_gone(service, tmp_path):
    tables.write(tables.read(SAMPLES).frame.head(12), tmp_path / "requests.csv")
    samples.load(service.services, tmp_path)
    samples.assess_waiting(service.services, service.services.engine.model)
    headers = service.headers("lead")
    with service.services.store.read() as connection:
        first = requests.newest(connection, limit=1)[0]
    assert kept(service) == 12
    told = similar(service, headers, first.id)["items"]
    assert told
    assert all(each["sample"] for each in told)
    mine = post(service, headers, first.request.text)
    samples.clear(service.services)
    assert kept(service) == 1
    assert similar(service, headers, mine)["items"] == []


@pytest.mark.parametrize("limit", [0, 51])
def test_a_limit_out_of_bounds_is_refused(posted, limit):
    service, headers, ids = posted
    answer = service.client.get(f"/v1/requests/{ids[0]}/similar?limit={limit}", headers=headers)
    assert answer.status_code == 422


def test_texts_that_differ_in_case_blanks_and_punctuation_have_one_key():
    assert vectors_kept.words_key("Printer, jammed!") == vectors_kept.words_key("printer jammed")
    assert vectors_kept.words_key("!!") != vectors_kept.words_key("??")


class TestWithoutVectors:
    """A model that has no encoder."""

    @pytest.fixture
    def model(self):
        from tests.serving.stand_in import KeywordModel

        return KeywordModel(reference=ModelReference(name="stand-in", version="1"))

    def test_it_is_unavailable_and_says_why(self, service):
        headers = service.headers("lead")
        answer = service.client.get(
            f"/v1/requests/{post(service, headers, 'hello')}/similar", headers=headers
        )
        assert answer.status_code == 503
        assert "vectors" in answer.json()["detail"]


@pytest.mark.real_encoder
class TestWithTheRealEncoder:
    """What means the same is near, though it says it in other words."""

    @pytest.fixture
    def model(self, real_model):
        return real_model

    @pytest.fixture
    def database_kind(self):
        return databases.SQLITE

    def test_meaning_counts_and_not_words(self, posted):
        service, headers, ids = posted
        mine = post(service, headers, "How much would you charge us for another dozen seats?")
        first = similar(service, headers, mine)["items"][0]
        assert (first["id"] in ids[3:5], first["duplicates"]) == (True, 1)
