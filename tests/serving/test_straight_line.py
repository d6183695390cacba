"""A request in, a graded answer out, and it is there when asked for again."""

from __future__ import annotations

KEYS = [
    "id",
    "version",
    "status",
    "erased",
    "assessment_id",
    "answered_at",
    "closed_at",
    "claim",
    "messages",
    "chased",
    "fields",
    "outcome",
    "language",
    "truncated",
    "out_of_scope",
    "scope_score",
    "customer",
    "grade",
    "grade_probabilities",
    "score",
    "reasons",
    "respond_by",
    "resolve_by",
    "team",
    "lane",
    "needs_review",
    "model",
    "policy_version",
    "taxonomy_version",
    "text_version",
]


def test_a_request_is_stored_assessed_and_read_back(service):
    headers = service.headers(name="web", trusted=True)
    sent = {
        "text": "产线停产了，整个工厂都在等",
        "channel": "form",
        "received_at": "2026-03-02T09:00:00+08:00",
    }
    made = service.client.post("/v1/requests", json=sent, headers=headers)
    assert made.status_code == 201, made.text
    answer = made.json()
    assert list(answer) == KEYS
    assert answer["grade"] == "P1"
    assert answer["model"] == {"name": "stand-in", "version": "1"}
    assert answer["outcome"]["type"] == {"label": "incident", "source": "prediction"}
    assert answer["fields"]["type"]["name"] == {"zh": "故障报修", "en": "Incident"}
    assert answer["reasons"][0]["code"] == "matrix"
    assert "紧急" in answer["reasons"][0]["text"]

    read = service.client.get(f"/v1/requests/{answer['id']}", headers=headers).json()
    request = read.pop("request")
    assert read == answer
    assert request["text"] == sent["text"]
    assert request["received_at"] == "2026-03-02T01:00:00Z"
    assert request["source"] == "web"


def test_triage_answers_the_same_and_stores_nothing(service):
    headers = service.headers()
    answer = service.client.post("/v1/triage", json={"text": "How do I reset it?"}, headers=headers)
    assert answer.status_code == 200, answer.text
    assert list(answer.json()) == KEYS
    assert answer.json()["id"] is None
    assert answer.json()["status"] is None
    assert service.client.get("/v1/requests", headers=headers).json() == {"items": [], "next": None}
