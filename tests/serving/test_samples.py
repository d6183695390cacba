"""The samples: loaded once, marked, assessed; cleared, and nothing else with them."""

from __future__ import annotations

import pytest

from features.errors import InputError, NotFoundError, TableError
from features.records import Customer, CustomerFacts, Request
from serving import intake, samples
from serving.access.roles import Caller, Role
from serving.services import build
from serving.store import customers, requests, schema
from tests.serving.stand_in import KeywordModel

HEADER = "id,received_at,language,channel,customer_id,subject,text,type\n"
ROWS = [
    "zh-1,2026-03-02T01:00:00Z,zh,form,C1,,产线停产了,incident\n",
    "en-1,2026-03-02T02:00:00+00:00,en,email,C2,Login,How do I reset it?,question\n",
    "en-2,,en,chat,,,where is the manual,question\n",
]


@pytest.fixture
def services(settings):
    made = build(settings)
    schema.upgrade(made.store)
    yield made
    made.store.close()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "data"
    made.mkdir()
    (made / "requests.csv").write_text(HEADER + "".join(ROWS), "utf-8")
    (made / "customers.csv").write_text("id,name,revenue\nC1,长城,5000000\nC2,Acme,1\n", "utf-8")
    return made


def stored(services):
    with services.store.read() as connection:
        return requests.newest(connection, limit=200)


def test_samples_are_marked_and_assessed(services, folder):
    assert samples.load(services, folder) == samples.Counted(requests=3, customers=2)
    assert samples.assess_waiting(services, KeywordModel()) == 3
    found = {each.request.external_id: each for each in stored(services)}
    assert all(each.sample and each.owner == "sample" for each in found.values())
    assert found["zh-1"].assessment.grade == "P1"
    assert found["zh-1"].assessment.customer.id == "C1"
    assert found["en-1"].request.subject == "Login"
    assert found["en-2"].request.received_at is not None


def test_loading_twice_stores_nothing_twice(services, folder):
    samples.load(services, folder)
    assert samples.load(services, folder) == samples.Counted(requests=0, customers=0)
    assert len(stored(services)) == 3


def test_clearing_takes_samples_and_nothing_else(services, folder):
    samples.load(services, folder)
    samples.assess_waiting(services, KeywordModel())
    services.engine.start()
    caller = Caller(name="web", role=Role.ADMIN)
    _, kept = intake.receive(services, caller, Request(text="mine", customer_id="C1"))
    services.engine.stop()
    with services.store.write() as connection:
        customers.put(
            connection,
            Customer(id="C2", facts=CustomerFacts(revenue=3.0)),
            facts_id="f",
            actor="ann",
            at=services.tools.clock(),
        )
    assert samples.clear(services) == samples.Counted(requests=3, customers=1)
    assert [each.id for each in stored(services)] == [kept.stored.id]
    with services.store.read() as connection:
        assert customers.get(connection, "C2").customer.facts.revenue == 3.0
        assert customers.get(connection, "C1") is None
    assert samples.clear(services) == samples.Counted(requests=0, customers=0)


def test_a_customer_of_ones_own_is_not_overwritten_by_a_sample(services, folder):
    mine = Customer(id="C1", facts=CustomerFacts(revenue=7.0))
    with services.store.write() as connection:
        customers.put(connection, mine, facts_id="f", actor="ann", at=services.tools.clock())
    assert samples.load(services, folder).customers == 1
    with services.store.read() as connection:
        assert customers.get(connection, "C1").customer.facts.revenue == 7.0


def test_clearing_a_large_base_gives_the_packaged_anchors_back(services, folder):
    rows = "".join(f"S{i:02},,{1000 * i}\n" for i in range(30))
    (folder / "customers.csv").write_text("id,name,revenue\n" + rows, "utf-8")
    samples.load(services, folder)
    with services.store.read() as connection:
        assert customers.newest_scale(connection).customers == 30
    samples.clear(services)
    with services.store.read() as connection:
        assert customers.newest_scale(connection).body["version"] == 0


def test_the_first_things_come_first_and_a_selection_is_spread(services, folder):
    rows = [f"s-{i:02},,zh,form,,,{'停产' if i % 10 == 0 else '你好'} {i},\n" for i in range(40)]
    (folder / "requests.csv").write_text(HEADER + "".join(rows), "utf-8")
    samples.load(services, folder)
    samples.assess_waiting(services, KeywordModel())
    with services.store.read() as connection:
        chosen = requests.spread_samples(connection, count=20)
        first = requests.first_things_first(connection, limit=5, sample=True)
    assert len({each.id for each in chosen}) == 20
    assert [each.assessment.grade for each in chosen] == ["P1"] * 4 + ["P4"] * 16
    assert [each.assessment.grade for each in first] == ["P1"] * 4 + ["P4"]


def test_a_folder_without_samples_says_where_they_are(services, tmp_path):
    with pytest.raises(NotFoundError, match="--data DIR"):
        samples.load(services, tmp_path)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("x,yesterday,en,chat,,,hello,question\n", "row 2: received_at 'yesterday'"),
        ("x,2026-03-02T01:00:00,en,chat,,,hello,question\n", "has no offset"),
    ],
)
def test_a_row_at_fault_is_named_and_nothing_is_stored(services, folder, row, told):
    (folder / "requests.csv").write_text(HEADER + row, "utf-8")
    with pytest.raises(TableError, match=told):
        samples.load(services, folder)
    assert stored(services) == []


def test_a_customer_at_fault_is_named_and_nothing_is_stored(services, folder):
    (folder / "customers.csv").write_text("id,revenue\nC1,-5\n", "utf-8")
    with pytest.raises(InputError, match="revenue"):
        samples.load(services, folder)
    assert stored(services) == []
