"""The index finds what an exact search finds, keeps to its bound, and forgets what is gone."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from sqlalchemy import insert

from serving.store import vectors
from serving.store.database import Database
from serving.store.tables import request_words, requests
from serving.vector_index import VectorIndex

WIDTH = 24


@pytest.fixture
def database(database_url):
    made = Database(database_url)
    yield made
    made.close()


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)


def fill(database, made, *, start=0, owner="web", fingerprint="one"):
    at = datetime(2026, 3, 1, tzinfo=UTC)
    with database.write() as connection:
        for i, vector in enumerate(made, start=start):
            row = {"id": f"r{i:05}", "version": 2, "status": "open", "source": "shop", "owner": owner}
            more = {"facts_trusted": False, "sample": False, "received_at": at, "stored_at": at}
            connection.execute(insert(requests).values(row | more | {"assessment_id": f"a{i}"}))
            connection.execute(
                insert(request_words).values(request_id=row["id"], text=f"text {i}", attributes={})
            )
            key = {"fingerprint": fingerprint, "words_key": f"k{i}"}
            vectors.add(connection, row["id"], vector=vector, **key)


def found(database, index, vector, *, count=10, party=None, fingerprint="one"):
    with database.read() as connection:
        nearest = index.nearest(connection, vector, fingerprint=fingerprint, count=count, party=party)
        there = vectors.of_numbers(connection, nearest.numbers, fingerprint)
        by_number = dict(zip(there.numbers.tolist(), there.request_ids, strict=True))
    return [by_number.get(number) for number in nearest.numbers], nearest.searched


def exact(made, vector, count):
    over = unit(made - made.mean(axis=0))
    return [f"r{i:05}" for i in np.argsort(-(over @ (vector - made.mean(axis=0))), kind="stable")[:count]]


def test_the_nearest_are_those_of_an_exact_search(database):
    made = unit(np.random.default_rng(0).standard_normal((150, WIDTH)))
    fill(database, made)
    index = VectorIndex()
    for asked in made[::30]:
        ids, searched = found(database, index, asked)
        assert searched == 150
        assert ids[0] == exact(made, asked, 1)[0]
        assert len(set(ids) & set(exact(made, asked, 10))) >= 9


def test_what_comes_later_is_found_and_what_is_gone_is_not(database):
    made = unit(np.random.default_rng(1).standard_normal((20, WIDTH)))
    fill(database, made[:10])
    index = VectorIndex()
    assert found(database, index, made[15])[1] == 10
    fill(database, made[10:], start=10)
    ids, searched = found(database, index, made[15], count=3)
    assert (ids[0], searched) == ("r00015", 20)
    with database.write() as connection:
        vectors.remove(connection, ["r00015"])
    with database.read() as connection:
        index.match(connection)
    ids, searched = found(database, index, made[15], count=20)
    assert ("r00015" in ids, None in ids, searched) == (False, False, 19)


def test_a_number_that_came_out_of_turn_is_read_by_match(database):
    made = unit(np.random.default_rng(2).standard_normal((3, WIDTH)))
    fill(database, made)
    index = VectorIndex()
    assert found(database, index, made[0])[1] == 3
    with database.read() as connection:
        numbers = vectors.numbers(connection, "one")
        index.forget([int(numbers[1])])
        index.match(connection)
    assert found(database, index, made[0])[1] == 2  # the table is as it was when last looked at
    fill(database, unit(np.ones((1, WIDTH))), start=3)
    with database.write() as connection:
        vectors.remove(connection, ["r00000"])
    assert found(database, index, made[1])[1] == 3
    with database.read() as connection:
        index.match(connection)
    ids, searched = found(database, index, made[1])
    assert (ids[0], searched) == ("r00001", 3)


def test_once_full_the_newest_are_searched(database):
    made = unit(np.random.default_rng(3).standard_normal((12, WIDTH)))
    fill(database, made[:8])
    index = VectorIndex(capacity=5)
    assert set(found(database, index, made[0])[0]) == {f"r{i:05}" for i in range(3, 8)}
    fill(database, made[8:10], start=8)
    assert set(found(database, index, made[0])[0]) == {f"r{i:05}" for i in range(5, 10)}


def test_a_party_finds_its_own_only_and_another_encoder_is_another_index(database):
    made = unit(np.random.default_rng(4).standard_normal((9, WIDTH)))
    fill(database, made[:5])
    fill(database, made[5:], start=5, owner="mail")
    index = VectorIndex()
    assert set(found(database, index, made[0], party="mail")[0]) == {f"r{i:05}" for i in range(5, 9)}
    assert found(database, index, made[0], party="shop")[1] == 9
    assert found(database, index, made[0], party="nobody") == ([], 0)
    assert found(database, index, made[0], fingerprint="two") == ([], 0)


def test_erased_words_get_no_vector(database):
    made = unit(np.ones((1, WIDTH)))
    fill(database, made)
    with database.write() as connection:
        connection.execute(request_words.delete())
        vectors.remove(connection, ["r00000"])
        vectors.add(connection, "r00000", fingerprint="one", words_key="k", vector=made[0])
        assert vectors.count(connection, "one") == 0
        assert vectors.without(connection, "one", limit=9) == []
