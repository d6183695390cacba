"""Search finds Chinese and English words, on both databases alike, newest first, and forgets what is gone."""

from __future__ import annotations

import pytest

from serving.store import requests, search

TEXTS = (
    "三号线PLC停机，整条线都停了",
    "The badge reader at gate 2 is broken",
    "發票開錯了，請重開",
    "停电以后PLC没有起来",
    "Broken-down lorry; the READER of this may laugh",
)


@pytest.fixture
def posted(service):
    headers = service.headers("admin")
    answers = [
        service.client.post("/v1/requests", json={"text": words, "external_id": f"X-{i}"}, headers=headers)
        for i, words in enumerate(TEXTS)
    ]
    return service, headers, [answer.json()["id"] for answer in answers]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("停机", [0]),
        ("停", [3, 0]),
        ("PLC", [3, 0]),
        ("plc 停电", [3]),
        ("ｐｌｃ", [3, 0]),
        ("reader", [4, 1]),
        ("reader broken", [4, 1]),
        ("发票", [2]),
        ("重开", [2]),
        ("x 3", [3]),
        ("机停", []),
        ('停机" OR words:"', []),
        ("停机 -- ' & | !", [0]),
    ],
)
def test_requests_are_found_by_their_words(posted, query, found):
    service, headers, ids = posted
    answer = service.client.get("/v1/search", params={"q": query}, headers=headers)
    assert answer.status_code == 200, answer.text
    assert [each["id"] for each in answer.json()["items"]] == [ids[i] for i in found]


def test_a_search_is_read_on_from_page_to_page(posted):
    service, headers, ids = posted
    seen, cursor = [], None
    while True:
        asked = {"q": "plc", "limit": 1} | ({"cursor": cursor} if cursor else {})
        page = service.client.get("/v1/search", params=asked, headers=headers).json()
        seen += [each["id"] for each in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [ids[3], ids[0]]


@pytest.mark.parametrize("walked", [1, 2, 3, 100])
def test_the_newest_and_the_rest_are_one_list(posted, monkeypatch, walked):
    """On PostgreSQL the newest entries are walked through, and the index is asked for the rest."""
    service, _, ids = posted
    monkeypatch.setattr(search, "WALKED", walked)
    with service.services.store.read() as connection:
        hits = search.find(connection, "停", limit=9)
        assert [hit.request_id for hit in hits] == [ids[3], ids[0]]
        assert search.find(connection, "停", limit=1) == hits[:1]
        assert search.find(connection, "停", limit=9, before=hits[0].number) == hits[1:]
        assert search.find(connection, "停", limit=9, before=hits[1].number) == []


def test_what_is_removed_is_found_no_more(posted):
    service, headers, ids = posted
    with service.services.store.write() as connection:
        search.remove(connection, ids[0])
        assert requests.get(connection, ids[0]) is not None
    found = service.client.get("/v1/search", params={"q": "停机"}, headers=headers).json()
    assert found["items"] == []


@pytest.mark.parametrize(
    ("query", "told"), [("?!", "neither a letter nor a digit"), ("停" * 201, "at most 200")]
)
def test_a_query_without_words_or_too_long_is_told(service, query, told):
    answer = service.client.get("/v1/search", params={"q": query}, headers=service.headers("lead"))
    assert answer.status_code == 422
    assert told in answer.text


def test_intake_keys_do_not_search(service):
    assert service.client.get("/v1/search?q=x", headers=service.headers("intake")).status_code == 403
