"""Whose requests are whose: an intake key reads and writes its own, and learns nothing of others'."""

from __future__ import annotations


def post(service, headers, **body):
    return service.client.post("/v1/requests", json={"text": "hello there", **body}, headers=headers)


def ids(service, headers):
    return {item["id"] for item in service.client.get("/v1/requests", headers=headers).json()["items"]}


def test_an_intake_key_reads_its_own_requests_only(service):
    web, mail, staff = service.headers(name="web"), service.headers(name="mail"), service.headers("reviewer")
    mine, theirs = post(service, web).json()["id"], post(service, mail).json()["id"]
    assert ids(service, web) == {mine}
    assert ids(service, mail) == {theirs}
    assert ids(service, staff) == {mine, theirs}
    assert service.client.get(f"/v1/requests/{theirs}", headers=web).status_code == 404
    other = service.client.get("/v1/requests/no-such-id", headers=web)
    assert other.status_code == 404


def test_a_second_key_of_the_same_name_reads_them_too(service):
    made = post(service, service.headers(name="web")).json()["id"]
    assert ids(service, service.headers(name="web")) == {made}


def test_a_free_source_is_whose_key_wrote_first(service):
    web, mail = service.headers(name="web"), service.headers(name="mail")
    first = post(service, web, source="shop", external_id="1")
    assert first.status_code == 201
    refused = post(service, mail, source="shop", external_id="2")
    assert refused.status_code == 403
    assert refused.json()["errors"][0]["field"] == "source"
    replay = post(service, mail, source="shop", external_id="1")
    assert replay.status_code == 403
    assert ids(service, web) == {first.json()["id"]}


def test_the_name_of_another_live_key_is_no_source_for_it(service):
    service.headers("lead", name="boss")
    refused = post(service, service.headers(name="web"), source="boss")
    assert refused.status_code == 403
    assert refused.json()["errors"][0]["field"] == "source"


def test_the_samples_source_is_nobodys(service, settings):
    service.services.store.write()
    from serving.store import sources

    with service.services.store.write() as connection:
        sources.claim(connection, "sample", owner="sample", at=service.services.tools.clock())
    assert post(service, service.headers(name="web"), source="sample").status_code == 403


def test_what_staff_write_for_a_source_is_its_owners(service):
    web, staff = service.headers(name="web"), service.headers("reviewer", name="ann")
    post(service, web, source="shop", external_id="1")
    made = post(service, staff, source="shop", external_id="2").json()["id"]
    assert made in ids(service, web)
    assert post(service, web, source="shop", external_id="3").status_code == 201


def test_what_staff_write_first_is_not_open_to_whoever_names_it_next(service):
    staff, web = service.headers("reviewer", name="ann"), service.headers(name="web")
    made = post(service, staff, source="phone", external_id="1").json()["id"]
    assert post(service, web, source="phone", external_id="1").status_code == 403
    assert made not in ids(service, web)


def test_an_untrusted_key_learns_nothing_of_value(service):
    plain, trusted = service.headers(name="web"), service.headers(name="crm", trusted=True)
    service.client.put("/v1/customers/C1", json={"revenue": 1e9, "tier": "core"}, headers=trusted)
    body = {"text": "产线停产", "customer_id": "C1"}
    hidden = service.client.post("/v1/triage", json=body, headers=plain).json()
    shown = service.client.post("/v1/triage", json=body, headers=trusted).json()
    assert (hidden["customer"], hidden["score"]) == (None, None)
    assert shown["customer"]["tier"] == "core"
    assert shown["score"] > 0
    told = {reason["code"] for reason in hidden["reasons"]}
    assert not told & {"value", "value_no_lift", "no_customer", "score", "account_manager"}
    assert "matrix" in told
    assert set(hidden) == set(shown)


def test_facts_from_an_untrusted_key_lift_nothing_and_from_a_trusted_one_do(service):
    body = {"text": "How do I reset it?", "customer": {"revenue": 1e12, "contract_amount": 1e12}}
    grades = {}
    for name, trusted in (("web", False), ("crm", True)):
        headers = service.headers(name=name, trusted=trusted)
        grades[name] = service.client.post("/v1/requests", json=body, headers=headers).json()["grade"]
    assert grades == {"web": "P4", "crm": "P3"}


def test_an_unknown_customer_is_accepted_and_lifts_nothing(service):
    headers = service.headers(name="crm", trusted=True)
    answer = post(service, headers, customer_id="never heard of")
    assert answer.status_code == 201
    assert answer.json()["customer"] is None
    assert "no_customer" in {reason["code"] for reason in answer.json()["reasons"]}
    read = service.client.get(f"/v1/requests/{answer.json()['id']}", headers=headers).json()
    assert read["request"]["customer_id"] == "never heard of"
